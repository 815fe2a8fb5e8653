#include "engine/collateral.h"

int64_t collateral_seize_price(const struct collateral_terms *terms,
                               int64_t mark_price_uusd) {
    return money_max(money_mul_div_floor(mark_price_uusd,
                                         MONEY_ONE - terms->seize_spread_ppm, MONEY_ONE),
                     MONEY_PRICE_MIN);
}

bool collateral_valid(const struct collateral_terms *terms) {
    return terms->haircut_ppm >= 0 && terms->haircut_ppm <= MONEY_ONE &&
           terms->seize_spread_ppm >= 0 && terms->seize_spread_ppm <= MONEY_ONE &&
           terms->cap_uusd >= 0;
}
