#include "analysis/commands/book_page.h"

#include "analysis/number.h"
#include "analysis/say.h"
#include "engine/decimal.h"
#include "scenarios/genesis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOOK_SEED = 1, BOOK_PATH = 0, BAR = 24 };

/* The holders of the path, allocated; NULL when memory is out, said. */
static struct holder *holders_of(const struct stage *stage) {
    struct holder *holder = calloc(stage->trader_count, sizeof *holder);
    double *weight = calloc((size_t)stage->drawn_count + 1, sizeof *weight);
    if (holder == NULL || weight == NULL) {
        say("out of memory");
        free(holder);
        holder = NULL;
    } else {
        genesis_holders(stage, BOOK_SEED, BOOK_PATH, weight, holder);
    }
    free(weight);
    return holder;
}

/* Whole USD with commas and a sign. */
static void usd_text(int64_t uusd, char text[NUMBER_SIZE + 1]) {
    char digits[NUMBER_SIZE];
    const uint64_t size = (uint64_t)(uusd < 0 ? -uusd : uusd);
    number_count((size + 500000) / 1000000, digits);
    snprintf(text, NUMBER_SIZE + 1, "%s%s", uusd < 0 && size >= 500000 ? "-" : "",
             digits);
}

static double share_of(int64_t part, int64_t whole) {
    return whole > 0 ? (double)part / (double)whole : 0;
}

static void print_bin(const char *label, const struct book_bin *bin, int64_t whole) {
    static const char bar[BAR + 1] = "########################";
    char accounts[NUMBER_SIZE], notional[NUMBER_SIZE + 1];
    const double share = share_of(bin->notional_uusd, whole);
    const int length = (int)(share * BAR + 0.5);
    number_count((uint64_t)bin->accounts, accounts);
    usd_text(bin->notional_uusd, notional);
    printf("  %-16s %10s %16s %6.1f %%%s%.*s\n", label, accounts, notional, 100 * share,
           length > 0 ? "  " : "", length, bar);
}

static void print_title(const char *title) {
    printf("\n  %-16s %10s %16s %8s\n", title, "accounts", "notional USD", "share");
}

static void print_leverage(const struct book_survey *survey, int64_t whole) {
    char label[40];
    print_title("leverage");
    for (int i = 0; i <= BOOK_LEVERAGE_EDGES; ++i) {
        const double low = i > 0 ? (double)book_leverage_edges[i - 1] / 1e6 : 0;
        if (i < BOOK_LEVERAGE_EDGES) {
            snprintf(label, sizeof label, "%g to %g", low,
                     (double)book_leverage_edges[i] / 1e6);
        } else {
            snprintf(label, sizeof label, "above %g", low);
        }
        print_bin(label, &survey->leverage[i], whole);
    }
    print_bin("no equity", &survey->leverage[BOOK_LEVERAGE_EDGES + 1], whole);
}

static void print_moves(const struct book_survey *survey, int64_t whole) {
    char label[40];
    print_title("liquidated by");
    print_bin("already", &survey->move[0], whole);
    for (int i = 0; i <= BOOK_MOVE_EDGES; ++i) {
        const double low = i > 0 ? (double)book_move_edges[i - 1] / 1e4 : 0;
        if (i < BOOK_MOVE_EDGES) {
            snprintf(label, sizeof label, "%g to %g %%", low,
                     (double)book_move_edges[i] / 1e4);
        } else {
            snprintf(label, sizeof label, "beyond %g %%", low);
        }
        print_bin(label, &survey->move[i + 1], whole);
    }
}

static void print_interest(const struct stage *stage, const struct book_survey *survey,
                           int64_t whole) {
    char longs[NUMBER_SIZE + 1], shorts[NUMBER_SIZE + 1], net[NUMBER_SIZE + 1];
    usd_text(survey->long_uusd, longs);
    usd_text(survey->short_uusd, shorts);
    usd_text(survey->long_uusd - survey->short_uusd, net);
    printf("\n  %-16s %16s %16s %16s %8s\n", "instrument", "long USD", "short USD",
           "net USD", "top 10");
    printf("  %-16s %16s %16s %16s %6.1f %%\n", stage->scenario.instrument.name, longs,
           shorts, net, 100 * share_of(survey->top_uusd, whole));
}

