#include "scenarios/canonical.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Writes into what room there is and counts what there should have been. */
struct writer {
    char *text;
    size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *writer,
                                                      const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const bool room = writer->length < writer->size;
    const int length =
        vsnprintf(room ? writer->text + writer->length : NULL,
                  room ? writer->size - writer->length : 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    writer->length += (size_t)length;
}

static void format_value(const struct param *param, const void *row,
                         char text[PARAM_FORMAT_SIZE]) {
    param->kind->format(param, (const char *)row + param->offset, text,
                        PARAM_FORMAT_SIZE);
}

static void put_line(struct writer *writer, const struct section *section,
                     const struct param *param, const void *scenario, size_t row) {
    char index[32] = "", written[PARAM_FORMAT_SIZE];
    if (section->excluded_key != NULL &&
        strcmp(param->name, section->excluded_key) == 0) {
        return;
    }
    if (section->row_size > 0) {
        snprintf(index, sizeof index, "[%zu]", row);
    }
    format_value(param, load_row_const(section, scenario, row), written);
    put(writer, "%s%s.%s: %s\n", section->name, index, param->name, written);
}

size_t canonical_write(const struct schema *schema, const void *scenario, char *text,
                       size_t size) {
    struct writer writer = {.text = text, .size = size};
    for (size_t i = 0; i < schema->section_count; ++i) {
        const struct section *section = &schema->sections[i];
        const size_t rows =
            section->excluded_from_hash ? 0 : load_count(section, scenario);
        for (size_t value = 0; value < rows * section_param_count(section); ++value) {
            put_line(&writer, section,
                     &section->params[value % section_param_count(section)], scenario,
                     value / section_param_count(section));
        }
    }
    return writer.length;
}

/* A YAML scalar in quotation marks, whatever the text holds. */
static void put_quoted(struct writer *writer, const char *text) {
    put(writer, "\"");
    for (; *text != '\0'; ++text) {
        const unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            put(writer, "\\%c", byte);
        } else if (byte == '\n') {
            put(writer, "\\n");
        } else if (byte < 0x20) {
            put(writer, "\\x%02X", byte);
        } else {
            put(writer, "%c", byte);
        }
    }
    put(writer, "\"");
}

