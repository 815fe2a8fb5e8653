/* random_world.h -- worlds and transactions at random: sensible ones, extreme ones and
   nonsense, for the model test and the fuzzer's seeds.

   Units    as engine.h.
   Memory   values.
   Threads  one generator per thread. */
#ifndef TESTS_SUPPORT_RANDOM_WORLD_H
#define TESTS_SUPPORT_RANDOM_WORLD_H

#include "tests/support/engine_world.h"
#include "tests/support/plain_auction.h"

/* random_one_in is true once in so many. */
static inline bool random_one_in(uint64_t *random, uint64_t count) {
    return check_random(random) % count == 0;
}

/* random_scale returns a magnitude of 1 .. 2^bits, evenly spread over the powers of two. */
static inline int64_t random_scale(uint64_t *random, int bits) {
    const int64_t high = INT64_C(1) << check_random_in(random, 0, bits);
    return check_random_in(random, (high + 1) / 2, high);
}

static inline void random_instrument(uint64_t *random, struct instrument_terms *terms) {
    struct margin_linear *margin = &terms->margin;
    *terms = (struct instrument_terms){
        .multiplier_ubase = random_one_in(random, 4) ? 1000 * MONEY_ONE : MONEY_ONE,
        .funding_interest_ppm = check_random_in(random, 0, 3) * 300,
        .funding_slope_ppm = check_random_in(random, 0, 3) * 3001,
        .funding_cap_ppm = check_random_in(random, 0, 100000),
        .open_interest_max_uusd =
            random_one_in(random, 3) ? usd(random_scale(random, 22)) : 0};
    margin->maintenance_ppm = check_random_in(random, 1000, 100000);
    margin->initial_ppm = margin->maintenance_ppm + check_random_in(random, 0, 100000);
    if (random_one_in(random, 2)) {
        margin->scaling_lower_uusd = usd(random_scale(random, 20));
        margin->scaling_upper_uusd =
            margin->scaling_lower_uusd + usd(random_scale(random, 22));
    }
    if (random_one_in(random, 2)) {
        margin->tier_count = (uint32_t)check_random_in(random, 1, MARGIN_LINEAR_TIERS);
    }
    int64_t above = 0, initial = margin->initial_ppm;
    int64_t maintenance = margin->maintenance_ppm;
    for (uint32_t i = 0; i < margin->tier_count; ++i) {
        above += usd(random_scale(random, 18));
        maintenance += check_random_in(random, 0, 90000);
        initial = money_max(initial, maintenance) + check_random_in(random, 0, 9000);
        margin->tier[i] = (struct margin_linear_tier){
            .above_uusd = above, .initial_ppm = initial, .maintenance_ppm = maintenance};
    }
}

