#include "engine/margin/margin.h"
#include "scenarios/genesis.h"
#include "scenarios/load_book.h"
#include "tests/scenarios/wrong_books.h"
#include "tests/support/world_lab.h"

static const struct load_book_terms terms = {.instrument = "ETH-PERP",
                                             .underlying = "ETH",
                                             .multiplier_ubase = MONEY_ONE,
                                             .mark_uusd = 194610000};

/* A parse and what came of it. */
struct parsed {
    struct book *book;
    struct load_report report;
    char *text; /* NULL: the book's */
};

static struct parsed parse(const char *text, size_t size) {
    struct parsed parsed = {.text = malloc(size + 1)};
    check_true("memory", parsed.text != NULL);
    memcpy(parsed.text, text, size);
    parsed.text[size] = '\0';
    char name[] = "b.csv";
    struct load_file file = {.name = name, .text = parsed.text, .size = size};
    parsed.book = load_book_parse(&file, &terms, &parsed.report);
    parsed.text = parsed.book != NULL ? NULL : parsed.text;
    return parsed;
}

static void discard(struct parsed *parsed) {
    load_book_free(parsed->book);
    free(parsed->report.text.bytes);
    free(parsed->text);
}

static void every_mistake_is_told_with_place_and_remedy(void **state) {
    (void)state;
    const size_t count = sizeof wrong_books / sizeof *wrong_books;
    for (size_t i = 0; i < count; ++i) {
        struct parsed parsed = parse(wrong_books[i][1], strlen(wrong_books[i][1]));
        check_true(wrong_books[i][0], parsed.book == NULL);
        check_text(wrong_books[i][0], parsed.report.text.bytes, wrong_books[i][2]);
        discard(&parsed);
    }
    check_true("a table", count >= 15);
}

static void beyond_a_hundred_mistakes_are_counted(void **state) {
    (void)state;
    char text[8192] = HEADER;
    for (int i = 0; i < 150; ++i) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "a%d,A,ETH-PERP,x,1,USD,1\n", i);
    }
    struct parsed parsed = parse(text, strlen(text));
    check_u64("counted", parsed.report.count, 150);
    check_contains("the hundredth", parsed.report.text.bytes, "b.csv:101:");
    check_true("no more", strstr(parsed.report.text.bytes, "b.csv:102:") == NULL);
    discard(&parsed);
}

/* Another order of columns, a byte order mark, line ends of two kinds, blanks. */
static void what_other_programs_write_is_read(void **state) {
    (void)state;
    static const char text[] =
        "\xEF\xBB\xBFowner,account,collateral_amount,quantity,instrument,entry_price,"
        "collateral_asset\r\n"
        "Ann, one ,50000,-12.5,ETH-PERP,190.25,USD\r\n"
        "\r\n"
        "Bob,two,0.000001,1k,ETH-PERP,0.001,ETH\n"
        "Ann,drei \xC3\xA4,1_000,0.000001,ETH-PERP,1e3,USD";
    struct parsed parsed = parse(text, sizeof text - 1);
    check_true("a book", parsed.book != NULL);
    /* size, entry, collateral, owner, line, units */
    static const int64_t want[3][6] = {
        {-12500000,  190250000,  50000000000, 0, 2, 0},
        {1000000000, 1000,       0,           1, 4, 1},
        {1,          1000000000, 1000000000,  0, 5, 0},
    };
    check_i64("accounts", parsed.book->count, 3);
    check_i64("owners", parsed.book->owner_count, 2);
    for (int i = 0; i < 3; ++i) {
        const struct book_position *position = &parsed.book->position[i];
        check_i64("size", position->size_ubase, want[i][0]);
        check_i64("entry", position->entry_price_uusd, want[i][1]);
        check_i64("collateral", position->collateral_uusd, want[i][2]);
        check_i64("units", position->collateral_ubase, want[i][5]);
        check_i64("owner", position->owner, want[i][3]);
        check_i64("line", position->line, want[i][4]);
    }
    const struct book_position *last = &parsed.book->position[2];
    check_bytes("name", parsed.book->text + last->name, "drei \xC3\xA4", 7);
    check_i64("length", last->name_length, 7);
    discard(&parsed);
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    enum { ROWS = 500 };
    uint64_t random = 7;
    static char text[ROWS * 120 + 200];
    struct holder holder[ROWS];
    size_t length = (size_t)snprintf(text, sizeof text, "%s\n", BOOK_HEADER);
    for (uint32_t i = 0; i < ROWS; ++i) {
        char name[32], line_text[BOOK_LINE_SIZE];
        holder[i] = (struct holder){
            .size_ubase = check_random_in(&random, 1, 100000000000) * (i % 2 ? 1 : -1),
            .entry_price_uusd = check_random_in(&random, 1000, 10000000000),
            .owner = i};
        *(i % 3 ? &holder[i].collateral_uusd : &holder[i].collateral_ubase) =
            check_random_in(&random, 1, 100000000000);
        const int size = snprintf(name, sizeof name, "name %u", i);
        const struct book_line line = {name, name, "ETH-PERP", "ETH",
                                       size, size, &holder[i]};
        const int written = book_format(&line, line_text);
        memcpy(text + length, line_text, (size_t)written);
        length += (size_t)written;
    }
    struct parsed parsed = parse(text, length);
    check_true("a book", parsed.book != NULL);
    check_i64("accounts", parsed.book->count, ROWS);
    for (uint32_t i = 0; i < ROWS; ++i) {
        const struct holder got = book_holder(&parsed.book->position[i]);
        check_bytes("holder", &got, &holder[i], sizeof got);
    }
    discard(&parsed);
}

