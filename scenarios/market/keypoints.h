/* keypoints.h -- the facts of an incident: open, high, low and close of every hour.

   A facts file is CSV with the header "start,open,high,low,close" and one line an hour,
   in time order, without holes: 2020-03-12T10:00:00Z,167.97,168.89,125,132.91.  Prices
   are in USD with at most six decimals and are read exactly.

   Units    prices micro-USD per base unit; time int64 nanoseconds since 1970, UTC.
   Memory   the caller provides the table; nothing is allocated.
   Threads  pure functions; a table that has been read is never written again. */
#ifndef SCENARIOS_MARKET_KEYPOINTS_H
#define SCENARIOS_MARKET_KEYPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARKET_KEYPOINTS_MAX 512 /* hours: three weeks */
#define MARKET_HOUR_NS       INT64_C(3600000000000)

struct keypoint_hour {
    int64_t start_ns;
    int64_t open_uusd, high_uusd, low_uusd, close_uusd;
};

struct market_keypoints {
    int64_t count;
    struct keypoint_hour hour[MARKET_KEYPOINTS_MAX];
};

/* market_keypoints_parse reads size bytes of a facts file.
   Keeps   low <= open, close <= high; start_ns of row i + 1 is that of row i plus an
   hour. Fails   false, with "line N: what is wrong, what is allowed" in error. */
bool market_keypoints_parse(const char *text, size_t size,
                            struct market_keypoints *keypoints, char *error,
                            size_t error_size);

/* market_keypoints_load reads the facts that travel in the program under that name.
   Fails   as market_keypoints_parse, and for a name that is not in the program. */
bool market_keypoints_load(const char *name, struct market_keypoints *keypoints,
                           char *error, size_t error_size);

/* market_keypoints_find returns the row whose hour starts at that instant, or -1. */
int64_t market_keypoints_find(const struct market_keypoints *keypoints, int64_t start_ns);

#endif
