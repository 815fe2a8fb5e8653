#include "engine/liquidation/portfolio_auction.h"

#define ONE ((wide)MONEY_INDEX_ONE)
#define PPM (ONE / MONEY_ONE)

const struct param portfolio_auction_params[] = {
    PARAM(struct portfolio_auction_terms, start_ppm, "start", param_ppm, "1%", "100%",
          "95%",
          "share of the equity a bid pays at the beginning (Derive, config-mainnet.sol)"),
    PARAM(struct portfolio_auction_terms, cutoff_ppm, "cutoff", param_ppm, "0%", "99%",
          "70%", "share of the equity a bid pays when the fast phase ends (Derive)"),
    PARAM(struct portfolio_auction_terms, fast_ns, "fast", param_time, "1s", "7d",
          "15min", "length of the fast phase (Derive)"),
    PARAM(struct portfolio_auction_terms, slow_ns, "slow", param_time, "1s", "30d", "12h",
          "length of the slow phase, at whose end a bid pays nothing (Derive)"),
    PARAM(struct portfolio_auction_terms, insolvent_ns, "insolvent", param_time, "1s",
          "30d", "60min",
          "time in which the payout for an insolvent account grows to its maintenance "
          "margin (Derive)"),
    PARAM(struct portfolio_auction_terms, fee_ppm, "fee", param_ppm, "0%", "10%", "10%",
          "fee to the insurance fund, share of the equity to be sold when a solvent "
          "auction begins (Derive)"),
    PARAM(struct portfolio_auction_terms, buffer_ppm, "buffer", param_ppm, "0%", "400%",
          "15%",
          "how far beyond maintenance margin the account is brought, share of it "
          "(Derive)"),
    PARAM(
        struct portfolio_auction_terms, least_uusd, "keeper_least", param_money, "0 USD",
        "1M USD", "25 USD",
        "least that the payout for a whole insolvent account grows by (assumption; 0 in "
        "Derive)"),
    PARAM(struct portfolio_auction_terms, whole_uusd, "whole_below", param_money, "0 USD",
          "1B USD", "0 USD",
          "equity up to which one bid may buy all (Derive has such a limit; its value is "
          "not published: 0 is an assumption)"),
    {0},
};

bool portfolio_auction_terms_valid(const struct portfolio_auction_terms *terms) {
    return terms->cutoff_ppm < terms->start_ppm;
}

/* a * share / 1, where a fits 64 bits and the share is at most 1. */
static wide share_ceil(wide amount, wide share) {
    return money_divide_ceil(amount * share, ONE);
}

static wide share_floor(wide amount, wide share) {
    return money_divide_floor(amount * share, ONE);
}

wide portfolio_auction_discount(const struct portfolio_auction_terms *terms,
                                int64_t elapsed_ns) {
    assert(elapsed_ns >= 0);
    const wide start = terms->start_ppm * PPM;
    const wide cutoff = terms->cutoff_ppm * PPM;
    if (elapsed_ns < terms->fast_ns) {
        return start - money_divide_floor((start - cutoff) * elapsed_ns, terms->fast_ns);
    }
    const wide late_ns = (wide)elapsed_ns - terms->fast_ns;
    if (late_ns >= terms->slow_ns) {
        return 0;
    }
    return cutoff - money_divide_floor(cutoff * late_ns, terms->slow_ns);
}

wide portfolio_auction_target(const struct portfolio_auction_terms *terms,
                              const struct portfolio_auction_worth *worth) {
    return worth->equity - worth->maintenance -
           money_divide_ceil(worth->maintenance * terms->buffer_ppm, MONEY_ONE);
}

wide portfolio_auction_share_most(const struct portfolio_auction_terms *terms,
                                  const struct portfolio_auction_worth *worth,
                                  wide discount) {
    const wide target = portfolio_auction_target(terms, worth);
    assert(portfolio_auction_biddable(worth));
    if (target >= 0) {
        return 0;
    }
    if (worth->equity <= terms->whole_uusd) {
        return ONE;
    }
    const wide paid = share_floor(worth->equity, discount);
    const wide kept = share_floor(worth->reserved, ONE - discount);
    return money_divide_ceil(-target * ONE, paid + kept - target);
}

wide portfolio_auction_price(const struct portfolio_auction_worth *worth, wide discount,
                             wide share) {
    return share_ceil(share_ceil(worth->equity - worth->reserved, discount), share);
}

wide portfolio_auction_fee(const struct portfolio_auction_terms *terms,
                           const struct portfolio_auction_worth *worth) {
    const wide sold =
        share_ceil(worth->equity, portfolio_auction_share_most(terms, worth, ONE));
    const wide fee = money_divide_ceil(sold * terms->fee_ppm, MONEY_ONE);
    return fee < worth->equity ? fee : worth->equity;
}

wide portfolio_auction_payout(const struct portfolio_auction_terms *terms,
                              const struct portfolio_auction_worth *worth,
                              int64_t elapsed_ns, wide share) {
    assert(elapsed_ns >= 0);
    const wide first = worth->equity < 0 ? -worth->equity : 0;
    const wide need = portfolio_auction_insolvent_need(worth);
    if (need == 0) { /* healthy: there is nothing to pay for */
        return 0;
    }
    const wide grows =
        need - first > terms->least_uusd ? need - first : terms->least_uusd;
    const wide elapsed =
        elapsed_ns < terms->insolvent_ns ? elapsed_ns : terms->insolvent_ns;
    return share_floor(first + money_divide_floor(grows * elapsed, terms->insolvent_ns),
                       share);
}

wide portfolio_auction_insolvent_need(const struct portfolio_auction_worth *worth) {
    const wide need = worth->maintenance - worth->equity;
    return need > 0 ? need : 0;
}
