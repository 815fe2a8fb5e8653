/* fuzz_engine.c -- bytes become terms, block headers and transactions; the engine must keep
   every identity, and the watch as a filter must name whom the exhaustive one names.

   Range    a block is at most 18 hours after the one before it, a run 30 days long, and the
            funding rate at most 10 % a day: what engine.h asks of its caller.
   Built with -DREPLAY it is a program that runs the files it is given. */
#include "engine/engine.h"
#include "engine/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND  INT64_C(1000000000)
#define HORIZON (30 * 86400 * SECOND)

/* A step is a transaction of that kind, one of no kind, a move of a price, or a block. */
enum { MOVE = TRANSACTION_KIND_COUNT + 1, BLOCK, STEPS };
enum { PARTICIPANTS = 5, INSTRUMENTS = 2, AUDIT_EVERY = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *byte;
    size_t left;
};

static uint64_t take(struct input *input, size_t bytes) {
    uint64_t value = 0;
    for (; bytes > 0 && input->left > 0; --bytes) {
        value = value << 8 | *input->byte;
        input->byte += 1;
        input->left -= 1;
    }
    return value;
}

/* A value of low .. high, bounds included. */
static int64_t take_in(struct input *input, int64_t low, int64_t high) {
    return low + (int64_t)(take(input, 2) * (uint64_t)(high - low) / 0xffff);
}

/* Any 64-bit value, small ones as likely as large ones. */
static int64_t take_any(struct input *input) {
    const uint64_t shift = take(input, 1) % 64;
    int64_t value;
    const uint64_t bits = take(input, 8);
    memcpy(&value, &bits, sizeof value);
    return value / (INT64_C(1) << (shift < 62 ? shift : 62));
}

static void take_instrument(struct input *input, struct instrument_terms *terms) {
    struct margin_linear *margin = &terms->margin;
    terms->multiplier_ubase = MONEY_ONE * take_in(input, 1, 1000);
    terms->funding_interest_ppm = take_in(input, 0, 100000);
    terms->funding_slope_ppm = take_in(input, 0, MONEY_ONE);
    terms->funding_cap_ppm = take_in(input, 0, 100000);
    terms->open_interest_max_uusd = MONEY_ONE * take_in(input, 0, 100000);
    margin->maintenance_ppm = take_in(input, 1000, MONEY_ONE / 2);
    margin->initial_ppm = take_in(input, margin->maintenance_ppm, MONEY_ONE);
    margin->scaling_lower_uusd = MONEY_ONE * take_in(input, 0, 100000);
    if (take(input, 1) & 1) {
        margin->scaling_upper_uusd =
            margin->scaling_lower_uusd + MONEY_ONE * take_in(input, 1, 1000000);
    }
    margin->tier_count = (uint32_t)take(input, 1) % 3;
    for (uint32_t i = 0; i < margin->tier_count; ++i) {
        margin->tier[i] = (struct margin_linear_tier){
            .above_uusd = MONEY_ONE * (1 + 1000 * (int64_t)i + take_in(input, 0, 999)),
            .initial_ppm = MONEY_ONE,
            .maintenance_ppm = take_in(input, MONEY_ONE / 2, MONEY_ONE)};
    }
    if (margin->tier_count == 2) {
        margin->tier[1].maintenance_ppm = MONEY_ONE;
    }
}

