#include "scenarios/load_book.h"

#include "scenarios/load.h"
#include "scenarios/load_utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column { ACCOUNT, OWNER, INSTRUMENT, QUANTITY, PRICE, ASSET, COLLATERAL, COLUMNS };

static const char *const column_names[COLUMNS] = {"account",          "owner",
                                                  "instrument",       "quantity",
                                                  "entry_price",      "collateral_asset",
                                                  "collateral_amount"};

/* Numbers of the file are bare: base units and USD. */
static const struct param quantity_row = {
    .kind = &param_quantity, .low = "-1000000000", .high = "1000000000"};
static const struct param price_row = {
    .kind = &param_quantity, .low = "0.001", .high = "1000000000"};
static const struct param collateral_row = {
    .kind = &param_quantity, .low = "0", .high = "10000000000"};

#define NAME_LONGEST 128
#define SIDE_UUSD    (INT64_C(100000) * 1000000 * MONEY_ONE) /* 100B USD */
#define SIDE_UBASE   (INT64_C(100000) * 1000000 * MONEY_ONE) /* 100B base units */

/* Names that were seen: open addressing, 0 is empty, else a position and 1. */
struct names {
    uint32_t *slot;
    uint32_t mask;
};

struct reading {
    const struct load_file *file;
    const struct load_book_terms *terms;
    struct load_report *report;
    struct book *book;
    struct names accounts, owners;
    uint32_t columns;        /* of the header */
    uint32_t place[COLUMNS]; /* where in a line a column is */
    wide side[2], base[2];   /* worth and size of longs and of shorts so far */
    wide collateral;
    bool told[2]; /* too large, side and collateral */
};

struct field {
    size_t at, length;
};

struct line {
    size_t at, length;
    uint32_t number;
    struct field field[COLUMNS + 1];
    uint32_t count; /* of fields; one more than there may be is enough */
};

static void complain(struct reading *reading, size_t at, const char *column,
                     const char *sentence) {
    const struct load_place place = {.file = reading->file, .at = at};
    load_report_add(reading->report, place, column, sentence);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct field trim(const char *text, size_t at, size_t end) {
    while (at < end && is_blank(text[at])) {
        ++at;
    }
    while (end > at && is_blank(text[end - 1])) {
        --end;
    }
    return (struct field){at, end - at};
}

static void split(const struct reading *reading, struct line *line) {
    const char *text = reading->file->text;
    const size_t end = line->at + line->length;
    size_t at = line->at;
    line->count = 0;
    while (line->count <= COLUMNS) {
        const char *comma = memchr(text + at, ',', end - at);
        const size_t stop = comma != NULL ? (size_t)(comma - text) : end;
        line->field[line->count++] = trim(text, at, stop);
        if (comma == NULL) {
            return;
        }
        at = stop + 1;
    }
}

/* Finds the next line that is not blank. */
static bool next_line(const struct reading *reading, size_t *at, struct line *line) {
    const struct load_file *file = reading->file;
    while (*at < file->size) {
        const char *end = memchr(file->text + *at, '\n', file->size - *at);
        const size_t stop = end != NULL ? (size_t)(end - file->text) : file->size;
        line->at = *at;
        line->length = stop - *at;
        line->number += 1;
        *at = stop + 1;
        if (trim(file->text, line->at, stop).length > 0) {
            split(reading, line);
            return true;
        }
    }
    return false;
}

static const char *copy_field(const struct reading *reading, const struct field *field,
                              char *text, size_t size) {
    snprintf(text, size, "%.*s", (int)(field->length < size ? field->length : size - 1),
             reading->file->text + field->at);
    return text;
}

static uint32_t column_of(const char *name) {
    uint32_t column = 0;
    while (column < COLUMNS && strcmp(column_names[column], name) != 0) {
        ++column;
    }
    return column;
}

static void complain_column(struct reading *reading, const struct field *field,
                            const char *name) {
    char shown[PARAM_QUOTE_SIZE], tail[700], sentence[900];
    struct load_words words = {0};
    for (uint32_t i = 0; i < COLUMNS; ++i) {
        load_words_add(&words, name, column_names[i]);
    }
    load_words_print(&words, tail, sizeof tail);
    snprintf(sentence, sizeof sentence, "%s is no column%s", param_quote(name, shown),
             tail);
    complain(reading, field->at, "", sentence);
}

/* The first line names the columns, in any order. */
static bool read_header(struct reading *reading, const struct line *line) {
    const size_t before = reading->report->count;
    bool seen[COLUMNS] = {false};
    char name[300];
    reading->columns = line->count;
    for (uint32_t i = 0; i < line->count; ++i) {
        const struct field *field = &line->field[i];
        const uint32_t column = column_of(copy_field(reading, field, name, sizeof name));
        if (column == COLUMNS) {
            complain_column(reading, field, name);
        } else if (seen[column]) {
            complain(reading, field->at, name, "is there twice; once is allowed");
        } else {
            seen[column] = true;
            reading->place[column] = i;
        }
    }
    for (uint32_t i = 0; i < COLUMNS; ++i) {
        if (!seen[i]) {
            complain(reading, line->at, column_names[i],
                     "is missing; the first line names " BOOK_HEADER);
        }
    }
    return reading->report->count == before;
}

static uint64_t hash_of(const char *text, size_t length) { /* FNV-1a */
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; ++i) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    }
    return hash ^ hash >> 32;
}

