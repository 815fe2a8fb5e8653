/* venues.h -- each oracle reporter sees its own venue, off the outside price by a little
   that widens with volatility.

   Price of venue i = outside price * exp(e_i), e_i = (base + slope * sigma) z_i, with
   sigma the current daily volatility and z_i a stationary Ornstein-Uhlenbeck process of
   unit variance, independent between venues.  A venue's state is advanced only when
   somebody looks, over whatever time has passed: the transition is exact.

   Units    offsets are logs of price ratios; sigma is a daily volatility; time int64
            nanoseconds.
   Memory   struct venues is immutable once prepared; struct venues_state is plain data,
            one for each venue.
   Threads  pure functions of their arguments.
   Source   DESIGN.md, "The storm" (12-13 March 2020: one venue's low 86.00, a published
            index low 95.87). */
#ifndef SCENARIOS_VENUES_H
#define SCENARIOS_VENUES_H

#include "engine/param.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stdint.h>

struct venues_config {
    double base;
    double slope;
    int64_t half_life_ns;
};

struct venues {
    struct venues_config config;
    int64_t usual_ns;    /* the time between looks whose coefficients are kept */
    double usual_decay;  /* of z over usual_ns */
    double usual_spread; /* sqrt(1 - decay^2) */
};

#define VENUES_AHEAD 32 /* shocks drawn at a time: a batch costs a fraction of as many */

struct venues_state {
    struct rng rng;
    struct rng_address address;
    int64_t time_ns;
    double z;
    uint64_t ahead; /* how many of the shocks are still to be used: the last ones */
    double shock[VENUES_AHEAD];
};

struct venues_glance { /* at the outside market */
    int64_t now_ns;
    int64_t outside_price_uusd;
    double daily_volatility;
};

/* venues_params are the section's parameters; ends with a row whose name is NULL. */
extern const struct param venues_params[];

/* venues_config_default writes every parameter's default. */
void venues_config_default(struct venues_config *config);

/* venues_prepare derives what all paths share; usual_ns is the usual time between looks,
   such as a slot (any other is right too, only slower). */
void venues_prepare(struct venues *venues, const struct venues_config *config,
                    int64_t usual_ns);

/* venues_init writes a venue's state at now_ns, z from its stationary law.  owner is the
   hash of the venue's population name and index (sim/random.h). */
void venues_init(struct venues_state *state, int64_t now_ns, uint64_t seed, uint64_t path,
                 uint64_t owner);

/* venues_offset advances the venue to now_ns and returns e_i.
   Range   daily_volatility >= 0; now_ns is not before the state's time.
   Draws   one normal if time has passed. */
double venues_offset(const struct venues *venues, struct venues_state *state,
                     int64_t now_ns, double daily_volatility);

/* venues_look advances count venues, at most VENUES_LOOK_MOST, to now_ns and writes the
   price at each; false when one is out of range (market_price). */
#define VENUES_LOOK_MOST 64
bool venues_look(const struct venues *venues, struct venues_state *state, uint32_t count,
                 const struct venues_glance *glance, int64_t *price_uusd);

/* venues_rekey gives what is still to be drawn to another branch of the path. */
void venues_rekey(struct venues_state *state, uint64_t branch);

#endif