static void take_terms(struct input *input, struct engine_terms *terms) {
    *terms = (struct engine_terms){.account_count = ACCOUNT_FIRST_USER + PARTICIPANTS,
                                   .instrument_count = INSTRUMENTS};
    for (int i = 0; i < INSTRUMENTS; ++i) {
        take_instrument(input, &terms->instrument[i]);
    }
    terms->oracle.reporter_count = take_in(input, 1, 4);
    terms->oracle.quorum = take_in(input, 1, terms->oracle.reporter_count);
    terms->oracle.deviation_ppm = take_in(input, 0, 500000);
    terms->oracle.heartbeat_ns = SECOND * take_in(input, 1, 86400);
    terms->oracle.staleness_ns =
        terms->oracle.heartbeat_ns + SECOND * take_in(input, 0, 86400);
    terms->venue.half_spread_ppm = take_in(input, 0, 500000);
    terms->venue.skew_depth_uusd = MONEY_ONE * take_in(input, 0, 1000000);
    terms->venue.fee_ppm = take_in(input, 0, 100000);
    terms->venue.fee_fund_ppm = take_in(input, 0, MONEY_ONE);
    terms->venue.pool_max_net_exposure_uusd = MONEY_ONE * take_in(input, 0, 1000000);
    terms->close_out.share_ppm = take_in(input, 100, MONEY_ONE);
    terms->close_out.max_notional_uusd = MONEY_ONE * take_in(input, 1, 1000000);
    terms->close_out.min_notional_uusd = MONEY_ONE * take_in(input, 0, 1000);
    terms->close_out.penalty_ppm = take_in(input, 0, 500000);
    terms->close_out.keeper_share_ppm = take_in(input, 0, MONEY_ONE);
    terms->close_out.keeper_least_uusd = MONEY_ONE * take_in(input, 0, 1000);
    terms->close_out.mechanism =
        (take(input, 1) & 1) != 0 ? LIQUIDATION_PORTFOLIO_AUCTION : LIQUIDATION_CLOSE_OUT;
    terms->auction.cutoff_ppm = take_in(input, 0, 990000);
    terms->auction.start_ppm = take_in(input, terms->auction.cutoff_ppm + 1, MONEY_ONE);
    terms->auction.fast_ns = SECOND * take_in(input, 1, 86400);
    terms->auction.slow_ns = SECOND * take_in(input, 1, 86400);
    terms->auction.insolvent_ns = SECOND * take_in(input, 1, 86400);
    terms->auction.fee_ppm = take_in(input, 0, 100000);
    terms->auction.buffer_ppm = take_in(input, 0, 4 * MONEY_ONE);
    terms->auction.least_uusd = MONEY_ONE * take_in(input, 0, 1000);
    terms->auction.whole_uusd = MONEY_ONE * take_in(input, 0, 1000);
    terms->escrow.finality_ns = SECOND * take_in(input, 0, 86400);
    terms->escrow.gate_blocks = take_in(input, 0, 10);
    terms->escrow.queue = take_in(input, 1, 5);
    terms->collateral.accepted = (int64_t)take(input, 1) & 1;
    terms->collateral.haircut_ppm = take_in(input, 0, MONEY_ONE);
    terms->collateral.cap_uusd = MONEY_ONE * take_in(input, 0, 100000);
    terms->collateral.seize_spread_ppm = take_in(input, 0, MONEY_ONE);
    terms->waterfall.deleverage_most = take_in(input, 1, 3);
    terms->waterfall.deleverage = terms->escrow.queue & 1;
    terms->waterfall.deleverage_when = terms->escrow.queue >> 1 & 1;
    terms->collateral.borrow = (int64_t)take(input, 1) & 1;
    terms->english.lot_ubase = MONEY_ONE * take_in(input, 1, 100);
    terms->english.penalty_ppm = take_in(input, 0, MONEY_ONE);
    terms->english.raise_ppm = take_in(input, 1, MONEY_ONE);
    terms->english.bid_ns = SECOND * take_in(input, 1, 86400);
    terms->english.length_ns = SECOND * take_in(input, 1, 86400);
    terms->english.room = take_in(input, 0, 4);
    terms->english.losses = (int64_t)take(input, 1) & 1;
    terms->pool_shares.reserve_ppm = terms->escrow.queue * 100000;
    terms->watch.constant_ppm = WATCH_EXACT_PPM;
}

static struct block_header take_header(struct input *input,
                                       const struct block_header *last) {
    const uint64_t flags = take(input, 1);
    struct block_header header = {.number = last->number + 1,
                                  .time_ns = last->time_ns +
                                             SECOND * (int64_t)take(input, 2) +
                                             (int64_t)take(input, 1)};
    header.flags = flags % 8 == 0 ? BLOCK_GENESIS : 0;
    return header;
}

