/* vault.h -- owners of vaults: collateral, a debt, and what they do when it runs low.

   Debts are lognormal, scaled to their sum, each at most a share of it; collateral is
   drawn as a ratio to the debt at the start price, a least ratio plus a lognormal excess.
   An owner looks at the vault from time to time.  Below an alarm ratio, one who responds
   repays as much as brings it back to comfort and the wallet has; the others freeze.

   Units    micro-USD, 1e-6 base units, nanoseconds, ppm.
   Memory   the caller's array of struct vault; nothing is allocated.
   Threads  pure functions. */
#ifndef AGENTS_VAULT_H
#define AGENTS_VAULT_H

#include "agents/agent.h"

struct vault_config {
    int64_t count;
    int64_t debt_uusd; /* of all vaults together */
    double size_sd;    /* of the logarithm of a debt */
    int64_t cap_ppm;   /* largest debt, share of the sum */
    int64_t least_ppm; /* collateral over debt, at least */
    int64_t median_ppm;
    double ratio_sd;      /* of the logarithm of what is above the least */
    int64_t top_up_ppm;   /* share of owners that respond */
    double wallet_median; /* their cash outside, as a multiple of the debt */
    int64_t look_mean_ns;
    int64_t alarm_ppm, comfort_ppm;
    int64_t fee_margin_ppm, fee_cap_wei, gas;
};

struct vault {
    int64_t collateral_ubase;
    int64_t debt_uusd;
    int64_t wallet_uusd;
    int64_t responds; /* 0 or 1 */
};

struct vault_address { /* where the owners' streams are */
    uint64_t seed, path, purpose;
};

extern const struct param vault_params[];
extern const struct agent_kind agent_vault;

/* vault_draw fills config->count vaults at a start price; weight is scratch for as many
   values. */
void vault_draw(const struct vault_config *config, int64_t price_uusd,
                const struct vault_address *address, double *weight, struct vault *vault);

#endif
