#include "engine/options/black76.h"
#include "tests/support/check.h"

struct row {
    bool put;
    double forward;
    double strike, volatility, years, discount;
    double price, delta, gamma, vega, theta, rho;
};

#define OPTION(...) {__VA_ARGS__},
static const struct row rows[] = {
#include "tests/vectors/black76.txt"
};
enum { ROWS = sizeof rows / sizeof *rows };

static struct black76_option option_of(const struct row *row) {
    return (struct black76_option){row->strike, row->volatility, row->years,
                                   row->discount, row->put};
}

static void price_and_greeks_are_those_of_mpfr(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS; ++i) {
        const struct row *row = &rows[i];
        const struct black76_option option = option_of(row);
        const struct black76_greeks got = black76_evaluate(&option, row->forward);
        const double money = 1e-12 * numeric_max(row->forward, row->strike);
        check_close("price", got.price, row->price, money);
        check_close("delta", got.delta, row->delta, 1e-12);
        /* Gamma at s = 0.001 grows as 1 / s, and its error with it. */
        check_close("gamma", got.gamma, row->gamma, 1e-12 + 1e-12 * row->gamma);
        check_close("vega", got.vega, row->vega, money);
        check_close("rho", got.rho, row->rho, money * (1 + row->years));
        check_close("theta", got.theta, row->theta,
                    money + 1e-12 * numeric_abs(row->theta));
    }
}

/* C - P = D (F - K), and neither leaves its bounds. */
static void parity_and_bounds_hold(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS; ++i) {
        struct black76_option option = option_of(&rows[i]);
        const double f = rows[i].forward, k = option.strike, d = option.discount;
        option.put = false;
        const struct black76_greeks call = black76_evaluate(&option, f);
        option.put = true;
        const struct black76_greeks put = black76_evaluate(&option, f);
        const double money = 1e-12 * numeric_max(f, k);
        check_close("parity", call.price - put.price, d * (f - k), money);
        check_close("parity of deltas", call.delta - put.delta, d, 1e-12);
        check_bits("gamma", call.gamma, put.gamma);
        check_true("call is at least its worth at once",
                   call.price >= numeric_max(d * (f - k), 0) - money);
        check_true("call is at most the forward", call.price <= d * f + money);
        check_true("put is at most the strike", put.price <= d * k + money);
        check_true("puts have a price", put.price >= 0);
    }
}

static void without_time_an_option_is_its_payoff(void **state) {
    (void)state;
    /* forward, strike, put, worth */
    static const struct {
        double forward, strike;
        bool put;
        double worth;
    } cases[] = {
        {1500, 1400, false, 100},
        {1500, 1400, true,  0  },
        {1500, 1500, false, 0  },
        {1500, 1600, true,  100},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct black76_option option = {cases[i].strike, 0.5, 0, 1, cases[i].put};
        check_close("no time", black76_evaluate(&option, cases[i].forward).price,
                    cases[i].worth, 0);
        option = (struct black76_option){cases[i].strike, 0, 1, 1, cases[i].put};
        check_close("no volatility", black76_evaluate(&option, cases[i].forward).price,
                    cases[i].worth, 0);
    }
}

static void total_volatility_is_capped(void **state) {
    (void)state;
    const struct black76_option call = {2000, 1000, 1, 0.9, false};
    check_close("call is the forward", black76_evaluate(&call, 1500).price, 0.9 * 1500,
                1500e-12);
}

/* A book of all rows at one forward, computed by one level. */
static void mark_all(enum numeric_level level, double *price, double *delta) {
    double strike[ROWS], volatility[ROWS], years[ROWS], discount[ROWS], side[ROWS];
    const struct black76_input input = {strike, volatility, years, discount, side};
    void *memory = check_memory(black76_footprint(ROWS));
    struct black76_book book;
    for (size_t i = 0; i < ROWS; ++i) {
        strike[i] = rows[i].strike;
        volatility[i] = rows[i].volatility;
        years[i] = rows[i].years;
        discount[i] = rows[i].discount;
        side[i] = rows[i].put ? -1 : 1;
    }
    black76_bind(&book, ROWS, memory);
    black76_cache_at(level, &book, &input);
    black76_mark_at(level, &book, 30000, price, delta); /* cached constants survive */
    black76_mark_at(level, &book, 20000, price, delta);
    free(memory);
}

static void every_level_gives_the_bits_of_one_option(void **state) {
    (void)state;
    for (int level = 0; level <= (int)numeric_level_best(); ++level) {
        double price[ROWS], delta[ROWS];
        mark_all((enum numeric_level)level, price, delta);
        for (size_t i = 0; i < ROWS; ++i) {
            const struct black76_option option = option_of(&rows[i]);
            const struct black76_greeks one = black76_evaluate(&option, 20000);
            check_bits("price", price[i], one.price);
            check_bits("delta", delta[i], one.delta);
        }
    }
}

static void evaluate(void *option) {
    black76_evaluate(option, 1500);
}

static void what_is_out_of_range_is_a_bug(void **state) {
    (void)state;
    struct black76_option cases[] = {
        {0,    0.5,  1,  1, false},
        {1500, -0.5, 1,  1, false},
        {1500, 0.5,  -1, 1, false},
        {1500, 0.5,  1,  0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        check_aborts("range", evaluate, &cases[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(price_and_greeks_are_those_of_mpfr),
        cmocka_unit_test(parity_and_bounds_hold),
        cmocka_unit_test(without_time_an_option_is_its_payoff),
        cmocka_unit_test(total_volatility_is_capped),
        cmocka_unit_test(every_level_gives_the_bits_of_one_option),
        cmocka_unit_test(what_is_out_of_range_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
