#include "scenarios/load_result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who asked for a file: the user, or a file at its extends. */
struct asker {
    struct load_result *result;
    const char *argument;
    const struct load_layer *from; /* NULL: the user */
    const struct load_node *node;
};

static bool refuse(const struct asker *asker, const char *sentence) {
    if (asker->from != NULL) {
        load_complain(asker->result, asker->from, asker->node, false, sentence);
    } else {
        const struct load_place place = {.origin = asker->argument};
        load_report_add(&asker->result->report, place, "", sentence);
    }
    return false;
}

/* The machine failed, not the input. */
static bool fail(const struct asker *asker, const char *sentence) {
    asker->result->failed = true;
    return refuse(asker, sentence);
}

static bool refuse_preset(const struct asker *asker) {
    char shown[PARAM_QUOTE_SIZE], tail[700], sentence[900];
    struct load_words words = {0};
    const struct embedded_file *preset = asker->result->schema->presets;
    for (; preset != NULL && preset->name != NULL; ++preset) {
        load_words_add(&words, asker->argument, preset->name);
    }
    load_words_print(&words, tail, sizeof tail);
    snprintf(sentence, sizeof sentence, "there is no preset %s and no such file%s",
             param_quote(asker->argument, shown), tail);
    return refuse(asker, sentence);
}

static bool refuse_size(const struct asker *asker) {
    return refuse(asker, "is too large; a scenario has at most 1 MiB");
}

/* Takes over name and text; the next layer is theirs. */
static struct load_layer *add_layer(struct load_result *result, char *name, char *text,
                                    size_t size) {
    if (name == NULL || text == NULL) {
        free(name);
        free(text);
        result->failed = true;
        return NULL;
    }
    struct load_layer *layer = &result->layers[result->layer_count++];
    *layer = (struct load_layer){
        .file = {.name = name, .text = text, .size = size}
    };
    return layer;
}

static char *copy(const char *bytes, size_t size) {
    char *text = malloc(size + 1);
    if (text != NULL) {
        memcpy(text, bytes, size);
        text[size] = '\0';
    }
    return text;
}

bool load_open_memory(struct load_result *result, const char *name, const char *text,
                      size_t size) {
    const struct asker asker = {.result = result, .argument = name};
    if (size > LOAD_FILE_LIMIT) {
        return refuse_size(&asker);
    }
    return add_layer(result, copy(name, strlen(name)), copy(text, size), size) != NULL;
}

/* Reads until the end or one byte more than is allowed; returns -1 on a read error. */
static ssize_t read_all(int descriptor, char *text, size_t size) {
    size_t length = 0;
    while (length < size) {
        const ssize_t got = read(descriptor, text + length, size - length);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        length += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)length;
}

static bool read_descriptor(const struct asker *asker, int descriptor, const char *name) {
    char *text = malloc(LOAD_FILE_LIMIT + 2);
    if (text == NULL) {
        asker->result->failed = true;
        return false;
    }
    const ssize_t length = read_all(descriptor, text, LOAD_FILE_LIMIT + 1);
    if (length < 0 || length > LOAD_FILE_LIMIT) {
        char sentence[160];
        snprintf(sentence, sizeof sentence, "cannot be read: %s", strerror(errno));
        free(text);
        return length < 0 ? fail(asker, sentence) : refuse_size(asker);
    }
    text[length] = '\0';
    char *kept = copy(text, (size_t)length); /* most files are far from the limit */
    free(text);
    return add_layer(asker->result, copy(name, strlen(name)), kept, (size_t)length) !=
           NULL;
}

static bool refuse_cycle(const struct asker *asker, const char *name) {
    char sentence[160], shown[PARAM_QUOTE_SIZE];
    snprintf(sentence, sizeof sentence, "extends %s, which extends this file: a circle",
             param_quote(name, shown));
    return refuse(asker, sentence);
}

static bool open_preset(const struct asker *asker) {
    struct load_result *result = asker->result;
    char name[128];
    snprintf(name, sizeof name, "preset:%s", asker->argument);
    for (size_t i = 0; i < result->layer_count; ++i) {
        if (strcmp(result->layers[i].file.name, name) == 0) {
            return refuse_cycle(asker, asker->argument);
        }
    }
    const struct embedded_file *preset = result->schema->presets;
    for (; preset != NULL && preset->name != NULL; ++preset) {
        if (strcmp(preset->name, asker->argument) == 0) {
            return load_open_memory(result, name, preset->text, preset->size);
        }
    }
    return refuse_preset(asker);
}

static bool open_file(const struct asker *asker, const char *path) {
    struct load_result *result = asker->result;
    char sentence[160];
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        snprintf(sentence, sizeof sentence, "cannot be opened: %s", strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
        }
        return refuse(asker, sentence);
    }
    bool done = false;
    for (size_t i = 0; i < result->layer_count && !done; ++i) {
        done = result->layers[i].on_disk && result->layers[i].device == status.st_dev &&
               result->layers[i].inode == status.st_ino;
    }
    if (done) {
        refuse_cycle(asker, path);
    } else if (S_ISDIR(status.st_mode)) {
        done = true;
        refuse(asker, "is a folder, not a scenario file");
    }
    done = !done && read_descriptor(asker, descriptor, path);
    close(descriptor);
    if (done) {
        struct load_layer *layer = &result->layers[result->layer_count - 1];
        layer->on_disk = true;
        layer->device = status.st_dev;
        layer->inode = status.st_ino;
    }
    return done;
}

static bool ends_with(const char *text, const char *end) {
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

/* Writes where a file called argument is: beside the file that extends it. */
static bool path_of(const struct asker *asker, char *path, size_t size) {
    const char *base = asker->from != NULL ? asker->from->file.name : "";
    const char *slash =
        asker->from != NULL && asker->from->on_disk ? strrchr(base, '/') : NULL;
    const int folder =
        slash != NULL && asker->argument[0] != '/' ? (int)(slash - base) + 1 : 0;
    const int length = snprintf(path, size, "%.*s%s", folder, base, asker->argument);
    return length >= 0 && (size_t)length < size;
}

static bool looks_like_file(const char *argument) {
    return strchr(argument, '/') != NULL || ends_with(argument, ".yaml") ||
           ends_with(argument, ".yml");
}

bool load_open(struct load_result *result, const char *argument,
               const struct load_layer *from, const struct load_node *node) {
    const struct asker asker = {result, argument, from, node};
    char path[4096], sentence[80];
    if (result->layer_count == LOAD_DEPTH_LIMIT) {
        snprintf(sentence, sizeof sentence,
                 "is file %d in a chain of extends; at most %d", LOAD_DEPTH_LIMIT + 1,
                 LOAD_DEPTH_LIMIT);
        return refuse(&asker, sentence);
    }
    if (*argument == '\0') {
        return refuse(&asker, "names no scenario; a file or a preset is expected");
    }
    if (from == NULL && strcmp(argument, "-") == 0) {
        return read_descriptor(&asker, STDIN_FILENO, "<stdin>");
    }
    const bool embedded = from != NULL && strncmp(from->file.name, "preset:", 7) == 0;
    if (embedded) {
        return open_preset(&asker);
    }
    if (!path_of(&asker, path, sizeof path)) {
        return refuse(&asker, "is too long for a path");
    }
    if (looks_like_file(argument) || is_file(path)) {
        return open_file(&asker, path);
    }
    return open_preset(&asker);
}
