#include "analysis/systemic/attribution.h"

#include "analysis/systemic/cascade.h"
#include "engine/segment.h"
#include "scenarios/fading.h"
#include "scenarios/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool attribution_open(struct attribution *own, const struct world *world) {
    const struct stage *stage = world->stage;
    const size_t accounts = stage->account_count;
    memset(own, 0, sizeof *own);
    own->stage = stage;
    own->capacity = accounts;
    own->event = calloc(own->capacity, sizeof *own->event);
    own->won = calloc(own->capacity * (stage->keeper_count + 1), sizeof *own->won);
    own->event_of = calloc(accounts, sizeof *own->event_of);
    own->cause = calloc(accounts, sizeof *own->cause);
    own->seen = calloc(accounts, sizeof *own->seen);
    own->push = calloc(accounts, sizeof *own->push);
    own->advanced_ns = calloc(accounts, sizeof *own->advanced_ns);
    const size_t set = account_set_footprint(stage->account_count);
    own->under_memory = aligned_alloc(SEGMENT_ALIGNMENT, set);
    if (own->event == NULL || own->won == NULL || own->event_of == NULL ||
        own->cause == NULL || own->seen == NULL || own->under_memory == NULL ||
        own->push == NULL || own->advanced_ns == NULL) {
        attribution_free(own);
        return false;
    }
    memset(own->under_memory, 0, set);
    account_set_bind(&own->under, stage->account_count, own->under_memory);
    own->permanent = world->state->impact.permanent;
    own->temporary = world->state->impact.temporary;
    own->time_ns = world->state->impact.time_ns;
    own->other = (struct attribution_part){.permanent = own->permanent,
                                           .temporary = own->temporary,
                                           .time_ns = own->time_ns};
    return true;
}

void attribution_free(struct attribution *own) {
    free(own->event);
    free(own->won);
    free(own->event_of);
    free(own->cause);
    free(own->seen);
    free(own->push);
    free(own->advanced_ns);
    free(own->under_memory);
    memset(own, 0, sizeof *own);
}

static double fade(const struct attribution *own, int64_t from_ns, int64_t to_ns) {
    assert(to_ns >= from_ns);
    return to_ns == from_ns
               ? 1
               : fading_factor(to_ns - from_ns,
                               own->stage->scenario.impact.temporary_half_life_ns);
}

double attribution_log(const struct attribution *own, const struct attribution_part *part,
                       int64_t now_ns) {
    return part->permanent + part->temporary * fade(own, part->time_ns, now_ns);
}

static void move(const struct attribution *own, struct attribution_part *part,
                 double amount, int64_t now_ns) {
    const double lasting = own->stage->scenario.impact.permanent_share;
    part->temporary =
        part->temporary * fade(own, part->time_ns, now_ns) + (1 - lasting) * amount;
    part->permanent += lasting * amount;
    part->time_ns = now_ns;
}

/* The part of a waiting quantity that a trade of this sign serves. */
static double served(const struct attribution_part *part, double quantity) {
    return part->waiting_ubase * quantity > 0 ? part->waiting_ubase : 0;
}

/* The hedger traded, and moved the price by amount: those who waited for it share it, and
   nobody waits any more. */
static void hedge(struct attribution *own, double quantity, double amount,
                  int64_t now_ns) {
    double all = served(&own->other, quantity);
    for (size_t i = 0; i < own->count; ++i) {
        all += served(&own->event[i].part, quantity);
    }
    double left = amount;
    for (size_t i = 0; i < own->count; ++i) {
        struct attribution_event *event = &own->event[i];
        const double served_here = served(&event->part, quantity);
        event->part.waiting_ubase = 0;
        if (served_here != 0) {
            move(own, &event->part, amount * served_here / all, now_ns);
            left -= amount * served_here / all;
        }
    }
    own->other.waiting_ubase = 0;
    move(own, &own->other, left, now_ns);
}

/* What all trades of the instant together have moved the price by. */
static double moved(struct attribution *own, const struct world *world) {
    const struct impact_state *impact = &world->state->impact;
    const double faded = own->temporary * fade(own, own->time_ns, impact->time_ns);
    const double amount = impact->permanent - own->permanent + impact->temporary - faded;
    own->permanent = impact->permanent;
    own->temporary = impact->temporary;
    own->time_ns = impact->time_ns;
    return amount;
}

static double size_of(const struct event_row *row) {
    return row->kind == EVENT_LOG_HEDGE ? (double)money_magnitude(row->amount) : 0;
}

static bool accepted(const struct event_row *row) {
    return row->kind == EVENT_LOG_TRANSACTION && row->receipt.status == ENGINE_OK;
}

static double *won_of(const struct attribution *own, uint32_t account) {
    const uint32_t keeper = own->stage->keeper;
    return account >= keeper && account < keeper + own->stage->keeper_count
               ? own->won + (account - keeper) * own->capacity
               : NULL;
}

