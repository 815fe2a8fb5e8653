/* English auctions through the engine's door: a vault's collateral, its debt, the bids and
   who pays what is missing, to the unit. */
#include "engine/state_root.h"
#include "tests/support/engine_world.h"

enum { VAULT = ACCOUNT_FIRST_USER, ANN, BEN, RICH, USERS = 4 };

#define MINUTE (60 * SECOND)

static struct engine_terms auction_terms(void) {
    struct engine_terms terms = world_terms(USERS);
    terms.collateral =
        (struct collateral_terms){.accepted = 1, .haircut_ppm = 333333, .borrow = 1};
    terms.english = (struct english_auction_terms){.lot_ubase = base(50),
                                                   .penalty_ppm = 130000,
                                                   .raise_ppm = 30000,
                                                   .bid_ns = 10 * MINUTE,
                                                   .length_ns = 360 * MINUTE,
                                                   .room = 8};
    terms.escrow.finality_ns = 0;
    terms.oracle.staleness_ns = 86400 * SECOND;
    return terms;
}

static enum engine_status bite(struct engine_world *world, uint32_t vault) {
    return world_do(
        world,
        (struct transaction){.kind = TRANSACTION_BITE, .account = ANN, .target = vault});
}

static enum engine_status bid(struct engine_world *world, uint32_t account, uint64_t lot,
                              int64_t units, int64_t cash) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_LOT_BID,
                                                .account = account,
                                                .target = (uint32_t)lot,
                                                .amount = units,
                                                .price_uusd = cash});
}

static enum engine_status deal(struct engine_world *world, uint64_t lot) {
    return world_do(world, (struct transaction){.kind = TRANSACTION_DEAL,
                                                .account = BEN,
                                                .target = (uint32_t)lot});
}

static int64_t cash(const struct engine_world *world, uint32_t account) {
    return world->engine.ledger.balance_micro[account];
}

static int64_t units(const struct engine_world *world, uint32_t account) {
    return world->engine.collateral.balance_micro[account];
}

static void check_sound(const char *label, const struct engine_world *world) {
    check_true(label, engine_audit(&world->engine));
}

/* A vault of 120 units with a debt of 7,900 at a price of 100, of which its haircut leaves
   8,000.004.  The pool has lent 20,000; Ann and Ben have 10,000 each.  Then the price
   falls to 95: 120 x 95 x 0.666667 = 7,600.0038 are less than the debt. */
static void open_vault(struct engine_world *world, const struct engine_terms *terms) {
    world_open(world, terms);
    world_block(world, 1, 0);
    world_report(world, 0, 0, usd(100));
    world_deposit(world, ACCOUNT_POOL, usd(20000));
    world_deposit(world, ANN, usd(10000));
    world_deposit(world, BEN, usd(10000));
    world_status("units",
                 world_do(world, (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                                      .account = VAULT,
                                                      .instrument = ASSET_UNDERLYING,
                                                      .amount = base(120)}),
                 ENGINE_OK);
    world_status("too much debt", world_withdraw(world, VAULT, 8000004001),
                 ENGINE_INSUFFICIENT_COLLATERAL);
    world_status("debt", world_withdraw(world, VAULT, usd(7900)), ENGINE_OK);
    world_block(world, 2, 0);
    check_i64("owes", cash(world, VAULT), -usd(7900));
    world_status("safe", bite(world, VAULT), ENGINE_HEALTHY);
    world_report(world, 0, 0, usd(95));
}

/* Lots of 50, 50 and 20 units with debts of 3,291.666666, 3,291.666667 and 1,316.666667; tabs
   13 % above them.  The first is sold in its dent phase, the second below its debt, the
   third to nobody. */
