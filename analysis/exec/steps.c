#include "analysis/exec/read.h"

#include <string.h>

/* Where an argument of a transaction goes. */
enum role {
    ROLE_ACCOUNT,
    ROLE_TARGET,
    ROLE_INSTRUMENT,
    ROLE_AMOUNT,
    ROLE_UNITS, /* the amount, of the underlying instead of cash */
    ROLE_PRICE,
    ROLE_LOT,
    ROLE_REPORTER,
    ROLE_AGE,
};

struct argument {
    const char *name;
    const struct param_kind *written; /* NULL: a name */
    enum transaction_kind kind;
    enum role role;
    bool required;
};

#define ARGUMENT(kind_, name_, role_, written_, required_)                               \
    {                                                                                    \
        .name = (name_), .written = (written_), .kind = TRANSACTION_##kind_,             \
        .role = (role_), .required = (required_)                                         \
    }
#define WHO(kind)   ARGUMENT(kind, "account", ROLE_ACCOUNT, NULL, true)
#define WHOSE(kind) ARGUMENT(kind, "target", ROLE_TARGET, NULL, true)
#define WHAT(kind)  ARGUMENT(kind, "instrument", ROLE_INSTRUMENT, NULL, false)
#define LOT(kind)   ARGUMENT(kind, "lot", ROLE_LOT, &param_integer, true)
#define NEEDS(kind, name_, role_, written_)                                              \
    ARGUMENT(kind, name_, role_, &(written_), true)
#define TAKES(kind, name_, role_, written_)                                              \
    ARGUMENT(kind, name_, role_, &(written_), false)

static const struct argument arguments[] = {
    WHO(DEPOSIT),
    TAKES(DEPOSIT, "amount", ROLE_AMOUNT, param_money),
    TAKES(DEPOSIT, "units", ROLE_UNITS, param_quantity),
    WHO(WITHDRAW),
    TAKES(WITHDRAW, "amount", ROLE_AMOUNT, param_money),
    TAKES(WITHDRAW, "units", ROLE_UNITS, param_quantity),
    WHO(TRADE),
    WHAT(TRADE),
    NEEDS(TRADE, "quantity", ROLE_AMOUNT, param_quantity),
    TAKES(TRADE, "limit", ROLE_PRICE, param_price),
    WHO(LIQUIDATE),
    WHOSE(LIQUIDATE),
    WHAT(LIQUIDATE),
    TAKES(LIQUIDATE, "quantity", ROLE_AMOUNT, param_quantity),
    TAKES(LIQUIDATE, "price", ROLE_PRICE, param_price),
    NEEDS(REPORT, "reporter", ROLE_REPORTER, param_integer),
    WHAT(REPORT),
    NEEDS(REPORT, "price", ROLE_PRICE, param_price),
    TAKES(REPORT, "age", ROLE_AGE, param_time),
    WHO(AUCTION_START),
    WHOSE(AUCTION_START),
    WHO(BID),
    WHOSE(BID),
    NEEDS(BID, "share", ROLE_AMOUNT, param_ppm),
    TAKES(BID, "limit", ROLE_PRICE, param_money),
    WHO(AUCTION_STOP),
    WHOSE(AUCTION_STOP),
    WHO(BITE),
    WHOSE(BITE),
    WHO(LOT_BID),
    LOT(LOT_BID),
    NEEDS(LOT_BID, "bid", ROLE_PRICE, param_money),
    NEEDS(LOT_BID, "units", ROLE_AMOUNT, param_quantity),
    WHO(DEAL),
    LOT(DEAL),
    WHO(STUFF),
    WHO(STAKE),
    NEEDS(STAKE, "amount", ROLE_AMOUNT, param_money),
    WHO(UNSTAKE),
    NEEDS(UNSTAKE, "shares", ROLE_AMOUNT, param_quantity),
};

enum { ARGUMENTS = sizeof arguments / sizeof arguments[0], ARGUMENTS_MOST = 8 };

