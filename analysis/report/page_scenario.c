#include "analysis/report/html.h"
#include "analysis/report/parts.h"

#include <string.h>

/* A document is one line and a source may end it. */
static void write_setting(void *context, const struct parts_setting *setting) {
    FILE *file = context;
    html_write(file, "<tr><td><code>%s</code></td><td>%s", setting->key, setting->value);
    if (setting->other != NULL) {
        html_write(file, "<br/><small>preset: %s</small>", setting->other);
    }
    html_write(file, "</td><td>%s</td><td class=\"source\">%s</td></tr>\n", setting->doc,
               setting->other != NULL  ? "changed for this run"
               : *setting->source != 0 ? setting->source
                                       : "not told");
}

void parts_scenario(FILE *file, const struct evidence *evidence) {
    char digest[DIGEST_TEXT_SIZE];
    digest_text(evidence->about->scenario_hash, digest);
    fputs("<h2 id=\"scenario\">Scenario and parameters</h2>\n", file);
    if (evidence->is_preset) {
        html_write(file,
                   "<p>The preset <b>%s</b>. The table has every value that the preset "
                   "gives a source for, or that is not the preset's.</p>\n",
                   evidence->about->scenario_name);
    } else {
        html_write(
            file,
            "<p>The scenario <b>%s</b> is none of the presets: a results file keeps "
            "its values, not its sources. The table has every value that is not the "
            "program's default.</p>\n",
            evidence->about->scenario_name);
    }
    fputs("<table>\n<thead><tr><th scope=\"col\">key</th><th scope=\"col\">value</th><th "
          "scope=\"col\">meaning</th><th scope=\"col\" "
          "class=\"source\">source</th></tr></thead>\n<tbody>\n",
          file);
    parts_settings(evidence, write_setting, file);
    html_write(
        file,
        "</tbody>\n</table>\n<details>\n<summary>Every value, in canonical spelling "
        "(hash %s)</summary>\n<pre>%s</pre>\n</details>\n",
        digest, evidence->about->canonical);
}
