/* json.h -- a small writer of JSON.

   Units    numbers are written so that they read back as the same double; what is not a
            number becomes null.
   Memory   nothing is allocated; the text goes to a stream.
   Threads  one writer per stream.
   Source   RFC 8259. */
#ifndef ANALYSIS_JSON_H
#define ANALYSIS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 8

struct json {
    FILE *file;
    unsigned depth;
    bool begun[JSON_DEPTH_MAX + 1]; /* something stands on this level already */
};

/* json_begin starts a document on a stream; its errors are the stream's. */
void json_begin(struct json *json, FILE *file);

/* json_open opens an object or an array, json_close closes the innermost.  The key is
   NULL at the top and inside an array.  kind is '{' or '['; close takes the same. */
void json_open(struct json *json, const char *key, char kind);
void json_close(struct json *json, char kind);

/* json_text, json_real, json_unsigned, json_flag write one value, with its key in an
   object.  Text is UTF-8; a NULL is null. */
void json_text(struct json *json, const char *key, const char *text);
void json_real(struct json *json, const char *key, double value);
void json_unsigned(struct json *json, const char *key, uint64_t value);
void json_flag(struct json *json, const char *key, bool value);

/* json_end closes the document with a line feed. */
void json_end(struct json *json);

#endif
