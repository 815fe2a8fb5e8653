#include "analysis/exec/output.h"

#include "analysis/exec/read.h"
#include "analysis/json.h"
#include "engine/state_root.h"

#include <inttypes.h>
#include <string.h>

#define MICRO 1e6

/* Which word of the file a step begins with; a price stands for its instrument. */
static const char *word_of(const struct exec_case *exec, const struct exec_step *step) {
    return step->kind == EXEC_PRICE ? "price" : exec_key(exec, step->node);
}

/* A receipt's words that are not zero, the status left out. */
static bool next_word(const struct exec_done *done, size_t *index,
                      struct exec_field *field, int64_t *value) {
    const struct exec_view view = {.receipt = &done->receipt};
    while (exec_field_at(EXEC_RECEIPT, (*index)++, field)) {
        if (strcmp(field->name, "status") != 0 && exec_field_read(field, &view, value) &&
            *value != 0) {
            return true;
        }
    }
    return false;
}

static void print_receipt(FILE *file, const struct exec_done *done) {
    struct exec_field field;
    char text[PARAM_FORMAT_SIZE];
    int64_t value;
    for (size_t i = 0; next_word(done, &i, &field, &value);) {
        exec_field_text(&field, value, text);
        fprintf(file, "        %-22s %s\n", field.name, text);
    }
}

static void print_step(FILE *file, const struct exec_case *exec,
                       const struct exec_step *step, const struct exec_done *done) {
    char time[PARAM_FORMAT_SIZE], price[PARAM_FORMAT_SIZE];
    const struct transaction *transaction = &step->transaction;
    param_instant.format(NULL, &done->time_ns, time, sizeof time);
    const char *status = engine_status_name((enum engine_status)done->receipt.status);
    switch (step->kind) {
    case EXEC_BLOCK:
        fprintf(file, "block %" PRIu64 ", %s\n", done->block, time);
        break;
    case EXEC_PRICE:
        param_price.format(NULL, &transaction->price_uusd, price, sizeof price);
        fprintf(file, "    price %s %s: %s\n",
                exec->terms.instrument[transaction->instrument].name, price, status);
        break;
    case EXEC_TRANSACTION:
        fprintf(file, "    %s", word_of(exec, step));
        if (transaction->kind != TRANSACTION_REPORT) {
            fprintf(file, " by %s", exec_case_who(exec, transaction->account));
        }
        if (transaction->target >= ACCOUNT_POOL) {
            fprintf(file, " of %s", exec_case_who(exec, transaction->target));
        }
        fprintf(file, ": %s\n", status);
        print_receipt(file, done);
        break;
    case EXEC_LOOK:
        break;
    }
}

/* Who is shown: the fund, the pool, the participants. */
static uint32_t shown(const struct exec_case *exec, uint32_t index) {
    return index == 0                        ? (uint32_t)ACCOUNT_FUND
           : index == 1                      ? (uint32_t)ACCOUNT_POOL
           : index - 2 < exec->account_count ? ACCOUNT_FIRST_USER + index - 2
                                             : (uint32_t)ACCOUNT_EXTERNAL;
}

static void print_fields(FILE *file, enum exec_subject subject,
                         const struct exec_view *view) {
    struct exec_field field;
    char text[PARAM_FORMAT_SIZE];
    int64_t value;
    for (size_t i = 0; exec_field_at(subject, i, &field); ++i) {
        if (exec_field_read(&field, view, &value) && value != 0) {
            exec_field_text(&field, value, text);
            fprintf(file, "    %-22s %s\n", field.name, text);
        }
    }
}

static void print_accounts(FILE *file, const struct exec_case *exec,
                           const struct exec_run *run) {
    struct exec_view view = {.engine = &run->engine};
    for (uint32_t i = 0; (view.account = shown(exec, i)) != ACCOUNT_EXTERNAL; ++i) {
        fprintf(file, "%s\n", exec_case_who(exec, view.account));
        print_fields(file, EXEC_ACCOUNT, &view);
        for (uint32_t j = 0; j < exec->terms.instrument_count; ++j) {
            view.instrument = j;
            if (portfolio_at(&run->engine.portfolio, view.account, j)->size_ubase != 0) {
                fprintf(file, "  position in %s\n", exec->terms.instrument[j].name);
                print_fields(file, EXEC_POSITION, &view);
            }
        }
    }
}

static void root_text(const struct exec_run *run, char text[DIGEST_TEXT_SIZE]) {
    unsigned char root[STATE_ROOT_SIZE];
    state_root(&run->engine, root);
    digest_text(root, text);
}

void exec_output_page(FILE *file, const struct exec_case *exec,
                      const struct exec_run *run) {
    const struct log_head *log = &run->engine.core->log;
    char root[DIGEST_TEXT_SIZE];
    fprintf(file, "%s, under %s\n\n", exec->name, exec->protocol_name);
    for (size_t i = 0; i < exec->step_count; ++i) {
        print_step(file, exec, &exec->step[i], &run->done[i]);
    }
    fputs("\nIn the end\n", file);
    print_accounts(file, exec, run);
    root_text(run, root);
    fprintf(file, "\nlog head    %016" PRIx64 "%016" PRIx64 "\n", log->lane[1],
            log->lane[0]);
    fprintf(file, "state root  %s\n", root);
    fprintf(file, "%zu of %zu expectations hold\n", run->held, run->held + run->failed);
}