static void a_vault_is_sold_lot_by_lot(void **state) {
    (void)state;
    struct engine_world world;
    const struct engine_terms terms = auction_terms();
    uint64_t lot[3];
    open_vault(&world, &terms);
    world_deposit(&world, ACCOUNT_FUND, usd(100));
    for (int i = 0; i < 3; ++i) {
        world_status("bite", bite(&world, VAULT), ENGINE_OK);
        lot[i] = world.receipt.lot;
    }
    check_i64("the vault is empty", units(&world, VAULT), 0);
    check_i64("and owes nothing", cash(&world, VAULT), 0);
    check_i64("it is in the auctions", units(&world, ACCOUNT_AUCTION), base(120));
    check_i64("the debt is theirs", cash(&world, ACCOUNT_AUCTION), -usd(7900));
    world_status("nothing left", bite(&world, VAULT), ENGINE_NO_POSITION);

    world_status("Ann bids 3,000", bid(&world, ANN, lot[0], base(50), usd(3000)),
                 ENGINE_OK);
    check_i64("at once", cash(&world, ANN), usd(7000));
    world_status("Ben outbids", bid(&world, BEN, lot[0], base(50), usd(3500)), ENGINE_OK);
    check_i64("Ann has hers back", cash(&world, ANN), usd(10000));
    /* 3,291.666666 * 1.13 = 3,719.58333258 */
    world_status("the tab", bid(&world, ANN, lot[0], base(50), 3719583333), ENGINE_OK);
    world_status("for 45", bid(&world, BEN, lot[0], base(45), 3719583333), ENGINE_OK);
    check_i64("5 go home", units(&world, VAULT), base(5));
    world_status("Ann: nothing for 50", bid(&world, ANN, lot[1], base(50), 0), ENGINE_OK);
    world_status("Ben: 2,000", bid(&world, BEN, lot[1], base(50), usd(2000)), ENGINE_OK);
    world_status("too early", deal(&world, lot[0]), ENGINE_AUCTION_OPEN);
    check_sound("open lots and bids", &world);

    world_block(&world, 52, 0); /* ten minutes later */
    world_status("too late", bid(&world, ANN, lot[1], base(50), usd(3000)),
                 ENGINE_AUCTION_OVER);
    world_status("deal", deal(&world, lot[0]), ENGINE_OK);
    check_i64("45 for Ben", units(&world, BEN), base(45));
    check_i64("penalty", world.receipt.penalty_uusd, 3719583333 - 3291666666);
    check_i64("for the fund", cash(&world, ACCOUNT_FUND), usd(100) + 427916667);
    world_status("deal", deal(&world, lot[1]), ENGINE_OK);
    check_i64("50 more", units(&world, BEN), base(95));
    check_i64("1,291.666667 short", world.receipt.shortfall_uusd, 1291666667);
    check_i64("the fund's", world.receipt.fund_paid_uusd, 527916667);
    check_i64("the rest is shared",
              world.receipt.socialised_uusd + world.receipt.pool_absorbed_uusd,
              1291666667 - 527916667);
    check_i64("the owner is asked for nothing", cash(&world, VAULT), 0);
    world_status("none bid", deal(&world, lot[2]), ENGINE_AUCTION_OPEN);
    world_block(&world, 1803, 0); /* six hours later */
    world_status("no more bids", bid(&world, ANN, lot[2], base(20), 0),
                 ENGINE_AUCTION_OVER);
    world_status("anew", deal(&world, lot[2]), ENGINE_OK);
    world_status("bids again", bid(&world, ANN, lot[2], base(20), 0), ENGINE_OK);
    check_i64("all is there",
              units(&world, BEN) + units(&world, VAULT) + units(&world, ACCOUNT_AUCTION),
              base(120));
    check_sound("at the end", &world);
    world_close(&world);
}

/* What the fund cannot pay waits; later penalties pay it: 50 units for nothing, then the
   next lot at its tab. */
