#include "analysis/tornado.h"

#include "analysis/json_figure.h"
#include "analysis/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BAR_WIDTH = 17, LABEL_WIDTH = 26 };

static const struct title {
    const char *title, *unit;
    void (*write)(double value, char text[NUMBER_SIZE]);
} titles[] = {
    {"P(insolvency)",              "%",   number_percent},
    {"bad debt, mean",             "USD", number_usd    },
    {"pool's profit hedged, mean", "USD", number_usd    },
    {"liquidated notional, mean",  "USD", number_usd    },
};
_Static_assert(sizeof titles / sizeof *titles == VARIANTS_METRIC_COUNT,
               "every metric of a variant has a title");

/* A number with its sign: differences always carry one. */
static void write_signed(const struct title *title, double value,
                         char text[NUMBER_SIZE]) {
    char plain[NUMBER_SIZE];
    title->write(value, plain);
    snprintf(text, NUMBER_SIZE, "%s%.30s",
             value > 0 && strcmp(plain, "0") != 0 ? "+" : "", plain);
}

static void write_difference(const struct title *title, const struct paired *paired,
                             char text[4 * NUMBER_SIZE]) {
    char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
    write_signed(title, paired->difference.value, value);
    write_signed(title, paired->difference.low, low);
    write_signed(title, paired->difference.high, high);
    if (paired->higher + paired->lower == 0) {
        snprintf(text, 4 * NUMBER_SIZE, "no path differs");
    } else {
        snprintf(text, 4 * NUMBER_SIZE, "%s [%s, %s]", value, low, high);
    }
}

static double effect_of(const struct variants_row *row, size_t metric) {
    const double effect = fabs(row->paired[metric].difference.value);
    return *row->problem != '\0' || isnan(effect) ? 0 : effect;
}

/* The largest effect of a key: its variants stay together. */
static double group_effect(const struct variants *variants, const struct variants_row *of,
                           size_t metric) {
    double largest = 0;
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variants_row *row = &variants->row[i];
        if (strcmp(row->variant.what, of->variant.what) == 0) {
            largest = fmax(largest, effect_of(row, metric));
        }
    }
    return largest;
}

/* Insertion: stable, so that equal keys stay in the scenario's order. */
static void sort_rows(const struct variants *variants, size_t metric, size_t *order) {
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variants_row *row = &variants->row[i];
        const double effect = group_effect(variants, row, metric);
        size_t at = i;
        while (at > 0 &&
               group_effect(variants, &variants->row[order[at - 1]], metric) < effect) {
            order[at] = order[at - 1];
            --at;
        }
        order[at] = i;
    }
}

static size_t column_of(double value, const struct variants_range *range) {
    const double span = range->high - range->low;
    const double share = span > 0 ? (value - range->low) / span : 0.5;
    return (size_t)(share * (BAR_WIDTH - 1) + 0.5);
}

/* From the base's column to the variant's; the base is a line through all rows. */
static void draw_bar(double base, double value, const struct variants_range *range,
                     char bar[BAR_WIDTH + 1]) {
    const size_t middle = column_of(base, range);
    const size_t end = isnan(value) ? middle : column_of(value, range);
    memset(bar, ' ', BAR_WIDTH);
    bar[BAR_WIDTH] = '\0';
    const size_t low = middle < end ? middle : end, high = middle < end ? end : middle;
    memset(bar + low, '=', high - low + 1);
    bar[middle] = '|';
}

static void label_of(const struct variants_row *row, char label[LABEL_WIDTH + 1]) {
    const int change = (int)strlen(row->variant.change);
    int room = LABEL_WIDTH - 1 - (change > 20 ? 20 : change);
    room = room < (int)strlen(row->variant.what) ? room : (int)strlen(row->variant.what);
    snprintf(label, LABEL_WIDTH + 1, "%.*s %.20s", room, row->variant.what,
             row->variant.change);
}

static void print_row(FILE *file, const struct variants *variants,
                      const struct variants_row *row, size_t metric,
                      const struct variants_range *range) {
    const struct title *title = &titles[metric];
    char label[LABEL_WIDTH + 1], bar[BAR_WIDTH + 1], value[NUMBER_SIZE],
        difference[4 * NUMBER_SIZE];
    label_of(row, label);
    if (*row->problem != '\0') {
        fprintf(file, "  %-*s not run: %s\n", LABEL_WIDTH, label, row->problem);
        return;
    }
    const double estimate = row->estimate[metric].value;
    draw_bar(variants->base[metric].value, estimate, range, bar);
    title->write(estimate, value);
    if (row->same) {
        snprintf(difference, sizeof difference, "changes nothing here");
    } else {
        write_difference(title, &row->paired[metric], difference);
    }
    fprintf(file, "  %-*s %s %7s  %s%s\n", LABEL_WIDTH, label, bar, value, difference,
            row->paired[metric].failed > 0 ? " *" : "");
}

static void print_table(FILE *file, const struct variants *variants, size_t metric,
                        size_t *order) {
    const struct title *title = &titles[metric];
    const struct variants_range range = variants_range(variants, metric);
    char low[NUMBER_SIZE], high[NUMBER_SIZE], base[NUMBER_SIZE];
    sort_rows(variants, metric, order);
    title->write(range.low, low);
    title->write(range.high, high);
    title->write(variants->base[metric].value, base);
    fprintf(file, "\n%s, in %s: base %s, range %s to %s\n", title->title, title->unit,
            base, low, high);
    for (size_t i = 0; i < variants->count; ++i) {
        print_row(file, variants, &variants->row[order[i]], metric, &range);
    }
}

