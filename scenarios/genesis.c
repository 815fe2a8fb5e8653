#include "scenarios/genesis.h"

#include "scenarios/purposes.h"
#include "scenarios/purse.h"

static void apply(struct world *world, const struct transaction *transaction) {
    struct receipt receipt;
    engine_apply(&world->engine, transaction, &receipt);
    if (receipt.status != ENGINE_OK) {
        world_fail(world, OUTCOME_STATUS_INVARIANT);
    }
    world->state->flow_emitted_ubase -= receipt.filled_ubase;
}

/* A deposit out of an endowment made for it. */
static void deposit(struct world *world, uint32_t account, enum asset asset,
                    int64_t amount) {
    if (amount == 0) {
        return;
    }
    ledger_move(purse_of(world, asset), OUTSIDE_ENDOWMENT, OUTSIDE_CHAIN, amount);
    apply(world, &(struct transaction){.kind = TRANSACTION_DEPOSIT,
                                       .account = account,
                                       .instrument = asset,
                                       .amount = amount});
}

static void report_start(struct world *world) {
    for (uint32_t r = 0; r < world->stage->reporter_count; ++r) {
        apply(world, &(struct transaction){.kind = TRANSACTION_REPORT,
                                           .account = r,
                                           .price_uusd = world->stage->start_price_uusd,
                                           .time_ns = world->engine.core->block.time_ns});
    }
}

/* What initial margin asks for: brackets and scaling may ask for more than the first
   bracket's rate the draw knows. */
static wide needed_by(const struct stage *stage, const struct holder *holder) {
    const struct margin_linear *margin = &stage->scenario.instrument.margin;
    const int64_t mark = stage->population.start_price_uusd;
    const struct population_config *population = &stage->scenario.population;
    const wide notional = money_value_ceil(money_magnitude(holder->size_ubase), mark);
    /* Open interest never exceeds the larger side while the book is built. */
    const wide open_interest =
        (wide)money_max(population->long_uusd, population->short_uusd) + mark;
    return margin_linear_initial(margin, notional, open_interest) +
           money_value_ceil(holder->size_ubase, holder->entry_price_uusd) -
           money_value_floor(holder->size_ubase, mark);
}

static wide units_value(const struct stage *stage, int64_t units) {
    return collateral_value_floor(units, stage->population.start_price_uusd,
                                  stage->scenario.instrument.multiplier_ubase);
}

/* The same value in units of the underlying, or what is needed after the haircut. */
static void post_units(const struct stage *stage, struct holder *holder) {
    const struct collateral_terms *terms = &stage->scenario.collateral.terms;
    const wide needed = needed_by(stage, holder);
    const wide least = needed <= 0 ? 0
                                   : money_divide_ceil(needed * MONEY_ONE,
                                                       MONEY_ONE - terms->haircut_ppm);
    const int64_t units = money_narrow(collateral_units_ceil(
        least > holder->collateral_uusd ? least : holder->collateral_uusd,
        stage->population.start_price_uusd, stage->scenario.instrument.multiplier_ubase));
    if (terms->cap_uusd == 0 || units_value(stage, units) <= terms->cap_uusd) {
        holder->collateral_ubase = units;
        holder->collateral_uusd = 0;
    }
}

static bool posts_units(const struct stage *stage, const struct population_address *path,
                        uint32_t index) {
    const struct rng_address address = {
        .seed = path->seed,
        .path = path->path,
        .purpose = PURPOSE_COLLATERAL,
        .owner = random_hash_u64(stage->kind_hash[AGENT_TRADER], index)};
    struct rng rng = rng_stream(&address);
    return rng_uniform(&rng) < (double)stage->scenario.collateral.share_ppm / 1e6;
}

/* Habits go with what the collateral is worth, whatever it is. */
static void set_habits(const struct stage *stage,
                       const struct population_address *address, uint32_t index,
                       struct holder *holder) {
    struct holder valued = *holder;
    valued.collateral_uusd += money_narrow(units_value(stage, holder->collateral_ubase));
    population_habits(&stage->scenario.population, address, index, &valued);
    holder->wallet_uusd = valued.wallet_uusd;
    holder->response = valued.response;
}