static void losses_wait_for_penalties_where_terms_say_so(void **state) {
    (void)state;
    struct engine_world world;
    struct engine_terms terms = auction_terms();
    terms.english.losses = ENGLISH_AUCTION_WAITING;
    open_vault(&world, &terms);
    world_deposit(&world, ACCOUNT_FUND, usd(200));
    bite(&world, VAULT);
    const uint64_t first = world.receipt.lot;
    bite(&world, VAULT);
    const uint64_t second = world.receipt.lot;
    world_status("for nothing", bid(&world, ANN, first, base(50), 0), ENGINE_OK);
    world_status("its tab", bid(&world, BEN, second, base(50), 3719583334), ENGINE_OK);
    world_block(&world, 60, 0);
    world_status("deal", deal(&world, first), ENGINE_OK);
    check_i64("the whole debt is short", world.receipt.shortfall_uusd, 3291666666);
    check_i64("the fund pays what it has", world.receipt.fund_paid_uusd, usd(200));
    check_i64("nobody else", world.receipt.socialised_uusd, 0);
    check_i64("nor the pool", cash(&world, ACCOUNT_POOL), usd(20000));
    check_i64("the rest waits", world.engine.english.state->lost_uusd, 3091666666);
    check_sound("a loss waits", &world);
    world_status("deal", deal(&world, second), ENGINE_OK);
    check_i64("the penalty pays", world.receipt.fund_paid_uusd, 427916667);
    check_i64("less waits", world.engine.english.state->lost_uusd,
              3091666666 - 427916667);
    check_sound("less waits", &world);
    world_close(&world);
}

static void in_a_settling_block_open_lots_are_settled(void **state) {
    (void)state;
    struct engine_world world;
    const struct engine_terms terms = auction_terms();
    open_vault(&world, &terms);
    bite(&world, VAULT);
    const uint64_t first = world.receipt.lot;
    bite(&world, VAULT);
    const uint64_t second = world.receipt.lot;
    bid(&world, ANN, first, base(50), usd(3000));
    world_block(&world, 3, BLOCK_GENESIS);
    world_status("a bid", deal(&world, first), ENGINE_OK);
    check_i64("wins", units(&world, ANN), base(50));
    world_status("no bid", deal(&world, second), ENGINE_OK);
    check_i64("the vault has it back", units(&world, VAULT), base(70));
    check_i64("and its debt, less what was sold", cash(&world, VAULT),
              -usd(7900) + 3291666666);
    check_i64("nothing is left of them", cash(&world, ACCOUNT_AUCTION), 0);
    check_sound("settled", &world);
    world_close(&world);
}

struct row {
    const char *name;
    struct transaction transaction;
    enum engine_status status;
};

/* A refused transaction changes nothing but the log. */
static void check_refused(struct engine_world *world, const struct row *row) {
    unsigned char before[STATE_ROOT_SIZE], after[STATE_ROOT_SIZE];
    const struct log_head log = world->engine.core->log;
    state_root(&world->engine, before);
    world_status(row->name, world_do(world, row->transaction), row->status);
    world->engine.core->log = log;
    state_root(&world->engine, after);
    check_bytes(row->name, after, before, sizeof after);
}

