#include "analysis/systemic/study.h"

#include "analysis/replay.h"
#include "analysis/say.h"
#include "analysis/systemic/attribution.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Nothing before it can be the worst. */
#define NEVER_NS INT64_MAX

struct walk {
    const struct subject *subject;
    const struct study_terms *terms;
    struct study *study;
    const struct replay *replay;
    struct world world;
    struct event_log log;
    struct attribution attribution;
    void *memory;
    double *value;        /* [account]: scratch */
    double *opening;      /* [account] */
    unsigned char *class; /* [account] */
    int64_t worst_ns;
    int64_t worst_price_uusd;
    bool started;
};

static double usd(int64_t amount_uusd) {
    return (double)amount_uusd / 1e6;
}

/* Rows of blocks that were taken back are not what happened: their kind becomes ORPHANED. */
static void drop_orphans(struct replay *replay) {
    for (size_t i = 0; i < replay->count; ++i) {
        if (replay->row[i].kind != EVENT_LOG_REORG) {
            continue;
        }
        const uint64_t block = replay->row[i].block;
        for (size_t k = i; k-- > 0 && replay->row[k].block > block;) {
            if (replay->row[k].kind == EVENT_LOG_TRANSACTION) {
                replay->row[k].kind = EVENT_LOG_ORPHANED;
            }
        }
    }
}

/* The sums of the block that ends at row i. */
struct sums {
    int64_t shortfall, uncovered;
};

static void find_worst(struct walk *walk) {
    const struct replay *replay = walk->replay;
    struct study *study = walk->study;
    struct sums best = {0}, block = {0};
    int64_t booked = 0;
    for (size_t i = 0; i < replay->count; ++i) {
        const struct event_row *row = &replay->row[i];
        if (i == 0 || row->time_ns != replay->row[i - 1].time_ns) {
            block = (struct sums){0};
        }
        if (row->kind != EVENT_LOG_TRANSACTION || row->receipt.status != ENGINE_OK ||
            row->time_ns < walk->subject->stage->start_ns) {
            continue;
        }
        booked += row->receipt.shortfall_uusd;
        block.shortfall += row->receipt.shortfall_uusd;
        block.uncovered += row->receipt.shortfall_uusd - row->receipt.fund_paid_uusd;
        if (block.uncovered > best.uncovered ||
            (block.uncovered == best.uncovered && block.shortfall > best.shortfall)) {
            best = block;
            walk->worst_ns = row->time_ns;
            walk->worst_price_uusd = row->outside_uusd;
            study->worst_block = row->block;
        }
    }
    study->booked = usd(booked);
    study->worst = walk->worst_ns != NEVER_NS;
    study->worst_shortfall = usd(best.shortfall);
    study->worst_uncovered = usd(best.uncovered);
}

/* Only what traders have open can be sold: the pool is on the other side of it. */
static void keep_traders(const struct stage *stage, double *value) {
    for (uint32_t i = 0; i < stage->account_count; ++i) {
        if (i < stage->trader || i >= stage->trader + stage->trader_count) {
            value[i] = 0;
        }
    }
}

static double two_largest(const struct stage *stage, const double *value) {
    double first = 0, second = 0;
    for (uint32_t i = 0; i < stage->account_count; ++i) {
        if (value[i] > first) {
            second = first;
            first = value[i];
        } else if (value[i] > second) {
            second = value[i];
        }
    }
    return first + second;
}

static bool look_at_start(struct walk *walk) {
    const struct stage *stage = walk->subject->stage;
    walk->started = true;
    walk->study->fund = usd(ledger_free(&walk->world.engine.ledger, ACCOUNT_FUND));
    owners_notional(&walk->world, walk->opening);
    owners_classify(stage, walk->opening, walk->class);
    for (uint32_t i = 0; i < stage->account_count; ++i) {
        walk->study->class_opening[walk->class[i]] += walk->opening[i];
    }
    memcpy(walk->value, walk->opening, stage->account_count * sizeof *walk->value);
    keep_traders(stage, walk->value);
    return concentration_measure(walk->value + stage->trader, stage->trader_count,
                                 &walk->study->opening);
}

