/* plan.h -- what a folder of shards belongs to, so that it can be resumed and merged.

   The identity line decides whether blocks belong together: semantics, scenario and seed.
   The number of paths is not part of it, since a run may be extended.  A second file,
   FOLDER/plan, holds name, measure, number of paths and canonical scenario, so that `merge` needs
   nothing but the folders.

   Units    none.
   Memory   plan_read allocates the canonical text; plan_free gives it back.
   Threads  no shared state. */
#ifndef ANALYSIS_PLAN_H
#define ANALYSIS_PLAN_H

#include "analysis/run.h"

#define PLAN_IDENTITY_SIZE 256
#define PLAN_NAME_SIZE     128

struct plan {
    char name[PLAN_NAME_SIZE], measure[PLAN_NAME_SIZE];
    uint64_t seed, paths;
    int64_t start_ns, end_ns; /* of the samples; both 0 in a plan of an older version */
    unsigned char hash[DIGEST_SIZE]; /* of the canonical scenario */
    char *canonical;
};

/* plan_identity writes the identity line of a run. */
void plan_identity(const unsigned char hash[DIGEST_SIZE], uint64_t seed,
                   char identity[PLAN_IDENTITY_SIZE]);

/* plan_write writes FOLDER/plan.  Fails   false, with one sentence in error. */
bool plan_write(const char *folder, const struct run_subject *subject,
                const struct run_request *request, char *error, size_t error_size);

/* plan_read reads FOLDER/plan and checks it against the folder's identity line.
   Fails   false, with one sentence in error. */
bool plan_read(const char *folder, const char *identity, struct plan *plan, char *error,
               size_t error_size);

/* plan_remove deletes FOLDER/plan, if it is there. */
void plan_remove(const char *folder);

/* plan_free gives back what plan_read allocated. */
void plan_free(struct plan *plan);

#endif
