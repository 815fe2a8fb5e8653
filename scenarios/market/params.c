/* One table: the market is one section of a scenario, whichever model it chooses. */
#include "scenarios/market/market.h"

static const char *const model_words[] = {"gbm",       "keypoints", "single-gap",
                                          "staircase", "merton",    "heston",
                                          "bates",     "svcj",      NULL};

static const char *const rebound_words[] = {"free", "history", NULL};

const struct param market_params[] = {
    PARAM_CHOICE(struct market_config, model, "model", model_words, "gbm",
                 "how the outside price moves without this protocol's flow"),
    PARAM(struct market_config, start_ns, "start", param_instant, "1970-01-02T00:00:00Z",
          "2200-01-01T00:00:00Z", "2020-03-12T00:00:00Z",
          "instant the price starts to move; before it the price rests"),
    PARAM(struct market_config, start_price_uusd, "start_price", param_price, "0.001 USD",
          "1B USD", "194.61 USD",
          "outside price at the start (default: ETH, 12 March 2020 00:00, Binance)"),
    PARAM(struct market_config, drift, "drift", param_real, "-10", "10", "0",
          "growth of the expected price, per year, where no key point pins it "
          "(assumption)"),
    PARAM(struct market_config, volatility, "volatility", param_real, "0", "20", "80%",
          "annualised volatility; gbm, merton: of the path (assumption; ETH 2019-2026 "
          "has 56 % to "
          "96 %); single-gap and staircase: what impact and venues scale with"),
    PARAM(struct market_config, bridge.facts, "facts", param_text, NULL, NULL,
          "eth-2020-03", "keypoints: table of hourly prices; start is one of its hours"),
    PARAM_CHOICE(struct market_config, bridge.rebound, "rebound", rebound_words, "free",
                 "keypoints: free: unpinned from the lowest low on, with the variance of "
                 "that moment; history: pinned to the end of the facts"),
    PARAM(struct market_config, bridge.alpha, "bridge_alpha", param_real, "0.05", "1000",
          "0.3",
          "keypoints: Dirichlet weight of a minute; small: moves come in bursts "
          "(assumption)"),
    PARAM(struct market_config, bridge.severity, "severity", param_real, "0.05", "5", "1",
          "keypoints: factor on all log returns"),
    PARAM(struct market_config, bridge.severity_sd, "severity_sd", param_real, "0", "1",
          "10%",
          "keypoints: a path's severity is drawn as severity * exp(severity_sd Z) "
          "(assumption)"),
    PARAM(struct market_config, bridge.residual_variance, "residual_variance", param_real,
          "0", "100", "1.40",
          "keypoints: variance a year of the noise around the key points, at the start; "
          "after the storm, variance calms to where it has gone (Matic, Packham, Haerdle "
          "2023, SVCJ V0 of 12 "
          "March 2020: 1.406)"),
    PARAM(struct market_config, bridge.variance_memory_ns, "variance_memory", param_time,
          "5min", "30d", "6h",
          "keypoints: half-life of the weights in the running variance (assumption; the "
          "storm's peak is then 640 %, its 36-hour realised volatility was 637 %)"),
    PARAM(struct market_config, bridge.variance_calming_ns, "variance_calming",
          param_time, "5min", "3650d", "24h",
          "keypoints: half-life of the excess variance once unpinned (assumption)"),
    PARAM(struct market_config, gap.gap, "gap", param_real, "-99%", "1000%", "-30%",
          "single-gap: price after over price before, less 1 (assumption)"),
    PARAM(struct market_config, gap.time_ns, "gap_time", param_time, "0s", "3650d", "1h",
          "single-gap: from the start to the jump (assumption)"),
    PARAM(struct market_config, gap.sd, "gap_sd", param_real, "0", "1", "0",
          "single-gap: a path's log gap is drawn as the gap's times exp(gap_sd Z) "
          "(assumption)"),
    PARAM(struct market_config, gap.recovery, "gap_recovery", param_real, "0", "1", "0",
          "single-gap: share of the log gap that closes again (assumption)"),
    PARAM(struct market_config, gap.half_life_ns, "gap_half_life", param_time, "1s",
          "3650d", "1h", "single-gap: half of that after this time (assumption)"),
    PARAM(struct market_config, gap.noise, "gap_noise", param_real, "0", "5", "0",
          "single-gap: annualised volatility around the gap (assumption)"),
    PARAM(struct market_config, staircase.fall, "stair_fall", param_real, "0", "50%",
          "2%", "staircase: fall of one step, share of the price (assumption)"),
    PARAM(struct market_config, staircase.interval_ns, "stair_interval", param_time, "1s",
          "3650d", "30min", "staircase: from one step to the next (assumption)"),
    PARAM(struct market_config, staircase.steps, "stair_steps", param_integer, "0",
          "1000", "30", "staircase: number of steps (assumption)"),
    PARAM(struct market_config, staircase.noise, "stair_noise", param_real, "0", "5",
          "10%", "staircase: annualised volatility between the steps (assumption)"),
    /* Defaults: each the median over fits, so not itself a fit; that of jump_correlation
       lies on the fits' bound of -1 in more than half of them. */
    PARAM(struct market_config, variance.start, "variance_start", param_real, "0", "1000",
          "0.377",
          "heston, bates, svcj: variance a year at the start (median of ETH option fits "
          "at Deribit, December 2025 to April 2026, by znmahbub; BTC: 0.225)"),
    PARAM(struct market_config, variance.mean, "variance_mean", param_real, "0", "1000",
          "0.249",
          "keypoints, heston, bates, svcj: variance a year that it reverts to between "
          "jumps (median "
          "of ETH option fits at Deribit, December 2025 to April 2026, by znmahbub; BTC: "
          "0.108)"),
    PARAM(struct market_config, variance.speed, "variance_speed", param_real, "0", "1000",
          "15.70",
          "keypoints, heston, bates, svcj: reversion of the variance, per year (median "
          "of ETH option "
          "fits at Deribit, December 2025 to April 2026, by znmahbub; BTC: 13.38)"),
    PARAM(struct market_config, variance.volatility, "variance_volatility", param_real,
          "0", "100", "2.269",
          "keypoints, heston, bates, svcj: volatility of the variance, per year; below "
          "1e-6 it "
          "counts as 0 (median of ETH option fits at Deribit, December 2025 to April "
          "2026, by znmahbub; BTC: 0.940)"),
    PARAM(struct market_config, variance.correlation, "price_correlation", param_real,
          "-1", "1", "0.142",
          "keypoints, heston, bates, svcj: correlation of price and variance (median of "
          "ETH option "
          "fits at Deribit, December 2025 to April 2026, by znmahbub; BTC: -0.425)"),
    PARAM(struct market_config, variance.jump_rate, "jump_rate", param_real, "0", "10000",
          "2.271",
          "keypoints, merton, bates, svcj: jumps a year (median of ETH option fits at "
          "Deribit, "
          "December 2025 to April 2026, by znmahbub; BTC: 1.288)"),
    PARAM(struct market_config, variance.jump_mean, "jump_mean", param_real, "-3", "3",
          "-0.132",
          "keypoints, merton, bates, svcj: mean jump of the log price, in keypoints and "
          "svcj where the variance "
          "jumps by 0 (median of ETH option fits at Deribit, December 2025 to April "
          "2026, by znmahbub; BTC: -0.068)"),
    PARAM(
        struct market_config, variance.jump_sd, "jump_sd", param_real, "0", "3", "0.0003",
        "keypoints, merton, bates, svcj: standard deviation of the log price's jump "
        "(median of ETH "
        "option fits at Deribit, December 2025 to April 2026, by znmahbub; BTC: 0.158)"),
    PARAM(struct market_config, variance.variance_jump_mean, "variance_jump_mean",
          param_real, "0", "100", "0.334",
          "keypoints, svcj: mean of the variance's exponential jump (median of ETH "
          "option fits at "
          "Deribit, December 2025 to April 2026, by znmahbub; BTC: 0.737)"),
    PARAM(
        struct market_config, variance.jump_correlation, "jump_correlation", param_real,
        "-10", "10", "-0.999",
        "keypoints, svcj: log price's jump for each unit of the variance's jump (median "
        "of ETH "
        "option fits at Deribit, December 2025 to April 2026, by znmahbub; BTC: -0.030)"),
    PARAM(struct market_config, variance.volatility_floor, "volatility_floor", param_real,
          "0.01%", "20", "10%",
          "merton, heston, bates, svcj: lowest annualised volatility that impact and "
          "venues scale with; the variance itself may be 0 (assumption)"),
    {.name = NULL},
};
