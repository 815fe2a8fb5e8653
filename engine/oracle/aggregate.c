#include "engine/oracle/aggregate.h"

#include "engine/segment.h"

const struct param oracle_params[] = {
    PARAM(struct oracle_terms, reporter_count, "reporters", param_integer, "1", "64", "5",
          "independent price reporters"),
    PARAM(struct oracle_terms, quorum, "quorum", param_integer, "1", "64", "3",
          "fresh reports needed for an index price"),
    PARAM(struct oracle_terms, deviation_ppm, "deviation", param_ppm, "0%", "50%", "0.5%",
          "move since its last report at which a reporter reports again"),
    PARAM(struct oracle_terms, heartbeat_ns, "heartbeat", param_time, "1s", "24h",
          "20min", "age of its last report at which a reporter reports again"),
    PARAM(struct oracle_terms, staleness_ns, "staleness", param_time, "1s", "7d", "60min",
          "age beyond which a report is not used and an index price is stale"),
    PARAM(struct oracle_terms, delay_ns, "delay", param_time, "0s", "24h", "0s",
          "interval at which the median kept back takes effect; 0: at once (Maker: 1 h)"),
    {0},
};

size_t oracle_footprint(uint32_t reporter_count, uint32_t instrument_count) {
    return segment_size((size_t)reporter_count * instrument_count *
                        sizeof(struct oracle_report)) +
           segment_size(instrument_count * sizeof(struct oracle_kept));
}

void oracle_bind(struct oracle *oracle, uint32_t reporter_count,
                 uint32_t instrument_count, void *memory) {
    unsigned char *cursor = memory;
    oracle->reporter_count = reporter_count;
    oracle->report = segment_take(&cursor, (size_t)reporter_count * instrument_count *
                                               sizeof(struct oracle_report));
    oracle->kept = segment_take(&cursor, instrument_count * sizeof(struct oracle_kept));
}

bool oracle_due(const struct oracle_terms *terms, int64_t last_price_uusd,
                int64_t last_observed_ns, int64_t price_uusd, int64_t observed_ns) {
    const wide move = money_magnitude(price_uusd - last_price_uusd);
    return (wide)observed_ns - last_observed_ns >= terms->heartbeat_ns ||
           move * MONEY_ONE >= (wide)last_price_uusd * terms->deviation_ppm;
}

enum engine_status oracle_check(const struct oracle *oracle,
                                const struct oracle_terms *terms, uint32_t instrument,
                                uint32_t reporter, const struct oracle_report *report) {
    if (reporter >= oracle->reporter_count) {
        return ENGINE_UNKNOWN_REPORTER;
    }
    const struct oracle_report *last =
        &oracle->report[(size_t)instrument * oracle->reporter_count + reporter];
    if (report->price_uusd < MONEY_PRICE_MIN || report->price_uusd > MONEY_PRICE_MAX) {
        return ENGINE_BAD_PRICE;
    }
    if (report->observed_ns > report->accepted_ns ||
        (last->price_uusd != 0 && report->observed_ns <= last->observed_ns)) {
        return ENGINE_REPORT_NOT_NEWER;
    }
    if (last->price_uusd != 0 && !oracle_due(terms, last->price_uusd, last->observed_ns,
                                             report->price_uusd, report->observed_ns)) {
        return ENGINE_REPORT_NOT_DUE;
    }
    return ENGINE_OK;
}

int64_t oracle_index(const struct oracle *oracle, const struct oracle_terms *terms,
                     uint32_t instrument, uint32_t reporter,
                     const struct oracle_report *report) {
    const struct oracle_report *row =
        &oracle->report[(size_t)instrument * oracle->reporter_count];
    int64_t price[ORACLE_REPORTERS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < oracle->reporter_count; ++i) {
        const struct oracle_report *last = i == reporter ? report : &row[i];
        /* Wide: a report may claim any time. */
        if (last->price_uusd == 0 ||
            (wide)report->accepted_ns - last->observed_ns > terms->staleness_ns) {
            continue;
        }
        uint32_t at = count; /* insertion sort: there are few */
        for (; at > 0 && price[at - 1] > last->price_uusd; --at) {
            price[at] = price[at - 1];
        }
        price[at] = last->price_uusd;
        count += 1;
    }
    return count < (uint32_t)terms->quorum || count == 0 ? 0 : price[(count - 1) / 2];
}

int64_t oracle_effective(const struct oracle *oracle, const struct oracle_terms *terms,
                         uint32_t instrument, int64_t median_uusd, int64_t now_ns,
                         struct oracle_kept *kept) {
    *kept = oracle->kept[instrument];
    if (terms->delay_ns == 0 || median_uusd == 0) {
        return median_uusd;
    }
    const int64_t interval = now_ns / terms->delay_ns + 1;
    if (kept->price_uusd != 0 && interval == kept->interval_since) {
        return 0;
    }
    const int64_t effective = kept->price_uusd == 0 ? median_uusd : kept->price_uusd;
    *kept = (struct oracle_kept){.price_uusd = median_uusd, .interval_since = interval};
    return effective;
}

void oracle_record(struct oracle *oracle, uint32_t instrument, uint32_t reporter,
                   const struct oracle_report *report) {
    oracle->report[(size_t)instrument * oracle->reporter_count + reporter] = *report;
}
