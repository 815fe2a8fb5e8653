#include "analysis/exec/read.h"

#include <stdio.h>
#include <string.h>

static void refuse_field(const struct exec_case *exec, enum exec_subject subject,
                         const struct load_node *node, bool positions) {
    enum { WORDS = 64 };
    struct exec_field field[WORDS];
    const char *words[WORDS + ENGINE_INSTRUMENTS + 1] = {NULL};
    size_t count = 0;
    while (count < WORDS && exec_field_at(subject, count, &field[count])) {
        words[count] = field[count].name;
        ++count;
    }
    for (uint32_t i = 0; positions && i < exec->terms.instrument_count; ++i) {
        words[count++] = exec->terms.instrument[i].name;
    }
    exec_refuse_key(exec, node, words);
}

/* Splits "<= 5 USD" and "4 USD .. 5 USD". */
static void read_bounds(const struct exec_case *exec, struct exec_expect *expect) {
    static const struct {
        const char *sign;
        enum exec_comparator comparator;
    } signs[] = {
        {"<=", EXEC_AT_MOST },
        {">=", EXEC_AT_LEAST},
        {"<",  EXEC_LESS    },
        {">",  EXEC_GREATER },
    };
    char text[160], error[1024];
    const char *begin = exec_text(exec, expect->node), *high = NULL;
    if (strlen(begin) >= sizeof text) {
        exec_complain(exec, expect->node, false, "is too long for a value");
        return;
    }
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; ++i) {
        const size_t width = strlen(signs[i].sign);
        if (strncmp(begin, signs[i].sign, width) == 0) {
            expect->comparator = signs[i].comparator;
            begin += width + strspn(begin + width, " ");
            break;
        }
    }
    snprintf(text, sizeof text, "%s", begin);
    char *dots = expect->comparator == EXEC_IS ? strstr(text, " .. ") : NULL;
    if (dots != NULL) {
        *dots = '\0';
        high = dots + 4;
    }
    const struct param *row = &expect->field.row;
    if (!param_parse(row, text, &expect->value, error, sizeof error) ||
        !param_parse(row, high != NULL ? high : text, &expect->high, error,
                     sizeof error)) {
        exec_complain(exec, expect->node, false, "%s", error);
    } else if (expect->high < expect->value) {
        exec_complain(exec, expect->node, false, "ends below its beginning");
    }
}

/* Whom and what an expectation is about. */
struct about {
    enum exec_subject subject;
    uint32_t account, instrument;
    int64_t close_ubase;
};

static void add_expect(struct exec_case *exec, struct exec_step *step,
                       const struct load_node *node, const char *name,
                       const struct about *about) {
    struct exec_expect *expect = &exec->expect[exec->expect_count];
    *expect = (struct exec_expect){.node = node,
                                   .subject = about->subject,
                                   .account = about->account,
                                   .instrument = about->instrument,
                                   .close_ubase = about->close_ubase};
    if (!exec_field_find(about->subject, name, &expect->field)) {
        refuse_field(exec, about->subject, node, about->subject == EXEC_ACCOUNT);
    } else if (exec_is(exec, node, LOAD_NODE_SCALAR, "a value to compare with")) {
        read_bounds(exec, expect);
        exec->expect_count += 1;
        step->expect_count += 1;
        step->status_expected |=
            about->subject == EXEC_RECEIPT && strcmp(name, "status") == 0;
    }
}

/* carl: {BTC: {close: 0.05, bankruptcy_quote: 2500 USD}} */
static void read_position(struct exec_case *exec, struct exec_step *step,
                          const struct load_node *node, struct about about) {
    static const struct param part = {.kind = &param_quantity, .low = "0.000001"};
    const struct load_node *child;
    for (child = exec_child(exec, node); child != NULL; child = exec_next(exec, child)) {
        if (strcmp(exec_key(exec, child), "close") == 0) {
            exec_value(exec, child, &part, &about.close_ubase);
        }
    }
    for (child = exec_child(exec, node); child != NULL; child = exec_next(exec, child)) {
        if (strcmp(exec_key(exec, child), "close") != 0) {
            add_expect(exec, step, child, exec_key(exec, child), &about);
        }
    }
}

static void read_account(struct exec_case *exec, struct exec_step *step,
                         const struct load_node *node, uint32_t account) {
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        struct about about = {.subject = EXEC_ACCOUNT, .account = account};
        const char *key = exec_key(exec, child);
        if (!exec_instrument(exec, key, NULL, &about.instrument)) {
            add_expect(exec, step, child, key, &about);
            continue;
        }
        about.subject = EXEC_POSITION;
        if (child->kind == LOAD_NODE_MAPPING) {
            read_position(exec, step, child, about);
        } else {
            add_expect(exec, step, child, "size", &about);
        }
    }
}

static void read_market(struct exec_case *exec, struct exec_step *step,
                        const struct load_node *node, uint32_t instrument) {
    const struct about about = {.subject = EXEC_MARKET, .instrument = instrument};
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        add_expect(exec, step, child, exec_key(exec, child), &about);
    }
}

void exec_read_expect(struct exec_case *exec, struct exec_step *step,
                      const struct load_node *node) {
    if (!exec_is(exec, node, LOAD_NODE_MAPPING, "a mapping, such as {status: OK}")) {
        return;
    }
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        const char *key = exec_key(exec, child);
        const struct about receipt = {.subject = EXEC_RECEIPT};
        struct exec_field field;
        uint32_t found;
        const bool named = exec_instrument(exec, key, NULL, &found) ||
                           exec_account(exec, key, NULL, &found);
        if (step->kind == EXEC_TRANSACTION && child->kind != LOAD_NODE_MAPPING &&
            (exec_field_find(EXEC_RECEIPT, key, &field) || !named)) {
            add_expect(exec, step, child, key, &receipt);
        } else if (!exec_is(exec, child, LOAD_NODE_MAPPING,
                            "a mapping from what is expected to its value")) {
            continue;
        } else if (exec_instrument(exec, key, NULL, &found)) {
            read_market(exec, step, child, found);
        } else if (exec_account(exec, key, child, &found)) {
            read_account(exec, step, child, found);
        }
    }
}