/* The slot of a name: of the position that has it, or the empty one for it. */
static uint32_t *find_name(const struct reading *reading, const struct names *names,
                           const struct field *field) {
    const char *text = reading->file->text;
    const bool owners = names == &reading->owners;
    uint64_t at = hash_of(text + field->at, field->length);
    for (;; ++at) {
        uint32_t *slot = &names->slot[at & names->mask];
        if (*slot == 0) {
            return slot;
        }
        const struct book_position *other = &reading->book->position[*slot - 1];
        const uint32_t name = owners ? other->owner_name : other->name;
        const uint32_t length = owners ? other->owner_name_length : other->name_length;
        if (length == field->length &&
            memcmp(text + name, text + field->at, length) == 0) {
            return slot;
        }
    }
}

static bool check_name(struct reading *reading, const struct line *line,
                       enum column column) {
    const struct field *field = &line->field[reading->place[column]];
    const char *text = reading->file->text + field->at;
    char shown[PARAM_QUOTE_SIZE], copy[300], sentence[160];
    if (field->length == 0) {
        complain(reading, field->at, column_names[column],
                 "is empty; a name of 1 to 128 bytes is expected");
    } else if (field->length > NAME_LONGEST) {
        copy_field(reading, field, copy, sizeof copy);
        snprintf(sentence, sizeof sentence, "%s is too long; at most %d bytes",
                 param_quote(copy, shown), NAME_LONGEST);
        complain(reading, field->at, column_names[column], sentence);
    } else if (memchr(text, '"', field->length) != NULL) {
        complain(reading, field->at, column_names[column],
                 "has quotation marks; write the name without them, and without commas");
    } else {
        return true;
    }
    return false;
}

static void read_account(struct reading *reading, const struct line *line,
                         struct book_position *position) {
    const struct field *field = &line->field[reading->place[ACCOUNT]];
    position->name = (uint32_t)field->at;
    position->name_length = (uint32_t)field->length;
    if (!check_name(reading, line, ACCOUNT)) {
        return;
    }
    uint32_t *slot = find_name(reading, &reading->accounts, field);
    if (*slot == 0) {
        *slot = (uint32_t)(position - reading->book->position) + 1;
        return;
    }
    char copy[NAME_LONGEST + 1], shown[PARAM_QUOTE_SIZE], sentence[160];
    copy_field(reading, field, copy, sizeof copy);
    snprintf(sentence, sizeof sentence,
             "%s is in line %u already; an account has one line",
             param_quote(copy, shown), reading->book->position[*slot - 1].line);
    complain(reading, field->at, column_names[ACCOUNT], sentence);
}

