/* impact.h -- what this protocol's own flow does to the outside price: one law.

   ln P_out = X_exo + I_perm + I_temp.  All flow of this protocol is one signed metaorder,
   the wave: W = sum of signed USD, forgotten with a half-life of an hour.  Its impact is

       I(W) = sign(W) Y sigma sqrt(|W| / V),   V = ADV (sigma / sigma_bar)^e,

   and a trade q adds I(W + q) - I(W), so children of one order move the price as far as
   their parent.  A share of it (30 %) stays, the rest decays with a half-life of 30 min.

   A fill pays the larger of two costs against the price before it, never their sum:
     metaorder  the mean of I(W + u) - I(W) over u in [0, q];
     immediate  a walk of the depth curve, linear in distance: depth within `width`, less
                what recent flow on that side took and has not refilled (half-life 5 min).
                That flow has already moved the price, so what it moved is deducted.

   Depth falls with volatility and in an event.  One state says how far the book has been
   run through, by whomever: S, in books as they were before the event, grows by
   dX_exo / width when the outside price moves and by q / depth when this protocol trades,
   both signed, and is forgotten as the book refills.  Whoever quotes draws back from it: the depth event E jumps to
   min(ln(1 / event_depth), response |S|) when that is above where it stands, and fades, so
   that half the depth is back event_recovery after an event of full size,

       depth = level * max(floor, (sigma / sigma_bar)^e' exp(-E)),   E(t) = E(0) 2^(-t / h),
       h = recovery ln 2 / ln(ln(1 / event_depth) / ln 2), at most the recovery.

   A trade walks the depth of its own middle, its own part in the event included.

   Without feedback the law is that of Y = 0: flow is recorded and fills walk the depth
   curve, but the price does not move.

   Units    flow int64 micro-USD, positive is a purchase; logs of price ratios; sigma is a
            daily volatility; time int64 nanoseconds.
   Memory   struct impact is immutable once prepared; struct impact_state is plain data.
   Threads  pure functions of their arguments.
   Source   Toth et al. (2011), Phys. Rev. X 1, 021006, eq. 1 (square root); Donier and
            Bonart (2015), arXiv:1412.4503 (on Bitcoin); DESIGN.md, "Impact"; depth and its
            way back: BTC perpetual book of 10 October 2025, Binance, in snapshots of 30 s. */
#ifndef SCENARIOS_IMPACT_H
#define SCENARIOS_IMPACT_H

#include "engine/param.h"

#include <stdint.h>

struct impact_config {
    int64_t feedback; /* flag */
    double prefactor; /* Y */
    double permanent_share;
    int64_t temporary_half_life_ns;
    int64_t wave_half_life_ns;
    int64_t volume_uusd;         /* ADV, per day */
    double reference_volatility; /* annualised, of the days ADV was measured on */
    double volume_exponent;
    int64_t depth_uusd; /* each side, within depth_width; 0: without end */
    double depth_width;
    double depth_elasticity;
    double depth_floor;
    int64_t refill_half_life_ns;
    double event_depth; /* 1: there are no events */
    double event_response;
    int64_t event_recovery_ns;
};

struct impact {
    struct impact_config config;
    double prefactor;           /* 0 without feedback */
    double log_reference_daily; /* ln sigma_bar */
    int64_t usual_ns;           /* the span whose factors are kept */
    double usual_wave, usual_temporary, usual_refill, usual_event;
    double event_most; /* ln(1 / event_depth); 0: there are no events */
    double event_half_life_ns;
};

enum impact_side { IMPACT_BID, IMPACT_ASK, IMPACT_SIDE_COUNT };

struct impact_state {
    int64_t time_ns;
    double wave_uusd;                     /* W */
    double permanent;                     /* I_perm */
    double temporary;                     /* I_temp */
    double taken_uusd[IMPACT_SIDE_COUNT]; /* of the depth, not yet refilled */
    double moved[IMPACT_SIDE_COUNT];      /* |log move| that taken_uusd has made */
    int64_t bought_uusd, sold_uusd;       /* all flow so far, both >= 0 */
    double outside;                       /* X_exo that run_through has seen */
    double run_through;                   /* S, in books */
    double event;                         /* E: ln of depth lost to it */
};

/* impact_params are the section's parameters; ends with a row whose name is NULL. */
extern const struct param impact_params[];

/* impact_config_default writes every parameter's default. */
void impact_config_default(struct impact_config *config);

/* impact_prepare derives what all paths share; usual_ns is the usual time between calls
   of impact_advance, such as a slot (any other is right too, only slower). */
void impact_prepare(struct impact *impact, const struct impact_config *config,
                    int64_t usual_ns);

/* impact_init writes the state of a market this protocol has never touched, at rest at
   the outside log price. */
void impact_init(struct impact_state *state, int64_t now_ns, double outside);

/* impact_advance lets the past fade to now_ns. */
void impact_advance(const struct impact *impact, struct impact_state *state,
                    int64_t now_ns);

/* impact_follow shows the book where the outside price has gone, X_exo, at the state's
   time: call impact_advance first. */
void impact_follow(const struct impact *impact, struct impact_state *state,
                   double outside);

/* impact_depth_uusd is what one side of the book holds within `width` of the price at the
   state's time, when nothing of it has been taken; 0 stands for a book without end, as in
   the parameter.
   Range   daily_volatility >= 0. */
double impact_depth_uusd(const struct impact *impact, const struct impact_state *state,
                         double daily_volatility);

/* impact_log is I_perm + I_temp at the state's time: call impact_advance first. */
double impact_log(const struct impact_state *state);

/* impact_trade fills flow_uusd at now_ns and moves the price.  *fill_log gets the mean
   fill against the price before the trade, as a log: positive for a purchase, negative
   for a sale, 0 for no flow.
   Range   daily_volatility >= 0; now_ns is not before the state's time. */
void impact_trade(const struct impact *impact, struct impact_state *state, int64_t now_ns,
                  double daily_volatility, int64_t flow_uusd, double *fill_log);

#endif