static void set_number(const struct exec_case *exec, const struct argument *argument,
                       const struct load_node *node, struct exec_step *step) {
    struct transaction *transaction = &step->transaction;
    const bool whole = argument->role == ROLE_LOT || argument->role == ROLE_REPORTER;
    const struct param row = {.kind = argument->written,
                              .low = whole || argument->role == ROLE_AGE ? "0" : NULL,
                              .high = whole                        ? "1000000"
                                      : argument->role == ROLE_AGE ? "365d"
                                                                   : NULL};
    int64_t value;
    if (!exec_value(exec, node, &row, &value)) {
        return;
    }
    switch (argument->role) {
    case ROLE_UNITS:
        transaction->instrument = ASSET_UNDERLYING;
        transaction->amount = value;
        break;
    case ROLE_PRICE:
        transaction->price_uusd = value;
        break;
    case ROLE_LOT:
        transaction->target = (uint32_t)value;
        break;
    case ROLE_REPORTER:
        transaction->account = (uint32_t)value;
        break;
    case ROLE_AGE:
        step->after_ns = value;
        break;
    default:
        transaction->amount = value;
        break;
    }
}

static void set_argument(const struct exec_case *exec, const struct argument *argument,
                         const struct load_node *node, struct exec_step *step) {
    struct transaction *transaction = &step->transaction;
    if (argument->written != NULL) {
        set_number(exec, argument, node, step);
    } else if (exec_is(exec, node, LOAD_NODE_SCALAR, "a name")) {
        const char *name = exec_text(exec, node);
        if (argument->role == ROLE_INSTRUMENT) {
            exec_instrument(exec, name, node, &transaction->instrument);
        } else {
            exec_account(exec, name, node,
                         argument->role == ROLE_TARGET ? &transaction->target
                                                       : &transaction->account);
        }
    }
}

/* The arguments of a kind: their names, ended by NULL, and which of the table they are. */
struct signature {
    const char *name[ARGUMENTS_MOST + 1];
    const struct argument *argument[ARGUMENTS_MOST];
    bool given[ARGUMENTS_MOST];
    size_t count;
};

static struct signature signature_of(uint32_t kind) {
    struct signature signature = {.count = 0};
    for (size_t i = 0; i < ARGUMENTS; ++i) {
        if (arguments[i].kind == (enum transaction_kind)kind) {
            assert(signature.count < ARGUMENTS_MOST);
            signature.name[signature.count] = arguments[i].name;
            signature.argument[signature.count++] = &arguments[i];
        }
    }
    return signature;
}

static void check_given(const struct exec_case *exec, const struct signature *signature,
                        const struct load_node *node) {
    size_t amounts = 0, alternatives = 0;
    for (size_t i = 0; i < signature->count; ++i) {
        const struct argument *argument = signature->argument[i];
        const bool instrument =
            argument->role == ROLE_INSTRUMENT && exec->terms.instrument_count > 1;
        if ((argument->required || instrument) && !signature->given[i]) {
            exec_complain(exec, node, true, "lacks %s%s%s", argument->name,
                          argument->written != NULL ? ", such as " : "",
                          argument->written != NULL ? argument->written->example : "");
        }
        if (argument->kind == TRANSACTION_DEPOSIT ||
            argument->kind == TRANSACTION_WITHDRAW) {
            const bool either =
                argument->role == ROLE_AMOUNT || argument->role == ROLE_UNITS;
            alternatives += either;
            amounts += either && signature->given[i];
        }
    }
    if (alternatives > 0 && amounts != 1) {
        exec_complain(exec, node, true,
                      "needs either amount, of cash, or units, of the underlying");
    }
}

static void read_transaction(const struct exec_case *exec, const struct load_node *node,
                             struct exec_step *step) {
    struct signature signature = signature_of(step->transaction.kind);
    if (!exec_is(exec, node, LOAD_NODE_MAPPING, "a mapping from argument to value")) {
        return;
    }
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        size_t i = 0;
        while (i < signature.count &&
               strcmp(signature.name[i], exec_key(exec, child)) != 0) {
            ++i;
        }
        if (i == signature.count) {
            exec_refuse_key(exec, child, signature.name);
            continue;
        }
        signature.given[i] = true;
        set_argument(exec, signature.argument[i], child, step);
    }
    check_given(exec, &signature, node);
}

