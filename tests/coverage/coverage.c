/* coverage.c -- how often 95 % intervals cover the truth.

   measure_coverage [REPLICATIONS] prints one row a model (2,000 replications unless told
   otherwise) and exits 1 when a row does not cover as often as it should.  Where the
   coverage is known exactly, the measured one has to lie within four standard errors of
   it, and the exact one in the row's bounds; elsewhere the measured one has to lie in
   them, with four standard errors of leave when there are fewer than 2,000 replications.
   Seeds are fixed: the table is the same every time. */
#include "tests/coverage/models.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FULL = 2000, MOST = 1000000 };

static double measure(const struct model *model, uint64_t number,
                      struct models_worker *worker, uint64_t replications) {
    uint64_t covers = 0;
    for (uint64_t i = 0; i < replications; ++i) {
        worker->rng = rng_pcg64((rng_word)number, (rng_word)i);
        const struct interval at = model->draw(model, worker);
        const bool low = isnan(at.low) || at.low <= model->truth;
        const bool high = isnan(at.high) || model->truth <= at.high;
        covers += low && high;
    }
    return (double)covers / (double)replications;
}

static bool within(double value, double least, double most) {
    return value >= least && value <= most;
}

static bool check(const struct model *model, double exact, double measured,
                  uint64_t replications) {
    const double runs = (double)replications;
    if (!isnan(exact)) {
        const double error = sqrt(exact * (1 - exact) / runs);
        return within(exact, model->least, model->most) &&
               within(measured, exact - 4 * error, exact + 4 * error);
    }
    const double leave = replications < FULL ? 4 * sqrt(0.95 * 0.05 / runs) : 0;
    return within(measured, model->least - leave, model->most + leave);
}

static bool print_row(const struct model *model, uint64_t number,
                      struct models_worker *worker, uint64_t replications) {
    char known[16] = "";
    const double exact = model->exact != NULL ? model->exact(model) : nan("");
    const double measured = measure(model, number, worker, replications);
    const bool fine = check(model, exact, measured, replications);
    if (!isnan(exact)) {
        snprintf(known, sizeof known, "%.2f", 100 * exact);
    }
    printf("| %s | %s | %zu | %s | %.2f | %s%s |\n", model->estimate, model->law,
           model->paths, known, 100 * measured, model->remark,
           fine ? "" : " OUT OF BOUNDS");
    fflush(stdout);
    return fine;
}

/* A checker proves that it can fail: an interval of 90 % called one of 95 %. */
static bool sabotage_is_noticed(struct models_worker *worker, uint64_t replications) {
    struct model wrong = models[0];
    wrong.exact = NULL;
    wrong.truth = 0.52; /* 1.26 standard errors off: covered 75 % of the time */
    return !check(&wrong, nan(""), measure(&wrong, 0, worker, replications),
                  replications);
}

int main(int argc, char **argv) {
    uint64_t replications = FULL;
    if (argc > 1) {
        char *end;
        errno = 0;
        const long count = strtol(argv[1], &end, 10);
        if (argc > 2 || *end != 0 || errno != 0 || count < 100 || count > MOST) {
            fprintf(stderr, "usage: measure_coverage [REPLICATIONS], 100 to %d\n", MOST);
            return 2;
        }
        replications = (uint64_t)count;
    }
    struct models_worker *worker = malloc(sizeof *worker);
    if (worker == NULL) {
        fprintf(stderr, "measure_coverage: out of memory\n");
        return 1;
    }
    printf("%" PRIu64 " replications, intervals at 95 %%, coverage in %%\n\n"
           "| estimate | law | paths | exact | measured | |\n|---|---|---|---|---|---|\n",
           replications);
    bool fine = true;
    for (size_t i = 0; i < models_count; ++i) {
        fine &= print_row(&models[i], i, worker, replications);
    }
    if (!sabotage_is_noticed(worker, replications)) {
        puts("a wrong truth was NOT noticed");
        fine = false;
    }
    free(worker);
    return fine ? 0 : 1;
}
