/* The book at the start: sides, caps, margins, leverage, and what draws depend on. */
#include "agents/population.h"
#include "tests/support/world_agents.h"

#include <math.h>

enum { MOST = 2000, PATHS = 20 };
#define PRICE INT64_C(194610000)

static struct population_config book(int64_t accounts) {
    struct population_config config = {0};
    for (const struct param *row = population_params; row->name != NULL; ++row) {
        param_default(row, param_at(row, &config));
    }
    config.accounts = accounts;
    config.owners = accounts;
    return config;
}

static const struct population_terms terms = {
    .start_price_uusd = PRICE, .initial_ppm = 100000, .maintenance_ppm = 65000};

static struct holder holder[MOST], other[MOST];
static double weight[MOST];

static void draw(const struct population_config *config, uint64_t path,
                 struct holder *to) {
    const struct population_address address = {.seed = 5, .path = path, .purpose = 1};
    memset(to, 0xA5, MOST * sizeof *to);
    population_draw(config, &terms, &address, weight, to);
}

static wide notional(const struct holder *one, int64_t price_uusd) {
    return money_value_ceil(money_magnitude(one->size_ubase), price_uusd);
}

static wide equity(const struct holder *one, int64_t price_uusd) {
    return one->collateral_uusd + money_value_floor(one->size_ubase, price_uusd) -
           money_value_ceil(one->size_ubase, one->entry_price_uusd);
}

static void the_sides_meet_their_open_interest(void **unused) {
    (void)unused;
    static const int64_t accounts[] = {2, 3, 10, 100, 1000};
    for (size_t a = 0; a < sizeof accounts / sizeof accounts[0]; ++a) {
        const struct population_config config = book(accounts[a]);
        for (uint64_t path = 0; path < PATHS; ++path) {
            wide longs = 0;
            wide shorts = 0;
            draw(&config, path, holder);
            for (int64_t i = 0; i < config.accounts; ++i) {
                check_true("everybody has a position", holder[i].size_ubase != 0);
                longs += money_max(holder[i].size_ubase, 0);
                shorts -= money_min(holder[i].size_ubase, 0);
            }
            /* A base unit each is lost to rounding, or gained by the smallest ones. */
            const double unit = (double)accounts[a] + 1;
            check_close("longs", (double)longs,
                        (double)config.long_uusd * 1e6 / (double)PRICE, unit);
            check_close("shorts", (double)shorts,
                        (double)config.short_uusd * 1e6 / (double)PRICE, unit);
        }
    }
}

static void nobody_is_above_the_cap_unless_there_are_too_few(void **unused) {
    (void)unused;
    struct population_config config = book(200);
    config.size_sd = 3;
    int at_cap = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        draw(&config, path, holder);
        for (int64_t i = 0; i < config.accounts; ++i) {
            const wide side =
                holder[i].size_ubase > 0 ? config.long_uusd : config.short_uusd;
            check_true("a tenth of its side", notional(&holder[i], PRICE) <= side / 10);
            at_cap += notional(&holder[i], PRICE) > side / 10 - 1000;
        }
    }
    check_true("the cap binds", at_cap > PATHS);
}

static void one_sided_books_are_one_sided(void **unused) {
    (void)unused;
    struct population_config config = book(50);
    config.short_uusd = 0;
    draw(&config, 1, holder);
    for (int64_t i = 0; i < config.accounts; ++i) {
        check_true("long", holder[i].size_ubase > 0);
    }
}

static void everybody_starts_at_or_above_initial_margin(void **unused) {
    (void)unused;
    struct population_config config = book(MOST);
    config.leverage_median = 20;
    config.leverage_high = 100;
    for (uint64_t path = 0; path < PATHS / 4; ++path) {
        draw(&config, path, holder);
        for (int64_t i = 0; i < config.accounts; ++i) {
            const wide needed = money_divide_ceil(
                notional(&holder[i], PRICE) * terms.initial_ppm, MONEY_ONE);
            check_true("initial margin", equity(&holder[i], PRICE) >= needed);
            check_true("collateral", holder[i].collateral_uusd > 0);
        }
    }
}

/* Half of the drawn leverages are below the median; within bounds the drawn value is what
   the account has, to rounding of amounts above 100 USD. */
static void leverage_is_what_was_drawn(void **unused) {
    (void)unused;
    struct population_config config = book(MOST);
    config.near_margin_ppm = 0;
    int below = 0, count = 0;
    double low = 1e9, high = 0;
    for (uint64_t path = 0; path < PATHS; ++path) {
        draw(&config, path, holder);
        for (int64_t i = 0; i < config.accounts; ++i) {
            const double size = (double)notional(&holder[i], PRICE);
            if (size < 1e8) {
                continue;
            }
            const double leverage = size / (double)equity(&holder[i], PRICE);
            below += leverage < config.leverage_median;
            count += 1;
            low = leverage < low ? leverage : low;
            high = leverage > high ? leverage : high;
        }
    }
    check_close("median", (double)below / count, 0.5, 5 * 0.5 / sqrt(count));
    check_close("lowest", low, config.leverage_low, 1e-3);
    check_close("highest", high, config.leverage_high, 1e-3);
}

