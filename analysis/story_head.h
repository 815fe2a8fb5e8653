/* story_head.h -- the head of a story: which path, and what happened in a paragraph.

   Units    as printed.
   Memory   nothing is kept.
   Threads  one writer per stream. */
#ifndef ANALYSIS_STORY_HEAD_H
#define ANALYSIS_STORY_HEAD_H

#include "analysis/page.h"
#include "analysis/story.h"

/* story_head_print writes the head. */
void story_head_print(const struct page *page, const struct story *story);

#endif
