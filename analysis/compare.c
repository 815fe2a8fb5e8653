#include "analysis/compare.h"

#include "analysis/say.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fields of which less, or more, is better; all others are neither. */
static const enum outcome_field less_is_better[] = {
    OUTCOME_BAD_DEBT,
    OUTCOME_SHORTFALL_OPEN,
    OUTCOME_BAD_DEBT_MATERIAL,
    OUTCOME_ANY_BAD_DEBT,
    OUTCOME_FUND_DRAW,
    OUTCOME_FUND_DEPLETED,
    OUTCOME_UNCOVERED_LOSS,
    OUTCOME_INSOLVENCY,
    OUTCOME_SOCIALISED_LOSS,
    OUTCOME_HAIRCUT_RATE,
    OUTCOME_POOL_ABSORBED,
    OUTCOME_LIQUIDATED_NOTIONAL,
    OUTCOME_LIQUIDATED_SHARE,
    OUTCOME_LIQUIDATED_ACCOUNTS,
    OUTCOME_LIQUIDATION_COST,
    OUTCOME_SLIPPAGE_RATE,
    OUTCOME_UNDERMARGINED_MAX,
    OUTCOME_FEEDBACK_BAD_DEBT,
    OUTCOME_CASCADE_RATIO,
    OUTCOME_ORACLE_GAP_MAX,
    OUTCOME_KEEPER_EXCLUDED_SHARE,
    OUTCOME_CAPITAL_LOCKED,
    OUTCOME_RECOVERED_LIQUIDATION_SHARE,
    OUTCOME_COVER_1,
    OUTCOME_COVER_2,
    OUTCOME_IMMEDIATE_LIQUIDATION_NOTIONAL,
    OUTCOME_WITHDRAWAL_BLOCKED_TIME,
    OUTCOME_MPOR_P50,
    OUTCOME_MPOR_P95,
    OUTCOME_BAD_DEBT_UNDERLYING,
    OUTCOME_ADL,
    OUTCOME_ADL_NOTIONAL,
    OUTCOME_ADL_HAIRCUT,
    OUTCOME_ADL_OVERSHOOT,
    OUTCOME_ADL_MAX_SHARE,
};
static const enum outcome_field more_is_better[] = {
    OUTCOME_FUND_MIN,
    OUTCOME_POOL_PNL,
    OUTCOME_POOL_PNL_HEDGED,
    OUTCOME_CAPITAL_EFFICIENCY,
};

static bool is_among(const enum outcome_field *fields, size_t count,
                     enum outcome_field field) {
    for (size_t i = 0; i < count; ++i) {
        if (fields[i] == field) {
            return true;
        }
    }
    return false;
}

static enum compare_verdict judge(enum outcome_field field, const struct paired *paired) {
    const struct interval *difference = &paired->difference;
    if (paired->pairs > 0 && paired->higher + paired->lower == 0 && paired->failed == 0) {
        return COMPARE_SAME;
    }
    const bool higher = difference->low > 0, lower = difference->high < 0;
    if (!higher && !lower) {
        return COMPARE_UNCLEAR;
    }
    if (is_among(less_is_better, sizeof less_is_better / sizeof *less_is_better, field)) {
        return higher ? COMPARE_WORSE : COMPARE_BETTER;
    }
    if (is_among(more_is_better, sizeof more_is_better / sizeof *more_is_better, field)) {
        return higher ? COMPARE_BETTER : COMPARE_WORSE;
    }
    return higher ? COMPARE_HIGHER : COMPARE_LOWER;
}

const char *compare_word(enum compare_verdict verdict) {
    static const char *const words[] = {
        [COMPARE_UNCLEAR] = "unclear", [COMPARE_SAME] = "same",
        [COMPARE_BETTER] = "better",   [COMPARE_WORSE] = "worse",
        [COMPARE_HIGHER] = "higher",   [COMPARE_LOWER] = "lower",
    };
    return words[verdict];
}

/* The value behind "key: " on its line of a canonical text; NULL when there is none. */
static const char *find_line(const char *text, const char *key, size_t length) {
    for (const char *line = text; *line != '\0';) {
        if (strncmp(line, key, length) == 0 && strncmp(line + length, ": ", 2) == 0) {
            return line + length + 2;
        }
        const char *end = strchr(line, '\n');
        line = end != NULL ? end + 1 : line + strlen(line);
    }
    return NULL;
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* Whether both scenarios stand on a user's book alone: nothing is drawn then. */
static bool is_given(const struct compare *compare) {
    for (unsigned i = 0; i < 2; ++i) {
        const char *text = compare->side[i].canonical;
        const char *mode = find_line(text, "book.mode", strlen("book.mode"));
        const char *content = find_line(text, "book.content", strlen("book.content"));
        if (mode == NULL || content == NULL || !starts_with(mode, "replace") ||
            *content == '\n') {
            return false;
        }
    }
    return true;
}

/* A drawn book depends on the margin and the price it is opened at, too. */
static bool reaches_book(const struct compare *compare, const char *key) {
    static const char *const drawn[] = {"margin", "instrument.multiplier",
                                        "market.start_price"};
    bool reaches = starts_with(key, "population.") || starts_with(key, "book.");
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; ++i) {
        reaches |= starts_with(key, drawn[i]) && !is_given(compare);
    }
    return reaches;
}

