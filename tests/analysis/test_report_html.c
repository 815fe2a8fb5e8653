#include "analysis/report/html.h"
#include "analysis/report/svg.h"
#include "tests/support/check.h"

/* What a function writes, as text. */
static char *written(void (*write)(FILE *file, const char *text), const char *text) {
    static char page[4096];
    FILE *file = tmpfile();
    assert_non_null(file);
    write(file, text);
    rewind(file);
    const size_t size = fread(page, 1, sizeof page - 1, file);
    page[size] = 0;
    fclose(file);
    return page;
}

static void special_characters_are_escaped(void **state) {
    (void)state;
    check_text("markup", written(html_text, "<script>alert(\"a\" & 'b')</script>"),
               "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;");
    check_text("an entity is text", written(html_text, "&amp;"), "&amp;amp;");
    check_text("UTF-8 stays", written(html_text, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8a"),
               "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8a");
    check_text("line feeds and tabs stay", written(html_text, "a\n\tb"), "a\n\tb");
    check_text("a number keeps its sign", written(html_text, "5 % of 3 %"),
               "5&#160;% of 3&#160;%");
}

/* XML 1.0, section 2.2: neither may stand in a document, escaped or not. */
static void what_no_xml_may_hold_is_replaced(void **state) {
    (void)state;
    static const struct {
        const char *label, *text, *want;
    } rows[] = {
        {"control",           "a\x01z",           "a\xef\xbf\xbdz"                      },
        {"escape",            "a\x1bz",           "a\xef\xbf\xbdz"                      },
        {"cut short",         "a\xc3",            "a\xef\xbf\xbd"                       },
        {"cut by a letter",   "\xe2\x82z",        "\xef\xbf\xbd\xef\xbf\xbdz"           },
        {"too long a form",   "\xc0\xaf",         "\xef\xbf\xbd\xef\xbf\xbd"            },
        {"half of a pair",    "\xed\xa0\x80",     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"no character FFFE", "\xef\xbf\xbe",     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"beyond the last",   "\xf4\x90\x80\x80",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"                             },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        check_text(rows[i].label, written(html_text, rows[i].text), rows[i].want);
    }
}

static void write_format(FILE *file, const char *text) {
    html_write(file, "<b title=\"%s\">100%% %s</b>", text, text);
}

static void a_format_escapes_its_texts_only(void **state) {
    (void)state;
    check_text("format", written(write_format, "\"x<"),
               "<b title=\"&quot;x&lt;\">100% &quot;x&lt;</b>");
}

static void write_number(FILE *file, const char *text) {
    (void)text;
    html_write(file, "%d", 1);
}

static void try_number(void *file) {
    write_number(file, "");
}

static void another_conversion_is_a_bug(void **state) {
    (void)state;
    check_aborts("a number", try_number, stderr);
}

static void write_drawing(FILE *file, const char *text) {
    const struct svg svg = {.file = file, .width = 10, .height = 5};
    svg_begin(&svg, &(struct svg_about){"a", text, text});
    svg_text(&svg, "mid", -0.01, 2.25, text);
    svg_path_begin(&svg, "curve");
    svg_path_to(&svg, 0, 1, 0);
    svg_path_to(&svg, 2, 3, 1);
    svg_path_end(&svg, SVG_PATH_CLOSED);
    svg_end(&svg);
}

static void a_drawing_speaks_and_has_no_minus_zero(void **state) {
    (void)state;
    check_text("drawing", written(write_drawing, "<t>"),
               "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
               "aria-labelledby=\"a-title a-text\" viewBox=\"0 0 10.0 5.0\">\n"
               "<title id=\"a-title\">&lt;t&gt;</title>\n"
               "<desc id=\"a-text\">&lt;t&gt;</desc>\n"
               "<text class=\"mid\" x=\"0.0\" y=\"2.3\">&lt;t&gt;</text>\n"
               "<path class=\"curve\" d=\"M0.0 1.0L2.0 3.0Z\"/>\n</svg>\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_characters_are_escaped),
        cmocka_unit_test(what_no_xml_may_hold_is_replaced),
        cmocka_unit_test(a_format_escapes_its_texts_only),
        cmocka_unit_test(another_conversion_is_a_bug),
        cmocka_unit_test(a_drawing_speaks_and_has_no_minus_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
