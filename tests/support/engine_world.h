/* engine_world.h -- an engine with memory, terms and a shorthand for its transactions.

   Units    as engine.h; usd() and base() take whole USD and whole base units.
   Memory   world_open allocates, world_close frees.
   Threads  one world per thread. */
#ifndef TESTS_SUPPORT_ENGINE_WORLD_H
#define TESTS_SUPPORT_ENGINE_WORLD_H

#include "engine/engine.h"
#include "tests/support/check.h"

#define SECOND INT64_C(1000000000)

struct engine_world {
    struct engine_terms terms;
    struct engine engine;
    void *memory;
    size_t size;
    struct receipt receipt; /* of the last transaction */
};

/* usd and base are amounts in the engine's units. */
static inline int64_t usd(int64_t amount) {
    return amount * MONEY_ONE;
}
static inline int64_t base(int64_t amount) {
    return amount * MONEY_ONE;
}

/* world_terms returns terms without any friction: one instrument at 10 % and 5 %, one
   reporter, no spread, no fee, no funding, no limits, liquidation in one go. */
static inline struct engine_terms world_terms(uint32_t participants) {
    struct engine_terms terms = {.account_count = ACCOUNT_FIRST_USER + participants,
                                 .instrument_count = 1};
    for (int i = 0; i < ENGINE_INSTRUMENTS; ++i) {
        terms.instrument[i] = (struct instrument_terms){
            .multiplier_ubase = MONEY_ONE,
            .funding_cap_ppm = 100000,
            .margin = {.initial_ppm = 100000, .maintenance_ppm = 50000}
        };
    }
    terms.oracle = (struct oracle_terms){.reporter_count = 1,
                                         .quorum = 1,
                                         .heartbeat_ns = SECOND,
                                         .staleness_ns = 3600 * SECOND};
    terms.close_out = (struct close_out_terms){
        .share_ppm = MONEY_ONE, .max_notional_uusd = INT64_C(1000000000000000000)};
    terms.escrow = (struct escrow_terms){.finality_ns = 60 * SECOND, .queue = 4};
    terms.watch.constant_ppm = WATCH_EXACT_PPM;
    return terms;
}

/* world_open binds an empty engine to fresh zeroed memory. */
static inline void world_open(struct engine_world *world,
                              const struct engine_terms *terms) {
    const char *sentence;
    world->terms = *terms;
    check_true(sentence, engine_terms_valid(&world->terms, &sentence));
    world->size = engine_footprint(&world->terms);
    world->memory = check_memory(world->size);
    memset(world->memory, 0, world->size);
    engine_bind(&world->engine, &world->terms, world->memory);
}

/* world_close frees the memory. */
static inline void world_close(struct engine_world *world) {
    free(world->memory);
}

/* world_block begins the block of that number, 12 seconds after the one before it. */
static inline void world_block(struct engine_world *world, uint64_t number,
                               uint64_t flags) {
    const struct block_header header = {
        .number = number, .time_ns = (int64_t)number * 12 * SECOND, .flags = flags};
    engine_begin_block(&world->engine, &header);
}

/* world_do applies one transaction and returns its status. */
static inline enum engine_status world_do(struct engine_world *world,
                                          struct transaction transaction) {
    engine_apply(&world->engine, &transaction, &world->receipt);
    return (enum engine_status)world->receipt.status;
}

/* world_deposit and the functions after it are transactions in words. */
static inline enum engine_status world_deposit(struct engine_world *world,
                                               uint32_t account, int64_t amount) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                                .account = account,
                                                .amount = amount});
}
static inline enum engine_status world_deposit_units(struct engine_world *world,
                                                     uint32_t account, int64_t amount) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                                .account = account,
                                                .instrument = ASSET_UNDERLYING,
                                                .amount = amount});
}
static inline enum engine_status world_withdraw_units(struct engine_world *world,
                                                      uint32_t account, int64_t amount) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_WITHDRAW,
                                                .account = account,
                                                .instrument = ASSET_UNDERLYING,
                                                .amount = amount});
}
static inline enum engine_status world_withdraw(struct engine_world *world,
                                                uint32_t account, int64_t amount) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_WITHDRAW,
                                                .account = account,
                                                .amount = amount});
}
static inline enum engine_status world_trade(struct engine_world *world, uint32_t account,
                                             uint32_t instrument, int64_t quantity) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_TRADE,
                                                .account = account,
                                                .instrument = instrument,
                                                .amount = quantity});
}
static inline enum engine_status world_liquidate(struct engine_world *world,
                                                 uint32_t keeper, uint32_t target,
                                                 uint32_t instrument) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_LIQUIDATE,
                                                .account = keeper,
                                                .target = target,
                                                .instrument = instrument});
}
static inline enum engine_status world_report(struct engine_world *world,
                                              uint32_t reporter, uint32_t instrument,
                                              int64_t price) {
    return world_do(world,
                    (struct transaction){.kind = TRANSACTION_REPORT,
                                         .account = reporter,
                                         .instrument = instrument,
                                         .price_uusd = price,
                                         .time_ns = world->engine.core->block.time_ns});
}

/* world_status checks a status by its name. */
static inline void world_status(const char *label, enum engine_status got,
                                enum engine_status want) {
    check_text(label, engine_status_name(got), engine_status_name(want));
}

#endif
