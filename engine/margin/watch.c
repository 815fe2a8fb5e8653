#include "engine/margin/watch.h"

#include "engine/account.h"
#include "engine/segment.h"

/* Edges of the funding index are kept as levels, coarser units that fit 64 bits. */
#define FUNDING_EDGES_ONE (MONEY_INDEX_ONE / FUNDING_LEVEL_UNIT)
#define EDGE_MAX          (INT64_C(1) << 61)
/* Of the health given to an instrument, one part in so many is kept for funding. */
#define FUNDING_PART 16

size_t watch_footprint(uint32_t account_count, uint32_t instrument_count) {
    return 4 * instrument_count * edge_heap_footprint(account_count) +
           2 * account_set_footprint(account_count) + segment_size(sizeof(uint64_t));
}

void watch_bind(struct watch *watch, const struct margin_view *view,
                const struct watch_terms *terms, void *memory) {
    const uint32_t accounts = view->portfolio->account_count;
    const uint32_t instruments = view->portfolio->instrument_count;
    unsigned char *cursor = memory;
    assert(instruments <= WATCH_INSTRUMENTS);
    watch->view = *view;
    watch->terms = *terms;
    for (uint32_t i = 0; i < instruments; ++i) {
        struct edge_heap *const heaps[] = {&watch->fall[i], &watch->rise[i],
                                           &watch->funding_fall[i],
                                           &watch->funding_rise[i]};
        for (int h = 0; h < 4; ++h) {
            edge_heap_bind(heaps[h], accounts,
                           segment_take(&cursor, edge_heap_footprint(accounts)));
        }
    }
    account_set_bind(&watch->near, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    account_set_bind(&watch->unhealthy, accounts,
                     segment_take(&cursor, account_set_footprint(accounts)));
    watch->evaluations = segment_take(&cursor, sizeof(uint64_t));
}

static int64_t capped(wide distance) {
    return distance > EDGE_MAX ? EDGE_MAX : (int64_t)distance;
}

/* What rounding may take from health on the way to an edge: one micro-USD each for the
   value of the position, its notional, the funding owed and each bracket, and the part of
   the funding index that the coarse edge does not see. */
static wide rounding_allowance(int64_t magnitude) {
    return 4 + MARGIN_LINEAR_TIERS + 2 * (wide)(magnitude / FUNDING_EDGES_ONE + 1);
}

/* An edge that may be crossed after a move of at most so many parts of a unit: where it is
   to lie, and how far it may be from here.  distance * slope <= budget. */
struct reach {
    struct edge_heap *heap;
    int64_t here;
    wide slope, budget;
};

/* An edge that is there already stays when it lies between a quarter of the move and
   all of it: most changes of an account then leave the heap as it is, and cost no
   division. */
static bool edge_stays(const struct reach *reach, uint32_t account) {
    const wide distance =
        edge_heap_edge(reach->heap, account, reach->here) - (wide)reach->here;
    const wide spent = distance * reach->slope;
    return distance > 0 && distance <= EDGE_MAX && spent <= reach->budget &&
           4 * spent >= reach->budget;
}

/* Sets the edge somewhat inside the move that is allowed from here. */
static void set_edge(const struct reach *reach, uint32_t account) {
    if (!edge_stays(reach, account)) {
        const int64_t most =
            capped(money_divide_toward_zero(reach->budget, reach->slope));
        edge_heap_set(reach->heap, account, reach->here + most - most / 8);
    }
}

/* Sets the edges of one position that may use so much of the distance from zero health;
   false when it is too little for a box.  A healthy long's and an unhealthy short's verdict
   may change by a fall of the price, the other two's by a rise; the slope is the same. */
static bool set_edges(struct watch *watch, uint32_t account, uint32_t i, wide budget,
                      bool healthy) {
    const struct position *position = portfolio_at(watch->view.portfolio, account, i);
    const struct margin_linear *margin = &watch->view.terms[i].margin;
    const bool is_long = position->size_ubase > 0;
    const wide magnitude = money_magnitude(position->size_ubase);
    const wide spendable = budget - rounding_allowance((int64_t)magnitude);
    if (spendable <= FUNDING_PART) {
        return false;
    }
    const wide funding = spendable / FUNDING_PART;
    const wide slope_ppm = is_long
                               ? MONEY_ONE - margin_linear_maintenance_least_ppm(margin)
                               : MONEY_ONE + margin_linear_maintenance_most_ppm(margin);
    /* health lost = loss / 1e6 * move, with loss rounded up. */
    const wide exact = money_divide_ceil(magnitude * slope_ppm, MONEY_ONE);
    const wide loss =
        money_divide_toward_zero(exact * watch->terms.constant_ppm, WATCH_EXACT_PPM) + 1;
    const bool falls = is_long == healthy;
    const int64_t mark = watch->view.mark_price_uusd[i];
    const int64_t level = watch->view.portfolio->market[i].funding_level;
    const struct reach price = {.heap = falls ? &watch->fall[i] : &watch->rise[i],
                                .here = falls ? -mark : mark,
                                .slope = loss,
                                .budget = (spendable - funding) * MONEY_ONE};
    const struct reach index = {.heap = falls ? &watch->funding_rise[i]
                                              : &watch->funding_fall[i],
                                .here = falls ? level : -level,
                                .slope = magnitude,
                                .budget = funding * FUNDING_EDGES_ONE};
    edge_heap_remove(falls ? &watch->rise[i] : &watch->fall[i], account);
    edge_heap_remove(falls ? &watch->funding_fall[i] : &watch->funding_rise[i], account);
    set_edge(&price, account);
    set_edge(&index, account);
    return true;
}

static void clear_edges(struct watch *watch, uint32_t account, uint32_t i) {
    edge_heap_remove(&watch->fall[i], account);
    edge_heap_remove(&watch->rise[i], account);
    edge_heap_remove(&watch->funding_fall[i], account);
    edge_heap_remove(&watch->funding_rise[i], account);
}

/* Each instrument may use the distance in proportion to its notional. */
static bool set_box(struct watch *watch, uint32_t account, const struct margin *margin) {
    const bool healthy = margin->equity_uusd >= margin->maintenance_uusd;
    const wide distance = healthy ? margin->equity_uusd - margin->maintenance_uusd
                                  : margin->maintenance_uusd - margin->equity_uusd;
    for (uint32_t i = 0; i < watch->view.portfolio->instrument_count; ++i) {
        const int64_t size = portfolio_at(watch->view.portfolio, account, i)->size_ubase;
        if (size == 0) {
            clear_edges(watch, account, i);
            continue;
        }
        const wide notional =
            money_value_ceil(money_magnitude(size), watch->view.mark_price_uusd[i]);
        wide budget = distance;
        if (notional != margin->notional_uusd) {
            /* parts per 2^20 keep the product in range */
            budget = (distance >> 20) * ((notional << 20) / margin->notional_uusd);
        }
        if (!set_edges(watch, account, i, budget, healthy)) {
            return false;
        }
    }
    return true;
}

static void decide(struct watch *watch, uint32_t account, const struct margin *margin) {
    if (margin_liquidatable(margin)) {
        account_set_add(&watch->unhealthy, account);
    } else {
        account_set_remove(&watch->unhealthy, account);
    }
}

static void evaluate(struct watch *watch, uint32_t account) {
    const struct margin margin = margin_health(&watch->view, account);
    *watch->evaluations += 1;
    decide(watch, account, &margin);
    if (watch->terms.exhaustive) {
        return;
    }
    if (margin.has_position && set_box(watch, account, &margin)) {
        account_set_remove(&watch->near, account);
        return;
    }
    for (uint32_t i = 0; i < watch->view.portfolio->instrument_count; ++i) {
        clear_edges(watch, account, i);
    }
    if (margin.has_position) {
        account_set_add(&watch->near, account);
    } else {
        account_set_remove(&watch->near, account);
    }
}

void watch_account(struct watch *watch, uint32_t account) {
    if (account >= ACCOUNT_FIRST_USER) {
        evaluate(watch, account);
    }
}

static void evaluate_crossed(struct watch *watch, struct edge_heap *heap, int64_t level) {
    while (edge_heap_crossed(heap, level)) {
        evaluate(watch, edge_heap_top(heap));
    }
}

void watch_moved(struct watch *watch, uint32_t instrument) {
    const uint32_t accounts = watch->view.portfolio->account_count;
    if (watch->terms.exhaustive) {
        for (uint32_t account = ACCOUNT_FIRST_USER; account < accounts; ++account) {
            evaluate(watch, account);
        }
        return;
    }
    const int64_t mark = watch->view.mark_price_uusd[instrument];
    const int64_t level = watch->view.portfolio->market[instrument].funding_level;
    /* The near ones first: an account that joins them here has just been looked at. */
    for (uint32_t account = account_set_next(&watch->near, 0); account < accounts;
         account = account_set_next(&watch->near, account + 1)) {
        evaluate(watch, account);
    }
    evaluate_crossed(watch, &watch->fall[instrument], -mark);
    evaluate_crossed(watch, &watch->rise[instrument], mark);
    evaluate_crossed(watch, &watch->funding_fall[instrument], -level);
    evaluate_crossed(watch, &watch->funding_rise[instrument], level);
}
