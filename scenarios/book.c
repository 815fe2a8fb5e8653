#include "scenarios/book.h"

#include "engine/decimal.h"

#include <stdio.h>
#include <string.h>

static bool refuse(char *error, size_t size, const char *text, const char *sentence) {
    char shown[PARAM_QUOTE_SIZE];
    snprintf(error, size, "%s %s", param_quote(text, shown), sentence);
    return false;
}

static bool parse_path(const struct param *param, const char *text, void *value,
                       char *error, size_t error_size) {
    (void)param;
    const size_t length = strlen(text);
    char sentence[64];
    if (length >= BOOK_PATH_SIZE) {
        snprintf(sentence, sizeof sentence, "is too long; at most %d bytes",
                 BOOK_PATH_SIZE - 1);
        return refuse(error, error_size, text, sentence);
    }
    for (size_t i = 0; i < length; ++i) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            return refuse(error, error_size, text, "contains a control character");
        }
    }
    memset(value, 0, BOOK_PATH_SIZE);
    memcpy(value, text, length);
    return true;
}

static bool parse_digest(const struct param *param, const char *text, void *value,
                         char *error, size_t error_size) {
    (void)param;
    const size_t length = strlen(text);
    if (length != 0 && (length != 64 || strspn(text, "0123456789abcdef") != 64)) {
        return refuse(
            error, error_size, text,
            "is not a digest; write its 64 digits 0 to 9 and a to f, or nothing");
    }
    memset(value, 0, BOOK_DIGEST_SIZE);
    memcpy(value, text, length);
    return true;
}

static void format_text(const struct param *param, const void *value, char *text,
                        size_t size) {
    (void)param;
    snprintf(text, size, "%s", (const char *)value);
}

static const struct param_kind book_path = {.name = "path",
                                            .unit = "1",
                                            .example = "book.csv",
                                            .size = BOOK_PATH_SIZE,
                                            .parse = parse_path,
                                            .format = format_text};
static const struct param_kind book_digest = {.name = "digest",
                                              .unit = "1",
                                              .example = "64 digits 0 to 9 and a to f",
                                              .size = BOOK_DIGEST_SIZE,
                                              .parse = parse_digest,
                                              .format = format_text};
static const char *const mode_words[] = {"replace", "join", NULL};

const struct param book_params[] = {
    PARAM(struct book_config, file, "file", book_path, NULL, NULL, "",
          "your own book (CSV), relative to the scenario file; empty: none"),
    PARAM_CHOICE(struct book_config, mode, "mode", mode_words, "replace",
                 "replace the drawn population, or join it"),
    PARAM(struct book_config, content, "content", book_digest, NULL, NULL, "",
          "BLAKE2b-256 of the file: filled in when it is read, checked when given"),
    {0},
};

int book_format(const struct book_line *line, char text[BOOK_LINE_SIZE]) {
    char quantity[DECIMAL_SIZE], price[DECIMAL_SIZE], collateral[DECIMAL_SIZE];
    decimal_write(line->holder->size_ubase, 6, quantity);
    decimal_write(line->holder->entry_price_uusd, 6, price);
    const bool units = line->holder->collateral_ubase != 0;
    decimal_write(units ? line->holder->collateral_ubase : line->holder->collateral_uusd,
                  6, collateral);
    return snprintf(text, BOOK_LINE_SIZE, "%.*s,%.*s,%s,%s,%s,%s,%s\n",
                    line->account_length, line->account, line->owner_length, line->owner,
                    line->instrument, quantity, price, units ? line->underlying : "USD",
                    collateral);
}

struct holder book_holder(const struct book_position *position) {
    return (struct holder){.size_ubase = position->size_ubase,
                           .entry_price_uusd = position->entry_price_uusd,
                           .collateral_uusd = position->collateral_uusd,
                           .collateral_ubase = position->collateral_ubase,
                           .owner = position->owner};
}

const int64_t book_leverage_edges[BOOK_LEVERAGE_EDGES] = {
    1000000, 2000000, 3000000, 5000000, 7000000, 10000000, 20000000, 50000000};
const int64_t book_move_edges[BOOK_MOVE_EDGES] = {10000,  20000,  50000, 100000,
                                                  200000, 300000, 500000};

static wide units_at(const struct holder *holder, const struct book_terms *terms,
                     int64_t mark_uusd) {
    return collateral_value_floor(holder->collateral_ubase, mark_uusd,
                                  terms->instrument->multiplier_ubase);
}

static wide equity_at(const struct holder *holder, const struct book_terms *terms,
                      int64_t mark_uusd) {
    return holder->collateral_uusd + units_at(holder, terms, mark_uusd) +
           money_value_floor(holder->size_ubase, mark_uusd) -
           money_value_ceil(holder->size_ubase, holder->entry_price_uusd);
}

