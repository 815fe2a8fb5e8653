#include "scenarios/stage.h"

#include "engine/account.h"

#include <stdio.h>
#include <string.h>

static void set_terms(struct stage *stage) {
    const struct scenario *scenario = &stage->scenario;
    struct engine_terms *terms = &stage->terms;
    terms->account_count = stage->account_count;
    terms->instrument_count = 1;
    terms->instrument[0] = scenario->instrument;
    terms->oracle = scenario->oracle;
    terms->venue = scenario->venue;
    terms->venue.pool_max_net_exposure_uusd = scenario->pool.max_net_exposure_uusd;
    terms->close_out = scenario->liquidation;
    terms->waterfall = scenario->waterfall;
    terms->auction = scenario->auction;
    terms->escrow = scenario->settlement;
    terms->collateral = scenario->collateral.terms;
    terms->english = scenario->english_auction;
    if (scenario->liquidation.mechanism != LIQUIDATION_ENGLISH_AUCTION) {
        terms->english.room = 0;
    }
    terms->pool_shares.reserve_ppm = scenario->pool.reserve_ppm;
    terms->watch = (struct watch_terms){.exhaustive = scenario->performance.watch,
                                        .constant_ppm = WATCH_EXACT_PPM};
}

/* What agents know of the rules they act under. */
static void inform_agents(struct stage *stage) {
    struct scenario *scenario = &stage->scenario;
    const struct close_out_terms *liquidation = &scenario->liquidation;
    scenario->reporters.deviation_ppm = scenario->oracle.deviation_ppm;
    scenario->reporters.heartbeat_ns = scenario->oracle.heartbeat_ns;
    scenario->keepers.penalty_ppm = liquidation->penalty_ppm;
    scenario->keepers.keeper_share_ppm = liquidation->keeper_share_ppm;
    scenario->keepers.keeper_least_uusd = liquidation->keeper_least_uusd;
    scenario->keepers.share_ppm = liquidation->share_ppm;
    scenario->keepers.max_notional_uusd = liquidation->max_notional_uusd;
    scenario->keepers.auctions = liquidation->mechanism == LIQUIDATION_PORTFOLIO_AUCTION;
    scenario->keepers.auction_least_uusd = scenario->auction.least_uusd;
    scenario->keepers.initial_ppm = scenario->instrument.margin.initial_ppm;
    scenario->keepers.venue_cost_ppm =
        scenario->venue.half_spread_ppm + scenario->venue.fee_ppm;
    scenario->keepers.volume_uusd = scenario->impact.volume_uusd;
    scenario->keepers.impact_prefactor = scenario->impact.prefactor;
    scenario->market_maker.hedge_ratio_ppm = scenario->pool.hedge_ratio_ppm;
    scenario->market_maker.hedge_delay_ns =
        scenario->pool.hedge_delay_blocks * scenario->world.slot_ns;
    scenario->market_maker.pool_account = ACCOUNT_POOL;
    scenario->bidders.raise_ppm = scenario->english_auction.raise_ppm;
    scenario->stuffer.slot_ns = scenario->world.slot_ns;
    struct arbitrageur_config *arbitrageur = &scenario->arbitrageur;
    arbitrageur->half_spread_ppm = scenario->venue.half_spread_ppm;
    arbitrageur->venue_fee_ppm = scenario->venue.fee_ppm;
    arbitrageur->skew_depth_uusd = scenario->venue.skew_depth_uusd;
    arbitrageur->multiplier_ubase = scenario->instrument.multiplier_ubase;
    arbitrageur->initial_ppm = scenario->instrument.margin.initial_ppm;
}

