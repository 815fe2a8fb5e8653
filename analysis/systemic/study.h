/* study.h -- one path looked at as a system: who owes whom when it is worst, who falls short,
   who pushed whom, and how long it takes to get out.

   The path runs three times: twice for its events (replay.h) and once instant by instant.
   The worst block is that with the largest loss beyond what the fund paid, then the largest
   shortfall, then the first; positions are those before it, the price is that of it.  Where
   all shortfalls are still open at the horizon, that is the worst instant.

   Units    USD, hours, shares of 1.
   Memory   a value; scratch while it is made.
   Threads  one thread. */
#ifndef ANALYSIS_SYSTEMIC_STUDY_H
#define ANALYSIS_SYSTEMIC_STUDY_H

#include "analysis/subject.h"
#include "analysis/systemic/cascade.h"
#include "analysis/systemic/concentration.h"
#include "analysis/systemic/exposures.h"
#include "analysis/systemic/owners.h"

enum { STUDY_OWNERS = 5 };

struct study_owner {
    uint32_t owner; /* as in owners.h */
    uint32_t class; /* enum owners_class */
    double opening; /* what it had open at the start */
    double shortfall;
};

struct study {
    uint64_t path;
    struct outcome outcome;
    double fund;   /* at the start of the metrics */
    double booked; /* shortfalls of all blocks, those taken back not among them */
    /* the worst block */
    bool worst;            /* there is one */
    int64_t worst_time_ns; /* since the start */
    uint64_t worst_block;
    double worst_shortfall, worst_uncovered; /* booked in it; open ones at the horizon */
    struct exposures exposures;
    double two_largest; /* open by the two traders with most, at that moment */
    double horizon_h;   /* to close it at the share of depth asked for */
    /* by owner */
    struct concentration opening, at_worst, shortfall, haircut;
    double class_shortfall[OWNERS_CLASS_COUNT];
    double class_opening[OWNERS_CLASS_COUNT];
    struct study_owner owner[STUDY_OWNERS]; /* the largest shortfalls first */
    size_t owner_count;
    double cover_1, cover_2;
    /* who pushed whom */
    bool traced; /* false: a mechanism whose sales cannot be traced to accounts */
    struct cascade cascade;
    size_t unseen;       /* roots nobody saw under maintenance at the outside price */
    size_t only;         /* pushed over, and would not have gone under without it */
    double advanced_min; /* median of the others: how much earlier they went under */
    double liquidation_impact; /* lowest part of ln price that was liquidations' */
};

struct study_terms {
    uint64_t seed, path;
    double depth_share; /* of the horizon to close: above 0 */
};

/* study_run studies one path.  A path that fails has an outcome and nothing else.
   Fails   RUN_IO, after saying why. */
enum run_status study_run(const struct subject *subject, const struct study_terms *terms,
                          struct study *study);

#endif
