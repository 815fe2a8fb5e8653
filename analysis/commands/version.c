#include "analysis/version.h"

#include "analysis/commands/command.h"
#include "analysis/json.h"
#include "scenarios/semantics.h"

#include <stddef.h>
#include <stdio.h>

int command_version(bool as_json) {
    const char *name, *version;
    if (!as_json) {
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
