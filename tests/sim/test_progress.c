#include "../support/check.h"
#include "sim/progress.h"

#include <fcntl.h>
#include <sys/ioctl.h>

static void describe(void *context, char *text, size_t size) {
    snprintf(text, size, "%s", (const char *)context);
}

static struct progress started(uint64_t total, uint64_t first,
                               enum progress_style style) {
    static char words[] = "P(insolvent) 1.2 % ± 0.3 %";
    const struct progress_options options = {.total = total,
                                             .unit = "paths",
                                             .quiet = true,
                                             .describe = describe,
                                             .context = words};
    struct progress progress;
    progress_open(&progress, &options, first);
    progress.style = style;
    return progress;
}

static void the_line_tells_share_rate_and_time_left(void **state) {
    /* done, already done at the start, elapsed, line */
    static const struct {
        uint64_t done, first;
        double elapsed_s;
        const char *line;
    } cases[] = {
        {0,    0,   0,     "  0 %  0 of 2000 paths"                        },
        {500,  0,   10,    " 25 %  500 of 2000 paths  50/s  30s left"      },
        {500,  400, 100,   " 25 %  500 of 2000 paths  1.00/s  25:00 left"  },
        {20,   0,   1000,  "  1 %  20 of 2000 paths  0.02/s  27:30:00 left"},
        {1999, 0,   19.99, " 99 %  1999 of 2000 paths  100/s  0s left"     },
        {2000, 0,   125,   "100 %  2000 of 2000 paths  16/s  in 2:05"      },
        {2001, 0,   125,   "100 %  2000 of 2000 paths  16/s  in 2:05"      },
        {3,    9,   125,   "  0 %  3 of 2000 paths"                        },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct progress progress = started(2000, cases[i].first, PROGRESS_LINES);
        char text[200], expected[200];
        progress.done = cases[i].done;
        snprintf(expected, sizeof expected, "%s  P(insolvent) 1.2 %% ± 0.3 %%",
                 cases[i].line);
        progress_format(&progress, cases[i].elapsed_s, 500, text, sizeof text);
        check_text("line", text, expected);
    }
}

static void a_line_is_cut_between_characters(void **state) {
    struct progress progress = started(10, 0, PROGRESS_LINES);
    char text[200];
    (void)state;
    /* "  0 %  0 of 10 paths  P(insolvent) 1.2 % " has 41 columns, then comes the sign */
    progress_format(&progress, 0, 41, text, sizeof text);
    check_text("41", text, "  0 %  0 of 10 paths  P(insolvent) 1.2 % ");
    progress_format(&progress, 0, 42, text, sizeof text);
    check_text("42", text, "  0 %  0 of 10 paths  P(insolvent) 1.2 % ±");
    progress_format(&progress, 0, 0, text, sizeof text);
    check_text("0", text, "");
    progress_format(&progress, 0, 42, text, 1);
    check_text("no memory", text, "");
}

static void a_wide_terminal_gets_a_bar(void **state) {
    struct progress progress = started(100, 0, PROGRESS_REDRAWN);
    char text[200];
    (void)state;
    progress.done = 50;
    progress_format(&progress, 1, 100, text, sizeof text);
    check_contains("bar", text, "[============            ]  50 %  50 of 100 paths");
    progress.done = 100;
    progress_format(&progress, 1, 100, text, sizeof text);
    check_contains("bar", text, "[========================] 100 %");
    /* "100 %  100 of 100 paths  100/s  in 1s  P(insolvent) 1.2 % ± 0.3 %" is 65 wide. */
    progress_format(&progress, 1, 80, text, sizeof text);
    check_contains("what is left", text, "[============] 100 %");
    check_contains("all of the text", text, "± 0.3 %");
    progress_format(&progress, 1, 75, text, sizeof text);
    check_true("too short for a bar", strchr(text, '[') == NULL);
}

/* A run that looks for its end tells of the next look; what was done stays done. */
static void another_total_is_the_next_aim(void **state) {
    struct progress progress = started(65536, 0, PROGRESS_LINES);
    char text[200];
    (void)state;
    progress_retarget(&progress, 1024, "paths to look 1");
    progress.done = 512;
    progress_format(&progress, 10, 60, text, sizeof text);
    check_contains("half", text, " 50 %  512 of 1024 paths to look 1  51/s  10s left");
    progress.done = 1024;
    progress_retarget(&progress, 2048, "paths to look 2");
    check_u64("tenths told", progress.tenths, 5);
    progress_format(&progress, 20, 60, text, sizeof text);
    check_contains("half", text, " 50 %  1024 of 2048 paths to look 2  51/s  20s left");
}

