/* models.h -- the rows of the table of market models, one a file.

   Units    as in market.h.
   Memory   constants only.
   Threads  constants and pure functions. */
#ifndef SCENARIOS_MARKET_MODELS_H
#define SCENARIOS_MARKET_MODELS_H

#include "scenarios/market/market.h"

extern const struct market_row market_gbm_row;       /* gbm.c */
extern const struct market_row market_bridge_row;    /* bridge.c */
extern const struct market_row market_gap_row;       /* gap.c */
extern const struct market_row market_staircase_row; /* staircase.c */
extern const struct market_row market_merton_row;    /* merton.c */
extern const struct market_row market_heston_row;    /* heston.c */
extern const struct market_row market_bates_row;     /* bates.c */
extern const struct market_row market_svcj_row;      /* svcj.c */

#define MARKET_DAYS_A_YEAR  365.0
#define MARKET_HOURS_A_YEAR 8760.0
#define MARKET_YEAR_NS      31536e12

/* market_models_resting is the init of models whose volatility is the parameter and never
   changes. */
void market_models_resting(const struct market *market, struct market_state *state);

#endif
