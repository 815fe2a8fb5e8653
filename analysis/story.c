#include "analysis/story.h"

#include "analysis/number.h"
#include "analysis/page.h"
#include "analysis/say.h"
#include "analysis/story_head.h"
#include "analysis/story_moment.h"
#include "analysis/story_text.h"
#include "analysis/summary.h"

#include <string.h>

#define SECOND_NS INT64_C(1000000000)
#define MARGIN    21 /* "10:42:12 T+10:42:12  " */

/* A timeline being told. */
struct telling {
    const struct story *story;
    struct page page;
    struct story_moments moments;
    size_t next_moment;
    struct tally quiet; /* the quiet stretches before this one */
    int64_t quiet_ns, quiet_end_ns;
    int64_t day; /* of the last line; -1: none yet */
};

int64_t story_every(int64_t span_ns, int64_t slot_ns) {
    static const int64_t seconds[] = {60, 300, 600, 1800, 3600, 21600, 86400};
    const int64_t least_ns = span_ns / 40;
    if (least_ns <= slot_ns) {
        return slot_ns;
    }
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; ++i) {
        if (seconds[i] * SECOND_NS >= least_ns) {
            return seconds[i] * SECOND_NS;
        }
    }
    return (least_ns / (86400 * SECOND_NS) + 1) * 86400 * SECOND_NS;
}

/* A line with its time, under the date when that is another one. */
static void put_at(struct telling *telling, int64_t time_ns, const char *text) {
    const int64_t day = time_ns / (86400 * SECOND_NS);
    char margin[STORY_TIME_SIZE], date[PARAM_FORMAT_SIZE];
    if (day != telling->day) {
        param_instant.format(NULL, &time_ns, date, sizeof date);
        fprintf(telling->page.file, "\n%.10s\n", date);
        telling->day = day;
    }
    story_text_time(telling->story->subject->stage, time_ns, margin);
    page_put(&telling->page, margin, text);
}

static void put(struct telling *telling, struct story_text *text) {
    if (text->length > 0) {
        page_put(&telling->page, "", text->text);
    }
    text->length = 0;
    text->text[0] = 0;
}

static void add_weather(struct story_text *text, const struct stage *stage,
                        const struct tally *tally) {
    const double first = (double)tally->first->outside_uusd / 1e6;
    const double last = (double)tally->last->outside_uusd / 1e6;
    const double low = (double)tally->price_low / 1e6;
    const double high = (double)tally->price_high / 1e6;
    story_text_add(text, "%s", stage->scenario.instrument.name);
    story_text_price(text, " ", first);
    if (tally->first->outside_uusd != tally->last->outside_uusd) {
        story_text_price(text, " to ", last);
    }
    if (low < 0.99 * (first < last ? first : last)) {
        story_text_price(text, ", low ", low);
    }
    if (high > 1.01 * (first > last ? first : last)) {
        story_text_price(text, ", high ", high);
    }
    story_text_add(text, "; gas %.3g", (double)tally->gas_low / 1e9);
    if (tally->gas_high > tally->gas_low) {
        story_text_add(text, " to %.3g", (double)tally->gas_high / 1e9);
    }
    story_text_add(text, " gwei");
}

static void put_losses(struct telling *telling, const struct tally *tally) {
    struct story_text text = {.length = 0};
    char loss[NUMBER_SIZE], fund[NUMBER_SIZE], left[NUMBER_SIZE];
    if (tally->shortfalls == 0) {
        return;
    }
    number_usd(tally->shortfall, loss);
    number_usd(tally->fund_paid, fund);
    number_usd((double)tally->last->fund_uusd / 1e6, left);
    story_text_add(&text, "%zu shortfall%s of %s USD in all: the fund paid %s",
                   tally->shortfalls, tally->shortfalls == 1 ? "" : "s", loss, fund);
    if (tally->deleveraged >= 0.005) {
        number_usd(tally->deleveraged, loss);
        story_text_add(&text, ", deleveraged winners %s", loss);
    }
    if (tally->socialised >= 0.005) {
        number_usd(tally->socialised, loss);
        story_text_add(&text, ", other accounts %s", loss);
    }
    if (tally->pool_absorbed >= 0.005) {
        number_usd(tally->pool_absorbed, loss);
        story_text_add(&text, ", the pool %s", loss);
    }
    story_text_add(&text, "; %s left in the fund", left);
    put(telling, &text);
}

