#include "analysis/commands/systemic_output.h"
#include "analysis/json.h"
#include "analysis/say.h"
#include "analysis/summary.h"
#include "scenarios/semantics.h"

static void add_interval(struct json *json, const char *key,
                         const struct interval *interval) {
    json_open(json, key, '{');
    json_real(json, "value", interval->value);
    json_real(json, "low", interval->low);
    json_real(json, "high", interval->high);
    json_close(json, '{');
}

static void add_concentration(struct json *json, const char *key,
                              const struct concentration *own) {
    json_open(json, key, '{');
    json_real(json, "total_usd", own->total);
    json_unsigned(json, "owners", own->holders);
    if (own->total > 0) {
        json_real(json, "largest_share", own->largest);
        json_real(json, "top10_share", own->top_share);
        json_real(json, "herfindahl", own->herfindahl);
        json_real(json, "gini", own->gini);
        json_real(json, "jain", own->jain);
    }
    json_close(json, '{');
}

static void add_exposures(struct json *json, const struct study *study) {
    const struct exposures *own = &study->exposures;
    json_open(json, "worst_block", '{');
    json_unsigned(json, "block", study->worst_block);
    json_real(json, "time_h", (double)study->worst_time_ns / 3.6e12);
    json_real(json, "shortfall_usd", study->worst_shortfall);
    json_real(json, "uncovered_usd", study->worst_uncovered);
    json_real(json, "price_usd", own->price);
    if (!study->traced) { /* debts and collateral are in lots, which are nobody's */
        json_close(json, '{');
        return;
    }
    json_unsigned(json, "accounts", own->accounts);
    json_real(json, "owed_usd", own->owed);
    json_real(json, "due_usd", own->due);
    json_real(json, "fund_usd", own->fund);
    json_real(json, "equity_usd", own->equity);
    json_unsigned(json, "insolvent", own->insolvent);
    json_real(json, "loss_usd", own->loss);
    json_real(json, "largest_loss_usd", own->largest);
    json_real(json, "loss_beyond_fund_usd", own->uncovered);
    json_real(json, "recovery", own->recovery);
    json_real(json, "winner_loss_usd", own->winner_loss);
    json_unsigned(json, "defaults", own->defaults);
    json_unsigned(json, "contagious", own->contagious);
    json_unsigned(json, "rounds", own->rounds);
    json_real(json, "debt_rank_2015", own->rank_linear);
    json_real(json, "debt_rank_2012", own->rank_once);
    json_real(json, "two_largest_usd", study->two_largest);
    json_real(json, "horizon_h", study->horizon_h);
    json_close(json, '{');
}