static void add_change(struct compare *compare, const char *key, size_t length,
                       const char *a, const char *b) {
    static const char *const storms[] = {
        "market.model",  "market.facts",  "market.start:",       "world.slot",
        "world.warm_up", "world.horizon", "market.start_price:", "market.rebound"};
    struct compare_change *change = &compare->change[compare->change_count++];
    snprintf(change->key, sizeof change->key, "%.*s", (int)length, key);
    snprintf(change->a, sizeof change->a, "%.*s", a == NULL ? 1 : (int)strcspn(a, "\n"),
             a == NULL ? "-" : a);
    snprintf(change->b, sizeof change->b, "%.*s", b == NULL ? 1 : (int)strcspn(b, "\n"),
             b == NULL ? "-" : b);
    compare->other_book |= reaches_book(compare, key);
    for (size_t i = 0; i < sizeof storms / sizeof *storms; ++i) {
        compare->other_storm |= starts_with(key, storms[i]);
    }
}

static size_t line_count(const char *text) {
    size_t count = 1;
    for (; *text != '\0'; ++text) {
        count += *text == '\n';
    }
    return count;
}

/* Adds each key of one text whose value is another in the second text; only_missing skips
   those that the second text has. */
static void add_changes(struct compare *compare, const char *text, const char *other,
                        bool swapped) {
    for (const char *line = text; *line != '\0';) {
        const size_t width = strcspn(line, "\n"), key = strcspn(line, ":\n");
        const char *there = find_line(other, line, key);
        const char *here = line[key] == ':' ? line + key + 2 : line + key;
        const size_t length = width - (size_t)(here - line);
        const bool equal = there != NULL && strcspn(there, "\n") == length &&
                           strncmp(there, here, length) == 0;
        if (swapped ? there == NULL : !equal) {
            add_change(compare, line, key, swapped ? NULL : here, swapped ? here : there);
        }
        line += width + (line[width] == '\n');
    }
}

static bool find_changes(struct compare *compare) {
    const char *a = compare->side[0].canonical, *b = compare->side[1].canonical;
    compare->change = calloc(line_count(a) + line_count(b), sizeof *compare->change);
    if (compare->change == NULL) {
        return false;
    }
    add_changes(compare, a, b, false);
    add_changes(compare, b, a, true);
    return true;
}

static enum run_status check_pairs(const struct compare_side *a,
                                   const struct compare_side *b) {
    const uint64_t paths = spool_count(a->spool), other = spool_count(b->spool);
    if (a->seed != b->seed) {
        say("A has seed %" PRIu64 " and B has %" PRIu64
            ": their paths are no pairs; run both with one seed",
            a->seed, b->seed);
        return RUN_INPUT;
    }
    if (paths != other) {
        say("A has %" PRIu64 " paths and B has %" PRIu64
            ": only equal numbers are compared path by path",
            paths, other);
        return RUN_INPUT;
    }
    return RUN_OK;
}

enum run_status compare_make(const struct compare_side *a, const struct compare_side *b,
                             double level, struct compare *compare) {
    *compare = (struct compare){
        .side = {*a, *b},
          .level = level
    };
    const enum run_status fit = check_pairs(a, b);
    if (fit != RUN_OK) {
        return fit;
    }
    compare->row = calloc(a->metrics->count + 1, sizeof *compare->row);
    if (compare->row == NULL || !find_changes(compare)) {
        say("out of memory");
        return RUN_IO;
    }
    for (size_t i = 0; i < a->metrics->count; ++i) {
        const struct estimate *one = &a->metrics->estimate[i];
        const struct estimate *other = metrics_find(b->metrics, one->name);
        if (other == NULL || !paired_possible(one->kind)) {
            continue;
        }
        struct compare_row *row = &compare->row[compare->row_count++];
        *row = (struct compare_row){.metric = one->name, .a = one, .b = other};
        if (!paired_compute(a->spool, b->spool, one->field, one->kind, level,
                            &row->paired)) {
            say("the outcomes cannot be compared: %s", strerror(errno));
            return RUN_IO;
        }
        row->verdict = judge(one->field, &row->paired);
    }
    return RUN_OK;
}

void compare_free(struct compare *compare) {
    free(compare->row);
    free(compare->change);
    memset(compare, 0, sizeof *compare);
}

const struct compare_row *compare_find(const struct compare *compare,
                                       const char *metric) {
    for (size_t i = 0; i < compare->row_count; ++i) {
        if (strcmp(compare->row[i].metric, metric) == 0) {
            return &compare->row[i];
        }
    }
    return NULL;
}