static void print_trouble(const struct book_survey *survey) {
    const struct {
        const char *what;
        const struct book_bin *bin;
    } rows[] = {
        {"below initial margin",     &survey->below_initial    },
        {"below maintenance margin", &survey->below_maintenance},
        {"without equity",           &survey->bankrupt         },
    };
    putchar('\n');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        char accounts[NUMBER_SIZE], notional[NUMBER_SIZE + 1];
        number_count((uint64_t)rows[i].bin->accounts, accounts);
        usd_text(rows[i].bin->notional_uusd, notional);
        printf("  already %-25s %8s accounts %16s USD\n", rows[i].what, accounts,
               notional);
    }
    if (survey->below_initial.accounts > 0) {
        puts("  They enter the world as they are; nothing is topped up.");
    }
}

static void print_head(const struct stage *stage, const struct book_survey *survey) {
    const struct book *book = stage->scenario.book.book;
    char accounts[NUMBER_SIZE], price[DECIMAL_SIZE], collateral[NUMBER_SIZE + 1];
    number_count(stage->trader_count, accounts);
    decimal_write(stage->population.start_price_uusd, 6, price);
    usd_text(survey->collateral_uusd, collateral);
    if (book == NULL) {
        printf("\nThe book of path 0, seed 1, drawn for each path anew");
    } else if (stage->drawn_count == 0) {
        printf("\nThe book of %s, the same in every path", stage->scenario.book.file);
    } else {
        char joined[NUMBER_SIZE];
        number_count(book->count, joined);
        printf("\nThe book of path 0, seed 1, with %s accounts of %s", joined,
               stage->scenario.book.file);
    }
    printf(", at %s USD:\n%s accounts, collateral %s USD", price, accounts, collateral);
    if (survey->underlying_uusd > 0) {
        usd_text(survey->underlying_uusd, collateral);
        printf(", of it %s USD in %s", collateral, stage->scenario.collateral.asset);
    }
    putchar('\n');
}

/* Looks at the book of the path. */
static enum run_status survey_book(const struct stage *stage,
                                   struct book_survey *survey) {
    struct holder *holder = holders_of(stage);
    if (holder == NULL) {
        return RUN_IO;
    }
    const struct book_terms terms = {&stage->scenario.instrument,
                                     &stage->scenario.collateral.terms};
    book_survey(holder, stage->trader_count, &terms, stage->population.start_price_uusd,
                survey);
    free(holder);
    return RUN_OK;
}

enum run_status book_page_print(const struct subject *subject) {
    const struct stage *stage = subject->stage;
    struct book_survey survey;
    if (survey_book(stage, &survey) != RUN_OK) {
        return RUN_IO;
    }
    const int64_t whole = survey.long_uusd + survey.short_uusd;
    print_head(stage, &survey);
    print_interest(stage, &survey, whole);
    print_leverage(&survey, whole);
    print_moves(&survey, whole);
    print_trouble(&survey);
    return RUN_OK;
}

static void put_usd(struct json *json, const char *key, int64_t uusd) {
    json_real(json, key, (double)uusd / 1e6);
}

static void put_bin(struct json *json, const char *key, const struct book_bin *bin) {
    json_open(json, key, '{');
    json_unsigned(json, "accounts", (uint64_t)bin->accounts);
    put_usd(json, "notional", bin->notional_uusd);
    json_close(json, '{');
}

/* One object a bin with the edge it ends at, null where there is none. */
static void put_bins(struct json *json, const char *key, const struct book_bin *bin,
                     size_t count, const double *edge) {
    json_open(json, key, '[');
    for (size_t i = 0; i < count; ++i) {
        json_open(json, NULL, '{');
        json_real(json, "up_to", edge[i]);
        json_unsigned(json, "accounts", (uint64_t)bin[i].accounts);
        put_usd(json, "notional", bin[i].notional_uusd);
        json_close(json, '{');
    }
    json_close(json, '[');
}

