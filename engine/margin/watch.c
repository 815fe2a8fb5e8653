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
   value of the position, its notional, the funding owed and each bracket, two for value
   and haircut of collateral units, and the part of the funding index that the coarse edge
   does not see. */
static wide rounding_allowance(int64_t magnitude) {
    return 6 + MARGIN_LINEAR_TIERS + 2 * (wide)(magnitude / FUNDING_EDGES_ONE + 1);
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

/* How fast health may rise with the mark, and how fast it may fall with it, at most: in
   1e-12 micro-USD a micro-USD; not above zero where it never does. */
struct slope {
    wide rise, fall;
};

static struct slope health_slope(const struct watch *watch, uint32_t i,
                                 int64_t size_ubase, int64_t units) {
    const struct margin_view *view = &watch->view;
    const struct margin_linear *margin = &view->terms[i].margin;
    const wide least = margin_linear_maintenance_least_ppm(margin);
    const wide most = margin_linear_maintenance_most_ppm(margin);
    const wide size = size_ubase;
    /* Without units a long only rises with the mark, a short only falls. */
    const bool both = units != 0;
    struct slope slope = {0};
    if (size > 0 || both) {
        slope.rise = size * (MONEY_ONE - (size > 0 ? least : -least));
    }
    if (size < 0 || both) {
        slope.fall = -size * (MONEY_ONE - (size > 0 ? most : -most));
    }
    if (both && !watch->terms.collateral_ignored) {
        const wide product =
            (wide)units * (MONEY_ONE - view->collateral_terms->haircut_ppm);
        const int64_t multiplier = view->terms[i].multiplier_ubase;
        slope.rise += multiplier == MONEY_ONE
                          ? product
                          : money_divide_ceil(product * MONEY_ONE, multiplier);
        slope.fall -= multiplier == MONEY_ONE
                          ? product
                          : money_divide_floor(product * MONEY_ONE, multiplier);
    }
    return slope;
}

/* health lost = loss / 1e6 * move, with loss rounded up; 0 where none ever is. */
static wide loss_of(const struct watch *watch, wide slope) {
    if (slope <= 0) {
        return 0;
    }
    const wide exact = money_divide_ceil(slope, MONEY_ONE);
    return money_divide_toward_zero(exact * watch->terms.constant_ppm, WATCH_EXACT_PPM) +
           1;
}

/* An edge where the budget may be used up, none where it never is. */
static void set_price_edge(struct edge_heap *heap, uint32_t account, int64_t here,
                           wide loss, wide budget) {
    if (loss == 0) {
        edge_heap_remove(heap, account);
        return;
    }
    const struct reach reach = {
        .heap = heap, .here = here, .slope = loss, .budget = budget};
    set_edge(&reach, account);
}

/* Sets the edges of one position that may use so much of the distance from zero health;
   false when it is too little for a box.  A healthy account's verdict may change where its
   health falls, an unhealthy one's where it rises. */
static bool set_edges(struct watch *watch, uint32_t account, uint32_t i, wide budget,
                      bool healthy) {
    const struct position *position = portfolio_at(watch->view.portfolio, account, i);
    const int64_t units = i == 0 ? margin_units(&watch->view, account) : 0;
    const int64_t size = position->size_ubase;
    const wide magnitude = money_magnitude(size);
    const wide spendable = budget - rounding_allowance((int64_t)magnitude);
    if (spendable <= FUNDING_PART) {
        return false;
    }
    const wide funding = size == 0 ? 0 : spendable / FUNDING_PART;
    const struct slope slope = health_slope(watch, i, size, units);
    const int64_t mark = watch->view.mark_price_uusd[i];
    const wide price_budget = (spendable - funding) * MONEY_ONE;
    set_price_edge(&watch->fall[i], account, -mark,
                   loss_of(watch, healthy ? slope.rise : slope.fall), price_budget);
    set_price_edge(&watch->rise[i], account, mark,
                   loss_of(watch, healthy ? slope.fall : slope.rise), price_budget);
    if (size == 0) {
        edge_heap_remove(&watch->funding_rise[i], account);
        edge_heap_remove(&watch->funding_fall[i], account);
        return true;
    }
    const bool pays = (size > 0) == healthy; /* a rise of the index is the risk */
    const int64_t level = watch->view.portfolio->market[i].funding_level;
    const struct reach index = {.heap = pays ? &watch->funding_rise[i]
                                             : &watch->funding_fall[i],
                                .here = pays ? level : -level,
                                .slope = magnitude,
                                .budget = funding * FUNDING_EDGES_ONE};
    edge_heap_remove(pays ? &watch->funding_fall[i] : &watch->funding_rise[i], account);
    set_edge(&index, account);
    return true;
}

static void clear_edges(struct watch *watch, uint32_t account, uint32_t i) {
    edge_heap_remove(&watch->fall[i], account);
    edge_heap_remove(&watch->rise[i], account);
    edge_heap_remove(&watch->funding_fall[i], account);
    edge_heap_remove(&watch->funding_rise[i], account);
}

static void clear_box(struct watch *watch, uint32_t account) {
    for (uint32_t i = 0; i < watch->view.portfolio->instrument_count; ++i) {
        clear_edges(watch, account, i);
    }
}

/* Each instrument may use the distance in proportion to its notional, the first one's
   with the units' value. */
static bool set_box(struct watch *watch, uint32_t account, const struct margin *margin) {
    const bool healthy = margin->equity_uusd >= margin->maintenance_uusd;
    const wide distance = healthy ? margin->equity_uusd - margin->maintenance_uusd
                                  : margin->maintenance_uusd - margin->equity_uusd;
    const wide all = margin->notional_uusd + margin->units_uusd;
    for (uint32_t i = 0; i < watch->view.portfolio->instrument_count; ++i) {
        const int64_t size = portfolio_at(watch->view.portfolio, account, i)->size_ubase;
        const bool with_units = i == 0 && margin_units(&watch->view, account) != 0;
        if (size == 0 && !with_units) {
            clear_edges(watch, account, i);
            continue;
        }
        const wide part =
            money_value_ceil(money_magnitude(size), watch->view.mark_price_uusd[i]) +
            (with_units ? margin->units_uusd : 0);
        wide budget = distance;
        if (part != all) {
            /* parts per 2^20 keep the product in range */
            budget = (distance >> 20) * ((part << 20) / all);
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
    if (margin.exposed && set_box(watch, account, &margin)) {
        account_set_remove(&watch->near, account);
        return;
    }
    clear_box(watch, account);
    if (margin.exposed) {
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

void watch_forget(struct watch *watch, uint32_t account) {
    clear_box(watch, account);
    account_set_remove(&watch->near, account);
    account_set_remove(&watch->unhealthy, account);
}
