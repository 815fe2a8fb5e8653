/* bench_engine.c -- the settlement layer: transactions a second, and what the watch saves.

   mixed     blocks of 100 transactions on one perpetual: 65 trades, 10 deposits, 10
             withdrawals, 10 liquidation attempts, 5 oracle reports that move the price by a
             random walk.  Prints the median of REPEATS runs on a copy of the same state, and
             the ratio to a baseline: two random balances changed and the words of a
             transaction chained into a log.
   watch     a random walk of the price over accounts with leverages between 1 and 8, one
             report a block; the watch as a filter against evaluating every account. */
#include "engine/engine.h"
#include "engine/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C(1000000000)

enum { REPEATS = 7, BLOCK = 100, BLOCKS = 4000, REPORTERS = 5, WALK = 2000 };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Source  Steele, Lea, Flood (2014), OOPSLA, figure 17 (SplitMix64). */
static uint64_t draw(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t draw_in(uint64_t *state, int64_t low, int64_t high) {
    return low + (int64_t)(draw(state) % (uint64_t)(high - low + 1));
}

static int by_value(const void *a, const void *b) {
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values) {
    qsort(values, REPEATS, sizeof values[0], by_value);
    return values[REPEATS / 2];
}

static struct engine_terms bench_terms(uint32_t participants, int64_t exhaustive) {
    return (struct engine_terms){
        .account_count = ACCOUNT_FIRST_USER + participants,
        .instrument_count = 1,
        .instrument = {{.multiplier_ubase = MONEY_ONE,
                        .funding_interest_ppm = 300,
                        .funding_slope_ppm = 3000,
                        .funding_cap_ppm = 96000,
                        .margin = {.initial_ppm = 100000,
                                   .maintenance_ppm = 65000,
                                   .tier_count = 1,
                                   .tier = {{1000000 * MONEY_ONE, 200000, 100000}}}}},
        .oracle = { .reporter_count = REPORTERS,
                       .quorum = 3,
                       .heartbeat_ns = SECOND,
                       .staleness_ns = 3600 * SECOND},
        .venue = {                                                                 .half_spread_ppm = 500,
                       .skew_depth_uusd = 2000000000 * MONEY_ONE,
                       .fee_ppm = 500,
                       .fee_fund_ppm = 200000},
        .close_out = {.share_ppm = 100000,
                       .max_notional_uusd = 100000 * MONEY_ONE,
                       .min_notional_uusd = 1000 * MONEY_ONE,
                       .penalty_ppm = 15000,
                       .keeper_share_ppm = 200000,
                       .keeper_least_uusd = 25 * MONEY_ONE},
        .escrow = {                                                                 .finality_ns = 768 * SECOND,                                                                  .gate_blocks = 50, .queue = 4096},
        .watch = {                                                .exhaustive = exhaustive,                                                                 .constant_ppm = WATCH_EXACT_PPM}
    };
}

struct bench {
    struct engine_terms terms;
    struct engine engine;
    void *memory, *start;
    size_t size;
    struct transaction *transaction;
};

static void *memory_of(size_t size) {
    void *memory = aligned_alloc(SEGMENT_ALIGNMENT, size);
    if (memory == NULL) {
        perror("bench_engine");
        exit(1);
    }
    return memory;
}

static void apply(struct bench *bench, struct transaction transaction) {
    struct receipt receipt;
    engine_apply(&bench->engine, &transaction, &receipt);
    if (receipt.status != ENGINE_OK) {
        fprintf(stderr, "bench_engine: setting up: %s\n",
                engine_status_text((enum engine_status)receipt.status));
        exit(1);
    }
}

static void begin(struct bench *bench, uint64_t number) {
    const struct block_header header = {.number = number,
                                        .time_ns = (int64_t)number * 12 * SECOND};
    engine_begin_block(&bench->engine, &header);
}

/* Everybody has 10,000 USD and a position of a leverage between 1 and 8 at 200 USD. */
static void open_bench(struct bench *bench, uint32_t participants, int64_t exhaustive) {
    uint64_t random = 1;
    bench->terms = bench_terms(participants, exhaustive);
    bench->size = engine_footprint(&bench->terms);
    bench->memory = memory_of(bench->size);
    memset(bench->memory, 0, bench->size);
    engine_bind(&bench->engine, &bench->terms, bench->memory);
    begin(bench, 1);
    for (uint32_t r = 0; r < REPORTERS; ++r) {
        apply(bench, (struct transaction){.kind = TRANSACTION_REPORT,
                                          .account = r,
                                          .price_uusd = 200 * MONEY_ONE,
                                          .time_ns = 12 * SECOND});
    }
    apply(bench, (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                      .account = ACCOUNT_POOL,
                                      .amount = INT64_C(1000000000) * MONEY_ONE});
    for (uint32_t a = ACCOUNT_FIRST_USER; a < bench->terms.account_count; ++a) {
        const int64_t size = draw_in(&random, 50, 400) * MONEY_ONE;
        apply(bench, (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                          .account = a,
                                          .amount = 10000 * MONEY_ONE});
        apply(bench, (struct transaction){.kind = TRANSACTION_TRADE,
                                          .account = a,
                                          .amount = a % 2 == 0 ? size : -size});
    }
    bench->start = memory_of(bench->size);
    memcpy(bench->start, bench->memory, bench->size);
}

static void close_bench(struct bench *bench) {
    free(bench->memory);
    free(bench->start);
}

/* One block's worth of transactions, the price a step of a random walk further. */
static void draw_block(struct bench *bench, struct transaction *block, uint64_t number,
                       int64_t *price, uint64_t *random) {
    const int64_t users = bench->terms.account_count - ACCOUNT_FIRST_USER;
    *price += *price / 1000 * draw_in(random, -10, 10) / 10;
    for (int i = 0; i < BLOCK; ++i) {
        struct transaction *t = &block[i];
        *t = (struct transaction){.account = ACCOUNT_FIRST_USER +
                                             (uint32_t)draw_in(random, 0, users - 1)};
        if (i % 20 == 0) {
            t->kind = TRANSACTION_REPORT;
            t->account = (uint32_t)(i / 20);
            t->price_uusd = *price + draw_in(random, -20000, 20000);
            t->time_ns = (int64_t)number * 12 * SECOND;
        } else if (i % 20 < 3) {
            t->kind = TRANSACTION_DEPOSIT;
            t->amount = draw_in(random, 1, 1000) * MONEY_ONE;
        } else if (i % 20 < 5) {
            t->kind = TRANSACTION_WITHDRAW;
            t->amount = draw_in(random, 1, 100) * MONEY_ONE;
        } else if (i % 20 < 7) {
            t->kind = TRANSACTION_LIQUIDATE;
            t->target = ACCOUNT_FIRST_USER + (uint32_t)draw_in(random, 0, users - 1);
        } else {
            t->kind = TRANSACTION_TRADE;
            t->amount = draw_in(random, -5000000, 5000000);
        }
    }
}

static void draw_all(struct bench *bench) {
    uint64_t random = 2;
    int64_t price = 200 * MONEY_ONE;
    bench->transaction = memory_of(sizeof(struct transaction) * BLOCK * BLOCKS);
    for (uint64_t b = 0; b < BLOCKS; ++b) {
        draw_block(bench, bench->transaction + b * BLOCK, b + 2, &price, &random);
    }
}

/* Runs all blocks from the start; returns nanoseconds a transaction. */
static double run_mixed(struct bench *bench) {
    struct receipt receipt;
    memcpy(bench->memory, bench->start, bench->size);
    const double start = seconds();
    for (uint64_t b = 0; b < BLOCKS; ++b) {
        begin(bench, b + 2);
        for (int i = 0; i < BLOCK; ++i) {
            engine_apply(&bench->engine, &bench->transaction[b * BLOCK + (uint64_t)i],
                         &receipt);
        }
    }
    return (seconds() - start) * 1e9 / ((double)BLOCK * BLOCKS);
}

/* The baseline: two balances and a chained log, the same memory and no rules. */
static double run_baseline(struct bench *bench) {
    struct log_head log = {0};
    uint64_t word[5];
    memcpy(bench->memory, bench->start, bench->size);
    const uint64_t accounts = bench->terms.account_count;
    int64_t *balance = bench->engine.ledger.balance_micro;
    const double start = seconds();
    for (uint64_t i = 0; i < BLOCK * BLOCKS; ++i) {
        const struct transaction *t = &bench->transaction[i];
        memcpy(word, t, sizeof word);
        balance[t->account] -= t->amount & 0xffff;
        balance[word[2] % accounts] += t->amount & 0xffff;
        log_absorb(&log, word, 5);
    }
    const double elapsed = seconds() - start;
    if (log.lane[0] == 0) {
        printf("the log is zero\n");
    }
    return elapsed * 1e9 / ((double)BLOCK * BLOCKS);
}

static void bench_mixed(uint32_t participants) {
    struct bench bench;
    double mixed[REPEATS], baseline[REPEATS];
    open_bench(&bench, participants, 0);
    draw_all(&bench);
    for (int r = 0; r < REPEATS; ++r) {
        mixed[r] = run_mixed(&bench);
    }
    const struct engine_core core = *bench.engine.core;
    const bool sound = engine_audit(&bench.engine);
    for (int r = 0; r < REPEATS; ++r) {
        baseline[r] = run_baseline(&bench);
    }
    const double ns = median(mixed);
    printf("mixed, %6u accounts   %7.1f ns  %6.2f M/s   %5.1f x baseline   accepted "
           "%4.1f %%%s\n",
           participants, ns, 1e3 / ns, ns / median(baseline),
           100.0 - 100.0 * (double)core.refusals / (BLOCK * BLOCKS),
           sound ? "" : "   AUDIT FAILED");
    free(bench.transaction);
    close_bench(&bench);
}

static double run_walk(struct bench *bench, int steps) {
    uint64_t random = 3;
    int64_t price = 200 * MONEY_ONE;
    struct receipt receipt;
    memcpy(bench->memory, bench->start, bench->size);
    const double start = seconds();
    for (int s = 0; s < steps; ++s) {
        begin(bench, (uint64_t)s + 2);
        price += price / 1000 * draw_in(&random, -10, 10) / 10;
        /* The median of five moves only when three of them do: all report the same. */
        for (uint32_t r = 0; r < REPORTERS; ++r) {
            const struct transaction report = {.kind = TRANSACTION_REPORT,
                                               .account = r,
                                               .price_uusd = price,
                                               .time_ns = ((int64_t)s + 2) * 12 * SECOND};
            engine_apply(&bench->engine, &report, &receipt);
        }
    }
    return (seconds() - start) * 1e9 / steps;
}

static void bench_watch(uint32_t participants) {
    struct bench filter, exhaustive;
    double fast[REPEATS], slow[REPEATS];
    open_bench(&filter, participants, 0);
    open_bench(&exhaustive, participants, 1);
    for (int r = 0; r < REPEATS; ++r) {
        fast[r] = run_walk(&filter, WALK);
        slow[r] = run_walk(&exhaustive, WALK / 20);
    }
    const double quick = median(fast), thorough = median(slow);
    printf("watch, %6u accounts   %7.1f ns a block, exhaustive %9.1f ns: %6.0f x\n",
           participants, quick, thorough, thorough / quick);
    close_bench(&filter);
    close_bench(&exhaustive);
}

int main(void) {
    bench_mixed(1000);
    bench_mixed(100000);
    bench_watch(10000);
    return 0;
}
