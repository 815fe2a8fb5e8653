/* fuzz_load.c -- any bytes, loaded as a scenario file.

   With clang -fsanitize=fuzzer,address,undefined this is a libFuzzer target; with -DREPLAY
   it is a program that runs the files it is given, to look at a crash again.  Bytes behind
   the marker FF "--set " are the text of one --set.

   What has to hold, beyond no crash and no leak: a refusal has words, and what show writes
   of an accepted scenario is accepted and the same. */
#include "scenarios/canonical.h"
#include "scenarios/load.h"
#include "tests/scenarios/load_schema.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(int fact, const char *what) {
    if (!fact) {
        fprintf(stderr, "fuzz_load: %s\n", what);
        abort();
    }
}

static void show_and_load_again(const struct load_result *result) {
    const size_t length = canonical_show(result, NULL, 0);
    char *shown = malloc(length + 1);
    demand(shown != NULL, "out of memory");
    demand(canonical_show(result, shown, length + 1) == length, "show is not stable");
    if (length <= LOAD_FILE_LIMIT) {
        struct load_result *again = load_memory(&toy_schema, "shown", shown, length);
        demand(again != NULL, "out of memory");
        demand(load_status_of(again) == LOAD_OK, load_errors(again));
        demand(memcmp(load_struct(result), load_struct(again), toy_schema.size) == 0,
               "show changed the scenario");
        char *twice = malloc(length + 1);
        demand(twice != NULL, "out of memory");
        demand(canonical_show(again, twice, length + 1) == length &&
                   memcmp(shown, twice, length) == 0,
               "show changed a text or a source");
        free(twice);
        load_free(again);
    }
    free(shown);
}

static void load_file_text(const char *text, size_t size) {
    struct load_result *result = load_memory(&toy_schema, "fuzz.yaml", text, size);
    demand(result != NULL, "out of memory");
    if (load_status_of(result) == LOAD_OK) {
        demand(load_error_count(result) == 0, "accepted with errors");
        show_and_load_again(result);
    } else {
        demand(load_error_count(result) > 0, "refused without a word");
        demand(load_struct(result) == NULL, "refused with a scenario");
    }
    load_free(result);
}

static void load_one_set(const char *set, size_t size) {
    char *text = malloc(size + 1);
    demand(text != NULL, "out of memory");
    memcpy(text, set, size);
    text[size] = '\0';
    const char *sets[] = {text};
    struct load_result *result = load_scenario(&toy_schema, "calm", sets, 1);
    demand(result != NULL, "out of memory");
    if (load_status_of(result) == LOAD_OK) {
        show_and_load_again(result);
    }
    load_free(result);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char marker[] = "\xff--set ";
    const size_t length = sizeof marker - 1;
    const char *text = (const char *)data;
    for (size_t i = 0; i + length <= size; ++i) {
        if (memcmp(text + i, marker, length) == 0) {
            load_one_set(text + i + length, size - i - length);
            size = i;
            break;
        }
    }
    load_file_text(text, size);
    return 0;
}

#ifdef REPLAY
int main(int count, char **paths) {
    for (int i = 1; i < count; ++i) {
        FILE *file = fopen(paths[i], "rb");
        demand(file != NULL, paths[i]);
        uint8_t *data = malloc(4 * LOAD_FILE_LIMIT);
        demand(data != NULL, "out of memory");
        const size_t size = fread(data, 1, 4 * LOAD_FILE_LIMIT, file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    printf("%d inputs did no harm\n", count - 1);
    return 0;
}
#endif
