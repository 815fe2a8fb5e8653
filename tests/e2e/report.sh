#!/usr/bin/env bash
# report.sh -- the page about a run: well-formed, nothing from outside, nothing that runs,
# every label there, the same bytes every time; a damaged file leaves nothing behind.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

expect() {
    checks=$((checks + 1))
    if eval "$2"; then
        printf 'ok      %s\n' "$1"
    else
        fail "$1"
        sed 's/^/        said: /' said | head -n 8
    fi
}

# reported CODE [ARGUMENTS...] runs report; what it prints is in out, its messages in said
reported() {
    local wanted=$1 code
    shift
    "$program" report "$@" >out 2>said </dev/null
    code=$?
    [ $code = "$wanted" ] || fail "report $*: exit code $code, not $wanted: $(head -n 1 said)"
}

# wrong NAME PATTERN [ARGUMENTS...]: exit code 2, a message, the old page as it was
wrong() {
    local name=$1 pattern=$2
    shift 2
    echo old >kept.html
    reported 2 "$@" -o kept.html
    # shellcheck disable=SC2034 # used by what is evaluated
    wrong_pattern=$pattern
    expect "wrong: $name" '[ ! -s out ] && grep -Eq -- "$wrong_pattern" said && [ "$(cat kept.html)" = old ]'
}

# page FILE: what every page has to be, checked by a reader of XML
page() {
    "${PYTHON:-python3}" - "$1" >said 2>&1 <<'PYTHON'
import re, sys, xml.etree.ElementTree as tree
text = open(sys.argv[1], encoding='utf-8').read()
root = tree.fromstring(text)
names = [node.tag.split('}')[-1] for node in root.iter()]
assert not {'script', 'link', 'img', 'iframe', 'object', 'use'} & set(names), 'something foreign'
assert not re.search(r'(src=|url\(|@import|javascript:| on[a-z]+=)', text), 'something from outside'
links = [node.get('href') for node in root.iter() if node.get('href')]
ids = [node.get('id') for node in root.iter() if node.get('id')]
assert len(ids) == len(set(ids)), 'an id twice'
assert all(link[0] == '#' and link[1:] in ids for link in links), links
drawings = [node for node in root.iter() if node.tag.endswith('}svg')]
assert drawings, 'no drawing'
for drawing in drawings:
    assert drawing.get('role') == 'img' and all(i in ids for i in drawing.get('aria-labelledby').split())
    _, _, width, height = map(float, drawing.get('viewBox').split())
    for node in drawing.iter():
        for key, most in (('x', width), ('x1', width), ('x2', width), ('cx', width),
                          ('y', height), ('y1', height), ('y2', height), ('cy', height)):
            if node.get(key) is not None:
                assert 0 <= float(node.get(key)) <= most, (node.tag, key, node.get(key))
assert not re.search(r'\b(nan|inf)\b', text.lower()), 'a number that is none'
def light(colour):
    part = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    part = [c / 12.92 if c <= .03928 else ((c + .055) / 1.055) ** 2.4 for c in part]
    return .2126 * part[0] + .7152 * part[1] + .0722 * part[2]
def contrast(a, b):
    low, high = sorted((light(a), light(b)))
    return (high + .05) / (low + .05)
style = next(node.text for node in root.iter('style'))
for colour in re.findall(r'[{;]color:(#[0-9a-f]{6})', style):
    assert max(contrast(colour, back) for back in ('#ffffff',)) >= 4.5, colour
for colour in re.findall(r'\.word\d\{background:(#[0-9a-f]{6})\}', style):
    assert contrast(colour, '#ffffff') >= 4.5, colour
PYTHON
}

cd "$work" || exit 1
for pair in 'a 6.5%' 'b 9%'; do
    "$program" run black-thursday -n 128 --seed 3 --quiet --set world.horizon=14h \
        --set margin.maintenance="${pair#* }" -o "${pair%% *}.h5" >run.txt 2>said || fail 'a run'
done

reported 0 a.h5 -o one.html
expect 'it says where it is' '[ "$(cat out)" = "report one.html" ]'
expect 'a page' 'page one.html'
expect 'the first screen' 'head -n 90 one.html | grep -q "P(insolvency)" && grep -q "class=\"verdict\"" one.html &&
    grep -q "If this storm happens" one.html && grep -q "how likely the storm is" one.html'
expect 'the line that reproduces' 'grep -q "breakwater run black-thursday --set &#39;world.horizon=14h&#39; -n 128 --seed 3 -o again.h5" one.html'
expect 'its digest' 'grep -q "$("$program" run black-thursday -n 128 --seed 3 --quiet --set world.horizon=14h |
    sed -n "s/^digest //p")" one.html'
expect 'sources of the preset' 'grep -q "Derive standard manager" one.html'
expect 'the worst path' 'grep -q "came out as it was stored" one.html && grep -q "ETH-PERP began at 194.61 USD" one.html'
expect 'what happens over time' '[ "$(grep -o "aria-labelledby=\"[a-z-]*-over-time-title" one.html | sort -u | wc -l)" = 6 ] && grep -q "median of 128 paths" one.html'
# The curve ends at the share of paths that depleted the fund, as the table has it.
# shellcheck disable=SC2034 # used by what is evaluated
depleted=$(sed -n 's|.*<td>insurance fund depleted</td><td class="n">\([^<]*\)<.*|\1|p' one.html)
expect 'when the fund is depleted' '[ -n "$depleted" ] && grep -q "(Kaplan-Meier). At the end it was depleted on $depleted of them (" one.html'
expect 'the accounts of the worst path' 'grep -q "The accounts that cost the most on it" one.html && grep -q "<tr><td>trader " one.html'
reported 0 a.h5 -o two.html
expect 'twice the same bytes' 'cmp -s one.html two.html'
reported 0 a.h5 -o -
expect 'to standard output' 'cmp -s out one.html'
(mkdir -p plain && cd plain && "$program" report ../a.h5 >/dev/null 2>&1)
expect 'report.html where no name is given' '[ -s plain/report.html ] && [ "$(ls plain)" = report.html ]'

