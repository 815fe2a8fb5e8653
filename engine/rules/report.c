#include "engine/rules/rules.h"

enum engine_status engine_rule_report(struct engine *engine,
                                      const struct transaction *transaction,
                                      struct receipt *receipt) {
    const uint32_t instrument = transaction->instrument;
    const int64_t now_ns = engine->core->block.time_ns;
    if (instrument >= engine->terms->instrument_count) {
        return ENGINE_UNKNOWN_INSTRUMENT;
    }
    const struct oracle_report report = {.price_uusd = transaction->price_uusd,
                                         .observed_ns = transaction->time_ns,
                                         .accepted_ns = now_ns};
    const struct instrument_terms *terms = &engine->terms->instrument[instrument];
    struct contract *market = &engine->portfolio.market[instrument];
    if (transaction->account >= engine->oracle.reporter_count) {
        return ENGINE_UNKNOWN_REPORTER;
    }
    /* A price is in range when the mark price that it makes is. */
    const wide reported =
        money_divide_floor((wide)report.price_uusd * terms->multiplier_ubase, MONEY_ONE);
    if (reported < MONEY_PRICE_MIN || reported > MONEY_PRICE_MAX) {
        return ENGINE_BAD_PRICE;
    }
    const enum engine_status status =
        oracle_check(&engine->oracle, &engine->terms->oracle, instrument,
                     transaction->account, &report);
    if (status != ENGINE_OK) {
        return status;
    }
    const int64_t median_uusd = oracle_index(&engine->oracle, &engine->terms->oracle,
                                             instrument, transaction->account, &report);
    struct oracle_kept kept;
    const int64_t index_uusd = oracle_effective(&engine->oracle, &engine->terms->oracle,
                                                instrument, median_uusd, now_ns, &kept);
    const int64_t mark = index_uusd == 0 ? market->mark_price_uusd
                                         : instrument_mark_uusd(terms, index_uusd);
    if (!money_fits(money_value_ceil(portfolio_open_interest_ubase(market), mark)) ||
        (instrument == 0 &&
         !engine_units_fit(
             engine, -(wide)engine->collateral.balance_micro[ACCOUNT_EXTERNAL], mark))) {
        return ENGINE_OVERFLOW;
    }
    oracle_record(&engine->oracle, instrument, transaction->account, &report);
    engine->oracle.kept[instrument] = kept;
    if (index_uusd != 0) {
        market->index_price_uusd = index_uusd;
        market->index_time_ns = now_ns;
    }
    if (mark != market->mark_price_uusd) {
        market->mark_price_uusd = mark;
        engine->core->mark_price_uusd[instrument] = mark;
        watch_moved(&engine->watch, instrument);
    }
    receipt->mark_price_uusd = mark;
    return ENGINE_OK;
}
