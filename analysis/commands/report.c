#include "analysis/commands/command.h"
#include "analysis/commands/deliver.h"
#include "analysis/publish.h"
#include "analysis/report/parts.h"
#include "analysis/say.h"

#include <stdlib.h>
#include <string.h>

static const struct option_use uses[] = {
    {.id = OPTION_OUTPUT,                                 .doc = "where it goes (report.html); - is standard output"},
    {.id = OPTION_BASELINE                                                  },
    {.id = OPTION_MARKDOWN},
    {.id = OPTION_JSON,                                                   .doc = "write one JSON object, to standard output"},
    {.id = OPTION_SET,
     .doc = "where a file is that the worst path needs, such as book.file=FILE"},
    {.id = OPTION_COUNT                                   },
};

static void check_together(const struct argp_state *state,
                           const struct options *options) {
    if (options_given(options, OPTION_MARKDOWN) && options_given(options, OPTION_JSON)) {
        argp_error(state, "--markdown and --json: one of them");
    }
}

struct form {
    const char *out;
    void (*write)(FILE *file, const struct evidence *evidence);
};

/* A page goes to a file, what is for a machine or a forum to standard output, unless the
   user names a place. */
static struct form form_of(const struct options *options) {
    struct form form = {"report.html", parts_page};
    if (options_given(options, OPTION_MARKDOWN)) {
        form = (struct form){"-", parts_markdown};
    } else if (options_given(options, OPTION_JSON)) {
        form = (struct form){"-", parts_json};
    }
    if (options_given(options, OPTION_OUTPUT)) {
        form.out = options_text(options, OPTION_OUTPUT);
    }
    return form;
}

/* The whole text is made in memory, so that a file is there completely or not at all. */
static enum run_status deliver_text(const struct form *form,
                                    const struct evidence *evidence) {
    char *text = NULL, error[512];
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (file == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    form->write(file, evidence);
    const bool broken = ferror(file) != 0;
    enum run_status status = RUN_OK;
    if (fclose(file) != 0 || broken) {
        say("out of memory");
        status = RUN_IO;
    } else if (strcmp(form->out, "-") == 0) {
        fwrite(text, 1, size, stdout);
    } else if (!publish_file(form->out, text, size, error, sizeof error)) {
        say("%s", error);
        status = RUN_IO;
    } else {
        printf("report %s\n", form->out);
    }
    free(text);
    return status;
}

static int run(const struct options *options) {
    const struct evidence_files files = {
        .results = options->argument[0],
        .baseline = options_text(options, OPTION_BASELINE),
        .sets = options->sets,
        .set_count = options->set_count,
    };
    const struct form form = form_of(options);
    struct evidence *evidence = calloc(1, sizeof *evidence);
    enum run_status status = RUN_OK;
    if (evidence == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    if (strcmp(form.out, "-") != 0) {
        status = deliver_check(form.out);
    }
    if (status == RUN_OK) {
        status = evidence_gather(&files, evidence);
    }
    if (status == RUN_OK) {
        status = deliver_text(&form, evidence);
    }
    evidence_free(evidence);
    free(evidence);
    return (int)status;
}

const struct command command_report = {
    .name = "report",
    .arguments = "RESULTS.h5",
    .doc = "write one page to decide by: verdict, charts, limits",
    .about =
        "Write one page about a run: verdict, intervals, who paid, the worst path.\v"
        "The page stands for itself: no script, nothing from outside; it prints on A4.  "
        "The same results file gives the same bytes.\n\n"
        "Exit codes: 0 fine, 1 I/O failure or out of memory, 2 bad input or usage.",
    .options = uses,
    .words = OPTION_WORDS_RESULTS,
    .least = 1,
    .most = 1,
    .missing = "name a results file",
    .surplus = "one results file at a time; --baseline names another",
    .check = check_together,
    .run = run,
};
