#include "scenarios/samples.h"

#include "engine/account.h"
#include "scenarios/histogram.h"
#include "scenarios/world.h"

_Static_assert(SAMPLES_PLACES < SAMPLES_MISSING, "a place fits 16 bits");

#define SAMPLES_ROW(identifier, name, unit, divisor, meaning)                            \
    [SAMPLES_##identifier] = {name, unit, divisor, meaning},
const struct samples_description samples_descriptions[SAMPLES_COUNT] = {
    SAMPLES_SERIES(SAMPLES_ROW)};
#undef SAMPLES_ROW

int64_t samples_time_ns(int64_t from_ns, int64_t to_ns, unsigned point) {
    assert(from_ns <= to_ns);
    assert(point <= SAMPLES_PARTS);
    return from_ns + money_narrow((wide)(to_ns - from_ns) * point / SAMPLES_PARTS);
}

static void take(const struct world *world, unsigned point, struct samples *samples) {
    const struct engine *engine = &world->engine;
    const struct contract *contract = &engine->portfolio.market[0];
    const struct record_totals *totals = world->record.totals;
    const wide open = money_value_floor(contract->long_ubase + contract->short_ubase,
                                        contract->mark_price_uusd);
    const int64_t value[SAMPLES_COUNT] = {
        [SAMPLES_OUTSIDE_PRICE] = world->state->outside_price_uusd,
        [SAMPLES_INDEX_PRICE] =
            contract->index_price_uusd > 0 ? contract->index_price_uusd : -1,
        [SAMPLES_FUND] = engine->ledger.balance_micro[ACCOUNT_FUND],
        [SAMPLES_LIQUIDATED] = totals->liquidated_uusd,
        [SAMPLES_BASE_FEE] = world->state->base_fee_wei,
        [SAMPLES_OPEN_INTEREST] = open <= INT64_MAX ? (int64_t)open : -1,
        [SAMPLES_BAD_DEBT] = totals->shortfall_uusd,
    };
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        samples->value[series][point] = value[series];
    }
}

void samples_none(struct samples *samples) {
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            samples->value[series][point] = -1;
        }
    }
}

void samples_run(struct world *world, struct samples *samples) {
    const struct stage *stage = world->stage;
    for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
        world_advance(world, samples_time_ns(stage->start_ns, stage->end_ns, point));
        if (world->state->status != OUTCOME_STATUS_COMPLETE) {
            samples_none(samples);
            return;
        }
        take(world, point, samples);
    }
}

/* Where a value is in a record. */
static size_t offset_of(enum samples_series series, unsigned point) {
    assert(series < SAMPLES_COUNT);
    assert(point < SAMPLES_POINTS);
    return 2 * ((size_t)series * SAMPLES_POINTS + point);
}

void samples_write(const struct samples *samples,
                   unsigned char record[SAMPLES_RECORD_SIZE]) {
    for (unsigned series = 0; series < SAMPLES_COUNT; ++series) {
        for (unsigned point = 0; point < SAMPLES_POINTS; ++point) {
            const int64_t value = samples->value[series][point];
            const uint32_t place =
                value < 0 ? SAMPLES_MISSING : histogram_place(value, SAMPLES_BITS);
            const size_t offset = offset_of((enum samples_series)series, point);
            record[offset] = (unsigned char)(place & 0xff);
            record[offset + 1] = (unsigned char)(place >> 8);
        }
    }
}

uint16_t samples_place(const unsigned char record[SAMPLES_RECORD_SIZE],
                       enum samples_series series, unsigned point) {
    const size_t offset = offset_of(series, point);
    return (uint16_t)(record[offset] | (unsigned)record[offset + 1] << 8);
}