static void draw_collateral(const struct stage *stage,
                            const struct population_address *address, uint32_t index,
                            struct holder *holder) {
    const wide needed = needed_by(stage, holder);
    const bool units =
        stage->scenario.collateral.share_ppm > 0 && posts_units(stage, address, index);
    const bool more = needed > holder->collateral_uusd;
    if (more) {
        holder->collateral_uusd = money_narrow(needed);
    }
    if (units) {
        post_units(stage, holder);
    }
    if (more || units) {
        set_habits(stage, address, index, holder);
    }
}

void genesis_holders(const struct stage *stage, uint64_t seed, uint64_t path,
                     double *weight, struct holder *holder) {
    const struct population_config *config = &stage->scenario.population;
    const struct population_address address = {
        .seed = seed, .path = path, .purpose = PURPOSE_POPULATION};
    uint32_t first_owner = 0;
    if (stage->drawn_count > 0) {
        population_draw(config, &stage->population, &address, weight, holder);
        first_owner = (uint32_t)config->owners;
    }
    for (uint32_t i = 0; i < stage->drawn_count; ++i) {
        holder[i].collateral_ubase = 0;
        draw_collateral(stage, &address, i, &holder[i]);
    }
    for (uint32_t i = stage->drawn_count; i < stage->trader_count; ++i) {
        const struct book *book = stage->scenario.book.book;
        holder[i] = book_holder(&book->position[i - stage->drawn_count]);
        holder[i].owner += first_owner;
        set_habits(stage, &address, i, &holder[i]);
    }
}

static void check_margin(struct world *world, uint32_t account) {
    const struct margin margin = margin_evaluate(&world->engine.margin, account);
    if (margin.equity_uusd < margin.initial_uusd) {
        world_fail(world, OUTCOME_STATUS_INVARIANT);
    }
}

static void build_traders(struct world *world) {
    const struct stage *stage = world->stage;
    genesis_holders(stage, world->state->seed, world->state->path, world->scratch,
                    world->holder);
    for (uint32_t i = 0; i < stage->trader_count; ++i) {
        const struct holder *holder = &world->holder[i];
        const uint32_t account = stage->trader + i;
        world->trader[i].response = holder->response;
        purse_endow(world, account, holder->wallet_uusd);
        deposit(world, account, ASSET_CASH, holder->collateral_uusd);
        deposit(world, account, ASSET_UNDERLYING, holder->collateral_ubase);
        apply(world, &(struct transaction){.kind = TRANSACTION_TRADE,
                                           .account = account,
                                           .amount = holder->size_ubase,
                                           .price_uusd = holder->entry_price_uusd});
        if (i < stage->drawn_count) {
            check_margin(world, account);
        }
    }
}

static struct rng traits(const struct world *world, enum agent_kind_id kind,
                         uint32_t index) {
    const struct rng_address address = {
        .seed = world->state->seed,
        .path = world->state->path,
        .purpose = PURPOSE_TRAITS,
        .owner = random_hash_u64(world->stage->kind_hash[kind], index)};
    return rng_stream(&address);
}

static void build_others(struct world *world) {
    const struct stage *stage = world->stage;
    const struct scenario *scenario = &stage->scenario;
    purse_endow(world, stage->maker, scenario->market_maker.capital_uusd);
    for (uint32_t i = 0; i < stage->reporter_count; ++i) {
        purse_endow(world, stage->reporter + i, scenario->reporters.purse_uusd);
    }
    for (uint32_t i = 0; i < stage->stuffer_count; ++i) {
        purse_endow(world, stage->stuffer + i, stuffer_purse_uusd(&scenario->stuffer, i));
    }
    for (uint32_t i = 0; i < stage->bidder_count; ++i) {
        struct rng rng = traits(world, AGENT_BIDDER, i);
        agent_bidder.init(&scenario->bidders, &world->bidder[i], i, &rng);
        purse_endow(world, stage->bidder + i, scenario->bidders.purse_uusd);
        deposit(world, stage->bidder + i, ASSET_CASH,
                scenario->bidders.capital_uusd / stage->bidder_count);
    }
    for (uint32_t i = 0; i < stage->keeper_count; ++i) {
        struct rng rng = traits(world, AGENT_KEEPER, i);
        agent_keeper.init(&scenario->keepers, &world->keeper[i], i, &rng);
        const int64_t capital_uusd = scenario->keepers.capital_uusd / stage->keeper_count;
        const int64_t on_chain_uusd =
            scenario->keepers.auctions
                ? money_mul_div_floor(capital_uusd, scenario->keepers.on_chain_ppm,
                                      MONEY_ONE)
                : 0;
        purse_endow(world, stage->keeper + i, capital_uusd - on_chain_uusd);
        deposit(world, stage->keeper + i, ASSET_CASH, on_chain_uusd);
    }
}

