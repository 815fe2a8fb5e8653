#include "analysis/commands/book_page.h"
#include "analysis/commands/command.h"
#include "analysis/commands/settings.h"
#include "analysis/json.h"
#include "analysis/say.h"
#include "analysis/subject.h"
#include "scenarios/canonical.h"

#include <stdio.h>
#include <stdlib.h>

static const struct option_use uses[] = {
    {.id = OPTION_SET},
    {.id = OPTION_BOOK},
    {.id = OPTION_JSON},
    {.id = OPTION_COUNT},
};

static void check_together(const struct argp_state *state,
                           const struct options *options) {
    if (options_given(options, OPTION_BOOK) && options_given(options, OPTION_JSON)) {
        argp_error(state, "--book prints CSV; it goes without --json");
    }
}

static enum run_status print_text(const struct subject *subject) {
    const size_t length = canonical_show(subject->loaded, NULL, 0);
    char *text = malloc(length + 1);
    if (text == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    canonical_show(subject->loaded, text, length + 1);
    fputs(text, stdout);
    free(text);
    return RUN_OK;
}

static enum run_status print_json(const struct subject *subject) {
    char hash[DIGEST_TEXT_SIZE];
    struct json json;
    digest_text(subject->run.hash, hash);
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "scenario", subject->run.name);
    json_text(&json, "doc", load_doc(subject->loaded));
    json_text(&json, "scenario_hash", hash);
    json_text(&json, "canonical", subject->canonical);
    settings_json(&json, subject);
    json_close(&json, '{');
    json_end(&json);
    return RUN_OK;
}

static int run(const struct options *options) {
    struct subject subject;
    enum run_status status =
        subject_load(options->argument[0], options->sets, options->set_count, &subject);
    if (status == RUN_OK) {
        status = options_given(options, OPTION_BOOK)   ? book_page_write(&subject)
                 : options_given(options, OPTION_JSON) ? print_json(&subject)
                                                       : print_text(&subject);
        subject_free(&subject);
    }
    return (int)status;
}

const struct command command_show = {
    .name = "show",
    .arguments = "SCENARIO",
    .doc = "print a scenario complete, every value and its source",
    .about = "Print a scenario complete: a file that loads to the same scenario, with "
             "every value, its source and the expectations.",
    .options = uses,
    .words = OPTION_WORDS_SCENARIO,
    .least = 1,
    .most = 1,
    .missing = "name a preset or a scenario file",
    .surplus = "one scenario at a time",
    .check = check_together,
    .run = run,
};
