/* store_again.h -- the groups of a results file, made again from its rows and compared.

   Units    none.
   Memory   the groups are built in memory, a few MB.
   Threads  one thread: HDF5 has one lock. */
#ifndef ANALYSIS_STORE_AGAIN_H
#define ANALYSIS_STORE_AGAIN_H

#include "analysis/run.h"
#include "analysis/store_read.h"

/* The groups beside /paths. */
#define STORE_AGAIN_GROUPS(X)                                                            \
    X(ESTIMATES, "estimates")                                                            \
    X(FUND_DEPLETION, "fund_depletion")                                                  \
    X(CONTROL, "control")                                                                \
    X(BANDS, "bands")                                                                    \
    X(WORST, "worst")                                                                    \
    X(SENSITIVITIES, "sensitivities")                                                    \
    X(ABLATION, "ablation")                                                              \
    X(FRAGILITY, "fragility")
#define STORE_AGAIN_ONE(identifier, name) STORE_AGAIN_##identifier,
enum store_again_group { STORE_AGAIN_GROUPS(STORE_AGAIN_ONE) STORE_AGAIN_COUNT };
#undef STORE_AGAIN_ONE
extern const char *const store_again_name[STORE_AGAIN_COUNT];

enum store_again_word {
    STORE_AGAIN_ABSENT,    /* the file does without it, as it may */
    STORE_AGAIN_SAME,      /* made again, all is the same */
    STORE_AGAIN_FITS,      /* what the rows imply of it holds */
    STORE_AGAIN_UNCHECKED, /* it rests on other runs, or on rows that are not the run's */
    STORE_AGAIN_DIFFERS,
};

struct store_again {
    enum store_again_word word;
    char what[256]; /* where it differs first, or why it is not checked; else "" */
};

/* store_again compares every group.  made has the rows of the file and what run_evaluate
   says of them; bands when all paths were run again, else what the rows imply is checked;
   subject when the paths with the most bad debt came out as stored, else /worst is not
   checked.  Fails   false when memory is out. */
bool store_again(struct store *store, const struct run_subject *subject,
                 const struct run_result *made,
                 struct store_again finding[STORE_AGAIN_COUNT]);

/* store_again_bands checks /bands by what the rows imply: at the end it has their
   liquidated notional and bad debt; the fund never falls below their least; quantiles, ends
   of intervals and sums are in order; every complete path is counted.
   Fails   as above. */
bool store_again_bands(struct store *store, const struct run_subject *subject,
                       const struct run_result *made, struct store_again *finding);

#endif
