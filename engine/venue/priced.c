#include "engine/venue/priced.h"

const struct param venue_params[] = {
    PARAM(struct venue_terms, half_spread_ppm, "half_spread", param_ppm, "0%", "50%",
          "0.05%", "distance of a fill from the mark price, against the taker"),
    PARAM(struct venue_terms, skew_depth_uusd, "skew_depth", param_money, "0 USD",
          "1000B USD", "2B USD",
          "skew at which a fill is priced at twice the mark; 0: no premium"),
    PARAM(struct venue_terms, fee_ppm, "fee", param_ppm, "0%", "10%", "0.05%",
          "trading fee, share of notional"),
    PARAM(struct venue_terms, fee_fund_ppm, "fee_to_fund", param_ppm, "0%", "100%", "20%",
          "share of the trading fee that goes to the insurance fund"),
    PARAM(struct venue_terms, pool_max_net_exposure_uusd, "max_net_exposure", param_money,
          "0 USD", "1000B USD", "25M USD",
          "largest net notional of the pool; fills that shrink it always pass; 0: no "
          "limit"),
    {0},
};

#define E9           INT64_C(1000000000)
#define PREMIUM_MOST 1000 /* in units of the mark: beyond it there is no price */

int64_t venue_fill_price(const struct venue_terms *terms, const struct contract *market,
                         int64_t mark_price_uusd, int64_t quantity_ubase) {
    const bool buys = quantity_ubase > 0;
    wide numerator =
        (wide)mark_price_uusd *
        (MONEY_ONE + (buys ? terms->half_spread_ppm : -terms->half_spread_ppm));
    wide denominator = MONEY_ONE;
    if (terms->skew_depth_uusd > 0) {
        /* Twice the mean skew as notional; towards zero: no side chose it alone. */
        const wide twice = money_divide_toward_zero(
            (2 * (wide)portfolio_skew_ubase(market) + quantity_ubase) * mark_price_uusd,
            MONEY_ONE);
        const wide depth = 2 * (wide)terms->skew_depth_uusd;
        if (twice > depth * PREMIUM_MOST) {
            return 0;
        }
        /* A discount ends at half the mark: the formula is linear, prices are positive.
         */
        const wide premium = twice < -depth / 2 ? -depth / 2 : twice;
        numerator *= E9 + money_divide_toward_zero(premium * E9, depth);
        denominator *= E9;
    }
    const wide price = buys ? money_divide_ceil(numerator, denominator)
                            : money_divide_floor(numerator, denominator);
    if (price > MONEY_PRICE_MAX) {
        return 0;
    }
    return price < MONEY_PRICE_MIN ? MONEY_PRICE_MIN : (int64_t)price;
}

static bool within(int64_t limit_uusd, int64_t size_ubase, int64_t mark_price_uusd) {
    return limit_uusd == 0 ||
           money_value_ceil(money_magnitude(size_ubase), mark_price_uusd) <= limit_uusd;
}

bool venue_accepts(const struct venue_terms *terms,
                   const struct instrument_terms *instrument,
                   const struct contract *market, int64_t before_ubase,
                   int64_t quantity_ubase) {
    if (portfolio_opened_ubase(before_ubase, quantity_ubase) == 0) {
        return true;
    }
    const int64_t before = portfolio_skew_ubase(market);
    const int64_t after = before + quantity_ubase;
    const int64_t mark = market->mark_price_uusd;
    const bool shrinks = money_magnitude(after) <= money_magnitude(before);
    return (shrinks || within(terms->pool_max_net_exposure_uusd, after, mark)) &&
           within(instrument->open_interest_max_uusd,
                  portfolio_open_interest_after(market, before_ubase, quantity_ubase),
                  mark);
}

wide venue_fee_uusd(const struct venue_terms *terms, int64_t quantity_ubase,
                    int64_t price_uusd) {
    return money_divide_ceil(
        money_value_ceil(money_magnitude(quantity_ubase), price_uusd) * terms->fee_ppm,
        MONEY_ONE);
}
