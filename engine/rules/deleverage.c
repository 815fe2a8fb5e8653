#include "engine/rules/deleverage.h"

#include "engine/funding.h"
#include "engine/rules/common.h"

struct estate { /* a bankrupt account's position, and at which price it goes to others */
    uint32_t account, instrument;
    int64_t size_ubase, mark_uusd, price_uusd;
    int64_t fund_uusd; /* what the insurance fund pays if all of it is closed */
};

/* What equity lacks is spread over the positions as their maintenance margins are; rounded
   up, against whoever takes the position. */
static int64_t share_of_deficit(const struct engine *engine, const struct estate *estate,
                                const struct margin *margin) {
    const struct margin_linear *terms =
        &engine->terms->instrument[estate->instrument].margin;
    const wide own = margin_linear_maintenance(
        terms, money_value_ceil(money_magnitude(estate->size_ubase), estate->mark_uusd));
    return own == margin->maintenance_uusd
               ? money_narrow(-margin->equity_uusd)
               : money_narrow(money_divide_ceil(-margin->equity_uusd * own,
                                                margin->maintenance_uusd));
}

/* Cash of the fund once the keeper has its least reward. */
static int64_t fund_at_hand(const struct engine *engine) {
    const int64_t fund_uusd = engine->ledger.balance_micro[ACCOUNT_FUND];
    return fund_uusd -
           close_out_charge(&engine->terms->close_out, 0, 0, fund_uusd).tip_uusd;
}

/* What all accounts below zero lack at the mark.  Whoever is below zero with a position is
   liquidatable, and of those the watch misses none. */
static wide all_deficits(const struct engine *engine) {
    const struct account_set *unhealthy = &engine->watch.unhealthy;
    wide sum = 0;
    for (uint32_t account = account_set_next(unhealthy, 0);
         account < unhealthy->account_count;
         account = account_set_next(unhealthy, account + 1)) {
        const wide equity = rule_estate_uusd(engine, account);
        sum -= equity < 0 ? equity : 0;
    }
    return sum;
}

/* A close-out of all that is left would cost the fund what the account lacks already, and
   the distance of the venue's price from the mark.  Without a price there is no telling. */
static bool fund_suffices(const struct engine *engine, const struct estate *estate,
                          const struct margin *margin) {
    const struct contract *market = &engine->portfolio.market[estate->instrument];
    const int64_t price = venue_fill_price(&engine->terms->venue, market,
                                           estate->mark_uusd, -estate->size_ubase);
    const wide cost = money_value_floor(estate->size_ubase, estate->mark_uusd) -
                      money_value_floor(estate->size_ubase, price);
    const wide spare = engine->ledger.balance_micro[ACCOUNT_FUND] - cost;
    return price != 0 && spare >= -margin->equity_uusd &&
           (engine->terms->waterfall.deleverage_when == WATERFALL_WHEN_ACCOUNT ||
            spare >= all_deficits(engine));
}

/* The fund's cash and the winners' haircuts make up for the deficit together: with the
   whole fund spent on the whole position, the price lies between bankruptcy and mark. */
static bool appraise(const struct engine *engine, struct estate *estate) {
    struct margin margin = margin_health(&engine->margin, estate->account);
    margin.equity_uusd = rule_estate_uusd(engine, estate->account);
    if (margin.equity_uusd >= 0 || !money_fits(margin.equity_uusd) ||
        !money_fits(margin.maintenance_uusd) || fund_suffices(engine, estate, &margin)) {
        return false;
    }
    const int64_t deficit_uusd = share_of_deficit(engine, estate, &margin);
    estate->fund_uusd = money_max(money_min(fund_at_hand(engine), deficit_uusd), 0);
    const wide price = deleverage_price(
        estate->size_ubase, estate->fund_uusd - deficit_uusd, estate->mark_uusd);
    if (price < MONEY_PRICE_MIN || price > MONEY_PRICE_MAX) {
        return false;
    }
    estate->price_uusd = (int64_t)price;
    return true;
}

static void consider(struct engine *engine, const struct estate *estate,
                     uint32_t account) {
    const struct position *position =
        portfolio_at(&engine->portfolio, account, estate->instrument);
    const wide profit = margin_profit_uusd(&engine->margin, account, estate->instrument);
    if (profit <= 0 || !money_fits(profit)) {
        return;
    }
    const wide equity = margin_equity_uusd(&engine->margin, account);
    const wide notional =
        money_value_ceil(money_magnitude(position->size_ubase), estate->mark_uusd);
    if (equity <= 0 || !money_fits(equity) || !money_fits(notional)) {
        return;
    }
    const struct deleverage_standing standing = {.account = account,
                                                 .size_ubase = position->size_ubase,
                                                 .cost_uusd = position->cost_uusd,
                                                 .profit_uusd = (int64_t)profit,
                                                 .equity_uusd = (int64_t)equity,
                                                 .notional_uusd = (int64_t)notional};
    if (deleverage_overlaps(position->size_ubase,
                            money_min(standing.profit_uusd, standing.equity_uusd),
                            estate->mark_uusd, estate->price_uusd)) {
        deleverage_offer(&engine->ranking, &standing);
    }
}

