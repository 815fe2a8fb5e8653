/* load_schema.h -- a small scenario for the tests of the loader: every kind of parameter,
   a mapping with a key that has to be given, a list, and an excluded section.

   Units    those of the rows.
   Memory   static.
   Threads  const. */
#ifndef TESTS_SCENARIOS_LOAD_SCHEMA_H
#define TESTS_SCENARIOS_LOAD_SCHEMA_H

#include "scenarios/sections.h"

#include <string.h>

struct toy_market {
    int64_t spot_uusd;
    int64_t model;
    int64_t start_ns;
    double correlation;
    char facts[PARAM_TEXT_SIZE];
};

struct toy_margin {
    int64_t initial_ppm, maintenance_ppm;
    int64_t fund_uusd;
    int64_t delay_ns;
};

struct toy_tier {
    int64_t upto_uusd;
    int64_t leverage_u;
};

struct toy_performance {
    int64_t exhaustive;
    int64_t shard;
};

struct toy {
    struct toy_market market;
    struct toy_margin margin;
    struct toy_tier tiers[4];
    uint32_t tier_count;
    struct toy_performance performance;
};

static const char *const toy_models[] = {"gbm", "heston", "key-points", NULL};

static const struct param toy_market_params[] = {
    PARAM(struct toy_market, spot_uusd, "spot", param_price, "0.001 USD", NULL, NULL,
          "price at the start"),
    PARAM_CHOICE(struct toy_market, model, "model", toy_models, "gbm", "price model"),
    PARAM(struct toy_market, start_ns, "start", param_instant, NULL, NULL,
          "2020-03-12T00:00:00Z", "when it begins"),
    PARAM(struct toy_market, correlation, "correlation", param_real, "-1", "1", "0",
          "of gas and returns"),
    PARAM(struct toy_market, facts, "facts", param_text, NULL, NULL, "",
          "data set of the key points"),
};

static const struct param toy_margin_params[] = {
    PARAM(struct toy_margin, initial_ppm, "initial", param_ppm, "1 ppm", "100%", "5%",
          "equity to open"),
    PARAM(struct toy_margin, maintenance_ppm, "maintenance", param_ppm, "1 ppm", "100%",
          "3%", "equity to keep"),
    PARAM(struct toy_margin, fund_uusd, "fund", param_money, "0", NULL, "1.5M USD",
          "insurance fund"),
    PARAM(struct toy_margin, delay_ns, "delay", param_time, "0", "1h", "12s",
          "of a withdrawal"),
};

static const struct param toy_tier_params[] = {
    PARAM(struct toy_tier, upto_uusd, "upto", param_money, "0", NULL, NULL,
          "largest notional"),
    PARAM(struct toy_tier, leverage_u, "leverage", param_quantity, "1", "1000", "10",
          "most leverage"),
};

static const struct param toy_performance_params[] = {
    PARAM(struct toy_performance, exhaustive, "exhaustive", param_flag, NULL, NULL, "off",
          "check every account"),
    PARAM(struct toy_performance, shard, "shard", param_integer, "1", "1M", "64",
          "paths of a block"),
};

static const struct section toy_sections[] = {
    SECTION(struct toy, market, toy_market_params, "where the price comes from"),
    SECTION(struct toy, margin, toy_margin_params, "margin rules"),
    SECTION_LIST(struct toy, tiers, tier_count, toy_tier_params, "open-interest tiers"),
    SECTION_EXCLUDED(struct toy, performance, toy_performance_params,
                     "how it is computed"),
};

static inline bool toy_validate(const void *scenario, section_complain *complain,
                                void *context) {
    const struct toy *toy = (const struct toy *)scenario;
    bool valid = true;
    if (toy->margin.maintenance_ppm > toy->margin.initial_ppm) {
        complain(context, "margin.maintenance",
                 "is above margin.initial; allowed: at most margin.initial");
        valid = false;
    }
    for (uint32_t i = 1; i < toy->tier_count; ++i) {
        if (toy->tiers[i].upto_uusd <= toy->tiers[i - 1].upto_uusd) {
            char key[] = "tiers[0].upto";
            key[6] = (char)('0' + i);
            complain(context, key, "is not above the row before");
            valid = false;
        }
    }
    if (toy->tier_count == 3) {
        complain(context, "tiers", "has three rows, which this toy does not like");
        valid = false;
    }
    return valid;
}

static inline const char *toy_metric_name(size_t index) {
    static const char *const names[] = {"p_insolvency", "mean_bad_debt", "p95_mpor"};
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

static inline const char *toy_metric_unit(size_t index) {
    static const char *const units[] = {"1", "USD", "min"};
    return units[index];
}

#define TOY_PRESET(name_, text_)                                                         \
    { (name_), (text_), sizeof(text_) - 1 }
static const struct embedded_file toy_presets[] = {
    TOY_PRESET("calm", "name: Calm\ndoc: Nothing happens.\nexpect:\n"
                       "  - p_insolvency <= 5%\n"
                       "market:\n  spot: 194.61 USD\n"
                       "  source: {spot: exchange close}\n"
                       "tiers:\n  - {upto: 1M USD}\n  - {upto: 2M USD, leverage: 5}\n"),
    TOY_PRESET("storm", "extends: calm\nmarket:\n  model: heston\n"),
    TOY_PRESET("circle", "extends: circle\n"),
    TOY_PRESET("lost", "extends: ../secret.yaml\n"),
    {NULL, NULL, 0},
};

static const struct schema toy_schema = {
    .sections = toy_sections,
    .section_count = sizeof toy_sections / sizeof toy_sections[0],
    .size = sizeof(struct toy),
    .validate = toy_validate,
    .presets = toy_presets,
    .metric_name = toy_metric_name,
    .metric_unit = toy_metric_unit,
};

#endif
