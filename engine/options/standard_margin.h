/* standard_margin.h -- standard margin of a portfolio of base, perpetual and options.

   Nothing is netted but what must be: a leg is charged alone, a set of options of one
   expiry never more than the most it can lose.  With S the spot price, K a strike, F the
   forward price, a a signed size and m the signed mark value of the leg:

   long leg                0
   short call maintenance  m + call_maintenance S a
   short call initial      m + max(max_spot - max(K - S, 0) / S, min_spot) S a
   short put maintenance   m + min(put_maintenance S a, put_mark m)
   short put initial       min(m + max(max_spot - max(S - K, 0) / S, min_spot) S a,
                               put_offset maintenance)
   an expiry               max(sum of its legs, most it can lose)
   most it can lose        min over p in {0} and the strikes of min(payoff(p), 0)
                           + unpaired F netted calls, where these are short
   base                    value base_factor (initial: base_initial)
   oracle contingency      initial only, where the least confidence c is below its threshold:
                           (1 - c) confidence_factor S (|perpetual|, short options or base)
   depeg contingency       initial only: max(depeg_threshold - stable price, 0) depeg_factor
                           S (short options + |perpetual|)

   The perpetual's own requirement is engine/margin/linear.h.  Every result is signed: what
   a leg adds to cash, so that the sum is the margin left over; below 0 it is missing.

   Units    micro-USD, 1e-6 base units, ppm; each division rounds against the holder.
   Memory   values; nothing is allocated.
   Threads  pure functions.
   Source   Derive v2-core, src/risk-managers/StandardManager.sol. */
#ifndef ENGINE_OPTIONS_STANDARD_MARGIN_H
#define ENGINE_OPTIONS_STANDARD_MARGIN_H

#include "engine/money.h"
#include "engine/param.h"

#include <stddef.h>

struct standard_margin { /* all in ppm */
    int64_t on;          /* 0 or 1: whether options are margined this way at all */
    int64_t discounted;  /* 0 or 1: whether marks are discounted by the rate */
    int64_t max_spot_ppm, min_spot_ppm;
    int64_t call_maintenance_ppm, put_maintenance_ppm, put_mark_ppm, put_offset_ppm;
    int64_t unpaired_initial_ppm, unpaired_maintenance_ppm;
    int64_t base_ppm, base_initial_ppm;
    int64_t perp_confidence_ppm, option_confidence_ppm, base_confidence_ppm;
    int64_t confidence_factor_ppm;
    int64_t depeg_threshold_ppm, depeg_factor_ppm;
};

extern const struct param standard_margin_params[];

/* What is charged, signed: 0 or below but for what is worth something. */
struct standard_charge {
    wide initial_uusd, maintenance_uusd;
};

struct standard_option {
    int64_t strike_uusd;
    int64_t size_ubase; /* signed */
    int64_t mark_uusd;  /* of the whole leg, signed, rounded down */
    bool put;
};

/* standard_margin_leg is the charge of one option alone. */
struct standard_charge standard_margin_leg(const struct standard_margin *terms,
                                           int64_t spot_uusd,
                                           const struct standard_option *option);

/* All options of one expiry in one market. */
struct standard_options {
    const struct standard_option *option;
    size_t count;
    int64_t spot_uusd;
    int64_t forward_uusd; /* rounded up */
};

struct standard_expiry {
    struct standard_charge isolated; /* sum of the legs */
    struct standard_charge loss;     /* most it can lose */
    struct standard_charge charge;   /* the smaller of both */
    wide payoff_uusd;                /* the least one, at most 0 */
    int64_t worst_price_uusd; /* where that is; 0 also where no payoff is below 0 */
    wide short_ubase;         /* sum of short sizes, at least 0 */
};

/* standard_margin_payoff is what all options pay at a settlement price, each leg rounded
   down. */
wide standard_margin_payoff(const struct standard_options *options, int64_t price_uusd);

/* standard_margin_expiry is the charge of an expiry; O(count^2). */
struct standard_expiry standard_margin_expiry(const struct standard_margin *terms,
                                              const struct standard_options *options);

/* standard_margin_base is what base_ubase >= 0 of the base asset add. */
struct standard_charge standard_margin_base(const struct standard_margin *terms,
                                            int64_t spot_uusd, int64_t base_ubase);

/* What is at risk where a price may be wrong. */
struct standard_risk {
    int64_t spot_uusd;
    wide size_ubase;        /* at least 0 */
    int64_t confidence_ppm; /* the least of the prices it depends on */
};

/* standard_margin_doubt is the oracle contingency of initial margin below a threshold. */
wide standard_margin_doubt(const struct standard_margin *terms, int64_t threshold_ppm,
                           const struct standard_risk *risk);

/* standard_margin_depeg is the depeg contingency of initial margin of short options and
   perpetuals of so many base units in all. */
wide standard_margin_depeg(const struct standard_margin *terms, int64_t spot_uusd,
                           wide size_ubase, int64_t stable_ppm);

#endif
