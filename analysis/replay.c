#include "analysis/replay.h"

#include "analysis/say.h"
#include "scenarios/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum run_status replay_path(const struct subject *subject, uint64_t seed, uint64_t path,
                            int64_t root_ns, struct replay *replay) {
    struct event_log log;
    memset(replay, 0, sizeof *replay);
    void *memory = run_memory(&subject->run);
    if (memory != NULL) {
        event_log_init(&log, NULL, 0, root_ns);
        world_replay_path(memory, subject->stage, seed, path, &log, &replay->outcome);
        replay->row = malloc((log.count + 1) * sizeof *replay->row);
    }
    if (memory == NULL || replay->row == NULL) {
        free(memory);
        say("out of memory");
        return RUN_IO;
    }
    const uint64_t count = log.count;
    event_log_init(&log, replay->row, count, root_ns);
    world_replay_path(memory, subject->stage, seed, path, &log, &replay->outcome);
    assert(log.count == count);
    free(memory);
    replay->count = (size_t)count;
    replay->extremes = log.extremes;
    return RUN_OK;
}

void replay_free(struct replay *replay) {
    free(replay->row);
    memset(replay, 0, sizeof *replay);
}

void replay_who(const struct stage *stage, uint32_t account, char text[REPLAY_WHO_SIZE]) {
    static const char *const own[ACCOUNT_FIRST_USER] = {
        [ACCOUNT_EXTERNAL] = "outside",    [ACCOUNT_CLEARING] = "clearing",
        [ACCOUNT_FUNDING] = "funding",     [ACCOUNT_DUST] = "dust",
        [ACCOUNT_FUND] = "insurance fund", [ACCOUNT_TREASURY] = "treasury",
        [ACCOUNT_AUCTION] = "auctions",    [ACCOUNT_POOL] = "pool",
    };
    const struct {
        const char *name;
        uint32_t first, count;
    } kinds[] = {
        {"reporter", stage->reporter, stage->reporter_count},
        {"keeper",   stage->keeper,   stage->keeper_count  },
        {"stuffer",  stage->stuffer,  stage->stuffer_count },
        {"bidder",   stage->bidder,   stage->bidder_count  },
        {"vault",    stage->vault,    stage->vault_count   },
        {"trader",   stage->trader,   stage->trader_count  },
        {"provider", stage->provider, stage->provider_count},
    };
    if (account < ACCOUNT_FIRST_USER) {
        snprintf(text, REPLAY_WHO_SIZE, "%s",
                 own[account] != NULL ? own[account] : "engine");
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
        if (account >= kinds[i].first && account - kinds[i].first < kinds[i].count) {
            snprintf(text, REPLAY_WHO_SIZE, "%s %u", kinds[i].name,
                     account - kinds[i].first);
            return;
        }
    }
    if (account == stage->maker || account == stage->arbitrageur) {
        snprintf(text, REPLAY_WHO_SIZE, "%s",
                 account == stage->maker ? "market maker" : "arbitrageur");
        return;
    }
    snprintf(text, REPLAY_WHO_SIZE, "number %u", account);
}

const char *replay_differs(const struct outcome *one, const struct outcome *other) {
    unsigned char a[OUTCOME_RECORD_SIZE], b[OUTCOME_RECORD_SIZE];
    if (one->status != other->status) {
        return "how the path ended";
    }
    outcome_write(one, a);
    outcome_write(other, b);
    for (unsigned i = 0; i < OUTCOME_FIELD_COUNT; ++i) {
        const size_t at = OUTCOME_RECORD_SIZE - 8 * (size_t)(OUTCOME_FIELD_COUNT - i);
        if (memcmp(a + at, b + at, 8) != 0 ||
            outcome_missing(one, (enum outcome_field)i) !=
                outcome_missing(other, (enum outcome_field)i)) {
            return outcome_descriptions[i].name;
        }
    }
    if (one->log_head[0] != other->log_head[0] ||
        one->log_head[1] != other->log_head[1]) {
        return "the log head";
    }
    return one->path == other->path ? NULL : "the path number";
}
