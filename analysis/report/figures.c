#include "analysis/report/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct figures_row figures_rows[] = {
    {NULL,                                  "How often, in % of the paths",          FIGURES_PLAIN  },
    {"p_insolvency",                        "insolvency: loss beyond the fund",      FIGURES_PERCENT},
    {"p_fund_depleted",                     "insurance fund depleted",               FIGURES_PERCENT},
    {"p_adl",                               "winners auto-deleveraged",              FIGURES_PERCENT},
    {"p_bad_debt",                          "material bad debt",                     FIGURES_PERCENT},
    {"p_any_bad_debt",                      "any bad debt",                          FIGURES_PERCENT},
    {NULL,                                  "Bad debt",                              FIGURES_PLAIN  },
    {"bad_debt_mean",                       "mean",                                  FIGURES_USD    },
    {"bad_debt_var99",                      "value at risk, 99 %",                   FIGURES_USD    },
    {"bad_debt_es99",                       "expected shortfall, 99 %",              FIGURES_USD    },
    {"uncovered_loss_mean",                 "beyond the fund, mean",                 FIGURES_USD    },
    {"uncovered_loss_es99",                 "beyond the fund, shortfall 99 %",       FIGURES_USD    },
    {"cover_1_mean",                        "by the largest owner, mean",            FIGURES_USD    },
    {NULL,                                  "Liquidations",                          FIGURES_PLAIN  },
    {"liquidated_notional_mean",            "notional, mean",                        FIGURES_USD    },
    {"liquidated_notional_p95",             "notional, 95 % quantile",               FIGURES_USD    },
    {"liquidated_accounts_mean",            "accounts, mean",                        FIGURES_PLAIN  },
    {"liquidation_cost_mean",               "cost to traders, mean",                 FIGURES_USD    },
    {"slippage_rate_mean",                  "slippage, mean",                        FIGURES_PERCENT},
    {"mpor_p95_p50",                        "time to close 95 %, median path",       FIGURES_PLAIN  },
    {"undermargined_max_mean",              "most notional under maintenance, mean", FIGURES_USD    },
    {NULL,                                  "Chain and oracle",                      FIGURES_PLAIN  },
    {"gas_peak_p50",                        "peak gas price, median path",           FIGURES_PLAIN  },
    {"keeper_excluded_share_mean",          "keeper transactions shut out, mean",    FIGURES_PERCENT},
    {"oracle_gap_max_p50",                  "largest oracle gap, median path",       FIGURES_PERCENT},
    {NULL,                                  "What it takes",                         FIGURES_PLAIN  },
    {"capital_locked_mean",                 "collateral posted by traders, mean",    FIGURES_USD    },
    {"immediate_liquidation_notional_mean", "liquidatable at the start, mean",
     FIGURES_USD                                                                                    },
};
const size_t figures_count = sizeof figures_rows / sizeof *figures_rows;

static void write_number(enum figures_look look, double value, char text[NUMBER_SIZE]) {
    if (look == FIGURES_USD) {
        number_usd(value, text);
    } else if (look == FIGURES_PERCENT) {
        number_percent(value, text);
    } else {
        number_plain(value, text);
    }
}

static const char *unit_of(enum figures_look look, const char *unit) {
    return look == FIGURES_PERCENT ? "%" : strcmp(unit, "1") == 0 ? "" : unit;
}

void figures_value(enum figures_look look, double value, const char *unit,
                   char text[FIGURES_SIZE]) {
    char number[NUMBER_SIZE];
    const char *shown = unit_of(look, unit);
    write_number(look, value, number);
    snprintf(text, FIGURES_SIZE, "%s%s%.40s", number, *shown != 0 ? " " : "", shown);
}

void figures_interval(enum figures_look look, double low, double high, const char *unit,
                      char text[FIGURES_SIZE]) {
    char from[NUMBER_SIZE] = "unknown", to[NUMBER_SIZE] = "unknown";
    const char *shown = unit_of(look, unit);
    if (isnan(low) && isnan(high)) {
        snprintf(text, FIGURES_SIZE, "unknown");
        return;
    }
    if (!isnan(low)) {
        write_number(look, low, from);
    }
    if (!isnan(high)) {
        write_number(look, high, to);
    }
    snprintf(text, FIGURES_SIZE, "%s to %s%s%.20s", from, to, *shown != 0 ? " " : "",
             shown);
}

void figures_signed(enum figures_look look, double value, char text[NUMBER_SIZE]) {
    char plain[NUMBER_SIZE];
    write_number(look, value, plain);
    snprintf(text, NUMBER_SIZE, "%s%.30s",
             value > 0 && strcmp(plain, "0") != 0 ? "+" : "", plain);
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
