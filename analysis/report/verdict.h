/* verdict.h -- what a run means, in words.

   The words follow P(insolvency) alone, by fixed bands that the report prints: they help to
   read a number and replace none.

   Units    shares.
   Memory   texts go to the caller's buffers.
   Threads  pure. */
#ifndef ANALYSIS_REPORT_VERDICT_H
#define ANALYSIS_REPORT_VERDICT_H

#include "analysis/report/evidence.h"
#include "analysis/story_text.h"

/* X(identifier, share below which it holds, word, sentence about the fund). */
#define VERDICT_BANDS(X)                                                                 \
    X(HOLDS, 0.01, "holds", "the insurance fund is almost always enough")                \
    X(STRAINED, 0.05, "strained", "the insurance fund is usually enough")                \
    X(FRAGILE, 0.20, "fragile", "the insurance fund is too small now and then")          \
    X(FAILS, 0.50, "fails often", "the insurance fund is too small on many paths")       \
    X(BREAKS, 1.01, "breaks", "the insurance fund is too small on most paths")
#define VERDICT_BAND(identifier, below, word, sentence) VERDICT_##identifier,
enum verdict { VERDICT_BANDS(VERDICT_BAND) VERDICT_COUNT };
#undef VERDICT_BAND

/* verdict_of is the band of a probability, verdict_word and verdict_sentence its words, and
   verdict_below the share it ends at. */
enum verdict verdict_of(double share);
const char *verdict_word(enum verdict verdict);
const char *verdict_sentence(enum verdict verdict);
double verdict_below(enum verdict verdict);

/* verdict_write tells the run in a few sentences: how often, how sure, who paid. */
void verdict_write(const struct evidence *evidence, struct story_text *text);

/* verdict_condition tells what all of it is conditional on. */
void verdict_condition(const struct evidence *evidence, struct story_text *text);

#endif
