/* store_events.h -- an event log as HDF5: the columns of event_table.h on the dimension
   `event`.

   Units    in the names of the columns, and in their attribute `units`.
   Memory   the file is built in memory and written at once.
   Threads  one thread. */
#ifndef ANALYSIS_STORE_EVENTS_H
#define ANALYSIS_STORE_EVENTS_H

#include "analysis/replay.h"

struct store_hdf5;

#define STORE_EVENTS_FORMAT         "breakwater-events"
#define STORE_EVENTS_FORMAT_VERSION 1

/* What the file is about. */
struct store_events {
    const struct subject *subject;
    const struct replay *replay;
    const unsigned char *selected; /* rows to write; NULL: all */
    uint64_t seed;
    /* Deflated; names as codes with flag_values and flag_meanings; accounts as numbers only;
       without hashes (a replay has them) and columns in which no row has a value. */
    bool packed;
};

/* store_events_write writes the file: a complete one or none.
   Fails   false, with one sentence in error. */
bool store_events_write(const char *path, const struct store_events *events, char *error,
                        size_t error_size);

/* store_events_group writes the columns as a group of an open file, and what they are about
   as its attributes. */
void store_events_group(struct store_hdf5 *store, const char *name,
                        const struct store_events *events);

#endif