/* Bins of leverage end with the one of accounts that have no equity, told apart. */
static void put_survey_bins(struct json *json, const struct book_survey *survey) {
    double leverage[BOOK_LEVERAGE_EDGES + 1], move[BOOK_MOVE_EDGES + 2];
    for (size_t i = 0; i < BOOK_LEVERAGE_EDGES; ++i) {
        leverage[i] = (double)book_leverage_edges[i] / 1e6;
    }
    leverage[BOOK_LEVERAGE_EDGES] = nan("");
    move[0] = 0;
    for (size_t i = 0; i < BOOK_MOVE_EDGES; ++i) {
        move[i + 1] = (double)book_move_edges[i] / 1e6;
    }
    move[BOOK_MOVE_EDGES + 1] = nan("");
    put_bins(json, "leverage", survey->leverage, BOOK_LEVERAGE_EDGES + 1, leverage);
    put_bins(json, "liquidated_by_a_move", survey->move, BOOK_MOVE_EDGES + 2, move);
    put_bin(json, "below_initial_margin", &survey->below_initial);
    put_bin(json, "below_maintenance_margin", &survey->below_maintenance);
    put_bin(json, "without_equity", &survey->bankrupt);
}

enum run_status book_page_json(struct json *json, const struct subject *subject) {
    const struct stage *stage = subject->stage;
    struct book_survey survey;
    if (survey_book(stage, &survey) != RUN_OK) {
        json_text(json, "book", NULL);
        return RUN_IO;
    }
    json_open(json, "book", '{');
    json_text(json, "instrument", stage->scenario.instrument.name);
    json_text(json, "file",
              stage->scenario.book.book != NULL ? stage->scenario.book.file : NULL);
    json_unsigned(json, "accounts", stage->trader_count);
    json_unsigned(json, "drawn", stage->drawn_count);
    put_usd(json, "start_price", stage->population.start_price_uusd);
    put_usd(json, "collateral", survey.collateral_uusd);
    put_usd(json, "collateral_in_the_underlying", survey.underlying_uusd);
    put_usd(json, "long", survey.long_uusd);
    put_usd(json, "short", survey.short_uusd);
    put_usd(json, "ten_largest_accounts", survey.top_uusd);
    put_survey_bins(json, &survey);
    json_close(json, '{');
    return RUN_OK;
}

/* The user's names are kept; drawn accounts are called after their place. */
static void write_line(const struct stage *stage, const struct holder *holder,
                       uint32_t index) {
    char account[48], owner[48], text[BOOK_LINE_SIZE];
    const struct book *book = stage->scenario.book.book;
    struct book_line line = {.account = account,
                             .owner = owner,
                             .instrument = stage->scenario.instrument.name,
                             .underlying = stage->scenario.collateral.asset,
                             .holder = holder};
    if (index < stage->drawn_count) {
        const char *word = book == NULL ? "trader" : "drawn";
        line.account_length = snprintf(account, sizeof account, "%s-%u", word, index + 1);
        line.owner_length =
            snprintf(owner, sizeof owner, "%s-owner-%u", word, holder->owner + 1);
    } else {
        const struct book_position *position =
            &book->position[index - stage->drawn_count];
        line.account = book->text + position->name;
        line.account_length = (int)position->name_length;
        line.owner = book->text + position->owner_name;
        line.owner_length = (int)position->owner_name_length;
    }
    book_format(&line, text);
    fputs(text, stdout);
}

enum run_status book_page_write(const struct subject *subject) {
    const struct stage *stage = subject->stage;
    struct holder *holder = holders_of(stage);
    if (holder == NULL) {
        return RUN_IO;
    }
    puts(BOOK_HEADER);
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        write_line(stage, &holder[i], i);
    }
    free(holder);
    return RUN_OK;
}