static struct exec_step *add_step(struct exec_case *exec, enum exec_step_kind kind,
                                  const struct load_node *node) {
    struct exec_step *step = &exec->step[exec->step_count++];
    *step = (struct exec_step){.kind = kind, .node = node, .expect = exec->expect_count};
    return step;
}

/* One step for each instrument with a price. */
static void read_prices(struct exec_case *exec, const struct load_node *node) {
    static const struct param row = {.kind = &param_price};
    if (node->kind == LOAD_NODE_SCALAR && exec->terms.instrument_count == 1) {
        exec_value(exec, node, &row,
                   &add_step(exec, EXEC_PRICE, node)->transaction.price_uusd);
        return;
    }
    if (!exec_is(exec, node, LOAD_NODE_MAPPING, "a mapping from instrument to price")) {
        return;
    }
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        struct transaction *transaction = &add_step(exec, EXEC_PRICE, child)->transaction;
        exec_instrument(exec, exec_key(exec, child), child, &transaction->instrument);
        exec_value(exec, child, &row, &transaction->price_uusd);
    }
}

static bool read_kind(const char *key, struct transaction *transaction) {
    for (uint32_t kind = 0; kind < TRANSACTION_KIND_COUNT; ++kind) {
        if (strcmp(transaction_kind_name((enum transaction_kind)kind), key) == 0) {
            transaction->kind = kind;
            return true;
        }
    }
    return false;
}

static void refuse_step(const struct exec_case *exec, const struct load_node *node) {
    const char *words[TRANSACTION_KIND_COUNT + 4] = {"block", "price", "expect"};
    for (uint32_t kind = 0; kind < TRANSACTION_KIND_COUNT; ++kind) {
        words[3 + kind] = transaction_kind_name((enum transaction_kind)kind);
    }
    exec_refuse_key(exec, node, words);
}

/* What a step does: its only key but expect. */
static void read_action(struct exec_case *exec, const struct load_node *node) {
    static const struct param pause = {.kind = &param_time, .low = "0s", .high = "365d"};
    struct transaction transaction = {0};
    const char *key = exec_key(exec, node);
    if (strcmp(key, "block") == 0) {
        exec_value(exec, node, &pause, &add_step(exec, EXEC_BLOCK, node)->after_ns);
    } else if (strcmp(key, "price") == 0) {
        read_prices(exec, node);
    } else if (read_kind(key, &transaction)) {
        struct exec_step *step = add_step(exec, EXEC_TRANSACTION, node);
        step->transaction = transaction;
        read_transaction(exec, node, step);
    } else {
        refuse_step(exec, node);
    }
}

static void read_step(struct exec_case *exec, const struct load_node *node) {
    const struct load_node *expect = NULL;
    const size_t before = exec->step_count;
    size_t actions = 0;
    if (!exec_is(exec, node, LOAD_NODE_MAPPING, "a step such as \"block: 12s\"")) {
        return;
    }
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        if (strcmp(exec_key(exec, child), "expect") == 0) {
            expect = child;
        } else if (actions++ == 0) {
            read_action(exec, child);
        } else {
            exec_complain(exec, child, true,
                          "is a second action of one step; begin "
                          "another with \"- \"");
        }
    }
    if (expect != NULL) {
        struct exec_step *step = actions > 0 && exec->step_count > before
                                     ? &exec->step[exec->step_count - 1]
                                     : add_step(exec, EXEC_LOOK, expect);
        exec_read_expect(exec, step, expect);
    }
}

void exec_read_steps(struct exec_case *exec, const struct load_node *list) {
    if (!exec_is(exec, list, LOAD_NODE_SEQUENCE, "a list of steps, each after \"- \"")) {
        return;
    }
    for (const struct load_node *node = exec_child(exec, list); node != NULL;
         node = exec_next(exec, node)) {
        read_step(exec, node);
    }
}
