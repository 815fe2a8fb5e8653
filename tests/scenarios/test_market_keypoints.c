/* Facts files: what is read, what is refused, and that data/README.md tells the truth. */
#include "scenarios/market/keypoints.h"
#include "tests/support/check.h"

#include <dirent.h>
#include <sys/stat.h>

#define HEADER "start,open,high,low,close\n"

static struct market_keypoints facts;

static void the_storm_of_march_2020_is_as_published(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        int64_t start_s;
        int64_t open, high, low, close; /* cents */
    } cases[] = {
        {"start of 12 March", 1583971200, 19461, 19555, 19222, 19331},
        {"12 March 10:00",    1584007200, 16797, 16889, 12500, 13291},
        {"13 March 02:00",    1584064800, 9662,  12020, 8600,  11112},
        {"last hour",         1584140400, 13304, 13699, 13023, 13406},
    };
    char error[256] = "";
    check_true(error, market_keypoints_load("eth-2020-03", &facts, error, sizeof error));
    check_i64("nine days", facts.count, 9 * 24);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const int64_t row =
            market_keypoints_find(&facts, cases[i].start_s * INT64_C(1000000000));
        check_true(cases[i].name, row >= 0);
        check_i64(cases[i].name, facts.hour[row].open_uusd, cases[i].open * 10000);
        check_i64(cases[i].name, facts.hour[row].high_uusd, cases[i].high * 10000);
        check_i64(cases[i].name, facts.hour[row].low_uusd, cases[i].low * 10000);
        check_i64(cases[i].name, facts.hour[row].close_uusd, cases[i].close * 10000);
    }
    for (int64_t row = 1; row < facts.count; ++row) {
        check_i64("hours join", facts.hour[row].open_uusd,
                  facts.hour[row - 1].close_uusd);
    }
}

static void the_crash_of_october_2025_is_as_published(void **unused) {
    (void)unused;
    char error[256] = "";
    check_true(error, market_keypoints_load("eth-2025-10", &facts, error, sizeof error));
    check_i64("two days and a half", facts.count, 60);
    const int64_t row = /* 10 October 21:00 */
        market_keypoints_find(&facts, INT64_C(1760130000000000000));
    check_i64("row", row, 33);
    check_i64("open", facts.hour[row].open_uusd, 3871310000);
    check_i64("high", facts.hour[row].high_uusd, 4380000000);
    check_i64("low", facts.hour[row].low_uusd, 3435000000);
    check_i64("close", facts.hour[row].close_uusd, 3949990000);
    for (int64_t hour = 0; hour < facts.count; ++hour) {
        check_true("the lowest of all", facts.hour[hour].low_uusd >= 3435000000);
    }
}

static void only_the_start_of_an_hour_is_found(void **unused) {
    (void)unused;
    char error[256] = "";
    check_true(error, market_keypoints_load("eth-2020-03", &facts, error, sizeof error));
    const int64_t first = facts.hour[0].start_ns;
    check_i64("first", market_keypoints_find(&facts, first), 0);
    check_i64("second", market_keypoints_find(&facts, first + MARKET_HOUR_NS), 1);
    check_i64("last", market_keypoints_find(&facts, first + 215 * MARKET_HOUR_NS), 215);
    check_i64("behind", market_keypoints_find(&facts, first + 216 * MARKET_HOUR_NS), -1);
    check_i64("before", market_keypoints_find(&facts, first - MARKET_HOUR_NS), -1);
    check_i64("inside", market_keypoints_find(&facts, first + 1), -1);
}

static void prices_are_read_exactly(void **unused) {
    (void)unused;
    const char text[] = HEADER "2020-03-12T00:00:00Z,0.001,9007199254.740992,0.001,2\n"
                               "2020-03-12T01:00:00Z,1.000001,1.100000,1,1.05";
    char error[256] = "";
    check_true(error, market_keypoints_parse(text, sizeof text - 1, &facts, error,
                                             sizeof error));
    check_i64("rows", facts.count, 2);
    check_i64("smallest", facts.hour[0].low_uusd, 1000);
    check_i64("largest", facts.hour[0].high_uusd, INT64_C(1) << 53);
    check_i64("six decimals", facts.hour[1].open_uusd, 1000001);
    check_i64("time", facts.hour[1].start_ns, INT64_C(1583974800000000000));
}

