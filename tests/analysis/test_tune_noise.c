/* Tunings of settings whose costs and risks are known, on noisy paths. */
#include "analysis/tune/answer.h"
#include "analysis/tune/race.h"
#include "sim/random.h"
#include "tests/support/check.h"

#include <math.h>

enum { SETTINGS = 8, PATHS = 600 };

/* A setting is insolvent on a path with probability risk, and its mean cost is known. */
struct truth {
    double risk, cost;
};

static void run_path(const void *context, void *memory, uint64_t seed, uint64_t path,
                     struct outcome *outcome) {
    const struct truth *truth = context;
    struct rng rng = rng_stream(&(struct rng_address){.seed = seed, .path = path});
    (void)memory;
    memset(outcome, 0, sizeof *outcome);
    outcome->path = path;
    const double storm = rng_uniform(&rng), noise = rng_uniform(&rng);
    outcome->value[OUTCOME_INSOLVENCY].integer = storm < truth->risk;
    outcome->value[OUTCOME_CAPITAL_LOCKED].integer =
        (int64_t)(1e6 * truth->cost * (0.5 + noise));
    outcome->value[OUTCOME_LIQUIDATION_COST].integer = (int64_t)(1e6 * storm);
}

struct problem {
    struct truth truth[SETTINGS];
    struct run_subject run[SETTINGS];
    struct subject scenario;
    struct tune *tune;
};

static void make_problem(struct problem *problem, const char *budget, uint64_t seed) {
    char error[512] = "";
    struct tune *tune = problem->tune = calloc(1, sizeof *tune);
    memset(&problem->scenario, 0, sizeof problem->scenario);
    problem->scenario.run.name = problem->scenario.run.measure = "synthetic";
    tune->scenario[0] = &problem->scenario;
    tune->contest.scenario_count = 1;
    tune->request = (struct tune_request){
        .seed = seed, .paths = PATHS, .threads = 1, .level = 0.95, .quiet = true};
    tune->design.axis_count = 1;
    tune->design.count = SETTINGS;
    tune->design.point = calloc(SETTINGS, sizeof *tune->design.point);
    tune->setting = calloc(SETTINGS, sizeof *tune->setting);
    tune->design.point[0].current = true;
    for (size_t i = 0; i < SETTINGS; ++i) {
        unsigned char *hash = problem->run[i].hash;
        memset(&problem->run[i], 0, sizeof problem->run[i]);
        memset(hash, (int)i, DIGEST_SIZE);
        problem->run[i].name = "synthetic";
        problem->run[i].context = &problem->truth[i];
        problem->run[i].run_path = run_path;
        tune->design.point[i].at[0] = (double)i;
        tune->setting[i].search[0].run = tune->setting[i].fresh[0].run = &problem->run[i];
    }
    check_true(budget, tune_goal(tune, budget, error, sizeof error));
}

static void open_problem(struct problem *problem, const char *budget, uint64_t seed) {
    make_problem(problem, budget, seed);
    check_i64("run", tune_run(problem->tune), RUN_OK);
}

static void close_problem(struct problem *problem) {
    tune_free(problem->tune);
    free(problem->tune);
}

/* Risk falls and cost rises with the number of the setting; 5 is the first below 10 %. */
static const struct truth ladder[SETTINGS] = {
    {.risk = 0.40, .cost = 100},
    {.risk = 0.32, .cost = 110},
    {.risk = 0.25, .cost = 120},
    {.risk = 0.18, .cost = 130},
    {.risk = 0.13, .cost = 140},
    {.risk = 0.06, .cost = 150},
    {.risk = 0.04, .cost = 160},
    {.risk = 0.02, .cost = 170},
};

/* A recommendation whose true risk is over the budget is an error of at most 2.5 %: of 200
   seeds 5, and with two standard errors, 4.4, not more than 9.  Setting 4 is over by a
   third only.  The cheapest is found as often as 600 paths can tell that 6 % is within. */
static void a_recommendation_is_within_the_budget_on_other_paths(void **state) {
    (void)state;
    unsigned over = 0, cheapest = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        struct problem problem;
        memcpy(problem.truth, ladder, sizeof ladder);
        open_problem(&problem, "p_insolvency<=10%", seed);
        const size_t at = problem.tune->recommended;
        over += at != TUNE_NONE && problem.truth[at].risk > 0.1;
        cheapest += at == 5;
        close_problem(&problem);
    }
    printf("over the budget in %u of 200 seeds, the cheapest in %u\n", over, cheapest);
    check_true("seldom over the budget", over <= 9);
    check_true("mostly the cheapest", cheapest >= 180);
}

/* On the limit itself: accepted with 2.5 %, of 200 seeds 5, at most 12 (three standard errors
   above).  Taking the estimate instead of the upper end would accept it in half of them. */
