/* run_digest.h -- the digest of a run: the same for any number of threads, interruptions
   and parts.

   run_digest = BLAKE2b-256("breakwater-digest-1" | semantics u32 | scenario hash (32
   bytes) | seed u64 | count u64 | path digests in path order).

   Units    integers are little-endian.
   Memory   nothing is allocated.
   Threads  no shared state. */
#ifndef ANALYSIS_RUN_DIGEST_H
#define ANALYSIS_RUN_DIGEST_H

#include "analysis/spool.h"
#include "engine/digest.h"

/* run_digest writes the digest of the run whose outcomes are in the spool, in path order.
   Fails   false when the spool cannot be read. */
bool run_digest(const unsigned char scenario_hash[DIGEST_SIZE], uint64_t seed,
                const struct spool *spool, unsigned char hash[DIGEST_SIZE]);

#endif
