#include "agents/population.h"

#include "engine/money.h"
#include "engine/numeric.h"
#include "sim/distribution.h"

const struct param population_params[] = {
    PARAM(struct population_config, accounts, "accounts", param_integer, "2", "1000000",
          "1000", "margin accounts of traders"),
    PARAM(struct population_config, owners, "owners", param_integer, "1", "1000000",
          "900", "beneficial owners behind them"),
    PARAM(struct population_config, long_uusd, "open_interest_long", param_money, "0 USD",
          "100B USD", "24M USD", "notional of all longs at the start price"),
    PARAM(struct population_config, short_uusd, "open_interest_short", param_money,
          "0 USD", "100B USD", "16M USD", "notional of all shorts at the start price"),
    PARAM(struct population_config, size_sd, "size_sd", param_real, "0", "5", "2",
          "standard deviation of the logarithm of an account's size"),
    PARAM(struct population_config, cap_ppm, "size_cap", param_ppm, "0.01%", "100%",
          "10%", "largest account, share of the open interest of its side"),
    PARAM(struct population_config, leverage_median, "leverage_median", param_real, "1",
          "1000", "3.5", "median leverage at the start"),
    PARAM(struct population_config, leverage_sd, "leverage_sd", param_real, "0", "5",
          "0.6", "standard deviation of its logarithm"),
    PARAM(struct population_config, leverage_low, "leverage_low", param_real, "0.01",
          "1000", "1.05", "lowest leverage"),
    PARAM(struct population_config, leverage_high, "leverage_high", param_real, "0.01",
          "1000", "10", "highest leverage; initial margin may allow less"),
    PARAM(struct population_config, near_margin_ppm, "near_margin_share", param_ppm, "0%",
          "100%", "5%", "share of accounts placed near the liquidation boundary"),
    PARAM(struct population_config, near_move, "near_margin_move", param_real, "0%",
          "50%", "5%", "those accounts are liquidatable within this adverse move"),
    PARAM(struct population_config, entry_low_uusd, "entry_low", param_price, "0.001 USD",
          "1B USD", "181.73 USD", "lowest entry price"),
    PARAM(struct population_config, entry_high_uusd, "entry_high", param_price,
          "0.001 USD", "1B USD", "251.93 USD", "highest entry price"),
    PARAM(struct population_config, wallet_median, "wallet_median", param_real, "0",
          "1000", "0.5", "median cash outside the chain, as a multiple of collateral"),
    PARAM(struct population_config, top_up_ppm, "top_up_share", param_ppm, "0%", "100%",
          "30%", "share of accounts that add collateral when margin runs low"),
    PARAM(struct population_config, deleverage_ppm, "deleverage_share", param_ppm, "0%",
          "100%", "20%", "share of accounts that reduce; the rest freeze"),
    {0},
};

/* Scaling with a cap is repeated: each round caps some more and scales up the rest. */
#define SCALE_ROUNDS 64
/* Collateral is at least this part of equity: a position cannot be all profit. */
#define COLLATERAL_LEAST 0.1
#define WALLET_SD        1.0
#define WALLET_MOST      1e17 /* 100B USD: more is no help and would not fit a ledger */

static struct rng stream(const struct population_address *address, uint32_t index) {
    const struct rng_address member = {
        .seed = address->seed,
        .path = address->path,
        .purpose = address->purpose,
        .owner = random_hash_u64(random_hash_text("traders"), index)};
    return rng_stream(&member);
}

/* Everything drawn for one account, each from its own place in the stream. */
struct draw {
    double weight, leverage, near, near_at, entry, wallet, response, owner, side;
    bool is_long;
};

static struct draw draw_account(const struct population_config *config, uint32_t index,
                                struct rng rng_) {
    struct rng *const rng = &rng_;
    struct draw draw;
    const double total = (double)config->long_uusd + (double)config->short_uusd;
    draw.side = rng_uniform(rng) * total;
    draw.weight = distribution_lognormal(rng, 0.0, config->size_sd);
    draw.leverage = distribution_lognormal(rng, numeric_log(config->leverage_median),
                                           config->leverage_sd);
    draw.near = rng_uniform(rng);
    draw.near_at = rng_uniform(rng);
    draw.entry = rng_uniform(rng);
    draw.wallet = distribution_normal(rng);
    draw.response = rng_uniform(rng);
    draw.owner = rng_uniform(rng);
    draw.is_long = draw.side < (double)config->long_uusd;
    /* A side with open interest has an account however few there are. */
    if (index < 2 && config->long_uusd > 0 && config->short_uusd > 0) {
        draw.is_long = index == 0;
    }
    return draw;
}

/* Equity at the start as a share of notional. */
static double equity_share(const struct population_config *config,
                           const struct population_terms *terms,
                           const struct draw *draw) {
    const double initial = (double)terms->initial_ppm / 1e6;
    const double maintenance = (double)terms->maintenance_ppm / 1e6;
    double leverage = draw->leverage;
    leverage = leverage < config->leverage_low ? config->leverage_low : leverage;
    leverage = leverage > config->leverage_high ? config->leverage_high : leverage;
    double equity = 1.0 / leverage;
    if (draw->near < (double)config->near_margin_ppm / 1e6) {
        /* Health is zero after an adverse move d: equity = maintenance + d (1 -+ it). */
        const double move = config->near_move * draw->near_at;
        equity =
            maintenance + move * (draw->is_long ? 1.0 - maintenance : 1.0 + maintenance);
    }
    return equity < initial ? initial : equity;
}

