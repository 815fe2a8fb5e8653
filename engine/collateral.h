/* collateral.h -- the second collateral asset: the underlying itself, after a haircut.

   value(units)    = floor(units * mark / multiplier), the mark being that of instrument 0
   for a contract of multiplier base units
   as margin       = floor(value * (1 - haircut))
   seized          at floor(mark * (1 - spread)), as many units as the debt needs, rounded
   up, at most all

   It is worth least when those who posted it lose most: wrong-way collateral.

   Units    units in 1e-6 whole units of the underlying, micro-USD, ppm.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   haircut on a base asset as margin: Derive SRM, base margin factor. */
#ifndef ENGINE_COLLATERAL_H
#define ENGINE_COLLATERAL_H

#include "engine/money.h"

struct collateral_terms {
    int64_t accepted;         /* 0 or 1: whether the underlying may be deposited */
    int64_t haircut_ppm;      /* of its value, where it counts as margin */
    int64_t cap_uusd;         /* most value of it an account may deposit; 0: no cap */
    int64_t seize_spread_ppm; /* below the mark, when it is seized */
    int64_t borrow;           /* 0 or 1: whether cash may be withdrawn against it */
};

/* collateral_value_floor returns what units are worth at a price of so many base units. */
static inline wide collateral_value_floor(int64_t units, int64_t price_uusd,
                                          int64_t multiplier_ubase) {
    return money_divide_floor((wide)units * price_uusd, multiplier_ubase);
}

/* collateral_margin_floor returns what of a value counts as margin. */
static inline wide collateral_margin_floor(const struct collateral_terms *terms,
                                           wide value_uusd) {
    return money_divide_floor(value_uusd * (MONEY_ONE - terms->haircut_ppm), MONEY_ONE);
}

/* collateral_units_ceil returns how many units raise an amount at a price. */
static inline wide collateral_units_ceil(wide amount_uusd, int64_t price_uusd,
                                         int64_t multiplier_ubase) {
    return money_divide_ceil(amount_uusd * multiplier_ubase, price_uusd);
}

/* collateral_seize_price returns the price of seized units at a mark price: at least
   MONEY_PRICE_MIN. */
int64_t collateral_seize_price(const struct collateral_terms *terms,
                               int64_t mark_price_uusd);

/* collateral_valid tells whether haircut and spread are shares. */
bool collateral_valid(const struct collateral_terms *terms);

#endif
