#include "scenarios/node.h"

#include "scenarios/auctions.h"
#include "scenarios/lots.h"
#include "scenarios/purse.h"
#include "scenarios/record_lots.h"
#include "scenarios/stock.h"

/* What keepers send about an account below maintenance. */
static bool is_chase(const struct transaction *transaction) {
    return transaction->kind == TRANSACTION_LIQUIDATE ||
           transaction->kind == TRANSACTION_AUCTION_START ||
           transaction->kind == TRANSACTION_BID || transaction->kind == TRANSACTION_BITE;
}

/* Notes that a liquidation of the target waits, if it is the best. */
static void chase(struct world *world, uint32_t target, uint32_t slot,
                  uint64_t sequence) {
    struct chase *best = &world->chase[target];
    const struct mempool_entry *other =
        mempool_find(&world->mempool, (uint32_t)best->slot, best->sequence);
    const struct mempool_entry *own = mempool_find(&world->mempool, slot, sequence);
    if (own == NULL || (other != NULL && other->fee_wei >= own->fee_wei)) {
        return;
    }
    *best = (struct chase){.sequence = sequence, .slot = slot};
    /* The keepers that look later in this slot see it. */
    for (uint32_t i = 0; i < world->state->target_count; ++i) {
        if (world->target[i].account == target) {
            world->target[i].pending_fee_wei = own->fee_wei;
            return;
        }
    }
}

/* Who sends one of these is after the target. */
static bool holds_asset(const struct transaction *transaction, uint32_t tag) {
    return transaction->kind == TRANSACTION_DEPOSIT && tag != NODE_TAG_BRIDGE;
}

/* A transaction that will never be included: what was set aside for it goes back, and cash
   on the bridge tries again. */
static void lose(struct world *world, const struct mempool_entry *entry) {
    const struct transaction *transaction = &entry->transaction;
    if (holds_asset(transaction, entry->tag)) {
        ledger_release(purse_of(world, transaction->instrument), entry->sender,
                       transaction->amount);
    } else if (transaction->kind == TRANSACTION_DEPOSIT) {
        world_schedule(world, EVENT_ARRIVE_CHAIN, transaction->account,
                       world->state->now_ns + world->stage->scenario.world.slot_ns,
                       (uint64_t)transaction->amount);
    }
}

/* Lets a transaction wait: behind its sender's others, or in front of them. */
static void enter(struct world *world, const struct mempool_entry *entry, bool front) {
    const struct transaction *transaction = &entry->transaction;
    struct mempool *mempool = &world->mempool;
    const uint32_t sender = entry->sender;
    if (holds_asset(transaction, entry->tag)) {
        struct ledger *purse = purse_of(world, transaction->instrument);
        if (transaction->amount <= 0 ||
            ledger_free(purse, sender) < transaction->amount) {
            return;
        }
        ledger_hold(purse, sender, transaction->amount);
    }
    struct mempool_entry evicted;
    const uint64_t sequence = front ? mempool_put_back(mempool, entry, &evicted)
                                    : mempool_add(mempool, entry, &evicted);
    if (evicted.gas != 0) {
        event_log_entry(world, EVENT_LOG_EVICTED, &evicted);
        lose(world, &evicted);
    }
    if (sequence != 0 && is_chase(transaction)) {
        const uint32_t slot = front ? mempool->first[sender] : mempool->last[sender];
        chase(world, transaction->target, slot - 1, sequence);
    }
}

void node_send(struct world *world, uint32_t sender, const struct intent *intent,
               uint32_t tag) {
    const struct mempool_entry entry = {.transaction = intent->transaction,
                                        .fee_wei = intent->fee_wei,
                                        .gas = intent->gas,
                                        .arrival_ns = world->state->now_ns,
                                        .sender = sender,
                                        .tag = tag};
    enter(world, &entry, false);
}

void node_put_back(struct world *world, const struct reorg_orphan *orphan) {
    const bool set_out_again = orphan->entry.transaction.kind == TRANSACTION_DEPOSIT &&
                               orphan->entry.tag == NODE_TAG_BRIDGE && orphan->done == 0;
    if (!set_out_again) {
        enter(world, &orphan->entry, true);
    }
}

void node_replace(struct world *world, uint32_t sender, const struct intent *intent) {
    const struct mempool_entry *old =
        mempool_find(&world->mempool, intent->slot, intent->sequence);
    if (old == NULL || old->sender != sender ||
        old->transaction.kind != intent->transaction.kind ||
        old->transaction.kind == TRANSACTION_DEPOSIT ||
        !mempool_replace(&world->mempool, intent->slot, intent->sequence,
                         &intent->transaction, intent->fee_wei)) {
        return;
    }
    event_log_entry(world, EVENT_LOG_REPRICED, old);
    if (is_chase(&intent->transaction)) {
        chase(world, intent->transaction.target, intent->slot, intent->sequence);
    }
}

