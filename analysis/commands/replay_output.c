#include "analysis/commands/replay_output.h"

#include "analysis/commands/deliver.h"
#include "analysis/event_table.h"
#include "analysis/json.h"
#include "analysis/publish.h"
#include "analysis/say.h"
#include "analysis/store_events.h"
#include "analysis/story.h"
#include "analysis/summary.h"
#include "scenarios/semantics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)

/* What was asked for, in numbers. */
struct choice {
    int64_t from_ns, to_ns, every_ns;
    bool event[EVENT_LOG_KIND_COUNT];
    bool transaction[TRANSACTION_KIND_COUNT];
};

/* Reads up to nine digits. */
static bool take_number(const char **at, int64_t *value) {
    int digits = 0;
    for (*value = 0; **at >= '0' && **at <= '9' && digits < 9; ++*at, ++digits) {
        *value = *value * 10 + (**at - '0');
    }
    return digits > 0;
}

/* T+hh:mm or T+hh:mm:ss, or with a minus; false when the text is none. */
static bool parse_since(const char *text, int64_t *since_ns) {
    int64_t hours, minutes, seconds = 0;
    const char *at = text + 2;
    if (text[0] != 'T' || (text[1] != '+' && text[1] != '-') ||
        !take_number(&at, &hours) || *at++ != ':' || !take_number(&at, &minutes)) {
        return false;
    }
    if (*at == ':') {
        ++at;
        if (!take_number(&at, &seconds)) {
            return false;
        }
    }
    *since_ns = ((hours * 60 + minutes) * 60 + seconds) * SECOND_NS;
    *since_ns = text[1] == '-' ? -*since_ns : *since_ns;
    return *at == 0 && hours < 1000000 && minutes < 60 && seconds < 60;
}

/* A time of the user's, in one of three spellings. */
static bool parse_time(const char *option, const char *text, const struct stage *stage,
                       int64_t *time_ns) {
    static const struct param span = {
        .name = "time", .kind = &param_time, .low = "0s", .high = "100000h"};
    static const struct param instant = {.name = "time", .kind = &param_instant};
    char error[256];
    int64_t since_ns;
    if (parse_since(text, &since_ns) ||
        param_parse(&span, text, &since_ns, error, sizeof error)) {
        *time_ns = stage->start_ns + since_ns;
        return true;
    }
    if (param_parse(&instant, text, time_ns, error, sizeof error)) {
        return true;
    }
    char shown[PARAM_QUOTE_SIZE];
    say("%s: %s is no time; write 10h30min, T+10:30:00 or 2020-03-12T10:30:00Z", option,
        param_quote(text, shown));
    return false;
}

/* The index-th name of a kind, of events first and of transactions then. */
static const char *kind_name(size_t index) {
    if (index < EVENT_LOG_KIND_COUNT) {
        return event_log_kind_name((enum event_log_kind)index);
    }
    index -= EVENT_LOG_KIND_COUNT;
    return index < TRANSACTION_KIND_COUNT
               ? transaction_kind_name((enum transaction_kind)index)
               : NULL;
}

static void say_kinds(const char *word) {
    char shown[PARAM_QUOTE_SIZE], list[700] = "";
    const char *name, *near = NULL;
    size_t length = 0;
    for (size_t i = 0; (name = kind_name(i)) != NULL; ++i) {
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s",
                                   i == 0 ? "" : ", ", name);
        length = length < sizeof list ? length : sizeof list - 1;
        near = param_resembles(word, name) ? name : near;
    }
    say("--kind: %s is no kind of event or transaction; allowed: %s%s%s%s",
        param_quote(word, shown), list, near != NULL ? "; did you mean " : "",
        near != NULL ? near : "", near != NULL ? "?" : "");
}

static bool choose_kind(const char *word, struct choice *choice) {
    const char *name;
    bool found = false;
    for (size_t i = 0; (name = kind_name(i)) != NULL; ++i) {
        if (strcmp(word, name) != 0) {
            continue;
        }
        found = true;
        if (i < EVENT_LOG_KIND_COUNT) {
            choice->event[i] = true;
        } else {
            choice->transaction[i - EVENT_LOG_KIND_COUNT] = true;
        }
    }
    if (!found) {
        say_kinds(word);
    }
    return found;
}

