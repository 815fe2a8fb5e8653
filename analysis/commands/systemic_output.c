#include "analysis/commands/systemic_output.h"

#include "analysis/number.h"
#include "analysis/page.h"
#include "analysis/say.h"
#include "analysis/story_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

enum { MARGIN = 14, LINE = 700 };

/* A sentence, beside what stands in the margin; without a margin for NULL. */
static void put(const char *margin, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(const char *margin, const char *format, ...) {
    const struct page page = page_of(stdout, margin != NULL ? MARGIN : 0);
    char text[LINE];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    page_put(&page, margin != NULL ? margin : "", text);
}

/* Numbers as text, several in one sentence. */
struct shown {
    char text[NUMBER_SIZE];
};

static struct shown usd(double amount) {
    struct shown shown = {.text = ""};
    number_usd(amount, shown.text);
    return shown;
}

static struct shown percent(double share) {
    struct shown shown = {.text = ""};
    number_percent(share, shown.text);
    return shown;
}

static struct shown plain(double value) {
    struct shown shown = {.text = ""};
    number_plain(value, shown.text);
    return shown;
}

static double money_of(const struct study *study, enum outcome_field field) {
    return outcome_missing(&study->outcome, field)
               ? nan("")
               : (double)study->outcome.value[field].integer / 1e6;
}

static bool is_complete(const struct study *study) {
    return study->outcome.status == OUTCOME_STATUS_COMPLETE;
}

static void print_worst(const struct systemic_output *output, const struct study *study) {
    const struct exposures *own = &study->exposures;
    const struct stage *stage = output->subject->stage;
    char since[STORY_TIME_SIZE];
    if (!study->worst) {
        put("worst block", "nobody fell short on this path");
        return;
    }
    story_text_since(stage, stage->start_ns + study->worst_time_ns, since);
    put("worst block", "%" PRIu64 " at %s: %s USD fell short, %s USD beyond the fund",
        study->worst_block, since, usd(study->worst_shortfall).text,
        usd(study->worst_uncovered).text);
    if (!study->traced) {
        put("", "what is in lots of auctions is no account's: there is no network of it");
        return;
    }
    put("settled",
        "all at %s USD, with positions as before that block:", plain(own->price).text);
    put("owed", "%s USD to the clearing house and %s USD by it, %zu accounts",
        usd(own->owed).text, usd(own->due).text, own->accounts);
    put("insolvent", "%zu accounts, short of %s USD, the largest of %s USD; fund %s USD",
        own->insolvent, usd(own->loss).text, usd(own->largest).text, usd(own->fund).text);
    put("clearing",
        "%s %% of what is due is paid, winners lose %s USD (Eisenberg-Noe: %zu defaults, "
        "%zu by contagion, %u rounds)",
        percent(own->recovery).text, usd(own->winner_loss).text, own->defaults,
        own->contagious, own->rounds);
    put("DebtRank",
        "at most %s %% of all equity is lost to distress by the rule of 2015, %s %% by "
        "that of 2012",
        percent(own->rank_linear).text, percent(own->rank_once).text);
    put("getting out",
        "%s USD, what the two traders with most have open, takes %s h at %s %% of the "
        "book's depth",
        usd(study->two_largest).text, plain(study->horizon_h).text,
        percent(output->depth_share).text);
}

static void print_owners(const struct systemic_output *output,
                         const struct study *study) {
    put("cover", "largest owner %s USD, two largest %s USD; the fund began with %s USD",
        usd(study->cover_1).text, usd(study->cover_2).text, usd(study->fund).text);
    for (size_t i = 0; i < study->owner_count; ++i) {
        const struct study_owner *own = &study->owner[i];
        char who[REPLAY_WHO_SIZE];
        owners_who(output->subject->stage, own->owner, who);
        put("", "%s (%s): %s USD short, %s USD open at the start", who,
            owners_class_name((enum owners_class)own->class), usd(own->shortfall).text,
            usd(own->opening).text);
    }
}

static void print_concentration(const char *name, const struct concentration *own) {
    if (own->total <= 0) {
        return;
    }
    printf("  %-22s %9s %7zu %8s %8s %8s %8s\n", name, usd(own->total).text, own->holders,
           percent(own->largest).text, percent(own->top_share).text,
           plain(1 / own->herfindahl).text, plain(own->gini).text);
}

static void print_concentrations(const struct study *study) {
    printf("\n  %-22s %9s %7s %8s %8s %8s %8s\n", "by owner", "USD", "owners", "top 1, %",
           "top 10,%", "1 / HHI", "Gini");
    print_concentration("open at the start", &study->opening);
    print_concentration("open at the worst", &study->at_worst);
    print_concentration("shortfalls", &study->shortfall);
    print_concentration("deleveraging haircuts", &study->haircut);
    putchar('\n');
}

static void print_cascade(const struct study *study) {
    const struct cascade *own = &study->cascade;
    if (!study->traced) {
        put("cascade", "sales out of auctions of lots cannot be traced to accounts");
        return;
    }
    if (own->count == 0) {
        put("cascade", "nobody was liquidated");
        return;
    }
    put("cascade",
        "%zu accounts were liquidated, %zu by the market alone and %zu pushed over by "
        "earlier liquidations, branching ratio %s; the largest tree has %zu, the deepest "
        "%zu generations; liquidations had the price down by %s %% at most",
        own->count, own->roots, own->count - own->roots,
        plain(1 - (double)own->roots / (double)own->count).text, own->largest, own->depth,
        percent(-expm1(study->liquidation_impact)).text);
    if (own->count > own->roots) {
        put("",
            "of those pushed over %zu would have gone under by the market alone, half "
            "of them within %s min; %zu never",
            own->count - own->roots - study->only, plain(study->advanced_min).text,
            study->only);
    }
    if (study->unseen > 0) {
        put("",
            "%zu of those by the market alone were closed without having been below "
            "maintenance at "
            "the outside price",
            study->unseen);
    }
    if (!outcome_missing(&study->outcome, OUTCOME_CASCADE_RATIO)) {
        put("", "in the twin without impact %s %% of the liquidated accounts are not",
            percent(study->outcome.value[OUTCOME_CASCADE_RATIO].real).text);
    }
}

static void print_study(const struct systemic_output *output, const struct study *study) {
    if (!is_complete(study)) {
        put("failed", "%s",
            outcome_status_text((enum outcome_status)study->outcome.status));
        return;
    }
    put("bad debt", "%s USD, %s USD of it beyond the fund",
        usd(money_of(study, OUTCOME_BAD_DEBT)).text,
        usd(money_of(study, OUTCOME_UNCOVERED_LOSS)).text);
    print_worst(output, study);
    print_owners(output, study);
    print_concentrations(study);
    print_cascade(study);
}

static void print_table(const struct systemic_output *output) {
    printf("  %8s %9s %9s %9s %8s %8s %7s %7s\n", "path", "bad debt", "at worst",
           "cover 2", "paid, %", "debtrank", "pushed", "out, h");
    for (size_t i = 0; i < output->count; ++i) {
        const struct study *study = &output->study[i];
        if (!is_complete(study)) {
            printf("  %8" PRIu64 " failed\n", study->path);
            continue;
        }
        const struct cascade *own = &study->cascade;
        const bool network = study->worst && study->traced;
        const double pushed = own->count > 0 && study->traced
                                  ? 1 - (double)own->roots / (double)own->count
                                  : nan("");
        printf("  %8" PRIu64 " %9s %9s %9s %8s %8s %7s %7s\n", study->path,
               usd(money_of(study, OUTCOME_BAD_DEBT)).text,
               usd(network ? study->exposures.loss : nan("")).text,
               usd(study->cover_2).text,
               percent(network ? study->exposures.recovery : nan("")).text,
               percent(network ? study->exposures.rank_linear : nan("")).text,
               plain(pushed).text, plain(network ? study->horizon_h : nan("")).text);
    }
    puts("  at worst: short if all is settled at the worst block; paid: of what is due\n"
         "  then; pushed: branching ratio; out: hours to close the two largest\n");
}

static void print_interval(const char *name, const struct interval *amount,
                           const struct interval *share) {
    printf("  %-23s %8s [%7s, %7s] %6s [%6s, %6s]\n", name, usd(amount->value).text,
           usd(amount->low).text, usd(amount->high).text, percent(share->value).text,
           percent(share->low).text, percent(share->high).text);
}

static void print_head(const char *what, double level) {
    char within[NUMBER_SIZE];
    snprintf(within, sizeof within, "%.4g %%", 100 * level);
    printf("  %-23s %8s %18s %6s %16s\n", what, "mean", within, "%", within);
}

static void print_pooled(const struct systemic_output *output,
                         const struct systemic_pooled *pooled) {
    if (output->study[0].traced && !isnan(pooled->branching.value)) {
        put(NULL,
            "Branching ratio of these %zu paths %s [%s, %s], by resampling them; %s %% "
            "[%s, %s] of the liquidated would never have been without others",
            pooled->count, plain(pooled->branching.value).text,
            plain(pooled->branching.low).text, plain(pooled->branching.high).text,
            percent(pooled->only.value).text, percent(pooled->only.low).text,
            percent(pooled->only.high).text);
    }
    if (!output->worst || pooled->count == 0) {
        return;
    }
    put(NULL, "Who fell short on the %zu worst of %" PRIu64 " paths: %s USD [%s, %s]",
        pooled->count, output->paths, usd(pooled->shortfall.value).text,
        usd(pooled->shortfall.low).text, usd(pooled->shortfall.high).text);
    print_head("class", output->level);
    for (int k = 0; k < OWNERS_CLASS_COUNT; ++k) {
        print_interval(owners_class_name((enum owners_class)k),
                       &pooled->class[k].shortfall, &pooled->class[k].share);
    }
}

static void print_bearers(const struct systemic_output *output) {
    const struct bearers *own = output->bearers;
    putchar('\n');
    put(NULL,
        "Who bears the worst %s %% of %zu paths: bad debt %s USD [%s, %s], resting on "
        "%.4g paths",
        percent(1 - output->q_ppm / 1e6).text, own->paths, usd(own->shortfall.value).text,
        usd(own->shortfall.low).text, usd(own->shortfall.high).text, own->effective);
    print_head("paid by", output->level);
    for (int k = 0; k < BEARERS_ROWS; ++k) {
        const struct bearers_row *row = &own->row[k];
        if (k == BEARERS_PARTS) {
            puts("  lost on the same paths, no part of it");
        }
        if (!isnan(row->in_tail.shortfall.value)) {
            print_interval(row->who, &row->in_tail.shortfall, &row->in_tail.share);
        }
    }
    put(NULL,
        "The %s %% quantile of Cover-1 is %s USD [%s, %s], of Cover-2 %s USD [%s, %s]; "
        "the fund begins with %s USD",
        percent(output->q_ppm / 1e6).text, usd(own->cover_1.value).text,
        usd(own->cover_1.low).text, usd(own->cover_1.high).text,
        usd(own->cover_2.value).text, usd(own->cover_2.low).text,
        usd(own->cover_2.high).text,
        usd(is_complete(&output->study[0]) ? output->study[0].fund : nan("")).text);
    put(NULL,
        "When the pool's loss is at its own %s %% quantile, that of bad debt is %s USD "
        "[%s, %s], by %zu paths",
        percent(output->q_ppm / 1e6).text, usd(own->covar.value).text,
        usd(own->covar.low).text, usd(own->covar.high).text, own->covar_paths);
}

static void print_title(const struct systemic_output *output) {
    char which[64];
    const bool results = output->results != NULL;
    if (output->count == 1) {
        snprintf(which, sizeof which, "path %" PRIu64, output->study[0].path);
    } else {
        snprintf(which, sizeof which, "the %zu paths with the most bad debt",
                 output->count);
    }
    put(NULL, "%s, seed %" PRIu64 ", %s%s%s", output->subject->run.name, output->seed,
        which, results ? " of " : "", results ? output->results : "");
    put(NULL, "Measure %s: these paths, not how likely they are.",
        output->subject->run.measure);
}

enum run_status systemic_output_print(const struct systemic_output *output) {
    struct systemic_pooled pooled;
    if (!systemic_output_pool(output, &pooled)) {
        say("out of memory");
        return RUN_IO;
    }
    print_title(output);
    putchar('\n');
    if (output->count == 1) {
        print_study(output, &output->study[0]);
    } else {
        print_table(output);
        print_pooled(output, &pooled);
    }
    if (output->bearers != NULL) {
        print_bearers(output);
    }
    return RUN_OK;
}
