/* story_text.h -- the words of a story.

   Units    as printed.
   Memory   texts go to the caller's buffers and are cut where they end.
   Threads  pure. */
#ifndef ANALYSIS_STORY_TEXT_H
#define ANALYSIS_STORY_TEXT_H

#include "analysis/story_tally.h"

#define STORY_TEXT_SIZE 1024
#define STORY_TIME_SIZE 48

/* A text that grows by pieces. */
struct story_text {
    char text[STORY_TEXT_SIZE];
    size_t length;
};

/* story_text_add appends a piece. */
void story_text_add(struct story_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* story_text_part puts ", " before a further piece, and lead before the first. */
void story_text_part(struct story_text *text, const char *lead);

/* story_text_price appends a lead and a price in USD, " at 187.20". */
void story_text_price(struct story_text *text, const char *lead, double usd);

/* story_text_since writes T+hh:mm:ss, or T-hh:mm:ss before the start. */
void story_text_since(const struct stage *stage, int64_t time_ns,
                      char text[STORY_TIME_SIZE]);

/* story_text_time writes hh:mm:ss, UTC, and the time since the start behind it. */
void story_text_time(const struct stage *stage, int64_t time_ns,
                     char text[STORY_TIME_SIZE]);

/* story_text_kind writes a number of transactions of a kind, "3 oracle reports". */
void story_text_kind(struct story_text *text, enum transaction_kind kind, size_t count);

/* story_text_row tells one row. */
void story_text_row(struct story_text *text, const struct stage *stage,
                    const struct event_row *row);

/* story_text_done tells what the transactions of a kind came to. */
void story_text_done(struct story_text *text, const struct tally *tally,
                     enum transaction_kind kind);

#endif