/* The price of one gas in 1e-12 micro-USD, rounded up: wei * price / 1e6. */
static int64_t gas_price_e12(const struct world *world, int64_t price_wei) {
    return money_narrow(
        money_divide_ceil((wide)price_wei * world->state->outside_price_uusd, MONEY_ONE));
}

static int64_t gas_cost_uusd(int64_t gas, int64_t price_e12) {
    return money_narrow(money_divide_ceil((wide)gas * price_e12, MONEY_ONE * MONEY_ONE));
}

/* What follows outside from a transaction the chain has decided. */
static void follow_up(struct world *world, const struct mempool_entry *entry,
                      const struct receipt *receipt) {
    const struct transaction *transaction = &entry->transaction;
    const bool done = receipt->status == ENGINE_OK;
    switch (transaction->kind) {
    case TRANSACTION_DEPOSIT:
        if (done) {
            purse_deposited(world, entry->sender, transaction,
                            entry->tag == NODE_TAG_BRIDGE);
        } else {
            lose(world, entry);
        }
        break;
    case TRANSACTION_WITHDRAW:
        if (done && transaction->account == ACCOUNT_POOL &&
            transaction->instrument == ASSET_CASH) {
            world->state->asked_uusd += transaction->amount;
        }
        break;
    case TRANSACTION_DEAL:
        world->state->stock_won_ubase += receipt->lot_ubase;
        break;
    default:
        world->state->flow_emitted_ubase += receipt->seized_ubase - receipt->filled_ubase;
        break;
    }
}

/* The flow emitted is taken back as a whole. */
void node_take_back(struct world *world, const struct reorg_orphan *orphan) {
    const struct transaction *transaction = &orphan->entry.transaction;
    const uint32_t sender = orphan->entry.sender;
    purse_pay_gas(world, sender, -orphan->gas_uusd);
    if (orphan->done == 0) {
        return;
    }
    if (transaction->kind == TRANSACTION_DEPOSIT) {
        const bool bridge = orphan->entry.tag == NODE_TAG_BRIDGE;
        ledger_move(purse_of(world, transaction->instrument), OUTSIDE_CHAIN,
                    bridge ? (uint32_t)OUTSIDE_TRANSIT : sender, transaction->amount);
    } else if (transaction->kind == TRANSACTION_WITHDRAW &&
               transaction->account == ACCOUNT_POOL &&
               transaction->instrument == ASSET_CASH) {
        world->state->asked_uusd -= transaction->amount;
    }
}

struct room {          /* in the block */
    int64_t own_gas;   /* used by us */
    int64_t price_wei; /* what the next one has to pay, and does */
    int64_t known_wei; /* the price gas_price_e12 is of */
    int64_t gas_price_e12;
};

static void include(struct world *world, const struct mempool_entry *entry,
                    struct room *room) {
    struct receipt receipt;
    const struct world_config *config = &world->stage->scenario.world;
    if (room->price_wei != room->known_wei) {
        room->known_wei = room->price_wei;
        room->gas_price_e12 = gas_price_e12(world, room->price_wei);
    }
    /* Inclusion costs the base fee, but who outbids the others to keep them out pays what
       it has bid. */
    const int64_t price_e12 = entry->transaction.kind == TRANSACTION_STUFF
                                  ? gas_price_e12(world, entry->fee_wei)
                                  : room->gas_price_e12;
    const int64_t whole_uusd = gas_cost_uusd(entry->gas, price_e12);
    if (ledger_free(&world->purses, entry->sender) < whole_uusd) {
        event_log_entry(world, EVENT_LOG_UNPAID, entry);
        lose(world, entry); /* no chain includes what cannot pay its gas */
        return;
    }
    const struct english_lot lot = lots_look(world, &entry->transaction);
    engine_apply(&world->engine, &entry->transaction, &receipt);
    const bool done = receipt.status == ENGINE_OK;
    const int64_t gas =
        done ? entry->gas
             : money_mul_div_ceil(entry->gas, config->refused_gas_ppm, MONEY_ONE);
    const int64_t paid_uusd = done ? whole_uusd : gas_cost_uusd(gas, price_e12);
    room->own_gas += gas;
    purse_pay_gas(world, entry->sender, paid_uusd);
    follow_up(world, entry, &receipt);
    reorg_included(world, entry, done, paid_uusd);
    record_transaction(world, entry, &receipt);
    record_lots(world, &entry->transaction, &lot, &receipt);
    event_log_transaction(world, entry, &receipt);
}

