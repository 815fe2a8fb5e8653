#include "analysis/commands/option.h"

#include "analysis/commands/command.h"
#include "analysis/run.h"
#include "analysis/say.h"
#include "sim/montecarlo.h"

#include <stdlib.h>
#include <string.h>

static const struct param paths = PARAM(struct option_numbers, paths, "-n", param_integer,
                                        "1", "4294967296", "1000", "number of paths");
static const struct param seed =
    PARAM(struct option_numbers, seed, "--seed", param_integer, "0",
          "9223372036854775807", "1", "seed of the random streams");
static const struct param threads = PARAM(struct option_numbers, threads, "--threads",
                                          param_integer, "1", "1024", NULL, "threads");
static const struct param path =
    PARAM(struct option_numbers, path, "--path", param_integer, "0", "4294967295", NULL,
          "number of the one path to run");
static const struct param level =
    PARAM(struct option_numbers, level, "--level", param_real, "50%", "99.9999%", "95%",
          "confidence level of the intervals");

static const struct param worst =
    PARAM(struct option_numbers, worst, "--worst", param_integer, "1", "10000", "5",
          "paths with the most bad debt");
static const struct param depth =
    PARAM(struct option_numbers, depth_ppm, "--depth", param_ppm, "0.01%", "100%", "10%",
          "share of the book's depth");
static const struct param tail =
    PARAM(struct option_numbers, tail_ppm, "--tail", param_ppm, "50%", "99.99%", "95%",
          "share of paths below the tail");

static const struct param points =
    PARAM(struct option_numbers, points, "--points", param_integer, "2", "1024", NULL,
          "settings to try");
static const struct param cost_weight =
    PARAM(struct option_numbers, cost_weight, "--cost-weight", param_real, "0", "1000000",
          "1", "what a dollar of liquidation cost counts in dollars of capital");

#define FLAG(identifier, character, meaning)                                             \
    { .name = (identifier), .letter = (character), .doc = (meaning) }
#define TEXT(identifier, character, stands, completes, meaning)                          \
    {                                                                                    \
        .name = (identifier), .letter = (character), .value = (stands),                  \
        .words = OPTION_WORDS_##completes, .doc = (meaning)                              \
    }
#define NUMBER(identifier, character, stands, row, other, meaning)                       \
    {                                                                                    \
        .name = (identifier), .letter = (character), .value = (stands), .number = (row), \
        .word = (other), .doc = (meaning)                                                \
    }

