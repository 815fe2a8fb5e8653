/* A run beside its variants: on the same paths, kept apart, and compared. */
#include "analysis/tornado.h"
#include "analysis/variants.h"
#include "scenarios/sensitivities.h"
#include "tests/support/check.h"

#include <math.h>
#include <unistd.h>

enum { PATHS = 20 };

static const char *const settings[] = {"population.accounts=40", "population.owners=30",
                                       "world.horizon=2h", "market.gap=-30%",
                                       "market.gap_time=30min"};

static void open_subject(struct subject *subject) {
    check_i64(
        "loaded",
        subject_load("single-gap", settings, sizeof settings / sizeof *settings, subject),
        RUN_OK);
}

static struct run_request request_of(uint64_t paths) {
    return (struct run_request){
        .seed = 7, .paths = paths, .threads = 1, .level = 0.95, .quiet = true};
}

static struct variant variant_of(const char *key, const char *value) {
    struct variant variant = {.set_count = 0};
    snprintf(variant.what, sizeof variant.what, "%s", key);
    snprintf(variant.change, sizeof variant.change, "%s", value);
    variant_add(&variant, key, value);
    return variant;
}

/* The bad debt of every path, in micro-USD. */
static bool take_debt(void *context, const struct outcome *outcome) {
    ((int64_t *)context)[outcome->path] = outcome->value[OUTCOME_BAD_DEBT].integer;
    return true;
}

static void variants_are_compared_on_the_same_paths(void **state) {
    (void)state;
    struct subject base, other;
    struct run_result result, alone;
    struct variants variants;
    const struct run_request request = request_of(PATHS);
    const struct variant variant[] = {
        variant_of("market.gap", "-0.4"),
        variant_of("impact.prefactor", "0"),     /* it is 0 in single-gap */
        variant_of("margin.maintenance", "50%"), /* above the initial one */
        variant_of("market.gap", "-0.4"),        /* again */
    };
    open_subject(&base);
    check_i64("base", run_execute(&base.run, &request, &result), RUN_OK);
    check_i64("variants", variants_run(&base, &request, &result, variant, 4, &variants),
              RUN_OK);
    check_true("same as the base", variants.row[1].same && !variants.row[0].same);
    check_close("no difference", variants.row[1].paired[1].difference.value, 0, 0);
    check_contains("not run", variants.row[2].problem, "margin: ");
    check_bytes("a variant is run once", variants.row[3].digest, variants.row[0].digest,
                DIGEST_SIZE);
    check_close("but told twice", variants.row[3].paired[1].difference.value,
                variants.row[0].paired[1].difference.value, 0);

    /* The same scenario by --set, alone: the same digest, and the differences by hand. */
    const char *sets[8];
    memcpy(sets, settings, sizeof settings);
    sets[5] = "market.gap=-40%";
    check_i64("loaded", subject_load("single-gap", sets, 6, &other), RUN_OK);
    check_i64("alone", run_execute(&other.run, &request, &alone), RUN_OK);
    check_bytes("digest", variants.row[0].digest, alone.digest, DIGEST_SIZE);
    int64_t a[PATHS], b[PATHS], sum = 0;
    spool_visit(result.spool, take_debt, a);
    spool_visit(alone.spool, take_debt, b);
    for (int i = 0; i < PATHS; ++i) {
        sum += b[i] - a[i];
    }
    check_close("difference", variants.row[0].paired[1].difference.value,
                (double)sum / PATHS / 1e6, 1e-6);
    check_u64("a deeper gap costs more on every path", variants.row[0].paired[1].higher,
              PATHS);
    const struct variants_range range = variants_range(&variants, 1);
    check_true("the base is the lowest", range.lowest == NULL);
    check_close("range", range.high, variants.row[0].estimate[1].value, 0);
    check_true("by the gap", range.highest == &variants.row[0]);
    variants_free(&variants);
    run_result_free(&alone);
    run_result_free(&result);
    subject_free(&other);
    subject_free(&base);
}

