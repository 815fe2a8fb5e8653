/* story_head.h -- the head of a story: which path, and what happened in a paragraph.

   Units    as printed.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_STORY_HEAD_H
#define ANALYSIS_STORY_HEAD_H

#include "analysis/page.h"
#include "analysis/story.h"
#include "analysis/story_text.h"

/* story_head_print writes the head. */
void story_head_print(const struct page *page, const struct story *story);

/* story_head_tell writes what happened, in a paragraph. */
void story_head_tell(struct story_text *text, const struct story *story);

#endif
