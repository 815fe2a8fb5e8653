#include "analysis/exec/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void exec_complain(const struct exec_case *exec, const struct load_node *node,
                   bool at_key, const char *format, ...) {
    char sentence[1400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    load_complain(exec->file, &exec->file->layers[0], node, at_key, sentence);
}

const char *exec_key(const struct exec_case *exec, const struct load_node *node) {
    return load_yaml_key(&exec->file->layers[0].tree, node);
}

const char *exec_text(const struct exec_case *exec, const struct load_node *node) {
    return load_yaml_text(&exec->file->layers[0].tree, node);
}

const struct load_node *exec_child(const struct exec_case *exec,
                                   const struct load_node *node) {
    return load_yaml_child(&exec->file->layers[0].tree, node);
}

const struct load_node *exec_next(const struct exec_case *exec,
                                  const struct load_node *node) {
    return load_yaml_next(&exec->file->layers[0].tree, node);
}

bool exec_is(const struct exec_case *exec, const struct load_node *node,
             enum load_node_kind kind, const char *what) {
    if (node->kind == kind && !node->missing) {
        return true;
    }
    exec_complain(exec, node, node->kind == LOAD_NODE_SCALAR && node->missing,
                  "has to be %s", what);
    return false;
}

bool exec_value(const struct exec_case *exec, const struct load_node *node,
                const struct param *row, int64_t *value) {
    char what[80], error[1024];
    snprintf(what, sizeof what, "a value, such as %s", row->kind->example);
    if (!exec_is(exec, node, LOAD_NODE_SCALAR, what)) {
        return false;
    }
    if (!param_parse(row, exec_text(exec, node), value, error, sizeof error)) {
        exec_complain(exec, node, false, "%s", error);
        return false;
    }
    return true;
}

static const struct {
    const char *name;
    uint32_t account;
} own_accounts[] = {
    {"fund",     ACCOUNT_FUND    },
    {"pool",     ACCOUNT_POOL    },
    {"treasury", ACCOUNT_TREASURY},
};

enum { OWN_ACCOUNTS = sizeof own_accounts / sizeof own_accounts[0] };

static void refuse_name(const struct exec_case *exec, const struct load_node *node,
                        const char *what, const char *name,
                        const struct load_words *words) {
    char shown[PARAM_QUOTE_SIZE], tail[700];
    load_words_print(words, tail, sizeof tail);
    exec_complain(exec, node, false, "there is no %s %s%s", what,
                  param_quote(name, shown), tail);
}

bool exec_account(const struct exec_case *exec, const char *name,
                  const struct load_node *node, uint32_t *account) {
    struct load_words words = {0};
    for (size_t i = 0; i < OWN_ACCOUNTS; ++i) {
        if (strcmp(own_accounts[i].name, name) == 0) {
            *account = own_accounts[i].account;
            return true;
        }
        load_words_add(&words, name, own_accounts[i].name);
    }
    for (uint32_t i = 0; i < exec->account_count; ++i) {
        if (strcmp(exec->account[i], name) == 0) {
            *account = ACCOUNT_FIRST_USER + i;
            return true;
        }
        load_words_add(&words, name, exec->account[i]);
    }
    if (node != NULL) {
        refuse_name(exec, node, "account", name, &words);
    }
    return false;
}

bool exec_instrument(const struct exec_case *exec, const char *name,
                     const struct load_node *node, uint32_t *instrument) {
    struct load_words words = {0};
    for (uint32_t i = 0; i < exec->terms.instrument_count; ++i) {
        if (strcmp(exec->terms.instrument[i].name, name) == 0) {
            *instrument = i;
            return true;
        }
        load_words_add(&words, name, exec->terms.instrument[i].name);
    }
    if (node != NULL) {
        refuse_name(exec, node, "instrument", name, &words);
    }
    return false;
}

void exec_refuse_key(const struct exec_case *exec, const struct load_node *node,
                     const char *const *words) {
    struct load_words allowed = {0};
    char shown[PARAM_QUOTE_SIZE], tail[700];
    const char *key = exec_key(exec, node);
    for (; *words != NULL; ++words) {
        load_words_add(&allowed, key, *words);
    }
    load_words_print(&allowed, tail, sizeof tail);
    exec_complain(exec, node, true, "there is no key %s here%s", param_quote(key, shown),
                  tail);
}

const char *exec_case_who(const struct exec_case *exec, uint32_t account) {
    for (size_t i = 0; i < OWN_ACCOUNTS; ++i) {
        if (own_accounts[i].account == account) {
            return own_accounts[i].name;
        }
    }
    const uint32_t index = account - ACCOUNT_FIRST_USER;
    return account >= ACCOUNT_FIRST_USER && index < exec->account_count
               ? exec->account[index]
               : "";
}
