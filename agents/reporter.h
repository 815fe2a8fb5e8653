/* reporter.h -- an oracle reporter: watches its own venue and reports when a report is due.

   It pays a multiple of the base fee up to its cap; a report that is stuck below the base
   fee is replaced, with a fresh price, for so much more.  When the cap is below the base
   fee its reports wait: oracles went stale that way on 12 March 2020.

   Units    micro-USD, wei, nanoseconds, ppm.
   Memory   no state: what it needs to know is on chain.
   Threads  pure functions. */
#ifndef AGENTS_REPORTER_H
#define AGENTS_REPORTER_H

#include "agents/agent.h"

struct reporter_config {
    int64_t fee_cap_wei;
    int64_t fee_margin_ppm; /* first fee: base fee times 1 plus this */
    int64_t fee_bump_ppm;   /* a stuck report's fee is raised by this */
    int64_t gas;
    int64_t purse_uusd;
    int64_t look_ns; /* how often it looks at its venue */
    /* from the oracle's terms: what the chain accepts */
    int64_t deviation_ppm, heartbeat_ns;
};

/* reporter_due tells whether a reporter that sees a price has something new to report: it
   deviates enough from the last report, or the heartbeat is due. */
bool reporter_due(const struct reporter_config *config, const struct observe_report *last,
                  int64_t now_ns, int64_t price_uusd);

extern const struct param reporter_params[];
extern const struct agent_kind agent_reporter;

#endif
