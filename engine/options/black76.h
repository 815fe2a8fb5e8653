/* black76.h -- European options on a forward: price and Greeks, one or many.

   s = volatility sqrt(years), d1 = ln(F / K) / s + s / 2, d2 = d1 - s, N the normal
   distribution function, D the discount factor:
   call = D (F N(d1) - K N(d2)), put = D (K N(-d2) - F N(-d1)), neither below 0.
   s is at most BLACK76_DEVIATION_MOST, where a call is worth the forward; at s = 0 an option
   is worth D max(F - K, 0) or D max(K - F, 0).

   A book keeps what does not change while the forward moves: a new mark of every option on
   one forward then costs one exponential an option.  Every vector level gives the same
   bits, and a book of one option those of a larger one.

   Units    prices in any one unit, per whole base unit; years of 365 days; volatility per
            square root of a year.
   Range    forward and strike 1e-9 to 1e15, 0 <= volatility <= 1e3, 0 <= years <= 1e3,
            1e-9 <= discount <= 1e3; asserted.
   Error    price and delta: below 1e-12 max(F, K) and 1e-12 for s >= 0.001, by MPFR; so are
            the other Greeks in their units of 1 / max(F, K) and max(F, K).
   Memory   a book's arrays are the caller's, black76_footprint bytes; nothing is allocated.
   Threads  a book may be read by many threads.
   Source   Black (1976), Journal of Financial Economics 3, equations 16 and 17. */
#ifndef ENGINE_OPTIONS_BLACK76_H
#define ENGINE_OPTIONS_BLACK76_H

#include "engine/numeric.h"

#define BLACK76_DEVIATION_MOST 24.0
#define BLACK76_ALIGNMENT      64

struct black76_option {
    double strike, volatility, years, discount;
    bool put;
};

struct black76_greeks {
    double price;
    double delta; /* of the forward */
    double gamma; /* of the forward, twice; 0 at s = 0 */
    double vega;  /* per 1 of volatility; 0 at s = 0 */
    double theta; /* per year that passes, at the rate -ln(D) / years; 0 at years = 0 */
    double rho;   /* per 1 of the rate, the forward held */
};

/* black76_evaluate returns price and Greeks of one option; price and delta have the bits
   of a book's. */
struct black76_greeks black76_evaluate(const struct black76_option *option,
                                       double forward);

struct black76_book { /* a view; [count], filled up to whole vectors */
    size_t count;
    double *strike, *log_strike, *per_strike;
    double *deviation, *per_deviation; /* s and 1 / s */
    double *discount, *side;           /* side is 1 for a call, -1 for a put */
};

/* black76_footprint returns the bytes a book of count options needs, at
   BLACK76_ALIGNMENT. */
size_t black76_footprint(size_t count);

/* black76_bind points the book at memory; every entry is to be set before a mark. */
void black76_bind(struct black76_book *book, size_t count, void *memory);

/* What a book is made of: arrays of count values; side is 1 for a call, -1 for a put. */
struct black76_input {
    const double *strike, *volatility, *years, *discount, *side;
};

/* black76_cache computes all constants of the book from count options. */
void black76_cache(struct black76_book *book, const struct black76_input *input);

/* black76_mark writes price and delta of every option at one forward price. */
void black76_mark(const struct black76_book *book, double forward, double *price,
                  double *delta);

/* The same at a chosen level not above numeric_level_best(), asserted. */
void black76_cache_at(enum numeric_level level, struct black76_book *book,
                      const struct black76_input *input);
void black76_mark_at(enum numeric_level level, const struct black76_book *book,
                     double forward, double *price, double *delta);

#endif
