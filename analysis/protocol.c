#include "analysis/protocol.h"

#include "analysis/loaded.h"

#define COLLATERAL(member, key, kind, low, high, fallback, doc)                          \
    PARAM(struct collateral_terms, member, key, kind, low, high, fallback, doc)

static const struct param collateral_rows[] = {
    COLLATERAL(accepted, "accepted", param_flag, NULL, NULL, "off",
               "the underlying itself may be posted as collateral"),
    COLLATERAL(haircut_ppm, "haircut", param_ppm, "0%", "100%", "10%",
               "part of its value that is no margin"),
    COLLATERAL(cap_uusd, "cap", param_money, "0 USD", "1000B USD", "0 USD",
               "most value of it that an account may post; 0: no cap"),
    COLLATERAL(seize_spread_ppm, "seize_spread", param_ppm, "0%", "50%", "1%",
               "below the mark, when the pool buys what is seized"),
    COLLATERAL(borrow, "borrow", param_flag, NULL, NULL, "off",
               "cash may be withdrawn against it, as from a vault"),
    {0},
};

static const struct param pool_rows[] = {
    PARAM(struct pool_shares_terms, reserve_ppm, "reserve", param_ppm, "0%", "1000%",
          "20%", "equity that shares may not take out, share of the pool's net notional"),
    {0},
};

#define ROW(word, table, member, text)                                                   \
    {                                                                                    \
        .name = (word), .doc = (text), .params = (table),                                \
        .offset = offsetof(struct protocol, member)                                      \
    }

#define MARGIN terms.instrument[0].margin

#define TIERS                                                                            \
    {                                                                                    \
        .name = "margin_tiers", .doc = "further margin brackets by notional",            \
        .params = margin_linear_tier_params,                                             \
        .offset = offsetof(struct protocol, MARGIN.tier),                                \
        .row_size = sizeof(struct margin_linear_tier), .capacity = MARGIN_LINEAR_TIERS,  \
        .count_offset = offsetof(struct protocol, MARGIN.tier_count)                     \
    }

static const struct section sections[] = {
    ROW("instrument", instrument_params, terms.instrument[0], "terms of the perpetual"),
    ROW("margin", margin_linear_params, MARGIN, "margin rules of the perpetual"),
    TIERS,
    ROW("options", standard_margin_params, standard,
        "standard margin of options and base"),
    ROW("oracle", oracle_params, terms.oracle, "when a report is due, what the index is"),
    ROW("venue", venue_params, terms.venue, "at which price the pool fills"),
    ROW("liquidation", close_out_params, terms.close_out,
        "close-out of accounts below maintenance"),
    ROW("matched", matched_params, terms.matched,
        "liquidation by whoever takes a position over, in bounds"),
    ROW("auction", portfolio_auction_params, terms.auction,
        "two-phase Dutch auction of accounts below maintenance"),
    ROW("english_auction", english_auction_params, terms.english,
        "lots of collateral sold to who bids most"),
    ROW("settlement", escrow_params, terms.escrow, "finality and withdrawals"),
    ROW("collateral", collateral_rows, terms.collateral,
        "the underlying itself as collateral"),
    ROW("pool", pool_rows, terms.pool_shares, "the counterparty of every trade"),
    ROW("waterfall", waterfall_params, terms.waterfall,
        "who pays what the insurance fund cannot"),
};

/* What follows from the values. */
static void attach(void *value, const struct section_attach *with) {
    struct engine_terms *terms = &((struct protocol *)value)->terms;
    (void)with;
    terms->instrument_count = 1;
    terms->watch.constant_ppm = WATCH_EXACT_PPM;
    if (terms->close_out.mechanism != LIQUIDATION_ENGLISH_AUCTION) {
        terms->english.room = 0;
    }
}

static bool refuse(section_complain *complain, void *context, const char *key,
                   const char *sentence) {
    complain(context, key, sentence);
    return false;
}

static bool validate(const void *value, section_complain *complain, void *context) {
    const struct protocol *protocol = value;
    bool fine = true;
    if (!margin_linear_valid(&protocol->MARGIN)) {
        fine =
            refuse(complain, context, "margin.initial",
                   "margin rates have to ascend with notional, maintenance has to stay "
                   "at or below initial, and scaling has to end above its start");
    }
    if (!portfolio_auction_terms_valid(&protocol->terms.auction)) {
        fine = refuse(complain, context, "auction.cutoff",
                      "the auction's discount has to fall: start above cutoff");
    }
    if (protocol->standard.min_spot_ppm > protocol->standard.max_spot_ppm) {
        fine = refuse(complain, context, "options.min_spot", "is above options.max_spot");
    }
    return fine;
}

const struct schema protocol_schema = {
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .size = sizeof(struct protocol),
    .attach = attach,
    .validate = validate,
    .presets = embedded_protocols,
};

enum run_status protocol_load(const char *argument, const char *const *sets,
                              size_t set_count, struct load_result **loaded) {
    *loaded = load_scenario(&protocol_schema, argument, sets, set_count);
    return loaded_check(loaded);
}

const struct protocol *protocol_of(const struct load_result *loaded) {
    return load_struct(loaded);
}