static void a_file_that_is_not_facts_is_told_by_line(void **unused) {
    (void)unused;
#define ROW "2020-03-12T00:00:00Z,2,3,1,2\n"
    static const struct {
        const char *text, *line, *what;
    } cases[] = {
        {"",                                              "line 1:", "header"            },
        {"start,open,high,low\n" ROW,                     "line 1:", "header"            },
        {HEADER,                                          "line 1:", "no hour"           },
        {HEADER "\n",                                     "line 2:", "fewer"             },
        {HEADER ROW "2020-03-12T01:00:00Z,2,3,1\n",       "line 3:", "fewer"             },
        {HEADER "2020-03-12T00:00:00Z,2,3,1,2,9\n",       "line 2:", "more than the five"},
        {HEADER "2020-03-12T00:00:00Z,2,x,1,2\n",         "line 2:", "not a number"      },
        {HEADER "2020-03-12T00:00:00Z,2,3 ,1,2\n",        "line 2:", "not a number"      },
        {HEADER "2020-03-12T00:00:00Z,2,3,1,2\r\n",       "line 2:", "not a number"      },
        {HEADER "2020-03-12T00:00:00Z,2,3.0000001,1,2\n", "line 2:", "six decimals"      },
        {HEADER "2020-03-12T00:00:00Z,2,3,0,2\n",         "line 2:", "0.001"             },
        {HEADER "2020-03-12T00:00:00Z,2,3,-1,2\n",        "line 2:", "0.001"             },
        {HEADER "2020-03-12T00:00:00Z,2,1e10,1,2\n",      "line 2:", "0.001"             },
        {HEADER "2020-03-12T00:00:00Z,4,3,1,2\n",         "line 2:", "[low, high]"       },
        {HEADER "2020-03-12T00:00:00Z,2,3,1,0.5\n",       "line 2:", "[low, high]"       },
        {HEADER "12 March,2,3,1,2\n",                     "line 2:", "2020"              },
        {HEADER ROW ROW,                                  "line 3:", "one hour after"    },
        {HEADER ROW "2020-03-12T02:00:00Z,2,3,1,2\n",     "line 3:", "one hour after"    },
        {HEADER "2020-03-12T00:00:00.00000000000000Z,2",  "line 2:", "longer than 31"    },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char error[256] = "";
        check_true(cases[i].text,
                   !market_keypoints_parse(cases[i].text, strlen(cases[i].text), &facts,
                                           error, sizeof error));
        check_contains(cases[i].text, error, cases[i].line);
        check_contains(cases[i].text, error, cases[i].what);
    }
}

static void a_zero_byte_is_refused(void **unused) {
    (void)unused;
    const char text[] = HEADER "2020-03-12T00:00:00Z,2,3,1,2\0x\n";
    char error[256] = "";
    check_true("refused", !market_keypoints_parse(text, sizeof text - 1, &facts, error,
                                                  sizeof error));
    check_contains("why", error, "line 2: a zero byte");
}

/* The SHA-256 of a file by sha256sum, 64 hexadecimal digits. */
static void checksum(const char *path, char digest[65]) {
    char command[2100];
    snprintf(command, sizeof command, "sha256sum '%s'", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    check_u64("digits", fread(digest, 1, 64, pipe), 64);
    digest[64] = 0;
    check_i64("sha256sum", pclose(pipe), 0);
}

/* Reads data/README.md into text. */
static void read_table(char *text, size_t size) {
    char path[1024];
    check_source("data/README.md", path, sizeof path);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t length = fread(text, 1, size - 1, file);
    text[length] = 0;
    check_true("whole file", length < size - 1);
    fclose(file);
}

static void every_file_of_facts_has_a_row_with_its_checksum(void **unused) {
    (void)unused;
    static char table[65536];
    read_table(table, sizeof table);
    char folder[1024];
    check_source("data", folder, sizeof folder);
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    int files = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        const char *name = entry->d_name;
        char path[2048], digest[65], cell[300];
        struct stat about;
        snprintf(path, sizeof path, "%s/%s", folder, name);
        check_i64(name, stat(path, &about), 0);
        /* Folders hold worked examples, which say themselves where they are from. */
        if (S_ISDIR(about.st_mode) || strcmp(name, "README.md") == 0) {
            continue;
        }
        snprintf(cell, sizeof cell, "| `%s` |", name);
        checksum(path, digest);
        const char *row = strstr(table, cell);
        check_true(name, row != NULL);
        const char *found = strstr(row, digest);
        check_true(name, found != NULL && found < strchr(row, '\n'));
        ++files;
    }
    closedir(directory);
    check_true("there are facts", files >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_storm_of_march_2020_is_as_published),
        cmocka_unit_test(the_crash_of_october_2025_is_as_published),
        cmocka_unit_test(only_the_start_of_an_hour_is_found),
        cmocka_unit_test(prices_are_read_exactly),
        cmocka_unit_test(a_file_that_is_not_facts_is_told_by_line),
        cmocka_unit_test(a_zero_byte_is_refused),
        cmocka_unit_test(every_file_of_facts_has_a_row_with_its_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
