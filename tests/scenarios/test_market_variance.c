/* The scheme of the variance models against its published formulas; which numbers it
   draws; special cases and edges. */
#include "scenarios/purposes.h"
#include "sim/distribution.h"
#include "tests/scenarios/variance_lab.h"

static struct market market, other_market;

static struct market_state after(const struct market *of, uint64_t path, int64_t steps) {
    struct market_state state;
    lab_start(of, &state, 42, path);
    lab_run(of, &state, steps);
    return state;
}

/* ---- Andersen (2008), sections 3.2.4 and 4.3, as printed, gamma1 = gamma2 = 1/2 ---- */

enum branch { SQUARE, SQUARE_FREE, TAIL, TAIL_FREE, BRANCHES };

struct plain {
    double x, variance;
    struct rng price, noise;
};

static enum branch plain_step(const struct market_variance_config *v, double drift,
                              double years, struct plain *plain) {
    const double uniform = rng_uniform(&plain->noise);
    const double zv = numeric_normal_inverse(uniform);
    const double z = distribution_normal(&plain->price);
    const double e = exp(-v->speed * years), s = v->volatility, rho = v->correlation;
    const double now = plain->variance;
    const double m = v->mean + (now - v->mean) * e;
    const double s2 = now * s * s * e * (1 - e) / v->speed +
                      v->mean * s * s * (1 - e) * (1 - e) / (2 * v->speed);
    const double psi = s2 / (m * m);
    const double bend = v->speed * rho / s - 0.5;
    const double k0 = -rho * v->speed * v->mean * years / s;
    const double k1 = years * bend / 2 - rho / s, k2 = years * bend / 2 + rho / s;
    const double k3 = years / 2 * (1 - rho * rho);
    const double big_a = k2 + k3 / 2;
    double next, corrected;
    bool finite;
    if (psi <= 1.5) {
        const double b2 = 2 / psi - 1 + sqrt(2 / psi) * sqrt(2 / psi - 1);
        const double a = m / (1 + b2);
        next = a * (sqrt(b2) + zv) * (sqrt(b2) + zv);
        finite = big_a < 1 / (2 * a);
        corrected = -big_a * b2 * a / (1 - 2 * big_a * a) + log(1 - 2 * big_a * a) / 2 -
                    (k1 + k3 / 2) * now;
    } else {
        const double p = (psi - 1) / (psi + 1), beta = (1 - p) / m;
        next = uniform <= p ? 0 : log((1 - p) / (1 - uniform)) / beta;
        finite = big_a < beta;
        corrected = -log(p + beta * (1 - p) / (beta - big_a)) - (k1 + k3 / 2) * now;
    }
    plain->x += drift * years + (finite ? corrected : k0) + k1 * now + k2 * next +
                sqrt(k3 * (now + next)) * z;
    plain->variance = next;
    return psi <= 1.5 ? (finite ? SQUARE : SQUARE_FREE) : (finite ? TAIL : TAIL_FREE);
}

static struct plain plain_start(const struct market_state *state) {
    struct rng_address address = state->address;
    struct plain plain = {.x = state->x, .variance = state->variance};
    plain.price = rng_stream(&address);
    address.purpose = PURPOSE_MARKET_VARIANCE;
    plain.noise = rng_stream(&address);
    return plain;
}

/* Random parameters and steps of 12 s to two years.  The plain formulas lose digits where
   rho / sigma times the variance cancels. */
