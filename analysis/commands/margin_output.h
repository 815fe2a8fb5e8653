/* margin_output.h -- the margin of an account, as a table or as JSON.

   Units    USD on paper and in JSON, base units, years.
   Memory   nothing is kept.
   Threads  main thread. */
#ifndef ANALYSIS_COMMANDS_MARGIN_OUTPUT_H
#define ANALYSIS_COMMANDS_MARGIN_OUTPUT_H

#include "analysis/margin/edges.h"

#include <stddef.h>

struct margin_output {
    const char *name, *protocol_name;
    const struct account_portfolio *portfolio;
    const struct protocol *protocol;
    const struct evaluation *evaluation;
    const struct edges *edges; /* [market] */
};

/* margin_output_smile says what is wrong with an expiry's smile, alone and against the next
   earlier smile of its market; NULL: it has none. */
const char *margin_output_smile(const struct account_portfolio *portfolio,
                                uint32_t expiry);

/* margin_output_total is one of the numbers that `expect` may test, in USD; false behind
   the last. */
bool margin_output_total(const struct evaluation *evaluation, size_t index,
                         const char **name, double *usd);

/* margin_output_print writes tables, margin_output_json one object. */
void margin_output_print(const struct margin_output *output);
void margin_output_json(const struct margin_output *output);

#endif
