/* The settings that a tuning tries, and what users do about them. */
#include "analysis/subject.h"
#include "analysis/tune/design.h"
#include "analysis/tune/response.h"
#include "scenarios/load.h"
#include "tests/support/check.h"

#include <math.h>

static void open_subject(struct subject *subject) {
    check_i64("loaded", subject_load("black-thursday", NULL, 0, subject), RUN_OK);
}

static const struct scenario *scenario_of(const struct subject *subject) {
    return load_struct(subject->loaded);
}

static void add_axis(struct design *design, const struct subject *subject,
                     const char *text) {
    char error[512] = "";
    const bool added =
        design_axis_add(design, scenario_of(subject), text, error, sizeof error);
    check_text(text, error, "");
    check_true(text, added);
}

static void fill(struct design *design, uint64_t seed, size_t points) {
    char error[512] = "";
    const bool filled = design_fill(design, seed, points, error, sizeof error);
    check_text("filled", error, "");
    check_true("filled", filled);
}

static void one_key_is_tried_at_round_steps_with_the_present_value(void **state) {
    (void)state;
    struct subject subject;
    struct design design = {.axis_count = 0};
    open_subject(&subject);
    add_axis(&design, &subject, "margin.maintenance=5%..12%");
    fill(&design, 1, 0);
    check_u64("5%, 5.5%, ..., 12%: 6.5% is one of them", design.count, 15);
    check_text("first", design.point[0].value[0], "5%");
    check_text("second", design.point[1].value[0], "5.5%");
    check_text("last", design.point[14].value[0], "12%");
    check_true("present", design.point[3].current && !design.point[3].outside);
    design_free(&design);
    design.axis_count = 0;
    add_axis(&design, &subject, "margin.maintenance=7%..8%:0.3%");
    fill(&design, 1, 0);
    check_u64("7%, 7.3%, 7.6%, 7.9% and the present 6.5%", design.count, 5);
    check_text("by the step", design.point[3].value[0], "7.9%");
    check_true("outside", design.point[4].current && design.point[4].outside);
    design_free(&design);
    subject_free(&subject);
}

static void whole_numbers_are_tried_once_each(void **state) {
    (void)state;
    struct subject subject;
    struct design design = {.axis_count = 0};
    open_subject(&subject);
    add_axis(&design, &subject, "oracle.reporters=4..7");
    fill(&design, 1, 0);
    check_u64("4, 5, 6, 7", design.count, 4);
    check_text("second", design.point[1].value[0], "5");
    design_free(&design);
    add_axis(&design, &subject, "keepers.count=1..2");
    fill(&design, 1, 0);
    check_u64("a grid of 4 by 2, and 5 reporters with 8 keepers", design.count, 9);
    design_free(&design);
    subject_free(&subject);
}

/* Every stretch of a Sobol sequence of 64 points has one point in each 64th of each axis;
   a shift and the rounding to a five-hundredth may move it by one. */
static void more_keys_are_spread_evenly_within_their_bounds(void **state) {
    (void)state;
    struct subject subject;
    struct design design = {.axis_count = 0}, other = {.axis_count = 0};
    open_subject(&subject);
    static const char *const keys[] = {"margin.maintenance=5%..9%",
                                       "fund.deposit=100k USD..900k USD",
                                       "population.leverage_sd=0.2..1"};
    for (size_t i = 0; i < 3; ++i) {
        add_axis(&design, &subject, keys[i]);
        add_axis(&other, &subject, keys[i]);
    }
    fill(&design, 1, 64);
    fill(&other, 2, 64);
    check_u64("64 and the present one", design.count, 65);
    size_t different = 0;
    for (size_t i = 0; i < 3; ++i) {
        const struct design_axis *axis = &design.axis[i];
        unsigned quarter[4] = {0};
        for (size_t k = 0; k < 64; ++k) {
            const double u =
                (design.point[k].at[i] - axis->low) / (axis->high - axis->low);
            check_true("within the bounds", u >= 0 && u <= 1);
            ++quarter[u >= 1 ? 3 : (int)(4 * u)];
            different += design.point[k].at[i] != other.point[k].at[i];
        }
        for (int q = 0; q < 4; ++q) {
            check_true("a quarter of them in each quarter",
                       quarter[q] >= 14 && quarter[q] <= 18);
        }
    }
    check_true("another seed, another shift", different > 150);
    design_free(&design);
    design_free(&other);
    subject_free(&subject);
}

