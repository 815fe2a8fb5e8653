/* parts.h -- the page of a report, part by part, and its other spellings.

   Every writer leaves errors to the stream.

   Units    as printed.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_REPORT_PARTS_H
#define ANALYSIS_REPORT_PARTS_H

#include "analysis/report/evidence.h"

#include <stdio.h>

/* parts_page writes the whole page: no script, nothing from outside. */
void parts_page(FILE *file, const struct evidence *evidence);

/* parts_markdown writes it for a forum, parts_json for a machine. */
void parts_markdown(FILE *file, const struct evidence *evidence);
void parts_json(FILE *file, const struct evidence *evidence);

/* The parts of the page, in their order. */
void parts_head(FILE *file, const struct evidence *evidence);
void parts_baseline(FILE *file, const struct evidence *evidence);
void parts_results(FILE *file, const struct evidence *evidence);
void parts_scenario(FILE *file, const struct evidence *evidence);
void parts_story(FILE *file, const struct evidence *evidence);
void parts_method(FILE *file, const struct evidence *evidence);

/* parts_limitations calls line(context, text) for each of them. */
void parts_limitations(const struct evidence *evidence,
                       void (*line)(void *context, const char *text), void *context);

/* parts_command writes the commands that reproduce the run; false when the scenario has to
   be taken from the page first. */
#define PARTS_COMMAND_SIZE 16384
bool parts_command(const struct evidence *evidence, char text[PARTS_COMMAND_SIZE]);

/* A value of the scenario. */
struct parts_setting {
    const char *key, *value, *doc, *source;
    const char *other; /* the preset's value, when this one is another; else NULL */
};

/* parts_settings visits the values a reader has to know: those with a source of their own,
   and those that are not the preset's or the program's. */
void parts_settings(const struct evidence *evidence,
                    void (*visit)(void *context, const struct parts_setting *setting),
                    void *context);

#endif
