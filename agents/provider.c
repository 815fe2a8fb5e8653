#include "agents/provider.h"

#include "agents/gas.h"
#include "engine/money.h"
#include "engine/numeric.h"
#include "sim/distribution.h"

#define DELAY_MOST_NS 1e17 /* three years: later than any horizon that matters */

const struct param provider_params[] = {
    PARAM(struct provider_config, count, "count", param_integer, "0", "1000", "20",
          "owners of the pool, equal parts of pool.deposit each; 0: nobody owns it "
          "(assumption)"),
    PARAM(struct provider_config, run_share_ppm, "run_share", param_ppm, "0%", "100%",
          "0%", "chance that an owner is one who may run (assumption)"),
    PARAM(struct provider_config, fall_ppm, "price_fall", param_ppm, "0%", "100%", "15%",
          "a runner leaves when the outside price is so far below the highest it has "
          "seen (assumption)"),
    PARAM(struct provider_config, drawdown_ppm, "share_fall", param_ppm, "0%", "100%",
          "5%", "or the price of its share; 100%: never for that (assumption)"),
    PARAM(struct provider_config, look_ns, "look", param_time, "12s", "30d", "10min",
          "time between two looks of a runner (assumption)"),
    PARAM(struct provider_config, delay_median_ns, "delay_median", param_time, "0s",
          "30d", "1h", "median time from the decision to the request (assumption)"),
    PARAM(struct provider_config, delay_sd, "delay_sd", param_real, "0", "5", "1",
          "standard deviation of its logarithm (assumption)"),
    PARAM(struct provider_config, purse_uusd, "purse", param_money, "0 USD", "100B USD",
          "10k USD", "cash outside the chain, for gas (assumption)"),
    PARAM(struct provider_config, fee_margin_ppm, "fee_margin", param_ppm, "0%", "1000%",
          "20%", "fee above the base fee (assumption)"),
    PARAM(struct provider_config, fee_cap_wei, "fee_cap", param_gas_price, "0 gwei",
          "100000 gwei", "300 gwei", "most a provider pays per gas (assumption)"),
    PARAM(struct provider_config, gas, "gas", param_integer, "1", "30000000", "250000",
          "gas of a provider's transaction (assumption)"),
    {0},
};

static void provider_init(const void *config_, void *state, uint32_t index,
                          struct rng *rng) {
    const struct provider_config *config = config_;
    struct provider *own = state;
    (void)index;
    const double drawn = rng_uniform(rng);
    const double delay = distribution_lognormal(rng, 0.0, config->delay_sd) *
                         (double)config->delay_median_ns;
    own->runs = drawn < (double)config->run_share_ppm / 1e6;
    own->delay_ns =
        money_from_double_floor(delay < DELAY_MOST_NS ? delay : DELAY_MOST_NS);
}

static bool fell(int64_t price, int64_t most, int64_t fall_ppm) {
    return (wide)price * MONEY_ONE <= (wide)most * (MONEY_ONE - fall_ppm);
}

/* A share that is worth nothing has fallen by all of it; one nobody can price says nothing. */
static bool alarmed(const struct provider_config *config, struct provider *own,
                    const struct observation *seen) {
    own->outside_most_uusd = money_max(own->outside_most_uusd, seen->outside_price_uusd);
    own->share_most_uusd = money_max(own->share_most_uusd, seen->share_price_uusd);
    return fell(seen->outside_price_uusd, own->outside_most_uusd, config->fall_ppm) ||
           (config->drawdown_ppm < MONEY_ONE &&
            fell(seen->share_price_uusd, own->share_most_uusd, config->drawdown_ppm));
}

static void ask(const struct provider_config *config, const struct observation *seen,
                struct reply *reply) {
    struct intent *intent = reply_add(reply, INTENT_SEND);
    if (intent == NULL) {
        return;
    }
    intent->transaction = (struct transaction){.kind = TRANSACTION_UNSTAKE,
                                               .account = seen->account,
                                               .amount = seen->shares_payable};
    intent->fee_wei =
        gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm, config->fee_cap_wei);
    intent->gas = config->gas;
}

static void provider_wake(const void *config_, void *state,
                          const struct observation *seen, struct rng *rng,
                          struct reply *reply) {
    const struct provider_config *config = config_;
    struct provider *own = state;
    (void)rng;
    if (!own->runs || seen->shares == 0) {
        return;
    }
    reply->wake_ns = seen->now_ns + config->look_ns;
    if (own->leaves_ns == 0) {
        if (!alarmed(config, own, seen)) {
            return;
        }
        own->leaves_ns = seen->now_ns + own->delay_ns;
        reply->wake_ns = seen->now_ns + money_max(own->delay_ns, 1);
    } else if (seen->now_ns >= own->leaves_ns && seen->pending_count == 0 &&
               seen->shares_payable > 0) {
        ask(config, seen, reply);
    }
}

const struct agent_kind agent_provider = {
    .name = "providers",
    .doc = "own the pool; those who run redeem their shares when it falls",
    .params = provider_params,
    .state_size = sizeof(struct provider),
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_SHARES,
    .init = provider_init,
    .wake = provider_wake,
};
