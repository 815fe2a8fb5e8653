/* English auctions by hand, to the unit: what a bite takes, which bids count, when a lot is
   over; and that the table survives any order of events. */
#include "engine/liquidation/english_auction.h"
#include "engine/segment.h"
#include "tests/support/check.h"

#define SECOND INT64_C(1000000000)

enum { ROOM = 3, VAULT = 9, ANN = 20, BEN = 21 };

static const struct english_auction_terms terms = {.lot_ubase = 50000000,
                                                   .penalty_ppm = 130000,
                                                   .raise_ppm = 30000,
                                                   .bid_ns = 600 * SECOND,
                                                   .length_ns = 21600 * SECOND,
                                                   .room = ROOM};

static void open_table(struct english_auction *auction, void **memory) {
    const size_t size = english_auction_footprint(ROOM);
    *memory = check_memory(size);
    memset(*memory, 0, size);
    english_auction_bind(auction, ROOM, *memory);
}

static void a_bite_takes_a_lot_and_its_share_of_the_debt(void **state) {
    (void)state;
    /* collateral, debt; lot, debt of the lot, tab */
    static const struct {
        const char *name;
        int64_t collateral, debt, lot, part, tab;
    } rows[] = {
        {"120 ETH, 9,000 USD",        120000000, 9000000000, 50000000, 3750000000, 4237500000},
        {"exactly a lot: all",        50000000,  3750000000, 50000000, 3750000000, 4237500000},
        {"less than a lot: all",      20000000,  1500000000, 20000000, 1500000000, 1695000000},
        {"debt down, tab up",         70000000,  100,        50000000, 71,         81        },
        {"next to no debt: no lot",   70000000,  1,          50000000, 0,          0         },
        {"next to no debt, last lot", 1,         1,          1,        1,          2         },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct english_cut cut =
            english_auction_cut(&terms, rows[i].collateral, rows[i].debt);
        check_i64(rows[i].name, cut.lot_ubase, rows[i].lot);
        check_i64(rows[i].name, cut.debt_uusd, rows[i].part);
        check_i64(rows[i].name, cut.tab_uusd, rows[i].tab);
    }
}

/* One lot of 50 ETH, debt 3,750 USD, tab 4,237.5 USD, bitten at 1,000 s; the rows are one
   after another.  A raise of 3 %: 4,000 -> 4,120; 50 ETH -> 48.543689 ETH. */
static void bids_raise_the_cash_and_then_ask_for_less(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t bidder;
        int64_t bid, wanted, time;
        enum engine_status status;
    } rows[] = {
        {"less than nothing",            ANN, -1,         50000000, 1000, ENGINE_BAD_AMOUNT  },
        {"for none of it",               ANN, 1,          0,        1000, ENGINE_BAD_AMOUNT  },
        {"for more than it",             ANN, 1,          50000001, 1000, ENGINE_BAD_AMOUNT  },
        {"more than the tab",            ANN, 4237500001, 50000000, 1000, ENGINE_BAD_AMOUNT  },
        {"for a part, below the tab",    ANN, 4000000000, 49000000, 1000,
         ENGINE_BID_TOO_LOW                                                                  },
        {"nothing at all",               ANN, 0,          50000000, 1000, ENGINE_OK          },
        {"nothing again",                BEN, 0,          50000000, 1001, ENGINE_BID_TOO_LOW },
        {"a micro-USD",                  BEN, 1,          50000000, 1001, ENGINE_OK          },
        {"4,000",                        ANN, 4000000000, 50000000, 1100, ENGINE_OK          },
        {"a micro-USD short of 3 %",     BEN, 4119999999, 50000000, 1200, ENGINE_BID_TOO_LOW },
        {"3 %",                          BEN, 4120000000, 50000000, 1200, ENGINE_OK          },
        {"2.85 %, but the tab",          ANN, 4237500000, 50000000, 1300, ENGINE_OK          },
        {"the tab for the whole lot",    BEN, 4237500000, 50000000, 1400,
         ENGINE_BID_TOO_LOW                                                                  },
        {"2.99 % less of it",            BEN, 4237500000, 48543690, 1400, ENGINE_BID_TOO_LOW },
        {"3 % less, for less cash",      BEN, 4237499999, 48543689, 1400, ENGINE_BID_TOO_LOW },
        {"3 % less",                     BEN, 4237500000, 48543689, 1400, ENGINE_OK          },
        {"half of it, in the last sec.", ANN, 4237500000, 24000000, 1999, ENGINE_OK          },
        {"ten minutes later",            BEN, 4237500000, 1,        2599, ENGINE_AUCTION_OVER},
    };
    struct english_auction auction;
    void *memory;
    open_table(&auction, &memory);
    const struct english_cut cut = english_auction_cut(&terms, 120000000, 9000000000);
    struct english_lot *lot =
        english_auction_open(&auction, &terms, VAULT, &cut, 1000 * SECOND);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct english_bid bid = {rows[i].bidder, rows[i].bid, rows[i].wanted};
        const enum engine_status status =
            english_auction_check(&terms, lot, &bid, rows[i].time * SECOND);
        check_text(rows[i].name, engine_status_name(status),
                   engine_status_name(rows[i].status));
        if (status == ENGINE_OK) {
            english_auction_bid(&auction, &terms, lot, &bid, rows[i].time * SECOND);
        }
        check_true(rows[i].name, english_auction_audit(&auction));
    }
    check_i64("the last bidder", lot->bidder, ANN);
    check_i64("collateral", lot->lot_ubase, 24000000);
    check_i64("owed by the auctions: debt less bid",
              (int64_t)english_auction_owed_uusd(&auction), 3750000000 - 4237500000);
    free(memory);
}

