#include "analysis/publish.h"
#include "tests/support/check.h"

#include <dirent.h>
#include <sys/stat.h>

static char folder[64];

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/breakwater-test-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}

static void in_folder(const char *name, char path[128]) {
    snprintf(path, 128, "%s/%s", folder, name);
}

static int files_in_folder(void) {
    int count = 0;
    DIR *list = opendir(folder);
    assert_non_null(list);
    for (const struct dirent *row = readdir(list); row != NULL; row = readdir(list)) {
        count += row->d_name[0] != '.';
    }
    closedir(list);
    return count;
}

static void read_file(const char *path, char *text, size_t size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = 0;
    fclose(file);
}

static void a_file_is_written_and_replaced_whole(void **state) {
    (void)state;
    char path[128], error[256], text[64];
    in_folder("a.h5", path);
    assert_true(publish_file(path, "first", 5, error, sizeof error));
    assert_true(publish_file(path, "second time", 11, error, sizeof error));
    read_file(path, text, sizeof text);
    check_text("content", text, "second time");
    check_i64("nothing else is left", files_in_folder(), 1);
}

static void a_failed_write_leaves_the_old_file(void **state) {
    (void)state;
    char path[128], error[256], text[64];
    static char large[100000];
    in_folder("a.h5", path);
    assert_true(publish_file(path, "old", 3, error, sizeof error));
    const struct rlimit small = {4096, RLIM_INFINITY};
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const bool written = publish_file(path, large, sizeof large, error, sizeof error);
    setrlimit(RLIMIT_FSIZE, &before);
    check_true("it failed", !written);
    check_contains("why", error, "File too large");
    read_file(path, text, sizeof text);
    check_text("content", text, "old");
    check_i64("nothing else is left", files_in_folder(), 1);
}

static void a_place_that_cannot_be_written_is_told_before(void **state) {
    (void)state;
    char error[256], path[128];
    in_folder("plain", path);
    assert_true(publish_file(path, "x", 1, error, sizeof error));
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"nowhere/a.h5", "No such file"     },
        {"plain/a.h5",   "not a folder"     },
        {".",            "is a folder"      },
        {"plain/",       "cannot be written"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        in_folder(cases[i].name, path);
        check_true(cases[i].name,
                   publish_check(path, error, sizeof error) == PUBLISH_NOWHERE);
        check_contains(cases[i].name, error, cases[i].says);
    }
    check_true("no name", publish_check("", error, sizeof error) == PUBLISH_NOWHERE);
    in_folder("fine.h5", path);
    check_true("a name that can be",
               publish_check(path, error, sizeof error) == PUBLISH_OPEN);
    check_i64("checking writes nothing", files_in_folder(), 1);
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_written_and_replaced_whole),
        TEST(a_failed_write_leaves_the_old_file),
        TEST(a_place_that_cannot_be_written_is_told_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