/* -- JSON --------------------------------------------------------------------------- */

static void json_field(struct json *json, const struct exec_field *field, int64_t value) {
    const struct param_kind *kind = field->row.kind;
    if (kind == &param_flag) {
        json_flag(json, field->name, value != 0);
    } else if (kind == &param_integer) {
        json_real(json, field->name, (double)value);
    } else {
        json_real(json, field->name, (double)value / MICRO);
    }
}

static void json_fields(struct json *json, enum exec_subject subject,
                        const struct exec_view *view) {
    struct exec_field field;
    int64_t value;
    for (size_t i = 0; exec_field_at(subject, i, &field); ++i) {
        if (exec_field_read(&field, view, &value)) {
            json_field(json, &field, value);
        }
    }
}

static void json_step(struct json *json, const struct exec_case *exec,
                      const struct exec_step *step, const struct exec_done *done) {
    const struct transaction *transaction = &step->transaction;
    struct exec_field field;
    char time[PARAM_FORMAT_SIZE];
    int64_t value;
    param_instant.format(NULL, &done->time_ns, time, sizeof time);
    json_open(json, NULL, '{');
    json_text(json, "kind", word_of(exec, step));
    json_text(json, "time", time);
    json_unsigned(json, "block", done->block);
    if (step->kind == EXEC_PRICE) {
        json_text(json, "instrument",
                  exec->terms.instrument[transaction->instrument].name);
        json_real(json, "price", (double)transaction->price_uusd / MICRO);
    }
    if (step->kind == EXEC_TRANSACTION && transaction->kind != TRANSACTION_REPORT) {
        json_text(json, "account", exec_case_who(exec, transaction->account));
    }
    if (step->kind == EXEC_TRANSACTION && transaction->target >= ACCOUNT_POOL) {
        json_text(json, "target", exec_case_who(exec, transaction->target));
    }
    if (step->kind == EXEC_PRICE || step->kind == EXEC_TRANSACTION) {
        json_text(json, "status",
                  engine_status_name((enum engine_status)done->receipt.status));
        json_open(json, "receipt", '{');
        for (size_t i = 0; next_word(done, &i, &field, &value);) {
            json_field(json, &field, value);
        }
        json_close(json, '{');
    }
    json_close(json, '{');
}

static void json_accounts(struct json *json, const struct exec_case *exec,
                          const struct exec_run *run) {
    struct exec_view view = {.engine = &run->engine};
    json_open(json, "accounts", '{');
    for (uint32_t i = 0; (view.account = shown(exec, i)) != ACCOUNT_EXTERNAL; ++i) {
        json_open(json, exec_case_who(exec, view.account), '{');
        json_fields(json, EXEC_ACCOUNT, &view);
        json_open(json, "positions", '{');
        for (uint32_t j = 0; j < exec->terms.instrument_count; ++j) {
            view.instrument = j;
            if (portfolio_at(&run->engine.portfolio, view.account, j)->size_ubase != 0) {
                json_open(json, exec->terms.instrument[j].name, '{');
                json_fields(json, EXEC_POSITION, &view);
                json_close(json, '{');
            }
        }
        json_close(json, '{');
        json_close(json, '{');
    }
    json_close(json, '{');
}

void exec_output_json(FILE *file, const struct exec_case *exec,
                      const struct exec_run *run) {
    const struct log_head *log = &run->engine.core->log;
    struct exec_view view = {.engine = &run->engine};
    struct json json;
    char root[DIGEST_TEXT_SIZE], head[40];
    root_text(run, root);
    snprintf(head, sizeof head, "%016" PRIx64 "%016" PRIx64, log->lane[1], log->lane[0]);
    json_begin(&json, file);
    json_open(&json, NULL, '{');
    json_text(&json, "name", exec->name);
    json_text(&json, "protocol", exec->protocol_name);
    json_open(&json, "steps", '[');
    for (size_t i = 0; i < exec->step_count; ++i) {
        if (exec->step[i].kind != EXEC_LOOK) {
            json_step(&json, exec, &exec->step[i], &run->done[i]);
        }
    }
    json_close(&json, '[');
    json_accounts(&json, exec, run);
    json_open(&json, "instruments", '{');
    for (uint32_t i = 0; i < exec->terms.instrument_count; ++i) {
        view.instrument = i;
        json_open(&json, exec->terms.instrument[i].name, '{');
        json_fields(&json, EXEC_MARKET, &view);
        json_close(&json, '{');
    }
    json_close(&json, '{');
    json_text(&json, "log_head", head);
    json_text(&json, "state_root", root);
    json_unsigned(&json, "expectations", run->held + run->failed);
    json_unsigned(&json, "failed", run->failed);
    json_close(&json, '{');
    json_end(&json);
}
