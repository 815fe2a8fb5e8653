/* field.h -- what a transaction file may ask of the engine, by name: the words of a receipt,
   and the state of an account, of a position and of an instrument.

   Units    those of each row's kind; all are int64_t.
   Memory   nothing is allocated.
   Threads  reads only. */
#ifndef ANALYSIS_EXEC_FIELD_H
#define ANALYSIS_EXEC_FIELD_H

#include "engine/engine.h"

enum exec_subject { EXEC_RECEIPT, EXEC_ACCOUNT, EXEC_POSITION, EXEC_MARKET };

struct exec_view { /* what is looked at; as much of it as the subject needs */
    const struct engine *engine;
    const struct receipt *receipt;
    uint32_t account, instrument;
    int64_t close_ubase; /* of the position; 0: all of it */
};

struct exec_field {
    struct param row; /* name, how it is written, what it means */
    size_t offset;    /* of a receipt's word */
    /* read of all others; false: there is no such value now.  Beyond 64 bits the nearest. */
    bool (*read)(const struct exec_view *view, int64_t *value);
    char name[32];
};

/* exec_field_at returns the index-th field of a subject; false behind the last. */
bool exec_field_at(enum exec_subject subject, size_t index, struct exec_field *field);

/* exec_field_find finds a field by its name. */
bool exec_field_find(enum exec_subject subject, const char *name,
                     struct exec_field *field);

/* exec_field_read reads the value; false: there is none, such as the fillable price of an
   account without a position. */
bool exec_field_read(const struct exec_field *field, const struct exec_view *view,
                     int64_t *value);

/* exec_field_text writes a value as it is written in files. */
void exec_field_text(const struct exec_field *field, int64_t value,
                     char text[PARAM_FORMAT_SIZE]);

#endif
