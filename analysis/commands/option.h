/* option.h -- the options of all commands: one table, one parser.

   A row says how an option is called, what its value is, how the value is read and what
   completes it.  A command names the rows it takes (struct option_use).  Usage text, manual
   and completions walk the same rows.

   Units    numbers as their param row says, read exactly and within bounds.
   Memory   options own their lists until options_free; texts are those of argv.
   Threads  main thread: argp prints and exits. */
#ifndef ANALYSIS_COMMANDS_OPTION_H
#define ANALYSIS_COMMANDS_OPTION_H

#include "engine/param.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

enum option_id {
    OPTION_ABLATION,
    OPTION_ALL,
    OPTION_BASELINE,
    OPTION_BLOCKS,
    OPTION_BOOK,
    OPTION_BUDGET,
    OPTION_CONTROL,
    OPTION_COST_WEIGHT,
    OPTION_DEPTH,
    OPTION_EVERY,
    OPTION_FRAGILITY,
    OPTION_FROM,
    OPTION_JSON,
    OPTION_KIND,
    OPTION_LEVEL,
    OPTION_MARKDOWN,
    OPTION_OUTPUT,
    OPTION_OVER,
    OPTION_PARAMETERS,
    OPTION_PATH,
    OPTION_PATH_OR_WORST,
    OPTION_PATHS,
    OPTION_POINTS,
    OPTION_PROTOCOL,
    OPTION_QUIET,
    OPTION_RESPONSE,
    OPTION_RESUME,
    OPTION_RULE,
    OPTION_SCENARIO,
    OPTION_SEED,
    OPTION_SENSITIVITIES,
    OPTION_SET,
    OPTION_SET_A,
    OPTION_SET_B,
    OPTION_TAIL,
    OPTION_THREADS,
    OPTION_TO,
    OPTION_UNTIL,
    OPTION_WORST,
    OPTION_COUNT
};

/* What an argument or a value is, for completion. */
enum option_words {
    OPTION_WORDS_NONE, /* a number, a time: nothing completes it */
    OPTION_WORDS_FILE,
    OPTION_WORDS_RESULTS,
    OPTION_WORDS_SHARDS,
    OPTION_WORDS_SCENARIO, /* presets and files */
    OPTION_WORDS_SUBJECT,  /* a scenario or results */
    OPTION_WORDS_SETTING,  /* KEY=VALUE */
    OPTION_WORDS_KEY,      /* keys, metrics and outcomes */
    OPTION_WORDS_METRIC,   /* METRIC=HALF */
    OPTION_WORDS_KIND,     /* kinds of list */
    OPTION_WORDS_EVENT,    /* kinds of event */
    OPTION_WORDS_SHELL,
    OPTION_WORDS_COUNT
};

struct option_row {
    const char *name;           /* without the dashes */
    const char *value;          /* what stands for the value; NULL: a flag */
    const struct param *number; /* reads the value into struct option_numbers, or NULL */
    const char *word;           /* what may stand for the number, or NULL */
    const char *doc;            /* one line, no full stop */
    enum option_words words;    /* what completes the value */
    char letter;                /* short name, or 0 */
};

/* The rows, by enum option_id. */
extern const struct option_row option_table[OPTION_COUNT];

/* One option of one command.  A list of them ends with the id OPTION_COUNT. */
struct option_use {
    enum option_id id;
    const char *doc;      /* what it means here; NULL: as in the table */
    const char *fallback; /* of a number here; NULL: that of its row */
};

/* option_doc is what an option means to the command that uses it. */
const char *option_doc(const struct option_use *use);

/* The numbers that several commands take. */
struct option_numbers {
    int64_t paths, seed, threads, path, worst, depth_ppm, tail_ppm;
    int64_t points; /* of a design; 0: the usual number */
    double level, cost_weight;
};

struct option_item {
    enum option_id id;
    const char *text; /* NULL: a flag */
};

/* What a command line says. */
struct options {
    const char **argument;
    size_t argument_count;
    struct option_item *item; /* in the order given */
    size_t item_count;
    const char **sets; /* of --set */
    size_t set_count;
    struct option_numbers numbers;  /* given or by default */
    int64_t first_block, end_block; /* of --blocks; end 0: all from the first on */
};

struct command;

/* options_parse reads the command line of a command.  Wrong usage ends the program with
   exit code 2, --help with 0, a lack of memory with 1. */
void options_parse(const struct command *command, int argc, char **argv,
                   struct options *options);

/* options_free gives the lists back. */
void options_free(struct options *options);

/* options_given tells whether an option was given; options_text is its value, the last if
   repeated, NULL without. */
bool options_given(const struct options *options, enum option_id id);
const char *options_text(const struct options *options, enum option_id id);

/* options_list collects the values of two options, in the order given; text has room for
   item_count.  The result is their number. */
size_t options_list(const struct options *options, enum option_id id,
                    enum option_id other, const char **text);

#endif