static void number_accounts(struct stage *stage) {
    const struct scenario *scenario = &stage->scenario;
    stage->reporter_count = (uint32_t)scenario->oracle.reporter_count;
    stage->keeper_count = (uint32_t)scenario->keepers.count;
    const struct book_config *book = &scenario->book;
    stage->drawn_count = book->book != NULL && book->mode == BOOK_REPLACE
                             ? 0
                             : (uint32_t)scenario->population.accounts;
    stage->trader_count =
        stage->drawn_count + (book->book != NULL ? book->book->count : 0);
    stage->maker = ACCOUNT_FIRST_USER;
    stage->reporter = stage->maker + 1;
    stage->keeper = stage->reporter + stage->reporter_count;
    stage->stuffer_count = scenario->stuffer.on ? STUFFER_ACCOUNTS : 0;
    stage->stuffer = stage->keeper + stage->keeper_count;
    stage->bidder_count = (uint32_t)scenario->bidders.count;
    stage->vault_count = (uint32_t)scenario->vaults.count;
    stage->bidder = stage->stuffer + stage->stuffer_count;
    stage->vault = stage->bidder + stage->bidder_count;
    stage->trader = stage->vault + stage->vault_count;
    stage->provider_count = (uint32_t)scenario->providers.count;
    stage->provider = stage->trader + stage->trader_count;
    stage->arbitrageur = stage->provider + stage->provider_count;
    stage->account_count = stage->arbitrageur + 1;
    /* The slot, the sample, the maker, the arbitrageur, and one wake-up for each member of
       the others. */
    stage->event_capacity = 4 + stage->reporter_count + stage->keeper_count +
                            stage->stuffer_count + stage->bidder_count +
                            stage->vault_count + stage->trader_count +
                            stage->provider_count + (uint32_t)scenario->limits.transfers;
}

struct verdict {
    const char **key;
    char *sentence;
    size_t size;
};

static bool refuse(const struct verdict *verdict, const char *key, const char *sentence) {
    *verdict->key = key;
    snprintf(verdict->sentence, verdict->size, "%s", sentence);
    return false;
}

static bool check_times(const struct scenario *scenario, const struct verdict *verdict) {
    const struct world_config *world = &scenario->world;
    if (world->horizon_ns % world->slot_ns != 0) {
        return refuse(verdict, "world.horizon", "is not a whole number of slots");
    }
    if (world->warm_up_ns % world->slot_ns != 0) {
        return refuse(verdict, "world.warm_up", "is not a whole number of slots");
    }
    if (world->sample_ns % world->slot_ns != 0) {
        return refuse(verdict, "world.sample", "is not a whole number of slots");
    }
    if (scenario->market.start_ns < world->warm_up_ns) {
        return refuse(verdict, "market.start", "the warm-up would begin before 1970");
    }
    return true;
}

static bool check_book(const struct scenario *scenario, const struct verdict *verdict) {
    const struct population_config *population = &scenario->population;
    if (population->entry_low_uusd > population->entry_high_uusd) {
        return refuse(verdict, "population.entry_low", "is above population.entry_high");
    }
    if (population->leverage_low > population->leverage_high) {
        return refuse(verdict, "population.leverage_low",
                      "is above population.leverage_high");
    }
    if (population->owners > population->accounts) {
        return refuse(verdict, "population.owners", "is above population.accounts");
    }
    if (scenario->book.book != NULL && scenario->book.mode == BOOK_JOIN &&
        scenario->book.book->count + population->accounts > BOOK_ACCOUNTS) {
        return refuse(verdict, "book.file",
                      "and population.accounts together exceed 1000000 accounts");
    }
    if (scenario->vaults.count > scenario->settlement.queue) {
        return refuse(verdict, "settlement.queue",
                      "is shorter than vaults.count: their debts are withdrawn at once");
    }
    if (scenario->vaults.median_ppm < scenario->vaults.least_ppm) {
        return refuse(verdict, "vaults.ratio_median", "is below vaults.ratio_least");
    }
    if (population->top_up_ppm + population->deleverage_ppm > MONEY_ONE) {
        return refuse(verdict, "population.top_up_share",
                      "with population.deleverage_share exceeds 100%");
    }
    const wide mark = (wide)scenario->market.start_price_uusd *
                      scenario->instrument.multiplier_ubase / MONEY_ONE;
    if (mark > MONEY_PRICE_MAX) {
        return refuse(verdict, "market.start_price",
                      "a contract costs more than 9007199254 USD at the start; lower "
                      "instrument.multiplier");
    }
    if (mark < 1000) {
        return refuse(verdict, "market.start_price",
                      "a contract costs less than 1000 micro-USD at the start; raise "
                      "instrument.multiplier");
    }
    return true;
}

