#include "analysis/spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { RECORDS_AT_ONCE = 256 };

struct spool {
    int file;
    uint64_t count;
};

static int open_unnamed(void) {
    const char *folders[] = {getenv("TMPDIR"), "/tmp", "/var/tmp", "."};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; ++i) {
        if (folders[i] == NULL) {
            continue;
        }
        int file = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file >= 0) {
            return file;
        }
        char path[4096];
        const int size = snprintf(path, sizeof path, "%s/breakwater-XXXXXX", folders[i]);
        file = size < (int)sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
        if (file >= 0) {
            unlink(path);
            return file;
        }
    }
    return memfd_create("breakwater", MFD_CLOEXEC);
}

struct spool *spool_open(void) {
    struct spool *spool = calloc(1, sizeof *spool);
    if (spool == NULL) {
        return NULL;
    }
    spool->file = open_unnamed();
    if (spool->file < 0) {
        free(spool);
        return NULL;
    }
    return spool;
}

void spool_close(struct spool *spool) {
    if (spool != NULL) {
        close(spool->file);
        free(spool);
    }
}

bool spool_append(struct spool *spool, const unsigned char *records, uint64_t count) {
    size_t left = (size_t)count * OUTCOME_RECORD_SIZE;
    off_t offset = (off_t)(spool->count * OUTCOME_RECORD_SIZE);
    while (left > 0) {
        const ssize_t done = pwrite(spool->file, records, left, offset);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            errno = done == 0 ? ENOSPC : errno;
            return false;
        }
        records += done;
        left -= (size_t)done;
        offset += done;
    }
    spool->count += count;
    return true;
}

uint64_t spool_count(const struct spool *spool) {
    return spool->count;
}

bool spool_read(const struct spool *spool, uint64_t first, uint64_t count,
                unsigned char *records) {
    assert(first <= spool->count);
    assert(count <= spool->count - first);
    size_t left = (size_t)count * OUTCOME_RECORD_SIZE;
    off_t offset = (off_t)(first * OUTCOME_RECORD_SIZE);
    while (left > 0) {
        const ssize_t done = pread(spool->file, records, left, offset);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            errno = done == 0 ? EIO : errno;
            return false;
        }
        records += done;
        left -= (size_t)done;
        offset += done;
    }
    return true;
}

bool spool_visit(const struct spool *spool,
                 bool (*visit)(void *context, const struct outcome *outcome),
                 void *context) {
    unsigned char *records = malloc((size_t)RECORDS_AT_ONCE * OUTCOME_RECORD_SIZE);
    bool fine = records != NULL;
    for (uint64_t first = 0; fine && first < spool->count; first += RECORDS_AT_ONCE) {
        const uint64_t left = spool->count - first;
        const uint64_t count = left < RECORDS_AT_ONCE ? left : RECORDS_AT_ONCE;
        fine = spool_read(spool, first, count, records);
        for (uint64_t i = 0; fine && i < count; ++i) {
            struct outcome outcome;
            outcome_read(&outcome, records + i * OUTCOME_RECORD_SIZE);
            fine = visit(context, &outcome);
        }
    }
    free(records);
    return fine;
}

struct gathering {
    enum outcome_field field;
    struct sample *sample;
};

static bool gather(void *context, const struct outcome *outcome) {
    const struct gathering *gathering = context;
    if (outcome->status != OUTCOME_STATUS_COMPLETE ||
        outcome_missing(outcome, gathering->field)) {
        return true;
    }
    struct sample *sample = gathering->sample;
    const union outcome_value value = outcome->value[gathering->field];
    if (sample->integer != NULL) {
        sample->integer[sample->count] = value.integer;
    } else {
        sample->real[sample->count] = value.real;
    }
    ++sample->count;
    return true;
}

bool spool_sample(const struct spool *spool, enum outcome_field field,
                  struct sample *sample) {
    *sample = (struct sample){.divisor = spool_divisor(field)};
    const size_t bytes = (size_t)(spool->count + (spool->count == 0)) * 8;
    void *values = malloc(bytes);
    if (values == NULL) {
        return false;
    }
    if (outcome_descriptions[field].kind == OUTCOME_RATIO) {
        sample->real = values;
    } else {
        sample->integer = values;
    }
    struct gathering gathering = {field, sample};
    if (!spool_visit(spool, gather, &gathering)) {
        sample_free(sample);
        return false;
    }
    return true;
}

double spool_divisor(enum outcome_field field) {
    const struct outcome_description *description = &outcome_descriptions[field];
    switch (description->kind) {
    case OUTCOME_MONEY:
        return 1e6;
    case OUTCOME_GAS:
        return 1e9;
    case OUTCOME_TIME:
        return description->unit[0] == 'h' ? 3600e9 : 60e9;
    case OUTCOME_COUNT:
    case OUTCOME_FLAG:
    case OUTCOME_RATIO:
        return 1;
    }
    assert(false); /* every kind has its unit */
    return 1;
}