/* Vaults: units in, the debt out.  What is borrowed has been spent before time begins. */
static void build_vaults(struct world *world) {
    const struct stage *stage = world->stage;
    const struct vault_address address = {.seed = world->state->seed,
                                          .path = world->state->path,
                                          .purpose = PURPOSE_VAULTS};
    vault_draw(&stage->scenario.vaults, stage->start_price_uusd, &address, world->scratch,
               world->vault);
    for (uint32_t i = 0; i < stage->vault_count; ++i) {
        const struct vault *vault = &world->vault[i];
        const uint32_t account = stage->vault + i;
        if (vault->debt_uusd == 0) {
            continue;
        }
        deposit(world, account, ASSET_UNDERLYING, vault->collateral_ubase);
        apply(world, &(struct transaction){.kind = TRANSACTION_WITHDRAW,
                                           .account = account,
                                           .amount = vault->debt_uusd});
        purse_endow(world, account, vault->wallet_uusd);
    }
}

/* The debts leave the chain in a block of their own, before time begins. */
static void pay_out_debts(struct world *world) {
    const struct block_header header = {.number = 1,
                                        .time_ns = world->stage->begin_ns,
                                        .flags = BLOCK_GENESIS | BLOCK_UNMARGINED};
    const wide before = world->engine.escrow.state->pending_micro[ASSET_CASH];
    engine_begin_block(&world->engine, &header);
    const wide paid = before - world->engine.escrow.state->pending_micro[ASSET_CASH];
    ledger_move(&world->purses, OUTSIDE_CHAIN, OUTSIDE_ENDOWMENT, money_narrow(paid));
    if (paid != before) {
        world_fail(world, OUTCOME_STATUS_INVARIANT);
    }
}

/* Equal parts, the first ones of what does not divide; without owners it is just there. */
static void build_pool(struct world *world) {
    const struct stage *stage = world->stage;
    const struct provider_config *config = &stage->scenario.providers;
    const int64_t deposit_uusd = stage->scenario.pool.deposit_uusd;
    const int64_t owners = stage->provider_count;
    for (int64_t i = 0; i < owners; ++i) {
        const uint32_t account = stage->provider + (uint32_t)i;
        const int64_t part = deposit_uusd / owners + (i < deposit_uusd % owners);
        struct rng rng = traits(world, AGENT_PROVIDER, (uint32_t)i);
        agent_provider.init(config, &world->provider[i], (uint32_t)i, &rng);
        purse_endow(world, account, config->purse_uusd);
        deposit(world, account, ASSET_CASH, part);
        if (part > 0) {
            apply(world, &(struct transaction){.kind = TRANSACTION_STAKE,
                                               .account = account,
                                               .amount = part});
        }
    }
    if (owners == 0) {
        deposit(world, ACCOUNT_POOL, ASSET_CASH, deposit_uusd);
    }
}

static void build_arbitrageur(struct world *world) {
    const struct arbitrageur_config *config = &world->stage->scenario.arbitrageur;
    const int64_t chain_uusd =
        money_mul_div_floor(config->capital_uusd, config->chain_ppm, MONEY_ONE);
    deposit(world, world->stage->arbitrageur, ASSET_CASH, chain_uusd);
    purse_endow(world, world->stage->arbitrageur, config->capital_uusd - chain_uusd);
}

void genesis_build(struct world *world) {
    const bool vaults = world->stage->vault_count > 0;
    const int64_t finality_ns = world->stage->terms.escrow.finality_ns;
    const struct block_header header = {.number = 0,
                                        .time_ns = world->stage->begin_ns -
                                                   (vaults ? finality_ns : 0),
                                        .flags = BLOCK_GENESIS | BLOCK_UNMARGINED};
    engine_begin_block(&world->engine, &header);
    report_start(world);
    deposit(world, ACCOUNT_FUND, ASSET_CASH, world->stage->scenario.fund.deposit_uusd);
    build_pool(world);
    build_others(world);
    build_arbitrageur(world);
    build_traders(world);
    if (vaults) {
        build_vaults(world);
        pay_out_debts(world);
    }
}