/* Deposits of the genesis block are never refused. */
static bool check_collateral(const struct scenario *scenario,
                             const struct verdict *verdict) {
    const struct collateral_config *collateral = &scenario->collateral;
    const struct book *book = scenario->book.book;
    const int64_t cap = collateral->terms.cap_uusd;
    if (collateral->share_ppm > 0 && !collateral->terms.accepted) {
        return refuse(verdict, "collateral.share",
                      "is above 0%, and collateral.accepted is off");
    }
    if (collateral->share_ppm > 0 && collateral->terms.haircut_ppm == MONEY_ONE) {
        return refuse(verdict, "collateral.share",
                      "is above 0%, and after collateral.haircut nothing is left");
    }
    if (strcmp(collateral->asset, "USD") == 0) {
        return refuse(verdict, "collateral.asset", "is what cash is called");
    }
    for (uint32_t i = 0; book != NULL && cap > 0 && i < book->count; ++i) {
        const wide value = money_value_floor(book->position[i].collateral_ubase,
                                             scenario->market.start_price_uusd);
        if (value > cap) {
            return refuse(verdict, "collateral.cap",
                          "is below what an account of book.file has posted");
        }
    }
    return true;
}

/* What a fork takes back has neither been paid nor arrived. */
static bool check_forks(const struct scenario *scenario, const struct verdict *verdict) {
    const int64_t longest_ns =
        scenario->weather.reorg_depth_most * scenario->world.slot_ns;
    if (scenario->weather.reorg_rate <= 0) {
        return true;
    }
    if (scenario->liquidation.mechanism == LIQUIDATION_ENGLISH_AUCTION) {
        return refuse(verdict, "weather.reorg_rate",
                      "has to be 0 with English auctions: bidders sell outside what they "
                      "have won, and that cannot be taken back");
    }
    if (scenario->settlement.finality_ns <= longest_ns) {
        return refuse(
            verdict, "settlement.finality",
            "has to be longer than weather.reorg_depth_most slots: what is paid "
            "must not be taken back");
    }
    if (scenario->world.transfer_delay_ns <= longest_ns) {
        return refuse(verdict, "world.transfer_delay",
                      "has to be longer than weather.reorg_depth_most slots: what has "
                      "arrived must not be taken back");
    }
    return true;
}

bool stage_prepare(struct stage *stage, const struct scenario *scenario, const char **key,
                   char *sentence, size_t sentence_size) {
    const struct verdict verdict = {key, sentence, sentence_size};
    const struct world_config *world = &scenario->world;
    const char *terms_sentence = "";
    memset(stage, 0, sizeof *stage);
    stage->scenario = *scenario;
    if (!check_times(scenario, &verdict) || !check_book(scenario, &verdict) ||
        !check_collateral(scenario, &verdict) || !check_forks(scenario, &verdict)) {
        return false;
    }
    inform_agents(stage);
    number_accounts(stage);
    set_terms(stage);
    stage->start_ns = scenario->market.start_ns;
    stage->begin_ns = stage->start_ns - world->warm_up_ns;
    stage->end_ns = stage->start_ns + world->horizon_ns;
    stage->start_price_uusd = scenario->market.start_price_uusd;
    stage->return_samples = (uint32_t)(world->horizon_ns / world->sample_ns) + 1;
    stage->population = (struct population_terms){
        .start_price_uusd =
            instrument_mark_uusd(&scenario->instrument, stage->start_price_uusd),
        .initial_ppm = margin_linear_scaled_ppm(&scenario->instrument.margin,
                                                scenario->instrument.margin.initial_ppm,
                                                scenario->population.long_uusd),
        .maintenance_ppm = scenario->instrument.margin.maintenance_ppm};
    if (!portfolio_auction_terms_valid(&scenario->auction)) {
        return refuse(&verdict, "auction.cutoff", "is not below auction.start");
    }
    if (!engine_terms_valid(&stage->terms, &terms_sentence)) {
        return refuse(&verdict, "margin", terms_sentence);
    }
    *key = "market";
    if (!market_prepare(&stage->market, &scenario->market, world->slot_ns, sentence,
                        sentence_size)) {
        return false;
    }
    *key = "weather";
    if (!weather_prepare(&stage->weather, &scenario->weather, world->slot_ns, sentence,
                         sentence_size)) {
        return false;
    }
    struct impact_config off = scenario->impact;
    off.feedback = 0;
    impact_prepare(&stage->impact, &scenario->impact, world->slot_ns);
    impact_prepare(&stage->impact_off, &off, world->slot_ns);
    for (int kind = 0; kind < AGENT_KIND_COUNT; ++kind) {
        stage->kind_hash[kind] = random_hash_text(agent_kinds[kind]->name);
    }
    venues_prepare(&stage->venues, &scenario->venues, scenario->reporters.look_ns);
    return true;
}
