#include "analysis/exec/case.h"

#include "analysis/exec/read.h"
#include "analysis/loaded.h"
#include "analysis/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct schema no_schema; /* the file is read here, not by a schema */

static const struct load_node *key_of(const struct exec_case *exec, const char *key) {
    const struct load_node *node = exec_child(exec, &exec->file->layers[0].tree.nodes[0]);
    while (node != NULL && strcmp(exec_key(exec, node), key) != 0) {
        node = exec_next(exec, node);
    }
    return node;
}

static const char *text_of(const struct exec_case *exec, const char *key,
                           const char *fallback) {
    const struct load_node *node = key_of(exec, key);
    return node != NULL && exec_is(exec, node, LOAD_NODE_SCALAR, "a text")
               ? exec_text(exec, node)
               : fallback;
}

static void check_keys(const struct exec_case *exec) {
    static const char *const words[] = {"name",        "doc",      "protocol", "set",
                                        "instruments", "accounts", "start",    "opening",
                                        "steps",       NULL};
    for (const struct load_node *node =
             exec_child(exec, &exec->file->layers[0].tree.nodes[0]);
         node != NULL; node = exec_next(exec, node)) {
        size_t i = 0;
        while (words[i] != NULL && strcmp(words[i], exec_key(exec, node)) != 0) {
            ++i;
        }
        if (words[i] == NULL) {
            exec_refuse_key(exec, node, words);
        }
    }
}

/* -- the rules ---------------------------------------------------------------------- */

/* A protocol's file is named relative to the file that names it. */
static bool path_of(const struct exec_case *exec, const char *name, char *path,
                    size_t size) {
    const char *file = exec->file->layers[0].file.name;
    const char *slash = strrchr(file, '/');
    const bool beside = slash != NULL && exec->file->layers[0].on_disk &&
                        name[0] != '/' &&
                        (strchr(name, '/') != NULL || strstr(name, ".yaml") != NULL);
    const int length =
        snprintf(path, size, "%.*s%s", beside ? (int)(slash - file) + 1 : 0, file, name);
    return length >= 0 && (size_t)length < size;
}

/* Tries each text of `set:` on its own, so that what is wrong with it is told where it
   stands. */
static bool try_sets(struct exec_case *exec, const struct load_node *list,
                     const struct protocol *protocol, const char **sets, size_t *count) {
    struct protocol *trial = malloc(sizeof *trial);
    const size_t before = exec->file->report.count;
    if (trial == NULL) {
        exec->file->failed = true;
        return false;
    }
    *trial = *protocol;
    for (const struct load_node *node = exec_child(exec, list); node != NULL;
         node = exec_next(exec, node)) {
        char key[160], error[1024];
        if (!exec_is(exec, node, LOAD_NODE_SCALAR, "a text like margin.initial=20%")) {
            continue;
        }
        const char *text = exec_text(exec, node);
        const size_t length = strcspn(text, "=");
        if (text[length] == '\0' || length == 0 || length >= sizeof key) {
            exec_complain(exec, node, false,
                          "is not an assignment; write it like margin.initial=20%%");
            continue;
        }
        snprintf(key, sizeof key, "%.*s", (int)length, text);
        if (!load_set(&protocol_schema, trial, key, text + length + 1, error,
                      sizeof error)) {
            exec_complain(exec, node, false, "%s", error);
        }
        sets[(*count)++] = text;
    }
    free(trial);
    return exec->file->report.count == before;
}

