/* The engine against the plain model: random worlds, random transactions.  Each is applied
   to an engine with the watch as a filter, to one that evaluates every account, and to the
   model; statuses and receipts are compared each time, the whole state now and then. */
#include "tests/support/random_world.h"

#ifdef __SANITIZE_ADDRESS__
#define DEFAULT_TRANSACTIONS INT64_C(1500000)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DEFAULT_TRANSACTIONS INT64_C(1500000)
#endif
#endif
#ifndef DEFAULT_TRANSACTIONS
#define DEFAULT_TRANSACTIONS INT64_C(10000000)
#endif

enum { WORLD_TRANSACTIONS = 4000, FULL_EVERY = 97, LAYERS = 4 };

/* What the random worlds have met, so that a test which meets nothing fails. */
struct coverage {
    uint64_t status[ENGINE_STATUS_COUNT];
    uint64_t applied[TRANSACTION_KIND_COUNT];
    uint64_t layer[LAYERS]; /* shortfalls paid by fund, winners, pool, deleveraged */
    uint64_t several, shared, partial; /* ways of auto-deleveraging */
    uint64_t payouts, bids;
    uint64_t unhealthy, penalties, tips, evaluations, exhaustive_evaluations;
    uint64_t seized, debts_seized;
};

struct sabotage {
    int64_t mistake;      /* added to the model's fees */
    int64_t constant_ppm; /* of the filter's watch */
    int64_t collateral_ignored;
};

struct trio {
    struct engine_world filter, exhaustive;
    struct plain plain;
    uint64_t random;
    int64_t outside_price[PLAIN_INSTRUMENTS];
};

static bool same(whole got, whole want, const char *what, const char **difference) {
    if (got != want && *difference == NULL) {
        *difference = what;
    }
    return got == want;
}

static void compare_accounts(const struct trio *trio, const char **difference) {
    const struct engine *engine = &trio->filter.engine;
    const struct plain *plain = &trio->plain;
    for (uint32_t a = 0; a < plain->accounts; ++a) {
        same(engine->ledger.balance_micro[a], plain->balance[a], "balance", difference);
        same(engine->ledger.hold_micro[a], plain->hold[a], "hold", difference);
        same(engine->collateral.balance_micro[a], plain->units[a], "units", difference);
        same(engine->shares.held[a], plain->shares[a], "shares", difference);
        same(engine->collateral.hold_micro[a], plain->unit_hold[a], "unit hold",
             difference);
        for (uint32_t i = 0; i < plain->instruments; ++i) {
            const struct position *position = portfolio_at(&engine->portfolio, a, i);
            const struct plain_position *want = &plain->position[a][i];
            same(position->size_ubase, want->size, "size", difference);
            same(position->cost_uusd, want->cost, "cost", difference);
            if (want->size != 0) {
                same(position->funding_index, want->index, "index", difference);
            }
        }
        const struct auction *auction = &engine->auction[a];
        same((whole)auction->phase, plain->auction[a].phase, "phase", difference);
        same(auction->start_ns, plain->auction[a].start, "start", difference);
        same(auction->reserved_uusd, plain->auction[a].reserved, "reserved", difference);
        same(auction->insolvent_uusd, plain->auction[a].need, "need", difference);
        if (a < ACCOUNT_POOL) {
            continue;
        }
        const struct margin margin = margin_evaluate(&engine->margin, a);
        same(margin.equity_uusd, plain_backing(plain, a), "backing", difference);
        same(margin_equity_uusd(&engine->margin, a), plain_equity(plain, a), "equity",
             difference);
        same(margin.initial_uusd, plain_margin(plain, a, true), "initial", difference);
        same(margin.maintenance_uusd, plain_margin(plain, a, false), "maintenance",
             difference);
    }
}

static void compare_all(const struct trio *trio, const char **difference) {
    const struct engine *engine = &trio->filter.engine;
    const struct plain *plain = &trio->plain;
    compare_accounts(trio, difference);
    for (uint32_t i = 0; i < plain->instruments; ++i) {
        const struct contract *market = &engine->portfolio.market[i];
        same(market->mark_price_uusd, plain->mark[i], "mark price", difference);
        same(market->index_price_uusd, plain->price[i], "index price", difference);
        same(market->index_time_ns, plain->price_time[i], "index time", difference);
        same(market->funding_index, plain->index[i], "funding index", difference);
        same(market->long_ubase, plain_side(plain, i, 1), "longs", difference);
        same(market->short_ubase, plain_side(plain, i, -1), "shorts", difference);
    }
    for (uint32_t a = ACCOUNT_FIRST_USER; a < plain->accounts; ++a) {
        same(account_set_has(&engine->watch.unhealthy, a), plain_liquidatable(plain, a),
             "liquidatable", difference);
    }
    same(engine->escrow.state->count, plain->queued, "queue", difference);
    same(engine_residual(engine), 0, "residual", difference);
    same(engine_audit(engine), true, "audit", difference);
    same(engine_audit(&trio->exhaustive.engine), true, "audit, exhaustive", difference);
}