static void a_step_is_andersens_and_draws_one_number_of_each_stream(void **unused) {
    (void)unused;
    uint64_t luck = 7;
    int met[BRANCHES] = {0}, narrow = 0;
    for (uint64_t path = 0; path < 20000; ++path) {
        struct market_config config = lab_default(MARKET_HESTON);
        struct market_variance_config *v = &config.variance;
        v->start = (double)check_random_in(&luck, 1, 4000) / 1000;
        v->mean = (double)check_random_in(&luck, 1, 2000) / 1000;
        v->speed = (double)check_random_in(&luck, 1, 3000) / 100;
        v->volatility = (double)check_random_in(&luck, 100, 12000) / 1000;
        v->correlation = (double)check_random_in(&luck, -100, 100) / 100;
        config.drift = (double)check_random_in(&luck, -100, 100) / 100;
        const int64_t step_ns = LAB_STEP_NS << check_random_in(&luck, 0, 22);
        lab_prepare(&market, &config, step_ns);
        struct market_state state;
        lab_start(&market, &state, 42, path);
        struct plain plain = plain_start(&state);
        for (int step = 0; step < 20; ++step) {
            const double before = plain.variance;
            market_step(&market, &state, state.time_ns + step_ns);
            met[plain_step(v, config.drift, market.step_years, &plain)] += 1;
            narrow +=
                v->volatility * v->volatility * market.step_years / before < 0x1p-12;
            const double large = 1 + before + plain.variance;
            check_close("variance", state.variance, plain.variance, 1e-10 * large);
            check_close("log price", state.x, plain.x,
                        1e-9 * (large + fabs(plain.x)) * (1 + 1 / v->volatility));
            plain.variance = state.variance; /* errors do not add up */
            plain.x = state.x;
        }
    }
    for (int branch = 0; branch < BRANCHES; ++branch) {
        check_true("every branch is met", met[branch] > 50);
    }
    check_true("and the series", narrow > 1000);
}

/* ---- special cases ---- */

static void check_same(const char *name, int64_t steps) {
    for (uint64_t path = 0; path < 20; ++path) {
        const struct market_state a = after(&market, path, steps);
        const struct market_state b = after(&other_market, path, steps);
        check_bits(name, a.x, b.x);
        check_bits(name, a.variance, b.variance);
        check_bits(name, a.daily_volatility, b.daily_volatility);
        check_bytes(name, &a.noise, &b.noise, sizeof a.noise);
    }
}

static void special_cases_are_equal_to_the_bit(void **unused) {
    (void)unused;
    const int64_t hour_ns = LAB_STEP_NS * 300;
    struct market_config config = lab_default(MARKET_SVCJ);
    config.variance.jump_rate = 0;
    lab_prepare(&market, &config, hour_ns);
    config.model = MARKET_HESTON;
    config.variance.jump_rate = 900;
    lab_prepare(&other_market, &config, hour_ns);
    check_same("SVCJ without jumps is Heston", 500);

    config.model = MARKET_SVCJ;
    config.variance.jump_sd = .05;
    config.variance.variance_jump_mean = 0;
    lab_prepare(&market, &config, hour_ns);
    config.model = MARKET_BATES;
    config.variance.variance_jump_mean = 2;
    lab_prepare(&other_market, &config, hour_ns);
    check_same("SVCJ whose variance does not jump is Bates", 500);

    config.model = MARKET_SVCJ;
    config.volatility = .75;
    config.variance.variance_jump_mean = 0;
    config.variance.volatility = 0;
    config.variance.start = .75 * .75;
    config.variance.speed = 0;
    lab_prepare(&market, &config, hour_ns);
    config.model = MARKET_MERTON;
    config.variance.volatility = 3;
    config.variance.start = 7;
    lab_prepare(&other_market, &config, hour_ns);
    check_same("with constant variance it is Merton", 500);
    check_true("which jumped", after(&market, 0, 500).stochastic.jumps > 20);
}

static void merton_without_jumps_is_geometric_brownian_motion(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_MERTON);
    config.variance.jump_rate = 0;
    config.drift = 2;
    char error[256];
    check_true("merton", market_prepare(&market, &config, LAB_STEP_NS, error, 256));
    config.model = MARKET_GBM;
    check_true("gbm", market_prepare(&other_market, &config, LAB_STEP_NS, error, 256));
    const struct market_state merton = after(&market, 3, 5000);
    const struct market_state gbm = after(&other_market, 3, 5000);
    check_close("log price", merton.x, gbm.x, 1e-13);
    check_relative("volatility", merton.daily_volatility, gbm.daily_volatility, 1e-14);
}

/* ---- streams ---- */

static void intensity_does_not_shift_the_noise(void **unused) {
    (void)unused;
    static const double rates[] = {0, 40, 4000};
    struct market_state first = {0};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; ++i) {
        struct market_config config = lab_default(MARKET_SVCJ);
        config.variance.jump_rate = rates[i];
        lab_prepare(&market, &config, LAB_STEP_NS * 100);
        const struct market_state state = after(&market, 5, 3001);
        if (i == 0) {
            first = state;
        }
        const struct market_variance_state *a = &first.stochastic, *b = &state.stochastic;
        check_true("jumps", rates[i] > 0 ? b->jumps > 0 : b->jumps == 0);
        check_bytes("price", &first.noise, &state.noise, sizeof state.noise);
        check_bytes("variance", &a->noise, &b->noise, sizeof a->noise);
        check_bytes("drawn", a->normals, b->normals, sizeof a->normals);
        check_i64("used", a->used, b->used);
    }
}

