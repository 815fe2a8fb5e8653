#include "sim/progress.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 512, BAR_WIDTH = 24, BAR_LEAST = 8, WIDTH_UNKNOWN = 80 };

#define REDRAW_SECONDS 0.2

static double monotonic_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* write_text tries once a piece and ignores errors: nobody may be looking. */
static void write_text(int descriptor, const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        const ssize_t written = write(descriptor, text, left);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return;
        }
        text += written;
        left -= (size_t)written;
    }
}

static size_t terminal_width(int descriptor) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return WIDTH_UNKNOWN;
    }
    return size.ws_col;
}

/* Rounded down: 100 % is said when everything is done, not before. */
static unsigned percent(uint64_t done, uint64_t total) {
    if (done >= total) {
        return 100;
    }
    return total < UINT64_MAX / 100 ? (unsigned)(done * 100 / total)
                                    : (unsigned)(done / (total / 100));
}

/* Whether a line may be redrawn there: a terminal that knows how, and nobody objects. */
static bool can_redraw(int descriptor) {
    const char *const no_color = getenv("NO_COLOR");
    const char *const terminal = getenv("TERM");
    return isatty(descriptor) && (no_color == NULL || *no_color == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

void progress_open(struct progress *progress, const struct progress_options *options,
                   uint64_t done_already) {
    assert(options->total >= 1);
    *progress = (struct progress){.options = *options,
                                  .style = PROGRESS_LINES,
                                  .start_s = monotonic_s(),
                                  .first = done_already,
                                  .done = done_already};
    if (options->quiet) {
        progress->style = PROGRESS_SILENT;
    } else if (can_redraw(options->descriptor)) {
        progress->style = PROGRESS_REDRAWN;
    }
    progress->shown_s = progress->start_s - 1;
    progress->tenths = percent(done_already, options->total) / 10;
}

/* append adds formatted text and returns the new length, at most size - 1. */
static size_t append(char *text, size_t size, size_t length, const char *piece) {
    const int more = snprintf(text + length, size - length, "%s", piece);
    const size_t sum = length + (size_t)(more > 0 ? more : 0);
    return sum < size ? sum : size - 1;
}

/* write_duration writes seconds as 41s, 3:07 or 2:05:59. */
static void write_duration(double seconds, char *text, size_t size) {
    if (!(seconds < 360000)) {
        snprintf(text, size, "long");
        return;
    }
    const int64_t whole = (int64_t)seconds;
    const int hours = (int)(whole / 3600), minutes = (int)(whole / 60 % 60);
    if (hours > 0) {
        snprintf(text, size, "%d:%02d:%02d", hours, minutes, (int)(whole % 60));
    } else if (minutes > 0) {
        snprintf(text, size, "%d:%02d", minutes, (int)(whole % 60));
    } else {
        snprintf(text, size, "%ds", (int)whole);
    }
}

static size_t columns_of(const char *text) {
    size_t columns = 0;
    for (; *text != '\0'; ++text) {
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return columns;
}

/* cut shortens text to a number of columns, never inside a UTF-8 sequence. */
static void cut(char *text, size_t width) {
    size_t columns = 0;
    for (size_t i = 0; text[i] != '\0'; ++i) {
        const bool begins = ((unsigned char)text[i] & 0xC0) != 0x80;
        if (begins && columns++ == width) {
            text[i] = '\0';
            return;
        }
    }
}

/* Puts a bar before the text, as long as the width leaves room for; none if that is too
   short to be one. */
static void put_bar(char *text, size_t size, size_t width, double share) {
    char line[LINE_SIZE], bar[BAR_WIDTH + 1];
    const size_t used = columns_of(text) + 3; /* brackets and a blank */
    const size_t room = width > used ? width - used : 0;
    const size_t length = room < BAR_WIDTH ? room : BAR_WIDTH;
    if (length < BAR_LEAST) {
        return;
    }
    const size_t filled = (size_t)(share * (double)length);
    for (size_t i = 0; i < length; ++i) {
        bar[i] = i < filled ? '=' : ' ';
    }
    bar[length] = '\0';
    snprintf(line, sizeof line, "[%s] %s", bar, text);
    snprintf(text, size, "%s", line);
}

void progress_format(const struct progress *progress, double elapsed_s, size_t width,
                     char *text, size_t size) {
    const struct progress_options *const options = &progress->options;
    const uint64_t total = options->total;
    const uint64_t done = progress->done < total ? progress->done : total;
    const double fresh = done > progress->first ? (double)(done - progress->first) : 0;
    const double rate = elapsed_s > 0 ? fresh / elapsed_s : 0;
    char piece[128], duration[32];
    size_t length = 0;
    assert(size > 0);
    text[0] = '\0';
    snprintf(piece, sizeof piece, "%3u %%  %ju of %ju %s", percent(done, total),
             (uintmax_t)done, (uintmax_t)total, options->unit);
    length = append(text, size, length, piece);
    if (rate > 0) {
        snprintf(piece, sizeof piece, rate < 10 ? "  %.2f/s" : "  %.0f/s", rate);
        length = append(text, size, length, piece);
        const bool over = done == total;
        write_duration(over ? elapsed_s : (double)(total - done) / rate, duration,
                       sizeof duration);
        snprintf(piece, sizeof piece, over ? "  in %s" : "  %s left", duration);
        length = append(text, size, length, piece);
    }
    if (options->describe != NULL) {
        char words[256] = "";
        options->describe(options->context, words, sizeof words);
        length = append(text, size, length, words[0] != '\0' ? "  " : "");
        append(text, size, length, words);
    }
    if (progress->style == PROGRESS_REDRAWN) {
        put_bar(text, size, width, (double)done / (double)total);
    }
    cut(text, width);
}

static void show(struct progress *progress, double now_s) {
    const int descriptor = progress->options.descriptor;
    const bool redraw = progress->style == PROGRESS_REDRAWN;
    char text[LINE_SIZE], line[LINE_SIZE + 16];
    /* A line as wide as the terminal would wrap on some. */
    const size_t width = redraw ? terminal_width(descriptor) - 1 : LINE_SIZE;
    progress_format(progress, now_s - progress->start_s, width, text, sizeof text);
    snprintf(line, sizeof line, redraw ? "\r%s\033[K" : "%s\n", text);
    write_text(descriptor, line);
    progress->shown_s = now_s;
    progress->line_open = redraw;
}

void progress_update(struct progress *progress, uint64_t done) {
    const double now_s = monotonic_s();
    progress->done = done;
    if (progress->style == PROGRESS_REDRAWN &&
        now_s - progress->shown_s >= REDRAW_SECONDS) {
        show(progress, now_s);
    }
    const uint64_t tenths = percent(done, progress->options.total) / 10;
    if (progress->style == PROGRESS_LINES && tenths > progress->tenths) {
        progress->tenths = tenths;
        show(progress, now_s);
    }
}

void progress_retarget(struct progress *progress, uint64_t total, const char *unit) {
    assert(total >= 1);
    progress->options.total = total;
    progress->options.unit = unit;
    progress->tenths = percent(progress->done, total) / 10;
}

void progress_close(struct progress *progress) {
    if (progress->style == PROGRESS_REDRAWN) {
        show(progress, monotonic_s());
    }
    if (progress->line_open) {
        write_text(progress->options.descriptor, "\n");
        progress->line_open = false;
    }
}
