#include "analysis/margin/portfolio.h"

#include "engine/money.h"

#include <stdio.h>
#include <string.h>

#define YEAR_NS (365.0 * 86400 * 1e9)

#define NOTIONAL_UUSD 1e16 /* of an option: a hundred times it is still money */

static const struct param account_params[] = {
    PARAM(struct portfolio_account, cash_uusd, "cash", param_money, "-100B USD",
          "100B USD", "0 USD", "what the account holds, or owes"),
    PARAM(struct portfolio_account, stable_ppm, "stable_price", param_ppm, "0%", "200%",
          "100%", "price of the coin that cash is held in, share of 1 USD"),
    {0},
};

static const struct param market_params[] = {
    PARAM(struct portfolio_market, name, "name", param_text, NULL, NULL, NULL,
          "what the other lists call it"),
    PARAM(struct portfolio_market, spot_uusd, "spot", param_price, "0.001 USD", "1B USD",
          NULL, "spot or index price"),
    PARAM(struct portfolio_market, perp_uusd, "perpetual", param_price, "0 USD", "1B USD",
          "0 USD", "mark price of the perpetual; 0: as spot"),
    PARAM(struct portfolio_market, spot_confidence_ppm, "spot_confidence", param_ppm,
          "0%", "100%", "100%", "confidence of the spot price"),
    PARAM(struct portfolio_market, perp_confidence_ppm, "perpetual_confidence", param_ppm,
          "0%", "100%", "100%", "confidence of the perpetual's price"),
    PARAM(struct portfolio_market, open_interest_uusd, "open_interest", param_money,
          "0 USD", "1000B USD", "0 USD",
          "of all accounts, where initial margin grows with it"),
    {0},
};

#define EXPIRY(member, key, kind, low, high, fallback, doc)                              \
    PARAM(struct portfolio_expiry, member, key, kind, low, high, fallback, doc)

static const struct param expiry_params[] = {
    EXPIRY(name, "name", param_text, NULL, NULL, NULL, "what the options call it"),
    EXPIRY(market, "market", param_text, NULL, NULL, NULL, "the market it belongs to"),
    EXPIRY(time_ns, "time", param_time, "1s", "10000d", NULL, "from now to expiry"),
    EXPIRY(forward, "forward", param_real, "0.001", "1000000000", NULL,
           "forward price in USD, with any number of digits"),
    EXPIRY(rate, "rate", param_real, "-1", "10", "0",
           "per year, continuous, where marks are discounted; below 0 counts as 0"),
    EXPIRY(forward_confidence_ppm, "forward_confidence", param_ppm, "0%", "100%", "100%",
           "confidence of the forward price"),
    EXPIRY(volatility_confidence_ppm, "volatility_confidence", param_ppm, "0%", "100%",
           "100%", "confidence of the volatilities"),
    EXPIRY(svi.a, "svi_a", param_real, "-144", "144", "0", "raw SVI: level of variance"),
    EXPIRY(svi.b, "svi_b", param_real, "0", "144", "0", "raw SVI: slope of the wings"),
    EXPIRY(svi.rho, "svi_rho", param_real, "-1", "1", "0", "raw SVI: tilt"),
    EXPIRY(svi.m, "svi_m", param_real, "-100", "100", "0", "raw SVI: centre"),
    EXPIRY(svi.sigma, "svi_sigma", param_real, "0", "100", "0",
           "raw SVI: width of the bend; 0: no smile, options tell their volatility"),
    EXPIRY(svi.forward, "svi_forward", param_real, "0", "1000000000", "0",
           "forward price the smile was fitted at, USD; 0: the expiry's"),
    EXPIRY(svi.tau, "svi_years", param_real, "0", "100", "0",
           "time the smile was fitted at, years of 365 days; 0: the expiry's"),
    EXPIRY(variance_ratio, "variance_ratio", param_real, "0.0001", "10000", "1",
           "variance state over the one the smile was fitted at"),
    {0},
};

static const struct param base_params[] = {
    PARAM(struct portfolio_holding, market, "market", param_text, NULL, NULL, NULL,
          "whose base asset is held"),
    PARAM(struct portfolio_holding, size_ubase, "size", param_quantity, "0", "1000000000",
          NULL, "base units"),
    {0},
};