static void what_is_refused_changes_nothing(void **state) {
    (void)state;
    enum {
        BITE = TRANSACTION_BITE,
        LOT_BID = TRANSACTION_LOT_BID,
        DEAL = TRANSACTION_DEAL
    };
    /* The lot is number 1: 50 units, tab 3,719.583333, Ann's bid 3,000; the second is full
       of Ben's money, 9,999 of his 10,000. */
    static const struct row rows[] = {
        {"biter unknown",        {BITE, 99, VAULT, 0, 0, 0, 0},                 ENGINE_UNKNOWN_ACCOUNT},
        {"the pool is no vault",
         {BITE, ANN, ACCOUNT_POOL, 0, 0, 0, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                       },
        {"nothing to bite",      {BITE, ANN, BEN, 0, 0, 0, 0},                  ENGINE_NO_POSITION    },
        {"table full",           {BITE, ANN, VAULT, 0, 0, 0, 0},                ENGINE_AUCTIONS_FULL  },
        {"bidder unknown",
         {LOT_BID, ACCOUNT_FUND, 1, 0, 50000000, 3100000000, 0},
         ENGINE_UNKNOWN_ACCOUNT                                                                       },
        {"no such lot",          {LOT_BID, ANN, 3, 0, 50000000, 3100000000, 0}, ENGINE_NO_AUCTION     },
        {"lot 0",                {LOT_BID, ANN, 0, 0, 50000000, 3100000000, 0}, ENGINE_NO_AUCTION     },
        {"negative bid",         {LOT_BID, ANN, 1, 0, 50000000, -1, 0},         ENGINE_BAD_AMOUNT     },
        {"beyond the tab",
         {LOT_BID, ANN, 1, 0, 50000000, 3719583334, 0},
         ENGINE_BAD_AMOUNT                                                                            },
        {"no raise",             {LOT_BID, BEN, 1, 0, 50000000, 3089999999, 0}, ENGINE_BID_TOO_LOW    },
        {"no cash",
         {LOT_BID, BEN, 1, 0, 50000000, 3090000000, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                               },
        {"no cash at all",
         {LOT_BID, RICH, 1, 0, 50000000, 3090000000, 0},
         ENGINE_INSUFFICIENT_COLLATERAL                                                               },
        {"still open",           {DEAL, BEN, 1, 0, 0, 0, 0},                    ENGINE_AUCTION_OPEN   },
        {"no such lot to deal",  {DEAL, BEN, 9, 0, 0, 0, 0},                    ENGINE_NO_AUCTION     },
        {"dealer unknown",       {DEAL, 99, 1, 0, 0, 0, 0},                     ENGINE_UNKNOWN_ACCOUNT},
    };
    struct engine_world world;
    struct engine_terms terms = auction_terms();
    terms.english.room = 2;
    open_vault(&world, &terms);
    bite(&world, VAULT);
    bite(&world, VAULT);
    bid(&world, ANN, 1, base(50), usd(3000));
    world_status("Ben's", bid(&world, BEN, 2, base(50), usd(3700)), ENGINE_OK);
    world_withdraw(&world, BEN, usd(6299));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        check_refused(&world, &rows[i]);
    }
    world_status("own bid raised with what is held",
                 bid(&world, ANN, 1, base(50), usd(3500)), ENGINE_OK);
    world_close(&world);
}

static void without_room_there_are_no_auctions(void **state) {
    (void)state;
    struct engine_world world;
    struct engine_terms terms = auction_terms();
    terms.english.room = 0;
    world_open(&world, &terms);
    world_block(&world, 1, 0);
    world_status("bite", bite(&world, VAULT), ENGINE_WRONG_MECHANISM);
    world_status("bid", bid(&world, ANN, 1, 1, 1), ENGINE_WRONG_MECHANISM);
    world_status("deal", deal(&world, 1), ENGINE_WRONG_MECHANISM);
    world_close(&world);
}

static void the_residual_sees_a_bid_that_is_not_there(void **state) {
    (void)state;
    struct engine_world world;
    const struct engine_terms terms = auction_terms();
    open_vault(&world, &terms);
    bite(&world, VAULT);
    bid(&world, ANN, world.receipt.lot, base(50), usd(3000));
    check_true("sound", engine_residual(&world.engine) == 0);
    world.engine.english.state->bids_uusd -= 1;
    check_true("a bid is missing", engine_residual(&world.engine) != 0);
    world.engine.english.state->bids_uusd += 1;
    world.engine.english.state->lots_ubase += 1;
    check_true("collateral is missing", engine_residual(&world.engine) != 0);
    world_close(&world);
}

/* The state's root but for the log, which a refusal absorbs, too. */
static void root_without_log(const struct engine_world *world,
                             unsigned char root[STATE_ROOT_SIZE]) {
    const struct log_head log = world->engine.core->log;
    world->engine.core->log = (struct log_head){0};
    state_root(&world->engine, root);
    world->engine.core->log = log;
}

struct luck {
    uint64_t seed;
};

static uint32_t below(struct luck *luck, uint32_t end) {
    luck->seed = luck->seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return (uint32_t)(luck->seed >> 33) % end;
}

static struct transaction any_transaction(struct luck *luck,
                                          const struct engine_world *world) {
    static const uint32_t kinds[] = {TRANSACTION_BITE, TRANSACTION_LOT_BID,
                                     TRANSACTION_LOT_BID, TRANSACTION_DEAL,
                                     TRANSACTION_WITHDRAW};
    struct transaction t = {.kind = kinds[below(luck, 5)]};
    t.account = VAULT + below(luck, USERS);
    if (t.kind == TRANSACTION_WITHDRAW) {
        t.account = below(luck, 16) > 0 ? VAULT : t.account;
        t.instrument = below(luck, 4) == 0 ? ASSET_UNDERLYING : ASSET_CASH;
        t.amount = 1 + below(luck, 2000000000);
        return t;
    }
    t.target = below(luck, 4) > 0 ? VAULT : VAULT + below(luck, USERS);
    if (t.kind == TRANSACTION_BITE) {
        return t;
    }
    const struct english_lot *lot = &world->engine.english.lot[below(luck, 4)];
    const bool denting = english_auction_denting(lot);
    t.target = lot->id;
    t.amount = lot->lot_ubase - (denting ? below(luck, 10000000) : 0);
    t.price_uusd = below(luck, 3) == 0 || denting
                       ? lot->tab_uusd
                       : lot->bid_uusd + (int64_t)below(luck, 500000000);
    return t;
}

/* Two thousand steps over vaults that come and go with the price: audits after each, and what
   is refused changes nothing. */
static void any_sequence_keeps_both_ledgers(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; ++seed) {
        struct engine_world world;
        struct engine_terms terms = auction_terms();
        struct luck luck = {seed};
        uint32_t done[TRANSACTION_KIND_COUNT] = {0};
        terms.english.room = 4;
        terms.english.bid_ns = 4 * MINUTE;
        terms.english.length_ns = 20 * MINUTE;
        terms.english.losses = (int64_t)(seed & 1);
        open_vault(&world, &terms);
        world_deposit(&world, ACCOUNT_FUND, usd(500));
        for (uint64_t step = 0; step < 2000; ++step) {
            unsigned char before[STATE_ROOT_SIZE], after[STATE_ROOT_SIZE];
            if (step % 5 == 0) {
                world_block(&world, 3 + step * 4, 0);
                world_report(&world, 0, 0, usd(60 + below(&luck, 60)));
            }
            if (step % 20 == 0) {
                world_do(&world, (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                                      .account = VAULT,
                                                      .instrument = ASSET_UNDERLYING,
                                                      .amount = base(30)});
                world_deposit(&world, step % 40 == 0 ? ANN : BEN, usd(2000));
            }
            const struct transaction t = any_transaction(&luck, &world);
            root_without_log(&world, before);
            const enum engine_status status = world_do(&world, t);
            root_without_log(&world, after);
            done[t.kind] += status == ENGINE_OK;
            if (status != ENGINE_OK) {
                check_bytes("refused: unchanged", after, before, sizeof after);
            }
            check_sound("sound", &world);
        }
        check_true("withdrawals", done[TRANSACTION_WITHDRAW] > 20);
        check_true("bites", done[TRANSACTION_BITE] > 10);
        check_true("bids", done[TRANSACTION_LOT_BID] > 20);
        check_true("deals", done[TRANSACTION_DEAL] > 10);
        world_close(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vault_is_sold_lot_by_lot),
        cmocka_unit_test(losses_wait_for_penalties_where_terms_say_so),
        cmocka_unit_test(in_a_settling_block_open_lots_are_settled),
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(without_room_there_are_no_auctions),
        cmocka_unit_test(the_residual_sees_a_bid_that_is_not_there),
        cmocka_unit_test(any_sequence_keeps_both_ledgers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
