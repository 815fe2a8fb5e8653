#include "analysis/commands/book_page.h"
#include "analysis/commands/command.h"
#include "analysis/commands/scenario_option.h"
#include "analysis/say.h"
#include "analysis/subject.h"
#include "scenarios/canonical.h"

#include <stdio.h>
#include <stdlib.h>

/* Every value with its key and what it means. */
static void print_section(const struct section *section, const void *scenario) {
    const size_t rows = load_count(section, scenario);
    printf("\n%s: %s\n", section->name, section->doc);
    for (size_t row = 0; row < rows; ++row) {
        for (size_t i = 0; i < section_param_count(section); ++i) {
            const struct param *param = &section->params[i];
            char key[96], value[PARAM_FORMAT_SIZE];
            if (section->row_size != 0) {
                snprintf(key, sizeof key, "%s[%zu].%s", section->name, row, param->name);
            } else {
                snprintf(key, sizeof key, "%s.%s", section->name, param->name);
            }
            load_get(subject_schema(), scenario, key, value, sizeof value);
            printf("  %-34s %-20s %s\n", key, value, param->doc);
        }
    }
}

int command_check(int argc, char **argv) {
    struct scenario_option option;
    struct subject subject;
    scenario_option_parse(
        argc, argv,
        "Load a scenario as run would and tell everything that is wrong "
        "with it; then what its book looks like.",
        &(struct scenario_flag){"parameters",
                                "print every value, too, with what it means"},
        &option);
    const enum run_status status =
        subject_load(option.scenario, option.sets, option.set_count, &subject);
    scenario_option_free(&option);
    if (status != RUN_OK) {
        return (int)status;
    }
    const struct schema *schema = subject_schema();
    const void *scenario = load_struct(subject.loaded);
    char hash[DIGEST_TEXT_SIZE];
    digest_text(subject.run.hash, hash);
    size_t expects;
    load_expects(subject.loaded, &expects);
    printf("%s is fine: %s\n", subject.run.name, load_doc(subject.loaded));
    printf("scenario %s\n", hash);
    printf("%zu expectation%s; %.1f MB of memory a thread\n", expects,
           expects == 1 ? "" : "s", 1e-6 * (double)subject.run.footprint);
    const enum run_status printed = book_page_print(&subject);
    for (size_t i = 0; option.flag && i < schema->section_count; ++i) {
        print_section(&schema->sections[i], scenario);
    }
    subject_free(&subject);
    return (int)printed;
}

int command_show(int argc, char **argv) {
    struct scenario_option option;
    struct subject subject;
    scenario_option_parse(argc, argv,
                          "Print a scenario complete: a file that loads to the same "
                          "scenario, with every value, its source and the expectations.",
                          &(struct scenario_flag){
                              "book", "print the book of path 0, seed 1 instead, as the "
                                      "file (CSV) that book.file reads"},
                          &option);
    const enum run_status status =
        subject_load(option.scenario, option.sets, option.set_count, &subject);
    scenario_option_free(&option);
    if (status != RUN_OK) {
        return (int)status;
    }
    if (option.flag) {
        const enum run_status written = book_page_write(&subject);
        subject_free(&subject);
        return (int)written;
    }
    const size_t length = canonical_show(subject.loaded, NULL, 0);
    char *text = malloc(length + 1);
    if (text == NULL) {
        say("out of memory");
        subject_free(&subject);
        return RUN_IO;
    }
    canonical_show(subject.loaded, text, length + 1);
    fputs(text, stdout);
    free(text);
    subject_free(&subject);
    return RUN_OK;
}