static void pay_final(struct world *world, struct escrow_state before) {
    const struct escrow *escrow = &world->engine.escrow;
    const uint64_t paid = before.count - escrow->state->count;
    for (uint64_t i = 0; i < paid; ++i) {
        const struct escrow_entry *entry =
            &escrow->entry[(before.head + i) % escrow->capacity];
        purse_released(world, entry);
    }
    reorg_released(world, paid);
}

void node_block(struct world *world, const struct weather_block *block) {
    const struct weather *weather = &world->stage->weather;
    const struct block_header header = {.number = (uint64_t)world->state->slot + 1,
                                        .time_ns = world->state->now_ns,
                                        .base_fee_wei = block->base_fee_wei,
                                        .gas_limit = block->limit_gas,
                                        .entropy = block->entropy};
    const struct escrow_state before = *world->engine.escrow.state;
    struct mempool_entry entry;
    struct room room = {.price_wei = weather_price_wei(weather, block, 0)};
    engine_begin_block(&world->engine, &header);
    pay_final(world, before);
    while (mempool_take(&world->mempool, room.price_wei, block->own_gas - room.own_gas,
                        &entry)) {
        include(world, &entry, &room);
        room.price_wei = weather_price_wei(weather, block, room.own_gas);
    }
    weather_close(weather, &world->state->weather, block, room.own_gas);
    if (engine_residual(&world->engine) != 0 || purse_residual(world) != 0 ||
        stock_residual(world) != 0 ||
        (world->stage->scenario.performance.audit != 0 &&
         (!engine_audit(&world->engine) || !ledger_audit(&world->purses) ||
          !ledger_audit(&world->unit_purses)))) {
        world_fail(world, OUTCOME_STATUS_INVARIANT);
    }
}

/* Adds an account nobody is effectively after; false when the list is full. */
static bool add_target(struct world *world, uint32_t account) {
    const struct chase *best = &world->chase[account];
    const struct mempool_entry *waiting =
        mempool_find(&world->mempool, (uint32_t)best->slot, best->sequence);
    const int64_t pending_wei = waiting == NULL ? -1 : waiting->fee_wei;
    struct world_state *state = world->state;
    if (state->target_count == OBSERVE_TARGETS) {
        return false;
    }
    if (waiting != NULL && pending_wei >= state->weather.price_wei) {
        return true;
    }
    const struct margin margin = margin_health(&world->engine.margin, account);
    const wide equity = margin.equity_uusd;
    world->target[state->target_count] = (struct observe_target){
        .account = account,
        .notional_uusd = money_fits(margin.notional_uusd) ? (int64_t)margin.notional_uusd
                                                          : MONEY_SIZE_MAX,
        .equity_uusd = money_fits(equity) ? (int64_t)equity : (equity < 0 ? -1 : 1),
        .pending_fee_wei = pending_wei};
    if (auctions_held(world) && account != ACCOUNT_POOL) {
        auctions_appraise(world, &margin, &world->target[state->target_count]);
    }
    state->target_count += 1;
    return true;
}

/* An account in an auction stays a target until it is over, healthy or not. */
static uint32_t next_target(const struct world *world, uint32_t from) {
    const uint32_t unhealthy = account_set_next(&world->engine.watch.unhealthy, from);
    const uint32_t auctioned = account_set_next(&world->engine.auctioned, from);
    return unhealthy < auctioned ? unhealthy : auctioned;
}

/* Adds the targets of [from, end) and returns the first that had no room. */
static uint32_t add_targets(struct world *world, uint32_t from, uint32_t end) {
    uint32_t account = next_target(world, from);
    while (account < end && add_target(world, account)) {
        account = next_target(world, account + 1);
    }
    return account < end ? account : end;
}

void node_targets(struct world *world) {
    struct world_state *state = world->state;
    const uint32_t accounts = world->stage->account_count;
    state->target_count = 0;
    if (margin_equity_uusd(&world->engine.margin, ACCOUNT_POOL) < 0) {
        add_target(world, ACCOUNT_POOL);
    }
    /* A list too short for all begins where the last one ended. */
    const uint32_t begin = state->target_next;
    uint32_t end = add_targets(world, begin, accounts);
    if (end == accounts) {
        end = add_targets(world, 0, begin);
    }
    state->target_next = end == accounts ? 0 : end;
}
