/* Venue prices: independent stationary deviations that widen with volatility. */
#include "engine/money.h"
#include "scenarios/market/market.h"
#include "scenarios/venues.h"
#include "tests/support/check.h"

#include <math.h>

#define STEP_NS INT64_C(12000000000)
#define MINUTE  INT64_C(60000000000)

static struct venues prepared(void) {
    struct venues_config config;
    struct venues venues;
    venues_config_default(&config);
    venues_prepare(&venues, &config, STEP_NS);
    return venues;
}

/* Correlation over t is 2^(-t / 5 min) however often somebody looks in between. */
static void deviations_are_stationary_whenever_one_looks(void **unused) {
    (void)unused;
    enum { PATHS = 10000 };
    const struct venues venues = prepared();
    static const int64_t looks_ns[] = {STEP_NS, 2 * MINUTE, 10 * MINUTE};
    for (size_t i = 0; i < sizeof looks_ns / sizeof looks_ns[0]; ++i) {
        double last = 0, product = 0;
        for (uint64_t path = 0; path < PATHS; ++path) {
            struct venues_state state;
            venues_init(&state, 0, 1, path, 3);
            const double begin = venues_offset(&venues, &state, 0, 0) / 5e-4;
            double end = begin;
            while (state.time_ns < 10 * MINUTE) {
                end =
                    venues_offset(&venues, &state, state.time_ns + looks_ns[i], 0) / 5e-4;
            }
            last += end * end;
            product += begin * end;
        }
        check_close("variance", last / PATHS, 1, 5 * sqrt(2.0 / PATHS));
        /* var(xy) = 1 + rho^2 */
        check_close("correlation", product / PATHS, 0.25, 5 * sqrt(1.0625 / PATHS));
    }
}

static void dispersion_widens_with_volatility(void **unused) {
    (void)unused;
    const struct venues venues = prepared();
    struct venues_state state;
    venues_init(&state, 0, 1, 1, 3);
    const double rest = venues_offset(&venues, &state, 0, 0);
    check_relative("at rest", rest, 5e-4 * state.z, 1e-15);
    check_relative("in a storm", venues_offset(&venues, &state, 0, 0.3),
                   (5e-4 + 0.02 * 0.3) * state.z, 1e-15);
}

static void a_look_at_the_same_instant_draws_nothing(void **unused) {
    (void)unused;
    const struct venues venues = prepared();
    struct venues_state state, before;
    venues_init(&state, 0, 1, 1, 3);
    venues_offset(&venues, &state, MINUTE, 0.1);
    memcpy(&before, &state, sizeof state);
    const double again = venues_offset(&venues, &state, MINUTE, 0.1);
    check_bytes("state", &state, &before, sizeof state);
    check_bits("offset", again, venues_offset(&venues, &state, MINUTE, 0.1));
}

static void venues_are_independent_and_branch(void **unused) {
    (void)unused;
    enum { PATHS = 10000 };
    const struct venues venues = prepared();
    double product = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        struct venues_state one, other;
        venues_init(&one, 0, 1, path, random_hash_u64(random_hash_text("reporter"), 0));
        venues_init(&other, 0, 1, path, random_hash_u64(random_hash_text("reporter"), 1));
        product += one.z * other.z;
    }
    check_close("correlation", product / PATHS, 0, 5 / sqrt(PATHS));
    struct venues_state state, branch;
    venues_init(&state, 0, 1, 1, 3);
    memcpy(&branch, &state, sizeof state);
    venues_rekey(&branch, 1);
    check_bits("the same past", branch.z, state.z);
    check_true("another future", venues_offset(&venues, &branch, STEP_NS, 0.1) !=
                                     venues_offset(&venues, &state, STEP_NS, 0.1));
}

static void a_look_at_all_venues_is_a_look_at_each(void **unused) {
    (void)unused;
    enum { VENUES = 5, LOOKS = 100 };
    const struct venues venues = prepared();
    struct venues_state all[VENUES], each[VENUES];
    for (uint64_t i = 0; i < VENUES; ++i) {
        venues_init(&all[i], 0, 1, 2, i);
    }
    memcpy(each, all, sizeof all);
    for (int64_t look = 1; look <= LOOKS; ++look) {
        const struct venues_glance glance = {.now_ns = look * STEP_NS,
                                             .outside_price_uusd = 194610000 + look,
                                             .daily_volatility = 0.2};
        int64_t seen[VENUES];
        check_true("in range", venues_look(&venues, all, VENUES, &glance, seen));
        for (int i = 0; i < VENUES; ++i) {
            int64_t own;
            const double offset = venues_offset(&venues, &each[i], glance.now_ns, 0.2);
            check_true("price", market_price(glance.outside_price_uusd, offset, &own));
            check_i64("the same", seen[i], own);
        }
    }
    const struct venues_glance beyond = {.now_ns = (LOOKS + 1) * STEP_NS,
                                         .outside_price_uusd = MONEY_PRICE_MAX,
                                         .daily_volatility = 0.2};
    int64_t seen[VENUES];
    check_true("out of range", !venues_look(&venues, all, VENUES, &beyond, seen));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_at_all_venues_is_a_look_at_each),
        cmocka_unit_test(deviations_are_stationary_whenever_one_looks),
        cmocka_unit_test(dispersion_widens_with_volatility),
        cmocka_unit_test(a_look_at_the_same_instant_draws_nothing),
        cmocka_unit_test(venues_are_independent_and_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