static void add_owners(struct json *json, const struct systemic_output *output,
                       const struct study *study) {
    char who[REPLAY_WHO_SIZE];
    json_real(json, "fund_usd", study->fund);
    json_real(json, "cover_1_usd", study->cover_1);
    json_real(json, "cover_2_usd", study->cover_2);
    json_open(json, "owners", '[');
    for (size_t i = 0; i < study->owner_count; ++i) {
        const struct study_owner *own = &study->owner[i];
        owners_who(output->subject->stage, own->owner, who);
        json_open(json, NULL, '{');
        json_text(json, "owner", who);
        json_text(json, "class", owners_class_name((enum owners_class)own->class));
        json_real(json, "opening_usd", own->opening);
        json_real(json, "shortfall_usd", own->shortfall);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_open(json, "classes", '{');
    for (int k = 0; k < OWNERS_CLASS_COUNT; ++k) {
        json_open(json, owners_class_name((enum owners_class)k), '{');
        json_real(json, "opening_usd", study->class_opening[k]);
        json_real(json, "shortfall_usd", study->class_shortfall[k]);
        json_close(json, '{');
    }
    json_close(json, '{');
    json_open(json, "concentration", '{');
    add_concentration(json, "opening", &study->opening);
    add_concentration(json, "at_worst", &study->at_worst);
    add_concentration(json, "shortfall", &study->shortfall);
    add_concentration(json, "adl_haircut", &study->haircut);
    json_close(json, '{');
}

static void add_cascade(struct json *json, const struct study *study) {
    const struct cascade *own = &study->cascade;
    json_open(json, "cascade", '{');
    json_unsigned(json, "liquidated", own->count);
    json_unsigned(json, "roots", own->roots);
    json_unsigned(json, "unseen_roots", study->unseen);
    json_unsigned(json, "largest_tree", own->largest);
    json_unsigned(json, "generations", own->depth);
    json_unsigned(json, "most_children", own->most);
    json_unsigned(json, "else_never", study->only);
    json_real(json, "advanced_min", study->advanced_min);
    json_real(json, "lowest_log_impact", study->liquidation_impact);
    json_close(json, '{');
}

static void add_study(struct json *json, const struct systemic_output *output,
                      const struct study *study) {
    json_open(json, NULL, '{');
    summary_outcome_members(json, &study->outcome);
    if (study->outcome.status == OUTCOME_STATUS_COMPLETE) {
        if (study->worst) {
            add_exposures(json, study);
        }
        add_owners(json, output, study);
        if (study->traced) {
            add_cascade(json, study);
        }
    }
    json_close(json, '{');
}

static void add_pooled(struct json *json, const struct systemic_output *output,
                       const struct systemic_pooled *pooled) {
    json_open(json, "together", '{');
    json_unsigned(json, "paths", pooled->count);
    if (output->study[0].traced) {
        add_interval(json, "branching_ratio", &pooled->branching);
        add_interval(json, "else_never_share", &pooled->only);
    }
    if (output->worst && pooled->count > 0) {
        add_interval(json, "shortfall_usd", &pooled->shortfall);
        json_open(json, "classes", '{');
        for (int k = 0; k < OWNERS_CLASS_COUNT; ++k) {
            json_open(json, owners_class_name((enum owners_class)k), '{');
            add_interval(json, "shortfall_usd", &pooled->class[k].shortfall);
            add_interval(json, "share", &pooled->class[k].share);
            json_close(json, '{');
        }
        json_close(json, '{');
    }
    json_close(json, '{');
}

static void add_bearers(struct json *json, const struct systemic_output *output) {
    const struct bearers *own = output->bearers;
    json_open(json, "bearers", '{');
    json_real(json, "q", output->q_ppm / 1e6);
    json_unsigned(json, "paths", own->paths);
    json_real(json, "effective_paths", own->effective);
    json_real(json, "value_at_risk_usd", own->value_at_risk);
    add_interval(json, "shortfall_usd", &own->shortfall);
    json_open(json, "parts", '[');
    for (int k = 0; k < BEARERS_ROWS; ++k) {
        const struct bearers_row *row = &own->row[k];
        json_open(json, NULL, '{');
        json_text(json, "name", row->name);
        json_text(json, "who", row->who);
        json_flag(json, "part_of_bad_debt", k < BEARERS_PARTS);
        add_interval(json, "shortfall_usd", &row->in_tail.shortfall);
        add_interval(json, "share", &row->in_tail.share);
        json_close(json, '{');
    }
    json_close(json, '[');
    add_interval(json, "cover_1_usd", &own->cover_1);
    add_interval(json, "cover_2_usd", &own->cover_2);
    json_open(json, "covar", '{');
    json_text(json, "given", "pool_loss");
    json_unsigned(json, "paths", own->covar_paths);
    add_interval(json, "bad_debt_usd", &own->covar);
    json_close(json, '{');
    json_close(json, '{');
}

enum run_status systemic_output_json(const struct systemic_output *output) {
    struct systemic_pooled pooled;
    struct json json;
    if (!systemic_output_pool(output, &pooled)) {
        say("out of memory");
        return RUN_IO;
    }
    json_begin(&json, stdout);
    json_open(&json, NULL, '{');
    json_text(&json, "scenario", output->subject->run.name);
    json_unsigned(&json, "semantics", BREAKWATER_SEMANTICS);
    json_unsigned(&json, "seed", output->seed);
    json_text(&json, "measure", output->subject->run.measure);
    json_real(&json, "level", output->level);
    json_real(&json, "depth_share", output->depth_share);
    json_open(&json, "paths", '[');
    for (size_t i = 0; i < output->count; ++i) {
        add_study(&json, output, &output->study[i]);
    }
    json_close(&json, '[');
    add_pooled(&json, output, &pooled);
    if (output->bearers != NULL) {
        add_bearers(&json, output);
    }
    json_close(&json, '{');
    json_end(&json);
    return RUN_OK;
}
