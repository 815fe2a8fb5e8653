#include "analysis/story_head.h"

#include "analysis/number.h"
#include "analysis/story_text.h"

#include <inttypes.h>

/* A field of the outcome in shown units; false when it has no value. */
static bool field_of(const struct outcome *outcome, enum outcome_field field,
                     double *value) {
    if (outcome->status != OUTCOME_STATUS_COMPLETE || outcome_missing(outcome, field)) {
        return false;
    }
    *value = outcome_descriptions[field].kind == OUTCOME_RATIO
                 ? outcome->value[field].real
                 : (double)outcome->value[field].integer / spool_divisor(field);
    return true;
}

static double value_of(const struct outcome *outcome, enum outcome_field field) {
    double value;
    return field_of(outcome, field, &value) ? value : 0;
}

static void add_usd(struct story_text *text, const char *lead, double usd) {
    char number[NUMBER_SIZE];
    number_usd(usd, number);
    story_text_add(text, "%s%s USD", lead, number);
}

static void add_price(struct story_text *text, const struct story *story) {
    const struct stage *stage = story->subject->stage;
    const struct replay *replay = story->replay;
    const struct event_extremes *most = &replay->extremes;
    const double start = (double)stage->start_price_uusd / 1e6;
    const double low = (double)most->low_uusd / 1e6;
    char since[STORY_TIME_SIZE];
    story_text_add(text, "%s began at", stage->scenario.instrument.name);
    story_text_price(text, " ", start);
    story_text_add(text, " USD");
    if (low > 0 && low < 0.999 * start) {
        story_text_since(stage, most->low_ns, since);
        story_text_price(text, ", fell to ", low);
        story_text_add(text, " (%.1f %%) at %s", 100 * (low / start - 1), since);
    }
    if (replay->count > 0) {
        story_text_price(text, " and ended at ",
                         (double)replay->row[replay->count - 1].outside_uusd / 1e6);
        story_text_add(text, ".");
    }
}

static void add_liquidations(struct story_text *text, const struct outcome *outcome) {
    const double notional = value_of(outcome, OUTCOME_LIQUIDATED_NOTIONAL);
    const double accounts = value_of(outcome, OUTCOME_LIQUIDATED_ACCOUNTS);
    char number[NUMBER_SIZE];
    if (accounts <= 0) {
        story_text_add(text, " Nobody was liquidated.");
        return;
    }
    number_count((uint64_t)accounts, number);
    add_usd(text, " ", notional);
    story_text_add(text, " of %s account%s was liquidated, %.1f %% of what was open.",
                   number, accounts == 1 ? "" : "s",
                   100 * value_of(outcome, OUTCOME_LIQUIDATED_SHARE));
}

/* Who bore the bad debt, layer by layer. */
static void add_bad_debt(struct story_text *text, const struct outcome *outcome) {
    static const struct {
        enum outcome_field field;
        const char *words;
    } payers[] = {
        {OUTCOME_ADL_HAIRCUT,     "was taken from auto-deleveraged winners"},
        {OUTCOME_SOCIALISED_LOSS, "was charged to other accounts"          },
        {OUTCOME_POOL_ABSORBED,   "to the pool"                            },
        {OUTCOME_SHORTFALL_OPEN,  "was still open at the horizon"          },
    };
    const double debt = value_of(outcome, OUTCOME_BAD_DEBT);
    if (debt <= 0) {
        story_text_add(text, " No account left a shortfall.");
        return;
    }
    add_usd(text, " Bad debt came to ", debt);
    add_usd(text, ": the insurance fund paid ", value_of(outcome, OUTCOME_FUND_DRAW));
    for (size_t i = 0; i < sizeof payers / sizeof *payers; ++i) {
        const double paid = value_of(outcome, payers[i].field);
        if (paid > 0) {
            add_usd(text, ", ", paid);
            story_text_add(text, " %s", payers[i].words);
        }
    }
    story_text_add(text, ".");
    double hours;
    if (field_of(outcome, OUTCOME_FUND_DEPLETION_TIME, &hours)) {
        const int minutes = (int)(hours * 60);
        story_text_add(text, " The fund ran dry at T+%02d:%02d.", minutes / 60,
                       minutes % 60);
    } else {
        add_usd(text, " The fund was never below ", value_of(outcome, OUTCOME_FUND_MIN));
        story_text_add(text, ".");
    }
}

static void add_chain(struct story_text *text, const struct story *story) {
    const struct outcome *outcome = &story->replay->outcome;
    const struct event_extremes *most = &story->replay->extremes;
    char since[STORY_TIME_SIZE];
    if (most->gas_wei > 0) {
        story_text_since(story->subject->stage, most->gas_ns, since);
        story_text_add(text, " Gas peaked at %.3g gwei at %s",
                       (double)most->gas_wei / 1e9, since);
        const double excluded = value_of(outcome, OUTCOME_KEEPER_EXCLUDED_SHARE);
        if (excluded > 0) {
            story_text_add(text,
                           "; %.1f %% of the keepers' transactions waited for 25 blocks",
                           100 * excluded);
        }
        story_text_add(text, ".");
    }
    if (most->gap_ppm >= 10000) {
        story_text_since(story->subject->stage, most->gap_ns, since);
        story_text_add(text, " The oracle was off by up to %.1f %%, at %s.",
                       (double)most->gap_ppm / 1e4, since);
    }
    const double blocked = value_of(outcome, OUTCOME_WITHDRAWAL_BLOCKED_TIME);
    if (blocked > 0) {
        story_text_add(text, " Withdrawals were blocked for %.3g h.", blocked);
    }
}

void story_head_tell(struct story_text *text, const struct story *story) {
    const struct outcome *outcome = &story->replay->outcome;
    text->length = 0;
    if (outcome->status != OUTCOME_STATUS_COMPLETE) {
        story_text_add(text, "THE PATH FAILED: %s. ",
                       outcome_status_text((enum outcome_status)outcome->status));
    }
    add_price(text, story);
    if (outcome->status == OUTCOME_STATUS_COMPLETE) {
        add_liquidations(text, outcome);
        add_bad_debt(text, outcome);
    }
    add_chain(text, story);
}

void story_head_print(const struct page *page, const struct story *story) {
    const struct stage *stage = story->subject->stage;
    const struct outcome *outcome = &story->replay->outcome;
    const struct page whole = {.file = page->file, .width = page->width};
    struct story_text text = {.length = 0};
    char from[PARAM_FORMAT_SIZE], to[PARAM_FORMAT_SIZE];
    param_instant.format(NULL, &stage->start_ns, from, sizeof from);
    param_instant.format(NULL, &stage->end_ns, to, sizeof to);
    from[10] = ' '; /* 2020-03-12 00:00 */
    to[10] = ' ';
    story_text_add(&text, "%s, seed %" PRIu64 ", path %" PRIu64, story->subject->run.name,
                   story->seed, outcome->path);
    page_put(&whole, "", text.text);
    page_put(&whole, "", story->origin);
    text.length = 0;
    story_text_add(&text, "%.16s to %.16s UTC; T+ counts from the start.", from, to);
    page_put(&whole, "", text.text);
    fputc('\n', page->file);
    story_head_tell(&text, story);
    page_put(&whole, "", text.text);
}