void tornado_print(FILE *file, const struct variants *variants) {
    size_t *order = calloc(variants->count + 1, sizeof *order);
    if (order == NULL) {
        return;
    }
    fprintf(file,
            "\nSensitivities: estimate, and difference to the base on the same paths "
            "[%g %%]\n",
            100 * variants->base[0].level);
    for (size_t metric = 0; metric < VARIANTS_METRIC_COUNT; ++metric) {
        print_table(file, variants, metric, order);
    }
    free(order);
}

void tornado_print_range(FILE *file, const struct variants *variants,
                         const char *metric) {
    for (size_t i = 0; i < VARIANTS_METRIC_COUNT; ++i) {
        if (strcmp(variants_metric[i], metric) == 0) {
            const struct variants_range range = variants_range(variants, i);
            char low[NUMBER_SIZE], high[NUMBER_SIZE];
            titles[i].write(range.low, low);
            titles[i].write(range.high, high);
            fprintf(file, "    %-34s               [%7s, %7s]\n",
                    "model range over sensitivities", low, high);
        }
    }
}

void tornado_print_ablation(FILE *file, const struct variants *variants) {
    fprintf(
        file,
        "\nAblation: difference without a mechanism on the same paths [%g %%], and in\n"
        "its standard errors\n",
        100 * variants->base[0].level);
    for (size_t metric = 0; metric < VARIANTS_METRIC_COUNT; ++metric) {
        const struct title *title = &titles[metric];
        char base[NUMBER_SIZE];
        title->write(variants->base[metric].value, base);
        fprintf(file, "\n%s, in %s: base %s\n", title->title, title->unit, base);
        for (size_t i = 0; i < variants->count; ++i) {
            const struct variants_row *row = &variants->row[i];
            char value[NUMBER_SIZE], difference[4 * NUMBER_SIZE];
            if (*row->problem != '\0') {
                fprintf(file, "  no %-19s not run: %s\n", row->variant.what,
                        row->problem);
                continue;
            }
            title->write(row->estimate[metric].value, value);
            write_difference(title, &row->paired[metric], difference);
            fprintf(file, "  no %-19s %8s  %-28s %+8.1f s.e.%s\n", row->variant.what,
                    value, difference, row->paired[metric].errors,
                    row->paired[metric].failed > 0 ? " *" : "");
        }
    }
}

void tornado_print_fragility(FILE *file, const struct variants *variants) {
    fprintf(
        file,
        "\nFragility: P(insolvency), in %%, against the severity of the storm, on the "
        "same\npaths [%g %%]\n",
        100 * variants->base[0].level);
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variants_row *row = &variants->row[i];
        const struct estimate *estimate = &row->estimate[0];
        char value[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];
        if (*row->problem != '\0') {
            fprintf(file, "  %-5.20s not run: %s\n", row->variant.change, row->problem);
            continue;
        }
        number_percent(estimate->value, value);
        number_percent(estimate->low, low);
        number_percent(estimate->high, high);
        fprintf(file, "  %-5.20s %8s  [%s, %s]%s\n", row->variant.change, value, low,
                high, row->failed > 0 ? " *" : "");
    }
}

static void json_metric(struct json *json, const struct variants_row *row,
                        size_t metric) {
    json_open(json, variants_metric[metric], '{');
    json_figure_estimate(json, &row->estimate[metric]);
    json_figure_paired(json, &row->paired[metric]);
    json_close(json, '{');
}

void tornado_json(struct json *json, const char *key, const struct variants *variants) {
    json_open(json, key, '[');
    for (size_t i = 0; i < variants->count; ++i) {
        const struct variants_row *row = &variants->row[i];
        char digest[DIGEST_TEXT_SIZE];
        json_open(json, NULL, '{');
        json_text(json, "what", row->variant.what);
        json_text(json, "change", row->variant.change);
        json_open(json, "set", '{');
        for (uint32_t k = 0; k < row->variant.set_count; ++k) {
            json_text(json, row->variant.set[k].key, row->variant.set[k].value);
        }
        json_close(json, '{');
        if (*row->problem != '\0') {
            json_text(json, "not_run", row->problem);
        } else {
            digest_text(row->digest, digest);
            json_text(json, "digest", digest);
            json_flag(json, "changes_nothing", row->same);
            for (size_t metric = 0; metric < VARIANTS_METRIC_COUNT; ++metric) {
                json_metric(json, row, metric);
            }
        }
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void json_end_of_range(struct json *json, const char *key,
                              const struct variants_row *row) {
    char by[2 * VARIANT_NAME] = "base";
    if (row != NULL) {
        snprintf(by, sizeof by, "%s %s", row->variant.what, row->variant.change);
    }
    json_text(json, key, by);
}

void tornado_json_range(struct json *json, const struct variants *variants) {
    json_open(json, "model_range", '{');
    for (size_t metric = 0; metric < VARIANTS_METRIC_COUNT; ++metric) {
        const struct variants_range range = variants_range(variants, metric);
        json_open(json, variants_metric[metric], '{');
        json_real(json, "low", range.low);
        json_real(json, "high", range.high);
        json_end_of_range(json, "low_by", range.lowest);
        json_end_of_range(json, "high_by", range.highest);
        json_close(json, '{');
    }
    json_close(json, '{');
}