/* A trade against the pool: of what a bidder won, or anybody's. */
static void trade(struct attribution *own, const struct world *world,
                  const struct event_row *row) {
    const uint32_t account = row->transaction.account;
    const double quantity = (double)row->receipt.filled_ubase;
    double *won = won_of(own, account);
    double all = 0;
    for (size_t i = 0; won != NULL && i < own->count; ++i) {
        all += won[i];
    }
    if (won == NULL || all <= 0) {
        own->other.waiting_ubase += quantity;
        return;
    }
    const bool over = portfolio_at(&world->engine.portfolio, account, 0)->size_ubase == 0;
    for (size_t i = 0; i < own->count; ++i) {
        own->event[i].part.waiting_ubase += quantity * won[i] / all;
        won[i] = over ? 0 : won[i];
    }
}

/* Whether it would be with the outside price moved by a logarithm. */
static bool liquidatable_moved(const struct world *world, uint32_t account,
                               double shift) {
    const double price = (double)world->state->outside_price_uusd * numeric_exp(shift);
    return record_liquidatable_at(world, account,
                                  instrument_mark_uusd(&world->stage->terms.instrument[0],
                                                       money_from_double_floor(price)));
}

/* Minus what the first count events have left of the log price. */
static double without(const struct attribution *own, size_t count, int64_t now_ns) {
    double shift = 0;
    for (size_t i = 0; i < count; ++i) {
        shift -= attribution_log(own, &own->event[i].part, now_ns);
    }
    return shift;
}

/* Which of the first count events pushed the account under; by the header. */
static uint32_t find_cause(const struct attribution *own, const struct world *world,
                           uint32_t account, size_t count) {
    const int64_t now_ns = world->state->impact.time_ns;
    double shift = without(own, count, now_ns);
    if (count == 0 || liquidatable_moved(world, account, shift)) {
        return CASCADE_ROOT;
    }
    for (size_t i = 0; i + 1 < count; ++i) {
        shift += attribution_log(own, &own->event[i].part, now_ns);
        if (liquidatable_moved(world, account, shift)) {
            return (uint32_t)i;
        }
    }
    return (uint32_t)(count - 1); /* with all of them it is the price as it was */
}

static void forget_push(struct attribution *own, uint32_t account) {
    for (size_t i = 0; i < own->push_count; ++i) {
        if (own->push[i].account == account) {
            own->push[i] = own->push[--own->push_count];
            return;
        }
    }
}

/* Looks out for the edge between the price as it is and what it would be without the first
   count events, where the account would stand. */
static void expect_push(struct attribution *own, const struct world *world,
                        uint32_t account, size_t count) {
    const double price = (double)world->state->outside_price_uusd / 1e6;
    double under = 0, stands = without(own, count, world->state->impact.time_ns);
    for (int i = 0; i < 50; ++i) {
        const double middle = (under + stands) / 2;
        if (liquidatable_moved(world, account, middle)) {
            under = middle;
        } else {
            stands = middle;
        }
    }
    own->push[own->push_count++] =
        (struct attribution_push){.account = account,
                                  .falling = stands > under,
                                  .edge_usd = price * numeric_exp(under),
                                  .since_ns = world->state->now_ns};
}

/* Who reaches its edge although no liquidation had moved the price? */
static void follow_pushes(struct attribution *own, const struct world *world) {
    if (own->push_count == 0) {
        return;
    }
    const double shift = without(own, own->count, world->state->impact.time_ns);
    const double price =
        (double)world->state->outside_price_uusd / 1e6 * numeric_exp(shift);
    for (size_t i = own->push_count; i-- > 0;) {
        const struct attribution_push push = own->push[i];
        if (push.falling ? price <= push.edge_usd : price >= push.edge_usd) {
            own->advanced_ns[push.account] = world->state->now_ns - push.since_ns;
            own->push[i] = own->push[--own->push_count];
        }
    }
}

/* Notes who pushed the account under, if anybody did. */
static uint32_t note_cause(struct attribution *own, const struct world *world,
                           uint32_t account, size_t count) {
    const uint32_t cause = find_cause(own, world, account, count);
    forget_push(own, account);
    own->advanced_ns[account] = -1;
    if (cause != CASCADE_ROOT) {
        expect_push(own, world, account, count);
    }
    return cause;
}

/* An account is under maintenance since this instant, in which it may have been liquidated. */
static void went_under(struct attribution *own, const struct world *world,
                       uint32_t account) {
    const uint32_t place = own->event_of[account];
    account_set_add(&own->under, account);
    if (place == 0) {
        own->cause[account] = note_cause(own, world, account, own->count);
        own->seen[account] = 1;
        return;
    }
    struct attribution_event *event = &own->event[place - 1];
    if (event->unseen && event->time_ns == world->state->now_ns) {
        event->parent = note_cause(own, world, account, place - 1);
        event->unseen = false;
    }
}