/* What was forced on somebody gets a line a kind, the rest one line together. */
static void put_transactions(struct telling *telling, const struct tally *tally) {
    struct story_text text = {.length = 0};
    for (int i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        if (tally->kind[i].accounts > 0) {
            story_text_done(&text, tally, (enum transaction_kind)i);
            put(telling, &text);
        }
    }
    put_losses(telling, tally);
    for (int i = 0; i < TRANSACTION_KIND_COUNT; ++i) {
        if (tally->kind[i].count > 0 && tally->kind[i].accounts == 0) {
            story_text_part(&text, "");
            story_text_kind(&text, (enum transaction_kind)i, tally->kind[i].count);
        }
    }
    const size_t hedges = tally->event[EVENT_LOG_HEDGE];
    if (hedges > 0) {
        story_text_part(&text, "");
        const double net = tally->amount[EVENT_LOG_HEDGE];
        story_text_add(&text, "%zu hedge%s of %+.*f net", hedges, hedges == 1 ? "" : "s",
                       net > -100 && net < 100 ? 2 : 0, net);
    }
    const size_t bridged =
        tally->event[EVENT_LOG_DEPARTED] + tally->event[EVENT_LOG_ARRIVED];
    if (bridged > 0) {
        story_text_part(&text, "");
        story_text_add(&text, "%zu transfer%s over the bridge", bridged,
                       bridged == 1 ? "" : "s");
    }
    put(telling, &text);
}

static void put_refused(struct telling *telling, const struct tally *tally) {
    struct story_text text = {.length = 0};
    size_t all = 0, most = 0;
    for (size_t i = 1; i < ENGINE_STATUS_COUNT; ++i) {
        all += tally->refused[i];
        most = tally->refused[i] > tally->refused[most] ? i : most;
    }
    if (all > 0) {
        story_text_add(&text, "%zu refused%s: %s", all,
                       tally->refused[most] < all ? ", most because" : "",
                       engine_status_text((enum engine_status)most));
        put(telling, &text);
    }
}

static void put_waiting(struct telling *telling, const struct tally *tally) {
    static const struct {
        enum event_log_kind kind;
        const char *one, *many;
    } words[] = {
        {EVENT_LOG_STUCK,    "keeper's transaction stuck for 25 blocks",
         "keepers' transactions stuck for 25 blocks"                                               },
        {EVENT_LOG_REPRICED, "repriced",                                 "repriced"                },
        {EVENT_LOG_UNPAID,   "dropped for want of gas money",
         "dropped for want of gas money"                                                           },
        {EVENT_LOG_EVICTED,  "evicted from the mempool",                 "evicted from the mempool"},
        {EVENT_LOG_ORPHANED, "orphaned",                                 "orphaned"                },
        {EVENT_LOG_MISSED,   "slot missed",                              "slots missed"            },
    };
    struct story_text text = {.length = 0};
    for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
        const size_t count = tally->event[words[i].kind];
        if (count > 0) {
            story_text_part(&text, "");
            story_text_add(&text, "%zu %s", count,
                           count == 1 ? words[i].one : words[i].many);
        }
    }
    put(telling, &text);
}

static void put_moments(struct telling *telling, int64_t until_ns) {
    while (telling->next_moment < telling->moments.count &&
           telling->moments.moment[telling->next_moment].time_ns < until_ns) {
        const struct story_moment *moment =
            &telling->moments.moment[telling->next_moment++];
        struct story_text text = {.length = 0};
        story_text_add(&text, "* %s", moment->text);
        put_at(telling, moment->time_ns, text.text);
    }
}

/* A stretch longer than the others says where it ends. */
static void put_stretch(struct telling *telling, int64_t from_ns, int64_t until_ns,
                        const struct tally *tally) {
    const struct stage *stage = telling->story->subject->stage;
    struct story_text text = {.length = 0};
    if (until_ns - from_ns > telling->story->every_ns) {
        char since[STORY_TIME_SIZE];
        story_text_since(stage, until_ns, since);
        story_text_add(&text, "until %s ", since);
    }
    if (!telling->story->filtered) {
        add_weather(&text, stage, tally);
    } else {
        story_text_add(&text, "%s", stage->scenario.instrument.name);
        story_text_price(&text, " at ", (double)tally->last->outside_uusd / 1e6);
    }
    put_at(telling, from_ns, text.text);
    put_transactions(telling, tally);
    put_refused(telling, tally);
    put_waiting(telling, tally);
    if (tally->root != NULL) {
        story_text_row(&text, stage, tally->root);
        put(telling, &text);
    }
}