static void a_derived_subject_says_how_to_replay_it(void **state) {
    (void)state;
    struct subject base, derived;
    char error[512];
    struct variant variant = variant_of("fund.deposit", "1.5M USD");
    variant_add(&variant, "market.gap", "-0.4");
    open_subject(&base);
    check_i64("derived", subject_derive(&base, &variant, &derived, error, sizeof error),
              RUN_OK);
    check_text("name", derived.run.name,
               "single-gap --set 'fund.deposit=1.5M USD' --set 'market.gap=-0.4'");
    check_contains("canonical", derived.run.canonical, "fund.deposit: 1.5M USD\n");
    check_contains("what was --set before stays", derived.run.canonical,
                   "population.accounts: 40\n");
    subject_free(&derived);
    subject_free(&base);
}

/* Blocks of the variants are kept under the run's own folder, and found again there. */
static void variants_go_on_where_they_were(void **state) {
    (void)state;
    char folder[] = "/tmp/breakwater-variants-XXXXXX", out[64], shards[96];
    struct subject base;
    struct run_result result;
    struct variants first, second;
    const struct variant variant[] = {variant_of("market.gap", "-0.4")};
    assert_non_null(mkdtemp(folder));
    snprintf(out, sizeof out, "%s/out.h5", folder);
    snprintf(shards, sizeof shards, "%s.shards", out);
    struct run_request request = request_of(PATHS);
    request.out = out;
    open_subject(&base);
    check_i64("base", run_execute(&base.run, &request, &result), RUN_OK);
    check_i64("first", variants_run(&base, &request, &result, variant, 1, &first),
              RUN_OK);
    check_contains("inside", first.kept[0].shards, shards);
    check_true("there", access(first.kept[0].shards, F_OK) == 0);
    const struct estimate made = first.row[0].estimate[1];
    variants_free(&first); /* as at the end of an interrupted process */
    check_i64("second", variants_run(&base, &request, &result, variant, 1, &second),
              RUN_OK);
    check_close("the same", second.row[0].estimate[1].value, made.value, 0);
    check_true("removed",
               variants_discard_shards(&second) && run_discard_shards(&result));
    check_true("nothing is left", access(shards, F_OK) != 0 && rmdir(folder) == 0);
    variants_free(&second);
    run_result_free(&result);
    subject_free(&base);
}

/* Rows made up: what the page says of them. */
static struct variants_row made_up(const char *what, const char *change, double share,
                                   double difference) {
    struct variants_row row = {.problem = ""};
    snprintf(row.variant.what, sizeof row.variant.what, "%s", what);
    snprintf(row.variant.change, sizeof row.variant.change, "%s", change);
    for (size_t i = 0; i < VARIANTS_METRIC_COUNT; ++i) {
        row.estimate[i].value = share;
        row.paired[i] = (struct paired){
            .difference = {difference, difference - 0.01, difference + 0.01},
            .errors = difference / 0.005,
            .pairs = 100,
            .higher = 1,
        };
    }
    return row;
}

static void the_tornado_is_sorted_by_effect(void **state) {
    (void)state;
    struct variants_row rows[] = {
        made_up("small", "x0.5", 0.19, -0.01), made_up("small", "x2", 0.21, 0.01),
        made_up("large", "x0.5", 0.18, -0.02), made_up("large", "x2", 0.50, 0.30),
        made_up("nothing", "x2", 0.20, 0),
    };
    struct variants variants = {.count = 5, .row = rows};
    for (size_t i = 0; i < VARIANTS_METRIC_COUNT; ++i) {
        variants.base[i].value = 0.2;
    }
    variants.base[0].level = 0.95;
    rows[4].same = true;
    char text[8192] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    tornado_print(file, &variants);
    fclose(file);
    const char *large = strstr(text, "large x0.5"), *more = strstr(text, "large x2"),
               *small = strstr(text, "small x0.5"), *none = strstr(text, "nothing x2");
    assert_true(large != NULL && more != NULL && small != NULL && none != NULL);
    check_true("by key, the largest first", large < more && more < small && small < none);
    check_contains("range", text, "P(insolvency), in %: base 20.0, range 18.0 to 50.0");
    check_contains("difference", more, "+30.0 [+29.0, +31.0]");
    check_contains("unchanged", none, "changes nothing here");
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        check_true(line, strcspn(line, "\n") <= 80);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variants_are_compared_on_the_same_paths),
        cmocka_unit_test(a_derived_subject_says_how_to_replay_it),
        cmocka_unit_test(variants_go_on_where_they_were),
        cmocka_unit_test(the_tornado_is_sorted_by_effect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
