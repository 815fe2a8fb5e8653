/* A path as a system: what the study says is what the outcome says, and more. */
#include "analysis/replay.h"
#include "analysis/systemic/study.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

enum { PATHS = 3 };

static const char *const storm[] = {"market.start=2020-03-12T08:00:00Z",
                                    "world.horizon=5h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "fund.deposit=20k USD",
                                    "weather.reorg_rate=0"};
static const char *const forks[] = {"market.start=2020-03-12T08:00:00Z",
                                    "world.horizon=5h",
                                    "population.accounts=150",
                                    "population.owners=120",
                                    "population.near_margin_share=20%",
                                    "fund.deposit=20k USD",
                                    "weather.reorg_rate=300"};

static const struct storm_sample {
    const char *name, *preset;
    const char *const *sets;
    size_t set_count;
} samples[] = {
    {"storm",    "black-thursday",    storm, 7},
    {"forks",    "black-thursday",    forks, 7},
    {"auctions", "portfolio-auction", storm, 7},
    {"gap",      "single-gap",        storm, 7},
    {"run",      "lp-run",            storm, 7},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static double money(const struct study *study, enum outcome_field field) {
    return (double)study->outcome.value[field].integer / 1e6;
}

static void open_sample(const struct storm_sample *sample, struct subject *subject) {
    check_i64(sample->name,
              subject_load(sample->preset, sample->sets, sample->set_count, subject),
              RUN_OK);
}

/* Sums of up to 150 amounts of up to 1e7 USD: rounding below 1e-6 USD. */
static void check_outcome(const char *name, const struct study *study) {
    double classes = 0, opening = 0;
    for (int k = 0; k < OWNERS_CLASS_COUNT; ++k) {
        classes += study->class_shortfall[k];
        opening += study->class_opening[k];
    }
    check_close(name, classes, money(study, OUTCOME_BAD_DEBT), 1e-6);
    check_close(name, study->shortfall.total, money(study, OUTCOME_BAD_DEBT), 1e-6);
    check_close(name, study->cover_1, money(study, OUTCOME_COVER_1), 1e-6);
    check_close(name, study->cover_2, money(study, OUTCOME_COVER_2), 1e-6);
    check_close(name, study->haircut.total, money(study, OUTCOME_ADL_HAIRCUT), 1e-6);
    if (study->haircut.total > 0) {
        check_close(name, study->haircut.largest,
                    study->outcome.value[OUTCOME_ADL_MAX_SHARE].real, 1e-12);
    }
    check_close(name, study->booked,
                money(study, OUTCOME_BAD_DEBT) - money(study, OUTCOME_SHORTFALL_OPEN),
                1e-6);
    check_u64(name, study->cascade.count,
              (uint64_t)study->outcome.value[OUTCOME_LIQUIDATED_ACCOUNTS].integer);
    check_true(name, study->opening.total <= opening);
    check_true(name, study->worst == (money(study, OUTCOME_BAD_DEBT) > 0));
    check_true(name, study->cascade.roots <= study->cascade.count &&
                         study->unseen <= study->cascade.roots);
    if (study->shortfall.total > 0) {
        check_close(name, study->owner[0].shortfall,
                    study->shortfall.largest * study->shortfall.total, 1e-6);
    }
}

static void the_study_says_what_the_outcome_says(void **state) {
    (void)state;
    size_t with_bad_debt = 0;
    for (size_t s = 0; s < SAMPLES; ++s) {
        struct subject subject;
        open_sample(&samples[s], &subject);
        for (uint64_t path = 0; path < PATHS; ++path) {
            const struct study_terms terms = {
                .seed = 11, .path = path, .depth_share = 0.1};
            struct outcome outcome = {0};
            struct study study;
            check_i64("study", study_run(&subject, &terms, &study), RUN_OK);
            void *memory = check_memory(subject.run.footprint);
            subject.run.run_path(subject.run.context, memory, 11, path, &outcome);
            free(memory);
            check_true("the path of a run",
                       replay_differs(&outcome, &study.outcome) == NULL);
            check_outcome(samples[s].name, &study);
            with_bad_debt += study.worst;
        }
        subject_free(&subject);
    }
    check_true("bad debt is among them", with_bad_debt >= PATHS);
}

/* The worst block by its number, from the rows of the path. */
static void the_worst_block_is_the_worst(void **state) {
    (void)state;
    struct subject subject;
    struct replay replay;
    struct study study;
    const struct study_terms terms = {.seed = 11, .path = 1, .depth_share = 0.1};
    open_sample(&samples[0], &subject);
    check_i64("study", study_run(&subject, &terms, &study), RUN_OK);
    check_i64("replay", replay_path(&subject, 11, 1, REPLAY_ROOT_NS, &replay), RUN_OK);
    const size_t blocks = 4000;
    double *uncovered = calloc(blocks, sizeof *uncovered);
    double most = 0;
    size_t worst = 0;
    assert_non_null(uncovered);
    for (size_t i = 0; i < replay.count; ++i) {
        const struct event_row *row = &replay.row[i];
        if (row->kind == EVENT_LOG_TRANSACTION && row->receipt.shortfall_uusd > 0) {
            check_true("room", row->block < blocks);
            uncovered[row->block] +=
                (double)(row->receipt.shortfall_uusd - row->receipt.fund_paid_uusd) / 1e6;
        }
    }
    for (size_t b = 0; b < blocks; ++b) {
        if (uncovered[b] > most) {
            most = uncovered[b];
            worst = b;
        }
    }
    check_true("something was not covered", most > 0);
    check_u64("block", study.worst_block, worst);
    check_close("uncovered", study.worst_uncovered, most, 1e-6);
    check_true("what is booked in it was there before",
               study.exposures.loss >= 0.5 * study.worst_shortfall);
    free(uncovered);
    replay_free(&replay);
    subject_free(&subject);
}

/* Twice the share of the depth: T + h / ln 2 halves, where h is the half-life. */
static void half_the_patience_takes_half_the_time(void **state) {
    (void)state;
    struct subject subject;
    struct study one, two;
    struct study_terms terms = {.seed = 11, .path = 1, .depth_share = 0.05};
    open_sample(&samples[0], &subject);
    check_i64("5 %", study_run(&subject, &terms, &one), RUN_OK);
    terms.depth_share = 0.1;
    check_i64("10 %", study_run(&subject, &terms, &two), RUN_OK);
    const double life_h =
        (double)subject.stage->impact.config.refill_half_life_ns / 3.6e12 / log(2);
    check_true("it takes time", two.horizon_h > 0);
    check_relative("half", two.horizon_h + life_h, (one.horizon_h + life_h) / 2, 1e-12);
    check_bits("all else is the same", one.exposures.loss, two.exposures.loss);
    subject_free(&subject);
}

/* In a gap without impact there is no tree. */
static void a_gap_has_no_cascade(void **state) {
    (void)state;
    struct subject subject;
    struct study study;
    const struct study_terms terms = {.seed = 11, .path = 0, .depth_share = 0.1};
    open_sample(&samples[3], &subject);
    check_i64("study", study_run(&subject, &terms, &study), RUN_OK);
    check_true("liquidations", study.cascade.count > 0);
    check_u64("all roots", study.cascade.roots, study.cascade.count);
    check_u64("one generation", study.cascade.depth, 1);
    check_bits("no impact", study.liquidation_impact, 0);
    subject_free(&subject);
}

static void check_who(const struct stage *stage, uint32_t account, const char *who) {
    char text[REPLAY_WHO_SIZE];
    replay_who(stage, account, text);
    check_text("who", text, who);
}

static void everybody_has_the_name_of_its_kind(void **state) {
    (void)state;
    struct subject subject;
    check_i64("load", subject_load("maker-2020", NULL, 0, &subject), RUN_OK);
    const struct stage *stage = subject.stage;
    char text[REPLAY_WHO_SIZE];
    check_who(stage, ACCOUNT_FUND, "insurance fund");
    check_who(stage, ACCOUNT_AUCTION, "auctions");
    check_who(stage, stage->maker, "market maker");
    check_who(stage, stage->reporter, "reporter 0");
    check_who(stage, stage->bidder + 1, "bidder 1");
    check_who(stage, stage->vault + stage->vault_count - 1, "vault 1199");
    check_who(stage, stage->trader + 1, "trader 1");
    check_who(stage, stage->provider, "provider 0");
    check_who(stage, stage->arbitrageur, "arbitrageur");
    check_who(stage, 4000000, "number 4000000");
    owners_who(stage, stage->trader + 1, text);
    check_text("of traders the owner", text, "owner 1");
    owners_who(stage, stage->bidder, text);
    check_text("of others the account", text, "bidder 0");
    subject_free(&subject);
    check_i64("load", subject_load("black-thursday", NULL, 0, &subject), RUN_OK);
    check_who(subject.stage, subject.stage->keeper, "keeper 0");
    check_who(subject.stage, subject.stage->keeper - 1, "reporter 4");
    subject_free(&subject);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_study_says_what_the_outcome_says),
        cmocka_unit_test(the_worst_block_is_the_worst),
        cmocka_unit_test(half_the_patience_takes_half_the_time),
        cmocka_unit_test(a_gap_has_no_cascade),
        cmocka_unit_test(everybody_has_the_name_of_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
