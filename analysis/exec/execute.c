#include "analysis/exec/execute.h"

#include "analysis/exec/read.h"
#include "analysis/say.h"
#include "engine/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct carry { /* what the functions below share */
    const struct exec_case *exec;
    struct exec_run *run;
    uint64_t block;
    int64_t time_ns;
    bool broken;
};

static void begin_block(struct carry *carry, int64_t after_ns, uint64_t flags) {
    carry->time_ns += after_ns;
    const struct block_header header = {
        .number = carry->block, .time_ns = carry->time_ns, .flags = flags};
    engine_begin_block(&carry->run->engine, &header);
    carry->block += 1;
}

static enum engine_status apply(struct carry *carry,
                                const struct transaction *transaction,
                                struct receipt *receipt) {
    engine_apply(&carry->run->engine, transaction, receipt);
    carry->broken |= engine_residual(&carry->run->engine) != 0;
    return (enum engine_status)receipt->status;
}

/* Every reporter sees the price; the first refusal is the answer. */
static enum engine_status report(struct carry *carry, uint32_t instrument,
                                 int64_t price_uusd, struct receipt *receipt) {
    for (uint32_t i = 0; i < (uint32_t)carry->exec->terms.oracle.reporter_count; ++i) {
        const struct transaction transaction = {.kind = TRANSACTION_REPORT,
                                                .account = i,
                                                .instrument = instrument,
                                                .price_uusd = price_uusd,
                                                .time_ns = carry->time_ns};
        const enum engine_status status = apply(carry, &transaction, receipt);
        if (status != ENGINE_OK) {
            return status;
        }
    }
    return ENGINE_OK;
}

/* -- the opening -------------------------------------------------------------------- */

static bool try_opening(struct carry *carry, const struct load_node *node,
                        struct transaction transaction) {
    struct receipt receipt;
    const enum engine_status status = apply(carry, &transaction, &receipt);
    if (status != ENGINE_OK) {
        exec_complain(carry->exec, node, true,
                      "cannot be set up: %s of it is refused: %s",
                      transaction_kind_name((enum transaction_kind)transaction.kind),
                      engine_status_text(status));
    }
    return status == ENGINE_OK;
}

static void deposit(struct carry *carry, const struct load_node *node, uint32_t account,
                    enum asset asset, int64_t amount) {
    if (amount != 0) {
        try_opening(carry, node,
                    (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                         .account = account,
                                         .instrument = (uint32_t)asset,
                                         .amount = amount});
    }
}

/* What has to be deposited for the account to have its cash once the trades are paid. */
static wide deposit_of(const struct exec_opening *opening, uint32_t count,
                       const int64_t *price_uusd) {
    wide sum = opening->cash_uusd;
    for (uint32_t i = 0; i < count; ++i) {
        sum += money_value_ceil(opening->size_ubase[i], price_uusd[i]);
    }
    return sum;
}

/* An account worth less than nothing has bought too dearly, or sold too cheaply: the first
   position's price is moved until the deposit is not negative. */
static bool worsen(const struct carry *carry, const struct exec_opening *opening,
                   int64_t *price_uusd) {
    const uint32_t count = carry->exec->terms.instrument_count;
    const wide amount = deposit_of(opening, count, price_uusd);
    uint32_t i = 0;
    while (i < count && opening->size_ubase[i] == 0) {
        ++i;
    }
    if (amount >= 0) {
        return true;
    }
    if (i == count) {
        exec_complain(carry->exec, opening->node, true,
                      "owes cash and has no position that it may have lost it with");
        return false;
    }
    const int64_t size_ubase = opening->size_ubase[i];
    const wide step = money_divide_ceil(-amount * MONEY_ONE, money_magnitude(size_ubase));
    const wide price = size_ubase > 0 ? price_uusd[i] + step : price_uusd[i] - step;
    if (price < MONEY_PRICE_MIN || price > MONEY_PRICE_MAX) {
        exec_complain(carry->exec, opening->node, true,
                      "owes more than its first position can have lost");
        return false;
    }
    price_uusd[i] = (int64_t)price;
    return true;
}

static void open_account(struct carry *carry, const struct exec_opening *opening) {
    const struct engine *engine = &carry->run->engine;
    const uint32_t count = carry->exec->terms.instrument_count;
    int64_t price_uusd[ENGINE_INSTRUMENTS];
    for (uint32_t i = 0; i < count; ++i) {
        price_uusd[i] = engine->core->mark_price_uusd[i];
        if (!money_fits(opening->size_ubase[i]) || !money_fits(opening->cash_uusd)) {
            exec_complain(carry->exec, opening->node, true, "is beyond the ledger");
            return;
        }
    }
    if (!worsen(carry, opening, price_uusd)) {
        return;
    }
    const wide amount = deposit_of(opening, count, price_uusd);
    if (!money_fits(amount)) {
        exec_complain(carry->exec, opening->node, true, "is beyond the ledger");
        return;
    }
    deposit(carry, opening->node, opening->account, ASSET_CASH, (int64_t)amount);
    deposit(carry, opening->node, opening->account, ASSET_UNDERLYING, opening->units);
    for (uint32_t i = 0; i < count; ++i) {
        if (opening->size_ubase[i] != 0) {
            try_opening(carry, opening->node,
                        (struct transaction){.kind = TRANSACTION_TRADE,
                                             .account = opening->account,
                                             .instrument = i,
                                             .amount = opening->size_ubase[i],
                                             .price_uusd = price_uusd[i]});
        }
    }
}

