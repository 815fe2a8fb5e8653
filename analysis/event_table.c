#include "analysis/event_table.h"

#include "analysis/json.h"
#include "engine/decimal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define AT(member) offsetof(struct event_row, member)

static const struct event_column columns[] = {
    {"time",              "when, UTC",                                              EVENT_TIME,    SCOPE_ALL,         AT(time_ns),        SUM_NONE, NULL},
    {"block",             "number of the last block",                               EVENT_COUNT,   SCOPE_ALL,         AT(block),          SUM_NONE,
     NULL                                                                                                                                               },
    {"event",             "kind of event",                                          EVENT_NAME,    SCOPE_ALL,         AT(kind),           SUM_NONE, NULL},
    {"transaction",       "kind of transaction",                                    EVENT_TRADE,   SCOPE_TRANSACTION,
     AT(transaction.kind),                                                                                                                SUM_NONE, NULL},
    {"status",            "the engine's answer",                                    EVENT_STATUS,  SCOPE_RECEIPT,     AT(receipt.status),
     SUM_NONE,                                                                                                                                      NULL},
    {"who",               "who acts, in words",                                     EVENT_WHO,     SCOPE_ALL,         AT(account),        SUM_NONE, NULL},
    {"account",           "who acts, number of the account",                        EVENT_ACCOUNT, SCOPE_ALL,         AT(account),
     SUM_NONE,                                                                                                                                      NULL},
    {"whom",              "whose position, in words",                               EVENT_WHO,     SCOPE_TRANSACTION,
     AT(transaction.target),                                                                                                              SUM_NONE, NULL},
    {"instrument",        "number of the instrument",                               EVENT_ACCOUNT, SCOPE_TRANSACTION,
     AT(transaction.instrument),                                                                                                          SUM_NONE, NULL},
    {"amount",            "USD, or base units of a trade and a hedge",              EVENT_MICRO,   SCOPE_ALL,
     AT(amount),                                                                                                                          SUM_NONE, NULL},
    {"price_usd",         "the transaction's price",                                EVENT_MICRO,   SCOPE_TRANSACTION,
     AT(transaction.price_uusd),                                                                                                          SUM_NONE, NULL},
    {"offered_gwei",      "fee per gas the sender offers",                          EVENT_NANO,    SCOPE_TRANSACTION,
     AT(fee_wei),                                                                                                                         SUM_NONE, NULL},
    {"waited_s",          "time in the mempool",                                    EVENT_NANO,    SCOPE_TRANSACTION, AT(waited_ns),
     SUM_NONE,                                                                                                                                      NULL},
    {"outside_price_usd", "price on the outside market",                            EVENT_MICRO,   SCOPE_ALL,
     AT(outside_uusd),                                                                                                                    SUM_NONE, NULL},
    {"index_price_usd",   "price the oracle has accepted",                          EVENT_MICRO,   SCOPE_ALL,
     AT(index_uusd),                                                                                                                      SUM_NONE, NULL},
    {"base_fee_gwei",     "what inclusion costs per gas",                           EVENT_NANO,    SCOPE_ALL,
     AT(base_fee_wei),                                                                                                                    SUM_NONE, NULL},
    {"fund_usd",          "balance of the insurance fund",                          EVENT_MICRO,   SCOPE_ALL,         AT(fund_uusd),
     SUM_NONE,                                                                                                                                      NULL},
    {"bad_debt_usd",      "shortfalls so far",                                      EVENT_MICRO,   SCOPE_ALL,         AT(bad_debt_uusd),
     SUM_NONE,                                                                                                                                      NULL},
    {"root",              "state root of the engine, BLAKE2b-256",                  EVENT_HASH,    SCOPE_ROOT,        AT(root),
     SUM_NONE,                                                                                                                                      NULL},
    {"history",           "BLAKE2b-256 of transactions and receipts since genesis", EVENT_HASH,
     SCOPE_ROOT,                                                                                                      AT(history),        SUM_NONE, NULL},
};

#define FIELD(name, member, kind, sum, word, meaning)                                    \
    { (name), (meaning), (kind), SCOPE_RECEIPT, AT(receipt.member), (sum), (word) }