static void put_quiet(struct telling *telling) {
    if (telling->quiet.first != NULL) {
        put_stretch(telling, telling->quiet_ns, telling->quiet_end_ns, &telling->quiet);
        tally_clear(&telling->quiet);
    }
}

static size_t add_rows(const struct story *story, struct tally *tally, size_t next,
                       int64_t until_ns) {
    const struct replay *replay = story->replay;
    for (; next < replay->count && replay->row[next].time_ns < until_ns; ++next) {
        if (story->selected == NULL || story->selected[next]) {
            tally_add(tally, &replay->row[next]);
        }
    }
    return next;
}

/* Tells one stretch, or puts it to the quiet ones before it; returns the next row. */
static size_t tell_stretch(struct telling *telling, struct tally *tally, int64_t from_ns,
                           size_t next) {
    const struct story *story = telling->story;
    const int64_t until_ns = from_ns + story->every_ns;
    tally_clear(tally);
    const size_t end = add_rows(story, tally, next, until_ns);
    if (tally->first == NULL) {
        return end;
    }
    const bool moment = telling->next_moment < telling->moments.count &&
                        telling->moments.moment[telling->next_moment].time_ns < until_ns;
    if (!moment && tally_quiet(tally)) {
        if (telling->quiet.first == NULL) {
            telling->quiet_ns = from_ns < story->from_ns ? story->from_ns : from_ns;
        }
        telling->quiet_end_ns = until_ns;
        add_rows(story, &telling->quiet, next, until_ns);
        return end;
    }
    put_quiet(telling);
    put_stretch(telling, from_ns < story->from_ns ? story->from_ns : from_ns, until_ns,
                tally);
    put_moments(telling, until_ns);
    return end;
}

static void tell_rows(struct telling *telling) {
    const struct story *story = telling->story;
    struct story_text text;
    for (size_t i = 0; i < story->replay->count; ++i) {
        if (story->selected == NULL || story->selected[i]) {
            story_text_row(&text, story->subject->stage, &story->replay->row[i]);
            put_at(telling, story->replay->row[i].time_ns, text.text);
        }
    }
}

static bool tell(struct telling *telling) {
    const struct story *story = telling->story;
    const struct stage *stage = story->subject->stage;
    struct tally tally;
    if (story->every_ns == 0) {
        tell_rows(telling);
        return true;
    }
    if (!tally_open(&tally, stage)) {
        return false;
    }
    const bool fine = tally_open(&telling->quiet, stage) &&
                      story_moments_find(story, &telling->moments);
    /* Stretches are counted from the start, so that those of the warm-up end there. */
    const int64_t before = (story->from_ns - stage->start_ns) % story->every_ns;
    int64_t from_ns = story->from_ns - (before < 0 ? before + story->every_ns : before);
    size_t next = 0;
    for (; fine && from_ns <= story->to_ns; from_ns += story->every_ns) {
        next = tell_stretch(telling, &tally, from_ns, next);
    }
    if (fine) {
        put_quiet(telling);
        put_moments(telling, INT64_MAX);
    }
    story_moments_free(&telling->moments);
    tally_free(&telling->quiet);
    tally_free(&tally);
    return fine;
}

/* The last roots in full, to compare with another's. */
static void put_roots(FILE *file, const struct replay *replay) {
    char hash[DIGEST_TEXT_SIZE];
    for (size_t i = replay->count; i-- > 0;) {
        if (replay->row[i].kind == EVENT_LOG_ROOT) {
            digest_text(replay->row[i].root, hash);
            fprintf(file, "state root %s\n", hash);
            digest_text(replay->row[i].history, hash);
            fprintf(file, "history    %s\n", hash);
            return;
        }
    }
}

enum run_status story_print(FILE *file, const struct story *story) {
    struct telling telling = {
        .story = story, .page = page_of(file, MARGIN), .day = INT64_MIN};
    story_head_print(&telling.page, story);
    if (!tell(&telling)) {
        say("out of memory");
        return RUN_IO;
    }
    fputs("\nWhat came of it\n", file);
    summary_outcome(file, &story->replay->outcome);
    put_roots(file, story->replay);
    return RUN_OK;
}
