/* portfolio.h -- one account and the market it stands in, as a file tells it.

   Sections `account`, and the lists `markets`, `expiries`, `base`, `perpetuals` and
   `options`; a row names the market or expiry it belongs to.

   Units    micro-USD, 1e-6 base units, ppm; model values as double: volatility per square
            root of a year, rate per year, forwards in USD; years of 365 days.
   Memory   a value of fixed size.
   Threads  const once loaded. */
#ifndef ANALYSIS_MARGIN_PORTFOLIO_H
#define ANALYSIS_MARGIN_PORTFOLIO_H

#include "engine/options/svi.h"
#include "scenarios/sections.h"

#define PORTFOLIO_MARKETS  16
#define PORTFOLIO_EXPIRIES 64
#define PORTFOLIO_OPTIONS  256

struct portfolio_account {
    int64_t cash_uusd;
    int64_t stable_ppm; /* price of the coin that cash is held in */
};

struct portfolio_market {
    char name[PARAM_TEXT_SIZE];
    int64_t spot_uusd, perp_uusd; /* perp 0: as spot */
    int64_t spot_confidence_ppm, perp_confidence_ppm;
    int64_t open_interest_uusd;
};

struct portfolio_expiry {
    char name[PARAM_TEXT_SIZE], market[PARAM_TEXT_SIZE];
    int64_t time_ns;
    double forward, rate;
    int64_t forward_confidence_ppm, volatility_confidence_ppm;
    struct svi svi; /* sigma 0: none; forward and tau 0: those of the expiry */
    double variance_ratio;
    uint32_t market_index; /* found from the name */
};

struct portfolio_holding { /* of base */
    char market[PARAM_TEXT_SIZE];
    int64_t size_ubase;
    uint32_t market_index;
};

struct portfolio_perp {
    char market[PARAM_TEXT_SIZE];
    int64_t size_ubase;
    int64_t entry_uusd;   /* 0: cash already holds what was paid */
    int64_t funding_uusd; /* accrued and not yet paid, signed */
    uint32_t market_index;
};

struct portfolio_option {
    char expiry[PARAM_TEXT_SIZE];
    int64_t put; /* 0 call, 1 put */
    int64_t strike_uusd;
    int64_t size_ubase;
    double volatility; /* 0: by the expiry's smile */
    uint32_t expiry_index;
};

struct account_portfolio {
    struct portfolio_account account;
    struct portfolio_market market[PORTFOLIO_MARKETS];
    struct portfolio_expiry expiry[PORTFOLIO_EXPIRIES];
    struct portfolio_holding base[PORTFOLIO_MARKETS];
    struct portfolio_perp perp[PORTFOLIO_MARKETS];
    struct portfolio_option option[PORTFOLIO_OPTIONS];
    uint32_t market_count, expiry_count, base_count, perp_count, option_count;
};

/* portfolio_schema is what the loader walks. */
extern const struct schema portfolio_schema;

/* portfolio_years is the time to an expiry. */
double portfolio_years(const struct portfolio_expiry *expiry);

#endif