static struct transaction take_transaction(struct input *input, uint64_t what,
                                           int64_t now_ns) {
    struct transaction transaction = {.kind = (uint32_t)what % STEPS};
    transaction.account = (uint32_t)take(input, 1);
    if (transaction.account >= 32) {
        transaction.account =
            ACCOUNT_FIRST_USER + transaction.account % (PARTICIPANTS + 1);
    }
    if (transaction.kind == TRANSACTION_REPORT) {
        transaction.account %= 5;
    }
    if (transaction.kind == TRANSACTION_LIQUIDATE ||
        transaction.kind >= TRANSACTION_AUCTION_START) {
        transaction.target = ACCOUNT_FUND + (uint32_t)take(input, 1) % 10;
    }
    transaction.instrument = (uint32_t)take(input, 1) % (INSTRUMENTS + 1);
    if (transaction.kind < TRANSACTION_LIQUIDATE ||
        transaction.kind > TRANSACTION_REPORT) {
        transaction.amount =
            (what & 32) != 0 ? take_any(input) : MONEY_ONE * take_in(input, -1000, 1000);
    }
    if (transaction.kind == TRANSACTION_BID) {
        transaction.amount =
            (what & 32) != 0 ? take_any(input) : take_in(input, 0, MONEY_ONE + 1);
    }
    if (transaction.kind == TRANSACTION_REPORT || (what & 64) != 0) {
        transaction.price_uusd = take_any(input);
    }
    if (transaction.kind == TRANSACTION_REPORT) {
        transaction.time_ns = (what & 128) != 0 ? take_any(input) : now_ns;
    }
    return transaction;
}

/* A bite, a bid, a deal or nothing: bids are about what a lot has or a little less. */
static struct transaction take_lot_transaction(struct input *input,
                                               const struct engine *engine) {
    struct transaction transaction = {.kind = TRANSACTION_BITE +
                                              (uint32_t)take(input, 1) % 4};
    const uint32_t what = (uint32_t)take(input, 1);
    transaction.account = ACCOUNT_FIRST_USER + what % (PARTICIPANTS + 1);
    transaction.target = ACCOUNT_POOL + (uint32_t)take(input, 1) % (PARTICIPANTS + 2);
    if (transaction.kind == TRANSACTION_BITE || engine->english.room == 0) {
        return transaction;
    }
    const struct english_lot *lot =
        &engine->english.lot[transaction.target % engine->english.room];
    transaction.target = lot->id;
    transaction.amount =
        lot->lot_ubase - ((what & 64) != 0 ? take_in(input, 0, 50000000) : 0);
    transaction.price_uusd = (what & 128) != 0
                                 ? lot->tab_uusd
                                 : lot->bid_uusd + MONEY_ONE * take_in(input, -1, 1000);
    return transaction;
}

struct twin {
    struct engine filter, exhaustive;
    struct engine_terms terms[2];
    void *memory[2];
};

static void require(bool fact, const char *what) {
    if (!fact) {
        fprintf(stderr, "fuzz_engine: %s\n", what);
        abort();
    }
}

static void open_twin(struct twin *twin, const struct engine_terms *terms) {
    struct engine *const engines[] = {&twin->filter, &twin->exhaustive};
    const char *sentence;
    for (int i = 0; i < 2; ++i) {
        twin->terms[i] = *terms;
        twin->terms[i].watch.exhaustive = i;
        require(engine_terms_valid(&twin->terms[i], &sentence), sentence);
        const size_t size = segment_size(engine_footprint(&twin->terms[i]));
        twin->memory[i] = aligned_alloc(SEGMENT_ALIGNMENT, size);
        require(twin->memory[i] != NULL, "out of memory");
        memset(twin->memory[i], 0, size);
        engine_bind(engines[i], &twin->terms[i], twin->memory[i]);
    }
}

static void apply(struct twin *twin, const struct transaction *transaction) {
    struct receipt receipt, other;
    engine_apply(&twin->filter, transaction, &receipt);
    engine_apply(&twin->exhaustive, transaction, &other);
    require(memcmp(&receipt, &other, sizeof receipt) == 0, "the receipts differ");
    require(twin->filter.watch.unhealthy.word[0] ==
                twin->exhaustive.watch.unhealthy.word[0],
            "the unhealthy accounts differ");
    require(engine_residual(&twin->filter) == 0, "the residual is not zero");
}

static void begin(struct twin *twin, const struct block_header *header) {
    engine_begin_block(&twin->filter, header);
    engine_begin_block(&twin->exhaustive, header);
}

