#include "analysis/story_text.h"

#include "analysis/number.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)

void story_text_add(struct story_text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text->text + text->length,
                                 STORY_TEXT_SIZE - text->length, format, arguments);
    va_end(arguments);
    const size_t room = STORY_TEXT_SIZE - 1 - text->length;
    assert(length >= 0);
    text->length += (size_t)length < room ? (size_t)length : room;
}

void story_text_part(struct story_text *text, const char *lead) {
    story_text_add(text, "%s", text->length == 0 ? lead : ", ");
}

void story_text_price(struct story_text *text, const char *lead, double usd) {
    char number[NUMBER_SIZE];
    number_price(usd, number);
    story_text_add(text, "%s%s", lead, number);
}

void story_text_since(const struct stage *stage, int64_t time_ns,
                      char text[STORY_TIME_SIZE]) {
    const int64_t since_ns = time_ns - stage->start_ns;
    const bool before = since_ns < 0;
    const int64_t seconds = (before ? -since_ns : since_ns) / SECOND_NS;
    snprintf(text, STORY_TIME_SIZE, "T%c%02" PRId64 ":%02d:%02d", before ? '-' : '+',
             seconds / 3600, (int)(seconds / 60 % 60), (int)(seconds % 60));
}

void story_text_time(const struct stage *stage, int64_t time_ns,
                     char text[STORY_TIME_SIZE]) {
    char since[STORY_TIME_SIZE];
    const int64_t day = time_ns / SECOND_NS % 86400;
    story_text_since(stage, time_ns, since);
    snprintf(text, STORY_TIME_SIZE, "%02d:%02d:%02d %.24s", (int)(day / 3600),
             (int)(day / 60 % 60), (int)(day % 60), since);
}

void story_text_kind(struct story_text *text, enum transaction_kind kind, size_t count) {
    char name[64], number[NUMBER_SIZE];
    snprintf(name, sizeof name, "%s",
             kind == TRANSACTION_LIQUIDATE  ? "liquidation"
             : kind == TRANSACTION_WITHDRAW ? "withdrawal"
                                            : transaction_kind_name(kind));
    for (char *at = name; *at != 0; ++at) {
        *at = *at == '_' ? ' ' : *at;
    }
    number_count(count, number);
    story_text_add(text, "%s %s%s", number, name, count == 1 ? "" : "s");
}

static void add_usd(struct story_text *text, const char *lead, double usd) {
    char number[NUMBER_SIZE];
    number_usd(usd, number);
    story_text_add(text, "%s%s", lead, number);
}

/* The receipt's index-th word as a column. */
static struct event_column receipt_word(size_t index, char name[EVENT_NAME_SIZE]) {
    struct event_column column = {.name = ""};
    size_t at = 0;
    while (event_table_column(at, &column, name) &&
           column.offset != offsetof(struct event_row, receipt) + 8 * index) {
        ++at;
    }
    return column;
}

static void add_done(struct story_text *text, const struct tally_kind *kind) {
    char name[EVENT_NAME_SIZE];
    if (kind->notional > 0) {
        add_usd(text, ": ", kind->notional);
        story_text_add(text, " USD");
    }
    for (size_t i = 1; i < TALLY_WORDS; ++i) {
        const struct event_column column = receipt_word(i, name);
        if (column.sum == SUM_PRICE && kind->high[i] > 0) {
            story_text_add(text, " %s", column.word);
            story_text_price(text, " ", kind->low[i]);
            if (kind->high[i] > 1.0001 * kind->low[i]) {
                story_text_price(text, " to ", kind->high[i]);
            }
        } else if (column.sum == SUM_MONEY && kind->sum[i] >= 0.005) {
            story_text_add(text, ", %s", column.word);
            add_usd(text, " ", kind->sum[i]);
        }
    }
}

void story_text_done(struct story_text *text, const struct tally *tally,
                     enum transaction_kind kind) {
    story_text_kind(text, kind, tally->kind[kind].count);
    if (tally->kind[kind].accounts > 0) {
        char number[NUMBER_SIZE];
        number_count(tally->kind[kind].accounts, number);
        story_text_add(text, " of %s account%s", number,
                       tally->kind[kind].accounts == 1 ? "" : "s");
    }
    add_done(text, &tally->kind[kind]);
}

