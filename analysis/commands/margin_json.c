#include "analysis/commands/margin_output.h"
#include "analysis/json.h"

#include <stdio.h>

static void put_money(struct json *json, const char *key, wide amount_uusd) {
    json_real(json, key, (double)amount_uusd / 1e6);
}

static void put_charge(struct json *json, const char *key,
                       const struct standard_charge *charge) {
    json_open(json, key, '{');
    put_money(json, "initial", charge->initial_uusd);
    put_money(json, "maintenance", charge->maintenance_uusd);
    json_close(json, '{');
}

static void put_charges(struct json *json, const struct standard_charge *charge) {
    put_money(json, "initial", charge->initial_uusd);
    put_money(json, "maintenance", charge->maintenance_uusd);
}

static void put_perps(struct json *json, const struct margin_output *output) {
    json_open(json, "perpetuals", '[');
    for (uint32_t i = 0; i < output->portfolio->perp_count; ++i) {
        const struct evaluated_perp *perp = &output->evaluation->perp[i];
        json_open(json, NULL, '{');
        json_text(json, "market", output->portfolio->perp[i].market);
        put_money(json, "size", output->portfolio->perp[i].size_ubase);
        put_money(json, "worth", perp->profit_uusd);
        put_charges(json, &perp->charge);
        put_money(json, "oracle_contingency", perp->doubt_uusd);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void put_base(struct json *json, const struct margin_output *output) {
    json_open(json, "base", '[');
    for (uint32_t i = 0; i < output->portfolio->base_count; ++i) {
        const struct evaluated_base *base = &output->evaluation->base[i];
        json_open(json, NULL, '{');
        json_text(json, "market", output->portfolio->base[i].market);
        put_money(json, "size", output->portfolio->base[i].size_ubase);
        put_money(json, "worth", base->value_uusd);
        put_charges(json, &base->charge);
        put_money(json, "oracle_contingency", base->doubt_uusd);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void put_options(struct json *json, const struct margin_output *output) {
    json_open(json, "options", '[');
    for (uint32_t i = 0; i < output->portfolio->option_count; ++i) {
        const struct portfolio_option *option = &output->portfolio->option[i];
        const struct evaluated_option *out = &output->evaluation->option[i];
        json_open(json, NULL, '{');
        json_text(json, "expiry", option->expiry);
        json_text(json, "type", option->put ? "put" : "call");
        put_money(json, "strike", option->strike_uusd);
        put_money(json, "size", option->size_ubase);
        json_real(json, "volatility", out->volatility);
        put_money(json, "worth", out->mark_uusd);
        put_charges(json, &out->charge);
        json_real(json, "price", out->greeks.price);
        json_real(json, "delta", out->greeks.delta);
        json_real(json, "gamma", out->greeks.gamma);
        json_real(json, "vega", out->greeks.vega);
        json_real(json, "theta", out->greeks.theta);
        json_real(json, "rho", out->greeks.rho);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void put_scenario(struct json *json, const struct standard_options *options,
                         int64_t price_uusd) {
    json_open(json, NULL, '{');
    put_money(json, "price", price_uusd);
    put_money(json, "payoff", standard_margin_payoff(options, price_uusd));
    json_close(json, '{');
}

/* What the options pay at 0 and at each strike once. */
static void put_scenarios(struct json *json, const struct margin_output *output,
                          uint32_t expiry) {
    struct standard_option option[PORTFOLIO_OPTIONS];
    uint32_t index[PORTFOLIO_OPTIONS];
    const struct standard_options options =
        evaluate_options(output->portfolio, output->evaluation, expiry, option, index);
    json_open(json, "scenarios", '[');
    put_scenario(json, &options, 0);
    for (size_t i = 0; i < options.count; ++i) {
        size_t before = 0;
        while (option[before].strike_uusd != option[i].strike_uusd) {
            ++before;
        }
        if (before == i) {
            put_scenario(json, &options, option[i].strike_uusd);
        }
    }
    json_close(json, '[');
}

static void put_expiries(struct json *json, const struct margin_output *output) {
    json_open(json, "expiries", '[');
    for (uint32_t i = 0; i < output->portfolio->expiry_count; ++i) {
        const struct portfolio_expiry *row = &output->portfolio->expiry[i];
        const struct evaluated_expiry *expiry = &output->evaluation->expiry[i];
        json_open(json, NULL, '{');
        json_text(json, "name", row->name);
        json_text(json, "market", row->market);
        json_text(json, "smile", margin_output_smile(output->portfolio, i));
        put_charge(json, "legs", &expiry->margin.isolated);
        put_charge(json, "most_to_lose", &expiry->margin.loss);
        put_charge(json, "charged", &expiry->margin.charge);
        put_money(json, "worst_price", expiry->margin.worst_price_uusd);
        put_money(json, "worst_payoff", expiry->margin.payoff_uusd);
        put_scenarios(json, output, i);
        put_money(json, "oracle_contingency", expiry->doubt_uusd);
        json_close(json, '{');
    }
    json_close(json, '[');
}

/* A price that is not there is null. */
static void put_price(struct json *json, const char *key, int64_t price_uusd) {
    if (price_uusd > 0) {
        put_money(json, key, price_uusd);
    } else {
        json_text(json, key, NULL);
    }
}

static void put_edge(struct json *json, const char *key, const struct edge *edge) {
    json_open(json, key, '{');
    put_price(json, "below", edge->below_uusd);
    put_price(json, "above", edge->above_uusd);
    json_close(json, '{');
}

static void put_markets(struct json *json, const struct margin_output *output) {
    json_open(json, "markets", '[');
    for (uint32_t i = 0; i < output->portfolio->market_count; ++i) {
        json_open(json, NULL, '{');
        json_text(json, "name", output->portfolio->market[i].name);
        put_money(json, "depeg_contingency", output->evaluation->depeg_uusd[i]);
        put_edge(json, "liquidation_price", &output->edges[i].liquidation);
        put_edge(json, "bankruptcy_price", &output->edges[i].bankruptcy);
        json_close(json, '{');
    }
    json_close(json, '[');
}

void margin_output_json(const struct margin_output *output) {
    struct json json;
    const char *name;
    double usd;
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "portfolio", output->name);
    json_text(&json, "protocol", output->protocol_name);
    put_money(&json, "cash", output->portfolio->account.cash_uusd);
    for (size_t i = 0; margin_output_total(output->evaluation, i, &name, &usd); ++i) {
        json_real(&json, name, usd);
    }
    json_flag(&json, "liquidatable", output->evaluation->excess.maintenance_uusd < 0);
    put_base(&json, output);
    put_perps(&json, output);
    put_options(&json, output);
    put_expiries(&json, output);
    put_markets(&json, output);
    json_close(&json, '{');
    json_end(&json);
}
