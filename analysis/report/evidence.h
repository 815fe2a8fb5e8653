/* evidence.h -- all that a report tells, gathered from a results file.

   Units    as in the file: USD, shares, h, gwei.
   Memory   one column at a time is held while it is gathered; evidence_free gives the rest
            back.  The store has to live as long.
   Threads  one thread. */
#ifndef ANALYSIS_REPORT_EVIDENCE_H
#define ANALYSIS_REPORT_EVIDENCE_H

#include "analysis/compare.h"
#include "analysis/replay.h"
#include "analysis/report/distribution.h"
#include "analysis/store_bands.h"
#include "analysis/store_read.h"
#include "analysis/story_accounts.h"
#include "analysis/story_moment.h"

/* Who bears bad debt, in the order they are asked; X(identifier, name). */
#define EVIDENCE_LAYERS(X)                                                               \
    X(FUND, "insurance fund")                                                            \
    X(DELEVERAGED, "auto-deleveraged winners")                                           \
    X(SOCIALISED, "other accounts (socialised)")                                         \
    X(POOL, "liquidity pool")                                                            \
    X(OPEN, "still open at the horizon")
#define EVIDENCE_LAYER(identifier, name) EVIDENCE_##identifier,
enum evidence_layer { EVIDENCE_LAYERS(EVIDENCE_LAYER) EVIDENCE_LAYER_COUNT };
#undef EVIDENCE_LAYER
extern const char *const evidence_layer_name[EVIDENCE_LAYER_COUNT];

/* Bad debt and who bore it: the mean over all paths, and over those that ended insolvent. */
struct evidence_waterfall {
    struct interval debt[2], layer[2][EVIDENCE_LAYER_COUNT];
    uint64_t paths[2];
};

/* A variant of /sensitivities, /ablation or /fragility. */
struct evidence_variant {
    const char *what, *change;
    struct interval estimate, difference; /* of P(insolvency) */
    double errors;                        /* the difference in its standard errors */
    struct interval debt_difference;      /* of bad debt, mean */
    double debt_errors;
};
struct evidence_variants {
    size_t count; /* 0: the file has none */
    struct evidence_variant *variant;
    struct interval range; /* base, smallest and largest estimate */
    struct store_column name[2];
};

enum { EVIDENCE_WORST = 5, EVIDENCE_ACCOUNTS = 10 };

struct evidence {
    struct store *store;
    const struct store_about *about;
    struct metrics metrics;
    double fund; /* its deposit at the start; NaN: not known */
    struct distribution_steps debt;
    struct evidence_waterfall waterfall;
    struct distribution_bins liquidated, gas;
    struct distribution_groups fragility; /* insolvency by the depth of the fall */
    struct store_bands *bands;            /* over time */
    struct survival depletion; /* of the fund; without steps when it never was */
    struct evidence_variants sensitivities, ablation;
    struct evidence_variants severity; /* of the storm, "x0.5" to "x1.3" */
    struct outcome worst[EVIDENCE_WORST];
    size_t worst_count;
    /* The worst path, run again; problem says why not. */
    struct subject subject;
    struct replay replay;
    struct story story;
    struct story_moments moments;
    struct story_account account[EVIDENCE_ACCOUNTS]; /* that lost the most on it */
    struct story_accounts accounts;
    bool told;
    char problem[256];
    /* Else its drawing: rows from the file, when it has them. */
    bool drawn;
    int64_t start_ns, end_ns; /* of the rows in replay */
    /* The preset of the scenario's name, for its sources and the line that reproduces. */
    struct subject preset;
    bool is_preset;
    /* Beside a baseline. */
    struct store *baseline;
    struct compare compare;
    struct metrics baseline_metrics;
    struct spool *spool[2];
};

/* What a report is made of: results, a baseline (NULL: none), and --set texts a path needs
   to be run again. */
struct evidence_files {
    const char *results, *baseline;
    const char *const *sets;
    size_t set_count;
};

/* evidence_gather reads the results, runs their worst path again, and compares with the
   baseline.  Fails   RUN_INPUT or RUN_IO, after saying why. */
enum run_status evidence_gather(const struct evidence_files *files,
                                struct evidence *evidence);

/* evidence_free gives everything back; a zeroed one is fine. */
void evidence_free(struct evidence *evidence);

#endif
