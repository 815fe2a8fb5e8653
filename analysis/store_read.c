#include "analysis/store_read.h"

#include "analysis/store.h"
#include "analysis/store_read_hdf5.h"
#include "analysis/store_read_rows.h"
#include "analysis/store_seal.h"
#include "scenarios/semantics.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool fail(struct store_error *error, enum run_status status, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

static bool fail(struct store_error *error, enum run_status status, const char *format,
                 ...) {
    va_list arguments;
    va_start(arguments, format);
    error->status = status;
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool store_damaged(const struct store *store, const char *what,
                   struct store_error *error) {
    const int64_t semantics = store->about.semantics;
    if (semantics != 0 && semantics != BREAKWATER_SEMANTICS) {
        return fail(
            error, RUN_INPUT,
            "%s: was made by %s breakwater (%s, semantics %" PRId64
            "); this program reads semantics %d: %s",
            store->path, semantics > BREAKWATER_SEMANTICS ? "a newer" : "an older",
            store->about.release != NULL ? store->about.release : "release unknown",
            semantics, BREAKWATER_SEMANTICS, what);
    }
    return fail(error, RUN_INPUT, "%s: is damaged: %s", store->path, what);
}

bool store_lacks(const struct store *store, const char *column,
                 struct store_error *error) {
    char what[160];
    if (store->about.semantics != BREAKWATER_SEMANTICS) {
        snprintf(what, sizeof what, "it has no column %.96s", column);
        return store_damaged(store, what, error);
    }
    return fail(
        error, RUN_INPUT,
        "%s: has no column %s: another build of breakwater made it (%s), or it is "
        "damaged",
        store->path, column, store->about.release);
}

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

bool store_is_results(const char *path) {
    unsigned char head[sizeof signature];
    const size_t length = strlen(path);
    if (length > 3 && strcmp(path + length - 3, ".h5") == 0) {
        return true;
    }
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        return false; /* a pipe would lose what is read from it */
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    const bool same = fread(head, 1, sizeof head, file) == sizeof head &&
                      memcmp(head, signature, sizeof head) == 0;
    fclose(file);
    return same;
}

/* Looks at the file before the library does, whose answers are less plain. */
static bool check_file(const char *path, struct store_error *error) {
    unsigned char head[sizeof signature];
    struct stat about;
    if (stat(path, &about) != 0) {
        return fail(error, RUN_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    }
    if (S_ISDIR(about.st_mode)) {
        return fail(error, RUN_INPUT,
                    "%s: is a folder; put shards together by breakwater merge", path);
    }
    if (!S_ISREG(about.st_mode)) {
        return fail(error, RUN_INPUT, "%s: is not a file", path);
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return fail(error, RUN_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    }
    const size_t size = fread(head, 1, sizeof head, file);
    const bool ours = size == sizeof head && memcmp(head, signature, sizeof head) == 0;
    const enum store_seal seal = ferror(file) ? STORE_SEAL_UNREAD
                                 : ours       ? store_seal_check(file)
                                              : STORE_SEAL_NONE;
    const int reason = errno;
    fclose(file);
    if (seal == STORE_SEAL_UNREAD) {
        return fail(error, RUN_IO, "%s: cannot be read: %s", path, strerror(reason));
    }
    if (seal == STORE_SEAL_SHORT) {
        return fail(error, RUN_INPUT, "%s: is damaged: it is cut short", path);
    }
    if (seal == STORE_SEAL_BROKEN) {
        return fail(error, RUN_INPUT, "%s: is damaged: its checksum does not fit", path);
    }
    if (size == 0) {
        return fail(error, RUN_INPUT, "%s: is empty", path);
    }
    if (!ours) {
        return fail(error, RUN_INPUT, "%s: is not a results file: it is not HDF5", path);
    }
    return true;
}

/* 64 digits as 32 bytes. */
static bool parse_digest(const char *text, unsigned char hash[DIGEST_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != DIGEST_TEXT_SIZE - 1) {
        return false;
    }
    for (size_t i = 0; i < DIGEST_SIZE; ++i) {
        const char *high = strchr(digits, text[2 * i]);
        const char *low = strchr(digits, text[2 * i + 1]);
        if (high == NULL || low == NULL) {
            return false;
        }
        hash[i] = (unsigned char)((high - digits) << 4 | (low - digits));
    }
    return true;
}

static bool parse_seed(const char *text, uint64_t *seed) {
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0;
}

/* A text attribute the store keeps. */
static bool take_text(struct store *store, const char *name, const char **text) {
    char *read;
    if (!store_read_text(store->file, name, &read)) {
        return false;
    }
    const bool kept = store_keep(store, read);
    *text = kept ? read : NULL;
    return kept;
}

static bool read_format(const struct store *store, struct store_error *error) {
    char *format = NULL;
    int64_t version = 0;
    const bool there = store_read_text(store->file, "format", &format);
    const bool ours = there && strcmp(format, STORE_FORMAT) == 0;
    free(format);
    if (!ours) {
        return fail(error, RUN_INPUT, "%s: is HDF5, but not a results file of breakwater",
                    store->path);
    }
    if (!store_read_integer(store->file, "format_version", &version) || version < 1) {
        return store_damaged(store, "it does not say its format version", error);
    }
    if (version > STORE_FORMAT_VERSION) {
        return fail(error, RUN_INPUT,
                    "%s: was written by a newer breakwater: its format is %" PRId64
                    ", this program reads up to %d",
                    store->path, version, STORE_FORMAT_VERSION);
    }
    return true;
}

static bool read_texts(struct store *store) {
    struct store_about *about = &store->about;
    const char *digest, *hash, *seed;
    return take_text(store, "scenario_name", &about->scenario_name) &&
           take_text(store, "measure", &about->measure) &&
           take_text(store, "compiler", &about->compiler) &&
           take_text(store, "scenario", &about->canonical) &&
           take_text(store, "digest", &digest) &&
           take_text(store, "scenario_hash", &hash) && take_text(store, "seed", &seed) &&
           parse_digest(digest, about->digest) &&
           parse_digest(hash, about->scenario_hash) && parse_seed(seed, &about->seed);
}

static bool read_numbers(struct store *store) {
    struct store_about *about = &store->about;
    int64_t complete, paths, failed;
    if (!store_read_integer(store->file, "complete", &complete) ||
        !store_read_integer(store->file, "paths", &paths) ||
        !store_read_integer(store->file, "failed_paths", &failed) || paths < 1 ||
        failed < 0 || failed > paths) {
        return false;
    }
    about->complete = complete != 0;
    about->paths = (uint64_t)paths;
    about->failed = (uint64_t)failed;
    return store_read_real(store->file, "level", &about->level);
}

static bool read_about(struct store *store, struct store_error *error) {
    unsigned char hash[DIGEST_SIZE];
    if (!read_format(store, error)) {
        return false;
    }
    /* Who made it, first: what another semantics lacks is no damage. */
    if (!store_read_integer(store->file, "semantics", &store->about.semantics) ||
        store->about.semantics < 1 ||
        !take_text(store, "release", &store->about.release)) {
        return store_damaged(store, "it does not say its semantics", error);
    }
    if (!read_texts(store) || !read_numbers(store)) {
        return store_damaged(store, "what it says about its run cannot be read", error);
    }
    digest_of(store->about.canonical, strlen(store->about.canonical), hash);
    if (memcmp(hash, store->about.scenario_hash, sizeof hash) != 0) {
        return store_damaged(store, "the scenario in it does not fit its hash", error);
    }
    return true;
}

struct store *store_open(const char *path, struct store_error *error) {
    if (!check_file(path, error)) {
        return NULL;
    }
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        fail(error, RUN_IO, "out of memory");
        return NULL;
    }
    store->path = path;
    store->file = store_read_file(path);
    if (store->file < 0) {
        fail(error, RUN_INPUT, "%s: is damaged or cut short: HDF5 cannot open it", path);
        free(store);
        return NULL;
    }
    if (!read_about(store, error)) {
        store_close(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store) {
    if (store == NULL) {
        return;
    }
    while (store->kept != NULL) {
        struct store_text *next = store->kept->next;
        free(store->kept->text);
        free(store->kept);
        store->kept = next;
    }
    H5Fclose(store->file);
    free(store);
}

bool store_keep(struct store *store, char *text) {
    struct store_text *kept = malloc(sizeof *kept);
    if (kept == NULL) {
        free(text);
        return false;
    }
    *kept = (struct store_text){.next = store->kept, .text = text};
    store->kept = kept;
    return true;
}

const struct store_about *store_about_of(const struct store *store) {
    return &store->about;
}

const char *store_path(const struct store *store) {
    return store->path;
}
