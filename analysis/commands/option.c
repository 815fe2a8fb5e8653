#include "analysis/commands/option.h"

#include <string.h>

const struct param option_paths = PARAM(struct option_numbers, paths, "-n", param_integer,
                                        "1", "4294967296", "1000", "number of paths");
const struct param option_seed =
    PARAM(struct option_numbers, seed, "--seed", param_integer, "0",
          "9223372036854775807", "1", "seed of the random streams");
const struct param option_threads = PARAM(struct option_numbers, threads, "--threads",
                                          param_integer, "1", "1024", NULL, "threads");
const struct param option_path =
    PARAM(struct option_numbers, path, "--path", param_integer, "0", "4294967295", NULL,
          "number of the one path to run");
const struct param option_level =
    PARAM(struct option_numbers, level, "--level", param_real, "50%", "99.9999%", "95%",
          "confidence level of the intervals");

void option_parse(const struct argp_state *state, const struct param *row,
                  const char *text, struct option_numbers *numbers) {
    char error[256];
    if (text[0] == 0) {
        argp_error(state, "%s: a value is missing; such as %s", row->name,
                   row->fallback != NULL ? row->fallback : "1");
    } else if (!param_parse(row, text, param_at(row, numbers), error, sizeof error)) {
        argp_error(state, "%s %s: %s", row->name, text, error);
    }
}

void option_blocks(const struct argp_state *state, const char *text, int64_t *first,
                   int64_t *end) {
    static const struct param rows[] = {
        {.name = "--blocks", .kind = &param_integer, .low = "0", .high = "67108863"},
        {.name = "--blocks", .kind = &param_integer, .low = "1", .high = "67108864"},
    };
    char left[32], error[256];
    const char *dots = strstr(text, "..");
    const size_t length = dots == NULL ? sizeof left : (size_t)(dots - text);
    if (length == 0 || length >= sizeof left) {
        argp_error(state, "--blocks %s: write A..B: blocks A to B - 1, or A..", text);
        return;
    }
    memcpy(left, text, length);
    left[length] = 0;
    *end = 0;
    if (!param_parse(&rows[0], left, first, error, sizeof error) ||
        (dots[2] != 0 && !param_parse(&rows[1], dots + 2, end, error, sizeof error))) {
        argp_error(state, "--blocks %s: %s", text, error);
        return;
    }
    if (dots[2] != 0 && *end <= *first) {
        argp_error(state, "--blocks %s: is empty; B is the block after the last", text);
    }
}
