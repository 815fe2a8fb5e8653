/* event_table.h -- the columns of an event log, for CSV, JSON and HDF5 alike.

   The receipt's fields are a part of the table: a row of receipt_columns names each word.
   A word without a name is called receipt_N and shown as it is.

   Units    in the names of the columns: usd, gwei, s, base (whole units of the underlying).
   Memory   texts go to the caller's buffers or to a stream.
   Threads  every function is pure. */
#ifndef ANALYSIS_EVENT_TABLE_H
#define ANALYSIS_EVENT_TABLE_H

#include "analysis/replay.h"

#include <stdio.h>

enum event_column_kind {
    EVENT_TIME,    /* int64 ns: an instant, UTC */
    EVENT_COUNT,   /* uint64 */
    EVENT_MICRO,   /* int64, 1e-6 of the unit */
    EVENT_NANO,    /* int64, 1e-9 of the unit */
    EVENT_RAW,     /* int64 as it is */
    EVENT_WHO,     /* uint32: an account, in words */
    EVENT_ACCOUNT, /* uint32: its number */
    EVENT_NAME,    /* of the kind of row */
    EVENT_TRADE,   /* name of the kind of transaction */
    EVENT_STATUS,  /* name of the engine's answer */
    EVENT_HASH,    /* 32 bytes */
};

/* Which rows have a value in a column. */
enum event_scope { SCOPE_ALL, SCOPE_TRANSACTION, SCOPE_RECEIPT, SCOPE_ROOT };

/* How a receipt's field adds up over several. */
enum event_sum { SUM_NONE, SUM_MONEY, SUM_PRICE, SUM_SIZE };

struct event_column {
    const char *name, *meaning;
    enum event_column_kind kind;
    enum event_scope scope;
    size_t offset; /* in struct event_row */
    enum event_sum sum;
    const char *word; /* in a story, such as "penalty"; NULL: not told */
};

/* event_table_column returns the index-th column; false behind the last.  The name of a
   column lies in the caller's *name when the table has none. */
#define EVENT_NAME_SIZE 32
bool event_table_column(size_t index, struct event_column *column,
                        char name[EVENT_NAME_SIZE]);

/* event_table_about tells whether the row is about a transaction. */
bool event_table_about(const struct event_row *row);

/* event_table_has tells whether the row has a value in the column. */
bool event_table_has(const struct event_column *column, const struct event_row *row);

/* event_table_word and event_table_real read a number of a row; the second in the unit of
   the column. */
int64_t event_table_word(const struct event_column *column, const struct event_row *row);
double event_table_real(const struct event_column *column, const struct event_row *row);

/* event_table_text writes a value as text. */
#define EVENT_TEXT_SIZE 80
void event_table_text(const struct event_column *column, const struct event_row *row,
                      const struct stage *stage, char text[EVENT_TEXT_SIZE]);

/* event_table_csv writes the rows for which selected is set, or all when it is NULL, as
   comma-separated values with a line of names; what a row does not have is empty. */
void event_table_csv(FILE *file, const struct stage *stage, const struct replay *replay,
                     const unsigned char *selected);

struct json;

/* event_table_json writes a row as one object; what it does not have, and money that did
   not move, is left out. */
void event_table_json(struct json *json, const struct stage *stage,
                      const struct event_row *row);

#endif