static void set_up(struct carry *carry) {
    const struct exec_case *exec = carry->exec;
    begin_block(carry, 0, BLOCK_GENESIS | BLOCK_UNMARGINED);
    for (uint32_t i = 0; i < exec->terms.instrument_count; ++i) {
        struct receipt receipt;
        if (exec->price_uusd[i] != 0) {
            const enum engine_status status =
                report(carry, i, exec->price_uusd[i], &receipt);
            if (status != ENGINE_OK) {
                exec_complain(exec, exec->opening_node, true, "the price of %s: %s",
                              exec->terms.instrument[i].name, engine_status_text(status));
            }
        }
    }
    deposit(carry, exec->opening_node, ACCOUNT_FUND, ASSET_CASH, exec->fund_uusd);
    deposit(carry, exec->opening_node, ACCOUNT_POOL, ASSET_CASH, exec->pool_uusd);
    for (size_t i = 0; i < exec->opening_count; ++i) {
        open_account(carry, &exec->opening[i]);
    }
}

/* -- expectations ------------------------------------------------------------------- */

static bool holds(const struct exec_expect *expect, int64_t value) {
    switch (expect->comparator) {
    case EXEC_LESS:
        return value < expect->value;
    case EXEC_AT_MOST:
        return value <= expect->value;
    case EXEC_GREATER:
        return value > expect->value;
    case EXEC_AT_LEAST:
        return value >= expect->value;
    case EXEC_IS:
        break;
    }
    return value >= expect->value && value <= expect->high;
}

static void check_expect(struct carry *carry, const struct exec_expect *expect,
                         const struct receipt *receipt) {
    const struct exec_view view = {.engine = &carry->run->engine,
                                   .receipt = receipt,
                                   .account = expect->account,
                                   .instrument = expect->instrument,
                                   .close_ubase = expect->close_ubase};
    int64_t value = 0;
    char got[PARAM_FORMAT_SIZE] = "nothing: there is no such value";
    const bool there = exec_field_read(&expect->field, &view, &value);
    if (there && holds(expect, value)) {
        carry->run->held += 1;
        return;
    }
    if (there) {
        exec_field_text(&expect->field, value, got);
    }
    exec_complain(carry->exec, expect->node, false, "is %s, expected %s", got,
                  exec_text(carry->exec, expect->node));
    carry->run->failed += 1;
}

/* A transaction whose status the file does not tell is expected to be accepted. */
static void check_step(struct carry *carry, const struct exec_step *step,
                       const struct receipt *receipt) {
    const bool applied = step->kind == EXEC_PRICE || step->kind == EXEC_TRANSACTION;
    const bool refused = applied && receipt->status != ENGINE_OK;
    if (refused && !step->status_expected) {
        const enum engine_status status = (enum engine_status)receipt->status;
        exec_complain(carry->exec, step->node, true, "is refused, %s: %s",
                      engine_status_name(status), engine_status_text(status));
        carry->run->failed += 1;
    }
    for (size_t i = 0; i < step->expect_count; ++i) {
        check_expect(carry, &carry->exec->expect[step->expect + i], receipt);
    }
}

static void take_step(struct carry *carry, size_t index) {
    const struct exec_step *step = &carry->exec->step[index];
    struct exec_done *done = &carry->run->done[index];
    struct transaction transaction = step->transaction;
    if (step->kind == EXEC_BLOCK) {
        begin_block(carry, step->after_ns, 0);
    } else if (carry->block == 1) {
        begin_block(carry, 0, 0);
    }
    if (step->kind == EXEC_PRICE) {
        report(carry, transaction.instrument, transaction.price_uusd, &done->receipt);
    } else if (step->kind == EXEC_TRANSACTION) {
        if (transaction.kind == TRANSACTION_REPORT) {
            transaction.time_ns = carry->time_ns - step->after_ns;
        }
        apply(carry, &transaction, &done->receipt);
    }
    done->time_ns = carry->time_ns;
    done->block = carry->block - 1;
    check_step(carry, step, &done->receipt);
}

enum run_status exec_run_case(const struct exec_case *exec, struct exec_run *run) {
    const size_t size = engine_footprint(&exec->terms);
    struct carry carry = {.exec = exec, .run = run, .time_ns = exec->start_ns};
    memset(run, 0, sizeof *run);
    run->memory = aligned_alloc(SEGMENT_ALIGNMENT, segment_size(size));
    run->done = calloc(exec->step_count + 1, sizeof *run->done);
    if (run->memory == NULL || run->done == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    memset(run->memory, 0, segment_size(size));
    engine_bind(&run->engine, &exec->terms, run->memory);
    set_up(&carry);
    if (exec->file->report.count > 0) {
        return RUN_INPUT;
    }
    for (size_t i = 0; i < exec->step_count && !carry.broken; ++i) {
        take_step(&carry, i);
    }
    if (carry.broken || !engine_audit(&run->engine)) {
        say("%s: an accounting identity of the engine does not hold", exec->name);
        return RUN_BROKEN;
    }
    return RUN_OK;
}

void exec_run_free(struct exec_run *run) {
    free(run->memory);
    free(run->done);
    memset(run, 0, sizeof *run);
}
