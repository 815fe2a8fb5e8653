#include "analysis/commands/margin_output.h"

#include "analysis/number.h"

#include <stdio.h>

#define USD(amount) ((double)(amount) / 1e6)

const char *margin_output_smile(const struct account_portfolio *portfolio,
                                uint32_t expiry) {
    const struct portfolio_expiry *row = &portfolio->expiry[expiry], *early = NULL;
    double k;
    if (!(row->svi.sigma > 0)) {
        return NULL;
    }
    enum svi_fault fault = svi_check(&row->svi, &k);
    for (uint32_t i = 0; i < portfolio->expiry_count; ++i) {
        const struct portfolio_expiry *other = &portfolio->expiry[i];
        if (other->market_index == row->market_index && other->svi.sigma > 0 &&
            other->time_ns < row->time_ns &&
            (early == NULL || other->time_ns > early->time_ns)) {
            early = other;
        }
    }
    if (fault == SVI_FINE && early != NULL) {
        fault = svi_check_calendar(&early->svi, &row->svi, &k);
    }
    return svi_fault_text(fault);
}

bool margin_output_total(const struct evaluation *evaluation, size_t index,
                         const char **name, double *usd) {
    const struct standard_charge *excess = &evaluation->excess;
    const struct {
        const char *name;
        wide amount_uusd;
    } totals[] = {
        {"equity",                  evaluation->equity_uusd                           },
        {"initial_excess",          excess->initial_uusd                              },
        {"maintenance_excess",      excess->maintenance_uusd                          },
        {"initial_requirement",     evaluation->equity_uusd - excess->initial_uusd    },
        {"maintenance_requirement", evaluation->equity_uusd - excess->maintenance_uusd},
    };
    if (index >= sizeof totals / sizeof *totals) {
        return false;
    }
    *name = totals[index].name;
    *usd = USD(totals[index].amount_uusd);
    return true;
}

/* A column of money. */
static void column(wide amount_uusd) {
    char text[NUMBER_SIZE];
    number_price(USD(amount_uusd), text);
    printf(" %15s", text);
}

static void print_row(const char *name, wide first,
                      const struct standard_charge *charge) {
    printf("  %-30s", name);
    column(first);
    column(charge->initial_uusd);
    column(charge->maintenance_uusd);
    putchar('\n');
}

static void print_positions(const struct margin_output *output) {
    const struct account_portfolio *portfolio = output->portfolio;
    const struct evaluation *evaluation = output->evaluation;
    char name[160];
    printf("\n  %-30s %15s %15s %15s\n", "position, in USD", "worth", "initial",
           "maintenance");
    const wide cash = portfolio->account.cash_uusd;
    const struct standard_charge all = {cash, cash};
    print_row("cash", cash, &all);
    for (uint32_t i = 0; i < portfolio->base_count; ++i) {
        snprintf(name, sizeof name, "%s base", portfolio->base[i].market);
        print_row(name, evaluation->base[i].value_uusd, &evaluation->base[i].charge);
    }
    for (uint32_t i = 0; i < portfolio->perp_count; ++i) {
        snprintf(name, sizeof name, "%s perpetual", portfolio->perp[i].market);
        print_row(name, evaluation->perp[i].profit_uusd, &evaluation->perp[i].charge);
    }
    for (uint32_t i = 0; i < portfolio->option_count; ++i) {
        const struct portfolio_option *option = &portfolio->option[i];
        snprintf(name, sizeof name, "%s %s %.8g", option->expiry,
                 option->put ? "put" : "call", USD(option->strike_uusd));
        print_row(name, evaluation->option[i].mark_uusd, &evaluation->option[i].charge);
    }
}

static void print_expiry(const struct margin_output *output, uint32_t i) {
    const struct evaluated_expiry *expiry = &output->evaluation->expiry[i];
    const char *smile = margin_output_smile(output->portfolio, i);
    char price[NUMBER_SIZE];
    number_price(USD(expiry->margin.worst_price_uusd), price);
    printf("\n  expiry %s%s%s\n", output->portfolio->expiry[i].name,
           smile == NULL ? "" : ", smile: ", smile == NULL ? "" : smile);
    print_row("legs alone", 0, &expiry->margin.isolated);
    printf("  %-30s", "most it can lose");
    column(expiry->margin.payoff_uusd);
    column(expiry->margin.loss.initial_uusd);
    column(expiry->margin.loss.maintenance_uusd);
    if (expiry->margin.payoff_uusd < 0) {
        printf("  if settled at %s", price);
    }
    putchar('\n');
    print_row("charged", 0, &expiry->margin.charge);
}

static void print_contingency(const char *name, wide amount_uusd) {
    if (amount_uusd != 0) {
        const struct standard_charge charge = {amount_uusd, 0};
        print_row(name, 0, &charge);
    }
}

static void print_contingencies(const struct margin_output *output) {
    const struct evaluation *evaluation = output->evaluation;
    wide doubt = 0, depeg = 0;
    for (uint32_t i = 0; i < output->portfolio->perp_count; ++i) {
        doubt += evaluation->perp[i].doubt_uusd;
    }
    for (uint32_t i = 0; i < output->portfolio->base_count; ++i) {
        doubt += evaluation->base[i].doubt_uusd;
    }
    for (uint32_t i = 0; i < output->portfolio->expiry_count; ++i) {
        doubt += evaluation->expiry[i].doubt_uusd;
    }
    for (uint32_t i = 0; i < output->portfolio->market_count; ++i) {
        depeg += evaluation->depeg_uusd[i];
    }
    print_contingency("oracle contingency", doubt);
    print_contingency("depeg contingency", depeg);
}

static void print_edge(const char *name, const struct edge *edge) {
    char below[NUMBER_SIZE] = "-", above[NUMBER_SIZE] = "-";
    if (edge->below_uusd > 0) {
        number_price(USD(edge->below_uusd), below);
    }
    if (edge->above_uusd > 0) {
        number_price(USD(edge->above_uusd), above);
    }
    printf("  %-30s %15s %15s\n", name, below, above);
}

static void print_edges(const struct margin_output *output) {
    char name[160];
    printf("\n  %-30s %15s %15s\n", "spot price, in USD", "at or below", "at or above");
    for (uint32_t i = 0; i < output->portfolio->market_count; ++i) {
        snprintf(name, sizeof name, "%s liquidation", output->portfolio->market[i].name);
        print_edge(name, &output->edges[i].liquidation);
        snprintf(name, sizeof name, "%s bankruptcy", output->portfolio->market[i].name);
        print_edge(name, &output->edges[i].bankruptcy);
    }
}

void margin_output_print(const struct margin_output *output) {
    const struct evaluation *evaluation = output->evaluation;
    const wide equity = evaluation->equity_uusd;
    const struct standard_charge *excess = &evaluation->excess;
    const struct standard_charge requirement = {equity - excess->initial_uusd,
                                                equity - excess->maintenance_uusd};
    printf("%s under %s\n", output->name, output->protocol_name);
    print_positions(output);
    for (uint32_t i = 0; i < output->portfolio->expiry_count; ++i) {
        print_expiry(output, i);
    }
    putchar('\n');
    print_contingencies(output);
    print_row("equity, and what it requires", equity, &requirement);
    print_row("excess", equity, excess);
    printf("  %s\n", excess->maintenance_uusd < 0 ? "may be liquidated"
                     : excess->initial_uusd < 0   ? "may only reduce its risk"
                                                  : "is in good standing");
    print_edges(output);
}