static void read_owner(struct reading *reading, const struct line *line,
                       struct book_position *position) {
    const struct field *field = &line->field[reading->place[OWNER]];
    position->owner_name = (uint32_t)field->at;
    position->owner_name_length = (uint32_t)field->length;
    if (!check_name(reading, line, OWNER)) {
        return;
    }
    uint32_t *slot = find_name(reading, &reading->owners, field);
    if (*slot == 0) {
        *slot = (uint32_t)(position - reading->book->position) + 1;
        position->owner = reading->book->owner_count++;
    } else {
        position->owner = reading->book->position[*slot - 1].owner;
    }
}

/* The place of a field's word in a list that ends with NULL; 0 when it is not there, which
   is told. */
static int read_word(struct reading *reading, const struct line *line, enum column column,
                     const char *const *allowed, const char *what) {
    const struct field *field = &line->field[reading->place[column]];
    char word[300], shown[PARAM_QUOTE_SIZE], tail[700], sentence[900];
    struct load_words words = {0};
    copy_field(reading, field, word, sizeof word);
    for (int i = 0; allowed[i] != NULL; ++i) {
        if (strcmp(word, allowed[i]) == 0) {
            return i;
        }
        load_words_add(&words, word, allowed[i]);
    }
    load_words_print(&words, tail, sizeof tail);
    snprintf(sentence, sizeof sentence, "%s is %s%s", param_quote(word, shown), what,
             tail);
    complain(reading, field->at, column_names[column], sentence);
    return 0;
}

static bool read_number(struct reading *reading, const struct line *line,
                        enum column column, const struct param *row, int64_t *value) {
    const struct field *field = &line->field[reading->place[column]];
    char text[300], error[512];
    if (param_parse(row, copy_field(reading, field, text, sizeof text), value, error,
                    sizeof error)) {
        return true;
    }
    complain(reading, field->at, column_names[column], error);
    return false;
}

static bool read_size(struct reading *reading, const struct line *line, int64_t *size) {
    if (!read_number(reading, line, QUANTITY, &quantity_row, size)) {
        return false;
    }
    if (*size == 0) {
        complain(reading, line->field[reading->place[QUANTITY]].at,
                 column_names[QUANTITY],
                 "is 0; write what is held, negative for a short, or leave the line out");
    }
    return *size != 0;
}

static void tell_once(struct reading *reading, const struct line *line,
                      enum column column, const char *sentence) {
    bool *told = &reading->told[column == COLLATERAL];
    if (!*told) {
        *told = true;
        complain(reading, line->field[reading->place[column]].at, column_names[column],
                 sentence);
    }
}

/* What a book may be worth leaves the ledger room for the storm. */
static void add_up(struct reading *reading, const struct line *line,
                   const struct book_position *position) {
    const int side = position->size_ubase < 0;
    const wide size = money_magnitude(position->size_ubase);
    const wide price = money_max(position->entry_price_uusd, reading->terms->mark_uusd);
    reading->base[side] += size;
    reading->side[side] += size * price / MONEY_ONE;
    reading->collateral +=
        position->collateral_uusd +
        collateral_value_floor(position->collateral_ubase, reading->terms->mark_uusd,
                               reading->terms->multiplier_ubase);
    if (reading->side[side] > SIDE_UUSD || reading->base[side] > SIDE_UBASE) {
        tell_once(reading, line, QUANTITY,
                  side == 0 ? "takes all longs together above 100B USD or base units"
                            : "takes all shorts together above 100B USD or base units");
    }
    if (reading->collateral > SIDE_UUSD) {
        tell_once(reading, line, COLLATERAL,
                  "takes the collateral of all together above 100B USD");
    }
}