/* All reporters report the same price, in a block of its own. */
static void report_all(struct twin *twin, uint32_t instrument, int64_t price_uusd) {
    const struct block_header *last = &twin->filter.core->block;
    const struct block_header header = {.number = last->number + 1,
                                        .time_ns = last->time_ns + 12 * SECOND};
    begin(twin, &header);
    for (uint32_t r = 0; r < (uint32_t)twin->terms[0].oracle.reporter_count; ++r) {
        const struct transaction report = {.kind = TRANSACTION_REPORT,
                                           .account = r,
                                           .instrument = instrument,
                                           .price_uusd = price_uusd,
                                           .time_ns = header.time_ns};
        apply(twin, &report);
    }
}

/* The price of an instrument moves by up to a half down or the whole up. */
static void move_price(struct twin *twin, struct input *input) {
    const uint32_t instrument = (uint32_t)take(input, 1) % INSTRUMENTS;
    const int64_t price = twin->filter.portfolio.market[instrument].index_price_uusd;
    const int64_t thousandths = take_in(input, 500, 2000);
    if (price > 0) {
        report_all(twin, instrument,
                   price / 1000 * thousandths + price % 1000 * thousandths / 1000);
    }
}

/* A small market, so that the first bytes after the terms already matter. */
static void open_market(struct twin *twin, struct input *input) {
    for (uint32_t i = 0; i < INSTRUMENTS; ++i) {
        report_all(twin, i, MONEY_ONE * take_in(input, 1, 1000));
    }
    for (uint32_t a = ACCOUNT_FUND; a < twin->terms[0].account_count; ++a) {
        const struct transaction deposit = {.kind = TRANSACTION_DEPOSIT,
                                            .account = a,
                                            .amount =
                                                MONEY_ONE * take_in(input, 0, 10000)};
        apply(twin, &deposit);
        const struct transaction units = {.kind = TRANSACTION_DEPOSIT,
                                          .account = a,
                                          .instrument = ASSET_UNDERLYING,
                                          .amount = MONEY_ONE * take_in(input, 0, 100)};
        apply(twin, &units);
    }
    for (uint32_t a = ACCOUNT_FIRST_USER; a < twin->terms[0].account_count; ++a) {
        const struct transaction trade = {.kind = TRANSACTION_TRADE,
                                          .account = a,
                                          .instrument = a % INSTRUMENTS,
                                          .amount =
                                              MONEY_ONE * take_in(input, -100, 100)};
        apply(twin, &trade);
    }
}

/* LLVMFuzzerTestOneInput runs one input; it aborts on the first broken identity. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {.byte = data, .left = size};
    struct twin twin;
    struct engine_terms terms;
    take_terms(&input, &terms);
    open_twin(&twin, &terms);
    open_market(&twin, &input);
    for (int step = 0; input.left > 0; ++step) {
        const uint64_t what = take(&input, 1);
        const struct block_header *block = &twin.filter.core->block;
        if (what % STEPS == BLOCK && block->time_ns < HORIZON) {
            const struct block_header header = take_header(&input, block);
            begin(&twin, &header);
        } else if (what % STEPS == MOVE && block->time_ns < HORIZON) {
            move_price(&twin, &input);
        } else {
            const struct transaction transaction =
                what % 8 == TRANSACTION_LIQUIDATE && (what & 16) != 0
                    ? take_lot_transaction(&input, &twin.filter)
                    : take_transaction(&input, what, block->time_ns);
            apply(&twin, &transaction);
        }
        if (step % AUDIT_EVERY == 0) {
            require(engine_audit(&twin.filter), "the audit fails");
        }
    }
    require(engine_audit(&twin.filter), "the audit fails at the end");
    require(engine_audit(&twin.exhaustive), "the exhaustive audit fails at the end");
    free(twin.memory[0]);
    free(twin.memory[1]);
    return 0;
}

#ifdef REPLAY
int main(int argc, char **argv) {
    static uint8_t data[1 << 20];
    for (int i = 1; i < argc; ++i) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        const size_t size = fread(data, 1, sizeof data, file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
        printf("%s: %zu bytes, sound\n", argv[i], size);
    }
    return 0;
}
#endif