static bool look_at_worst(struct walk *walk, int64_t price_uusd) {
    const struct stage *stage = walk->subject->stage;
    struct study *study = walk->study;
    study->worst_time_ns = walk->worst_ns - stage->start_ns;
    owners_notional(&walk->world, walk->value);
    keep_traders(stage, walk->value);
    study->two_largest = two_largest(stage, walk->value);
    study->horizon_h =
        exposures_horizon_h(&walk->world, study->two_largest, walk->terms->depth_share);
    return concentration_measure(walk->value + stage->trader, stage->trader_count,
                                 &study->at_worst) &&
           exposures_find(&walk->world, price_uusd, &study->exposures);
}

static void rank_owners(struct walk *walk) {
    struct study *study = walk->study;
    for (uint32_t i = 0; i < walk->subject->stage->account_count; ++i) {
        const struct study_owner own = {.owner = i,
                                        .class = walk->class[i],
                                        .opening = walk->opening[i],
                                        .shortfall = walk->value[i]};
        study->class_shortfall[own.class] += own.shortfall;
        size_t at = study->owner_count;
        while (at > 0 && own.shortfall > study->owner[at - 1].shortfall) {
            at -= 1;
        }
        if (own.shortfall <= 0 || at >= STUDY_OWNERS) {
            continue;
        }
        study->owner_count += study->owner_count < STUDY_OWNERS;
        memmove(&study->owner[at + 1], &study->owner[at],
                (study->owner_count - at - 1) * sizeof own);
        study->owner[at] = own;
    }
}

static bool look_at_end(struct walk *walk) {
    const uint32_t accounts = walk->subject->stage->account_count;
    struct study *study = walk->study;
    if (!study->worst && record_bad_debt_uusd(&walk->world) > 0) {
        study->worst = true;
        walk->worst_ns = walk->subject->stage->end_ns;
        study->worst_block = walk->world.engine.core->block.number;
        study->worst_shortfall = usd(record_bad_debt_uusd(&walk->world));
        study->worst_uncovered = study->worst_shortfall;
        if (!look_at_worst(walk, walk->world.state->outside_price_uusd)) {
            return false;
        }
    }
    owners_haircut(&walk->world, walk->value);
    if (!concentration_measure(walk->value, accounts, &study->haircut)) {
        return false;
    }
    owners_shortfall(&walk->world, walk->value);
    rank_owners(walk);
    study->cover_1 = study->owner_count > 0 ? study->owner[0].shortfall : 0;
    study->cover_2 =
        study->cover_1 + (study->owner_count > 1 ? study->owner[1].shortfall : 0);
    return concentration_measure(walk->value, accounts, &study->shortfall);
}

static void follow_impact(struct walk *walk) {
    const struct attribution *own = &walk->attribution;
    double sum = 0;
    for (size_t i = 0; i < own->count; ++i) {
        sum += attribution_log(own, &own->event[i].part, own->time_ns);
    }
    if (sum < walk->study->liquidation_impact) {
        walk->study->liquidation_impact = sum;
    }
}

/* Takes the path through one instant. */
static bool step(struct walk *walk, int64_t time_ns) {
    struct world *world = &walk->world;
    const uint64_t before = walk->log.count;
    if (time_ns >= walk->worst_ns && walk->study->exposures.price == 0 &&
        !look_at_worst(walk, walk->worst_price_uusd)) {
        return false;
    }
    world_advance(world, time_ns);
    world_look_outside(world);
    assert(walk->log.count <= walk->replay->count);
    if (!walk->started && world->record.totals->started && !look_at_start(walk)) {
        return false;
    }
    const size_t rows = (size_t)(walk->log.count - before);
    if (!attribution_follow(&walk->attribution, world, walk->replay->row + before,
                            rows)) {
        return false;
    }
    if (rows > 0) {
        follow_impact(walk);
    }
    return true;
}