static void count(struct coverage *coverage, const struct trio *trio,
                  const struct transaction *transaction) {
    const struct receipt *receipt = &trio->filter.receipt;
    coverage->status[receipt->status] += 1;
    if (receipt->status == ENGINE_OK) {
        coverage->applied[transaction->kind] += 1;
    }
    coverage->layer[0] += receipt->fund_paid_uusd > 0;
    coverage->layer[1] += receipt->socialised_uusd > 0;
    coverage->layer[2] += receipt->pool_absorbed_uusd > 0;
    coverage->seized += receipt->seized_ubase > 0;
    coverage->debts_seized += receipt->seized_ubase > 0 && receipt->filled_ubase == 0;
    coverage->layer[3] += receipt->deleverage_covered_uusd > 0;
    coverage->several += receipt->deleveraged_count > 1;
    coverage->shared += receipt->deleveraged_count > 0 && receipt->fund_paid_uusd > 0;
    coverage->partial += receipt->deleveraged_count > 0 && receipt->overshoot_uusd == 0;
    coverage->payouts += receipt->lot_paid_uusd < 0;
    coverage->bids += receipt->lot_paid_uusd > 0;
    coverage->penalties += receipt->penalty_uusd > 0;
    coverage->tips += receipt->keeper_tip_uusd > 0;
    coverage->unhealthy += *trio->filter.engine.watch.unhealthy.count > 0;
}

/* One transaction everywhere; a difference is named. */
static void step(struct trio *trio, struct coverage *coverage, const char **difference) {
    struct receipt want;
    if (random_one_in(&trio->random, 6)) {
        const struct block_header header =
            random_header(&trio->random, &trio->filter.engine.core->block);
        engine_begin_block(&trio->filter.engine, &header);
        engine_begin_block(&trio->exhaustive.engine, &header);
        plain_begin_block(&trio->plain, &header);
    }
    const struct transaction transaction =
        random_transaction(&trio->random, &trio->plain, trio->outside_price);
    world_do(&trio->filter, transaction);
    world_do(&trio->exhaustive, transaction);
    plain_apply(&trio->plain, &transaction, &want);
    count(coverage, trio, &transaction);
    same(trio->filter.receipt.status, want.status, "status", difference);
    same(memcmp(&trio->filter.receipt, &want, sizeof want), 0, "receipt", difference);
    same(memcmp(trio->filter.engine.watch.unhealthy.word,
                trio->exhaustive.engine.watch.unhealthy.word, sizeof(uint64_t)),
         0, "unhealthy set of the filter", difference);
    same(engine_residual(&trio->filter.engine), 0, "residual", difference);
}

static void open_trio(struct trio *trio, uint64_t seed, const struct sabotage *sabotage) {
    trio->random = seed;
    struct engine_terms terms = random_terms(&trio->random);
    terms.watch.constant_ppm = sabotage->constant_ppm;
    terms.watch.collateral_ignored = sabotage->collateral_ignored;
    world_open(&trio->filter, &terms);
    terms.watch.exhaustive = 1;
    world_open(&trio->exhaustive, &terms);
    plain_init(&trio->plain, &trio->filter.terms);
    trio->plain.mistake = sabotage->mistake;
    for (int i = 0; i < PLAIN_INSTRUMENTS; ++i) {
        trio->outside_price[i] = random_scale(&trio->random, 37) + 1000;
    }
}

/* Runs one world and returns the first difference, or NULL. */
static const char *run_world(uint64_t seed, const struct sabotage *sabotage,
                             struct coverage *coverage, int64_t *at) {
    struct trio trio;
    const char *difference = NULL;
    open_trio(&trio, seed, sabotage);
    for (*at = 0; *at < WORLD_TRANSACTIONS && difference == NULL; ++*at) {
        step(&trio, coverage, &difference);
        if (*at % FULL_EVERY == FULL_EVERY - 1 || *at == WORLD_TRANSACTIONS - 1) {
            compare_all(&trio, &difference);
            same(memcmp(&trio.filter.engine.core->log, &trio.exhaustive.engine.core->log,
                        sizeof(struct log_head)),
                 0, "log head", &difference);
        }
    }
    coverage->evaluations += *trio.filter.engine.watch.evaluations;
    coverage->exhaustive_evaluations += *trio.exhaustive.engine.watch.evaluations;
    world_close(&trio.filter);
    world_close(&trio.exhaustive);
    return difference;
}

static int64_t transactions_wanted(void) {
    const char *text = getenv("BREAKWATER_MODEL_TRANSACTIONS");
    return text != NULL ? strtoll(text, NULL, 10) : DEFAULT_TRANSACTIONS;
}

