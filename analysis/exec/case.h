/* case.h -- a transaction file, read: the rules, who there is, the state at the start, and
   what is sent and expected, step by step.  data/exec/README.md has the
   format.

   Everything wrong with a file is told at once, as file:line:col: key: what is wrong, what
   is allowed.

   Units    micro-USD, 1e-6 base units, nanoseconds.
   Memory   a case owns all it points to until exec_case_free.
   Threads  const once loaded. */
#ifndef ANALYSIS_EXEC_CASE_H
#define ANALYSIS_EXEC_CASE_H

#include "analysis/exec/field.h"
#include "analysis/protocol.h"
#include "analysis/run.h"
#include "scenarios/load_result.h"

enum { EXEC_ACCOUNTS = 1000 };

enum exec_step_kind { EXEC_BLOCK, EXEC_PRICE, EXEC_TRANSACTION, EXEC_LOOK };

struct exec_step {
    enum exec_step_kind kind;
    const struct load_node *node; /* its key in the file */
    int64_t after_ns;             /* BLOCK: since the last one; oracle_report: its age */
    struct transaction transaction; /* PRICE: instrument and price */
    size_t expect, expect_count;    /* its rows of case.expect */
    bool status_expected;           /* one of them is about the status */
};

enum exec_comparator { EXEC_IS, EXEC_LESS, EXEC_AT_MOST, EXEC_GREATER, EXEC_AT_LEAST };

struct exec_expect {
    const struct load_node *node;
    struct exec_field field;
    enum exec_subject subject;
    uint32_t account, instrument;
    int64_t close_ubase;
    enum exec_comparator comparator;
    int64_t value, high; /* IS: between both */
};

/* The state of one account before the first step. */
struct exec_opening {
    const struct load_node *node;
    uint32_t account;
    int64_t cash_uusd, units;
    int64_t size_ubase[ENGINE_INSTRUMENTS];
};

struct exec_case {
    struct load_result *file, *protocol;
    struct engine_terms terms;
    const char *name, *doc, *protocol_name;
    const char *account[EXEC_ACCOUNTS]; /* names of the participants */
    uint32_t account_count;
    int64_t start_ns;
    const struct load_node *opening_node; /* NULL: there is none */
    int64_t price_uusd[ENGINE_INSTRUMENTS];
    int64_t fund_uusd, pool_uusd;
    struct exec_opening *opening;
    struct exec_step *step;
    struct exec_expect *expect;
    size_t opening_count, step_count, expect_count;
};

/* exec_case_load reads a file, "-" being standard input; protocol, unless NULL, is used
   instead of the one the file names.
   Fails   says everything that is wrong; RUN_INPUT or RUN_IO. */
enum run_status exec_case_load(const char *argument, const char *protocol,
                               struct exec_case *exec);

/* exec_case_free gives back what a case owns; a zeroed one is fine. */
void exec_case_free(struct exec_case *exec);

/* exec_case_who is an account in words: its name, or that of the engine's own. */
const char *exec_case_who(const struct exec_case *exec, uint32_t account);

#endif
