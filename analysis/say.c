#include "analysis/say.h"

#include "analysis/run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void say(const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "breakwater: %s\n", text);
}

int say_finished(int status) {
    errno = 0;
    const int flushed = fflush(stdout);
    if (flushed != 0 || ferror(stdout)) {
        say("standard output cannot be written: %s",
            errno != 0 ? strerror(errno) : "an earlier write failed");
        return RUN_IO;
    }
    return status;
}