static void a_lot_is_over_when_a_bid_has_stood_or_time_is_up(void **state) {
    (void)state;
    struct english_auction auction;
    void *memory;
    open_table(&auction, &memory);
    const struct english_cut cut = english_auction_cut(&terms, 50000000, 3750000000);
    struct english_lot *lot = english_auction_open(&auction, &terms, VAULT, &cut, 0);
    const struct english_bid bid = {ANN, 0, 50000000};
    check_true("six hours are not over", !english_auction_over(lot, 21600 * SECOND - 1));
    check_true("they are", english_auction_over(lot, 21600 * SECOND));
    english_auction_restart(&terms, lot, 30000 * SECOND);
    check_true("anew", !english_auction_over(lot, 51600 * SECOND - 1));
    english_auction_bid(&auction, &terms, lot, &bid, 30100 * SECOND);
    check_true("ten minutes are not over",
               !english_auction_over(lot, 30700 * SECOND - 1));
    check_true("they are", english_auction_over(lot, 30700 * SECOND));
    const struct english_bid late = {BEN, 1, 50000000};
    english_auction_bid(&auction, &terms, lot, &late, 51599 * SECOND);
    check_true("a late bid does not prolong it",
               english_auction_over(lot, 51600 * SECOND));
    free(memory);
}

static void lots_are_found_by_ids_that_never_return(void **state) {
    (void)state;
    struct english_auction auction;
    void *memory;
    uint32_t id[ROOM];
    open_table(&auction, &memory);
    const struct english_cut cut = english_auction_cut(&terms, 50000000, 3750000000);
    for (uint32_t i = 0; i < ROOM; ++i) {
        check_true("room", !english_auction_full(&auction));
        id[i] = english_auction_open(&auction, &terms, VAULT + i, &cut, 0)->id;
    }
    check_true("full", english_auction_full(&auction));
    english_auction_close(&auction, english_auction_find(&auction, id[1]));
    check_true("gone", english_auction_find(&auction, id[1]) == NULL);
    check_true("no such id", english_auction_find(&auction, 0) == NULL);
    const uint32_t again = english_auction_open(&auction, &terms, VAULT, &cut, 0)->id;
    check_i64("the same slot, another id", again, id[1] + ROOM);
    check_i64("the others stay", english_auction_find(&auction, id[2])->vault, VAULT + 2);
    check_true("sound", english_auction_audit(&auction));
    free(memory);
}

/* A thousand random steps; sums kept on the side must agree, and the audit must see a sum
   that was tampered with. */
static void any_order_of_events_keeps_the_sums(void **state) {
    (void)state;
    struct english_auction auction;
    void *memory;
    uint64_t seed = 12345;
    int64_t now_ns = 0;
    uint32_t refused = 0, accepted = 0, dented = 0;
    open_table(&auction, &memory);
    for (int step = 0; step < 1000; ++step) {
        seed = seed * UINT64_C(6364136223846793005) + 1;
        const uint32_t pick = (uint32_t)(seed >> 33);
        struct english_lot *lot = &auction.lot[pick % ROOM];
        now_ns += pick % 97 * SECOND;
        if (lot->id == 0 && !english_auction_full(&auction)) {
            const struct english_cut cut =
                english_auction_cut(&terms, 1 + pick % 90000000, 1 + pick % 5000000);
            english_auction_open(&auction, &terms, VAULT, &cut, now_ns);
        } else if (lot->id != 0 && english_auction_over(lot, now_ns)) {
            english_auction_close(&auction, lot);
        } else if (lot->id != 0) {
            const struct english_bid bid = {
                ANN,
                money_min(lot->tab_uusd, lot->bid_uusd * (pick % 3) + pick % 4000000),
                lot->lot_ubase - (english_auction_denting(lot) ? pick % 9000000 : 0)};
            const enum engine_status status =
                english_auction_check(&terms, lot, &bid, now_ns);
            dented += status == ENGINE_OK && english_auction_denting(lot);
            accepted += status == ENGINE_OK;
            refused += status != ENGINE_OK;
            if (status == ENGINE_OK) {
                english_auction_bid(&auction, &terms, lot, &bid, now_ns);
            }
        }
        check_true("audit", english_auction_audit(&auction));
    }
    check_true("all three happened", refused > 50 && accepted > 50 && dented > 10);
    auction.state->bids_uusd += 1;
    check_true("the audit can fail", !english_auction_audit(&auction));
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bite_takes_a_lot_and_its_share_of_the_debt),
        cmocka_unit_test(bids_raise_the_cash_and_then_ask_for_less),
        cmocka_unit_test(a_lot_is_over_when_a_bid_has_stood_or_time_is_up),
        cmocka_unit_test(lots_are_found_by_ids_that_never_return),
        cmocka_unit_test(any_order_of_events_keeps_the_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
