#include "scenarios/load_book.h"
#include "scenarios/load_utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void complain(const struct section_attach *with, const char *what,
                     const char *detail) {
    char sentence[200];
    snprintf(sentence, sizeof sentence, "%s%s", what, detail);
    with->complain(with->context, "book.file", sentence);
}

/* The machine failed, not the input. */
static char *fail(const struct section_attach *with, const char *what) {
    if (what != NULL) {
        complain(with, what, strerror(errno));
    }
    *with->failed = true;
    return NULL;
}

/* Reads a file of known size; one that grows meanwhile is read as far as it was. */
static char *read_all(int descriptor, size_t *size, const struct section_attach *with) {
    char *text = malloc(*size + 1);
    size_t length = 0;
    while (text != NULL && length < *size) {
        const ssize_t got = read(descriptor, text + length, *size - length);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            free(text);
            return fail(with, "cannot be read: ");
        }
        length += got > 0 ? (size_t)got : 0;
    }
    if (text == NULL) {
        return fail(with, NULL);
    }
    text[length] = '\0';
    *size = length;
    return text;
}

static char *read_file(const char *path, size_t *size,
                       const struct section_attach *with) {
    struct stat status;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char *text = NULL;
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        complain(with, "cannot be opened: ", strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        complain(with, "is not a file; a book is a file of comma-separated values", "");
    } else if (status.st_size > LOAD_BOOK_LIMIT) {
        complain(with, "is too large; a book has at most 64 MiB", "");
    } else {
        *size = (size_t)status.st_size;
        text = read_all(descriptor, size, with);
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return text;
}

/* What was given has to be what was read; what was not given is filled in. */
static bool check_content(struct book_config *config, const struct load_file *file,
                          const struct section_attach *with) {
    unsigned char hash[DIGEST_SIZE];
    char digest[DIGEST_TEXT_SIZE], sentence[200];
    digest_of(file->text, file->size, hash);
    digest_text(hash, digest);
    if (config->content[0] != '\0' && strcmp(config->content, digest) != 0) {
        snprintf(sentence, sizeof sentence,
                 "is another book's: the digest of book.file is %s", digest);
        with->complain(with->context, "book.content", sentence);
        return false;
    }
    snprintf(config->content, sizeof config->content, "%s", digest);
    return true;
}

void load_book_attach(struct book_config *config, const struct load_book_terms *terms,
                      const struct section_attach *with) {
    char path[4096];
    config->book = NULL;
    if (config->file[0] == '\0') {
        if (config->content[0] != '\0') {
            with->complain(with->context, "book.content",
                           "is given without book.file; name the file, too");
        }
        return;
    }
    if (!with->path(with->context, "book.file", config->file, path, sizeof path)) {
        complain(with, "is too long for a path", "");
        return;
    }
    struct load_file file = {.name = path};
    file.text = read_file(path, &file.size, with);
    if (file.text == NULL || !check_content(config, &file, with)) {
        free(file.text);
        return;
    }
    const size_t before = with->report->count;
    config->book = load_book_parse(&file, terms, with->report);
    if (config->book == NULL) {
        *with->failed |= with->report->count == before;
        free(file.text);
    }
}

void load_book_free(struct book *book) {
    if (book != NULL) {
        free(book->position);
        free(book->text);
        free(book);
    }
}