static const struct event_column receipt_columns[] = {
    FIELD("filled_base", filled_ubase, EVENT_MICRO, SUM_SIZE, NULL,
          "change of the position"),
    FIELD("fill_price_usd", fill_price_uusd, EVENT_MICRO, SUM_PRICE, "at",
          "price of the fill"),
    FIELD("mark_price_usd", mark_price_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "mark price of the decision"),
    FIELD("fee_usd", fee_uusd, EVENT_MICRO, SUM_MONEY, "fees", "trading fee"),
    FIELD("penalty_usd", penalty_uusd, EVENT_MICRO, SUM_MONEY, "penalties",
          "liquidation penalty"),
    FIELD("keeper_reward_usd", keeper_reward_uusd, EVENT_MICRO, SUM_MONEY,
          "keepers' reward", "received by the keeper"),
    FIELD("keeper_tip_usd", keeper_tip_uusd, EVENT_MICRO, SUM_MONEY, "tips by the fund",
          "part of it that the fund paid"),
    FIELD("slippage_usd", slippage_uusd, EVENT_MICRO, SUM_MONEY, "slippage",
          "|fill - mark| times size"),
    FIELD("shortfall_usd", shortfall_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "of the account closed"),
    FIELD("fund_paid_usd", fund_paid_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "part of it paid by the insurance fund"),
    FIELD("socialised_usd", socialised_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "part of it charged to other accounts"),
    FIELD("pool_absorbed_usd", pool_absorbed_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "part of it charged to the pool"),
    FIELD("charged_equity_usd", charged_equity_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "equity of those charged, before"),
    FIELD("seized_units", seized_ubase, EVENT_MICRO, SUM_SIZE, NULL,
          "units of the underlying the pool bought of the account"),
    FIELD("seize_price_usd", seize_price_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "at which it did"),
    FIELD("deleveraged_base", deleveraged_ubase, EVENT_MICRO, SUM_NONE, NULL,
          "change of the position against winners' positions"),
    FIELD("deleverage_price_usd", deleverage_price_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "price of those fills"),
    FIELD("haircut_usd", haircut_uusd, EVENT_MICRO, SUM_MONEY, "winners' haircut",
          "what it gave more than they were worth at the mark"),
    FIELD("deleverage_covered_usd", deleverage_covered_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "part of the shortfall that paid"),
    FIELD("overshoot_usd", overshoot_uusd, EVENT_MICRO, SUM_NONE, NULL, "the rest of it"),
    FIELD("deleveraged_accounts", deleveraged_count, EVENT_COUNT, SUM_NONE, NULL,
          "accounts whose positions those were"),
    FIELD("lot_notional_usd", lot_notional_uusd, EVENT_MICRO, SUM_MONEY, "auctioned",
          "what changed hands in an auction, at the mark"),
    FIELD("lot_fair_usd", lot_fair_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "its part of the account's equity"),
    FIELD("lot_paid_usd", lot_paid_uusd, EVENT_MICRO, SUM_MONEY, "paid by bidders",
          "by the bidder; negative: to the bidder"),
    FIELD("lot", lot, EVENT_COUNT, SUM_NONE, NULL, "lot of an English auction"),
    FIELD("shares", shares, EVENT_MICRO, SUM_NONE, NULL,
          "change of the account's shares of the pool"),
    FIELD("lot_units", lot_ubase, EVENT_MICRO, SUM_NONE, NULL, "collateral in it"),
    FIELD("pool_cash_usd", pool_cash_uusd, EVENT_MICRO, SUM_NONE, NULL,
          "signed: what the pool got for them"),
};

enum {
    COLUMNS = sizeof columns / sizeof *columns,
    RECEIPT_COLUMNS = sizeof receipt_columns / sizeof *receipt_columns,
    RECEIPT_WORDS = sizeof(struct receipt) / sizeof(int64_t)
};

/* The index-th word of the receipt, the first of which is the status. */
static void receipt_column(size_t index, struct event_column *column,
                           char name[EVENT_NAME_SIZE]) {
    const size_t offset = AT(receipt) + index * sizeof(int64_t);
    for (size_t i = 0; i < RECEIPT_COLUMNS; ++i) {
        if (receipt_columns[i].offset == offset) {
            *column = receipt_columns[i];
            return;
        }
    }
    snprintf(name, EVENT_NAME_SIZE, "receipt_%zu", index);
    *column = (struct event_column){.name = name,
                                    .meaning = "a further word of the receipt",
                                    .kind = EVENT_RAW,
                                    .scope = SCOPE_RECEIPT,
                                    .offset = offset};
}

bool event_table_column(size_t index, struct event_column *column,
                        char name[EVENT_NAME_SIZE]) {
    if (index < COLUMNS) {
        *column = columns[index];
        return true;
    }
    if (index - COLUMNS < RECEIPT_WORDS - 1) {
        receipt_column(index - COLUMNS + 1, column, name);
        return true;
    }
    return false;
}

bool event_table_about(const struct event_row *row) {
    switch ((enum event_log_kind)row->kind) {
    case EVENT_LOG_TRANSACTION:
    case EVENT_LOG_REPRICED:
    case EVENT_LOG_STUCK:
    case EVENT_LOG_EVICTED:
    case EVENT_LOG_UNPAID:
    case EVENT_LOG_ORPHANED:
        return true;
    default:
        return false;
    }
}