static void read_position(struct reading *reading, const struct line *line) {
    struct book_position *position = &reading->book->position[reading->book->count];
    char sentence[160];
    if (line->count != reading->columns) {
        snprintf(sentence, sizeof sentence, "has %u value%s%s; %u are expected: %s",
                 line->count > COLUMNS ? COLUMNS : line->count,
                 line->count == 1 ? "" : "s", line->count > COLUMNS ? " and more" : "",
                 reading->columns, BOOK_HEADER);
        complain(reading, line->at, "", sentence);
        return;
    }
    position->line = line->number;
    reading->book->count += 1;
    read_account(reading, line, position);
    read_owner(reading, line, position);
    const char *const instruments[] = {reading->terms->instrument, NULL};
    const char *const assets[] = {"USD", reading->terms->underlying, NULL};
    read_word(reading, line, INSTRUMENT, instruments, "not the scenario's instrument");
    const bool size = read_size(reading, line, &position->size_ubase);
    const bool price =
        read_number(reading, line, PRICE, &price_row, &position->entry_price_uusd);
    const bool units = read_word(reading, line, ASSET, assets, "no collateral here") == 1;
    const bool posted =
        read_number(reading, line, COLLATERAL, &collateral_row,
                    units ? &position->collateral_ubase : &position->collateral_uusd);
    if (size && price && posted) {
        add_up(reading, line, position);
    }
}

static void read_lines(struct reading *reading) {
    const struct load_file *file = reading->file;
    struct line line = {0};
    /* A mark that some programs put before UTF-8. */
    size_t at = file->size >= 3 && memcmp(file->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (!next_line(reading, &at, &line)) {
        complain(reading, 0, "", "is empty; the first line names " BOOK_HEADER);
        return;
    }
    if (!read_header(reading, &line)) {
        return; /* the lines below would only lead to more complaints */
    }
    const size_t header = line.at;
    bool any = false;
    while (next_line(reading, &at, &line)) {
        if (reading->book->count == BOOK_ACCOUNTS) {
            complain(reading, line.at, "", "is an account too many; at most 1000000");
            return;
        }
        any = true;
        read_position(reading, &line);
    }
    if (!any) {
        complain(reading, header, "", "has no account below it; one a line is expected");
    }
}

static uint32_t count_lines(const struct load_file *file) {
    uint32_t lines = 1;
    const char *at = file->text;
    const char *end = file->text + file->size;
    while (lines <= BOOK_ACCOUNTS &&
           (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        ++at;
        ++lines;
    }
    return lines;
}

static bool take_memory(struct reading *reading) {
    const uint32_t lines = count_lines(reading->file);
    uint32_t slots = 4;
    while (slots < 2 * lines) {
        slots *= 2;
    }
    reading->accounts =
        (struct names){.slot = calloc(slots, sizeof(uint32_t)), .mask = slots - 1};
    reading->owners =
        (struct names){.slot = calloc(slots, sizeof(uint32_t)), .mask = slots - 1};
    reading->book = calloc(1, sizeof *reading->book);
    if (reading->book != NULL) {
        reading->book->position = calloc(lines, sizeof *reading->book->position);
    }
    return reading->book != NULL && reading->book->position != NULL &&
           reading->accounts.slot != NULL && reading->owners.slot != NULL;
}

struct book *load_book_parse(struct load_file *file, const struct load_book_terms *terms,
                             struct load_report *report) {
    struct reading reading = {.file = file, .terms = terms, .report = report};
    const size_t before = report->count;
    const size_t odd = load_utf8_check(file->text, file->size);
    if (odd < file->size) {
        complain(&reading, odd, "",
                 "is not printable text in UTF-8; a book is comma-separated values");
        return NULL;
    }
    const bool room = take_memory(&reading);
    if (room) {
        read_lines(&reading);
    }
    free(reading.accounts.slot);
    free(reading.owners.slot);
    if (!room || report->count > before) {
        load_book_free(reading.book);
        return NULL;
    }
    reading.book->text = file->text;
    return reading.book;
}
