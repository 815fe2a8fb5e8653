#include "analysis/commands/completion.h"

#include "analysis/commands/catalogue.h"
#include "analysis/commands/command.h"
#include "analysis/run.h"
#include "analysis/say.h"

#include <stdio.h>
#include <string.h>

const struct completion_words completion_words[OPTION_WORDS_COUNT] = {
    [OPTION_WORDS_NONE] = {.name = "nothing"                },
    [OPTION_WORDS_FILE] = {.name = "file",                    .ends = {""}},
    [OPTION_WORDS_RESULTS] = {.name = "results",                                 .ends = {".h5"}},
    [OPTION_WORDS_SHARDS] = {.name = "shards",.ends = {".shards"}, .folders = true},
    [OPTION_WORDS_SCENARIO] = {.name = "scenario",                  .ends = {".yaml", ".yml"}},
    [OPTION_WORDS_SUBJECT] = {.name = "subject",                  .ends = {".yaml", ".yml", ".h5"}},
    [OPTION_WORDS_SETTING] = {.name = "setting",                .suffix = "="},
    [OPTION_WORDS_METRIC] = {.name = "metric",                                 .suffix = "="},
    [OPTION_WORDS_KEY] = {.name = "key"},
    [OPTION_WORDS_KIND] = {.name = "kind"                },
    [OPTION_WORDS_EVENT] = {.name = "event",                                 .list = true},
    [OPTION_WORDS_SHELL] = {.name = "shell"},
};

/* Which lists of the catalogue are the words of a kind. */
static const char *const lists[OPTION_WORDS_COUNT][4] = {
    [OPTION_WORDS_SCENARIO] = {"presets"  },
    [OPTION_WORDS_SUBJECT] = {"presets"  },
    [OPTION_WORDS_SETTING] = {"keys"     },
    [OPTION_WORDS_METRIC] = {"metrics"  },
    [OPTION_WORDS_KEY] = {"keys",      "metrics", "outcomes"},
    [OPTION_WORDS_EVENT] = {"events"},
};

static const struct {
    const char *name;
    void (*put)(void);
} shells[] = {
    {"bash", completion_bash},
    {"zsh",  completion_zsh },
    {"fish", completion_fish},
};

enum { SHELL_COUNT = sizeof shells / sizeof *shells };

struct putting {
    const char *suffix, *quote;
};

static void put_word(const struct putting *putting, const char *word) {
    printf(" %s%s%s%s", putting->quote, word, putting->suffix, putting->quote);
}

static void put_entry(void *context, const struct catalogue_entry *entry) {
    put_word(context, entry->name);
}

void completion_put(enum option_words words, const char *quote) {
    const char *suffix = completion_words[words].suffix;
    struct putting putting = {suffix != NULL ? suffix : "", quote};
    for (const char *const *name = lists[words]; *name != NULL; ++name) {
        catalogue_find(*name)->walk(put_entry, &putting);
    }
    if (words == OPTION_WORDS_KIND) {
        for (const struct catalogue *row = catalogues; row->name != NULL; ++row) {
            put_word(&putting, row->name);
        }
    } else if (words == OPTION_WORDS_SHELL) {
        for (size_t i = 0; i < SHELL_COUNT; ++i) {
            put_word(&putting, shells[i].name);
        }
    }
}

void completion_quote(const char *text, const char *special, const char *quote) {
    for (; *text != 0; ++text) {
        if (*text == '\'') {
            fputs(quote, stdout);
            continue;
        }
        if (strchr(special, *text) != NULL) {
            putchar('\\');
        }
        putchar(*text);
    }
}

static const struct option_use uses[] = {
    {.id = OPTION_COUNT},
};

static int run(const struct options *options) {
    for (size_t i = 0; i < SHELL_COUNT; ++i) {
        if (strcmp(options->argument[0], shells[i].name) == 0) {
            shells[i].put();
            return RUN_OK;
        }
    }
    say("%s: no such shell; there are bash, zsh and fish", options->argument[0]);
    return RUN_INPUT;
}

const struct command command_completion = {
    .name = "completion",
    .arguments = "SHELL",
    .doc = "print the completions for bash, zsh or fish",
    .about = "Print a script that teaches a shell the commands, options and keys.\v"
             "Such as: eval \"$(breakwater completion bash)\"",
    .options = uses,
    .words = OPTION_WORDS_SHELL,
    .least = 1,
    .most = 1,
    .missing = "name a shell: bash, zsh or fish",
    .surplus = "one shell at a time",
    .run = run,
};
