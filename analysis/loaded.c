#include "analysis/loaded.h"

#include "analysis/say.h"

#include <stdio.h>
#include <string.h>

/* Errors with a place in a file come with its line and a caret and stand for themselves;
   a single line is about the file as a whole, or about --set. */
static void say_errors(const char *text) {
    const char *end = strchr(text, '\n');
    if (end == NULL || end[1] == 0) {
        say("%.*s", end == NULL ? (int)strlen(text) : (int)(end - text), text);
    } else {
        fputs(text, stderr);
    }
}

enum run_status loaded_check(struct load_result **loaded) {
    if (*loaded == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    const enum load_status status = load_status_of(*loaded);
    if (status == LOAD_OK) {
        return RUN_OK;
    }
    say_errors(load_errors(*loaded));
    load_free(*loaded);
    *loaded = NULL;
    return status == LOAD_REFUSED ? RUN_INPUT : RUN_IO;
}