/* clang-format off */
const struct option_row option_table[OPTION_COUNT] = {
    [OPTION_ABLATION] = FLAG("ablation", 0,
        "also run without liquidation cost, gas, oracle lag and impact, one at a time"),
    [OPTION_ALL] = FLAG("all", 0, "every event on a line of its own"),
    [OPTION_BASELINE] = TEXT("baseline", 0, "RESULTS", RESULTS,
        "a run of the same paths to compare with: before and after"),
    [OPTION_BLOCKS] = TEXT("blocks", 0, "A..B", NONE,
        "run only blocks A to B - 1 of 64 paths each and keep FILE.shards/ for merge; "
        "A.. is all from A on"),
    [OPTION_BOOK] = FLAG("book", 0,
        "print the book of path 0, seed 1 instead, as the file (CSV) that book.file reads"),
    [OPTION_BUDGET] = TEXT("budget", 0, "METRIC<=LIMIT", METRIC,
        "what the setting has to keep, such as p_insolvency<=5%; may be repeated"),
    [OPTION_CONTROL] = TEXT("control", 0, "RESULTS", RESULTS,
        "estimate mean bad debt with these results of the same seed as control variate: a "
        "longer run of the twin, --set impact.feedback=off"),
    [OPTION_COST_WEIGHT] = NUMBER("cost-weight", 0, "W", &cost_weight, NULL,
        "dollars of capital locked that a dollar of liquidation cost is worth (1)"),
    [OPTION_DEPTH] = NUMBER("depth", 0, "SHARE", &depth, NULL,
        "the share of the book's depth that closing may take (10%)"),
    [OPTION_EVERY] = TEXT("every", 0, "TIME", NONE,
        "length of a stretch of the timeline (by the span: 1h for 36h)"),
    [OPTION_FRAGILITY] = FLAG("fragility", 0,
        "also run the storm at 0.5 to 1.3 times its severity: P(insolvency) against "
        "severity"),
    [OPTION_FROM] = TEXT("from", 0, "TIME", NONE,
        "tell from here on: 10h, T+10:30:00 or 2020-03-12T10:30:00Z"),
    [OPTION_JSON] = FLAG("json", 0, "print one JSON object"),
    [OPTION_KIND] = TEXT("kind", 0, "KIND,...", EVENT,
        "tell only these kinds of event or transaction, such as liquidate,root"),
    [OPTION_LEVEL] = NUMBER("level", 0, "SHARE", &level, NULL,
        "confidence level of the intervals (95%)"),
    [OPTION_MARKDOWN] = FLAG("markdown", 0, "write Markdown, to standard output"),
    [OPTION_OUTPUT] = TEXT("output", 'o', "FILE", FILE, "write results to FILE (HDF5)"),
    [OPTION_OVER] = TEXT("over", 0, "KEY=LOW..HIGH[:STEP]", SETTING,
        "try values of KEY between two bounds; up to eight keys, each with an --over"),
    [OPTION_PARAMETERS] = FLAG("parameters", 0,
        "print every value, too, with what it means"),
    [OPTION_PATH] = NUMBER("path", 0, "N", &path, NULL,
        "run only path N and print its outcome"),
    [OPTION_PATH_OR_WORST] = NUMBER("path", 0, "N", &path, "worst",
        "number of the path; worst is that with the most bad debt"),
    [OPTION_PATHS] = NUMBER("paths", 'n', "PATHS", &paths, NULL, "number of paths (1000)"),
    [OPTION_POINTS] = NUMBER("points", 0, "N", &points, NULL,
        "settings to try (15 for one key, 64 for more)"),
    [OPTION_PROTOCOL] = TEXT("protocol", 0, "NAME|FILE", FILE,
        "whose rules: derive-srm, dydx or a file"),
    [OPTION_QUIET] = FLAG("quiet", 'q', "show no progress"),
    [OPTION_RESPONSE] = TEXT("response", 0, "WORD", NONE,
        "what users do about another margin: hold_positions, hold_equity, elastic:E, none "
        "(hold_positions; hold_equity when only margin.initial is tried)"),
    [OPTION_RESUME] = FLAG("resume", 0,
        "go on with FILE.shards/; -n may be larger than before"),
    [OPTION_RULE] = TEXT("rule", 0, "KEY=VALUE", NONE,
        "change one value of the protocol, such as margin.initial=10%; may be repeated"),
    [OPTION_SCENARIO] = TEXT("scenario", 's', "SCENARIO", SCENARIO,
        "whose value and source to show (black-thursday)"),
    [OPTION_SEED] = NUMBER("seed", 0, "N", &seed, NULL, "seed of the random streams (1)"),
    [OPTION_SENSITIVITIES] = FLAG("sensitivities", 0,
        "also run the variants of `sensitivities:` on the same paths; headlines get a "
        "model range"),
    [OPTION_SET] = TEXT("set", 0, "KEY=VALUE", SETTING,
        "change one value of the scenario, such as margin.initial=10%; may be repeated"),
    [OPTION_SET_A] = TEXT("set-a", 0, "KEY=VALUE", SETTING, "change one value of A"),
    [OPTION_SET_B] = TEXT("set-b", 0, "KEY=VALUE", SETTING, "change one value of B"),
    [OPTION_TAIL] = NUMBER("tail", 0, "SHARE", &tail, NULL,
        "who bears the worst paths: those beyond this share of all (95%)"),
    [OPTION_THREADS] = NUMBER("threads", 0, "N", &threads, NULL,
        "threads (all that this process may use)"),
    [OPTION_TO] = TEXT("to", 0, "TIME", NONE, "tell up to here"),
    [OPTION_UNTIL] = TEXT("until", 0, "METRIC=HALF", METRIC,
        "stop at 1024, 2048, 4096, ... paths once the interval of METRIC is +- HALF, such "
        "as p_insolvency=0.5% or bad_debt_es99=relative:10%; may be repeated; -n is the "
        "most (65536)"),
    [OPTION_WORST] = NUMBER("worst", 0, "K", &worst, NULL,
        "the K paths with the most bad debt (5)"),
};
/* clang-format on */

/* Keys of argp beyond the letters. */
enum { KEY_FIRST = 256 };

struct parsing {
    const struct command *command;
    struct options *options;
};

const char *option_doc(const struct option_use *use) {
    return use->doc != NULL ? use->doc : option_table[use->id].doc;
}

static int key_of(enum option_id id) {
    return option_table[id].letter != 0 ? option_table[id].letter : KEY_FIRST + (int)id;
}

static void parse_number(const struct argp_state *state, const struct option_row *row,
                         const char *text, struct option_numbers *numbers) {
    const struct param *number = row->number;
    char error[256];
    if (row->word != NULL && strcmp(text, row->word) == 0) {
        return;
    }
    if (text[0] == 0) {
        argp_error(state, "%s: a value is missing; such as %s", number->name,
                   number->fallback != NULL ? number->fallback : "1");
    } else if (!param_parse(number, text, param_at(number, numbers), error,
                            sizeof error)) {
        argp_error(state, "%s %s: %s", number->name, text, error);
    }
}

