#include "analysis/protocol.h"
#include "tests/support/check.h"

static void every_protocol_of_the_program_loads(void **state) {
    (void)state;
    size_t count = 0;
    for (const struct embedded_file *row = embedded_protocols; row->name != NULL; ++row) {
        struct load_result *loaded;
        check_i64(row->name, protocol_load(row->name, NULL, 0, &loaded), RUN_OK);
        check_text(row->name, load_name(loaded), row->name);
        check_true(row->name, load_source(loaded, "margin.initial") != NULL);
        load_free(loaded);
        count += 1;
    }
    check_true("count", count >= 2);
}

static void values_are_the_published_ones(void **state) {
    (void)state;
    struct load_result *loaded;
    check_i64("derive-srm", protocol_load("derive-srm", NULL, 0, &loaded), RUN_OK);
    const struct protocol *srm = protocol_of(loaded);
    check_i64("initial", srm->terms.instrument[0].margin.initial_ppm, 100000);
    check_i64("maintenance", srm->terms.instrument[0].margin.maintenance_ppm, 65000);
    check_i64("max spot", srm->standard.max_spot_ppm, 150000);
    check_i64("unpaired", srm->standard.unpaired_initial_ppm, 1200000);
    check_i64("mechanism", srm->terms.close_out.mechanism, LIQUIDATION_PORTFOLIO_AUCTION);
    check_i64("no room for English auctions", srm->terms.english.room, 0);
    load_free(loaded);
    const char *const sets[] = {"margin.initial=20%", "margin.maintenance=10%"};
    check_i64("dydx", protocol_load("dydx", sets, 2, &loaded), RUN_OK);
    check_i64("set", protocol_of(loaded)->terms.instrument[0].margin.initial_ppm, 200000);
    check_i64("options", protocol_of(loaded)->standard.on, 0);
    load_free(loaded);
}

static void wrong_values_are_refused(void **state) {
    (void)state;
    static const char *const cases[] = {
        "margin.maintenance=50%", "options.min_spot=50%", "auction.cutoff=99%",
        "options.max_spot=-1%",   "options.nothing=1%",   "keepers.count=3",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct load_result *loaded;
        check_i64(cases[i], protocol_load("derive-srm", &cases[i], 1, &loaded),
                  RUN_INPUT);
        check_true(cases[i], loaded == NULL);
    }
    struct load_result *loaded;
    check_i64("no such protocol", protocol_load("dydxx", NULL, 0, &loaded), RUN_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_protocol_of_the_program_loads),
        cmocka_unit_test(values_are_the_published_ones),
        cmocka_unit_test(wrong_values_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
