/* What is told of a path is what happened on it. */
#include "analysis/json.h"
#include "analysis/page.h"
#include "analysis/story.h"
#include "analysis/story_text.h"
#include "tests/support/check.h"

#include <math.h>

#define SECOND_NS INT64_C(1000000000)
#define HOUR_NS   (3600 * SECOND_NS)

static const char *const sets[] = {
    "market.start=2020-03-12T08:00:00Z", "world.horizon=5h",
    "population.accounts=150",           "population.owners=120",
    "population.near_margin_share=20%",  "fund.deposit=20k USD"};

/* A path of a storm. */
struct told {
    struct subject subject;
    struct replay replay;
};

static void told_open(struct told *told, uint64_t path) {
    check_i64(
        "load",
        subject_load("black-thursday", sets, sizeof sets / sizeof *sets, &told->subject),
        RUN_OK);
    check_i64("replay", replay_path(&told->subject, 11, path, HOUR_NS, &told->replay),
              RUN_OK);
}

static void told_close(struct told *told) {
    replay_free(&told->replay);
    subject_free(&told->subject);
}

/* What a writer prints, allocated. */
struct printed {
    FILE *file;
    char *text;
    size_t size;
};

static FILE *print_to(struct printed *printed) {
    printed->file = open_memstream(&printed->text, &printed->size);
    assert_non_null(printed->file);
    return printed->file;
}

static char *story_of(const struct told *told, int64_t every_ns,
                      const unsigned char *selected) {
    struct printed printed;
    const struct story story = {.subject = &told->subject,
                                .replay = &told->replay,
                                .selected = selected,
                                .from_ns = told->subject.stage->begin_ns,
                                .to_ns = told->subject.stage->end_ns,
                                .every_ns = every_ns,
                                .seed = 11,
                                .origin = "from a test"};
    check_i64("story", story_print(print_to(&printed), &story), RUN_OK);
    fclose(printed.file);
    return printed.text;
}

static void a_page_wraps_at_blanks_and_keeps_its_margin(void **state) {
    (void)state;
    static const struct {
        unsigned width, margin;
        const char *beside, *text, *page;
    } cases[] = {
        {20, 6, "left",      "short",                     "left  short\n"                    },
        {20, 6, "left",      "one two three four",        "left  one two three\n      four\n"},
        {20, 6, "left",      "one two threefour",         "left  one two\n      threefour\n" },
        {20, 6, "",          "a",                         "      a\n"                        },
        {20, 6, "left left", "a",                         "left left\n      a\n"             },
        {20, 6, "left",      "a wordlongerthanthepage b",
         "left  a\n      wordlongerthanthepage\n      b\n"                                   },
        {10, 6, "left",      "one two three",             "left\n  one two\n  three\n"       },
        {20, 0, "",          "no margin at all is fine",  "no margin at all is\nfine\n"      },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        struct printed printed;
        const struct page page = {.file = print_to(&printed),
                                  .width = cases[i].width,
                                  .margin = cases[i].margin};
        page_put(&page, cases[i].beside, cases[i].text);
        fclose(printed.file);
        check_text(cases[i].text, printed.text, cases[i].page);
        free(printed.text);
    }
    const struct page page = page_of(stderr, 5);
    check_true("a page is not wider than allowed",
               page.width >= PAGE_LEAST && page.width <= PAGE_MOST);
}

static void stretches_are_round_and_about_forty(void **state) {
    (void)state;
    static const struct {
        int64_t span_s, every_s;
    } cases[] = {
        {60,              12    },
        {480,             12    },
        {1200,            60    },
        {2 * 3600,        300   },
        {6 * 3600,        600   },
        {36 * 3600,       3600  },
        {7 * 24 * 3600,   21600 },
        {30 * 24 * 3600,  86400 },
        {400 * 24 * 3600, 864000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const int64_t every_ns = story_every(cases[i].span_s * SECOND_NS, 12 * SECOND_NS);
        check_true("at most forty", cases[i].span_s * SECOND_NS <= 41 * every_ns);
        if (i + 1 < sizeof cases / sizeof *cases) {
            check_i64("stretch", every_ns / SECOND_NS, cases[i].every_s);
        }
    }
}

static void times_are_told_from_the_start(void **state) {
    (void)state;
    struct stage *stage = check_memory(sizeof *stage);
    char text[STORY_TIME_SIZE];
    stage->start_ns = INT64_C(1583971200) * SECOND_NS; /* 2020-03-12T00:00:00Z */
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0,          "00:00:00 T+00:00:00" },
        {-1800,      "23:30:00 T-00:30:00" },
        {38532,      "10:42:12 T+10:42:12" },
        {100 * 3600, "04:00:00 T+100:00:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        story_text_time(stage, stage->start_ns + cases[i].seconds * SECOND_NS, text);
        check_text("time", text, cases[i].text);
    }
    free(stage);
}

