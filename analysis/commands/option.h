/* option.h -- numbers on the command line, read exactly and within bounds.

   Units    those of the param row.
   Memory   nothing is kept.
   Threads  main thread: argp prints and exits. */
#ifndef ANALYSIS_COMMANDS_OPTION_H
#define ANALYSIS_COMMANDS_OPTION_H

#include "engine/param.h"

#include <argp.h>

/* The numbers that several commands take. */
struct option_numbers {
    int64_t paths, seed, threads, path;
    double level;
};

extern const struct param option_paths, option_seed, option_threads, option_path,
    option_level;

/* option_parse reads text by the row into numbers; what is wrong goes through argp_error,
   which ends the program with exit code 2. */
void option_parse(const struct argp_state *state, const struct param *row,
                  const char *text, struct option_numbers *numbers);

/* option_blocks reads "A..B", or "A.." for all from A on (*end is 0 then).  Blocks are
   counted from 0; B is not part of the range. */
void option_blocks(const struct argp_state *state, const char *text, int64_t *first,
                   int64_t *end);

#endif
