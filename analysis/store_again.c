#include "analysis/store_again.h"

#include "analysis/control_run.h"
#include "analysis/store_bands.h"
#include "analysis/store_depletion.h"
#include "analysis/store_estimates.h"
#include "analysis/store_hdf5.h"
#include "analysis/store_read_hdf5.h"
#include "analysis/store_read_rows.h"
#include "analysis/store_same.h"
#include "analysis/store_worst.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE_AGAIN_NAME(identifier, name) [STORE_AGAIN_##identifier] = (name),
const char *const store_again_name[STORE_AGAIN_COUNT] = {
    STORE_AGAIN_GROUPS(STORE_AGAIN_NAME)};
#undef STORE_AGAIN_NAME

/* Ends of intervals come from a statistics library, whose last digits may differ elsewhere;
   an event log is what happened. */
#define TOLERANCE 1e-9

static bool has(hid_t file, const char *name) {
    return H5Lexists(file, name, H5P_DEFAULT) > 0;
}

static void tell(const struct store_difference *difference, const struct metrics *metrics,
                 struct store_again *finding) {
    const bool named = strncmp(difference->column, "estimates/", 10) == 0 &&
                       difference->in_row && difference->row < metrics->count;
    const char *attribute = difference->attribute;
    finding->word = STORE_AGAIN_DIFFERS;
    if (named) {
        snprintf(finding->what, sizeof finding->what, "%s of %s", difference->column,
                 metrics->estimate[difference->row].name);
    } else if (difference->in_row) {
        snprintf(finding->what, sizeof finding->what, "%s, value %zu", difference->column,
                 difference->row);
    } else {
        snprintf(finding->what, sizeof finding->what, "%s%s%s %s", difference->column,
                 attribute[0] != '\0' ? ", attribute " : "", attribute,
                 difference->otherwise);
    }
}

static void unchecked(struct store_again *finding, const char *why) {
    finding->word = STORE_AGAIN_UNCHECKED;
    snprintf(finding->what, sizeof finding->what, "%s", why);
}

/* A control that rests on the rows is of a twin beside each path; one of another file says
   how many paths that had. */
static bool is_of_another_file(hid_t file) {
    int64_t paths = 0;
    const hid_t group = H5Gopen2(file, "control", H5P_DEFAULT);
    const bool there = group >= 0;
    const bool other =
        there && store_read_integer(group, "control_paths", &paths) && paths > 0;
    if (there) {
        H5Gclose(group);
    }
    return other;
}

/* What can be said without comparing; false: the group has to be compared. */
static bool decide(const struct store *store, const struct run_result *made,
                   enum store_again_group group, struct store_again *finding) {
    const bool there = has(store->file, store_again_name[group]);
    switch (group) {
    case STORE_AGAIN_ESTIMATES:
    case STORE_AGAIN_FUND_DEPLETION:
        return false;
    case STORE_AGAIN_CONTROL:
        if (there && is_of_another_file(store->file)) {
            unchecked(finding, "it rests on another results file");
            return true;
        }
        return false;
    case STORE_AGAIN_BANDS:
        return !there;
    case STORE_AGAIN_WORST:
        if (there && made->subject == NULL) {
            unchecked(finding, "the rows are not those of the run");
        }
        return !there || made->subject == NULL;
    default:
        if (there) {
            unchecked(finding, "it rests on other runs");
        }
        return true;
    }
}

static bool compare(hid_t file, const struct store *store, const struct run_result *made,
                    enum store_again_group group, struct store_again *finding) {
    const char *name = store_again_name[group];
    struct store_difference difference;
    const bool expected = has(file, name);
    if (!expected && !has(store->file, name)) {
        return true;
    }
    if (!expected) {
        finding->word = STORE_AGAIN_DIFFERS;
        snprintf(finding->what, sizeof finding->what, "%s does not belong there", name);
        return true;
    }
    finding->word = STORE_AGAIN_SAME;
    if (!store_same(file, store->file, name, group == STORE_AGAIN_WORST ? 0 : TOLERANCE,
                    &difference)) {
        tell(&difference, &made->metrics, finding);
    }
    return !difference.failed;
}

static void write_groups(struct store_hdf5 *again, const struct store *store,
                         const struct run_subject *subject,
                         const struct run_result *made) {
    store_estimates_write(again, &made->metrics);
    store_depletion_write(again, &made->depletion);
    control_run_store(again, made);
    if (made->bands != NULL) {
        store_bands_write(again, subject, made);
    }
    if (made->subject != NULL && has(store->file, store_again_name[STORE_AGAIN_WORST])) {
        store_worst_write(again, made->subject, made);
    }
}

bool store_again(struct store *store, const struct run_subject *subject,
                 const struct run_result *made,
                 struct store_again finding[STORE_AGAIN_COUNT]) {
    struct store_hdf5 again;
    size_t size;
    store_hdf5_begin(&again);
    write_groups(&again, store, subject, made);
    bool fine = !again.failed;
    for (unsigned i = 0; i < STORE_AGAIN_COUNT; ++i) {
        const enum store_again_group group = (enum store_again_group)i;
        finding[i] = (struct store_again){.word = STORE_AGAIN_ABSENT};
        if (!fine || decide(store, made, group, &finding[i])) {
            continue;
        }
        fine = group == STORE_AGAIN_BANDS && made->bands == NULL
                   ? store_again_bands(store, subject, made, &finding[i])
                   : compare(again.file, store, made, group, &finding[i]);
    }
    free(store_hdf5_finish(&again, &size));
    return fine;
}
