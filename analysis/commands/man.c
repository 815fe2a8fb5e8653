#include "analysis/commands/command.h"
#include "analysis/version.h"

#include <stdio.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_COUNT},
};

/* What roff takes for a request or for another sign, as it has to be written. */
static const char *escape(char character) {
    switch (character) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        return NULL;
    }
}

/* Text for roff, in lines of a length that its linters like. */
static void put_text(const char *text) {
    unsigned column = 0;
    for (bool begins = true; *text != 0; ++text, ++column) {
        const char *escaped = escape(*text);
        if (begins && *text == '.') {
            fputs("\\&", stdout);
        }
        begins = *text == ' ' && column > 60;
        if (begins) {
            putchar('\n');
            column = 0;
        } else if (escaped != NULL) {
            fputs(escaped, stdout);
        } else {
            putchar(*text);
        }
    }
}

/* A sentence on a line of its own: roff puts the room between sentences. */
static void put_sentences(const char *text) {
    char line[1024];
    while (*text != 0) {
        const char *end = strstr(text, ".  ");
        const char *paragraph = strstr(text, "\n\n");
        const bool breaks = paragraph != NULL && (end == NULL || paragraph < end);
        const size_t length = breaks        ? (size_t)(paragraph - text)
                              : end != NULL ? (size_t)(end - text) + 1
                                            : strlen(text);
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        put_text(line);
        fputs(breaks ? "\n.PP\n" : "\n", stdout);
        text += length;
        text += strspn(text, " \n");
    }
}

static void put_option(const struct option_use *use) {
    const struct option_row *row = &option_table[use->id];
    puts(".TP");
    if (row->letter != 0) {
        printf("\\fB\\-%c\\fR", row->letter);
        if (row->value != NULL) {
            printf(" \\fI%s\\fR", row->value);
        }
        fputs(", ", stdout);
    }
    fputs("\\fB\\-\\-", stdout);
    put_text(row->name);
    fputs("\\fR", stdout);
    if (row->value != NULL) {
        printf("=\\fI%s\\fR", row->value);
    }
    putchar('\n');
    put_text(option_doc(use));
    putchar('\n');
}

static void put_command(const struct command *command) {
    char purpose[1024];
    const char *more = strchr(command->about, '\v');
    const size_t length =
        more != NULL ? (size_t)(more - command->about) : strlen(command->about);
    snprintf(purpose, sizeof purpose, "%.*s", (int)length, command->about);
    fputs(".SS \"breakwater ", stdout);
    put_text(command->name);
    if (command->arguments[0] != 0) {
        putchar(' ');
        put_text(command->arguments);
    }
    puts("\"");
    put_sentences(purpose);
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        put_option(use);
    }
    if (more != NULL) {
        puts(".PP");
        put_sentences(more + 1);
    }
}

static void put_head(void) {
    printf(".TH BREAKWATER 1 \"\" \"breakwater %s\" \"User Commands\"\n",
           version_release());
    puts(".SH NAME\n"
         "breakwater \\- stress\\-test on\\-chain derivatives settlement layers\n"
         ".SH SYNOPSIS\n"
         ".B breakwater\n"
         ".I COMMAND\n"
         ".RI [ ARGUMENTS ]\n"
         ".SH DESCRIPTION\n"
         "The whole layer (ledger and escrow, margin, liquidation,\n"
         "loss waterfall, oracle, chain)\n"
         "runs for real inside a parallel Monte Carlo simulation of storms.\n"
         "Same semantics version, scenario and seed give the same digest.\n"
         "Every number comes with its interval.\n"
         ".PP\n"
         "Each command takes \\fB\\-\\-help\\fR.\n"
         ".SH COMMANDS");
}

static void put_tagged(const char *tag, const char *text) {
    printf(".TP\n%s\n", tag);
    put_text(text);
    putchar('\n');
}

static void put_end(void) {
    puts(".SH EXIT STATUS");
    put_tagged(".B 0", "fine");
    put_tagged(".B 1", "input or output failed, or memory ran out");
    put_tagged(".B 2", "wrong input or usage; nothing was written");
    put_tagged(".B 3",
               "an expectation of the scenario failed, or the precision asked for "
               "was not reached");
    put_tagged(".B 4", "an accounting identity broke, more than 0.1 % of the paths "
                       "failed, or a stored path came out differently");
    put_tagged(".BR 130 \", \" 143",
               "interrupted by SIGINT, SIGTERM; finished blocks are "
               "kept for --resume");
    puts(".SH ENVIRONMENT");
    put_tagged(".B NO_COLOR", "if set and not empty, progress is told in plain lines, as "
                              "in a pipe");
    put_tagged(".B TERM", "dumb asks for plain lines, too");
    puts(".SH FILES");
    put_tagged(".IR FILE .shards/", "finished blocks of paths of a run that writes FILE; "
                                    "removed when FILE is written");
    puts(".SH EXAMPLES\n.nf\n"
         "breakwater run black\\-thursday \\-n 1000 \\-o results.h5\n"
         "breakwater report results.h5 \\-o report.html\n"
         "breakwater replay results.h5 \\-\\-path worst\n"
         "breakwater compare black\\-thursday \\-\\-set\\-b margin.maintenance=8%\n"
         ".fi");
}

static int run(const struct options *options) {
    (void)options;
    put_head();
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        put_command(*row);
    }
    put_end();
    return 0;
}

const struct command command_man = {
    .name = "man",
    .arguments = "",
    .doc = "print the manual page (roff), such as for man -l -",
    .about = "Print the manual page, breakwater(1), as roff.",
    .options = uses,
    .surplus = "man takes no arguments",
    .run = run,
};
