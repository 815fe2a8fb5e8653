#include "analysis/say.h"

#include "analysis/run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void say(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "breakwater: %s\n", text);
}

void say_check_output(void) {
    const bool failed = ferror(stdout) != 0;
    errno = 0;
    if (fflush(stdout) != 0 || failed) {
        say("standard output cannot be written: %s",
            errno != 0 ? strerror(errno) : "an earlier write failed");
        _exit(RUN_IO);
    }
}
