#include "analysis/tune/race.h"

#include "analysis/say.h"
#include "sim/montecarlo.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum run_status look(struct tune *tune, const struct race_round *round) {
    for (size_t i = 0; i < round->count; ++i) {
        struct tune_setting *setting = &tune->setting[round->list[i]];
        struct field_cell *cell = round->fresh ? setting->fresh : setting->search;
        struct spool **spool =
            round->fresh ? setting->fresh_spool : setting->search_spool;
        struct contestant *one = round->fresh ? &setting->final : &setting->found;
        for (size_t s = 0; s < tune->contest.scenario_count; ++s) {
            spool[s] = cell[s].spool;
        }
        one->spool = spool;
        if (!contest_look(&tune->contest, one, round->level)) {
            say("the outcomes cannot be read back: %s", strerror(errno));
            return RUN_IO;
        }
    }
    return RUN_OK;
}

enum run_status race_round(struct tune *tune, const struct race_round *round) {
    const size_t scenarios = tune->contest.scenario_count;
    char out[4096], unit[96];
    struct field_cell **cell = calloc(round->count * scenarios + 1, sizeof(void *));
    if (cell == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    for (size_t i = 0; i < round->count; ++i) {
        struct tune_setting *setting = &tune->setting[round->list[i]];
        for (size_t s = 0; s < scenarios; ++s) {
            cell[i * scenarios + s] =
                round->fresh ? &setting->fresh[s] : &setting->search[s];
        }
    }
    snprintf(unit, sizeof unit, "paths of %zu settings (%s)", round->count,
             round->fresh ? "fresh seed" : "search");
    if (tune->request.out != NULL) {
        snprintf(out, sizeof out, "%s.round%zu", tune->request.out, round->round + 1);
    }
    const struct field_request request = {.seed = round->fresh ? tune->fresh_seed
                                                               : tune->request.seed,
                                          .first = round->first,
                                          .end = round->end,
                                          .threads = tune->request.threads,
                                          .out = tune->request.out != NULL ? out : NULL,
                                          .resume = tune->request.resume,
                                          .unit = unit,
                                          .quiet = tune->request.quiet};
    enum run_status status =
        field_run(cell, round->count * scenarios, &request, &tune->kept[round->round]);
    free(cell);
    if (status == RUN_OK) {
        tune->round_paths[round->round] = round->end;
        tune->round_settings[round->round] = round->count;
        tune->paths_run += (round->end - round->first) * round->count * scenarios;
        status = look(tune, round);
    }
    return status;
}

/* Whether a setting of the list is surely within the budget and surely costs less. */
static bool is_needless(struct tune *tune, const size_t *list, size_t count, size_t index,
                        double level, bool *fine) {
    const struct contestant *one = &tune->setting[index].found;
    for (size_t i = 0; i < count && *fine; ++i) {
        const struct contestant *other = &tune->setting[list[i]].found;
        struct interval difference;
        if (list[i] == index || !(other->mean_cost.value < one->mean_cost.value) ||
            contest_verdict_of(&tune->contest, other) != CONTEST_WITHIN) {
            continue;
        }
        *fine = contest_cost(one, other, level, &difference);
        if (*fine && difference.high < 0) {
            return true;
        }
    }
    return false;
}

static bool is_beaten(struct tune *tune, const size_t *list, size_t count, size_t index,
                      double level, bool *fine) {
    for (size_t i = 0; i < count && *fine; ++i) {
        if (list[i] != index &&
            contest_beats(&tune->contest, &tune->setting[list[i]].found,
                          &tune->setting[index].found, level, fine)) {
            return true;
        }
    }
    return false;
}

size_t race_drop(struct tune *tune, size_t *list, size_t count, double level) {
    const bool budget = tune_has_budget(tune);
    enum tune_fate *fate = calloc(count + 1, sizeof *fate);
    bool fine = fate != NULL;
    size_t left = 0;
    for (size_t i = 0; i < count && fine; ++i) { /* all against all before anyone goes */
        const struct contestant *one = &tune->setting[list[i]].found;
        if (budget && contest_verdict_of(&tune->contest, one) == CONTEST_OVER) {
            fate[i] = TUNE_OVER;
        } else if (budget && is_needless(tune, list, count, list[i], level, &fine)) {
            fate[i] = TUNE_NEEDLESS;
        } else if (fine && is_beaten(tune, list, count, list[i], level, &fine)) {
            fate[i] = TUNE_BEATEN;
        }
    }
    for (size_t i = 0; i < count && fine; ++i) {
        tune->setting[list[i]].fate = fate[i];
        if (fate[i] == TUNE_IN) {
            list[left++] = list[i];
        }
    }
    free(fate);
    return fine ? left : SIZE_MAX;
}

/* The paths at the end of each round: a ninth, a third, all; whole blocks. */
static size_t plan_rounds(uint64_t paths, uint64_t end[TUNE_ROUNDS - 1]) {
    size_t rounds = 0;
    for (uint64_t part = 9; part > 1; part /= 3) {
        const uint64_t some =
            (paths / part + MONTECARLO_BLOCK - 1) / MONTECARLO_BLOCK * MONTECARLO_BLOCK;
        if (some > 0 && some < paths && (rounds == 0 || some > end[rounds - 1])) {
            end[rounds++] = some;
        }
    }
    end[rounds++] = paths;
    return rounds;
}

enum run_status race_run(struct tune *tune) {
    uint64_t end[TUNE_ROUNDS - 1];
    size_t count = 0;
    size_t *list = calloc(tune->design.count + 1, sizeof *list);
    if (list == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    for (size_t i = 0; i < tune->design.count; ++i) {
        if (tune->setting[i].fate == TUNE_IN && !tune->design.point[i].outside) {
            list[count++] = i;
        }
    }
    tune->rounds = plan_rounds(tune->request.paths, end);
    const double level = 1 - (1 - tune->request.level) / (double)(count * tune->rounds);
    enum run_status status = RUN_OK;
    for (size_t r = 0; r < tune->rounds && status == RUN_OK && count > 0; ++r) {
        const struct race_round round = {.list = list,
                                         .count = count,
                                         .round = r,
                                         .first = r == 0 ? 0 : end[r - 1],
                                         .end = end[r],
                                         .level = level};
        status = race_round(tune, &round);
        if (status == RUN_OK) {
            count = race_drop(tune, list, count, level);
            if (count == SIZE_MAX) {
                say("the outcomes cannot be compared: %s", strerror(errno));
                status = RUN_IO;
            }
        }
    }
    free(list);
    return status;
}