/* random_terms draws what a world is like. */
static inline struct engine_terms random_terms(uint64_t *random) {
    struct engine_terms terms = world_terms((uint32_t)check_random_in(random, 1, 7));
    terms.instrument_count = (uint32_t)check_random_in(random, 1, PLAIN_INSTRUMENTS);
    for (uint32_t i = 0; i < terms.instrument_count; ++i) {
        random_instrument(random, &terms.instrument[i]);
    }
    terms.oracle.reporter_count = check_random_in(random, 1, PLAIN_REPORTERS);
    terms.oracle.quorum = check_random_in(random, 1, terms.oracle.reporter_count);
    terms.oracle.deviation_ppm = check_random_in(random, 0, 2) * 2500;
    terms.oracle.heartbeat_ns = check_random_in(random, 1, 1200) * SECOND;
    terms.oracle.staleness_ns =
        terms.oracle.heartbeat_ns + check_random_in(random, 0, 3600) * SECOND;
    terms.venue = (struct venue_terms){
        .half_spread_ppm = check_random_in(random, 0, 2000),
        .skew_depth_uusd = random_one_in(random, 4) ? 0 : usd(random_scale(random, 31)),
        .fee_ppm = check_random_in(random, 0, 2000),
        .fee_fund_ppm = check_random_in(random, 0, MONEY_ONE),
        .pool_max_net_exposure_uusd =
            random_one_in(random, 2) ? usd(random_scale(random, 25)) : 0};
    terms.close_out = (struct close_out_terms){
        .share_ppm = check_random_in(random, 100, MONEY_ONE),
        .max_notional_uusd = usd(random_scale(random, 30)),
        .min_notional_uusd = usd(check_random_in(random, 0, 1000)),
        .penalty_ppm = check_random_in(random, 0, 30000),
        .keeper_share_ppm = check_random_in(random, 0, MONEY_ONE),
        .keeper_least_uusd = usd(check_random_in(random, 0, 50))};
    terms.waterfall =
        (struct waterfall_terms){.deleverage = (int64_t)random_one_in(random, 2),
                                 .deleverage_when = (int64_t)random_one_in(random, 2),
                                 .deleverage_most = check_random_in(random, 1, 4)};
    terms.close_out.mechanism =
        random_one_in(random, 2) ? LIQUIDATION_PORTFOLIO_AUCTION : LIQUIDATION_CLOSE_OUT;
    terms.auction.cutoff_ppm = check_random_in(random, 0, 900000);
    terms.auction.start_ppm =
        terms.auction.cutoff_ppm + check_random_in(random, 1, 100000);
    terms.auction.fast_ns = check_random_in(random, 1, 900) * SECOND;
    terms.auction.slow_ns = check_random_in(random, 1, 9000) * SECOND;
    terms.auction.insolvent_ns = check_random_in(random, 1, 900) * SECOND;
    terms.auction.fee_ppm = check_random_in(random, 0, 100000);
    terms.auction.buffer_ppm = check_random_in(random, 0, 400000);
    terms.auction.least_uusd = usd(check_random_in(random, 0, 1) * 25);
    terms.auction.whole_uusd = usd(check_random_in(random, 0, 1) * 64);
    terms.escrow =
        (struct escrow_terms){.finality_ns = check_random_in(random, 0, 768) * SECOND,
                              .gate_blocks = check_random_in(random, 0, 5),
                              .queue = check_random_in(random, 1, PLAIN_QUEUE)};
    terms.collateral = (struct collateral_terms){
        .accepted = !random_one_in(random, 8),
        .haircut_ppm = check_random_in(random, 0, 500000),
        .cap_uusd = random_one_in(random, 3) ? usd(random_scale(random, 14)) : 0,
        .seize_spread_ppm =
            random_one_in(random, 3) ? 0 : check_random_in(random, 0, 90000)};
    terms.pool_shares.reserve_ppm = check_random_in(random, 0, 3) * 100000;
    return terms;
}

/* random_header follows the block before it: mostly by 12 s, now and then by hours. */
static inline struct block_header random_header(uint64_t *random,
                                                const struct block_header *last) {
    struct block_header header = {
        .number = last->number + (uint64_t)check_random_in(random, 1, 2),
        .time_ns = last->time_ns + check_random_in(random, 1, 24) * SECOND,
        .entropy = check_random(random)};
    if (random_one_in(random, 100)) {
        header.time_ns += check_random_in(random, 0, 20000) * SECOND + 123;
    }
    if (random_one_in(random, 60)) {
        header.flags = BLOCK_GENESIS;
    }
    return header;
}

/* random_price moves an instrument's outside price: mostly a little, at times far. */
static inline int64_t random_price(uint64_t *random, int64_t price) {
    int64_t move_ppm = check_random_in(random, -10000, 10000);
    if (random_one_in(random, 50)) {
        move_ppm = check_random_in(random, -600000, 900000);
    }
    if (random_one_in(random, 20000)) {
        return random_scale(random, 54);
    }
    const int64_t low = 1000, high = INT64_C(1000000000000);
    return money_max(low, money_min(high, price + price / MONEY_ONE * move_ppm +
                                              price % MONEY_ONE * move_ppm / MONEY_ONE));
}