reported 0 a.h5 --json
"$program" run black-thursday -n 128 --seed 3 --quiet --set world.horizon=14h --json >run.json 2>said
expect 'JSON has the numbers of the run' '"${PYTHON:-python3}" -c "
import json
page, run = json.load(open(\"out\")), json.load(open(\"run.json\"))
assert page[\"digest\"] == run[\"digest\"] and page[\"measure\"] == run[\"measure\"]
for name, want in run[\"metrics\"].items():
    got = page[\"metrics\"][name]
    assert all(got[key] == want[key] for key in (\"value\", \"low\", \"high\", \"level\", \"n\", \"unit\")), name
paid = page[\"who_paid\"][\"all_paths\"]
layers = sum(paid[key][\"value\"] for key in paid if key not in (\"n\", \"bad debt\"))
assert abs(layers - paid[\"bad debt\"][\"value\"]) < 1, (layers, paid)
"'
reported 0 a.h5 --markdown
expect 'Markdown' 'head -n 1 out | grep -q "^# black-thursday: stress test" && grep -q "P(insolvency)" out && ! grep -q "<" out'

reported 0 b.h5 --baseline a.h5 -o both.html
expect 'a page beside a baseline' 'page both.html && grep -q "id=\"baseline\"" both.html && grep -q "<code>margin.maintenance</code>" both.html'
reported 0 b.h5 --baseline a.h5 --json
"$program" compare black-thursday -n 128 --seed 3 --quiet --set world.horizon=14h --set-b margin.maintenance=9% --json >pair.json 2>said
expect 'the differences are those of compare' '"${PYTHON:-python3}" -c "
import json
page, pair = json.load(open(\"out\"))[\"baseline\"], json.load(open(\"pair.json\"))[\"metrics\"]
for name in (\"p_insolvency\", \"bad_debt_mean\", \"bad_debt_es99\"):
    got, want = page[name], pair[name]
    assert got[\"difference\"] == {\"value\": want[\"difference\"], \"low\": want[\"difference_low\"], \"high\": want[\"difference_high\"]}, (name, got, want)
    assert got[\"reading\"] == want[\"b_is\"], name
"'

# What was compared with the run.
"$program" run black-thursday -n 64 --seed 3 --quiet --set world.horizon=14h --ablation --fragility -o hard.h5 >run.txt 2>said ||
    fail 'a run with variants'
reported 0 hard.h5 -o hard.html
expect 'ablation and fragility' 'page hard.html && grep -q "What each mechanism does" hard.html && grep -q "id=\"severity" hard.html &&
    grep -q -- "--ablation --fragility -o again.h5" hard.html'
reported 0 hard.h5 --markdown
expect 'in Markdown, too' 'grep -q "^| market.severity x0.5 | " out && grep -q "^| oracle lag off | " out'

# A worst path that cannot be run again is drawn from the log in the file.
"$program" show black-thursday --book >book.csv 2>said
"$program" run black-thursday -n 32 --quiet --set world.horizon=12h --set book.file=book.csv -o own.h5 >run.txt 2>said ||
    fail 'a run over a book of its own'
rm book.csv
reported 0 own.h5 -o own.html
expect 'drawn from the stored log' 'page own.html && grep -q "It cannot be told here" own.html && grep -q "Drawn from its event log" own.html'

# A name cannot break the page.
cat >odd.yaml <<'YAML'
name: "<b>&\"storm' 5 %"
extends: calm
world: {horizon: 2h}
YAML
"$program" run odd.yaml -n 64 --quiet -o odd.h5 >run.txt 2>said || fail 'the run with an odd name'
reported 0 odd.h5 -o odd.html
expect 'markup in a name is text, and a calm is a page' 'page odd.html && grep -q "&lt;b&gt;&amp;&quot;storm&#39;" odd.html'
"$program" run black-thursday -n 2 --quiet --set world.horizon=1h -o few.h5 >run.txt 2>said || fail 'the run of two'
reported 0 few.h5 -o few.html
expect 'two paths are a page' 'page few.html'

wrong 'no such file' 'nowhere.h5' nowhere.h5
echo 'no results' >foreign.h5
wrong 'no results file' 'foreign.h5' foreign.h5
head -c 60000 a.h5 >short.h5
wrong 'cut short' 'short.h5' short.h5
wrong 'a baseline that is none' 'foreign.h5' a.h5 --baseline foreign.h5
wrong 'a baseline of other paths' 'seed|paths' a.h5 --baseline few.h5
reported 2 a.h5 -o plain/
expect 'a folder is no file' 'grep -q "is a folder" said'
reported 2 a.h5 --json --markdown
reported 2
checks=$((checks + 1))
"$program" report a.h5 -o - >/dev/full 2>said
[ $? = 1 ] || fail 'a full disk: exit code'
verdict
