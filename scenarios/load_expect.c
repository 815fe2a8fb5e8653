#include "scenarios/load_result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *sign;
    enum load_comparator comparator;
} comparators[] = {
  /* the longer signs first: "<=" starts with "<" */
    {"<=", LOAD_AT_MOST },
    {">=", LOAD_AT_LEAST},
    {"<",  LOAD_LESS    },
    {">",  LOAD_GREATER },
};

static const char *const units[] = {"USD", "gwei", "min", "ms", "h", "d", "s"};

double load_expect_seconds(const char *unit) {
    static const struct {
        const char *name;
        double seconds;
    } times[] = {
        {"ms",  1e-3 },
        {"s",   1    },
        {"min", 60   },
        {"h",   3600 },
        {"d",   86400}
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; ++i) {
        if (strcmp(unit, times[i].name) == 0) {
            return times[i].seconds;
        }
    }
    return 0;
}

bool load_expect_fits(const char *unit, const char *metric_unit) {
    if (strcmp(unit, LOAD_EXPECT_SHARE) == 0) {
        return strcmp(metric_unit, "1") == 0;
    }
    return unit[0] == '\0' || strcmp(unit, metric_unit) == 0 ||
           (load_expect_seconds(unit) > 0 && load_expect_seconds(metric_unit) > 0);
}

/* index is that of the metric. */
static bool check_metric(const struct schema *schema, const char *metric, size_t *index,
                         char *error, size_t size) {
    struct load_words words = {0};
    const char *name = NULL;
    if (schema->metric_name == NULL) {
        return true;
    }
    for (size_t i = 0; (name = schema->metric_name(i)) != NULL; ++i) {
        if (strcmp(name, metric) == 0) {
            *index = i;
            return true;
        }
        load_words_add(&words, metric, name);
    }
    char tail[700], shown[PARAM_QUOTE_SIZE];
    load_words_print(&words, tail, sizeof tail);
    snprintf(error, size, "there is no metric %s%s", param_quote(metric, shown), tail);
    return false;
}

static bool ends_in(const char *text, const char *ending) {
    const size_t length = strlen(text), more = strlen(ending);
    return length > more && strcmp(text + length - more, ending) == 0;
}

/* Splits a unit off the end of "1.5M USD" and reads the rest as a number.  What does not
   begin as one, such as "high", has no unit; a share is a number as it stands. */
static bool read_value(const char *text, struct load_expect *expect, char *error,
                       size_t size) {
    static const struct param number = {.name = "value", .kind = &param_real};
    char rest[160];
    for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i) {
        if (!ends_in(text, units[i])) {
            continue;
        }
        snprintf(rest, sizeof rest, "%.*s", (int)(strlen(text) - strlen(units[i])), text);
        if (ends_in(rest, "%") || ends_in(rest, "% ")) {
            snprintf(error, size, "has both %% and %s", units[i]);
            return false;
        }
        if (param_parse(&number, rest, &expect->value, error, size)) {
            snprintf(expect->unit, sizeof expect->unit, "%s", units[i]);
            return true;
        }
        break;
    }
    if (ends_in(text, "%") || ends_in(text, "bp")) {
        snprintf(expect->unit, sizeof expect->unit, "%s", LOAD_EXPECT_SHARE);
    }
    return param_parse(&number, text, &expect->value, error, size);
}

/* Whether the number is in a unit that the metric has. */
static bool check_unit(const struct schema *schema, size_t index,
                       const struct load_expect *expect, char *error, size_t size) {
    const char *unit = schema->metric_unit == NULL ? NULL : schema->metric_unit(index);
    if (unit == NULL || load_expect_fits(expect->unit, unit)) {
        return true;
    }
    const bool share = strcmp(unit, "1") == 0;
    snprintf(error, size, "%s is in %s, not in %s", expect->metric,
             share ? "shares or counts" : unit, expect->unit);
    return false;
}

bool load_expect_parse(const struct schema *schema, const char *text,
                       struct load_expect *expect, char *error, size_t size) {
    char shown[PARAM_QUOTE_SIZE];
    const size_t length = strcspn(text, " \t<>=!~");
    const char *sign = text + length + strspn(text + length, " \t");
    if (length == 0 || length >= sizeof expect->metric || *sign == '\0' ||
        strlen(text) >= sizeof expect->text) {
        snprintf(error, size, "%s is not an assertion; write it like p_insolvency <= 5%%",
                 param_quote(text, shown));
        return false;
    }
    *expect = (struct load_expect){0};
    memcpy(expect->text, text, strlen(text));
    memcpy(expect->metric, text, length);
    size_t index = 0;
    if (!check_metric(schema, expect->metric, &index, error, size)) {
        return false;
    }
    for (size_t i = 0; i < sizeof comparators / sizeof comparators[0]; ++i) {
        const size_t width = strlen(comparators[i].sign);
        if (strncmp(sign, comparators[i].sign, width) == 0) {
            expect->comparator = comparators[i].comparator;
            return read_value(sign + width, expect, error, size) &&
                   check_unit(schema, index, expect, error, size);
        }
    }
    snprintf(error, size, "%s does not compare; allowed: <=, <, >=, >",
             param_quote(text, shown));
    return false;
}

bool load_expect_holds(const struct load_expect *expect, double value, double limit) {
    switch (expect->comparator) {
    case LOAD_LESS:
        return value < limit;
    case LOAD_AT_MOST:
        return value <= limit;
    case LOAD_GREATER:
        return value > limit;
    case LOAD_AT_LEAST:
        return value >= limit;
    }
    return false;
}

void load_expect_read(struct load_result *result, const struct load_layer *layer,
                      const struct load_node *list) {
    const struct load_tree *tree = &layer->tree;
    if (list->kind != LOAD_NODE_SEQUENCE) {
        load_complain(result, layer, list, true,
                      "is a list; write each as \"- p_insolvency <= 5%\"");
        return;
    }
    size_t count = 0;
    const struct load_node *node = load_yaml_child(tree, list);
    for (const struct load_node *n = node; n != NULL; n = load_yaml_next(tree, n)) {
        ++count;
    }
    struct load_expect *expects = calloc(count + 1, sizeof *expects);
    if (expects == NULL) {
        result->failed = true;
        return;
    }
    free(result->expects);
    result->expects = expects;
    result->expect_count = count;
    for (size_t i = 0; node != NULL; node = load_yaml_next(tree, node), ++i) {
        char error[1024];
        if (node->kind != LOAD_NODE_SCALAR) {
            load_complain(result, layer, node, false,
                          "has to be a text like p_insolvency <= 5%");
        } else if (!load_expect_parse(result->schema, load_yaml_text(tree, node),
                                      &expects[i], error, sizeof error)) {
            load_complain(result, layer, node, false, error);
        }
    }
}
