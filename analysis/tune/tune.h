/* tune.h -- which setting of a few parameters keeps the risk within a budget at least cost?

   Search   All settings of a design run the first paths of a seed, the same for all.  Round
            by round the paths triple and settings are dropped that cannot be the answer:
            another is better in cost and in every goal by the paired intervals; or a goal is
            over its limit at the better end of its interval; or another is within every
            limit and costs less.  A round decides at an error of (1 - level) / (settings *
            rounds) each: Bonferroni over both.
   Answer   What is left, and the present setting, runs on a fresh seed, with the paths that the
            settings dropped did not need, up to three times as many each; only those numbers
            are published, since the best of many looks better than it is.  From the safest
            setting of the search on, each is tested against the limits until one is not
            surely within: so the whole sequence errs no more often than its first wrong
            test, with (1 - level) / 2.  The cheapest of those that passed is recommended.
            From the riskiest on, the same tells which are surely over.

   The result depends on scenarios, design, seed and paths alone, not on threads or
   interruptions.

   Units    as contest.h.
   Memory   a tune owns everything it holds until tune_free: an open file for each scenario
            of each setting and seed, 32 bytes for each path of each setting.
   Threads  call from the main thread.
   Source   Maurer, Hothorn, Lehmacher (1995), in Vollmar (ed.), Testing Principles in
            Clinical and Preclinical Trials, 3-18 (fixed sequence of tests). */
#ifndef ANALYSIS_TUNE_TUNE_H
#define ANALYSIS_TUNE_TUNE_H

#include "analysis/run.h"
#include "analysis/subject.h"
#include "analysis/tune/contest.h"
#include "analysis/tune/design.h"
#include "analysis/tune/field.h"
#include "analysis/tune/response.h"

#define TUNE_SCENARIOS 8
#define TUNE_ROUNDS    4 /* three of the search, and the fresh one */
#define TUNE_NONE      SIZE_MAX

struct tune_request {
    uint64_t seed, paths; /* of each setting in the last round of the search */
    unsigned threads;
    double level;
    const char *out; /* keeps the rounds beside this file until tune_discard; NULL */
    const char *const *sets; /* texts of --set, for the line that repeats a number */
    size_t set_count;
    bool resume; /* go on with what is kept; else there has to be nothing */
    bool quiet;
};

/* Why a setting was not run to the end. */
enum tune_fate {
    TUNE_IN,       /* it was */
    TUNE_REFUSED,  /* the values do not go together: problem says why */
    TUNE_BEATEN,   /* another is better in everything */
    TUNE_OVER,     /* surely over the budget */
    TUNE_NEEDLESS, /* a cheaper one is surely within it */
    TUNE_FATE_COUNT
};

struct tune_setting {
    enum tune_fate fate;
    char problem[256];
    struct subject subject[TUNE_SCENARIOS];
    struct field_cell search[TUNE_SCENARIOS], fresh[TUNE_SCENARIOS];
    struct spool *search_spool[TUNE_SCENARIOS], *fresh_spool[TUNE_SCENARIOS];
    struct contestant found,
        final;                    /* what search and fresh paths say; paths 0: nothing */
    enum contest_verdict verdict; /* on the fresh paths */
    bool passed, surely_over;     /* by the two sequences of tests */
    bool pareto;                  /* nothing is surely better */
    bool alike; /* in no goal and no cost to be told from the recommended one */
    struct interval cost_change; /* less the present setting's, on the fresh paths */
};

struct tune {
    const struct subject *scenario[TUNE_SCENARIOS]; /* the caller's */
    struct design design;
    struct response response;
    struct contest contest;
    struct tune_request request;
    struct tune_setting *setting; /* one a point of the design */
    size_t current;               /* the present setting */
    size_t recommended;           /* TUNE_NONE: nothing is surely within the budget */
    size_t nearest;               /* then: what comes nearest to it; else TUNE_NONE */
    size_t binding;               /* goal that is nearest to its limit there */
    /* With one key: the settings surely over the budget next to the recommended one, or to
       where it would be; TUNE_NONE: none. */
    size_t over_below, over_above;
    uint64_t fresh_seed, fresh_paths;
    size_t rounds;
    uint64_t round_paths[TUNE_ROUNDS];
    size_t round_settings[TUNE_ROUNDS];
    struct run_result kept[TUNE_ROUNDS];
    uint64_t paths_run, failed;
};

/* tune_goal adds a budget such as "p_insolvency<=5%" for every scenario.
   Fails   false, with one sentence in error. */
bool tune_goal(struct tune *tune, const char *budget, char *error, size_t error_size);

/* tune_open makes the settings of tune->design for every tune->scenario; without a budget
   P(insolvency) is the goal.  Settings whose values do not go together are refused.
   Fails   RUN_INPUT when the present one or all others are, RUN_IO; after saying why. */
enum run_status tune_open(struct tune *tune);

/* tune_run searches and answers.
   Fails   as run_execute; the rounds that ran are kept and found again. */
enum run_status tune_run(struct tune *tune);

/* tune_verdict is the exit code: RUN_BROKEN for more than 0.1 % of failed paths, RUN_UNMET
   when there is a budget and nothing surely meets it, else RUN_OK. */
enum run_status tune_verdict(const struct tune *tune);

/* tune_fresh_seed is the seed of the numbers that are published. */
uint64_t tune_fresh_seed(uint64_t seed);

/* tune_has_budget tells whether any goal has a limit. */
bool tune_has_budget(const struct tune *tune);

/* tune_discard removes the kept rounds, once the results are safe. */
bool tune_discard(struct tune *tune);

/* tune_free gives back what a tune owns; a zeroed one is fine. */
void tune_free(struct tune *tune);

#endif