/* random_quantity is a size for an account to trade: by its equity, its position, or any. */
static inline int64_t random_quantity(uint64_t *random, const struct plain *plain,
                                      uint32_t account, uint32_t instrument) {
    const int64_t sign = random_one_in(random, 2) ? 1 : -1;
    const int64_t size = (int64_t)plain->position[account][instrument].size;
    switch (check_random(random) % 16) {
    case 0:
        return -size;
    case 1:
        return -2 * size;
    case 2:
    case 3:
        return -check_random_in(random, 0, size < 0 ? -size : size) * (size < 0 ? -1 : 1);
    case 4:
        return sign * random_scale(random, 61);
    case 5:
        return check_random_in(random, -3, 3);
    default: {
        const whole mark = plain->mark[instrument] > 0 ? plain->mark[instrument] : 1;
        const whole equity = plain_most(plain_equity(plain, account), 1000000);
        const whole most = equity * PLAIN_E6 / mark * check_random_in(random, 1, 25);
        return sign *
               check_random_in(random, 1, (int64_t)plain_least(most + 1, PLAIN_MOST));
    }
    }
}

/* random_units is an amount of the underlying worth so many USD, roughly. */
static inline int64_t random_units(uint64_t *random, const struct plain *plain,
                                   int bits) {
    const whole mark = plain->mark[0] > 0 ? plain->mark[0] : 1;
    const whole units = usd(random_scale(random, bits)) *
                        (whole)plain->terms->instrument[0].multiplier_ubase / mark;
    return (int64_t)plain_least(units + 1, PLAIN_MOST);
}

/* random_spoil replaces a field by something that does not belong there. */
static inline void random_spoil(uint64_t *random, struct transaction *transaction) {
    const uint64_t bits = check_random(random);
    const uint32_t words[] = {
        0,  1,          ACCOUNT_TREASURY, ACCOUNT_POOL, ACCOUNT_FIRST_USER,
        99, UINT32_MAX, (uint32_t)bits};
    const int64_t amounts[] = {0,
                               -1,
                               INT64_MIN,
                               INT64_MAX,
                               MONEY_SIZE_MAX,
                               MONEY_SIZE_MAX + 1,
                               -MONEY_SIZE_MAX,
                               (int64_t)bits};
    const uint32_t word = words[bits >> 60 & 7];
    const int64_t amount = amounts[bits >> 56 & 7];
    switch (bits >> 50 & 7) {
    case 0:
        transaction->kind = word;
        break;
    case 1:
        transaction->account = word;
        break;
    case 2:
        transaction->target = word;
        break;
    case 3:
        transaction->instrument = word;
        break;
    case 4:
        transaction->price_uusd = amount;
        break;
    case 5:
        transaction->time_ns = amount;
        break;
    default:
        transaction->amount = amount;
    }
}

/* random_participant is an account, now and then the pool. */
static inline uint32_t random_participant(uint64_t *random, const struct plain *plain) {
    const uint64_t users = plain->accounts - ACCOUNT_FIRST_USER;
    return random_one_in(random, 30)
               ? ACCOUNT_POOL
               : ACCOUNT_FIRST_USER + (uint32_t)(check_random(random) % users);
}

/* random_shares is some of the account's shares of the pool, at times all or too many. */
static inline int64_t random_shares(uint64_t *random, const struct plain *plain,
                                    uint32_t account) {
    const int64_t held = (int64_t)plain->shares[account];
    switch (check_random(random) % 4) {
    case 0:
        return held + check_random_in(random, 0, 1);
    case 1:
        return check_random_in(random, 1, 3);
    default:
        return check_random_in(random, 0, held);
    }
}

/* random_auction turns a liquidation into what an auction needs: mostly a start where one
   is due, and a bid where one is open. */
