#include "analysis/commands/book_page.h"
#include "analysis/commands/command.h"
#include "analysis/commands/settings.h"
#include "analysis/json.h"
#include "analysis/subject.h"

#include <stdio.h>

static const struct option_use uses[] = {
    {.id = OPTION_SET},
    {.id = OPTION_PARAMETERS},
    {.id = OPTION_JSON},
    {.id = OPTION_COUNT},
};

static enum run_status print_page(const struct subject *subject, bool parameters) {
    char hash[DIGEST_TEXT_SIZE];
    size_t expects;
    digest_text(subject->run.hash, hash);
    load_expects(subject->loaded, &expects);
    printf("%s is fine: %s\n", subject->run.name, load_doc(subject->loaded));
    printf("scenario %s\n", hash);
    printf("%zu expectation%s; %.1f MB of memory a thread\n", expects,
           expects == 1 ? "" : "s", 1e-6 * (double)subject->run.footprint);
    const enum run_status printed = book_page_print(subject);
    if (parameters) {
        settings_print(subject);
    }
    return printed;
}

static enum run_status print_json(const struct subject *subject, bool parameters) {
    char hash[DIGEST_TEXT_SIZE];
    size_t expects;
    struct json json;
    digest_text(subject->run.hash, hash);
    const struct load_expect *expect = load_expects(subject->loaded, &expects);
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "scenario", subject->run.name);
    json_text(&json, "doc", load_doc(subject->loaded));
    json_text(&json, "scenario_hash", hash);
    json_open(&json, "expectations", '[');
    for (size_t i = 0; i < expects; ++i) {
        json_text(&json, NULL, expect[i].text);
    }
    json_close(&json, '[');
    json_unsigned(&json, "bytes_per_thread", subject->run.footprint);
    const enum run_status surveyed = book_page_json(&json, subject);
    if (parameters) {
        settings_json(&json, subject);
    }
    json_close(&json, '{');
    json_end(&json);
    return surveyed;
}

static int run(const struct options *options) {
    const bool parameters = options_given(options, OPTION_PARAMETERS);
    struct subject subject;
    enum run_status status =
        subject_load(options->argument[0], options->sets, options->set_count, &subject);
    if (status == RUN_OK) {
        status = (options_given(options, OPTION_JSON) ? print_json
                                                      : print_page)(&subject, parameters);
        subject_free(&subject);
    }
    return (int)status;
}

const struct command command_check = {
    .name = "check",
    .arguments = "SCENARIO",
    .doc = "tell everything that is wrong with a scenario file",
    .about = "Load a scenario as run would and tell everything that is wrong with it; "
             "then what its book looks like.",
    .options = uses,
    .words = OPTION_WORDS_SCENARIO,
    .least = 1,
    .most = 1,
    .missing = "name a preset or a scenario file",
    .surplus = "one scenario at a time",
    .run = run,
};
