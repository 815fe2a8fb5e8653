#include "analysis/commands/command.h"
#include "analysis/commands/margin_output.h"
#include "analysis/loaded.h"
#include "analysis/say.h"

#include <stdlib.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_PROTOCOL},
    {.id = OPTION_RULE    },
    {.id = OPTION_SET,
     .doc = "change one value of the portfolio, such as markets[0].spot='1400 USD'; may "
            "be repeated"},
    {.id = OPTION_JSON                    },
    {.id = OPTION_COUNT},
};

static void check_usage(const struct argp_state *state, const struct options *options) {
    if (!options_given(options, OPTION_PROTOCOL)) {
        argp_error(state, "whose rules? --protocol derive-srm, dydx or a file");
    }
}

/* What `expect` may test. */
static const char *total_name(size_t index) {
    static const struct evaluation none;
    const char *name;
    double usd;
    return margin_output_total(&none, index, &name, &usd) ? name : NULL;
}

static const struct schema *schema(void) {
    static struct schema with_totals;
    with_totals = portfolio_schema;
    with_totals.metric_name = total_name;
    return &with_totals;
}

static double total(const struct evaluation *evaluation, const char *wanted) {
    const char *name = "";
    double usd = 0;
    for (size_t i = 0; strcmp(name, wanted) != 0; ++i) {
        if (!margin_output_total(evaluation, i, &name, &usd)) {
            abort(); /* the loader knows the names */
        }
    }
    return usd;
}

static enum run_status check_expects(const struct load_result *loaded,
                                     const struct evaluation *evaluation) {
    enum run_status status = RUN_OK;
    size_t count;
    const struct load_expect *expects = load_expects(loaded, &count);
    for (size_t i = 0; i < count; ++i) {
        const double usd = total(evaluation, expects[i].metric);
        if (expects[i].unit[0] != 0 && strcmp(expects[i].unit, "USD") != 0) {
            say("expect: %s: the amount is in USD", expects[i].text);
            return RUN_INPUT;
        }
        if (!load_expect_holds(&expects[i], usd, expects[i].value)) {
            say("expect failed: %s: it is %.6f USD", expects[i].text, usd);
            status = RUN_UNMET;
        }
    }
    return status;
}

static bool fits(const struct account_portfolio *portfolio,
                 const struct load_result *protocol) {
    if (!protocol_of(protocol)->standard.on &&
        (portfolio->option_count > 0 || portfolio->base_count > 0)) {
        say("%s margins neither options nor base: options.standard is off in the "
            "protocol",
            load_name(protocol));
        return false;
    }
    return true;
}

/* Everything that is too large for the stack. */
struct work {
    struct evaluation evaluation;
    struct edges edges[PORTFOLIO_MARKETS];
    struct edges_work search;
};

static enum run_status answer(const struct options *options,
                              const struct load_result *loaded,
                              const struct load_result *protocol) {
    const struct account_portfolio *portfolio = load_struct(loaded);
    if (!fits(portfolio, protocol)) {
        return RUN_INPUT;
    }
    struct work *work = malloc(sizeof *work);
    if (work == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    evaluate(portfolio, protocol_of(protocol), &work->evaluation);
    for (uint32_t i = 0; i < portfolio->market_count; ++i) {
        work->edges[i] = edges_find(portfolio, protocol_of(protocol), i, &work->search);
    }
    const struct margin_output output = {load_name(loaded), load_name(protocol),
                                         portfolio,         protocol_of(protocol),
                                         &work->evaluation, work->edges};
    if (options_given(options, OPTION_JSON)) {
        margin_output_json(&output);
    } else {
        margin_output_print(&output);
    }
    const enum run_status status = check_expects(loaded, &work->evaluation);
    free(work);
    return status;
}

static enum run_status load_both(const struct options *options,
                                 struct load_result **loaded,
                                 struct load_result **protocol) {
    const char **rules = calloc(options->item_count + 1, sizeof *rules);
    if (rules == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    const size_t count = options_list(options, OPTION_RULE, OPTION_RULE, rules);
    *loaded =
        load_scenario(schema(), options->argument[0], options->sets, options->set_count);
    const enum run_status first = loaded_check(loaded);
    const enum run_status second =
        protocol_load(options_text(options, OPTION_PROTOCOL), rules, count, protocol);
    free(rules);
    return first != RUN_OK ? first : second;
}

static int run(const struct options *options) {
    struct load_result *loaded = NULL, *protocol = NULL;
    enum run_status status = load_both(options, &loaded, &protocol);
    if (status == RUN_OK) {
        status = answer(options, loaded, protocol);
    }
    load_free(loaded);
    load_free(protocol);
    return (int)status;
}

const struct command command_margin = {
    .name = "margin",
    .arguments = "FILE",
    .doc = "what one account needs under a protocol",
    .about =
        "What one account needs under a protocol: initial and maintenance margin, leg by "
        "leg and expiry by expiry, and the prices at which it may be liquidated and is "
        "bankrupt.\v"
        "FILE is YAML: the account's cash and positions and the market they stand in; "
        "its "
        "expect: lines make it a test.  The format is in data/margin/README.md of "
        "the source.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage, 3 an "
        "expectation does not hold.",
    .options = uses,
    .words = OPTION_WORDS_FILE,
    .least = 1,
    .most = 1,
    .missing = "name a portfolio file; - is standard input",
    .surplus = "one portfolio at a time",
    .check = check_usage,
    .run = run,
};