static bool take_the_path(struct walk *walk) {
    struct world *world = &walk->world;
    const struct stage *stage = walk->subject->stage;
    struct event event;
    world_bind(world, stage, walk->memory);
    event_log_init(&walk->log, NULL, 0, REPLAY_ROOT_NS);
    world->log = &walk->log;
    world_init(world, walk->terms->seed, walk->terms->path, false);
    if (!attribution_open(&walk->attribution, world)) {
        return false;
    }
    if (world->record.totals->started && !look_at_start(walk)) {
        return false;
    }
    while (event_queue_peek(&world->queue, &event) && event.time_ns <= stage->end_ns) {
        if (!step(walk, event.time_ns)) {
            return false;
        }
    }
    return look_at_end(walk);
}

static int by_value(const void *one, const void *other) {
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b); /* equal values are alike: the order is total */
}

/* Whom liquidations only brought forward, and by how much; minutes has room for all events. */
static void look_at_advance(struct walk *walk, double *minutes) {
    const struct attribution *own = &walk->attribution;
    size_t count = 0;
    for (size_t i = 0; i < own->count; ++i) {
        const struct attribution_event *event = &own->event[i];
        if (event->parent != CASCADE_ROOT && event->advanced_ns >= 0) {
            minutes[count++] = (double)event->advanced_ns / 6e10;
        }
        walk->study->only += event->advanced_ns < 0;
    }
    qsort(minutes, count, sizeof *minutes, by_value);
    walk->study->advanced_min = count > 0 ? minutes[(count - 1) / 2] : 0;
}

static bool look_at_cascade(struct walk *walk) {
    struct attribution *own = &walk->attribution;
    struct study *study = walk->study;
    uint32_t *parent = malloc((own->count + 1) * sizeof *parent);
    double *minutes = malloc((own->count + 1) * sizeof *minutes);
    bool made = parent != NULL && minutes != NULL;
    if (made) {
        attribution_finish(own);
        look_at_advance(walk, minutes);
        for (size_t i = 0; i < own->count; ++i) {
            parent[i] = own->event[i].parent;
            study->unseen += own->event[i].unseen;
        }
        made = cascade_measure(parent, own->count, &study->cascade);
    }
    free(parent);
    free(minutes);
    return made;
}

static bool walk_path(struct walk *walk) {
    const size_t accounts = walk->subject->stage->account_count;
    walk->memory = run_memory(&walk->subject->run);
    walk->value = calloc(accounts, sizeof *walk->value);
    walk->opening = calloc(accounts, sizeof *walk->opening);
    walk->class = calloc(accounts, sizeof *walk->class);
    const bool made = walk->memory != NULL && walk->value != NULL &&
                      walk->opening != NULL && walk->class != NULL &&
                      take_the_path(walk) && look_at_cascade(walk);
    attribution_free(&walk->attribution);
    free(walk->memory);
    free(walk->value);
    free(walk->opening);
    free(walk->class);
    return made;
}

enum run_status study_run(const struct subject *subject, const struct study_terms *terms,
                          struct study *study) {
    struct replay replay;
    memset(study, 0, sizeof *study);
    study->path = terms->path;
    study->traced =
        subject->stage->terms.close_out.mechanism != LIQUIDATION_ENGLISH_AUCTION;
    const enum run_status status =
        replay_path(subject, terms->seed, terms->path, REPLAY_ROOT_NS, &replay);
    if (status != RUN_OK) {
        return status;
    }
    study->outcome = replay.outcome;
    struct walk *walk = calloc(1, sizeof *walk);
    bool made = walk != NULL;
    if (made && replay.outcome.status == OUTCOME_STATUS_COMPLETE) {
        *walk = (struct walk){.subject = subject,
                              .terms = terms,
                              .study = study,
                              .replay = &replay,
                              .worst_ns = NEVER_NS};
        drop_orphans(&replay);
        find_worst(walk);
        made = walk_path(walk);
    }
    free(walk);
    replay_free(&replay);
    if (!made) {
        say("out of memory");
    }
    return made ? RUN_OK : RUN_IO;
}
