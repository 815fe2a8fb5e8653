/* progress.h -- tells a waiting person how far a run is.

   On a terminal one line, redrawn at most five times a second: a bar, the share, the
   rate, the time left, and what the caller has to say (an interval that narrows).
   Elsewhere (a file, a pipe, CI) a plain line at each tenth.  Nothing with quiet; no
   redrawing if NO_COLOR is set or TERM is dumb.

   Errors of write are ignored deliberately: a run must not fail because nobody looks. The
   process ignores SIGPIPE.

   Units    caller's items; seconds of the monotonic clock.
   Memory   a value of the caller; nothing is allocated.
   Threads  one thread at a time. */
#ifndef SIM_PROGRESS_H
#define SIM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress_options {
    uint64_t total;   /* items of the whole run */
    const char *unit; /* "paths" */
    bool quiet;
    int descriptor; /* where to: STDERR_FILENO */
    /* describe writes a short text for the end of the line; or NULL. */
    void (*describe)(void *context, char *text, size_t size);
    void *context;
};

enum progress_style { PROGRESS_SILENT, PROGRESS_LINES, PROGRESS_REDRAWN };

struct progress {
    struct progress_options options;
    enum progress_style style;
    double start_s; /* of the monotonic clock */
    double shown_s; /* when a line was last written */
    uint64_t first; /* items that were done before the start (a resumed run) */
    uint64_t done;
    uint64_t tenths; /* PROGRESS_LINES: tenths already told */
    bool line_open;  /* PROGRESS_REDRAWN: the line has to be ended */
};

/* progress_open starts the clock and decides where and how to write.  done_already items
   count as done, but not for the rate. */
void progress_open(struct progress *progress, const struct progress_options *options,
                   uint64_t done_already);

/* progress_update tells that `done` items are done and writes if it is time to. */
void progress_update(struct progress *progress, uint64_t done);

/* progress_retarget goes on to another total, such as that of the next look; unit as in
   the options. */
void progress_retarget(struct progress *progress, uint64_t total, const char *unit);

/* progress_close writes the last state and ends the line. */
void progress_close(struct progress *progress);

/* progress_format writes the line for a width in columns and a time since the start; what
   the others print, without any terminal. */
void progress_format(const struct progress *progress, double elapsed_s, size_t width,
                     char *text, size_t size);

#endif
