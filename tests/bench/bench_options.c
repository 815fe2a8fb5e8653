/* bench_options.c -- time of option marks beside the same formula on the C library.

   Prints nanoseconds an option at each level this CPU has: price and delta from strike,
   volatility and time (cache and mark), and a new mark at another forward alone.  Best of
   several rounds, so that a busy machine disturbs little. */
#include "engine/options/black76.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define OPTIONS 1024
#define ROUNDS  400

static double strike[OPTIONS], volatility[OPTIONS], years[OPTIONS], discount[OPTIONS];
static double side[OPTIONS], price[OPTIONS], delta[OPTIONS];

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void fill(void) {
    for (int i = 0; i < OPTIONS; ++i) {
        strike[i] = 500 + 3 * i;
        volatility[i] = 0.4 + 0.001 * (i % 300);
        years[i] = (1 + i % 90) / 365.0;
        discount[i] = 1;
        side[i] = i % 2 == 0 ? 1 : -1;
    }
}

static double time_libm(double forward) {
    double best = 1e300;
    for (int round = 0; round < ROUNDS; ++round) {
        const double start = now_ns();
        for (int i = 0; i < OPTIONS; ++i) {
            const double s = volatility[i] * sqrt(years[i]);
            const double d1 = log(forward / strike[i]) / s + 0.5 * s;
            const double n1 = 0.5 * erfc(-side[i] * d1 * sqrt(0.5));
            const double n2 = 0.5 * erfc(-side[i] * (d1 - s) * sqrt(0.5));
            price[i] = discount[i] * side[i] * (forward * n1 - strike[i] * n2);
            delta[i] = discount[i] * side[i] * n1;
        }
        const double took = now_ns() - start;
        best = took < best ? took : best;
    }
    return best / OPTIONS;
}

/* Both times of one level; the whole one includes the constants. */
static void time_level(struct black76_book *book, enum numeric_level level, double *whole,
                       double *again) {
    const struct black76_input input = {strike, volatility, years, discount, side};
    *whole = *again = 1e300;
    for (int round = 0; round < ROUNDS; ++round) {
        const double start = now_ns();
        black76_cache_at(level, book, &input);
        black76_mark_at(level, book, 1500, price, delta);
        const double middle = now_ns();
        black76_mark_at(level, book, 1501, price, delta);
        const double end = now_ns();
        *whole = middle - start < *whole ? middle - start : *whole;
        *again = end - middle < *again ? end - middle : *again;
    }
    *whole /= OPTIONS;
    *again /= OPTIONS;
}

int main(void) {
    static const char *const levels[NUMERIC_LEVEL_COUNT] = {"sse2", "avx2", "avx512"};
    struct black76_book book;
    void *memory = aligned_alloc(BLACK76_ALIGNMENT, black76_footprint(OPTIONS));
    if (memory == NULL) {
        return 1;
    }
    fill();
    black76_bind(&book, OPTIONS, memory);
    const double libm = time_libm(1500);
    printf("%-12s %16s %16s %10s\n", "ns an option", "price and delta", "spot re-mark",
           "of libm");
    printf("%-12s %16.2f %16s %10.2f\n", "libm", libm, "", 1.0);
    for (int level = 0; level <= (int)numeric_level_best(); ++level) {
        double whole = 0, again = 0;
        time_level(&book, (enum numeric_level)level, &whole, &again);
        printf("%-12s %16.2f %16.2f %10.2f\n", levels[level], whole, again, whole / libm);
    }
    free(memory);
    return 0;
}