static void what_cannot_be_tried_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"margin.maintenance",           "KEY=LOW..HIGH"             },
        {"margin.maintenance=5%",        "margin.maintenance=5%..12%"},
        {"margin.maintenance=12%..5%",   "lower bound comes first"   },
        {"margin.maintenance=5%..500%",  "out of range"              },
        {"margin.maintenance=5%..9%:0%", "above zero"                },
        {"margin.maintenence=5%..9%",    "maintenance"               },
        {"waterfall.deleverage=1..2",    "no values in between"      },
        {"fund.deposit=1..2",            "needs a unit"              },
    };
    struct subject subject;
    open_subject(&subject);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct design design = {.axis_count = 0};
        char error[512] = "";
        check_true(cases[i].text, !design_axis_add(&design, scenario_of(&subject),
                                                   cases[i].text, error, sizeof error));
        check_contains(cases[i].text, error, cases[i].told);
    }
    struct design design = {.axis_count = 0};
    char error[512] = "";
    add_axis(&design, &subject, "margin.maintenance=5%..9%");
    check_true("twice",
               !design_axis_add(&design, scenario_of(&subject),
                                "margin.maintenance=5%..9%", error, sizeof error));
    check_contains("twice", error, "named twice");
    design.axis[0].step = 1; /* 40,001 values */
    check_true("too many", !design_fill(&design, 1, 0, error, sizeof error));
    check_contains("too many", error, "1024");
    subject_free(&subject);
}

/* The value a variant gives a key; NULL: it leaves it alone. */
static const char *value_of(const struct variant *variant, const char *key) {
    for (uint32_t i = 0; i < variant->set_count; ++i) {
        if (strcmp(variant->set[i].key, key) == 0) {
            return variant->set[i].value;
        }
    }
    return NULL;
}

static void users_respond_as_they_are_told_to(void **state) {
    (void)state;
    /* From 6.5 % to 13 %: twice the requirement.  Median leverage 3.5, long 24M. */
    static const struct {
        const char *response, *leverage, *notional;
    } cases[] = {
        {"hold_positions", "1.75", NULL     },
        {"hold_equity",    "1.75", "12M USD"},
        {"elastic:1",      "1.75", "12M USD"},
        {"elastic:2",      "1.75", "6M USD" },
        {"elastic:0",      "1.75", NULL     },
        {"none",           NULL,   NULL     },
    };
    struct subject subject;
    struct design design = {.axis_count = 0};
    char error[512] = "";
    open_subject(&subject);
    add_axis(&design, &subject, "margin.maintenance=13%..26%");
    fill(&design, 1, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct response response;
        struct variant variant;
        const struct response_setting own = {&response, &design, 0,
                                             scenario_of(&subject)};
        check_true(cases[i].response,
                   response_parse(cases[i].response, &response, error, sizeof error));
        check_true(cases[i].response,
                   response_variant(&own, &variant, error, sizeof error));
        check_text("the key", value_of(&variant, "margin.maintenance"), "13%");
        check_text("initial goes along", value_of(&variant, "margin.initial"), "13%");
        const char *leverage = value_of(&variant, "population.leverage_median");
        const char *notional = value_of(&variant, "population.open_interest_long");
        check_text(cases[i].response, leverage == NULL ? "-" : leverage,
                   cases[i].leverage == NULL ? "-" : cases[i].leverage);
        check_text(cases[i].response, notional == NULL ? "-" : notional,
                   cases[i].notional == NULL ? "-" : cases[i].notional);
    }
    struct response response;
    check_true("no such", !response_parse("panic", &response, error, sizeof error));
    check_contains("no such", error, "hold_equity");
    check_true("negative", !response_parse("elastic:-1", &response, error, sizeof error));
    check_text("maintenance", response_usual(&design).name, "hold_positions");
    design_free(&design);
    design.axis_count = 0;
    add_axis(&design, &subject, "margin.initial=12%..15%");
    check_text("initial", response_usual(&design).name, "hold_equity");
    design.axis_count = 0;
    add_axis(&design, &subject, "fund.deposit=1M USD..2M USD");
    check_text("no margin", response_usual(&design).name, "none");
    subject_free(&subject);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_key_is_tried_at_round_steps_with_the_present_value),
        cmocka_unit_test(whole_numbers_are_tried_once_each),
        cmocka_unit_test(more_keys_are_spread_evenly_within_their_bounds),
        cmocka_unit_test(what_cannot_be_tried_is_told),
        cmocka_unit_test(users_respond_as_they_are_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
