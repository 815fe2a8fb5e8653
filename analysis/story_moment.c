#include "analysis/story_moment.h"

#include "analysis/number.h"
#include "analysis/story_text.h"

#include <stdarg.h>
#include <stdlib.h>

enum { FOUND = 8 }; /* moments that are found, not rows of their own */

static void add(struct story_moments *moments, int64_t time_ns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Behind those of the same time. */
static void add(struct story_moments *moments, int64_t time_ns, const char *format, ...) {
    size_t at = moments->count++;
    for (; at > 0 && moments->moment[at - 1].time_ns > time_ns; --at) {
        moments->moment[at] = moments->moment[at - 1];
    }
    va_list arguments;
    va_start(arguments, format);
    moments->moment[at].time_ns = time_ns;
    vsnprintf(moments->moment[at].text, sizeof moments->moment[at].text, format,
              arguments);
    va_end(arguments);
}

static bool is_moment(const struct event_row *row) {
    switch ((enum event_log_kind)row->kind) {
    case EVENT_LOG_START:
    case EVENT_LOG_DEPLETED:
    case EVENT_LOG_REORG:
    case EVENT_LOG_GATED:
    case EVENT_LOG_OPENED:
    case EVENT_LOG_END:
    case EVENT_LOG_FAILED:
        return true;
    default:
        return false;
    }
}

static bool forced(const struct event_row *row) {
    return row->kind == EVENT_LOG_TRANSACTION && row->receipt.status == ENGINE_OK &&
           row->transaction.target != 0;
}

/* The row that broke something first or worst, when it is among those to be told. */
static void add_break(const struct story *story, struct story_moments *moments,
                      const struct event_row *row, const char *which) {
    char who[REPLAY_WHO_SIZE], usd[NUMBER_SIZE];
    if (row == NULL ||
        (story->selected != NULL && !story->selected[row - story->replay->row])) {
        return;
    }
    replay_who(story->subject->stage, row->transaction.target, who);
    number_usd((double)row->receipt.shortfall_uusd / 1e6, usd);
    if (row->receipt.shortfall_uusd > 0) {
        add(moments, row->time_ns, "%s shortfall: %s, %s USD", which, who, usd);
    } else {
        number_price((double)row->index_uusd / 1e6, usd);
        add(moments, row->time_ns, "%s liquidation: %s, at %s USD", which, who, usd);
    }
}

/* The first of what breaks on the path, and the worst of it. */
static void find_breaks(const struct story *story, struct story_moments *moments) {
    const struct event_row *first = NULL, *worst = NULL, *touched = NULL;
    int64_t most_uusd = 0;
    for (size_t i = 0; i < story->replay->count; ++i) {
        const struct event_row *row = &story->replay->row[i];
        const int64_t shortfall_uusd = row->receipt.shortfall_uusd;
        if (!forced(row)) {
            continue;
        }
        touched = touched == NULL ? row : touched;
        first = first == NULL && shortfall_uusd > 0 ? row : first;
        worst = shortfall_uusd > most_uusd ? row : worst;
        most_uusd = shortfall_uusd > most_uusd ? shortfall_uusd : most_uusd;
    }
    if (touched != first) {
        add_break(story, moments, touched, "first");
    }
    add_break(story, moments, first, "first");
    if (worst != first) {
        add_break(story, moments, worst, "largest");
    }
}

static bool within(const struct story *story, int64_t time_ns) {
    return time_ns >= story->from_ns && time_ns <= story->to_ns &&
           time_ns > story->subject->stage->start_ns;
}

static void find_extremes(const struct story *story, struct story_moments *moments) {
    const struct event_extremes *most = &story->replay->extremes;
    const double start = (double)story->subject->stage->start_price_uusd;
    char usd[NUMBER_SIZE];
    if (within(story, most->low_ns)) {
        number_price((double)most->low_uusd / 1e6, usd);
        add(moments, most->low_ns, "the lowest price: %s USD, %.1f %%", usd,
            100 * ((double)most->low_uusd / start - 1));
    }
    if (within(story, most->gas_ns)) {
        add(moments, most->gas_ns, "gas at its peak: %.3g gwei",
            (double)most->gas_wei / 1e9);
    }
    if (within(story, most->gap_ns) && most->gap_ppm >= 10000) {
        add(moments, most->gap_ns, "the oracle is furthest off: %.1f %%",
            (double)most->gap_ppm / 1e4);
    }
}

bool story_moments_find(const struct story *story, struct story_moments *moments) {
    size_t count = FOUND;
    for (size_t i = 0; i < story->replay->count; ++i) {
        count += is_moment(&story->replay->row[i]) ? 1 : 0;
    }
    moments->count = 0;
    moments->moment = calloc(count, sizeof *moments->moment);
    if (moments->moment == NULL) {
        return false;
    }
    find_breaks(story, moments);
    for (size_t i = 0; i < story->replay->count; ++i) {
        const struct event_row *row = &story->replay->row[i];
        if (is_moment(row) && (story->selected == NULL || story->selected[i])) {
            add(moments, row->time_ns, "%s",
                event_log_kind_meaning((enum event_log_kind)row->kind));
        }
    }
    if (!story->filtered) {
        find_extremes(story, moments);
    }
    return true;
}

void story_moments_free(struct story_moments *moments) {
    free(moments->moment);
    moments->moment = NULL;
}
