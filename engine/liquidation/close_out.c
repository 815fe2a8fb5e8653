#include "engine/liquidation/close_out.h"

static const char *const mechanism_words[] = {"close_out", "portfolio_auction",
                                              "english_auction", NULL};

const struct param close_out_params[] = {
    PARAM_CHOICE(
        struct close_out_terms, mechanism, "mechanism", mechanism_words, "close_out",
        "close_out: part by part into the venue; portfolio_auction: by shares, to "
        "whoever bids (section auction); english_auction: close_out, and the collateral "
        "of "
        "vaults lot by lot (section english_auction)"),
    PARAM(struct close_out_terms, share_ppm, "share_per_block", param_ppm, "0.01%",
          "100%", "10%", "part of a position closed per block"),
    PARAM(struct close_out_terms, max_notional_uusd, "max_notional_per_block",
          param_money, "1 USD", "1000B USD", "100k USD",
          "notional closed per account and block"),
    PARAM(struct close_out_terms, min_notional_uusd, "min_notional", param_money, "0 USD",
          "1B USD", "1000 USD", "a position at or below it is closed whole"),
    PARAM(struct close_out_terms, penalty_ppm, "penalty", param_ppm, "0%", "50%", "1.5%",
          "liquidation penalty, share of closed notional, from positive equity only"),
    PARAM(struct close_out_terms, keeper_share_ppm, "keeper_share", param_ppm, "0%",
          "100%", "20%",
          "part of the penalty that is the keeper's; the rest is the fund's"),
    PARAM(struct close_out_terms, keeper_least_uusd, "keeper_least", param_money, "0 USD",
          "1M USD", "25 USD",
          "least reward of a keeper, topped up by the insurance fund"),
    {0},
};

int64_t close_out_quantity(const struct close_out_terms *terms, int64_t size_ubase,
                           int64_t mark_price_uusd) {
    assert(size_ubase != 0 && mark_price_uusd > 0);
    const wide whole = money_magnitude(size_ubase);
    const wide least =
        money_divide_ceil((wide)terms->min_notional_uusd * MONEY_ONE, mark_price_uusd);
    const wide dust =
        money_divide_floor((wide)terms->min_notional_uusd * MONEY_ONE, mark_price_uusd);
    wide most =
        money_divide_floor((wide)terms->max_notional_uusd * MONEY_ONE, mark_price_uusd);
    most = most < 1 ? 1 : most;
    wide quantity = money_divide_ceil(whole * terms->share_ppm, MONEY_ONE);
    quantity = quantity < least ? least : quantity;
    quantity = quantity > most ? most : quantity;
    if (whole - quantity <= dust) {
        quantity = whole;
    }
    return money_narrow(size_ubase > 0 ? -quantity : quantity);
}

struct close_out_charge close_out_charge(const struct close_out_terms *terms,
                                         wide notional_uusd, wide equity_uusd,
                                         int64_t fund_uusd) {
    struct close_out_charge charge = {0};
    if (equity_uusd > 0) {
        const wide penalty =
            money_divide_ceil(notional_uusd * terms->penalty_ppm, MONEY_ONE);
        charge.penalty_uusd = money_narrow(penalty < equity_uusd ? penalty : equity_uusd);
    }
    charge.keeper_uusd =
        money_mul_div_floor(charge.penalty_uusd, terms->keeper_share_ppm, MONEY_ONE);
    const int64_t missing_uusd = terms->keeper_least_uusd - charge.keeper_uusd;
    const int64_t kept_uusd = charge.penalty_uusd - charge.keeper_uusd;
    /* The fund's own part of this penalty may pay the tip. */
    const int64_t payable_uusd = money_max(fund_uusd + kept_uusd, 0);
    charge.tip_uusd = money_max(money_min(missing_uusd, payable_uusd), 0);
    return charge;
}