static size_t read_all(int descriptor, char *text, size_t size) {
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    size_t length = 0;
    for (ssize_t got = 1; got > 0 && length < size - 1;) {
        got = read(descriptor, text + length, size - 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    text[length] = '\0';
    return length;
}

static void run_all(int descriptor, bool quiet, uint64_t first) {
    const struct progress_options options = {
        .total = 1000, .unit = "paths", .quiet = quiet, .descriptor = descriptor};
    struct progress progress;
    progress_open(&progress, &options, first);
    for (uint64_t done = first + 1; done <= 1000; ++done) {
        progress_update(&progress, done);
    }
    progress_close(&progress);
}

static int count_of(const char *text, char wanted) {
    int count = 0;
    for (; *text != '\0'; ++text) {
        count += *text == wanted;
    }
    return count;
}

static void a_pipe_gets_a_line_each_tenth(void **state) {
    int ends[2];
    char text[4096];
    (void)state;
    check_i64("pipe", pipe(ends), 0);
    run_all(ends[1], false, 0);
    read_all(ends[0], text, sizeof text);
    check_i64("lines", count_of(text, '\n'), 10);
    check_i64("no redrawing", count_of(text, '\r') + count_of(text, '\033'), 0);
    check_contains("first", text, " 10 %  100 of 1000 paths");
    check_contains("last", text, "100 %  1000 of 1000 paths");
    run_all(ends[1], false, 350);
    read_all(ends[0], text, sizeof text);
    check_i64("lines of a resumed run", count_of(text, '\n'), 7);
    run_all(ends[1], true, 0);
    check_u64("quiet", read_all(ends[0], text, sizeof text), 0);
    close(ends[0]);
    close(ends[1]);
}

/* open_terminal returns the program's end of a pseudo-terminal, 50 columns wide (the way
   of Linux: posix_openpt is not in the POSIX base). */
static int open_terminal(int *keyboard) {
    const struct winsize size = {.ws_row = 25, .ws_col = 50};
    const int unlocked = 0;
    int number = -1;
    char path[32];
    *keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    check_true("terminal", *keyboard >= 0);
    check_i64("unlock", ioctl(*keyboard, TIOCSPTLCK, &unlocked), 0);
    check_i64("number", ioctl(*keyboard, TIOCGPTN, &number), 0);
    snprintf(path, sizeof path, "/dev/pts/%d", number);
    const int terminal = open(path, O_RDWR | O_NOCTTY);
    check_true(path, terminal >= 0);
    check_i64("size", ioctl(terminal, TIOCSWINSZ, &size), 0);
    return terminal;
}

static void a_terminal_gets_one_line_redrawn(void **state) {
    int keyboard;
    char text[4096];
    (void)state;
    unsetenv("NO_COLOR");
    const int terminal = open_terminal(&keyboard);
    run_all(terminal, false, 0);
    read_all(keyboard, text, sizeof text);
    check_i64("one line", count_of(text, '\n'), 1);
    /* 1000 updates in an instant: at most the first and the last are drawn (and the
       terminal itself puts a return before the line's end) */
    check_true("not more than two redraws", count_of(text, '\033') <= 2);
    check_contains("last", text, "\r100 %  1000 of 1000 paths");
    check_contains("cleared", text, "\033[K\r\n");
    check_true("fits 50 columns", strlen(strrchr(text, '1')) < 50);
    close(terminal);
    close(keyboard);
}

static void no_color_gets_plain_lines_on_a_terminal(void **state) {
    int keyboard;
    char text[4096];
    (void)state;
    setenv("NO_COLOR", "1", 1);
    const int terminal = open_terminal(&keyboard);
    run_all(terminal, false, 0);
    read_all(keyboard, text, sizeof text);
    check_i64("lines", count_of(text, '\n'), 10);
    check_i64("no escapes", count_of(text, '\033'), 0);
    unsetenv("NO_COLOR");
    close(terminal);
    close(keyboard);
}

static void nobody_looking_does_no_harm(void **state) {
    int ends[2];
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* as the program does */
    check_i64("pipe", pipe(ends), 0);
    close(ends[0]);
    run_all(ends[1], false, 0);
    close(ends[1]);
    run_all(ends[1], false, 0); /* not even a descriptor */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_tells_share_rate_and_time_left),
        cmocka_unit_test(a_line_is_cut_between_characters),
        cmocka_unit_test(a_wide_terminal_gets_a_bar),
        cmocka_unit_test(a_pipe_gets_a_line_each_tenth),
        cmocka_unit_test(a_terminal_gets_one_line_redrawn),
        cmocka_unit_test(no_color_gets_plain_lines_on_a_terminal),
        cmocka_unit_test(another_total_is_the_next_aim),
        cmocka_unit_test(nobody_looking_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