/* English auctions and matched liquidation have no part in the model. */
static bool of_others(enum engine_status status) {
    return status == ENGINE_NO_AUCTION || status == ENGINE_AUCTIONS_FULL ||
           status == ENGINE_AUCTION_OVER || status == ENGINE_AUCTION_OPEN ||
           status == ENGINE_BID_TOO_LOW || status == ENGINE_FUND_INSUFFICIENT;
}

static void check_coverage(const struct coverage *coverage) {
    for (int i = 0; i < ENGINE_STATUS_COUNT; ++i) {
        check_true(engine_status_name((enum engine_status)i),
                   coverage->status[i] > 0 || of_others((enum engine_status)i));
    }
    for (int i = 0; i <= TRANSACTION_REPORT; ++i) {
        check_true(transaction_kind_name((enum transaction_kind)i),
                   coverage->applied[i] > 10);
    }
    check_true("stakes", coverage->applied[TRANSACTION_STAKE] > 100);
    check_true("unstakes", coverage->applied[TRANSACTION_UNSTAKE] > 100);
    for (int i = 0; i < LAYERS; ++i) {
        check_true("each layer of the waterfall paid", coverage->layer[i] > 10);
    }
    check_true("several accounts deleveraged at once", coverage->several > 3);
    check_true("together with the fund", coverage->shared > 10);
    check_true("a part of a position", coverage->partial > 10);
    check_true("penalties", coverage->penalties > 100);
    check_true("seized after a close-out", coverage->seized > 100);
    check_true("seized for a debt", coverage->debts_seized > 10);
    check_true("tips", coverage->tips > 100);
    check_true("bids", coverage->bids > 100);
    check_true("payouts", coverage->payouts > 100);
    check_true("unhealthy", coverage->unhealthy > 1000);
    check_true("the filter looks less often",
               coverage->evaluations < coverage->exhaustive_evaluations);
}

static void engine_and_model_agree_on_random_transactions(void **state) {
    (void)state;
    static const struct sabotage none = {.constant_ppm = WATCH_EXACT_PPM};
    struct coverage coverage = {0};
    const int64_t wanted = transactions_wanted();
    int64_t done = 0;
    for (uint64_t seed = 1; done < wanted; ++seed) {
        int64_t at;
        const char *difference = run_world(seed, &none, &coverage, &at);
        if (difference != NULL) {
            print_error("seed %" PRIu64 ", transaction %" PRId64 ": %s differs\n", seed,
                        at - 1, difference);
            fail();
        }
        done += at;
    }
    print_message("%" PRId64 " transactions, %" PRIu64 " accepted\n", done,
                  coverage.status[ENGINE_OK]);
    for (int i = 0; i < ENGINE_STATUS_COUNT; ++i) {
        print_message("  %-24s %" PRIu64 "\n", engine_status_name((enum engine_status)i),
                      coverage.status[i]);
    }
    for (int i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        print_message("  %-24s %" PRIu64 "\n",
                      transaction_kind_name((enum transaction_kind)i),
                      coverage.applied[i]);
    }
    check_coverage(&coverage);
}

/* How many of the first so many worlds notice a sabotage. */
static int noticed(const struct sabotage *sabotage, int worlds, const char *word) {
    struct coverage coverage = {0};
    int count_noticed = 0;
    for (int seed = 1; seed <= worlds; ++seed) {
        int64_t at;
        const char *difference = run_world((uint64_t)seed, sabotage, &coverage, &at);
        count_noticed += difference != NULL && strstr(difference, word) != NULL;
    }
    return count_noticed;
}

static void a_fee_one_unit_off_is_noticed(void **state) {
    (void)state;
    static const struct sabotage one_unit = {.mistake = 1,
                                             .constant_ppm = WATCH_EXACT_PPM};
    check_true("nearly every world", noticed(&one_unit, 20, "receipt") >= 18);
}

static void half_the_constant_of_the_watch_is_noticed(void **state) {
    (void)state;
    static const struct sabotage half = {.constant_ppm = WATCH_EXACT_PPM / 2};
    check_true("some world misses an unhealthy account",
               noticed(&half, 100, "unhealthy") >= 1);
}

static void collateral_the_watch_ignores_is_noticed(void **state) {
    (void)state;
    static const struct sabotage ignored = {.constant_ppm = WATCH_EXACT_PPM,
                                            .collateral_ignored = 1};
    check_true("some world misses an unhealthy account",
               noticed(&ignored, 100, "unhealthy") >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fee_one_unit_off_is_noticed),
        cmocka_unit_test(half_the_constant_of_the_watch_is_noticed),
        cmocka_unit_test(collateral_the_watch_ignores_is_noticed),
        cmocka_unit_test(engine_and_model_agree_on_random_transactions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