static const struct param perp_params[] = {
    PARAM(struct portfolio_perp, market, "market", param_text, NULL, NULL, NULL,
          "whose perpetual is held"),
    PARAM(struct portfolio_perp, size_ubase, "size", param_quantity, "-1000000000",
          "1000000000", NULL, "base units, short below 0"),
    PARAM(struct portfolio_perp, entry_uusd, "entry", param_price, "0 USD", "1B USD",
          "0 USD",
          "price that profit is counted from; 0: cash already holds what was paid"),
    PARAM(struct portfolio_perp, funding_uusd, "funding", param_money, "-100B USD",
          "100B USD", "0 USD", "accrued and not yet in cash; owed below 0"),
    {0},
};

static const char *const type_words[] = {"call", "put", NULL};

static const struct param option_params[] = {
    PARAM(struct portfolio_option, expiry, "expiry", param_text, NULL, NULL, NULL,
          "name of the expiry"),
    PARAM_CHOICE(struct portfolio_option, put, "type", type_words, NULL, "call or put"),
    PARAM(struct portfolio_option, strike_uusd, "strike", param_price, "0.001 USD",
          "1B USD", NULL, "strike price"),
    PARAM(struct portfolio_option, size_ubase, "size", param_quantity, "-1000000000",
          "1000000000", NULL, "base units, short below 0"),
    PARAM(struct portfolio_option, volatility, "volatility", param_real, "0", "100", "0",
          "per year; 0: by the expiry's smile"),
    {0},
};