/* A..B, or A.. for all from A on; blocks are counted from 0. */
static void parse_blocks(const struct argp_state *state, const char *text, int64_t *first,
                         int64_t *end) {
    static const struct param rows[] = {
        {.name = "--blocks", .kind = &param_integer, .low = "0", .high = "67108863"},
        {.name = "--blocks", .kind = &param_integer, .low = "1", .high = "67108864"},
    };
    char left[32], error[256];
    const char *dots = strstr(text, "..");
    const size_t length = dots == NULL ? sizeof left : (size_t)(dots - text);
    if (length == 0 || length >= sizeof left) {
        argp_error(state, "--blocks %s: write A..B: blocks A to B - 1, or A..", text);
        return;
    }
    memcpy(left, text, length);
    left[length] = 0;
    *end = 0;
    if (!param_parse(&rows[0], left, first, error, sizeof error) ||
        (dots[2] != 0 && !param_parse(&rows[1], dots + 2, end, error, sizeof error))) {
        argp_error(state, "--blocks %s: %s", text, error);
        return;
    }
    if (dots[2] != 0 && *end <= *first) {
        argp_error(state, "--blocks %s: is empty; B is the block after the last", text);
    }
}

static void parse_option(const struct argp_state *state, enum option_id id,
                         const char *text, struct options *options) {
    options->item[options->item_count++] = (struct option_item){id, text};
    if (option_table[id].number != NULL) {
        parse_number(state, &option_table[id], text, &options->numbers);
    } else if (id == OPTION_BLOCKS) {
        parse_blocks(state, text, &options->first_block, &options->end_block);
    } else if (id == OPTION_SET) {
        options->sets[options->set_count++] = text;
    }
}

static error_t parse(int key, char *text, struct argp_state *state) {
    const struct parsing *parsing = state->input;
    const struct command *command = parsing->command;
    struct options *options = parsing->options;
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        if (key == key_of(use->id)) {
            parse_option(state, use->id, text, options);
            return 0;
        }
    }
    switch (key) {
    case ARGP_KEY_ARG:
        if (options->argument_count == command->most) {
            argp_error(state, "%s: %s", text, command->surplus);
        }
        options->argument[options->argument_count++] = text;
        return 0;
    case ARGP_KEY_END:
        if (options->argument_count < command->least) {
            argp_error(state, "%s", command->missing);
        }
        if (command->check != NULL) {
            command->check(state, options);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void take_memory(struct options *options, size_t count) {
    *options = (struct options){
        .argument = calloc(count, sizeof *options->argument),
        .item = calloc(count, sizeof *options->item),
        .sets = calloc(count, sizeof *options->sets),
    };
    if (options->argument == NULL || options->item == NULL || options->sets == NULL) {
        say("out of memory");
        exit(RUN_IO);
    }
}

/* The default of a number: the command's, or its row's, or all the threads there are. */
static void set_default(const struct option_use *use, struct option_numbers *numbers) {
    const struct param *number = option_table[use->id].number;
    if (number == NULL) {
        return;
    }
    struct param row = *number;
    row.fallback = use->fallback != NULL ? use->fallback : row.fallback;
    if (row.fallback != NULL) {
        param_default(&row, param_at(&row, numbers));
    } else if (use->id == OPTION_THREADS) {
        numbers->threads = (int64_t)montecarlo_threads_available();
    }
}

void options_parse(const struct command *command, int argc, char **argv,
                   struct options *options) {
    struct argp_option rows[OPTION_COUNT + 1] = {{0}};
    size_t count = 0;
    take_memory(options, (size_t)argc);
    for (int i = 0; i < OPTION_COUNT; ++i) {
        set_default(&(struct option_use){.id = (enum option_id)i}, &options->numbers);
    }
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        const struct option_row *row = &option_table[use->id];
        rows[count++] = (struct argp_option){row->name, key_of(use->id), row->value,
                                             0,         option_doc(use), 0};
        set_default(use, &options->numbers);
    }
    const struct argp argp = {rows, parse, command->arguments, command->about, 0, 0, 0};
    struct parsing parsing = {command, options};
    argp_parse(&argp, argc, argv, 0, NULL, &parsing);
}

void options_free(struct options *options) {
    free(options->argument);
    free(options->item);
    free(options->sets);
    *options = (struct options){.argument = NULL};
}

static const struct option_item *find(const struct options *options, enum option_id id) {
    for (size_t i = options->item_count; i > 0; --i) {
        if (options->item[i - 1].id == id) {
            return &options->item[i - 1];
        }
    }
    return NULL;
}

bool options_given(const struct options *options, enum option_id id) {
    return find(options, id) != NULL;
}

const char *options_text(const struct options *options, enum option_id id) {
    const struct option_item *item = find(options, id);
    return item != NULL ? item->text : NULL;
}

size_t options_list(const struct options *options, enum option_id id,
                    enum option_id other, const char **text) {
    size_t count = 0;
    for (size_t i = 0; i < options->item_count; ++i) {
        if (options->item[i].id == id || options->item[i].id == other) {
            text[count++] = options->item[i].text;
        }
    }
    return count;
}