static bool choose_kinds(const char *kinds, struct choice *choice) {
    bool fine = true;
    for (const char *at = kinds; at != NULL;) {
        char word[64];
        const size_t length = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", length < 63 ? (int)length : 63, at);
        fine = choose_kind(word, choice) && fine;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return fine;
}

static bool ends_in(const char *text, const char *ending) {
    const size_t length = strlen(text), tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

static enum run_status check_out(const char *out) {
    if (out != NULL && !ends_in(out, ".h5") && !ends_in(out, ".csv")) {
        say("-o %s: what kind of file? call it .h5 or .csv", out);
        return RUN_INPUT;
    }
    return deliver_check(out);
}

static bool choose_times(const struct replay_output *output, const struct stage *stage,
                         struct choice *choice) {
    static const struct param every = {
        .name = "--every", .kind = &param_time, .low = "1s", .high = "100000h"};
    char error[256];
    choice->from_ns = stage->begin_ns;
    choice->to_ns = stage->end_ns;
    bool fine = output->from == NULL ||
                parse_time("--from", output->from, stage, &choice->from_ns);
    fine =
        (output->to == NULL || parse_time("--to", output->to, stage, &choice->to_ns)) &&
        fine;
    if (fine && choice->to_ns < choice->from_ns) {
        say("--to is before --from");
        fine = false;
    }
    choice->every_ns = 0;
    if (output->every != NULL &&
        !param_parse(&every, output->every, &choice->every_ns, error, sizeof error)) {
        say("--every %s: %s", output->every, error);
        fine = false;
    } else if (output->every == NULL && !output->all && fine) {
        choice->every_ns =
            story_every(choice->to_ns - choice->from_ns, stage->scenario.world.slot_ns);
    }
    return fine;
}

static bool choose(const struct replay_output *output, const struct stage *stage,
                   struct choice *choice) {
    memset(choice, 0, sizeof *choice);
    const bool times = choose_times(output, stage, choice);
    return choose_kinds(output->kinds, choice) && times;
}

enum run_status replay_output_check(const struct replay_output *output,
                                    const struct stage *stage) {
    struct choice choice;
    const bool chosen = choose(output, stage, &choice);
    const enum run_status out = check_out(output->out);
    return chosen ? out : RUN_INPUT;
}

static bool wanted(const struct replay_output *output, const struct choice *choice,
                   const struct event_row *row) {
    if (row->time_ns < choice->from_ns || row->time_ns > choice->to_ns) {
        return false;
    }
    return output->kinds == NULL || choice->event[row->kind] ||
           (event_table_about(row) && choice->transaction[row->transaction.kind]);
}

static enum run_status write_csv(const char *path, const struct replay_told *told,
                                 const unsigned char *selected) {
    char *bytes = NULL, error[512];
    size_t size = 0;
    FILE *file = open_memstream(&bytes, &size);
    if (file == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    event_table_csv(file, told->subject->stage, told->replay, selected);
    const bool made = fclose(file) == 0;
    const bool written = made && publish_file(path, bytes, size, error, sizeof error);
    free(bytes);
    if (!written) {
        say("%s", made ? error : "out of memory");
        return RUN_IO;
    }
    return RUN_OK;
}

static enum run_status write_file(const char *path, const struct replay_told *told,
                                  const unsigned char *selected) {
    char error[512];
    if (!ends_in(path, ".h5")) {
        return write_csv(path, told, selected);
    }
    const struct store_events events = {.subject = told->subject,
                                        .replay = told->replay,
                                        .selected = selected,
                                        .seed = told->seed};
    if (!store_events_write(path, &events, error, sizeof error)) {
        say("%s", error);
        return RUN_IO;
    }
    return RUN_OK;
}

static void print_json(const struct replay_told *told, const unsigned char *selected) {
    const struct replay *replay = told->replay;
    struct json json;
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "scenario", told->subject->run.name);
    json_unsigned(&json, "semantics", BREAKWATER_SEMANTICS);
    json_unsigned(&json, "seed", told->seed);
    if (told->stored) {
        json_flag(&json, "same_as_stored", told->same);
    }
    summary_outcome_members(&json, &replay->outcome);
    json_open(&json, "events", '[');
    for (size_t i = 0; i < replay->count; ++i) {
        if (selected[i]) {
            event_table_json(&json, told->subject->stage, &replay->row[i]);
        }
    }
    json_close(&json, '[');
    json_close(&json, '{');
    json_end(&json);
}

enum run_status replay_output(const struct replay_output *output,
                              const struct replay_told *told) {
    const struct replay *replay = told->replay;
    struct choice choice;
    choose(output, told->subject->stage, &choice);
    unsigned char *selected = calloc(replay->count + 1, 1);
    if (selected == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    for (size_t i = 0; i < replay->count; ++i) {
        selected[i] = wanted(output, &choice, &replay->row[i]);
    }
    enum run_status status =
        output->out == NULL ? RUN_OK : write_file(output->out, told, selected);
    if (output->json) {
        print_json(told, selected);
    } else {
        const struct story story = {.subject = told->subject,
                                    .replay = replay,
                                    .selected = selected,
                                    .from_ns = choice.from_ns,
                                    .to_ns = choice.to_ns,
                                    .filtered = output->kinds != NULL,
                                    .every_ns = choice.every_ns,
                                    .seed = told->seed,
                                    .origin = told->origin};
        const enum run_status printed = story_print(stdout, &story);
        if (output->out != NULL && status == RUN_OK) {
            printf("events %s\n", output->out);
        }
        status = status != RUN_OK ? status : printed;
    }
    free(selected);
    return status;
}