/* Whatever happens to the bytes, there is a book or a reason. */
static void noise_ends_in_words(void **state) {
    (void)state;
    static const char seed[] = HEADER "a,A,ETH-PERP,1,200,USD,9\nb,B,ETH-PERP,-2.5,1e2,"
                                      "USD,0.5\n";
    uint64_t random = 11;
    int books = 0;
    for (int round = 0; round < 4000; ++round) {
        char text[sizeof seed];
        memcpy(text, seed, sizeof seed);
        for (int64_t i = check_random_in(&random, 0, 3); i >= 0; --i) {
            static const char bytes[] = "a,,\n\n\"0.9-e \t\r;\x80x";
            text[check_random_in(&random, 0, (int64_t)sizeof seed - 2)] =
                bytes[check_random_in(&random, 0, (int64_t)sizeof bytes - 2)];
        }
        struct parsed parsed = parse(text, sizeof seed - 1);
        check_true("one or the other",
                   (parsed.book == NULL) == (parsed.report.count > 0));
        books += parsed.book != NULL;
        discard(&parsed);
    }
    check_true("some are books", books > 50);
    check_true("some are not", books < 3950);
}

static struct book_terms terms_of(const struct lab *lab) {
    return (struct book_terms){lab->stage->terms.instrument,
                               &lab->stage->terms.collateral};
}

/* At a mark of 100 USD, 10 % initial and 6.5 % maintenance margin. */
static void a_survey_counts_what_a_hand_counts(void **state) {
    (void)state;
    const struct instrument_terms instrument = {
        .multiplier_ubase = MONEY_ONE,
        .margin = {.initial_ppm = 100000, .maintenance_ppm = 65000}
    };
    const struct collateral_terms collateral = {.haircut_ppm = 100000};
    const struct book_terms both = {&instrument, &collateral};
    /* equity: 1000 of 1000, leverage 1, never; 250 of 1000, leverage 4, after 20 % (a long
       falls by 1000 x, keeps 65 (1 - x)): (250 - 65) / 935 = 19.8 %; a short of 500 with 40:
       leverage 12.5, (40 - 32.5) / (500 + 32.5) = 1.4 %; a long of 200 with 12: already, 13
       are needed, leverage 16.7; a short of 300 with -30. */
    static const struct holder holder[] = {
        {.size_ubase = 10000000,
         .entry_price_uusd = 100000000,
         .collateral_uusd = 1000000000},
        {.size_ubase = 10000000,
         .entry_price_uusd = 125000000,
         .collateral_uusd = 500000000 },
        {.size_ubase = -5000000,
         .entry_price_uusd = 90000000,
         .collateral_uusd = 90000000  },
        {.size_ubase = 2000000,
         .entry_price_uusd = 100000000,
         .collateral_uusd = 12000000  },
        {.size_ubase = -3000000,
         .entry_price_uusd = 80000000,
         .collateral_uusd = 30000000  },
    };
    struct book_survey survey;
    book_survey(holder, 5, &both, 100000000, &survey);
    check_i64("long", survey.long_uusd, 2200 * USD);
    check_i64("short", survey.short_uusd, 800 * USD);
    check_i64("collateral", survey.collateral_uusd, 1632 * USD);
    check_i64("top", survey.top_uusd, 3000 * USD);
    static const int64_t leverage[BOOK_LEVERAGE_EDGES + 2] = {1000, 0,   0, 1000, 0,
                                                              0,    700, 0, 0,    300};
    static const int64_t move[BOOK_MOVE_EDGES + 2] = {500,  0, 500, 0,   0,
                                                      1000, 0, 0,   1000};
    for (int i = 0; i < BOOK_LEVERAGE_EDGES + 2; ++i) {
        check_i64("leverage", survey.leverage[i].notional_uusd, leverage[i] * USD);
    }
    for (int i = 0; i < BOOK_MOVE_EDGES + 2; ++i) {
        check_i64("move", survey.move[i].notional_uusd, move[i] * USD);
    }
    check_i64("initial", survey.below_initial.accounts, 3);
    check_i64("maintenance", survey.below_maintenance.accounts, 2);
    check_i64("bankrupt", survey.bankrupt.accounts, 1);
}

