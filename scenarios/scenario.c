#include "scenarios/scenario.h"

#include "engine/digest.h"
#include "scenarios/canonical.h"
#include "scenarios/embedded.h"
#include "scenarios/load_book.h"
#include "scenarios/stage.h"

#include <stdlib.h>

static const char *const measure_words[] = {"conditional", "horizon", NULL};
static const char *const watch_words[] = {"filter", "exhaustive", NULL};
static const char *const audit_words[] = {"path", "block", NULL};

static const struct param world_params[] = {
    PARAM_CHOICE(
        struct world_config, measure, "measure", measure_words, "conditional",
        "conditional: given this storm; horizon: over the horizon as it may come"),
    PARAM(struct world_config, horizon_ns, "horizon", param_time, "1min", "365d", "36h",
          "from the start to the end of the metrics"),
    PARAM(struct world_config, warm_up_ns, "warm_up", param_time, "0s", "7d", "30min",
          "before the start, at the start price, outside all metrics"),
    PARAM(struct world_config, slot_ns, "slot", param_time, "1s", "5min", "12s",
          "time between blocks, and step of the market"),
    PARAM(struct world_config, sample_ns, "sample", param_time, "1min", "1d", "10min",
          "time between samples of what is averaged over time"),
    PARAM(struct world_config, materiality_ppm, "materiality", param_ppm, "0%", "100%",
          "0.1%", "bad debt above this share of opening open interest is material"),
    PARAM(struct world_config, refused_gas_ppm, "refused_gas", param_ppm, "0%", "100%",
          "20%", "share of its gas that a refused transaction uses up"),
    PARAM(struct world_config, transfer_delay_ns, "transfer_delay", param_time, "0s",
          "7d", "20min", "time of a transfer between the outside market and the chain"),
    PARAM(struct world_config, twin, "twin", param_flag, NULL, NULL, "off",
          "also run each path without feedback, for feedback_bad_debt and cascade_ratio"),
    {0},
};

static const struct param collateral_params[] = {
    PARAM(struct collateral_config, asset, "asset", param_text, NULL, NULL, "ETH",
          "what the underlying is called, in a user's own book, too"),
    PARAM(struct collateral_config, terms.accepted, "accepted", param_flag, NULL, NULL,
          "on", "the underlying itself may be posted as collateral"),
    PARAM(struct collateral_config, terms.haircut_ppm, "haircut", param_ppm, "0%", "100%",
          "10%", "part of its value that is no margin; Derive SRM, base margin factor"),
    PARAM(struct collateral_config, terms.cap_uusd, "cap", param_money, "0 USD",
          "1000B USD", "0 USD", "most value of it that an account may post; 0: no cap"),
    PARAM(struct collateral_config, terms.seize_spread_ppm, "seize_spread", param_ppm,
          "0%", "50%", "1%",
          "below the mark, when the pool buys what is seized (assumption)"),
    PARAM(struct collateral_config, terms.borrow, "borrow", param_flag, NULL, NULL, "off",
          "cash may be withdrawn against it, as from a vault"),
    PARAM(
        struct collateral_config, share_ppm, "share", param_ppm, "0%", "100%", "0%",
        "chance that a drawn account posts the underlying and no cash, more of it where "
        "the haircut asks for more; above the cap it posts cash"),
    {0},
};

static const struct param pool_params[] = {
    PARAM(struct pool_config, deposit_uusd, "deposit", param_money, "0 USD", "100B USD",
          "12M USD", "cash of the pool at the start"),
    PARAM(struct pool_config, max_net_exposure_uusd, "max_net_exposure", param_money,
          "0 USD", "1000B USD", "25M USD",
          "largest net notional of the pool; fills that only close always pass; 0: no "
          "limit"),
    PARAM(struct pool_config, hedge_ratio_ppm, "hedge_ratio", param_ppm, "0%", "100%",
          "90%", "share of the pool's net position that is hedged outside"),
    PARAM(struct pool_config, hedge_delay_blocks, "hedge_delay", param_integer, "1",
          "100000", "5", "blocks between two looks at the hedge"),
    PARAM(struct pool_config, reserve_ppm, "reserve", param_ppm, "0%", "1000%", "20%",
          "equity that shares may not take out, share of the pool's net notional "
          "(assumption)"),
    {0},
};

static const struct param fund_params[] = {
    PARAM(struct fund_config, deposit_uusd, "deposit", param_money, "0 USD", "100B USD",
          "1.2M USD", "insurance fund at the start"),
    {0},
};

static const struct param limits_params[] = {
    PARAM(struct limits_config, mempool, "mempool", param_integer, "1", "1000000", "4096",
          "transactions that may wait; when full the lowest fee is dropped"),
    PARAM(struct limits_config, transfers, "transfers", param_integer, "1", "100000",
          "1024", "transfers under way at once; a path that needs more fails"),
    {0},
};

static const struct param performance_params[] = {
    PARAM_CHOICE(struct performance_config, watch, "watch", watch_words, "filter",
                 "filter: look at accounts near their edge; exhaustive: at all, always"),
    PARAM_CHOICE(struct performance_config, audit, "audit", audit_words, "path",
                 "full audit at the end of each path, or at every block"),
    {0},
};

#define ROW(member, table, text)                                                         \
    {                                                                                    \
        .name = #member, .doc = (text), .params = (table),                               \
        .offset = offsetof(struct scenario, member)                                      \
    }

