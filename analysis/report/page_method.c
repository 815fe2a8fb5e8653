#include "analysis/report/figures.h"
#include "analysis/report/html.h"
#include "analysis/report/parts.h"
#include "analysis/report/verdict.h"
#include "analysis/setting.h"

#include <inttypes.h>
#include <string.h>

void parts_limitations(const struct evidence *evidence,
                       void (*line)(void *context, const char *text), void *context) {
    struct story_text text = {.length = 0};
    if (strcmp(evidence->about->measure, "conditional") == 0) {
        line(context,
             "Every probability is conditional on the storm of the scenario; how "
             "likely that storm is, the report does not say.");
    }
    line(context,
         "Intervals cover the sampling of paths. They do not cover a wrong model: "
         "impact, depth, gas, the book and the agents are assumptions where their "
         "source says so.");
    line(context,
         evidence->sensitivities.count > 0
             ? "The model range changes one assumption at a time; two at once may "
               "go further."
             : "Without a model range nobody knows how far the headline moves "
               "with its assumptions.");
    line(context, "The group curve of fragility sorts paths by the fall they met; other "
                  "things differ along with it, so it shows association.");
    line(context, "Bad debt is what accounts owe before any layer pays; it is not added "
                  "to liquidations, which are told apart.");
    for (size_t i = 0; i < figures_count; ++i) {
        const struct estimate *estimate =
            figures_rows[i].metric == NULL
                ? NULL
                : metrics_find(&evidence->metrics, figures_rows[i].metric);
        if (estimate != NULL && estimate->thin_tail) {
            line(context,
                 "Expected shortfalls marked ~ rest on fewer than 50 paths: more "
                 "paths are needed before they are trusted.");
            break;
        }
    }
    if (evidence->metrics.failed > 0) {
        story_text_add(&text,
                       "%" PRIu64 " paths failed. Means, shortfalls and charts of values "
                       "leave them out; intervals of probabilities and quantiles count "
                       "them both ways.",
                       evidence->metrics.failed);
        line(context, text.text);
    }
}

static void write_item(void *context, const char *text) {
    FILE *file = context;
    html_write(file, "<li>%s</li>\n", text);
}

static void write_bands(FILE *file) {
    struct story_text text = {.length = 0};
    for (unsigned i = 0; i < VERDICT_COUNT; ++i) {
        const enum verdict verdict = (enum verdict)i;
        char below[NUMBER_SIZE];
        number_percent(verdict_below(verdict), below);
        if (i + 1 < VERDICT_COUNT) {
            story_text_add(&text, "%s\"%s\" below %s %%", i == 0 ? "" : ", ",
                           verdict_word(verdict), below);
        } else {
            story_text_add(&text, ", \"%s\" from there on", verdict_word(verdict));
        }
    }
    html_write(file,
               "<p>The word of the verdict follows P(insolvency): %s. The bands are "
               "this program's convention, not a standard.</p>\n",
               text.text);
}

static void write_method(FILE *file, const struct evidence *evidence) {
    char count[NUMBER_SIZE], horizon[PARAM_FORMAT_SIZE], level[NUMBER_SIZE];
    number_count(evidence->about->paths, count);
    number_plain(100 * evidence->about->level, level);
    if (setting_text(evidence->about->canonical, "world.horizon", horizon,
                     sizeof horizon) == NULL) {
        snprintf(horizon, sizeof horizon, "not told");
    }
    html_write(
        file,
        "<p>%s paths over a horizon of %s. On each, the whole layer runs for real: "
        "ledger, margin, liquidation, waterfall, oracle, chain and agents, in "
        "integer money that is conserved to the micro-dollar. Probabilities have "
        "Wilson intervals, or Clopper-Pearson where events are few; quantiles have "
        "order-statistic intervals; expected shortfalls normal ones from the "
        "influence function; means Student's t; differences on the same paths are "
        "paired. All at %s %%. Insolvency means that bad debt is larger than what "
        "the fund and the backstop paid, before winners are deleveraged.</p>\n",
        count, horizon, level);
    write_bands(file);
}

void parts_method(FILE *file, const struct evidence *evidence) {
    const struct store_about *about = evidence->about;
    char command[PARTS_COMMAND_SIZE], digest[DIGEST_TEXT_SIZE];
    char semantics[24];
    const bool named = parts_command(evidence, command);
    digest_text(about->digest, digest);
    snprintf(semantics, sizeof semantics, "%" PRId64, about->semantics);
    fputs("<h2 id=\"method\">Method</h2>\n", file);
    write_method(file, evidence);
    fputs("<h2>Limitations</h2>\n<ul>\n", file);
    parts_limitations(evidence, write_item, file);
    fputs("</ul>\n<h2>Reproduce it</h2>\n", file);
    if (!named) {
        fputs("<p><code>scenario.yaml</code> is the scenario's own file. Without it, "
              "<code>verify</code> runs paths of the results file again, from the values "
              "in it.</p>\n",
              file);
    }
    html_write(file,
               "<pre>%s\nbreakwater verify %s</pre>\n<p>The digest has to be<br/>"
               "<code>%s</code><br/>on any x86-64 machine, with any number of threads, "
               "by semantics %s. The file was made by breakwater %s, %s.</p>\n",
               command, store_path(evidence->store), digest, semantics, about->release,
               about->compiler);
}
