/* Bins that cover all values, are narrow, and merge exactly. */
#include "scenarios/histogram.h"
#include "tests/support/check.h"

#include <stdlib.h>

static struct histogram one, two, both;

static void bins_cover_everything_within_a_32nd(void **unused) {
    (void)unused;
    uint64_t random = 5;
    check_i64("the first", histogram_low(0), 0);
    check_u64("the last", histogram_bin(INT64_MAX), 64 + 57 * 32 - 1);
    check_true("fits", histogram_bin(INT64_MAX) < HISTOGRAM_BINS);
    for (uint32_t bin = 0; bin < 64 + 57 * 32; ++bin) {
        const int64_t low = histogram_low(bin);
        check_u64("its lowest value is in it", histogram_bin(low), bin);
        if (bin > 0) {
            check_u64("the one below is not", histogram_bin(low - 1), bin - 1);
        }
    }
    for (int i = 0; i < 100000; ++i) {
        const int64_t value =
            (int64_t)(check_random(&random) >> check_random_in(&random, 1, 63));
        const int64_t low = histogram_low(histogram_bin(value));
        check_true("within a 32nd", low <= value && value - low <= low / 32);
    }
}

static void finer_bins_cover_everything_too(void **unused) {
    (void)unused;
    uint64_t random = 8;
    for (uint32_t bits = 1; bits <= 10; ++bits) {
        const int64_t parts = INT64_C(1) << bits;
        const uint32_t last = histogram_place(INT64_MAX, bits);
        check_u64("the last", last, (uint64_t)(2 * parts + (62 - bits) * parts) - 1);
        for (uint32_t place = 1; place <= last; ++place) {
            const int64_t low = histogram_place_low(place, bits);
            check_u64("its lowest value is in it", histogram_place(low, bits), place);
            check_u64("the one below is not", histogram_place(low - 1, bits), place - 1);
        }
        for (int i = 0; i < 10000; ++i) {
            const int64_t value =
                (int64_t)(check_random(&random) >> check_random_in(&random, 1, 63));
            const int64_t low = histogram_place_low(histogram_place(value, bits), bits);
            check_true("within its part", low <= value && value - low <= low / parts);
        }
    }
}

static int ascending(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void quantiles_are_those_of_the_sorted_values(void **unused) {
    (void)unused;
    enum { COUNT = 1000 };
    static const int64_t shares[] = {1, 1000, 50000, 500000, 950000, 1000000};
    static int64_t value[COUNT];
    uint64_t random = 6;
    memset(&one, 0, sizeof one);
    for (int i = 0; i < COUNT; ++i) {
        value[i] = check_random_in(&random, 0, 100000);
        histogram_add(&one, value[i], 3);
    }
    qsort(value, COUNT, sizeof value[0], ascending);
    for (size_t s = 0; s < sizeof shares / sizeof shares[0]; ++s) {
        int64_t got = -1;
        const int64_t rank = (COUNT * shares[s] + 999999) / 1000000;
        check_true("has a value", histogram_quantile(&one, shares[s], &got));
        check_i64("quantile", got, histogram_low(histogram_bin(value[rank - 1])));
    }
}

static void weights_count_and_nothing_has_no_quantile(void **unused) {
    (void)unused;
    int64_t got = -1;
    memset(&one, 0, sizeof one);
    check_true("empty", !histogram_quantile(&one, 500000, &got));
    histogram_add(&one, 7, 0);
    check_true("no weight", !histogram_quantile(&one, 500000, &got));
    histogram_add(&one, 10, 99);
    histogram_add(&one, 20, 101);
    check_true("some", histogram_quantile(&one, 500000, &got));
    check_i64("the heavier half", got, 20);
    check_true("some", histogram_quantile(&one, 495000, &got));
    check_i64("99 of 200", got, 10);
    histogram_add(&one, 5, INT64_C(4000000000000000000));
    check_true("heavy", histogram_quantile(&one, 999999, &got));
    check_i64("no overflow", got, 5);
}

static void merging_is_adding_in_any_order(void **unused) {
    (void)unused;
    uint64_t random = 8;
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    memset(&both, 0, sizeof both);
    for (int i = 0; i < 1000; ++i) {
        const int64_t value = check_random_in(&random, 0, INT64_C(1) << 50);
        const int64_t weight = check_random_in(&random, 0, 9);
        histogram_add(i % 3 == 0 ? &one : &two, value, weight);
        histogram_add(&both, value, weight);
    }
    for (uint32_t bin = 0; bin < HISTOGRAM_BINS; ++bin) {
        check_i64("bin", one.weight[bin] + two.weight[bin], both.weight[bin]);
    }
    check_i64("total", one.total + two.total, both.total);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bins_cover_everything_within_a_32nd),
        cmocka_unit_test(finer_bins_cover_everything_too),
        cmocka_unit_test(quantiles_are_those_of_the_sorted_values),
        cmocka_unit_test(weights_count_and_nothing_has_no_quantile),
        cmocka_unit_test(merging_is_adding_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
