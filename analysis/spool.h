/* spool.h -- the records of a run in path order, kept out of memory.

   An unnamed temporary file (or, where no folder can be written, memory): memory does not
   grow with the number of paths, and nothing is left behind however the program ends.

   Units    records of OUTCOME_RECORD_SIZE bytes.
   Memory   a spool owns its file; a column owns its arrays until column_free.
   Threads  one thread at a time. */
#ifndef ANALYSIS_SPOOL_H
#define ANALYSIS_SPOOL_H

#include "analysis/estimate/interval.h"
#include "scenarios/outcome.h"

#include <stdbool.h>
#include <stdint.h>

struct spool;

/* spool_open makes an empty spool.  Fails   NULL, with errno set. */
struct spool *spool_open(void);

/* spool_close gives everything back; NULL is allowed. */
void spool_close(struct spool *spool);

/* spool_append adds count records.  Fails   false, with errno set. */
bool spool_append(struct spool *spool, const unsigned char *records, uint64_t count);

/* spool_count is the number of records. */
uint64_t spool_count(const struct spool *spool);

/* spool_read copies count records from index first on.  Fails   false, errno set. */
bool spool_read(const struct spool *spool, uint64_t first, uint64_t count,
                unsigned char *records);

/* spool_visit calls visit(context, outcome) for every record in order, until it returns
   false.  Fails   false when the spool cannot be read or visit returned false. */
bool spool_visit(const struct spool *spool,
                 bool (*visit)(void *context, const struct outcome *outcome),
                 void *context);

/* spool_sample gathers the values of a field over the completed paths that have one. */
bool spool_sample(const struct spool *spool, enum outcome_field field,
                  struct sample *sample);

/* spool_divisor is the number of stored units in one shown unit of the field: 1e6
   micro-USD a USD, 3.6e12 ns an hour, 1e9 wei a gwei. */
double spool_divisor(enum outcome_field field);

#endif