static void a_jump_keeps_its_luck_when_others_change(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_SVCJ);
    config.variance.jump_rate = 100;
    lab_prepare(&market, &config, LAB_STEP_NS);
    config.variance.jump_mean = .2;
    config.variance.jump_sd = .1;
    config.variance.variance_jump_mean = 1.5;
    config.variance.jump_correlation = 0;
    config.variance.volatility = 5;
    lab_prepare(&other_market, &config, LAB_STEP_NS);
    const struct market_state small = after(&market, 9, 100000);
    const struct market_state large = after(&other_market, 9, 100000);
    check_true("jumps", small.stochastic.jumps > 1);
    check_i64("number", large.stochastic.jumps, small.stochastic.jumps);
    check_i64("next", large.stochastic.jump_ns, small.stochastic.jump_ns);
    config.variance.jump_rate = 200;
    lab_prepare(&other_market, &config, LAB_STEP_NS);
    const int64_t start_ns = config.start_ns;
    const int64_t rare = after(&market, 9, 1).stochastic.jump_ns - start_ns;
    const int64_t often = after(&other_market, 9, 1).stochastic.jump_ns - start_ns;
    check_close("twice as often, half the wait", (double)rare, 2 * (double)often, 2);
}

static void another_branch_draws_everything_anew(void **unused) {
    (void)unused;
    const struct market_config config = lab_default(MARKET_SVCJ);
    lab_prepare(&market, &config, LAB_STEP_NS);
    const struct market_state path = after(&market, 1, 333);
    struct market_state branch = path, same = path, twin = path;
    market_rekey(&branch, 1);
    market_rekey(&twin, 1);
    check_bits("present", branch.x, path.x);
    check_bits("variance", branch.variance, path.variance);
    lab_run(&market, &branch, 7);
    lab_run(&market, &twin, 7);
    lab_run(&market, &same, 7);
    check_bytes("its address decides", &branch, &twin, sizeof branch);
    check_true("price", branch.x != same.x);
    check_true("variance", branch.variance != same.variance);
    check_true("jump", branch.stochastic.jump_ns != same.stochastic.jump_ns);
    check_true("jump to come", branch.stochastic.jump_ns > branch.time_ns);
}

/* ---- edges ---- */

static void no_variance_at_all_grows_at_the_drift(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_HESTON);
    config.variance.start = 0;
    config.variance.mean = 0;
    config.drift = 1;
    lab_prepare(&market, &config, LAB_STEP_NS);
    const struct market_state state = after(&market, 1, 7200);
    check_relative("a day", state.x, 1.0 / 365, 1e-11);
    check_bits("variance", state.variance, 0);
    check_relative("floor", state.daily_volatility, .1 / sqrt(365), 1e-15);
}

static void variance_leaves_0_and_is_never_negative(void **unused) {
    (void)unused;
    static const double volatilities[] = {0, 1e-7, 1e-6, 1e-3, 1, 10, 100};
    static const double correlations[] = {-1, 0, .7, 1};
    for (size_t i = 0; i < sizeof volatilities / sizeof volatilities[0]; ++i) {
        for (size_t j = 0; j < sizeof correlations / sizeof correlations[0]; ++j) {
            struct market_config config = lab_default(MARKET_SVCJ);
            config.variance.start = 0;
            config.variance.volatility = volatilities[i];
            config.variance.correlation = correlations[j];
            lab_prepare(&market, &config, LAB_STEP_NS * 300);
            bool rose = false;
            struct market_state state;
            lab_start(&market, &state, 8, i);
            for (int step = 0; step < 2000; ++step) {
                lab_run(&market, &state, 1);
                check_true("not negative", state.variance >= 0);
                check_true("finite", numeric_is_finite(state.variance));
                check_true("scale", state.daily_volatility > .005);
                rose = rose || state.variance > 0;
            }
            check_true("rose", rose);
        }
    }
}

