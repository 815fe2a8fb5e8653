/* param.h -- a parameter, described once.

   One row says how a value is written, which values are allowed, what it defaults to and
   what it means.  The same row reads YAML and --set, checks bounds, answers `explain`, is
   walked by `tune` and labels the report and the HDF5 attributes.  Bounds and defaults
   are written as a user writes them ("6.5%", "1.5M USD", "12s") and read by the row's
   kind.

   Units    each kind names the unit its value is stored in.
   Memory   tables are static; parse writes kind->size bytes; nothing is allocated.
   Threads  tables are const; every function is pure. */
#ifndef ENGINE_PARAM_H
#define ENGINE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct param;

struct param_kind {
    const char *name;    /* "money" */
    const char *unit;    /* unit a user reads: "USD" */
    const char *example; /* "1.5M USD" */
    size_t size;         /* bytes of the stored value */
    bool list;           /* may be written as a sequence: [0.5, 2] for "0.5, 2" */
    /* parse reads text into *value.  On failure it writes one sentence that says what is
       wrong and what is allowed to error, leaves *value alone and returns false.  It does
       not check bounds: param_parse does. */
    bool (*parse)(const struct param *param, const char *text, void *value, char *error,
                  size_t error_size);
    /* format writes the one canonical spelling of *value: parse(format(v)) == v. */
    void (*format)(const struct param *param, const void *value, char *text, size_t size);
    /* compare is negative, zero or positive; NULL for kinds without an order. */
    int (*compare)(const void *a, const void *b);
};

struct param {
    const char *name;              /* the key inside its section */
    const struct param_kind *kind; /* how it is written and stored */
    const char *low, *high;        /* inclusive bounds; NULL: none */
    const char *fallback;          /* default; NULL: has to be given */
    const char *doc;               /* one line */
    size_t offset;                 /* of the value in the section's struct */
    const char *const *choices;    /* param_choice only: words, ends with NULL */
};

/* PARAM(struct s, member, "key", kind, low, high, default, doc) is one row of a table. */
#define PARAM(type, member, key, kind_, low_, high_, fallback_, doc_)                    \
    {                                                                                    \
        .name = (key), .kind = &(kind_), .low = (low_), .high = (high_),                 \
        .fallback = (fallback_), .doc = (doc_), .offset = offsetof(type, member)         \
    }
#define PARAM_CHOICE(type, member, key, words, fallback_, doc_)                          \
    {                                                                                    \
        .name = (key), .kind = &param_choice, .fallback = (fallback_), .doc = (doc_),    \
        .offset = offsetof(type, member), .choices = (words)                             \
    }

extern const struct param_kind param_integer; /* int64_t: 42, 1_000, 15M */
extern const struct param_kind
    param_ppm; /* int64_t, 1e-6: 6.25%, 0.0625, 62500 ppm, 5 bp */
extern const struct param_kind param_money; /* int64_t, micro-USD: 1.5M USD, 100k USD */
extern const struct param_kind param_price; /* int64_t, micro-USD per base: 194.61 USD */
extern const struct param_kind param_quantity; /* int64_t, 1e-6 base units: 2.5 */
extern const struct param_kind
    param_time; /* int64_t, nanoseconds: 12s, 20min, 36h, 400ms */
extern const struct param_kind param_gas_price; /* int64_t, wei: 10 gwei */
extern const struct param_kind
    param_instant; /* int64_t, ns since 1970 UTC: 2020-03-12T00:00:00Z */
extern const struct param_kind param_choice; /* int64_t: index into choices */
extern const struct param_kind param_flag;   /* int64_t, 0 or 1: on, off, true, false */
extern const struct param_kind param_real;   /* double: -0.3, 1.40, 45% */
extern const struct param_kind param_text;   /* char[PARAM_TEXT_SIZE], zero-terminated */

#define PARAM_TEXT_SIZE 64

/* PARAM_FORMAT_SIZE bytes hold what any kind's format writes, and any kind's value. */
#define PARAM_FORMAT_SIZE 256

/* param_parse reads text by the row's kind and checks the row's bounds.  On failure it
   writes one sentence (what is wrong, what is allowed) to error, leaves *value alone and
   returns false. */
bool param_parse(const struct param *param, const char *text, void *value, char *error,
                 size_t error_size);

/* param_default writes the row's default to *value; asserts that the row has a valid one.
 */
void param_default(const struct param *param, void *value);

/* param_distance is how many single-character insertions, deletions, replacements and
   swaps of neighbours turn one word into the other: the measure behind "did you mean".
   Words longer than 64 bytes are unlike everything. */
size_t param_distance(const char *a, const char *b);

/* param_resembles tells whether a and b are close enough that one is likely a slip of the
   other: at most one change in three characters. */
bool param_resembles(const char *a, const char *b);

/* param_quote writes text between quotation marks for a message, cut at 60 bytes and with
   control characters shown as '?', so that no input can break a line; it returns out. */
#define PARAM_QUOTE_SIZE 72
const char *param_quote(const char *text, char out[PARAM_QUOTE_SIZE]);

/* param_at returns the address of the row's value inside a section's struct. */
void *param_at(const struct param *param, void *section);

#endif
