#include "analysis/version.h"

#include "analysis/commands/command.h"
#include "analysis/json.h"
#include "scenarios/semantics.h"

#include <stddef.h>
#include <stdio.h>

static const struct option_use uses[] = {
    {.id = OPTION_JSON},
    {.id = OPTION_COUNT},
};

static int run(const struct options *options) {
    const char *name, *version;
    if (!options_given(options, OPTION_JSON)) {
        printf("breakwater %s (semantics %d, commit %s)\n%s\n", version_release(),
               BREAKWATER_SEMANTICS, version_commit(), version_compiler());
        for (unsigned i = 0; (name = version_library(i, &version)) != NULL; ++i) {
            printf("%s %s\n", name, version);
        }
        return 0;
    }
    struct json json;
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "release", version_release());
    json_unsigned(&json, "semantics", BREAKWATER_SEMANTICS);
    json_text(&json, "commit", version_commit());
    json_text(&json, "compiler", version_compiler());
    json_open(&json, "libraries", '{');
    for (unsigned i = 0; (name = version_library(i, &version)) != NULL; ++i) {
        json_text(&json, name, version);
    }
    json_close(&json, '{');
    json_close(&json, '{');
    json_end(&json);
    return 0;
}

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .doc = "print version, semantics, compiler and libraries",
    .about = "Print version, semantics, commit, compiler and libraries.\v"
             "`breakwater --version` is the same.",
    .options = uses,
    .surplus = "version takes --json and nothing else",
    .run = run,
};
