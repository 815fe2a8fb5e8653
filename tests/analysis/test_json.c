#include "analysis/json.h"
#include "tests/support/check.h"

#include <math.h>

/* What a function writes, as text. */
static char *written(void (*write)(struct json *json)) {
    static char text[4096];
    FILE *file = tmpfile();
    assert_non_null(file);
    struct json json;
    json_begin(&json, file);
    write(&json);
    json_end(&json);
    rewind(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = 0;
    fclose(file);
    return text;
}

static void write_nested(struct json *json) {
    json_open(json, NULL, '{');
    json_text(json, "name", "x");
    json_open(json, "list", '[');
    json_unsigned(json, NULL, 1);
    json_unsigned(json, NULL, UINT64_MAX);
    json_close(json, '[');
    json_open(json, "metrics", '{');
    json_open(json, "a", '{');
    json_real(json, "value", 0.5);
    json_flag(json, "thin", true);
    json_close(json, '{');
    json_close(json, '{');
    json_open(json, "empty", '{');
    json_close(json, '{');
    json_text(json, "none", NULL);
    json_close(json, '{');
}

static void objects_and_arrays_nest(void **state) {
    (void)state;
    check_text("document", written(write_nested),
               "{\n"
               "  \"name\": \"x\",\n"
               "  \"list\": [\n"
               "    1,\n"
               "    18446744073709551615\n"
               "  ],\n"
               "  \"metrics\": {\n"
               "    \"a\": {\"value\": 0.5, \"thin\": true}\n"
               "  },\n"
               "  \"empty\": {},\n"
               "  \"none\": null\n"
               "}\n");
}

static void write_strange(struct json *json) {
    json_text(json, NULL,
              "quote \" backslash \\ line \n tab \t bell \a delete \x7f \xc3\xa9");
}

static void text_is_escaped(void **state) {
    (void)state;
    check_text("text", written(write_strange),
               "\"quote \\\" backslash \\\\ line \\n tab \\u0009 bell \\u0007 delete "
               "\\u007f \xc3\xa9\"\n");
}

static const double numbers[] = {0,      -0.0,   0.1,        1.0 / 3, 1e300, -2.5e-310,
                                 5e-324, 0x1p53, 123456.789, 1e15,    0.05};

static void write_numbers(struct json *json) {
    json_open(json, NULL, '[');
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i) {
        json_real(json, NULL, numbers[i]);
    }
    json_close(json, '[');
}

static void numbers_read_back_as_the_same_bits(void **state) {
    (void)state;
    const char *next = written(write_numbers) + 1;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i) {
        char *end;
        check_bits("number", strtod(next, &end), numbers[i]);
        check_true("something was read", end != next);
        next = end + 1;
    }
}

static void write_no_numbers(struct json *json) {
    json_open(json, NULL, '[');
    json_real(json, NULL, nan(""));
    json_real(json, NULL, HUGE_VAL);
    json_real(json, NULL, -HUGE_VAL);
    json_close(json, '[');
}

static void what_is_no_number_is_null(void **state) {
    (void)state;
    check_text("nulls", written(write_no_numbers), "[\n  null,\n  null,\n  null\n]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_arrays_nest),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(numbers_read_back_as_the_same_bits),
        cmocka_unit_test(what_is_no_number_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
