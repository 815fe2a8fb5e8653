/* completion.h -- what completes a word of the command line, for every shell alike.

   Units    texts.
   Memory   nothing is kept.
   Threads  main thread; the scripts go to standard output. */
#ifndef ANALYSIS_COMMANDS_COMPLETION_H
#define ANALYSIS_COMMANDS_COMPLETION_H

#include "analysis/commands/option.h"

/* What stands for a kind of word. */
struct completion_words {
    const char *name;    /* of the kind, as a part of a function's name */
    const char *ends[3]; /* of files that fit, such as ".h5"; "" fits all; NULL ends it */
    const char *suffix;  /* put behind each word, such as "=" */
    bool folders;        /* only folders fit */
    bool list;           /* words with commas between them */
};

extern const struct completion_words completion_words[OPTION_WORDS_COUNT];

/* completion_put prints the words of a kind, a blank before each and quote around it. */
void completion_put(enum option_words words, const char *quote);

/* completion_quote prints text so that single quotes of a shell keep it: each character
   of special comes with a backslash, a quote as the text given for it. */
void completion_quote(const char *text, const char *special, const char *quote);

/* One script each. */
void completion_bash(void);
void completion_zsh(void);
void completion_fish(void);

#endif
