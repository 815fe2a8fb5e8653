/* protocol.h -- a protocol as a table of values, by name or from a file.

   A protocol file is YAML like a scenario: `name`, `doc`, `extends` and one mapping per
   section; --set has the last word.  It says what the rules are, not who acts nor what
   happens.

   Units    those of each key.
   Memory   a load owns the protocol it returns.
   Threads  const once loaded. */
#ifndef ANALYSIS_PROTOCOL_H
#define ANALYSIS_PROTOCOL_H

#include "analysis/run.h"
#include "engine/engine.h"
#include "engine/options/standard_margin.h"
#include "scenarios/load.h"

/* Terms for one instrument; accounts and further instruments are the caller's to add. */
struct protocol {
    struct engine_terms terms;
    struct standard_margin standard;
};

/* protocol_schema is what the loader walks; its presets are the protocols that come with
   the program. */
extern const struct schema protocol_schema;

/* protocol_load loads what a user named: a file, "-" or a protocol of the program.  The
   protocol is load_struct(*loaded); give it back with load_free.
   Fails   says everything that is wrong; RUN_INPUT or RUN_IO, and *loaded is NULL. */
enum run_status protocol_load(const char *argument, const char *const *sets,
                              size_t set_count, struct load_result **loaded);

/* protocol_of is the protocol of a load. */
const struct protocol *protocol_of(const struct load_result *loaded);

#endif
