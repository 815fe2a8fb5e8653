#include "agents/vault.h"

#include "agents/gas.h"
#include "engine/money.h"
#include "engine/numeric.h"
#include "sim/distribution.h"

const struct param vault_params[] = {
    PARAM(struct vault_config, count, "count", param_integer, "0", "1000000", "0",
          "vaults: collateral that secures a debt"),
    PARAM(struct vault_config, debt_uusd, "debt", param_money, "0 USD", "100B USD",
          "20M USD", "debt of all of them (assumption)"),
    PARAM(struct vault_config, size_sd, "size_sd", param_real, "0", "5", "2",
          "standard deviation of the logarithm of a debt (Aave v2 liquidations: 2.07)"),
    PARAM(struct vault_config, cap_ppm, "size_cap", param_ppm, "0.01%", "100%", "10%",
          "largest debt, share of all (assumption)"),
    PARAM(struct vault_config, least_ppm, "ratio_least", param_ppm, "100%", "10000%",
          "155%", "least collateral over debt at the start (assumption)"),
    PARAM(struct vault_config, median_ppm, "ratio_median", param_ppm, "100%", "10000%",
          "220%", "median of it (assumption)"),
    PARAM(struct vault_config, ratio_sd, "ratio_sd", param_real, "0", "5", "0.8",
          "standard deviation of the logarithm of what is above the least (assumption)"),
    PARAM(struct vault_config, top_up_ppm, "top_up_share", param_ppm, "0%", "100%", "30%",
          "share of owners that repay when collateral runs low (assumption)"),
    PARAM(struct vault_config, wallet_median, "wallet_median", param_real, "0", "1000",
          "0.3", "median of their cash, as a multiple of the debt (assumption)"),
    PARAM(struct vault_config, look_mean_ns, "look_mean", param_time, "1s", "30d", "4h",
          "mean time between two looks of an owner (assumption)"),
    PARAM(struct vault_config, alarm_ppm, "alarm", param_ppm, "100%", "10000%", "170%",
          "ratio below which an owner responds (assumption)"),
    PARAM(struct vault_config, comfort_ppm, "comfort", param_ppm, "100%", "10000%",
          "200%", "ratio that an owner restores (assumption)"),
    PARAM(struct vault_config, fee_margin_ppm, "fee_margin", param_ppm, "0%", "1000%",
          "20%", "fee above the base fee"),
    PARAM(struct vault_config, fee_cap_wei, "fee_cap", param_gas_price, "0 gwei",
          "100000 gwei", "150 gwei", "most an owner pays per gas (assumption)"),
    PARAM(struct vault_config, gas, "gas", param_integer, "1", "30000000", "250000",
          "gas of a repayment (assumption)"),
    {0},
};

#define SCALE_ROUNDS 32 /* each caps some more debts and scales the others up */
#define WALLET_SD    1.0
#define AMOUNT_MOST  1e17 /* 100B USD: more would not fit a ledger */

/* Weights become shares of the whole, none above the cap as far as there are enough. */
static void scale_weights(const struct vault_config *config, double *weight) {
    const double cap = (double)config->cap_ppm / 1e6;
    for (int round = 0; round < SCALE_ROUNDS; ++round) {
        double sum = 0.0;
        for (int64_t i = 0; i < config->count; ++i) {
            sum += weight[i];
        }
        for (int64_t i = 0; i < config->count; ++i) {
            const double share = weight[i] / sum;
            weight[i] = share > cap ? cap : share;
        }
    }
}

static double at_most(double value, double most) {
    return value < most ? value : most;
}

