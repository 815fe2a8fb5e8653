#include "analysis/exec/read.h"

#include <string.h>

static const struct param money_row = {.kind = &param_money};
static const struct param quantity_row = {.kind = &param_quantity};
static const struct param price_row = {.kind = &param_price};

static void read_account(struct exec_case *exec, const struct load_node *node) {
    struct exec_opening *opening = &exec->opening[exec->opening_count++];
    *opening = (struct exec_opening){.node = node};
    if (!exec_account(exec, exec_key(exec, node), node, &opening->account) ||
        !exec_is(exec, node, LOAD_NODE_MAPPING, "a mapping, such as {cash: 100 USD}")) {
        return;
    }
    if (opening->account < ACCOUNT_FIRST_USER) {
        exec_complain(exec, node, true,
                      "is none of the accounts; what the pool and the "
                      "fund have is opening.pool and opening.fund");
    }
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        const char *key = exec_key(exec, child);
        uint32_t instrument;
        if (strcmp(key, "cash") == 0) {
            exec_value(exec, child, &money_row, &opening->cash_uusd);
        } else if (strcmp(key, "units") == 0) {
            exec_value(exec, child, &quantity_row, &opening->units);
        } else if (exec_instrument(exec, key, NULL, &instrument)) {
            exec_value(exec, child, &quantity_row, &opening->size_ubase[instrument]);
        } else {
            const char *words[ENGINE_INSTRUMENTS + 3] = {"cash", "units"};
            for (uint32_t i = 0; i < exec->terms.instrument_count; ++i) {
                words[2 + i] = exec->terms.instrument[i].name;
            }
            exec_refuse_key(exec, child, words);
        }
    }
}

static void read_prices(struct exec_case *exec, const struct load_node *node) {
    if (!exec_is(exec, node, LOAD_NODE_MAPPING, "a mapping from instrument to price")) {
        return;
    }
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        uint32_t instrument;
        if (exec_instrument(exec, exec_key(exec, child), child, &instrument)) {
            exec_value(exec, child, &price_row, &exec->price_uusd[instrument]);
        }
    }
}

/* What somebody holds needs a price. */
static void check_prices(const struct exec_case *exec) {
    for (size_t i = 0; i < exec->opening_count; ++i) {
        const struct exec_opening *opening = &exec->opening[i];
        for (uint32_t j = 0; j < exec->terms.instrument_count; ++j) {
            if (exec->price_uusd[j] == 0 &&
                (opening->size_ubase[j] != 0 || (j == 0 && opening->units != 0))) {
                exec_complain(exec, opening->node, true, "needs opening.prices.%s",
                              exec->terms.instrument[j].name);
            }
        }
    }
}

void exec_read_opening(struct exec_case *exec, const struct load_node *node) {
    static const char *const words[] = {"prices", "fund", "pool", "accounts", NULL};
    if (!exec_is(exec, node, LOAD_NODE_MAPPING, "a mapping")) {
        return;
    }
    exec->opening_node = node;
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        const char *key = exec_key(exec, child);
        if (strcmp(key, "prices") == 0) {
            read_prices(exec, child);
        } else if (strcmp(key, "fund") == 0) {
            exec_value(exec, child, &money_row, &exec->fund_uusd);
        } else if (strcmp(key, "pool") == 0) {
            exec_value(exec, child, &money_row, &exec->pool_uusd);
        } else if (strcmp(key, "accounts") != 0) {
            exec_refuse_key(exec, child, words);
        } else if (exec_is(exec, child, LOAD_NODE_MAPPING,
                           "a mapping from account to what it has")) {
            for (const struct load_node *row = exec_child(exec, child); row != NULL;
                 row = exec_next(exec, row)) {
                read_account(exec, row);
            }
        }
    }
    check_prices(exec);
}