#define LIST(word, member, table, text)                                                  \
    {                                                                                    \
        .name = (word), .doc = (text), .params = (table),                                \
        .offset = offsetof(struct account_portfolio, member),                            \
        .row_size = sizeof(((struct account_portfolio *)0)->member[0]),                  \
        .capacity = sizeof(((struct account_portfolio *)0)->member) /                    \
                    sizeof(((struct account_portfolio *)0)->member[0]),                  \
        .count_offset = offsetof(struct account_portfolio, member##_count)               \
    }

static const struct section sections[] = {
    {.name = "account",
     .doc = "cash of the account",
     .params = account_params,
     .offset = offsetof(struct account_portfolio, account)},
    LIST("markets", market, market_params, "prices, one row an underlying"),
    LIST("expiries", expiry, expiry_params, "forwards, rates and smiles of options"),
    LIST("base", base, base_params, "base assets held as collateral"),
    LIST("perpetuals", perp, perp_params, "positions in perpetuals"),
    LIST("options", option, option_params, "positions in options"),
};

double portfolio_years(const struct portfolio_expiry *expiry) {
    return (double)expiry->time_ns / YEAR_NS;
}

struct naming {
    const struct account_portfolio *portfolio;
    section_complain *complain;
    void *context;
    bool fine;
};

/* Complains about "options[3].expiry", named as "options.expiry" and 3. */
static void refuse(struct naming *naming, const char *list, size_t row,
                   const char *sentence) {
    char key[96];
    const char *dot = strchr(list, '.');
    snprintf(key, sizeof key, "%.*s[%zu]%s", (int)(dot - list), list, row, dot);
    naming->complain(naming->context, key, sentence);
    naming->fine = false;
}

static uint32_t find_market(struct naming *naming, const char *list, size_t row,
                            const char *name) {
    const struct account_portfolio *portfolio = naming->portfolio;
    for (uint32_t i = 0; i < portfolio->market_count; ++i) {
        if (strcmp(portfolio->market[i].name, name) == 0) {
            return i;
        }
    }
    refuse(naming, list, row, "no row of markets has this name");
    return 0;
}

static uint32_t find_expiry(struct naming *naming, size_t row, const char *name) {
    const struct account_portfolio *portfolio = naming->portfolio;
    for (uint32_t i = 0; i < portfolio->expiry_count; ++i) {
        if (strcmp(portfolio->expiry[i].name, name) == 0) {
            return i;
        }
    }
    refuse(naming, "options.expiry", row, "no row of expiries has this name");
    return 0;
}

/* Names that stand for two rows would be ambiguous, and so would two perpetuals. */
static void check_unique(struct naming *naming) {
    const struct account_portfolio *portfolio = naming->portfolio;
    for (uint32_t i = 0; i < portfolio->market_count; ++i) {
        for (uint32_t j = 0; j < i; ++j) {
            if (strcmp(portfolio->market[i].name, portfolio->market[j].name) == 0) {
                refuse(naming, "markets.name", i, "is the name of an earlier row, too");
            }
        }
    }
    for (uint32_t i = 0; i < portfolio->expiry_count; ++i) {
        for (uint32_t j = 0; j < i; ++j) {
            if (strcmp(portfolio->expiry[i].name, portfolio->expiry[j].name) == 0) {
                refuse(naming, "expiries.name", i, "is the name of an earlier row, too");
            }
        }
    }
    for (uint32_t i = 0; i < portfolio->perp_count; ++i) {
        for (uint32_t j = 0; j < i; ++j) {
            if (strcmp(portfolio->perp[i].market, portfolio->perp[j].market) == 0) {
                refuse(naming, "perpetuals.market", i,
                       "has a position already; write their sum");
            }
        }
    }
}

/* Gives every name its index and every smile what it takes from its expiry. */
static void attach(void *value, const struct section_attach *with) {
    struct account_portfolio *portfolio = value;
    struct naming naming = {portfolio, with->complain, with->context, true};
    check_unique(&naming);
    for (uint32_t i = 0; i < portfolio->market_count; ++i) {
        struct portfolio_market *market = &portfolio->market[i];
        market->perp_uusd = market->perp_uusd > 0 ? market->perp_uusd : market->spot_uusd;
    }
    for (uint32_t i = 0; i < portfolio->expiry_count; ++i) {
        struct portfolio_expiry *expiry = &portfolio->expiry[i];
        expiry->market_index = find_market(&naming, "expiries.market", i, expiry->market);
        expiry->svi.forward =
            expiry->svi.forward > 0 ? expiry->svi.forward : expiry->forward;
        expiry->svi.tau = expiry->svi.tau > 0 ? expiry->svi.tau : portfolio_years(expiry);
        expiry->svi = svi_tied(&expiry->svi, expiry->variance_ratio);
    }
    for (uint32_t i = 0; i < portfolio->base_count; ++i) {
        portfolio->base[i].market_index =
            find_market(&naming, "base.market", i, portfolio->base[i].market);
    }
    for (uint32_t i = 0; i < portfolio->perp_count; ++i) {
        portfolio->perp[i].market_index =
            find_market(&naming, "perpetuals.market", i, portfolio->perp[i].market);
    }
    for (uint32_t i = 0; i < portfolio->option_count; ++i) {
        portfolio->option[i].expiry_index =
            find_expiry(&naming, i, portfolio->option[i].expiry);
    }
}

static bool validate(const void *value, section_complain *complain, void *context) {
    const struct account_portfolio *portfolio = value;
    struct naming naming = {portfolio, complain, context, true};
    for (uint32_t i = 0; i < portfolio->expiry_count; ++i) {
        const struct svi *svi = &portfolio->expiry[i].svi;
        double k;
        const enum svi_fault fault = svi->sigma > 0 ? svi_check(svi, &k) : SVI_FINE;
        if (fault == SVI_RANGE || fault == SVI_VARIANCE) {
            refuse(&naming, "expiries.svi_a", i, svi_fault_text(fault));
        }
    }
    for (uint32_t i = 0; i < portfolio->option_count; ++i) {
        const struct portfolio_option *option = &portfolio->option[i];
        const struct portfolio_expiry *expiry = &portfolio->expiry[option->expiry_index];
        if (!(option->volatility > 0) && !(expiry->svi.sigma > 0)) {
            refuse(&naming, "options.volatility", i,
                   "has to be given, for its expiry has no smile");
        }
        const double notional =
            (double)money_magnitude(option->size_ubase) *
            numeric_max(expiry->forward, (double)option->strike_uusd / 1e6);
        if (notional > NOTIONAL_UUSD) {
            refuse(&naming, "options.size", i, "takes the leg above 10B USD of notional");
        }
    }
    return naming.fine;
}

const struct schema portfolio_schema = {
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .size = sizeof(struct account_portfolio),
    .attach = attach,
    .validate = validate,
};
