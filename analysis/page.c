#include "analysis/page.h"

#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct page page_of(FILE *file, unsigned margin) {
    struct page page = {.file = file, .width = PAGE_WIDTH, .margin = margin};
    struct winsize size;
    const int descriptor = fileno(file);
    if (descriptor >= 0 && isatty(descriptor) &&
        ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        page.width = size.ws_col < PAGE_LEAST  ? PAGE_LEAST
                     : size.ws_col > PAGE_MOST ? PAGE_MOST
                                               : size.ws_col;
    }
    return page;
}

/* How much of the text goes on a line of so much room: up to the last blank in it. */
static size_t fitting(const char *text, size_t room) {
    const size_t length = strlen(text);
    if (length <= room) {
        return length;
    }
    size_t end = room;
    while (end > 0 && text[end] != ' ') {
        --end;
    }
    return end > 0 ? end : strcspn(text, " ");
}

void page_put(const struct page *page, const char *margin, const char *text) {
    const bool narrow = page->width < 2 * page->margin;
    const unsigned indent = narrow ? 2 : page->margin;
    const size_t room = page->width - indent;
    bool beside = margin[0] != 0;
    if (beside && (narrow || strlen(margin) >= page->margin)) {
        fprintf(page->file, "%s\n", margin);
        beside = false;
    }
    do {
        const size_t length = fitting(text, room);
        fprintf(page->file, "%-*s%.*s\n", (int)indent, beside ? margin : "", (int)length,
                text);
        beside = false;
        text += length;
        text += strspn(text, " ");
    } while (*text != 0);
}