static void the_top_is_the_ten_largest(void **state) {
    (void)state;
    const struct instrument_terms instrument = {
        .multiplier_ubase = MONEY_ONE,
        .margin = {.initial_ppm = 100000, .maintenance_ppm = 65000}
    };
    const struct collateral_terms collateral = {0};
    const struct book_terms both = {&instrument, &collateral};
    struct holder holder[25] = {{0}};
    for (int i = 0; i < 25; ++i) { /* 1 to 25 in another order, 7 is prime to 25 */
        holder[i] = (struct holder){.size_ubase = (i * 7 % 25 + 1) * MONEY_ONE,
                                    .entry_price_uusd = 1000000,
                                    .collateral_uusd = MONEY_ONE};
    }
    struct book_survey survey;
    book_survey(holder, 25, &both, 1000000, &survey);
    check_i64("16 to 25", survey.top_uusd, 205 * USD);
}

static const char mixed_book[] = HEADER "good,A,ETH-PERP,100,190,USD,4000\n"
                                        "thin,B,ETH-PERP,100,200,USD,2000\n"
                                        "gone,B,ETH-PERP,-50,150,USD,1000\n"
                                        "low,C,ETH-PERP,20,194.61,USD,320\n";

/* A lab whose scenario holds the parsed book. */
static void stand_with(struct lab *lab, struct book *book, enum book_mode mode) {
    struct scenario *scenario = check_memory(sizeof *scenario);
    lab_load(scenario, "black-thursday", NULL);
    scenario->book.book = book;
    scenario->book.mode = mode;
    lab_stand(lab, scenario);
    free(scenario);
}

/* thin: 2000 - 539 of equity, 1265 of maintenance, 1946 of initial margin; gone: 1000 -
   2230.5; low: 320 of 389 initial, above 253 maintenance.  None is repaired. */
static void a_book_enters_the_world_as_it_is(void **state) {
    (void)state;
    struct parsed parsed = parse(mixed_book, sizeof mixed_book - 1);
    struct lab lab;
    stand_with(&lab, parsed.book, BOOK_REPLACE);
    world_init(&lab.world, 1, 0, false);
    check_i64("status", (int64_t)lab.world.state->status, OUTCOME_STATUS_COMPLETE);
    check_i64("accounts", lab.stage->trader_count, 4);
    static const struct {
        const char *label;
        int64_t size, equity_uusd;
        bool below_initial, liquidatable;
    } want[] = {
        {"good", 100000000, 4461000000,  false, false},
        {"thin", 100000000, 1461000000,  true,  false},
        {"gone", -50000000, -1230500000, true,  true },
        {"low",  20000000,  320000000,   true,  false},
    };
    const struct book_terms seen_with = terms_of(&lab);
    for (uint32_t i = 0; i < 4; ++i) {
        const uint32_t account = lab.stage->trader + i;
        const struct margin margin = margin_evaluate(&lab.world.engine.margin, account);
        check_i64(want[i].label,
                  portfolio_at(&lab.world.engine.portfolio, account, 0)->size_ubase,
                  want[i].size);
        check_i64(want[i].label, (int64_t)margin.equity_uusd, want[i].equity_uusd);
        check_i64(want[i].label, margin.equity_uusd < margin.initial_uusd,
                  want[i].below_initial);
        check_i64(want[i].label, margin_liquidatable(&margin), want[i].liquidatable);
        check_i64(want[i].label,
                  book_liquidatable(&lab.world.holder[i], &seen_with,
                                    lab.stage->population.start_price_uusd),
                  want[i].liquidatable);
    }
    check_true("audit", engine_audit(&lab.world.engine));
    const struct outcome outcome = lab_run(&lab, 1, 0);
    /* By then the pool's hedge has moved the outside price a little. */
    check_relative("immediate",
                   (double)lab_money(&outcome, OUTCOME_IMMEDIATE_LIQUIDATION_NOTIONAL),
                   9730.5e6, 1e-3);
    check_true("its loss counts",
               lab_money(&outcome, OUTCOME_BAD_DEBT) >= INT64_C(1000000000));
    lab_close(&lab);
    discard(&parsed);
}

