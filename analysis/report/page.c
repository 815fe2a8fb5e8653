#include "analysis/report/html.h"
#include "analysis/report/parts.h"

/* Text has a contrast of 4.5 or more on what it stands on: #46545f on white has 7.7. */
static const char style[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1120px;padding:16px;color:#16222d;background:#fff;"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
    "overflow-wrap:break-word}\n"
    "h1{font-size:1.5rem;line-height:1.25;margin:.2em 0}\n"
    "h2{font-size:1.2rem;margin:2em 0 .4em;border-top:2px solid #16222d;"
    "padding-top:.5em}\n"
    "h3{font-size:1rem;margin:1.4em 0 .3em}\n"
    "p{margin:.5em 0}.muted,figcaption,.source{color:#46545f}\n"
    "figcaption{font-size:.88rem;line-height:1.4;max-width:62ch}\n"
    ".verdict{font-size:1.15rem;max-width:66ch}\n"
    ".word{display:inline-block;padding:.05em .6em;border-radius:4px;color:#fff;"
    "font-weight:700}\n"
    ".word0{background:#1d6b3a}.word1{background:#4d6412}.word2{background:#8a5400}"
    ".word3{background:#ac3a10}.word4{background:#a11a1a}\n"
    ".first,.cards{display:grid;gap:12px;margin:12px 0}"
    ".cards{grid-template-columns:1fr 1fr}.cards .big{font-size:1.4rem}\n"
    ".card{border:1px solid #8795a1;border-radius:6px;padding:12px 14px}\n"
    ".big{font-size:2.1rem;font-weight:700;line-height:1.1}\n"
    ".warning{border-left:6px solid #a11a1a;padding:.4em .8em;background:#fdeeee}\n"
    ".condition{border-left:6px solid #1f4e8c;padding:.4em .8em;background:#eef3fa;"
    "max-width:80ch}.first .condition{margin:0}\n"
    ".charts{display:grid;gap:24px}\n"
    "figure{margin:0;max-width:560px}\n"
    "table{border-collapse:collapse;width:100%;font-size:.92rem;margin-bottom:.9em}\n"
    "th,td{text-align:left;vertical-align:top;padding:.3em .5em;"
    "border-bottom:1px solid #c6ced5}\n"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "th.group{padding-top:1em;color:#1f4e8c}\n"
    "caption{text-align:left;color:#46545f;font-size:.88rem;padding-bottom:.4em}\n"
    "pre,code{overflow-wrap:anywhere;font:13px/1.45 ui-monospace,'DejaVu Sans "
    "Mono',monospace}\n"
    "pre{background:#f2f4f6;padding:10px;white-space:pre-wrap}\n"
    "ol,ul{padding-left:1.6em}li{margin:.2em 0}summary{cursor:pointer}\n"
    "summary:focus-visible,a:focus-visible{outline:3px solid #1f4e8c}\n"
    "a{color:#1f4e8c}nav{font-size:.92rem}nav a{margin-right:1em}\n"
    "svg{display:block;width:100%;height:auto}\n"
    "svg text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#16222d;"
    "paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}\n"
    "svg text.mid,svg text.note.mid{text-anchor:middle}"
    "svg text.end{text-anchor:end}"
    "svg text.note{fill:#46545f}svg text.name{font-weight:600}\n"
    "svg .warn{fill:#a11a1a}\n"
    ".grid{stroke:#dbe1e6;stroke-width:1}.mark{stroke:#46545f;stroke-width:1}\n"
    ".curve{fill:none;stroke:#1f4e8c;stroke-width:1.8}"
    ".beside{fill:none;stroke:#8a5400;stroke-width:1.2;stroke-dasharray:3 2}\n"
    ".band{fill:#1f4e8c;fill-opacity:.18;stroke:none}\n"
    ".limit{stroke:#a11a1a;stroke-width:1.5;stroke-dasharray:5 3}\n"
    ".moment{stroke:#7b8894;stroke-width:.7;stroke-dasharray:2 2}\n"
    ".whisker{stroke:#16222d;stroke-width:1.4}.dot{fill:#16222d}\n"
    ".range{fill:#c9d7e8}.interval{fill:#1f4e8c}.bar{fill:#3f6fa8}\n"
    ".debt{fill:#46545f}.fund{fill:#1d6b3a}.winners{fill:#b06a00}.others{fill:#ac3a10}"
    ".pool{fill:#6a4c93}.open{fill:#a11a1a}\n"
    ".better{fill:#5b9a78}.worse{fill:#d08a6a}\n"
    "@media (min-width:860px){.first{grid-template-columns:1fr 1fr 1fr}"
    ".first .lead{grid-column:span 2}.cards{grid-template-columns:repeat(4,1fr)}"
    ".charts{grid-template-columns:1fr 1fr}}\n"
    "td code{display:inline-block;min-width:11em}\n"
    "@media (max-width:600px){svg text{font-size:13px}svg text.name{font-size:12px}"
    "td.source,th.source,td.wide,th.wide{display:none}th,td{padding:.3em "
    ".25em}table{font-size:.84rem}.pairs{font-size:.72rem}}\n"
    "@page{size:A4;margin:14mm}\n"
    "@media "
    "print{html{font-size:9.5pt}body{font-size:9.5pt;padding:0;max-width:none}nav{"
    "display:"
    "none}.verdict,figcaption{max-width:none}.verdict{font-size:1.05rem}"
    ".card{padding:6px 9px}.cards{font-size:.85rem}.cards .big{font-size:1.2rem}"
    "h2{margin-top:1.1em}figcaption,ol{font-size:.82rem;line-height:1.3}"
    "table{font-size:.82rem}pre,code{font-size:8pt}td code{min-width:13em}"
    "figure,.card,tr,li,.short{break-inside:avoid}h2,h3{break-after:avoid}"
    ".charts{grid-template-columns:1fr 1fr;gap:10px 14px}"
    ".first{grid-template-columns:1fr 1fr 1fr}.first .lead{grid-column:span 2}"
    ".cards{grid-template-columns:repeat(4,1fr)}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

void parts_page(FILE *file, const struct evidence *evidence) {
    html_write(file,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
               "<meta name=\"viewport\" content=\"width=device-width, "
               "initial-scale=1\"/>\n"
               "<meta name=\"generator\" content=\"breakwater %s\"/>\n"
               "<title>%s: stress test</title>\n<style>\n",
               evidence->about->release, evidence->about->scenario_name);
    fputs(style, file);
    fputs("</style>\n</head>\n<body>\n<main>\n", file);
    parts_head(file, evidence);
    parts_baseline(file, evidence);
    parts_results(file, evidence);
    parts_story(file, evidence);
    parts_scenario(file, evidence);
    parts_method(file, evidence);
    fputs("</main>\n</body>\n</html>\n", file);
}
