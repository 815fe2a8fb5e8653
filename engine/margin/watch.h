/* watch.h -- who may be liquidatable?  Answered without looking at every account.

   For each account the watch keeps a box of mark prices and funding indices inside which
   its health (equity - maintenance) provably stays at or above zero:

     sum over instruments of  L_price |mark move| + L_funding |index move| + rounding <
   health

   with L_price = |size| (1 - least maintenance rate) for a long, whose risk is a fall,
        L_price = |size| (1 + largest maintenance rate) for a short, whose risk is a rise,
        L_funding = |size|.
   Collateral units add units (1 - haircut) to the slope of health in instrument 0's mark:
   to a long's risk of a fall, against a short's risk of a rise; where they outweigh the
   short, or may in some bracket, a fall is a risk, too, and both edges are kept.
   An unhealthy account has such a box, too, inside which its health stays below zero: the
   constants bound its recovery as well.
   The edges lie in heaps; a move re-evaluates only the accounts whose edge it crossed,
   and those too near zero for any box.  The filter errs to one side: it may look at a
   healthy account, it never misses an unhealthy one; the decision is always
   margin_evaluate's.  In the exhaustive mode every account is evaluated at every move;
   both modes give the same set, and the same digest.

   Units    micro-USD; funding edges in 1e-7 micro-USD per 1e-6 base unit.
   Range    a funding index stays within 2^62 such units of zero: for a month at the largest
            price and 100 % a day.
   Memory   watch_footprint bytes, aligned to SEGMENT_ALIGNMENT, zeroed.
   Threads  one watch per thread. */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

#include "engine/account_set.h"
#include "engine/margin/edge_heap.h"
#include "engine/margin/margin.h"

#define WATCH_INSTRUMENTS 8 /* most instruments an engine has */
#define WATCH_EXACT_PPM   INT64_C(1000000)

struct watch_terms {
    int64_t exhaustive; /* 0 or 1 */
    int64_t
        constant_ppm; /* scales L; WATCH_EXACT_PPM but where a test breaks the proof */
    int64_t collateral_ignored; /* in L; 0 but where a test breaks the proof */
};

struct watch { /* a view */
    struct margin_view view;
    struct watch_terms terms;
    struct edge_heap fall[WATCH_INSTRUMENTS], rise[WATCH_INSTRUMENTS];
    struct edge_heap funding_fall[WATCH_INSTRUMENTS], funding_rise[WATCH_INSTRUMENTS];
    struct account_set near;      /* too near zero for a box: looked at each time */
    struct account_set unhealthy; /* liquidatable now */
    uint64_t *evaluations;        /* accounts looked at */
};

/* watch_footprint returns the bytes a watch needs. */
size_t watch_footprint(uint32_t account_count, uint32_t instrument_count);

/* watch_bind points the watch at memory and at what it watches. */
void watch_bind(struct watch *watch, const struct margin_view *view,
                const struct watch_terms *terms, void *memory);

/* watch_account looks at one account again: its balance, hold or position changed. */
void watch_account(struct watch *watch, uint32_t account);

/* watch_moved looks again at whom a move of the instrument's mark price or funding index
   may have made liquidatable, or healthy. */
void watch_moved(struct watch *watch, uint32_t instrument);

/* watch_forget takes the account out, as if it had nothing to liquidate. */
void watch_forget(struct watch *watch, uint32_t account);

#endif
