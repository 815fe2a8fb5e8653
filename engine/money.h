/* money.h -- integer money: one place for the wide product and for every rounding.

   Units    amounts are int64 micro-USD, quantities int64 1e-6 base units, prices
   micro-USD per whole base unit, shares in parts per million (ppm). Range    a price lies
   in [MONEY_PRICE_MIN, MONEY_PRICE_MAX].  Wide values hold any product of two 64-bit
   values. Memory   values only. Threads  pure functions. */
#ifndef ENGINE_MONEY_H
#define ENGINE_MONEY_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

#define MONEY_ONE       INT64_C(1000000)   /* one USD, one base unit, one in ppm */
#define MONEY_PRICE_MIN INT64_C(1)         /* a path below it has failed */
#define MONEY_PRICE_MAX (INT64_C(1) << 53) /* a path above it has failed */
#define MONEY_SIZE_MAX  (INT64_C(1) << 60) /* of a position, a balance, a transfer */
#define MONEY_INDEX_ONE                                                                  \
    INT64_C(1000000000000000000) /* 1 as an index, 1e-18 fixed point */

/* money_is_narrow tells whether a wide value is one of 64 bits: such divisions are several
   times cheaper. */
static inline bool money_is_narrow(wide a) {
    return a == (int64_t)a;
}

struct money_quotient {
    wide whole;   /* without its fraction */
    bool inexact; /* there was one */
};

/* money_divide_long returns a / b; b > 0.  Dividing 128 bits by 64 is one instruction where
   the quotient is known to fit, which no compiler can know. */
static inline struct money_quotient money_divide_long(wide a, wide b) {
#if defined(__x86_64__)
    const uwide magnitude = a < 0 ? -(uwide)a : (uwide)a;
    const uint64_t high = (uint64_t)(magnitude >> 64);
    if (money_is_narrow(b) && high < (uint64_t)b) {
        uint64_t quotient, rest;
        __asm__("divq %4"
                : "=a"(quotient), "=d"(rest)
                : "a"((uint64_t)magnitude), "d"(high), "r"((uint64_t)b)
                : "cc");
        return (struct money_quotient){a < 0 ? -(wide)quotient : (wide)quotient,
                                       rest != 0};
    }
#endif
    const wide whole = a / b;
    return (struct money_quotient){whole, whole * b != a};
}

/* money_divide_floor returns a / b rounded towards minus infinity; b > 0. */
static inline wide money_divide_floor(wide a, wide b) {
    assert(b > 0);
    if (money_is_narrow(a) && money_is_narrow(b)) {
        const int64_t quotient = (int64_t)a / (int64_t)b;
        return quotient - ((int64_t)a % (int64_t)b < 0);
    }
    const struct money_quotient long_one = money_divide_long(a, b);
    return long_one.whole - (a < 0 && long_one.inexact);
}

/* money_divide_ceil returns a / b rounded towards plus infinity; b > 0. */
static inline wide money_divide_ceil(wide a, wide b) {
    assert(b > 0);
    if (money_is_narrow(a) && money_is_narrow(b)) {
        const int64_t quotient = (int64_t)a / (int64_t)b;
        return quotient + ((int64_t)a % (int64_t)b > 0);
    }
    const struct money_quotient long_one = money_divide_long(a, b);
    return long_one.whole + (a > 0 && long_one.inexact);
}

/* money_divide_toward_zero returns a / b without its fraction; b > 0. */
static inline wide money_divide_toward_zero(wide a, wide b) {
    assert(b > 0);
    return money_is_narrow(a) && money_is_narrow(b) ? (int64_t)a / (int64_t)b
                                                    : money_divide_long(a, b).whole;
}

/* money_fits tells whether a wide amount fits the ledger's 64 bits with room to add. */
static inline bool money_fits(wide amount) {
    return amount >= -MONEY_SIZE_MAX && amount <= MONEY_SIZE_MAX;
}

/* money_clip returns the amount, or the nearest one that fits. */
static inline int64_t money_clip(wide amount) {
    return money_fits(amount) ? (int64_t)amount
           : amount < 0       ? -MONEY_SIZE_MAX
                              : MONEY_SIZE_MAX;
}

/* money_narrow returns a wide amount that is known to fit. */
static inline int64_t money_narrow(wide amount) {
    assert(amount >= INT64_MIN);
    assert(amount <= INT64_MAX);
    return (int64_t)amount;
}

/* money_mul_div_floor returns a * b / c rounded down; c > 0, the result fits. */
static inline int64_t money_mul_div_floor(int64_t a, int64_t b, int64_t c) {
    return money_narrow(money_divide_floor((wide)a * b, c));
}

/* money_mul_div_ceil returns a * b / c rounded up; c > 0, the result fits. */
static inline int64_t money_mul_div_ceil(int64_t a, int64_t b, int64_t c) {
    return money_narrow(money_divide_ceil((wide)a * b, c));
}

/* money_magnitude returns |a|; a is not INT64_MIN. */
static inline int64_t money_magnitude(int64_t a) {
    assert(a != INT64_MIN);
    return a < 0 ? -a : a;
}

/* money_wide_magnitude returns |a| of a wide amount; a is not its least value. */
static inline wide money_wide_magnitude(wide a) {
    return a < 0 ? -a : a;
}

/* money_min and money_max return the smaller and the larger of two amounts. */
static inline int64_t money_min(int64_t a, int64_t b) {
    return a < b ? a : b;
}
static inline int64_t money_max(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* money_value_floor returns quantity * price in micro-USD, rounded down: what a holder
   may count on.  The quantity is signed. */
static inline wide money_value_floor(int64_t quantity_ubase, int64_t price_uusd) {
    return money_divide_floor((wide)quantity_ubase * price_uusd, MONEY_ONE);
}

/* money_value_ceil returns quantity * price in micro-USD, rounded up: what a holder owes.
 */
static inline wide money_value_ceil(int64_t quantity_ubase, int64_t price_uusd) {
    return money_divide_ceil((wide)quantity_ubase * price_uusd, MONEY_ONE);
}

/* money_from_double_floor and money_from_double_ceil turn a model's value into an integer
   and are the only way to do so where a path runs.
   Range  |value| < 2^62, asserted; NaN is a bug and is caught by the same assertion. */
static inline int64_t money_from_double_floor(double value) {
    assert(value > -4611686018427387904.0 && value < 4611686018427387904.0);
    const int64_t truncated = (int64_t)value;
    return truncated - ((double)truncated > value);
}
static inline int64_t money_from_double_ceil(double value) {
    assert(value > -4611686018427387904.0 && value < 4611686018427387904.0);
    const int64_t truncated = (int64_t)value;
    return truncated + ((double)truncated < value);
}

#endif