static inline void random_auction(uint64_t *random, const struct plain *plain,
                                  struct transaction *t) {
    static const uint32_t kinds[] = {TRANSACTION_AUCTION_START, TRANSACTION_BID,
                                     TRANSACTION_AUCTION_STOP};
    t->kind = kinds[check_random(random) % 3];
    t->instrument = 0;
    for (uint32_t a = ACCOUNT_FIRST_USER; a < plain->accounts; ++a) {
        const bool open = plain->auction[a].phase != PLAIN_NO_AUCTION;
        if ((open || plain_liquidatable(plain, a)) && random_one_in(random, 2)) {
            t->target = a;
            t->kind = !open                          ? TRANSACTION_AUCTION_START
                      : plain_auction_over(plain, a) ? TRANSACTION_AUCTION_STOP
                                                     : TRANSACTION_BID;
        }
    }
    if (t->kind == TRANSACTION_BID) {
        t->amount = random_one_in(random, 3) ? 1000000 : random_scale(random, 19);
        t->price_uusd = random_one_in(random, 4) ? usd(random_scale(random, 10)) : 0;
        t->price_uusd *= random_one_in(random, 2) ? -1 : 1;
    }
}

/* random_transaction draws what somebody might send now. */
static inline struct transaction
random_transaction(uint64_t *random, const struct plain *plain, int64_t *outside_price) {
    const uint32_t i = (uint32_t)(check_random(random) % plain->instruments);
    struct transaction t = {.account = random_participant(random, plain)};
    const uint64_t what = check_random(random) % 100;
    if (what < 42) {
        t.kind = TRANSACTION_TRADE;
        t.instrument = i;
        t.amount = random_quantity(random, plain, t.account, i);
        if (random_one_in(random, 4)) {
            t.price_uusd = random_price(random, (int64_t)plain->mark[i]);
        }
    } else if (what < 50) {
        t.kind = TRANSACTION_DEPOSIT;
        t.account = random_one_in(random, 12) ? ACCOUNT_FUND : t.account;
        t.amount = t.account == ACCOUNT_FUND ? usd(random_scale(random, 8))
                                             : usd(random_scale(random, 13));
        if (t.account != ACCOUNT_FUND && random_one_in(random, 3)) {
            t.instrument = ASSET_UNDERLYING;
            t.amount = random_units(random, plain, 13);
        }
    } else if (what < 53) {
        t.kind = TRANSACTION_STAKE;
        t.amount = random_one_in(random, 8) ? check_random_in(random, 1, 3)
                                            : usd(random_scale(random, 12));
    } else if (what < 56) {
        t.kind = TRANSACTION_UNSTAKE;
        t.amount = random_shares(random, plain, t.account);
    } else if (what < 60) {
        t.kind = TRANSACTION_WITHDRAW;
        t.amount = usd(random_scale(random, 12));
        if (random_one_in(random, 3)) {
            t.instrument = ASSET_UNDERLYING;
            t.amount = random_units(random, plain, 12);
        }
    } else if (what < 80) {
        outside_price[i] = random_price(random, outside_price[i]);
        t.kind = TRANSACTION_REPORT;
        t.account = (uint32_t)(check_random(random) %
                               (uint64_t)plain->terms->oracle.reporter_count);
        t.instrument = i;
        t.price_uusd = outside_price[i];
        t.time_ns = (int64_t)plain->now - check_random_in(random, 0, 2) * SECOND;
    } else {
        t.kind = TRANSACTION_LIQUIDATE;
        t.instrument = i;
        t.target = random_participant(random, plain);
        for (uint32_t a = ACCOUNT_FIRST_USER; a < plain->accounts && (what & 1); ++a) {
            t.target = plain_liquidatable(plain, a) ? a : t.target;
        }
        t.instrument = plain_is_borrower(plain, t.target) ? 0 : t.instrument;
        if (plain->terms->close_out.mechanism == LIQUIDATION_PORTFOLIO_AUCTION &&
            !random_one_in(random, 20)) {
            random_auction(random, plain, &t);
        }
    }
    if (random_one_in(random, 40)) {
        random_spoil(random, &t);
    }
    return t;
}

#endif