/* A new field of the receipt wants a row in analysis/event_table.c. */
static void every_word_of_the_receipt_has_a_name(void **state) {
    (void)state;
    struct event_column column;
    char name[EVENT_NAME_SIZE];
    size_t words = 0;
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        check_true(column.name, column.kind != EVENT_RAW);
        const size_t from = offsetof(struct event_row, receipt);
        words += column.offset >= from && column.offset < from + sizeof(struct receipt)
                     ? 1
                     : 0;
    }
    check_u64("each word once", words, sizeof(struct receipt) / 8);
}

/* The sums of the story and those of the recorder come from different places. */
static void a_tally_adds_up_to_the_outcome(void **state) {
    (void)state;
    struct told told;
    struct tally tally;
    told_open(&told, 2);
    check_true("memory", tally_open(&tally, told.subject.stage));
    for (size_t i = 0; i < told.replay.count; ++i) {
        tally_add(&tally, &told.replay.row[i]);
    }
    const struct outcome *outcome = &told.replay.outcome;
    const struct tally_kind *closed = &tally.kind[TRANSACTION_LIQUIDATE];
    check_u64("accounts", closed->accounts,
              (uint64_t)outcome->value[OUTCOME_LIQUIDATED_ACCOUNTS].integer);
    /* The recorder rounds each of the fills down, by less than 1e-6 USD. */
    check_close("notional", closed->notional,
                (double)outcome->value[OUTCOME_LIQUIDATED_NOTIONAL].integer / 1e6,
                1e-6 * (double)closed->count + 1e-4);
    check_close("fund", tally.fund_paid,
                (double)outcome->value[OUTCOME_FUND_DRAW].integer / 1e6, 1e-4);
    check_close("shortfall", tally.shortfall,
                (double)(outcome->value[OUTCOME_BAD_DEBT].integer -
                         outcome->value[OUTCOME_SHORTFALL_OPEN].integer) /
                    1e6,
                1e-4);
    check_true("there was a storm", tally.shortfall > 1000 && !tally_quiet(&tally));
    tally_clear(&tally);
    check_true("empty again", tally_quiet(&tally) && tally_forced(&tally) == 0);
    tally_free(&tally);
    told_close(&told);
}

static size_t lines_of(const char *text, size_t *longest) {
    size_t lines = 0;
    *longest = 0;
    for (const char *at = text; *at != 0; ++lines) {
        const size_t length = strcspn(at, "\n");
        *longest = length > *longest ? length : *longest;
        at += length + (at[length] == '\n');
    }
    return lines;
}

static void a_story_is_short_and_fits_the_page(void **state) {
    (void)state;
    struct told told;
    size_t longest;
    told_open(&told, 2);
    char *text = story_of(&told, HOUR_NS, NULL);
    char *again = story_of(&told, HOUR_NS, NULL);
    check_text("twice the same", again, text);
    check_true("short", lines_of(text, &longest) < 150);
    check_true("80 columns", longest <= 80);
    check_contains("paragraph", text, "ETH-PERP began at 194.61 USD, fell to");
    check_contains("moments", text, "* the metrics begin");
    check_contains("moments", text, "* first liquidation: trader");
    check_contains("roots", text, "state root ");
    check_contains("outcome", text, "bad_debt_material");
    char *every = story_of(&told, 0, NULL);
    check_true("every row has its line", lines_of(every, &longest) > told.replay.count);
    free(every);
    free(again);
    free(text);
    told_close(&told);
}

