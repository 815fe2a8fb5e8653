/* svi.h -- a slice of the volatility surface: total variance of one expiry by strike.

   k = ln(K / F_ref), held within +-4 sqrt(a + b sigma): deeper strikes take a flat wing.
   w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), at most SVI_VARIANCE_MOST.
   volatility = sqrt(w / tau_ref).

   A slice has no butterfly arbitrage where w >= 0 and
   g(k) = (1 - k w' / 2 w)^2 - w'^2 / 4 (1 / w + 1 / 4) + w'' / 2 >= 0,
   and its wings grow slower than 2 |k|: b (1 + |rho|) <= 2.  Two slices have no calendar
   arbitrage where the later one's w is nowhere below.  Both are checked on a grid of
   SVI_GRID points, with the wings as the formula has them, not flat.

   Units    none; tau in years of 365 days, forward as strikes.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   Gatheral and Jacquier (2014), Quantitative Finance 14(1), sections 2 and 3;
            flat wings and cap: Derive, volatility feed. */
#ifndef ENGINE_OPTIONS_SVI_H
#define ENGINE_OPTIONS_SVI_H

#include "engine/numeric.h"

#define SVI_VARIANCE_MOST 144.0
#define SVI_GRID          401

struct svi {
    double a, b, rho, m, sigma;
    double forward, tau; /* those the slice was fitted at */
};

enum svi_fault {
    SVI_FINE,
    SVI_RANGE,     /* b < 0, |rho| >= 1, sigma, forward or tau <= 0 */
    SVI_VARIANCE,  /* the least total variance is not above 0 */
    SVI_WING,      /* b (1 + |rho|) > 2 */
    SVI_BUTTERFLY, /* g < 0 somewhere */
    SVI_CALENDAR,  /* a later slice is below an earlier one somewhere */
};

/* svi_fault_text says what is wrong, in half a sentence. */
const char *svi_fault_text(enum svi_fault fault);

/* svi_variance is the total variance at log-moneyness k, as the formula has it. */
double svi_variance(const struct svi *svi, double k);

/* svi_volatility is the volatility of a strike, with flat wings.
   Range   strike > 0 and a slice that svi_check does not call SVI_RANGE or SVI_VARIANCE. */
double svi_volatility(const struct svi *svi, double strike);

/* svi_tied is the slice when the variance it lives by is ratio times what it was: every
   total variance is.  Check it anew: a slice without arbitrage may get one. */
struct svi svi_tied(const struct svi *svi, double variance_ratio);

/* svi_check finds what is wrong with one slice first, in the order of the enum; *k is where
   on the grid g is least. */
enum svi_fault svi_check(const struct svi *svi, double *k);

/* svi_check_calendar compares two slices that svi_check finds fine, the earlier first; *k is
   where the later one is furthest below, each at its own forward. */
enum svi_fault svi_check_calendar(const struct svi *early, const struct svi *late,
                                  double *k);

#endif