static wide notional_at(const struct holder *holder, int64_t mark_uusd) {
    return money_value_ceil(money_magnitude(holder->size_ubase), mark_uusd);
}

static wide backing_at(const struct holder *holder, const struct book_terms *terms,
                       int64_t mark_uusd) {
    const wide units = units_at(holder, terms, mark_uusd);
    return equity_at(holder, terms, mark_uusd) - units +
           collateral_margin_floor(terms->collateral, units);
}

bool book_liquidatable(const struct holder *holder, const struct book_terms *terms,
                       int64_t mark_uusd) {
    return holder->size_ubase != 0 &&
           backing_at(holder, terms, mark_uusd) <
               margin_linear_maintenance(&terms->instrument->margin,
                                         notional_at(holder, mark_uusd));
}

static void count(struct book_bin *bin, int64_t notional_uusd) {
    bin->accounts += 1;
    bin->notional_uusd += notional_uusd;
}

static int leverage_bin(wide notional, wide equity) {
    int bin = 0;
    if (equity <= 0) {
        return BOOK_LEVERAGE_EDGES + 1;
    }
    while (bin < BOOK_LEVERAGE_EDGES &&
           notional * MONEY_ONE > equity * book_leverage_edges[bin]) {
        bin += 1;
    }
    return bin;
}

/* Health falls with every adverse move, maintenance rates being at most 100 %, but for a
   short that its units outweigh: the first edge within which it is liquidatable. */
static int move_bin(const struct holder *holder, const struct book_terms *terms,
                    int64_t mark_uusd) {
    if (book_liquidatable(holder, terms, mark_uusd)) {
        return 0;
    }
    int edge = 0;
    for (; edge < BOOK_MOVE_EDGES; ++edge) {
        const int64_t sign = holder->size_ubase > 0 ? -1 : 1;
        const int64_t moved = money_mul_div_floor(
            mark_uusd, MONEY_ONE + sign * book_move_edges[edge], MONEY_ONE);
        if (book_liquidatable(holder, terms, moved)) {
            break;
        }
    }
    return 1 + edge;
}

/* Keeps the largest values, in descending order. */
static void keep_top(int64_t top[BOOK_TOP], int64_t value) {
    for (int i = 0; i < BOOK_TOP; ++i) {
        if (value > top[i]) {
            const int64_t smaller = top[i];
            top[i] = value;
            value = smaller;
        }
    }
}

/* Open interest scales the initial rate; it is that of the whole book. */
static void look_at(const struct holder *holder, const struct book_terms *terms,
                    int64_t mark_uusd, wide open_interest, struct book_survey *survey) {
    const wide equity = equity_at(holder, terms, mark_uusd);
    const wide units = units_at(holder, terms, mark_uusd);
    const wide notional = notional_at(holder, mark_uusd);
    const int64_t own = money_narrow(notional);
    survey->collateral_uusd += holder->collateral_uusd + money_narrow(units);
    survey->underlying_uusd += money_narrow(units);
    count(&survey->leverage[leverage_bin(notional, equity)], own);
    count(&survey->move[move_bin(holder, terms, mark_uusd)], own);
    if (backing_at(holder, terms, mark_uusd) <
        margin_linear_initial(&terms->instrument->margin, notional, open_interest)) {
        count(&survey->below_initial, own);
    }
    if (book_liquidatable(holder, terms, mark_uusd)) {
        count(&survey->below_maintenance, own);
    }
    if (equity < 0) {
        count(&survey->bankrupt, own);
    }
}

void book_survey(const struct holder *holder, uint32_t count_,
                 const struct book_terms *terms, int64_t mark_uusd,
                 struct book_survey *survey) {
    int64_t top[BOOK_TOP] = {0};
    memset(survey, 0, sizeof *survey);
    for (uint32_t i = 0; i < count_; ++i) {
        const int64_t notional = money_narrow(notional_at(&holder[i], mark_uusd));
        const bool is_long = holder[i].size_ubase > 0;
        survey->long_ubase += is_long ? holder[i].size_ubase : 0;
        survey->short_ubase -= is_long ? 0 : holder[i].size_ubase;
        survey->long_uusd += is_long ? notional : 0;
        survey->short_uusd += is_long ? 0 : notional;
        keep_top(top, notional);
    }
    const wide open_interest =
        money_value_ceil(money_max(survey->long_ubase, survey->short_ubase), mark_uusd);
    for (uint32_t i = 0; i < count_; ++i) {
        look_at(&holder[i], terms, mark_uusd, open_interest, survey);
    }
    for (int i = 0; i < BOOK_TOP; ++i) {
        survey->top_uusd += top[i];
    }
}
