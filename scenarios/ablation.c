#include "scenarios/ablation.h"

#include "scenarios/load.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct ablation ablations[] = {
    {"liquidation cost",
     "close-outs at the mark: no penalty, no spread, no premium; keepers come unpaid", {"liquidation.penalty=0%", "liquidation.keeper_least=0 USD", "venue.half_spread=0%",
      "venue.skew_depth=0 USD", "keepers.unpaid=on"}},
    {"gas",
     "blocks are free, empty and never missed",                                        {"weather.base_fee=0 gwei", "weather.gas_share=100%", "weather.outage_rate=0",
      "weather.missed_slots=0"}                                                            },
    {"oracle lag",
     "one reporter that sees the outside price itself and reports it for every block", {"oracle.reporters=1", "oracle.quorum=1", "oracle.deviation=0%",
      "venues.venue_dispersion=0", "venues.venue_dispersion_slope=0",
      "reporters.look=12s", "reporters.fee_margin=1000%", "reporters.fee_cap=100000 gwei",
      "reporters.purse=1B USD"}                     },
    {"impact",
     "this protocol's flow does not move the outside price",                           {"impact.feedback=off"}                            },
    {NULL,               NULL,                                                         {NULL}                                             },
};

/* Appends "key=value" in canonical spelling. */
static void add(struct variant *variant, const char *set) {
    char key[PARAM_TEXT_SIZE], text[PARAM_FORMAT_SIZE], error[512];
    union {
        int64_t integer;
        double real;
        char text[PARAM_FORMAT_SIZE];
    } value;
    struct load_key found;
    const char *equals = strchr(set, '=');
    assert(equals != NULL && (size_t)(equals - set) < sizeof key);
    snprintf(key, sizeof key, "%.*s", (int)(equals - set), set);
    const bool valid = load_find(&scenario_schema, key, &found, error, sizeof error) &&
                       param_parse(found.param, equals + 1, &value, error, sizeof error);
    assert(valid);
    found.param->kind->format(found.param, &value, text, sizeof text);
    variant_add(variant, key, text);
}

size_t ablation_list(struct variant *variants) {
    size_t count = 0;
    for (const struct ablation *row = ablations; row->name != NULL; ++row) {
        assert(count < ABLATIONS_MAX);
        struct variant *variant = &variants[count++];
        memset(variant, 0, sizeof *variant);
        snprintf(variant->what, sizeof variant->what, "%s", row->name);
        snprintf(variant->change, sizeof variant->change, "off");
        for (size_t i = 0; i < VARIANT_SETS && row->sets[i] != NULL; ++i) {
            add(variant, row->sets[i]);
        }
    }
    return count;
}