static void follow_under(struct attribution *own, const struct world *world) {
    const struct account_set *now = &world->outside.unhealthy;
    const uint32_t accounts = now->account_count;
    for (uint32_t account = account_set_next_without(now, &own->under, 0);
         account < accounts;
         account = account_set_next_without(now, &own->under, account + 1)) {
        went_under(own, world, account);
    }
    for (uint32_t account = account_set_next_without(&own->under, now, 0);
         account < accounts;
         account = account_set_next_without(&own->under, now, account + 1)) {
        account_set_remove(&own->under, account);
    }
}

static bool make_room(struct attribution *own) {
    if (own->count < own->capacity) {
        return true;
    }
    const size_t room = 2 * own->capacity, rows = own->stage->keeper_count + 1;
    struct attribution_event *event = realloc(own->event, room * sizeof *event);
    own->event = event != NULL ? event : own->event;
    double *won = calloc(room * rows, sizeof *won);
    if (event == NULL || won == NULL) {
        free(won);
        return false;
    }
    for (size_t i = 0; i < rows; ++i) {
        memcpy(won + i * room, own->won + i * own->capacity, own->capacity * sizeof *won);
    }
    free(own->won);
    own->won = won;
    own->capacity = room;
    return true;
}

/* The event of an account, begun when there is none; NULL when memory is out. */
static struct attribution_event *event_of(struct attribution *own, uint32_t account,
                                          const struct event_row *row) {
    if (own->event_of[account] == 0) {
        if (!make_room(own)) {
            return NULL;
        }
        const bool seen = own->seen[account] != 0;
        own->event[own->count++] = (struct attribution_event){
            .account = account,
            .parent = seen ? own->cause[account] : CASCADE_ROOT,
            .unseen = !seen,
            .time_ns = row->time_ns,
            .part = {.time_ns = own->time_ns}};
        own->event_of[account] = (uint32_t)own->count;
    }
    return &own->event[own->event_of[account] - 1];
}

static bool close_out(struct attribution *own, const struct event_row *row) {
    const struct receipt *receipt = &row->receipt;
    if (receipt->filled_ubase == 0 && receipt->seized_ubase == 0 &&
        receipt->deleveraged_ubase == 0) {
        return true;
    }
    struct attribution_event *event = event_of(own, row->transaction.target, row);
    if (event == NULL) {
        return false;
    }
    event->part.waiting_ubase += (double)(receipt->filled_ubase - receipt->seized_ubase);
    return true;
}

static bool sell_lot(struct attribution *own, const struct event_row *row) {
    double *won = NULL;
    if (event_of(own, row->transaction.target, row) == NULL) {
        return false;
    }
    won = won_of(own, row->transaction.account);
    if (won != NULL) {
        won[own->event_of[row->transaction.target] - 1] +=
            (double)row->receipt.lot_notional_uusd;
    }
    return true;
}

static bool follow_row(struct attribution *own, const struct world *world,
                       const struct event_row *row) {
    if (!accepted(row) || !world->record.totals->started) {
        return true;
    }
    switch (row->transaction.kind) {
    case TRANSACTION_LIQUIDATE:
        return close_out(own, row);
    case TRANSACTION_BID:
        return sell_lot(own, row);
    case TRANSACTION_TRADE:
        trade(own, world, row);
        return true;
    default:
        return true;
    }
}

bool attribution_follow(struct attribution *own, const struct world *world,
                        const struct event_row *rows, size_t count) {
    const double amount = moved(own, world);
    const int64_t now_ns = own->time_ns;
    double all = 0, left = amount;
    for (size_t i = 0; i < count; ++i) {
        all += size_of(&rows[i]);
    }
    for (size_t i = 0; i < count; ++i) {
        const double part = all > 0 ? amount * size_of(&rows[i]) / all : 0;
        left -= part;
        if (size_of(&rows[i]) > 0 && rows[i].account == own->stage->maker) {
            hedge(own, (double)rows[i].amount, part, now_ns);
        } else if (size_of(&rows[i]) > 0) {
            move(own, &own->other, part, now_ns);
        }
        if (!follow_row(own, world, &rows[i])) {
            return false;
        }
    }
    if (left != 0) {
        move(own, &own->other, left, now_ns);
    }
    follow_pushes(own, world);
    follow_under(own, world);
    return true;
}

void attribution_finish(struct attribution *own) {
    for (size_t i = 0; i < own->count; ++i) {
        struct attribution_event *event = &own->event[i];
        event->advanced_ns =
            event->parent == CASCADE_ROOT ? 0 : own->advanced_ns[event->account];
    }
}
