#include "analysis/run_digest.h"

#include "scenarios/semantics.h"

static bool add_path(void *context, const struct outcome *outcome) {
    struct digest *digest = context;
    unsigned char hash[DIGEST_SIZE];
    outcome_digest(outcome, hash);
    digest_update(digest, hash, sizeof hash);
    return true;
}

bool run_digest(const unsigned char scenario_hash[DIGEST_SIZE], uint64_t seed,
                const struct spool *spool, unsigned char hash[DIGEST_SIZE]) {
    static const char domain[] = "breakwater-digest-1";
    struct digest digest;
    digest_init(&digest);
    digest_update(&digest, domain, sizeof domain - 1);
    digest_u32(&digest, BREAKWATER_SEMANTICS);
    digest_update(&digest, scenario_hash, DIGEST_SIZE);
    digest_u64(&digest, seed);
    digest_u64(&digest, spool_count(spool));
    if (!spool_visit(spool, add_path, &digest)) {
        return false;
    }
    digest_final(&digest, hash);
    return true;
}