/* Who does what to whom. */
static void add_transaction(struct story_text *text, const struct stage *stage,
                            const struct event_row *row) {
    char who[REPLAY_WHO_SIZE];
    const struct transaction *transaction = &row->transaction;
    replay_who(stage, row->account, who);
    story_text_add(text, "%s: %s", who,
                   transaction_kind_name((enum transaction_kind)transaction->kind));
    if (transaction->target != 0) {
        replay_who(stage, transaction->target, who);
        story_text_add(text, " of %s", who);
    }
    if (transaction->amount != 0) {
        story_text_add(text, " %.6g", (double)transaction->amount / 1e6);
    }
    if (transaction->price_uusd != 0) {
        story_text_add(text, " at %.6g", (double)transaction->price_uusd / 1e6);
    }
}

/* Everything of a receipt that is not zero. */
static void add_receipt(struct story_text *text, const struct event_row *row) {
    char name[EVENT_NAME_SIZE];
    if (row->receipt.status != ENGINE_OK) {
        story_text_add(text, ": refused, %s",
                       engine_status_text((enum engine_status)row->receipt.status));
        return;
    }
    for (size_t i = 1; i < TALLY_WORDS; ++i) {
        const struct event_column column = receipt_word(i, name);
        const int64_t word = event_table_word(&column, row);
        if (word != 0 && column.kind == EVENT_RAW) {
            story_text_add(text, ", %s %" PRId64, column.name, word);
        } else if (word != 0) {
            story_text_add(text, ", %s %.8g", column.name, (double)word / 1e6);
        }
    }
}

static void add_root(struct story_text *text, const struct event_row *row) {
    char hash[DIGEST_TEXT_SIZE];
    digest_text(row->root, hash);
    story_text_add(text, "state root %.16s", hash);
    digest_text(row->history, hash);
    story_text_add(text, ", history %.16s", hash);
}

/* What of a row's amount is worth telling, by kind. */
static void add_note(struct story_text *text, const struct stage *stage,
                     const struct event_row *row) {
    char who[REPLAY_WHO_SIZE];
    replay_who(stage, row->account, who);
    const double amount = (double)row->amount / 1e6;
    switch ((enum event_log_kind)row->kind) {
    case EVENT_LOG_PRICE:
        story_text_add(text, "%s", stage->scenario.instrument.name);
        story_text_price(text, " at ", (double)row->outside_uusd / 1e6);
        story_text_price(text, " USD outside, ", (double)row->index_uusd / 1e6);
        story_text_add(text, " on the chain");
        break;
    case EVENT_LOG_GAS:
        story_text_add(text, "gas at %.3g gwei", (double)row->base_fee_wei / 1e9);
        break;
    case EVENT_LOG_RELEASED:
    case EVENT_LOG_DEPARTED:
    case EVENT_LOG_ARRIVED:
        story_text_add(
            text, "%s, %s: ", event_log_kind_name((enum event_log_kind)row->kind), who);
        add_usd(text, "", amount);
        story_text_add(text, " USD");
        break;
    case EVENT_LOG_REORG:
        story_text_add(text, "the chain took back its last %lld block%s",
                       (long long)row->amount, row->amount == 1 ? "" : "s");
        break;
    case EVENT_LOG_HEDGE:
        story_text_add(text, "%s trades %.6g outside", who, amount);
        story_text_price(text, "; then ", (double)row->outside_uusd / 1e6);
        story_text_add(text, " USD");
        break;
    default:
        story_text_add(text, "%s",
                       event_log_kind_meaning((enum event_log_kind)row->kind));
    }
}

void story_text_row(struct story_text *text, const struct stage *stage,
                    const struct event_row *row) {
    text->length = 0;
    text->text[0] = 0;
    switch ((enum event_log_kind)row->kind) {
    case EVENT_LOG_TRANSACTION:
        add_transaction(text, stage, row);
        add_receipt(text, row);
        break;
    case EVENT_LOG_REPRICED:
    case EVENT_LOG_STUCK:
    case EVENT_LOG_EVICTED:
    case EVENT_LOG_UNPAID:
        add_transaction(text, stage, row);
        story_text_add(text, ": %s at %.4g gwei",
                       event_log_kind_name((enum event_log_kind)row->kind),
                       (double)row->fee_wei / 1e9);
        break;
    case EVENT_LOG_ROOT:
        add_root(text, row);
        break;
    default:
        add_note(text, stage, row);
    }
}