/* The protocol itself, then with what the file sets. */
static enum run_status load_with_sets(struct exec_case *exec, const char *name) {
    const struct load_node *list = key_of(exec, "set");
    enum run_status status = protocol_load(name, NULL, 0, &exec->protocol);
    if (status != RUN_OK || list == NULL ||
        !exec_is(exec, list, LOAD_NODE_SEQUENCE,
                 "a list of texts like margin.initial=20%")) {
        return status;
    }
    const char **sets =
        calloc(exec->file->layers[0].tree.count + (size_t)1, sizeof *sets);
    size_t count = 0;
    if (sets == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    if (try_sets(exec, list, protocol_of(exec->protocol), sets, &count)) {
        load_free(exec->protocol);
        status = protocol_load(name, sets, count, &exec->protocol);
    }
    free(sets);
    return status;
}

static enum run_status load_protocol(struct exec_case *exec, const char *protocol) {
    char path[4096] = "";
    exec->protocol_name = protocol != NULL ? protocol : text_of(exec, "protocol", NULL);
    if (exec->protocol_name == NULL) {
        exec_complain(exec, &exec->file->layers[0].tree.nodes[0], false,
                      "names no protocol; write \"protocol: dydx\", or give --protocol");
        return RUN_INPUT;
    }
    if (protocol == NULL && !path_of(exec, exec->protocol_name, path, sizeof path)) {
        exec_complain(exec, key_of(exec, "protocol"), false, "is too long for a path");
        return RUN_INPUT;
    }
    return load_with_sets(exec, protocol != NULL ? protocol : path);
}

/* {name: BTC, margin.initial: 20%}: the protocol's terms but for what is given. */
static void read_terms(struct exec_case *exec, const struct load_node *node,
                       struct instrument_terms *terms) {
    struct protocol *own = malloc(sizeof *own);
    if (own == NULL) {
        exec->file->failed = true;
        return;
    }
    *own = *protocol_of(exec->protocol);
    for (const struct load_node *child = exec_child(exec, node); child != NULL;
         child = exec_next(exec, child)) {
        const char *key = exec_key(exec, child);
        const bool name = strcmp(key, "name") == 0;
        char error[1024];
        if (!exec_is(exec, child, LOAD_NODE_SCALAR, "a value")) {
            continue;
        }
        if (!name && strncmp(key, "margin.", 7) != 0 &&
            strncmp(key, "instrument.", 11) != 0) {
            exec_complain(exec, child, true,
                          "is no key of an instrument; allowed: name, "
                          "instrument.KEY, margin.KEY of the protocol");
        } else if (!load_set(&protocol_schema, own, name ? "instrument.name" : key,
                             exec_text(exec, child), error, sizeof error)) {
            exec_complain(exec, child, false, "%s", error);
        }
    }
    *terms = own->terms.instrument[0];
    free(own);
}

static void read_instruments(struct exec_case *exec) {
    const struct load_node *list = key_of(exec, "instruments");
    const struct protocol *protocol = protocol_of(exec->protocol);
    exec->terms = protocol->terms;
    exec->terms.instrument_count = 1;
    if (list == NULL ||
        !exec_is(exec, list, LOAD_NODE_SEQUENCE, "a list of instruments")) {
        return;
    }
    uint32_t count = 0;
    for (const struct load_node *node = exec_child(exec, list); node != NULL;
         node = exec_next(exec, node), ++count) {
        uint32_t twin;
        if (count == ENGINE_INSTRUMENTS) {
            exec_complain(exec, node, false, "is one too many; at most %d",
                          ENGINE_INSTRUMENTS);
            break;
        }
        struct instrument_terms *terms = &exec->terms.instrument[count];
        *terms = protocol->terms.instrument[0];
        if (node->kind == LOAD_NODE_MAPPING) {
            read_terms(exec, node, terms);
        } else if (exec_is(exec, node, LOAD_NODE_SCALAR, "a name")) {
            if (strlen(exec_text(exec, node)) >= sizeof terms->name) {
                exec_complain(exec, node, false, "is too long; at most %d bytes",
                              PARAM_TEXT_SIZE - 1);
            }
            snprintf(terms->name, sizeof terms->name, "%s", exec_text(exec, node));
        }
        exec->terms.instrument_count = count;
        if (count > 0 && exec_instrument(exec, terms->name, NULL, &twin)) {
            exec_complain(exec, node, false, "there is an instrument %s already",
                          terms->name);
        }
        exec->terms.instrument_count = count + 1;
    }
}

/* -- who there is ------------------------------------------------------------------- */

static void read_accounts(struct exec_case *exec) {
    const struct load_node *list = key_of(exec, "accounts");
    if (list == NULL) {
        exec_complain(exec, &exec->file->layers[0].tree.nodes[0], false,
                      "has no accounts; write \"accounts: [alice, bob]\"");
        return;
    }
    if (!exec_is(exec, list, LOAD_NODE_SEQUENCE, "a list of names")) {
        return;
    }
    for (const struct load_node *node = exec_child(exec, list); node != NULL;
         node = exec_next(exec, node)) {
        uint32_t twin;
        if (!exec_is(exec, node, LOAD_NODE_SCALAR, "a name")) {
            continue;
        }
        const char *name = exec_text(exec, node);
        if (exec->account_count == EXEC_ACCOUNTS) {
            exec_complain(exec, node, false, "is one too many; at most %d",
                          EXEC_ACCOUNTS);
            return;
        }
        if (exec_account(exec, name, NULL, &twin) ||
            exec_instrument(exec, name, NULL, &twin)) {
            exec_complain(exec, node, false, "is the name of something else already");
        }
        exec->account[exec->account_count++] = name;
    }
    if (exec->account_count == 0) {
        exec_complain(exec, list, true, "names nobody");
    }
}

static void read_start(struct exec_case *exec) {
    static const struct param row = {.kind = &param_instant,
                                     .low = "1971-01-01T00:00:00Z",
                                     .high = "2100-01-01T00:00:00Z",
                                     .fallback = "2024-01-01T00:00:00Z"};
    const struct load_node *node = key_of(exec, "start");
    param_default(&row, &exec->start_ns);
    if (node != NULL) {
        exec_value(exec, node, &row, &exec->start_ns);
    }
}

static void check_terms(struct exec_case *exec) {
    const struct load_node *node = key_of(exec, "instruments");
    const struct load_node *set = key_of(exec, "set");
    const char *sentence;
    exec->terms.account_count = ACCOUNT_FIRST_USER + exec->account_count;
    if (exec->file->report.count == 0 && !engine_terms_valid(&exec->terms, &sentence)) {
        node = node != NULL ? node : set;
        exec_complain(exec, node != NULL ? node : &exec->file->layers[0].tree.nodes[0],
                      true, "the engine does not take these rules: %s", sentence);
    }
}

/* Whole lengths have to be counted: time is 64 bits of nanoseconds. */
static void check_time(const struct exec_case *exec) {
    const int64_t most = INT64_C(50) * 365 * 86400 * 1000000000;
    int64_t passed = 0;
    for (size_t i = 0; i < exec->step_count; ++i) {
        const struct exec_step *step = &exec->step[i];
        passed += step->kind == EXEC_BLOCK ? step->after_ns : 0;
        if (passed > most) {
            exec_complain(exec, step->node, false,
                          "is more than 50 years after the start");
            return;
        }
    }
}

static void read_file(struct exec_case *exec) {
    const struct load_node *steps = key_of(exec, "steps");
    const struct load_node *opening = key_of(exec, "opening");
    exec->name = text_of(exec, "name", exec->file->layers[0].file.name);
    exec->doc = text_of(exec, "doc", "");
    read_instruments(exec);
    read_accounts(exec);
    read_start(exec);
    if (opening != NULL) {
        exec_read_opening(exec, opening);
    }
    if (steps == NULL) {
        exec_complain(exec, &exec->file->layers[0].tree.nodes[0], false,
                      "has no steps; write what happens under \"steps:\"");
    } else {
        exec_read_steps(exec, steps);
    }
    check_terms(exec);
    check_time(exec);
}

static bool parse(struct exec_case *exec) {
    struct load_layer *layer = &exec->file->layers[0];
    const struct load_place start = {.file = &layer->file};
    if (!load_yaml_read(&layer->file, &layer->tree, &exec->file->report)) {
        return false;
    }
    if (layer->tree.count == 0 || layer->tree.nodes[0].missing ||
        layer->tree.nodes[0].kind != LOAD_NODE_MAPPING) {
        load_report_add(&exec->file->report, start, "",
                        "has to be a mapping with protocol, accounts and steps");
        return false;
    }
    return true;
}

static enum run_status allocate(struct exec_case *exec) {
    /* A node makes at most one row of each. */
    const size_t count = exec->file->layers[0].tree.count + (size_t)1;
    exec->opening = calloc(count, sizeof *exec->opening);
    exec->step = calloc(count, sizeof *exec->step);
    exec->expect = calloc(count, sizeof *exec->expect);
    if (exec->opening == NULL || exec->step == NULL || exec->expect == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    return RUN_OK;
}

static bool open_file(struct exec_case *exec, const char *argument) {
    char path[4096];
    const bool stream = strcmp(argument, "-") == 0;
    const bool plain = !stream && strchr(argument, '/') == NULL;
    const int length = snprintf(path, sizeof path, "%s%s", plain ? "./" : "", argument);
    if (length < 0 || (size_t)length >= sizeof path) {
        const struct load_place place = {.origin = "the file's name"};
        load_report_add(&exec->file->report, place, "", "is too long for a path");
        return false;
    }
    return load_open(exec->file, path, NULL, NULL);
}

enum run_status exec_case_load(const char *argument, const char *protocol,
                               struct exec_case *exec) {
    memset(exec, 0, sizeof *exec);
    exec->file = calloc(1, sizeof *exec->file);
    if (exec->file == NULL) {
        say("out of memory");
        return RUN_IO;
    }
    exec->file->schema = &no_schema;
    enum run_status status = RUN_OK;
    if (open_file(exec, argument) && parse(exec)) {
        check_keys(exec);
        status = allocate(exec);
        status = status == RUN_OK ? load_protocol(exec, protocol) : status;
        if (status == RUN_OK) {
            read_file(exec);
        }
    }
    const struct load_report *report = &exec->file->report;
    if (report->text.failed || exec->file->layers[0].tree.failed ||
        (exec->file->failed && report->count == 0)) {
        say("out of memory");
        return RUN_IO;
    }
    if (report->count == 0) {
        return status;
    }
    exec->file->status = exec->file->failed ? LOAD_FAILED : LOAD_REFUSED;
    return loaded_check(&exec->file);
}

void exec_case_free(struct exec_case *exec) {
    free(exec->opening);
    free(exec->step);
    free(exec->expect);
    load_free(exec->protocol);
    load_free(exec->file);
    memset(exec, 0, sizeof *exec);
}
