#include "agents/reporter.h"

#include "agents/gas.h"
#include "engine/money.h"

const struct param reporter_params[] = {
    PARAM(struct reporter_config, fee_cap_wei, "fee_cap", param_gas_price, "0 gwei",
          "100000 gwei", "80 gwei", "most a reporter pays per gas"),
    PARAM(struct reporter_config, fee_margin_ppm, "fee_margin", param_ppm, "0%", "1000%",
          "25%", "first fee above the base fee"),
    PARAM(struct reporter_config, fee_bump_ppm, "fee_bump", param_ppm, "10%", "1000%",
          "25%", "raise of a stuck report's fee"),
    PARAM(struct reporter_config, gas, "gas", param_integer, "1", "30000000", "90000",
          "gas of a report"),
    PARAM(struct reporter_config, purse_uusd, "purse", param_money, "0 USD", "1B USD",
          "100k USD", "cash for gas of each reporter"),
    PARAM(struct reporter_config, look_ns, "look", param_time, "1s", "1h", "24s",
          "how often a reporter looks at its venue: every other slot (assumption)"),
    {0},
};

bool reporter_due(const struct reporter_config *config, const struct observe_report *last,
                  int64_t now_ns, int64_t price_uusd) {
    const wide move = money_magnitude(price_uusd - last->price_uusd);
    return last->price_uusd == 0 || now_ns - last->observed_ns >= config->heartbeat_ns ||
           move * MONEY_ONE >= (wide)last->price_uusd * config->deviation_ppm;
}

static struct transaction report(const struct observation *seen) {
    return (struct transaction){.kind = TRANSACTION_REPORT,
                                .account = seen->index,
                                .price_uusd = seen->outside_price_uusd,
                                .time_ns = seen->now_ns};
}

static void reporter_wake(const void *config_, void *state,
                          const struct observation *seen, struct rng *rng,
                          struct reply *reply) {
    const struct reporter_config *config = config_;
    (void)state;
    (void)rng;
    reply->wake_ns = seen->now_ns + config->look_ns;
    struct intent *intent = NULL;
    if (seen->pending_count > 0) {
        /* Stuck: the last block took fees of at least base fee, and not this one. */
        const struct observe_pending *stuck = &seen->pending[0];
        const int64_t fee =
            gas_fee_wei(stuck->fee_wei, config->fee_bump_ppm, config->fee_cap_wei);
        if (stuck->fee_wei >= seen->base_fee_wei || fee <= stuck->fee_wei) {
            return;
        }
        intent = reply_add(reply, INTENT_REPLACE);
        if (intent != NULL) {
            intent->slot = stuck->slot;
            intent->sequence = stuck->sequence;
            intent->fee_wei = fee;
        }
    } else if (reporter_due(config, &seen->report, seen->now_ns,
                            seen->outside_price_uusd)) {
        intent = reply_add(reply, INTENT_SEND);
        if (intent != NULL) {
            intent->fee_wei = gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm,
                                          config->fee_cap_wei);
        }
    }
    if (intent != NULL) {
        intent->transaction = report(seen);
        intent->gas = config->gas;
    }
}

const struct agent_kind agent_reporter = {
    .name = "reporters",
    .doc = "report their venue's price on deviation and heartbeat, up to a fee cap",
    .params = reporter_params,
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_REPORT,
    .wake = reporter_wake,
};