static void sizes_are_lognormal(void **unused) {
    (void)unused;
    struct population_config config = book(MOST);
    double sum = 0, squares = 0;
    int count = 0;
    config.cap_ppm = 1000000;
    draw(&config, 3, holder);
    for (int64_t i = 0; i < config.accounts; ++i) {
        if (holder[i].size_ubase > 0) {
            const double size = log((double)holder[i].size_ubase);
            sum += size;
            squares += size * size;
            count += 1;
        }
    }
    const double variance = squares / count - sum / count * (sum / count);
    /* var of a sample variance of normals: 2 sd^4 / n */
    check_close("variance", variance, 4, 5 * 4 * sqrt(2.0 / count));
    check_close("longs", (double)count / MOST, 0.6, 5 * 0.49 / sqrt(MOST));
}

/* Placed near the boundary: liquidatable within the adverse move, and not yet. */
static void the_near_ones_are_near(void **unused) {
    (void)unused;
    struct population_config config = book(400);
    struct population_terms low = terms;
    const struct population_address address = {.seed = 9, .purpose = 1};
    low.initial_ppm = low.maintenance_ppm;
    config.size_sd = 0.5;
    config.leverage_high = 3;
    for (int share = 0; share <= 2; ++share) {
        int within = 0, already = 0;
        config.near_margin_ppm = 500000 * share;
        population_draw(&config, &low, &address, weight, holder);
        for (int64_t i = 0; i < config.accounts; ++i) {
            const int64_t adverse =
                holder[i].size_ubase > 0 ? PRICE * 95 / 100 : PRICE * 105 / 100;
            const int64_t prices[] = {PRICE, adverse};
            for (int p = 0; p < 2; ++p) {
                const wide needed =
                    money_divide_ceil(notional(&holder[i], prices[p]) * 65000, MONEY_ONE);
                /* the draw is rounded up by a few units at the start */
                if (equity(&holder[i], prices[p]) < needed + (p == 0 ? 0 : 64)) {
                    already += p == 0;
                    within += p == 1;
                }
            }
        }
        check_i64("already", already, 0);
        check_close("within 5 %", within, 200.0 * share,
                    share == 1 ? 5 * 0.5 * sqrt(400) : 0);
    }
}

static void responses_and_owners_are_shared_as_said(void **unused) {
    (void)unused;
    struct population_config config = book(MOST);
    int of[3] = {0}, owned[MOST] = {0}, owners = 0;
    config.owners = 1500;
    config.top_up_ppm = 300000;
    config.deleverage_ppm = 200000;
    draw(&config, 7, holder);
    for (int64_t i = 0; i < config.accounts; ++i) {
        of[holder[i].response] += 1;
        check_true("an owner", holder[i].owner < 1500);
        owners += owned[holder[i].owner]++ == 0;
    }
    check_i64("every owner has an account", owners, 1500);
    check_close("top up", (double)of[HOLDER_TOP_UP] / MOST, 0.3, 5 * 0.46 / sqrt(MOST));
    check_close("reduce", (double)of[HOLDER_DELEVERAGE] / MOST, 0.2,
                5 * 0.4 / sqrt(MOST));
}

/* An account is who it is however many others there are. */
static void more_accounts_leave_the_first_ones_who_they_were(void **unused) {
    (void)unused;
    struct population_config few = book(150), many = book(1500);
    few.cap_ppm = many.cap_ppm = 1000000;
    few.near_margin_ppm = many.near_margin_ppm = 200000;
    few.size_sd = many.size_sd = 1;
    draw(&few, 4, holder);
    draw(&many, 4, other);
    const double ratio[2] = {(double)holder[0].size_ubase / (double)other[0].size_ubase,
                             (double)holder[1].size_ubase / (double)other[1].size_ubase};
    check_true("sides", holder[0].size_ubase > 0 && holder[1].size_ubase < 0);
    for (int64_t i = 0; i < few.accounts; ++i) {
        check_u64("response", holder[i].response, other[i].response);
        check_true("side", (holder[i].size_ubase > 0) == (other[i].size_ubase > 0));
        /* an entry that keeps collateral positive follows from equity: a unit of rounding */
        check_close("entry", (double)holder[i].entry_price_uusd,
                    (double)other[i].entry_price_uusd, 1);
        check_relative("size", (double)holder[i].size_ubase,
                       ratio[holder[i].size_ubase < 0] * (double)other[i].size_ubase,
                       1e-4);
        check_relative(
            "leverage",
            (double)equity(&holder[i], PRICE) / (double)notional(&holder[i], PRICE),
            (double)equity(&other[i], PRICE) / (double)notional(&other[i], PRICE), 1e-4);
    }
}

static void paths_have_books_of_their_own(void **unused) {
    (void)unused;
    const struct population_config config = book(100);
    draw(&config, 1, holder);
    draw(&config, 1, other);
    check_bytes("the same path", holder, other, sizeof holder);
    draw(&config, 2, other);
    check_true("another", holder[0].size_ubase != other[0].size_ubase);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sides_meet_their_open_interest),
        cmocka_unit_test(nobody_is_above_the_cap_unless_there_are_too_few),
        cmocka_unit_test(one_sided_books_are_one_sided),
        cmocka_unit_test(everybody_starts_at_or_above_initial_margin),
        cmocka_unit_test(leverage_is_what_was_drawn),
        cmocka_unit_test(sizes_are_lognormal),
        cmocka_unit_test(the_near_ones_are_near),
        cmocka_unit_test(responses_and_owners_are_shared_as_said),
        cmocka_unit_test(more_accounts_leave_the_first_ones_who_they_were),
        cmocka_unit_test(paths_have_books_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