/* Whether a text can stand in YAML as it is: a word or number of harmless characters. */
static bool is_plain(const char *text) {
    static const char harmless[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789._%+-/";
    const size_t length = strlen(text);
    const bool starts = length > 0 &&
                        (text[0] != '-' || (text[1] >= '0' && text[1] <= '9')) &&
                        text[0] != '%';
    for (size_t i = 0; i < length; ++i) {
        const bool inside = i > 0 && i + 1 < length;
        const bool joint = inside && ((text[i] == ' ' && text[i + 1] != ' ') ||
                                      (text[i] == ':' && text[i + 1] != ' '));
        if (strchr(harmless, text[i]) == NULL && !joint) {
            return false;
        }
    }
    return starts;
}

static void put_scalar(struct writer *writer, const char *text) {
    if (is_plain(text)) {
        put(writer, "%s", text);
    } else {
        put_quoted(writer, text);
    }
}

/* One line "section.key: value" or "section[row].key: value", cut at its marks. */
struct line {
    const char *section, *row, *key, *value; /* row: "" outside a list */
    size_t section_length, row_length, key_length, value_length;
};

/* The next line of a canonical text; false at its end or at something else. */
static bool next_line(const char **at, struct line *line) {
    const char *end = strchr(*at, '\n');
    const char *dot = strchr(*at, '.');
    const char *colon = strstr(*at, ": ");
    if (end == NULL || dot == NULL || colon == NULL || dot > colon || colon > end) {
        return false;
    }
    line->section = *at;
    line->section_length = strcspn(*at, "[.");
    line->row = *at + line->section_length;
    line->row_length = (size_t)(dot - line->row);
    line->key = dot + 1;
    line->key_length = (size_t)(colon - line->key);
    line->value = colon + 2;
    line->value_length = (size_t)(end - line->value);
    *at = end + 1;
    return true;
}

static bool same_bytes(const char *a, size_t a_length, const char *b, size_t b_length) {
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

size_t canonical_file(const char *name, const char *canonical, char *text, size_t size) {
    struct writer writer = {.text = text, .size = size};
    struct line line, last = {.section = "", .row = ""};
    put(&writer, "name: ");
    put_quoted(&writer, name);
    put(&writer, "\n");
    while (next_line(&canonical, &line)) {
        char value[PARAM_FORMAT_SIZE];
        const bool other = !same_bytes(line.section, line.section_length, last.section,
                                       last.section_length);
        const bool other_row =
            other || !same_bytes(line.row, line.row_length, last.row, last.row_length);
        if (other) {
            put(&writer, "%.*s:\n", (int)line.section_length, line.section);
        }
        put(&writer, "%s%.*s: ",
            line.row_length == 0 ? "  "
            : other_row          ? "  - "
                                 : "    ",
            (int)line.key_length, line.key);
        snprintf(value, sizeof value, "%.*s", (int)line.value_length, line.value);
        put_quoted(&writer, value);
        put(&writer, "\n");
        last = line;
    }
    return writer.length;
}

/* A list stands between brackets: its kind lets only harmless characters pass. */
static void put_value(struct writer *writer, const struct param *param,
                      const char *text) {
    if (param->kind->list) {
        put(writer, "[%s]", text);
    } else {
        put_scalar(writer, text);
    }
}

static void put_sources(struct writer *writer, const struct load_result *result,
                        const struct section *section, size_t row) {
    bool first = true;
    const char *indent = section->row_size > 0 ? "    " : "  ";
    for (size_t i = 0; i < section_param_count(section); ++i) {
        char key[160];
        if (section->row_size > 0) {
            snprintf(key, sizeof key, "%s[%zu].%s", section->name, row,
                     section->params[i].name);
        } else {
            snprintf(key, sizeof key, "%s.%s", section->name, section->params[i].name);
        }
        const char *source = load_source(result, key);
        if (source != NULL) {
            put(writer, "%s", first ? indent : "");
            put(writer, "%s", first ? "source:\n" : "");
            put(writer, "%s  %s: ", indent, section->params[i].name);
            put_quoted(writer, source);
            put(writer, "\n");
            first = false;
        }
    }
}

static void put_section(struct writer *writer, const struct load_result *result,
                        const struct section *section) {
    const void *scenario = load_struct(result);
    const size_t rows = load_count(section, scenario);
    const bool list = section->row_size > 0;
    put(writer, "\n# %s\n%s:%s\n", section->doc, section->name, rows == 0 ? " []" : "");
    for (size_t row = 0; row < rows; ++row) {
        for (size_t i = 0; i < section_param_count(section); ++i) {
            char written[PARAM_FORMAT_SIZE];
            const char *indent = !list ? "  " : i == 0 ? "  - " : "    ";
            format_value(&section->params[i], load_row_const(section, scenario, row),
                         written);
            put(writer, "%s%s: ", indent, section->params[i].name);
            put_value(writer, &section->params[i], written);
            put(writer, "\n");
        }
        put_sources(writer, result, section, row);
    }
}

size_t canonical_show(const struct load_result *result, char *text, size_t size) {
    struct writer writer = {.text = text, .size = size};
    const struct schema *schema = load_schema(result);
    assert(load_status_of(result) == LOAD_OK);
    put(&writer, "name: ");
    put_quoted(&writer, load_name(result));
    put(&writer, "\ndoc: ");
    put_quoted(&writer, load_doc(result));
    put(&writer, "\n");
    size_t count = 0;
    const struct load_expect *expects = load_expects(result, &count);
    for (size_t i = 0; i < count; ++i) {
        put(&writer, "%s  - ", i == 0 ? "expect:\n" : "");
        put_quoted(&writer, expects[i].text);
        put(&writer, "\n");
    }
    for (size_t i = 0; i < schema->section_count; ++i) {
        put_section(&writer, result, &schema->sections[i]);
    }
    return writer.length;
}