static void rank(struct engine *engine, const struct estate *estate) {
    for (uint32_t account = ACCOUNT_FIRST_USER; account < engine->terms->account_count;
         ++account) {
        const int64_t size =
            portfolio_at(&engine->portfolio, account, estate->instrument)->size_ubase;
        if (estate->size_ubase > 0 ? size < 0 : size > 0) {
            consider(engine, estate, account);
        }
    }
}

static wide value_change(int64_t before_ubase, int64_t after_ubase, int64_t mark_uusd) {
    return money_value_floor(after_ubase, mark_uusd) -
           money_value_floor(before_ubase, mark_uusd);
}

/* Closes as much of left as the candidate has, and returns what is left then.  The
   consideration is rounded for the bankrupt; where that is more than the candidate has to
   lose, or where the ledger's range ends, nothing is closed. */
static int64_t take(struct engine *engine, const struct estate *estate,
                    const struct deleverage_standing *standing, int64_t left_ubase,
                    struct deleverage_fill *fill) {
    const int64_t size =
        money_min(money_magnitude(left_ubase), money_magnitude(standing->size_ubase));
    const int64_t quantity = left_ubase > 0 ? -size : size;
    const wide cost = money_value_floor(quantity, estate->price_uusd);
    const wide loss = -value_change(standing->size_ubase, standing->size_ubase - quantity,
                                    estate->mark_uusd) -
                      cost;
    if (loss > money_min(standing->profit_uusd, standing->equity_uusd) ||
        !money_fits(cost)) {
        return left_ubase;
    }
    const struct portfolio_exchange exchange = {
        estate->account, standing->account, estate->instrument, quantity, (int64_t)cost};
    if (!portfolio_exchange_fits(&engine->portfolio, &engine->ledger, &exchange)) {
        return left_ubase;
    }
    funding_settle(&engine->portfolio, &engine->ledger, estate->account,
                   estate->instrument);
    funding_settle(&engine->portfolio, &engine->ledger, standing->account,
                   estate->instrument);
    portfolio_exchange(&engine->portfolio, &engine->ledger, &exchange);
    account_set_add(&engine->touched, standing->account);
    *fill = (struct deleverage_fill){
        .account = standing->account,
        .instrument = estate->instrument,
        .quantity_ubase = -quantity,
        .mark_price_uusd = estate->mark_uusd,
        .haircut_uusd = money_narrow(
            value_change(left_ubase, left_ubase + quantity, estate->mark_uusd) - cost)};
    return left_ubase + quantity;
}

/* The fund's part is that of what was closed, rounded up. */
static int64_t draw(struct engine *engine, const struct estate *estate,
                    int64_t closed_ubase) {
    const int64_t fund_uusd = money_mul_div_ceil(estate->fund_uusd, closed_ubase,
                                                 money_magnitude(estate->size_ubase));
    ledger_move(&engine->ledger, ACCOUNT_FUND, estate->account, fund_uusd);
    engine->core->fund_draws_uusd += fund_uusd;
    engine->core->gated_until =
        engine->core->block.number + (uint64_t)engine->terms->escrow.gate_blocks;
    return fund_uusd;
}

bool rule_deleverage(struct engine *engine, uint32_t account, uint32_t instrument,
                     struct receipt *receipt) {
    const struct contract *market = &engine->portfolio.market[instrument];
    struct estate estate = {
        .account = account,
        .instrument = instrument,
        .size_ubase = portfolio_at(&engine->portfolio, account, instrument)->size_ubase,
        .mark_uusd = market->mark_price_uusd};
    if (engine->terms->waterfall.deleverage == WATERFALL_DELEVERAGE_NONE ||
        !appraise(engine, &estate)) {
        return false;
    }
    const wide before_uusd = rule_estate_uusd(engine, account);
    int64_t left = estate.size_ubase;
    int64_t haircut_uusd = 0;
    uint32_t count = 0;
    rank(engine, &estate);
    for (uint32_t i = 0; i < *engine->ranking.count && left != 0; ++i) {
        struct deleverage_fill *fill = &engine->deleveraged[count];
        const int64_t rest =
            take(engine, &estate, &engine->ranking.standing[i], left, fill);
        if (rest != left) {
            haircut_uusd += fill->haircut_uusd;
            count += 1;
        }
        left = rest;
    }
    deleverage_clear(&engine->ranking);
    if (count == 0) {
        return false;
    }
    const int64_t fund_uusd =
        draw(engine, &estate, money_magnitude(estate.size_ubase - left));
    account_set_add(&engine->touched, account);
    /* The shortfall is measured, the parts are summed from what was paid: the identity
       between them can then fail. */
    const wide after_uusd = rule_estate_uusd(engine, account);
    receipt->deleveraged_ubase = left - estate.size_ubase;
    receipt->deleverage_price_uusd = estate.price_uusd;
    receipt->mark_price_uusd = estate.mark_uusd;
    receipt->deleveraged_count = count;
    receipt->haircut_uusd = haircut_uusd;
    receipt->fund_paid_uusd = fund_uusd;
    receipt->shortfall_uusd =
        money_narrow((after_uusd < 0 ? after_uusd : 0) - before_uusd);
    receipt->overshoot_uusd = money_narrow(after_uusd > 0 ? after_uusd : 0);
    receipt->deleverage_covered_uusd =
        money_min(haircut_uusd, money_narrow(-before_uusd) - fund_uusd);
    return true;
}