static void a_setting_on_the_limit_is_not_taken_for_within(void **state) {
    (void)state;
    unsigned taken = 0, by_estimate = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        struct problem problem;
        memcpy(problem.truth, ladder, sizeof ladder);
        problem.truth[4].risk = 0.1;
        open_problem(&problem, "p_insolvency<=10%", seed);
        taken += problem.tune->recommended == 4;
        by_estimate += problem.tune->setting[4].final.estimate[0].value <= 0.1;
        close_problem(&problem);
    }
    printf("taken in %u of 200 seeds; by the estimate alone %u\n", taken, by_estimate);
    check_true("seldom taken", taken <= 12);
    check_true("the check can fail", by_estimate > 60);
}

static void what_cannot_be_the_answer_is_dropped(void **state) {
    (void)state;
    struct problem problem;
    memcpy(problem.truth, ladder, sizeof ladder);
    problem.truth[6] = (struct truth){.risk = 0.30, .cost = 200}; /* worse than 0 to 5 */
    open_problem(&problem, "p_insolvency<=90%", 3);
    const struct tune_setting *setting = problem.tune->setting;
    check_u64("all are within: the cheapest", problem.tune->recommended, 0);
    for (size_t i = 1; i < SETTINGS; ++i) {
        check_i64("cost more", setting[i].fate, TUNE_NEEDLESS);
    }
    check_u64("they ran a ninth of the paths", setting[7].found.paths, 128);
    check_u64("theirs go to what is left, three times as many at most",
              problem.tune->fresh_paths, 1792); /* whole blocks of 3 * 600 */
    close_problem(&problem);

    memcpy(problem.truth, ladder, sizeof ladder);
    problem.truth[6] = (struct truth){.risk = 0.30, .cost = 200};
    open_problem(&problem, "p_insolvency<=0.1%", 3);
    check_true("nothing", problem.tune->recommended == TUNE_NONE);
    check_i64("unmet", tune_verdict(problem.tune), RUN_UNMET);
    for (size_t i = 0; i < 5; ++i) {
        check_i64("over", problem.tune->setting[i].fate, TUNE_OVER);
    }
    close_problem(&problem);
}

/* Without a limit what stays is what nothing beats. */
static void only_beaten_settings_leave_a_tuning_without_a_budget(void **state) {
    (void)state;
    struct problem problem;
    memcpy(problem.truth, ladder, sizeof ladder);
    problem.truth[2] = (struct truth){.risk = 0.5, .cost = 200};
    problem.truth[6] = (struct truth){.risk = 0.30, .cost = 180};
    make_problem(&problem, "p_insolvency<=50%", 3);
    problem.tune->contest.goal[0].limit = nan("");
    size_t list[SETTINGS] = {0, 1, 2, 3, 4, 5, 6, 7};
    const struct race_round round = {
        .list = list, .count = SETTINGS, .end = PATHS, .level = 0.999};
    check_i64("run", race_round(problem.tune, &round), RUN_OK);
    check_u64("without two", race_drop(problem.tune, list, SETTINGS, 0.999), 6);
    check_i64("beaten", problem.tune->setting[2].fate, TUNE_BEATEN);
    check_i64("beaten", problem.tune->setting[6].fate, TUNE_BEATEN);
    check_true("the others in order", list[1] == 1 && list[2] == 3 && list[5] == 7);
    close_problem(&problem);
}

static void settings_that_paths_cannot_tell_apart_are_grouped(void **state) {
    (void)state;
    struct problem problem;
    memcpy(problem.truth, ladder, sizeof ladder);
    problem.truth[6] = problem.truth[5];
    open_problem(&problem, "p_insolvency<=10%", 1);
    check_u64("the first of the two", problem.tune->recommended, 5);
    check_true("alike", problem.tune->setting[6].alike);
    check_true("itself not", !problem.tune->setting[5].alike);
    check_true("another not", !problem.tune->setting[4].alike);
    check_close("by no cost", problem.tune->setting[6].final.mean_cost.value,
                problem.tune->setting[5].final.mean_cost.value, 0);
    close_problem(&problem);
}

static void two_seeds_agree_within_their_intervals(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        struct problem one, other;
        memcpy(one.truth, ladder, sizeof ladder);
        memcpy(other.truth, ladder, sizeof ladder);
        open_problem(&one, "p_insolvency<=10%", seed);
        open_problem(&other, "p_insolvency<=10%", seed + 1000);
        const struct tune *a = one.tune, *b = other.tune;
        check_true("both answer",
                   a->recommended != TUNE_NONE && b->recommended != TUNE_NONE);
        check_true("and know what is over",
                   a->over_below != TUNE_NONE && b->over_below != TUNE_NONE);
        check_true("the intervals meet",
                   a->over_below < b->recommended && b->over_below < a->recommended);
        close_problem(&one);
        close_problem(&other);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recommendation_is_within_the_budget_on_other_paths),
        cmocka_unit_test(a_setting_on_the_limit_is_not_taken_for_within),
        cmocka_unit_test(what_cannot_be_the_answer_is_dropped),
        cmocka_unit_test(only_beaten_settings_leave_a_tuning_without_a_budget),
        cmocka_unit_test(settings_that_paths_cannot_tell_apart_are_grouped),
        cmocka_unit_test(two_seeds_agree_within_their_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