/* What the story does not know by name is told by the names of its parts. */
static void a_kind_unknown_to_the_story_is_told(void **state) {
    (void)state;
    struct told told;
    told_open(&told, 2);
    struct event_row *row = &told.replay.row[0];
    *row = (struct event_row){.time_ns = told.subject.stage->start_ns + SECOND_NS,
                              .kind = EVENT_LOG_TRANSACTION,
                              .account = told.subject.stage->keeper + 1,
                              .outside_uusd = 100000000};
    row->transaction = (struct transaction){.kind = TRANSACTION_REPORT,
                                            .target = told.subject.stage->trader + 5};
    row->receipt = (struct receipt){.status = ENGINE_OK,
                                    .penalty_uusd = 12500000,
                                    .shortfall_uusd = 7000000,
                                    .fund_paid_uusd = 7000000};
    const size_t count = told.replay.count;
    told.replay.count = 1;
    char *text = story_of(&told, HOUR_NS, NULL);
    check_contains("line", text, "1 oracle report of 1 account, penalties 12.5");
    check_contains("loss", text, "1 shortfall of 7.00 USD in all: the fund paid 7.00");
    free(text);
    text = story_of(&told, 0, NULL);
    check_contains("row", text, "keeper 1: oracle_report of trader 5, penalty_usd 12.5");
    free(text);
    row->receipt = (struct receipt){.status = ENGINE_HEALTHY};
    text = story_of(&told, HOUR_NS, NULL);
    check_contains("refused", text, "1 refused: account is not below its maintenance");
    free(text);
    told.replay.count = count;
    told_close(&told);
}

static void the_table_has_a_cell_for_every_column(void **state) {
    (void)state;
    struct told told;
    struct printed printed;
    told_open(&told, 2);
    unsigned char *selected = check_memory(told.replay.count);
    size_t rows = 0;
    for (size_t i = 0; i < told.replay.count; ++i) {
        selected[i] = i % 3 == 0;
        rows += selected[i];
    }
    event_table_csv(print_to(&printed), told.subject.stage, &told.replay, selected);
    fclose(printed.file);
    size_t lines = 0, commas = 0, wanted = 0;
    for (const char *at = printed.text; *at != 0; ++at) {
        commas += *at == ',';
        if (*at == '\n') {
            wanted = lines == 0 ? commas : wanted;
            check_u64("cells of a line", commas, wanted);
            commas = 0;
            ++lines;
        }
    }
    check_u64("a line for each row and the names", lines, rows + 1);
    free(printed.text);
    struct json json;
    json_begin(&json, print_to(&printed));
    event_table_json(&json, told.subject.stage, &told.replay.row[0]);
    json_end(&json);
    fclose(printed.file);
    check_contains("object", printed.text, "\"event\": \"hedge\"");
    check_true("what a row has not is left out",
               strstr(printed.text, "\"transaction\"") == NULL);
    free(printed.text);
    free(selected);
    told_close(&told);
}

static void two_outcomes_are_compared_in_everything(void **state) {
    (void)state;
    struct told told;
    told_open(&told, 2);
    struct outcome other = told.replay.outcome;
    assert_null(replay_differs(&told.replay.outcome, &other));
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        if (outcome_missing(&other, (enum outcome_field)i)) {
            continue;
        }
        other.value[i].integer ^= 1;
        check_text("a field", replay_differs(&told.replay.outcome, &other),
                   outcome_descriptions[i].name);
        other.value[i].integer ^= 1;
        other.missing |= UINT64_C(1) << i;
        check_text("a missing field", replay_differs(&told.replay.outcome, &other),
                   outcome_descriptions[i].name);
        other.missing = told.replay.outcome.missing;
    }
    other.log_head[1] ^= 1;
    check_text("log", replay_differs(&told.replay.outcome, &other), "the log head");
    other.status = OUTCOME_STATUS_LIMIT;
    check_text("end", replay_differs(&told.replay.outcome, &other), "how the path ended");
    told_close(&told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_wraps_at_blanks_and_keeps_its_margin),
        cmocka_unit_test(stretches_are_round_and_about_forty),
        cmocka_unit_test(times_are_told_from_the_start),
        cmocka_unit_test(every_word_of_the_receipt_has_a_name),
        cmocka_unit_test(a_tally_adds_up_to_the_outcome),
        cmocka_unit_test(a_story_is_short_and_fits_the_page),
        cmocka_unit_test(a_kind_unknown_to_the_story_is_told),
        cmocka_unit_test(the_table_has_a_cell_for_every_column),
        cmocka_unit_test(two_outcomes_are_compared_in_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
