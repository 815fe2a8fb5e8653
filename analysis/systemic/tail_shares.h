/* tail_shares.h -- whose loss the tail of the system's loss is.

   The expected shortfall of a sum is shared out by Euler: part i is E[part_i | tail], so
   the parts of a sum add up to the whole.  For any other quantity the same mean is its
   marginal expected shortfall.  The tail has the mass 1 - q exactly: paths above the value
   at risk count in full, those at it share what is left of the mass.

   Intervals are normal ones of the influence function,
       se(ES_i)^2 = (Var(part_i | tail) + q (ES_i - VaR_i)^2) / ((1 - q) n),
   with VaR_i = VaR ES_i / ES, and for a share s_i = ES_i / ES
       se(s_i)^2  = Var(part_i - s_i total | tail) / ((1 - q) n ES^2).

   Units    any one unit; probabilities in ppm.
   Memory   scratch while it runs.
   Threads  no shared state.
   Source   Tasche (1999), Risk contributions and performance measurement; Acerbi, Tasche
            (2002), J. Banking and Finance 26(7); Acharya, Pedersen, Philippon, Richardson
            (2017), Review of Financial Studies 30(1) (marginal shortfall); Adrian,
            Brunnermeier (2016), American Economic Review 106(7) (CoVaR). */
#ifndef ANALYSIS_SYSTEMIC_TAIL_SHARES_H
#define ANALYSIS_SYSTEMIC_TAIL_SHARES_H

#include "analysis/estimate/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tail_shares_terms {
    size_t count;   /* of paths */
    uint32_t q_ppm; /* below one million */
    double level;   /* of the intervals */
};

struct tail_shares_tail {
    double value_at_risk;
    struct interval shortfall; /* of the whole */
    uint64_t above;            /* paths above the value at risk */
    double effective;          /* (sum w)^2 / sum w^2 of the paths the tail rests on */
    double *weight;            /* [path], until tail_shares_free */
    double mass;               /* their sum */
    double q;                  /* mass below */
};

/* The mean of a part in the tail, and its share of the whole's. */
struct tail_shares_part {
    struct interval shortfall, share;
};

/* tail_shares_find finds the tail of total[count].
   Range   count >= 1.  Fails   false when memory is out. */
bool tail_shares_find(const double *total, const struct tail_shares_terms *terms,
                      struct tail_shares_tail *tail);

/* tail_shares_worst makes a tail of paths known to be the worst of so many: total[count] are
   all of it, and q is 1 - count / paths.
   Range   1 <= count <= paths; terms->q_ppm is not read.  Fails   as above. */
bool tail_shares_worst(const double *total, const struct tail_shares_terms *terms,
                       uint64_t paths, struct tail_shares_tail *tail);

/* tail_shares_free gives the weights back. */
void tail_shares_free(struct tail_shares_tail *tail);

/* tail_shares_of is what part[count] comes to in the tail.  There is no share of a shortfall
   of zero, and no interval without two different values: they do not tell how far off the
   mean may be. */
struct tail_shares_part tail_shares_of(const double *part, const double *total,
                                       const struct tail_shares_tail *tail,
                                       const struct tail_shares_terms *terms);

/* tail_shares_covar is the value at risk of the system among the paths on which `own` is
   near its own value at risk: within band_ppm of its rank.  *conditioning is how many these
   are; with none there is no value.  Fails   false when memory is out. */
bool tail_shares_covar(const double *own, const double *system,
                       const struct tail_shares_terms *terms, uint32_t band_ppm,
                       size_t *conditioning, struct interval *covar);

#endif