/* The factor that scales one side's weights, each capped, to a sum of 1.  weight is signed:
   longs are positive. */
static double side_scale(const double *weight, int64_t count, double sign, double cap) {
    double scale = 0.0;
    for (int round = 0; round < SCALE_ROUNDS; ++round) {
        double loose = 0.0;
        double capped = 0.0;
        for (int64_t i = 0; i < count; ++i) {
            const double own = weight[i] * sign;
            if (own > 0.0 && round > 0 && own * scale >= cap) {
                capped += cap;
            } else if (own > 0.0) {
                loose += own;
            }
        }
        const double next = loose > 0.0 && capped < 1.0 ? (1.0 - capped) / loose : scale;
        if (next == scale) {
            break;
        }
        scale = next;
    }
    return scale;
}

static void size_side(const struct population_config *config, const double *weight,
                      double sign, int64_t price_uusd, struct holder *holder) {
    const int64_t target_uusd = sign > 0.0 ? config->long_uusd : config->short_uusd;
    double members = 0.0;
    for (int64_t i = 0; i < config->accounts; ++i) {
        members += weight[i] * sign > 0.0 ? 1.0 : 0.0;
    }
    double cap = (double)config->cap_ppm / 1e6;
    cap = cap * members < 1.0 ? 1.0 : cap; /* too few to keep the cap */
    const double scale = side_scale(weight, config->accounts, sign, cap);
    for (int64_t i = 0; i < config->accounts; ++i) {
        if (weight[i] * sign <= 0.0) {
            continue;
        }
        const double share = weight[i] * sign * scale;
        const int64_t notional =
            money_from_double_floor((double)target_uusd * (share > cap ? cap : share));
        const int64_t size =
            money_max(money_mul_div_floor(notional, MONEY_ONE, price_uusd), 1);
        holder[i].size_ubase = sign > 0.0 ? size : -size;
    }
}

/* Entry price and collateral: equity at the start is collateral plus open profit. */
static void fund_holder(const struct population_config *config,
                        const struct population_terms *terms, const struct draw *draw,
                        struct holder *holder) {
    const double price = (double)terms->start_price_uusd;
    const double size = (double)holder->size_ubase / 1e6;
    const double notional = size * price * (draw->is_long ? 1.0 : -1.0);
    const double equity = notional * equity_share(config, terms, draw);
    const double low = numeric_log((double)config->entry_low_uusd);
    const double high = numeric_log((double)config->entry_high_uusd);
    double entry = numeric_exp(low + (high - low) * draw->entry);
    double collateral = equity - size * (price - entry);
    if (collateral < COLLATERAL_LEAST * equity) {
        collateral = COLLATERAL_LEAST * equity;
        entry = price - (equity - collateral) / size;
    }
    holder->entry_price_uusd = money_max(money_from_double_floor(entry), MONEY_PRICE_MIN);
    /* The exact profit at the integer entry price; a few units more than the draw keep
       the account at initial margin whatever the roundings. */
    const wide cost = money_value_ceil(holder->size_ubase, holder->entry_price_uusd);
    const wide value = money_value_floor(holder->size_ubase, terms->start_price_uusd);
    const wide needed = money_from_double_ceil(equity) + (cost - value) + 16;
    holder->collateral_uusd = needed < 1 ? 1 : money_narrow(needed);
}

static uint32_t response_of(const struct population_config *config, double drawn) {
    const double top_up = (double)config->top_up_ppm / 1e6;
    const double deleverage = (double)config->deleverage_ppm / 1e6;
    if (drawn < top_up) {
        return HOLDER_TOP_UP;
    }
    return drawn < top_up + deleverage ? HOLDER_DELEVERAGE : HOLDER_FREEZE;
}

static void set_habits(const struct population_config *config, const struct draw *draw,
                       struct holder *holder) {
    const double wallet = config->wallet_median * (double)holder->collateral_uusd *
                          numeric_exp(WALLET_SD * draw->wallet);
    holder->wallet_uusd =
        money_from_double_floor(wallet < WALLET_MOST ? wallet : WALLET_MOST);
    holder->response = response_of(config, draw->response);
}

void population_habits(const struct population_config *config,
                       const struct population_address *address, uint32_t index,
                       struct holder *holder) {
    const struct draw draw = draw_account(config, index, stream(address, index));
    set_habits(config, &draw, holder);
}

void population_draw(const struct population_config *config,
                     const struct population_terms *terms,
                     const struct population_address *address, double *weight,
                     struct holder *holder) {
    for (uint32_t i = 0; i < config->accounts; ++i) {
        const struct draw draw = draw_account(config, i, stream(address, i));
        weight[i] = draw.is_long ? draw.weight : -draw.weight;
    }
    size_side(config, weight, 1.0, terms->start_price_uusd, holder);
    size_side(config, weight, -1.0, terms->start_price_uusd, holder);
    for (uint32_t i = 0; i < config->accounts; ++i) {
        const struct draw draw = draw_account(config, i, stream(address, i));
        /* The first accounts have an owner each; the others share them. */
        holder[i].owner =
            i < config->owners
                ? i
                : (uint32_t)money_from_double_floor(draw.owner * (double)config->owners);
        fund_holder(config, terms, &draw, &holder[i]);
        set_habits(config, &draw, &holder[i]);
    }
}