/* The engine's margin and the survey's agree for every drawn account, after every move. */
static void the_survey_and_the_engine_agree(void **state) {
    (void)state;
    struct lab lab;
    lab_open(&lab, "black-thursday", NULL);
    world_init(&lab.world, 3, 5, false);
    const struct book_terms seen_with = terms_of(&lab);
    int seen[2] = {0};
    for (int64_t mark = 100000000; mark < 300000000; mark += 9700000) {
        struct margin_view view = lab.world.engine.margin;
        view.mark_price_uusd = &mark;
        for (uint32_t i = 0; i < lab.stage->trader_count; ++i) {
            const struct margin margin = margin_evaluate(&view, lab.stage->trader + i);
            const bool want = margin_liquidatable(&margin);
            check_i64("liquidatable",
                      book_liquidatable(&lab.world.holder[i], &seen_with, mark), want);
            seen[want] += 1;
        }
    }
    check_true("some are", seen[1] > 100);
    check_true("some are not", seen[0] > 100);
    lab_close(&lab);
}

static void joining_leaves_the_drawn_accounts_alone(void **state) {
    (void)state;
    struct parsed parsed = parse(mixed_book, sizeof mixed_book - 1);
    struct lab alone, joined;
    lab_open(&alone, "black-thursday", NULL);
    stand_with(&joined, parsed.book, BOOK_JOIN);
    world_init(&alone.world, 1, 0, false);
    world_init(&joined.world, 1, 0, false);
    check_i64("accounts", joined.stage->trader_count, alone.stage->trader_count + 4);
    check_bytes("holders", joined.world.holder, alone.world.holder,
                alone.stage->trader_count * sizeof(struct holder));
    const struct holder *holder = &joined.world.holder[alone.stage->trader_count];
    const uint32_t first = (uint32_t)joined.stage->scenario.population.owners;
    check_i64("own owner", holder[0].owner, first);
    check_i64("shared owner", holder[2].owner, first + 1);
    const struct outcome outcome = lab_run(&joined, 1, 0);
    check_true("more to liquidate",
               lab_money(&outcome, OUTCOME_IMMEDIATE_LIQUIDATION_NOTIONAL) > 0);
    lab_close(&alone);
    lab_close(&joined);
    discard(&parsed);
}

/* The drawn book as positions of a book; one_more is added to the first collateral. */
static void copy_book(const struct world *world, int64_t one_more, struct book *book,
                      struct book_position *position) {
    const uint32_t count = world->stage->trader_count;
    for (uint32_t i = 0; i < count; ++i) {
        const struct holder *holder = &world->holder[i];
        position[i] = (struct book_position){.size_ubase = holder->size_ubase,
                                             .entry_price_uusd = holder->entry_price_uusd,
                                             .collateral_uusd = holder->collateral_uusd,
                                             .collateral_ubase = holder->collateral_ubase,
                                             .owner = holder->owner};
    }
    uint32_t first = 0;
    while (position[first].collateral_uusd == 0) {
        ++first;
    }
    position[first].collateral_uusd += one_more;
    *book = (struct book){.count = count, .owner_count = count, .position = position};
}

static void the_drawn_book_fed_back_gives_the_same_path(void **state) {
    (void)state;
    struct lab drawn, fed;
    struct book book;
    lab_open(&drawn, "black-thursday", NULL);
    struct book_position *position =
        check_memory(drawn.stage->trader_count * sizeof *position);
    const struct outcome want = lab_run(&drawn, 1, 0);
    for (int64_t one_more = 0; one_more < 2; ++one_more) {
        world_init(&drawn.world, 1, 0, false);
        copy_book(&drawn.world, one_more, &book, position);
        stand_with(&fed, &book, BOOK_REPLACE);
        const struct outcome got = lab_run(&fed, 1, 0);
        if (one_more == 0) {
            lab_same("fed back", &got, &want);
        } else {
            check_true("a micro-USD is noticed", lab_differs(&got, &want));
        }
        lab_close(&fed);
    }
    free(position);
    lab_close(&drawn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_is_told_with_place_and_remedy),
        cmocka_unit_test(beyond_a_hundred_mistakes_are_counted),
        cmocka_unit_test(what_other_programs_write_is_read),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(noise_ends_in_words),
        cmocka_unit_test(a_survey_counts_what_a_hand_counts),
        cmocka_unit_test(the_top_is_the_ten_largest),
        cmocka_unit_test(a_book_enters_the_world_as_it_is),
        cmocka_unit_test(the_survey_and_the_engine_agree),
        cmocka_unit_test(joining_leaves_the_drawn_accounts_alone),
        cmocka_unit_test(the_drawn_book_fed_back_gives_the_same_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
