#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/publish.h"
#include "analysis/report/parts.h"
#include "analysis/say.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BASELINE = 256, KEY_SET, KEY_MARKDOWN, KEY_JSON };

static const struct argp_option options[] = {
    {"output",                                             'o', "FILE", 0, "where it goes (report.html); - is standard output", 0},
    {"baseline",                                              KEY_BASELINE, "RESULTS", 0,
     "a run of the same paths to compare with: before and after", 0},
    {"markdown", KEY_MARKDOWN, 0, 0, "write Markdown, to standard output", 0},
    {"json",                                                    KEY_JSON, 0, 0, "write one JSON object, to standard output", 0},
    {"set",KEY_SET, "KEY=VALUE", 0,
     "where a file is that the worst path needs, such as book.file=FILE", 0},
    {0                                                  },
};

struct arguments {
    struct evidence_files files;
    const char **sets;
    const char *out;
    void (*write)(FILE *file, const struct evidence *evidence);
};

static error_t parse(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->out = text;
        return 0;
    case KEY_BASELINE:
        arguments->files.baseline = text;
        return 0;
    case KEY_SET:
        arguments->sets[arguments->files.set_count++] = text;
        return 0;
    case KEY_MARKDOWN:
    case KEY_JSON:
        if (arguments->write != NULL) {
            argp_error(state, "--markdown and --json: one of them");
        }
        arguments->write = key == KEY_JSON ? parts_json : parts_markdown;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) {
            argp_error(state, "%s: one results file at a time; --baseline names another",
                       text);
        }
        arguments->files.results = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a results file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The whole text is made in memory, so that a file is there completely or not at all. */
static enum run_status deliver_text(const struct arguments *arguments,
                                    const struct evidence *evidence) {
    char *text = NULL, error[512];
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (file == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    arguments->write(file, evidence);
    const bool broken = ferror(file) != 0;
    enum run_status status = RUN_OK;
    if (fclose(file) != 0 || broken) {
        say("out of memory");
        status = RUN_IO;
    } else if (strcmp(arguments->out, "-") == 0) {
        fwrite(text, 1, size, stdout);
    } else if (!publish_file(arguments->out, text, size, error, sizeof error)) {
        say("%s", error);
        status = RUN_IO;
    } else {
        printf("report %s\n", arguments->out);
    }
    free(text);
    return status;
}

static enum run_status report(const struct arguments *arguments) {
    struct evidence *evidence = calloc(1, sizeof *evidence);
    enum run_status status = RUN_OK;
    if (evidence == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    if (strcmp(arguments->out, "-") != 0) {
        status = deliver_check(arguments->out);
    }
    if (status == RUN_OK) {
        status = evidence_gather(&arguments->files, evidence);
    }
    if (status == RUN_OK) {
        status = deliver_text(arguments, evidence);
    }
    evidence_free(evidence);
    free(evidence);
    return status;
}

int command_report(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "RESULTS.h5",
        "Write one page about a run: verdict, intervals, who paid, the worst path.\v"
        "The page stands for itself: no script, nothing from outside; it prints on A4.  "
        "The same results file gives the same bytes.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage.",
        0,
        0,
        0};
    struct arguments arguments = {.sets = calloc((size_t)argc, sizeof *arguments.sets)};
    if (arguments.sets == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    arguments.files.sets = arguments.sets;
    if (arguments.out == NULL) {
        arguments.out = arguments.write == NULL ? "report.html" : "-";
    }
    arguments.write = arguments.write == NULL ? parts_page : arguments.write;
    const enum run_status status = report(&arguments);
    free(arguments.sets);
    return (int)status;
}