void vault_draw(const struct vault_config *config, int64_t price_uusd,
                const struct vault_address *address, double *weight,
                struct vault *vault) {
    const double least = (double)config->least_ppm / 1e6;
    const double above = ((double)config->median_ppm - (double)config->least_ppm) / 1e6;
    const uint64_t owners = random_hash_text("vaults");
    for (int64_t i = 0; i < config->count; ++i) {
        const struct rng_address member = {.seed = address->seed,
                                           .path = address->path,
                                           .purpose = address->purpose,
                                           .owner = random_hash_u64(owners, (uint64_t)i)};
        struct rng rng = rng_stream(&member);
        weight[i] = distribution_lognormal(&rng, 0.0, config->size_sd);
        const double excess = distribution_lognormal(&rng, 0.0, config->ratio_sd);
        const double response = rng_uniform(&rng);
        const double wallet = distribution_lognormal(&rng, 0.0, WALLET_SD);
        vault[i].responds = response < (double)config->top_up_ppm / 1e6;
        /* For now the ratios: the debts are not known yet. */
        vault[i].collateral_ubase =
            money_from_double_ceil(at_most((least + above * excess) * 1e6, AMOUNT_MOST));
        vault[i].wallet_uusd =
            money_from_double_floor(at_most(wallet * config->wallet_median * 1e6, 1e9));
    }
    scale_weights(config, weight);
    for (int64_t i = 0; i < config->count; ++i) {
        const double debt = (double)config->debt_uusd * weight[i];
        const double ratio = (double)vault[i].collateral_ubase / 1e6;
        const double units = debt * ratio / (double)price_uusd * 1e6;
        vault[i].debt_uusd = money_from_double_floor(debt);
        vault[i].collateral_ubase = money_from_double_ceil(at_most(units, AMOUNT_MOST));
        vault[i].wallet_uusd = money_from_double_floor(
            at_most((double)vault[i].wallet_uusd / 1e6 * debt, AMOUNT_MOST));
    }
}

static int64_t fee_wei(const struct vault_config *config,
                       const struct observation *seen) {
    return gas_fee_wei(seen->base_fee_wei, config->fee_margin_ppm, config->fee_cap_wei);
}

/* What has to be repaid so that collateral is comfort times the debt, as far as the wallet
   goes beyond the gas. */
static wide repayment_uusd(const struct vault_config *config,
                           const struct observation *seen, wide value_uusd,
                           wide debt_uusd) {
    const wide kept = money_divide_floor(value_uusd * MONEY_ONE, config->comfort_ppm);
    const wide gas =
        gas_cost_uusd(config->gas, fee_wei(config, seen), seen->outside_price_uusd);
    const wide spare = seen->purse_uusd - gas;
    const wide lacking = debt_uusd - kept;
    return lacking < spare ? lacking : spare;
}

static void vault_wake(const void *config_, void *state, const struct observation *seen,
                       struct rng *rng, struct reply *reply) {
    const struct vault_config *config = config_;
    const struct vault *own = state;
    const double wait = distribution_exponential(rng, (double)config->look_mean_ns);
    reply->wake_ns = seen->now_ns + 1 + money_from_double_floor(wait);
    const wide debt = -(wide)seen->cash_uusd;
    const wide value = money_value_floor(seen->units_ubase, seen->outside_price_uusd);
    if (!own->responds || seen->pending_count > 0 || debt <= 0 ||
        seen->units_ubase == 0 || value * MONEY_ONE >= debt * config->alarm_ppm) {
        return;
    }
    const wide amount = repayment_uusd(config, seen, value, debt);
    struct intent *intent = amount > 0 ? reply_add(reply, INTENT_SEND) : NULL;
    if (intent != NULL) {
        intent->transaction = (struct transaction){.kind = TRANSACTION_DEPOSIT,
                                                   .account = seen->account,
                                                   .amount = money_narrow(amount)};
        intent->fee_wei = fee_wei(config, seen);
        intent->gas = config->gas;
    }
}

const struct agent_kind agent_vault = {
    .name = "vaults",
    .doc = "owe cash against collateral; repay or freeze when it runs low",
    .params = vault_params,
    .state_size = sizeof(struct vault),
    .observes = OBSERVE_OUTSIDE | OBSERVE_GAS | OBSERVE_HOLDINGS,
    .draws = true,
    .wake = vault_wake,
};