/* A list that is not hashed: it tells what a run is compared with. */
#define SENSITIVITIES                                                                    \
    {                                                                                    \
        .name = "sensitivities",                                                         \
        .doc = "what run --sensitivities tries otherwise; never what a path computes",   \
        .params = sensitivities_params,                                                  \
        .offset = offsetof(struct scenario, sensitivities.row),                          \
        .row_size = sizeof(struct sensitivity), .capacity = SENSITIVITIES_ROWS,          \
        .count_offset = offsetof(struct scenario, sensitivities.count),                  \
        .excluded_from_hash = true                                                       \
    }

static const struct section sections[] = {
    ROW(world, world_params, "what is measured, over which time"),
    ROW(market, market_params, "the outside price without this protocol"),
    ROW(impact, impact_params, "what this protocol's flow does to the outside price"),
    ROW(weather, weather_params, "gas and blocks"),
    ROW(venues, venues_params, "where the reporters see their price"),
    ROW(instrument, instrument_params, "terms of the perpetual"),
    {
                                                               .name = "margin",
                                                               .doc = "margin rules of the perpetual",
                                                               .params = margin_linear_params,
                                                               .offset = offsetof(struct scenario,                                       instrument.margin),
                                                               },
    {
                                                               .name = "margin_tiers",
                                                               .doc = "further margin brackets by notional",
                                                               .params = margin_linear_tier_params,
                                                               .offset = offsetof(struct scenario,                                      instrument.margin.tier),
                                                               .row_size = sizeof(struct margin_linear_tier),
                                                               .capacity = MARGIN_LINEAR_TIERS,
                                                               .count_offset = offsetof(struct scenario, instrument.margin.tier_count),
                                                               },
    ROW(oracle, oracle_params, "when a report is due, what the index is"),
    ROW(venue, venue_params, "at which price the pool fills"),
    ROW(liquidation, close_out_params, "close-out of accounts below maintenance"),
    ROW(auction, portfolio_auction_params,
        "two-phase Dutch auction of accounts below maintenance"),
    ROW(settlement, escrow_params, "finality and withdrawals"),
    ROW(collateral, collateral_params, "the underlying itself as collateral"),
    ROW(pool, pool_params, "the counterparty of every trade"),
    ROW(fund, fund_params, "the insurance fund"),
    ROW(waterfall, waterfall_params, "who pays what the insurance fund cannot"),
    ROW(population, population_params, "the book at the start"),
    {
                                                               .name = "book",
                                                               .doc = "a user's own book",
                                                               .params = book_params,
                                                               .offset = offsetof(struct scenario, book),
                                                               .excluded_key = "file",
                                                               },
    ROW(traders, trader_params, "how accounts behave"),
    ROW(keepers, keeper_params, "who liquidates"),
    ROW(reporters, reporter_params, "who reports prices"),
    ROW(market_maker, market_maker_params, "who hedges the pool outside"),
    ROW(english_auction, english_auction_params,
        "lots of collateral sold to who bids most"),
    ROW(vaults, vault_params, "who owes cash against collateral"),
    ROW(bidders, bidder_params, "who bids in English auctions"),
    ROW(stuffer, stuffer_params, "who fills blocks against the keepers"),
    ROW(providers, provider_params, "who owns the pool, and may run"),
    ROW(arbitrageur, arbitrageur_params, "who trades against a lagging oracle"),
    ROW(limits, limits_params, "sizes of bounded containers"),
    {
                                                               .name = "performance",
                                                               .doc = "how a run is computed; never what it computes",
                                                               .params = performance_params,
                                                               .offset = offsetof(struct scenario,                                       performance),
                                                               .excluded_from_hash = true,
                                                               },
    SENSITIVITIES,
};

static void attach(void *scenario_, const struct section_attach *with) {
    struct scenario *scenario = scenario_;
    /* What is out of range is told by validate. */
    const wide mark = (wide)scenario->market.start_price_uusd *
                      scenario->instrument.multiplier_ubase / MONEY_ONE;
    const struct load_book_terms terms = {
        .instrument = scenario->instrument.name,
        .underlying =
            scenario->collateral.terms.accepted ? scenario->collateral.asset : NULL,
        .multiplier_ubase = scenario->instrument.multiplier_ubase,
        .mark_uusd = mark > MONEY_PRICE_MAX ? MONEY_PRICE_MAX : (int64_t)mark};
    load_book_attach(&scenario->book, &terms, with);
}

static void detach(void *scenario_) {
    struct scenario *scenario = scenario_;
    load_book_free(scenario->book.book);
    scenario->book.book = NULL;
}

static bool validate(const void *scenario, section_complain *complain, void *context) {
    struct stage *stage = malloc(sizeof *stage);
    const char *key = "world";
    char sentence[256] = "out of memory";
    const bool fine =
        stage != NULL && stage_prepare(stage, scenario, &key, sentence, sizeof sentence);
    if (!fine) {
        complain(context, key, sentence);
    }
    free(stage);
    return fine && sensitivities_check(scenario, complain, context);
}

const struct schema scenario_schema = {
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .size = sizeof(struct scenario),
    .attach = attach,
    .detach = detach,
    .validate = validate,
    .presets = embedded_presets,
};

const char *scenario_measure_name(const struct scenario *scenario) {
    return measure_words[scenario->world.measure];
}

void scenario_hash(const struct scenario *scenario, unsigned char hash[32]) {
    const size_t length = canonical_write(&scenario_schema, scenario, NULL, 0);
    char *text = malloc(length + 1);
    if (text == NULL) {
        abort(); /* at load, before any path: there is nothing to keep */
    }
    canonical_write(&scenario_schema, scenario, text, length + 1);
    digest_of(text, length, hash);
    free(text);
}