/* With a volatility of the variance just above what counts as 0 the path is that of
   deterministic variance, up to the little noise. */
static void a_tiny_volatility_of_variance_is_continuous(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_SVCJ);
    config.variance.correlation = 0;
    config.variance.volatility = 0;
    lab_prepare(&market, &config, LAB_STEP_NS * 300);
    config.variance.volatility = 1.5e-6;
    lab_prepare(&other_market, &config, LAB_STEP_NS * 300);
    const struct market_state none = after(&market, 2, 2000);
    const struct market_state tiny = after(&other_market, 2, 2000);
    check_close("log price", tiny.x, none.x, 1e-5);
    check_close("variance", tiny.variance, none.variance, 1e-5);
    check_true("not the same", tiny.variance != none.variance);
}

/* The square's series end at h = 2^-12; crossing it must not be seen. */
static void the_series_meet_the_exact_formulas(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_HESTON);
    config.variance.speed = 0;
    const double years = (double)LAB_STEP_NS / MARKET_YEAR_NS;
    const double edge = .5 * 2.269 * 2.269 * years / 0x1p-12; /* h = 2^-12 here */
    for (uint64_t path = 0; path < 2000; ++path) {
        config.variance.start = edge * (1 + 1e-12);
        lab_prepare(&market, &config, LAB_STEP_NS);
        config.variance.start = edge * (1 - 1e-12);
        lab_prepare(&other_market, &config, LAB_STEP_NS);
        const struct market_state series = after(&market, path, 1);
        const struct market_state exact = after(&other_market, path, 1);
        check_relative("variance", series.variance, exact.variance, 4e-12);
        check_close("log price", series.x, exact.x, 1e-14);
    }
}

static void an_infinite_mean_jump_is_refused(void **unused) {
    (void)unused;
    char error[256] = "";
    struct market_config config = lab_default(MARKET_SVCJ);
    config.variance.variance_jump_mean = .5;
    config.variance.jump_correlation = 2;
    check_true("svcj", !market_prepare(&market, &config, LAB_STEP_NS, error, 256));
    check_contains("svcj", error, "variance_jump_mean has to be below 1");
    config.model = MARKET_BATES;
    check_true("bates does not use it",
               market_prepare(&market, &config, LAB_STEP_NS, error, 256));
}

/* Recorded; what it proves is that every compiler and optimisation level says the same. */
static void a_path_has_the_same_bits_under_every_compiler(void **unused) {
    (void)unused;
    struct market_config config = lab_default(MARKET_SVCJ);
    config.variance.jump_rate = 5000;
    config.variance.jump_mean = 0;
    config.variance.jump_correlation = 0;
    config.variance.variance_jump_mean = .01;
    config.variance.volatility = 12;
    uint64_t hash = 0;
    for (int64_t size = 1; size <= 10000; size *= 100) {
        lab_prepare(&market, &config, LAB_STEP_NS * size);
        struct market_state state;
        lab_start(&market, &state, 42, 7);
        for (int step = 0; step < 2000; ++step) {
            lab_run(&market, &state, 1);
            hash = random_hash_u64(hash, numeric_bits(state.x));
            hash = random_hash_u64(hash, numeric_bits(state.variance));
            hash = random_hash_u64(hash, numeric_bits(state.daily_volatility));
        }
        check_true("jumps", state.stochastic.jumps > 0);
    }
    check_u64("hash", hash, UINT64_C(0x616c42e9a0547d1b));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_andersens_and_draws_one_number_of_each_stream),
        cmocka_unit_test(special_cases_are_equal_to_the_bit),
        cmocka_unit_test(merton_without_jumps_is_geometric_brownian_motion),
        cmocka_unit_test(intensity_does_not_shift_the_noise),
        cmocka_unit_test(a_jump_keeps_its_luck_when_others_change),
        cmocka_unit_test(another_branch_draws_everything_anew),
        cmocka_unit_test(no_variance_at_all_grows_at_the_drift),
        cmocka_unit_test(variance_leaves_0_and_is_never_negative),
        cmocka_unit_test(a_tiny_volatility_of_variance_is_continuous),
        cmocka_unit_test(the_series_meet_the_exact_formulas),
        cmocka_unit_test(an_infinite_mean_jump_is_refused),
        cmocka_unit_test(a_path_has_the_same_bits_under_every_compiler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
