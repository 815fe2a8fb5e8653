#include "analysis/plan.h"

#include "analysis/publish.h"
#include "scenarios/semantics.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_NAME_SIZE = 4096, PLAN_SIZE_MAX = 4 << 20 };

#define PLAN_HEAD                                                                        \
    "breakwater plan 1\nname: %s\nmeasure: %s\nseed: %" PRIu64 "\npaths: %" PRIu64 "\n"  \
    "from_ns: %" PRId64 "\nto_ns: %" PRId64 "\n\n"

void plan_identity(const unsigned char hash[DIGEST_SIZE], uint64_t seed,
                   char identity[PLAN_IDENTITY_SIZE]) {
    char text[DIGEST_TEXT_SIZE];
    digest_text(hash, text);
    snprintf(identity, PLAN_IDENTITY_SIZE,
             "breakwater run: semantics %d, scenario %s, seed %" PRIu64,
             BREAKWATER_SEMANTICS, text, seed);
}

static void file_name(const char *folder, char path[FILE_NAME_SIZE]) {
    snprintf(path, FILE_NAME_SIZE, "%s/plan", folder);
}

bool plan_write(const char *folder, const struct run_subject *subject,
                const struct run_request *request, char *error, size_t error_size) {
    char path[FILE_NAME_SIZE];
    file_name(folder, path);
    const size_t size = strlen(subject->canonical) + strlen(subject->name) +
                        strlen(subject->measure) + 256;
    char *text = malloc(size);
    if (text == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    const int length = snprintf(text, size, PLAN_HEAD "%s", subject->name,
                                subject->measure, request->seed, request->paths,
                                subject->start_ns, subject->end_ns, subject->canonical);
    const bool written = publish_file(path, text, (size_t)length, error, error_size);
    free(text);
    return written;
}

/* The whole text of a file, zero-terminated; NULL with a reason in errno. */
static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *text = NULL;
    struct stat about;
    if (fstat(fileno(file), &about) == 0) {
        if (!S_ISREG(about.st_mode) || about.st_size > PLAN_SIZE_MAX) {
            errno = EINVAL;
        } else {
            text = malloc((size_t)about.st_size + 1);
        }
    }
    if (text != NULL) {
        const size_t size = fread(text, 1, (size_t)about.st_size, file);
        text[size] = 0;
        if (ferror(file)) {
            free(text);
            text = NULL;
        }
    }
    const int reason = errno;
    fclose(file);
    errno = reason;
    return text;
}

static bool parse(char *text, struct plan *plan) {
    char *end = strstr(text, "\n\n");
    if (end == NULL) {
        return false;
    }
    *end = 0;
    const int found =
        sscanf(text,
               "breakwater plan 1\nname: %127[^\n]\nmeasure: %127[^\n]\nseed: %" SCNu64
               "\npaths: %" SCNu64 "\nfrom_ns: %" SCNd64 "\nto_ns: %" SCNd64,
               plan->name, plan->measure, &plan->seed, &plan->paths, &plan->start_ns,
               &plan->end_ns);
    if ((found != 4 && found != 6) || plan->end_ns < plan->start_ns) {
        return false;
    }
    plan->canonical = strdup(end + 2);
    if (plan->canonical == NULL || plan->paths == 0) {
        return false;
    }
    digest_of(plan->canonical, strlen(plan->canonical), plan->hash);
    return true;
}

bool plan_read(const char *folder, const char *identity, struct plan *plan, char *error,
               size_t error_size) {
    char path[FILE_NAME_SIZE], own_identity[PLAN_IDENTITY_SIZE];
    file_name(folder, path);
    memset(plan, 0, sizeof *plan);
    char *text = read_text(path);
    if (text == NULL) {
        snprintf(error, error_size, "%s: cannot be read: %s", path, strerror(errno));
        return false;
    }
    const bool parsed = parse(text, plan);
    free(text);
    if (parsed) {
        plan_identity(plan->hash, plan->seed, own_identity);
        if (strcmp(own_identity, identity) == 0) {
            return true;
        }
    }
    plan_free(plan);
    snprintf(error, error_size,
             "%s: does not fit the shards beside it; run with --resume to renew it",
             path);
    return false;
}

/* What a kill left of a plan that was being written: plan.PID.tmp. */
static bool is_left(const char *name) {
    const size_t length = strlen(name);
    return length > 9 && strncmp(name, "plan.", 5) == 0 &&
           strcmp(name + length - 4, ".tmp") == 0;
}

void plan_remove(const char *folder) {
    char path[FILE_NAME_SIZE];
    file_name(folder, path);
    unlink(path);
    DIR *list = opendir(folder);
    if (list == NULL) {
        return;
    }
    for (const struct dirent *row = readdir(list); row != NULL; row = readdir(list)) {
        if (is_left(row->d_name)) {
            unlinkat(dirfd(list), row->d_name, 0);
        }
    }
    closedir(list);
}

void plan_free(struct plan *plan) {
    free(plan->canonical);
    plan->canonical = NULL;
}
