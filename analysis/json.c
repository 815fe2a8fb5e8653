#include "analysis/json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

void json_begin(struct json *json, FILE *file) {
    *json = (struct json){.file = file};
}

static void write_string(struct json *json, const char *text) {
    putc('"', json->file);
    for (const char *next = text; *next != 0; ++next) {
        const unsigned char byte = (unsigned char)*next;
        if (byte == '"' || byte == '\\') {
            fprintf(json->file, "\\%c", byte);
        } else if (byte == '\n') {
            fputs("\\n", json->file);
        } else if (byte < 0x20 || byte == 0x7f) {
            fprintf(json->file, "\\u%04x", byte);
        } else {
            putc(byte, json->file);
        }
    }
    putc('"', json->file);
}

/* Comma, line and key: what stands before any value. */
static void lead_in(struct json *json, const char *key) {
    if (json->begun[json->depth]) {
        putc(',', json->file);
    }
    if (json->depth > 0) {
        /* Two levels are laid out in lines; what is deeper stays on its line. */
        if (json->depth <= 2) {
            fprintf(json->file, "\n%*s", (int)(2 * json->depth), "");
        } else if (json->begun[json->depth]) {
            putc(' ', json->file);
        }
    }
    json->begun[json->depth] = true;
    if (key != NULL) {
        write_string(json, key);
        fputs(": ", json->file);
    }
}

void json_open(struct json *json, const char *key, char kind) {
    assert(json->depth < JSON_DEPTH_MAX);
    lead_in(json, key);
    putc(kind, json->file);
    json->begun[++json->depth] = false;
}

void json_close(struct json *json, char kind) {
    assert(json->depth > 0);
    if (json->begun[json->depth] && json->depth <= 2) {
        fprintf(json->file, "\n%*s", (int)(2 * (json->depth - 1)), "");
    }
    --json->depth;
    putc(kind == '{' ? '}' : ']', json->file);
}

void json_text(struct json *json, const char *key, const char *text) {
    lead_in(json, key);
    if (text == NULL) {
        fputs("null", json->file);
    } else {
        write_string(json, text);
    }
}

void json_real(struct json *json, const char *key, double value) {
    lead_in(json, key);
    if (!(value - value == 0)) { /* NaN and the infinities have no JSON number */
        fputs("null", json->file);
        return;
    }
    char text[32];
    for (int digits = 15; digits <= 17; ++digits) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    fputs(text, json->file);
}

void json_unsigned(struct json *json, const char *key, uint64_t value) {
    lead_in(json, key);
    fprintf(json->file, "%" PRIu64, value);
}

void json_flag(struct json *json, const char *key, bool value) {
    lead_in(json, key);
    fputs(value ? "true" : "false", json->file);
}

void json_end(struct json *json) {
    assert(json->depth == 0);
    putc('\n', json->file);
}
