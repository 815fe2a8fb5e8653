/* compare.h -- two runs side by side, path by path.

   Both have to be of the same paths: seed and number of paths are equal, so that path i
   meets the same luck in both and differences are paired (estimate/paired.h).  What the
   scenarios do not have in common is told, and whether the luck still means the same: with
   another book or another storm pairs are alike by little, and intervals widen.

   Units    those of the estimates; differences are B less A.
   Memory   compare_make allocates; compare_free gives back.
   Threads  one thread. */
#ifndef ANALYSIS_COMPARE_H
#define ANALYSIS_COMPARE_H

#include "analysis/estimate/paired.h"
#include "analysis/run.h"
#include "engine/param.h"

#include <stdio.h>

/* One of the two: what was run, and what came of it. */
struct compare_side {
    const char *name, *measure;
    const char *canonical; /* text of the scenario */
    uint64_t seed;
    const struct spool *spool;
    const struct metrics *metrics;
    const unsigned char *digest; /* DIGEST_SIZE bytes */
};

enum compare_verdict {
    COMPARE_UNCLEAR, /* the interval holds zero, or there is none */
    COMPARE_SAME,    /* no path differs */
    COMPARE_BETTER,
    COMPARE_WORSE,
    COMPARE_HIGHER, /* of what is neither good nor bad */
    COMPARE_LOWER,
};

struct compare_row {
    const char *metric;
    const struct estimate *a, *b;
    struct paired paired;
    enum compare_verdict verdict;
};

/* A key with different values; NULL where a scenario has no such key. */
struct compare_change {
    char key[96];
    char a[PARAM_FORMAT_SIZE], b[PARAM_FORMAT_SIZE];
};

struct compare {
    struct compare_side side[2];
    struct compare_row *row;
    size_t row_count;
    struct compare_change *change;
    size_t change_count;
    bool other_book, other_storm; /* the changes reach what the luck is spent on */
    double level;
};

/* compare_make compares every mean, expected shortfall and probability of both runs.
   Fails   RUN_INPUT when the runs are not of the same paths, RUN_IO; after saying why. */
enum run_status compare_make(const struct compare_side *a, const struct compare_side *b,
                             double level, struct compare *compare);

/* compare_find is the row of a metric, or NULL. */
const struct compare_row *compare_find(const struct compare *compare, const char *metric);

/* compare_print writes the page: the headlines, 80 columns wide; compare_json everything
   as one object. */
void compare_print(FILE *file, const struct compare *compare);
void compare_json(FILE *file, const struct compare *compare);

/* compare_word is a verdict in words. */
const char *compare_word(enum compare_verdict verdict);

/* compare_free gives back what compare_make took; a zeroed one is fine. */
void compare_free(struct compare *compare);

#endif