/* An account 0 is nobody: the world outside does not act. */
bool event_table_has(const struct event_column *column, const struct event_row *row) {
    if (column->kind == EVENT_WHO || column->offset == AT(account)) {
        const bool about = column->scope == SCOPE_ALL || event_table_about(row);
        return about && event_table_word(column, row) != 0;
    }
    switch (column->scope) {
    case SCOPE_ALL:
        return true;
    case SCOPE_TRANSACTION:
        return event_table_about(row);
    case SCOPE_RECEIPT:
        return row->kind == EVENT_LOG_TRANSACTION;
    case SCOPE_ROOT:
        return row->kind == EVENT_LOG_ROOT;
    }
    return false;
}

int64_t event_table_word(const struct event_column *column, const struct event_row *row) {
    const unsigned char *at = (const unsigned char *)row + column->offset;
    uint32_t half;
    int64_t word;
    switch (column->kind) {
    case EVENT_WHO:
    case EVENT_ACCOUNT:
    case EVENT_NAME:
    case EVENT_TRADE:
        memcpy(&half, at, sizeof half);
        return half;
    default:
        memcpy(&word, at, sizeof word);
        return word;
    }
}

double event_table_real(const struct event_column *column, const struct event_row *row) {
    if (!event_table_has(column, row)) {
        return nan("");
    }
    const double word = (double)event_table_word(column, row);
    return column->kind == EVENT_MICRO  ? word / 1e6
           : column->kind == EVENT_NANO ? word / 1e9
                                        : word;
}

void event_table_text(const struct event_column *column, const struct event_row *row,
                      const struct stage *stage, char text[EVENT_TEXT_SIZE]) {
    text[0] = 0;
    if (!event_table_has(column, row)) {
        return;
    }
    const int64_t word = event_table_word(column, row);
    char who[REPLAY_WHO_SIZE];
    switch (column->kind) {
    case EVENT_TIME:
        param_instant.format(NULL, &word, text, EVENT_TEXT_SIZE);
        break;
    case EVENT_MICRO:
    case EVENT_NANO:
        decimal_write(word, column->kind == EVENT_MICRO ? 6 : 9, text);
        break;
    case EVENT_COUNT:
    case EVENT_ACCOUNT:
    case EVENT_RAW:
        snprintf(text, EVENT_TEXT_SIZE, "%" PRId64, word);
        break;
    case EVENT_WHO:
        replay_who(stage, (uint32_t)word, who);
        snprintf(text, EVENT_TEXT_SIZE, "%s", who);
        break;
    case EVENT_NAME:
        snprintf(text, EVENT_TEXT_SIZE, "%s",
                 event_log_kind_name((enum event_log_kind)word));
        break;
    case EVENT_TRADE:
        snprintf(text, EVENT_TEXT_SIZE, "%s",
                 transaction_kind_name((enum transaction_kind)word));
        break;
    case EVENT_STATUS:
        snprintf(text, EVENT_TEXT_SIZE, "%s",
                 engine_status_name((enum engine_status)word));
        break;
    case EVENT_HASH:
        digest_text((const unsigned char *)row + column->offset, text);
        break;
    }
}

void event_table_csv(FILE *file, const struct stage *stage, const struct replay *replay,
                     const unsigned char *selected) {
    struct event_column column;
    char name[EVENT_NAME_SIZE], text[EVENT_TEXT_SIZE];
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        fprintf(file, "%s%s", i == 0 ? "" : ",", column.name);
    }
    fputc('\n', file);
    for (size_t r = 0; r < replay->count; ++r) {
        if (selected != NULL && !selected[r]) {
            continue;
        }
        for (size_t i = 0; event_table_column(i, &column, name); ++i) {
            event_table_text(&column, &replay->row[r], stage, text);
            fprintf(file, "%s%s", i == 0 ? "" : ",", text);
        }
        fputc('\n', file);
    }
}

void event_table_json(struct json *json, const struct stage *stage,
                      const struct event_row *row) {
    struct event_column column;
    char name[EVENT_NAME_SIZE], text[EVENT_TEXT_SIZE];
    json_open(json, NULL, '{');
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        if (!event_table_has(&column, row) ||
            (column.scope != SCOPE_ALL && column.kind == EVENT_MICRO &&
             event_table_word(&column, row) == 0)) {
            continue;
        }
        switch (column.kind) {
        case EVENT_COUNT:
        case EVENT_ACCOUNT:
        case EVENT_MICRO:
        case EVENT_NANO:
        case EVENT_RAW:
            json_real(json, column.name, event_table_real(&column, row));
            break;
        default:
            event_table_text(&column, row, stage, text);
            json_text(json, column.name, text);
        }
    }
    json_close(json, '{');
}
