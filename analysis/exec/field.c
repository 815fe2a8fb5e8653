#include "analysis/exec/field.h"

#include "analysis/event_table.h"
#include "engine/funding.h"

#include <stdio.h>
#include <string.h>

#define STATUS_WORD(name, text) #name,
static const char *const status_words[] = {ENGINE_STATUS_TABLE(STATUS_WORD) NULL};

static int64_t clip(wide value) {
    return value < INT64_MIN ? INT64_MIN : value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static bool give(int64_t *value, wide amount) {
    *value = clip(amount);
    return true;
}

/* -- an account --------------------------------------------------------------------- */

/* What a protocol without a separate cost books as cash: trades paid, funding settled. */
static bool cash(const struct exec_view *view, int64_t *value) {
    const struct engine *engine = view->engine;
    wide amount = ledger_free(&engine->ledger, view->account);
    for (uint32_t i = 0; i < engine->terms->instrument_count; ++i) {
        const struct position *position =
            portfolio_at(&engine->portfolio, view->account, i);
        amount -= (wide)position->cost_uusd +
                  funding_owed_uusd(position, engine->portfolio.market[i].funding_index);
    }
    return give(value, amount);
}

static bool balance(const struct exec_view *view, int64_t *value) {
    return give(value, view->engine->ledger.balance_micro[view->account]);
}

static bool held(const struct exec_view *view, int64_t *value) {
    return give(value, view->engine->ledger.hold_micro[view->account]);
}

static bool equity(const struct exec_view *view, int64_t *value) {
    return give(value, margin_equity_uusd(&view->engine->margin, view->account));
}

static bool initial(const struct exec_view *view, int64_t *value) {
    return give(value,
                margin_evaluate(&view->engine->margin, view->account).initial_uusd);
}

static bool maintenance(const struct exec_view *view, int64_t *value) {
    return give(value,
                margin_health(&view->engine->margin, view->account).maintenance_uusd);
}

static bool withdrawable(const struct exec_view *view, int64_t *value) {
    return give(value, engine_withdrawable_uusd(view->engine, view->account));
}

static bool units(const struct exec_view *view, int64_t *value) {
    return give(value, view->engine->collateral.balance_micro[view->account]);
}

static bool shares(const struct exec_view *view, int64_t *value) {
    return give(value, view->engine->shares.held[view->account]);
}

static bool reserved(const struct exec_view *view, int64_t *value) {
    return give(value, view->engine->auction[view->account].reserved_uusd);
}

static bool liquidatable(const struct exec_view *view, int64_t *value) {
    const struct margin margin = margin_health(&view->engine->margin, view->account);
    return give(value, margin_liquidatable(&margin));
}

#define FIELD(word, kind_, read_, text)                                                  \
    { .row = {.name = (word), .kind = &(kind_), .doc = (text)}, .read = (read_) }

static const struct exec_field account_fields[] = {
    FIELD("cash", param_money, cash, "free cash less what the positions have cost"),
    FIELD("balance", param_money, balance, "cash on the ledger"),
    FIELD("held", param_money, held, "part of it that waits for finality"),
    FIELD("equity", param_money, equity, "what the account is worth at the mark"),
    FIELD("initial", param_money, initial, "initial margin"),
    FIELD("maintenance", param_money, maintenance, "maintenance margin"),
    FIELD("withdrawable", param_money, withdrawable, "what a withdrawal may take now"),
    FIELD("units", param_quantity, units, "units of the underlying as collateral"),
    FIELD("shares", param_quantity, shares, "shares of the pool"),
    FIELD("reserved", param_money, reserved, "what bids have paid in, in an auction"),
    FIELD("liquidatable", param_flag, liquidatable, "it is below maintenance margin"),
};

/* -- a position --------------------------------------------------------------------- */

static const struct position *position_of(const struct exec_view *view) {
    return portfolio_at(&view->engine->portfolio, view->account, view->instrument);
}

static bool size(const struct exec_view *view, int64_t *value) {
    return give(value, position_of(view)->size_ubase);
}

static bool cost(const struct exec_view *view, int64_t *value) {
    return give(value, position_of(view)->cost_uusd);
}

static bool has_quote(const struct exec_view *view) {
    const struct margin margin = margin_health(&view->engine->margin, view->account);
    const int64_t size_ubase = money_magnitude(position_of(view)->size_ubase);
    return size_ubase != 0 && view->close_ubase <= size_ubase &&
           margin.maintenance_uusd > 0 && money_fits(margin.maintenance_uusd) &&
           money_fits(margin.equity_uusd);
}

/* The signed change that closes what is asked for. */
static int64_t closing(const struct exec_view *view) {
    const int64_t size_ubase = position_of(view)->size_ubase;
    const int64_t part =
        view->close_ubase != 0 ? view->close_ubase : money_magnitude(size_ubase);
    return size_ubase > 0 ? -part : part;
}

static bool bankruptcy_quote(const struct exec_view *view, int64_t *value) {
    return has_quote(view) &&
           give(value, engine_bankruptcy_quote_uusd(view->engine, view->account,
                                                    view->instrument, closing(view)));
}

/* Rounded for the account, as the quote is. */
static bool bankruptcy_price(const struct exec_view *view, int64_t *value) {
    if (!has_quote(view)) {
        return false;
    }
    const int64_t change = closing(view);
    const wide quote = engine_bankruptcy_quote_uusd(view->engine, view->account,
                                                    view->instrument, change);
    return money_fits(quote) &&
           give(value, change < 0 ? money_divide_ceil(quote * MONEY_ONE, -(wide)change)
                                  : money_divide_floor(-quote * MONEY_ONE, change));
}

static bool fillable_price(const struct exec_view *view, int64_t *value) {
    return has_quote(view) &&
           give(value,
                engine_fillable_price(view->engine, view->account, view->instrument));
}

static const struct exec_field position_fields[] = {
    FIELD("size", param_quantity, size, "signed: a long is positive"),
    FIELD("cost", param_money, cost, "signed: what was paid for it"),
    FIELD(
        "bankruptcy_quote", param_money, bankruptcy_quote,
        "cash received for closing it (or `close` of it), equity and maintenance margin "
        "shrinking alike"),
    FIELD("bankruptcy_price", param_price, bankruptcy_price, "the same for one contract"),
    FIELD("fillable_price", param_price, fillable_price,
          "at which matched liquidation lets it go"),
};

/* -- an instrument ------------------------------------------------------------------ */

static const struct contract *market_of(const struct exec_view *view) {
    return &view->engine->portfolio.market[view->instrument];
}

static bool index_price(const struct exec_view *view, int64_t *value) {
    return give(value, market_of(view)->index_price_uusd);
}

static bool mark_price(const struct exec_view *view, int64_t *value) {
    return give(value, view->engine->core->mark_price_uusd[view->instrument]);
}

static wide interest(const struct exec_view *view) {
    return money_value_ceil(portfolio_open_interest_ubase(market_of(view)),
                            view->engine->core->mark_price_uusd[view->instrument]);
}

static bool open_interest(const struct exec_view *view, int64_t *value) {
    return give(value, interest(view));
}

static bool initial_rate(const struct exec_view *view, int64_t *value) {
    const struct margin_linear *terms =
        &view->engine->terms->instrument[view->instrument].margin;
    return give(value,
                margin_linear_scaled_ppm(terms, terms->initial_ppm, interest(view)));
}

static const struct exec_field market_fields[] = {
    FIELD("index", param_price, index_price, "price the oracle has accepted"),
    FIELD("mark", param_price, mark_price, "price of one contract"),
    FIELD("open_interest", param_money, open_interest, "notional of all longs"),
    FIELD("initial_rate", param_ppm, initial_rate,
          "initial margin of the first bracket at this open interest"),
};

/* -- a receipt ---------------------------------------------------------------------- */

/* "penalty_usd" of the event table is penalty here: the unit stands behind the number. */
static const struct param_kind *kind_of(const struct event_column *column, char *name) {
    char *unit = strrchr(name, '_');
    if (column->kind != EVENT_MICRO) {
        return &param_integer;
    }
    if (unit == NULL || (strcmp(unit, "_usd") != 0 && strcmp(unit, "_base") != 0)) {
        return &param_quantity;
    }
    const bool usd = strcmp(unit, "_usd") == 0;
    *unit = '\0';
    return usd ? &param_money : &param_quantity;
}

static bool receipt_field(size_t index, struct exec_field *field) {
    struct event_column column;
    char name[EVENT_NAME_SIZE];
    memset(field, 0, sizeof *field);
    for (size_t i = 0; event_table_column(i, &column, name); ++i) {
        if (column.scope != SCOPE_RECEIPT || index-- > 0) {
            continue;
        }
        snprintf(field->name, sizeof field->name, "%s", column.name);
        field->offset = column.offset - offsetof(struct event_row, receipt);
        field->row = (struct param){.doc = column.meaning};
        if (column.kind == EVENT_STATUS) {
            field->row.kind = &param_choice;
            field->row.choices = status_words;
        } else {
            field->row.kind = kind_of(&column, field->name);
        }
        return true;
    }
    return false;
}

bool exec_field_at(enum exec_subject subject, size_t index, struct exec_field *field) {
    static const struct {
        const struct exec_field *rows;
        size_t count;
    } tables[] = {
        [EXEC_ACCOUNT] = {account_fields,  sizeof account_fields / sizeof *account_fields},
        [EXEC_POSITION] = {position_fields,
                          sizeof position_fields / sizeof *position_fields               },
        [EXEC_MARKET] = {market_fields,   sizeof market_fields / sizeof *market_fields  },
    };
    if (subject == EXEC_RECEIPT) {
        return receipt_field(index, field);
    }
    if (index >= tables[subject].count) {
        return false;
    }
    *field = tables[subject].rows[index];
    snprintf(field->name, sizeof field->name, "%s", field->row.name);
    return true;
}

bool exec_field_find(enum exec_subject subject, const char *name,
                     struct exec_field *field) {
    for (size_t i = 0; exec_field_at(subject, i, field); ++i) {
        if (strcmp(field->name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool exec_field_read(const struct exec_field *field, const struct exec_view *view,
                     int64_t *value) {
    if (field->read != NULL) {
        return field->read(view, value);
    }
    memcpy(value, (const char *)view->receipt + field->offset, sizeof *value);
    return true;
}

void exec_field_text(const struct exec_field *field, int64_t value,
                     char text[PARAM_FORMAT_SIZE]) {
    field->row.kind->format(&field->row, &value, text, PARAM_FORMAT_SIZE);
}
