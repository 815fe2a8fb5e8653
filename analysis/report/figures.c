#include "analysis/report/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct number_row figures_rows[] = {
    {NULL,                                  "How often, in % of the paths",          NUMBER_PLAIN  },
    {"p_insolvency",                        "insolvency: loss beyond the fund",      NUMBER_PERCENT},
    {"p_fund_depleted",                     "insurance fund depleted",               NUMBER_PERCENT},
    {"p_adl",                               "winners auto-deleveraged",              NUMBER_PERCENT},
    {"p_bad_debt",                          "material bad debt",                     NUMBER_PERCENT},
    {"p_any_bad_debt",                      "any bad debt",                          NUMBER_PERCENT},
    {NULL,                                  "Bad debt",                              NUMBER_PLAIN  },
    {"bad_debt_mean",                       "mean",                                  NUMBER_USD    },
    {"bad_debt_var99",                      "value at risk, 99 %",                   NUMBER_USD    },
    {"bad_debt_es99",                       "expected shortfall, 99 %",              NUMBER_USD    },
    {"uncovered_loss_mean",                 "beyond the fund, mean",                 NUMBER_USD    },
    {"uncovered_loss_es99",                 "beyond the fund, shortfall 99 %",       NUMBER_USD    },
    {"cover_1_mean",                        "by the largest owner, mean",            NUMBER_USD    },
    {NULL,                                  "Liquidations",                          NUMBER_PLAIN  },
    {"liquidated_notional_mean",            "notional, mean",                        NUMBER_USD    },
    {"liquidated_notional_p95",             "notional, 95 % quantile",               NUMBER_USD    },
    {"liquidated_accounts_mean",            "accounts, mean",                        NUMBER_PLAIN  },
    {"liquidation_cost_mean",               "cost to traders, mean",                 NUMBER_USD    },
    {"slippage_rate_mean",                  "slippage, mean",                        NUMBER_PERCENT},
    {"mpor_p95_p50",                        "time to close 95 %, median path",       NUMBER_PLAIN  },
    {"undermargined_max_mean",              "most notional under maintenance, mean", NUMBER_USD    },
    {NULL,                                  "Chain and oracle",                      NUMBER_PLAIN  },
    {"gas_peak_p50",                        "peak gas price, median path",           NUMBER_PLAIN  },
    {"keeper_excluded_share_mean",          "keeper transactions shut out, mean",    NUMBER_PERCENT},
    {"oracle_gap_max_p50",                  "largest oracle gap, median path",       NUMBER_PERCENT},
    {NULL,                                  "What it takes",                         NUMBER_PLAIN  },
    {"capital_locked_mean",                 "collateral posted by traders, mean",    NUMBER_USD    },
    {"immediate_liquidation_notional_mean", "liquidatable at the start, mean",
     NUMBER_USD                                                                                    },
};
const size_t figures_count = sizeof figures_rows / sizeof *figures_rows;

void figures_value(enum number_look look, double value, const char *unit,
                   char text[FIGURES_SIZE]) {
    char number[NUMBER_SIZE];
    const char *shown = number_unit(look, unit);
    number_as(look, value, number);
    snprintf(text, FIGURES_SIZE, "%s%s%.40s", number, *shown != 0 ? " " : "", shown);
}

const char figures_legend[] =
    "~ fewer than 50 paths in the tail: take more before trusting it. ! 20 batches of "
    "the "
    "paths spread otherwise than the interval says. * failed paths are missing.";

void figures_warning(const struct estimate *estimate, char text[FIGURES_WARNING_SIZE]) {
    snprintf(text, FIGURES_WARNING_SIZE, "%s%s%s",
             estimate->thin_tail ? "; fewer than 50 paths in the tail" : "",
             estimate->batches_disagree ? "; batches of the paths disagree with it" : "",
             estimate->incomplete ? "; failed paths are missing" : "");
}

void figures_interval(enum number_look look, double low, double high, const char *unit,
                      char text[FIGURES_SIZE]) {
    char from[NUMBER_SIZE] = "unknown", to[NUMBER_SIZE] = "unknown";
    const char *shown = number_unit(look, unit);
    if (isnan(low) && isnan(high)) {
        snprintf(text, FIGURES_SIZE, "unknown");
        return;
    }
    if (!isnan(low)) {
        number_as(look, low, from);
    }
    if (!isnan(high)) {
        number_as(look, high, to);
    }
    snprintf(text, FIGURES_SIZE, "%s to %s%s%.20s", from, to, *shown != 0 ? " " : "",
             shown);
}

void figures_usd(double value, char text[NUMBER_SIZE]) {
    static const struct {
        double from;
        const char *ending;
    } scales[] = {
        {1e9, "B"},
        {1e6, "M"},
        {1e3, "k"}
    };
    for (size_t i = 0; i < sizeof scales / sizeof *scales; ++i) {
        if (fabs(value) >= scales[i].from * (1 - 1e-9)) {
            snprintf(text, NUMBER_SIZE, "%.4g%s", value / scales[i].from,
                     scales[i].ending);
            return;
        }
    }
    snprintf(text, NUMBER_SIZE, "%.4g", value);
}

void figures_percent(double value, char text[NUMBER_SIZE]) {
    snprintf(text, NUMBER_SIZE, "%.4g %%", 100 * value);
}

void figures_plain(double value, char text[NUMBER_SIZE]) {
    snprintf(text, NUMBER_SIZE, "%.4g", value);
}
