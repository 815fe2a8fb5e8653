#!/usr/bin/env bash
# tune.sh -- the cheapest setting within a budget: what is answered, kept, and refused.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

expect() {
    checks=$((checks + 1))
    if eval "$2"; then
        printf 'ok      %s\n' "$1"
    else
        fail "$1"
        sed 's/^/        said: /' "$work/said" | head -n 8
    fi
}
tune() {
    "$program" tune "$@" --quiet >"$work/out" 2>"$work/said"
    code=$?
}
# member FILE EXPRESSION of the object t
member() {
    python3 -c 'import json, sys
t = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$@"
}
cd "$work" || exit 1
# One long account whose leverage decides: P(insolvency) is 10 % at 9.816 %.
known=(single-gap --set population.accounts=2 --set population.owners=2
    --set world.horizon=10min --set market.gap_time=5min
    --set population.near_margin_share=0% --set margin.initial=15%)
over=(--over margin.maintenance=5%..13%)

tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%'
expect 'it answers' '[ $code = 0 ] && [ ! -s said ] && grep -q "^Recommended" out'
expect 'with a threshold' 'grep -q "^Threshold: surely over the budget at .*surely within it at" out'
expect 'its cost and error bars' 'grep -Eq "^  cost +[0-9.]+M USD \[.*\] +now" out'
tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%' --json
cp out one.json
expect 'the known threshold is between them' '[ "$(member one.json "(
float(t[\"surely_over_below\"][\"values\"][\"margin.maintenance\"][:-1]) < 9.816 <
float(t[\"recommended\"][\"values\"][\"margin.maintenance\"][:-1]) < 12)")" = True ]'

# The published number is that of the run the page names.
"$program" tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%' -q |
    sed -n 's/^again   breakwater //p' >again
expect 'it says how to repeat it' '[ "$(wc -l <again)" = 1 ]'
eval "\"\$program\" $(cat again) -q --json" >run.json
expect 'and that gives the same numbers' '[ "$(member run.json "t[\"metrics\"][\"p_insolvency\"][\"high\"]")" = "$(member one.json "
[s for s in t[\"settings\"] if s[\"verdict\"] == \"recommended\"][0][\"goals\"][0][\"high\"]")" ]'

tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=0.01%' -n 200
expect 'exit 3 when nothing is within' '[ $code = 3 ] && grep -q "No setting" out'
tune "${known[@]}" "${over[@]}" -n 100
expect 'no budget, no recommendation' '[ $code = 0 ] && grep -q "Without --budget" out'

# Several scenarios: the deeper gap binds.
tune "${known[0]}" single-gap "${known[@]:1}" "${over[@]}" --budget 'p_insolvency<=10%' -n 200 --json
cp out two.json
expect 'a budget holds in every scenario' '[ "$(member two.json "len(t[\"goals\"])")" = 2 ]'
cat >deeper.yaml <<'Y'
name: deeper
extends: single-gap
market:
  gap: -25%
  source: a test
Y
tune single-gap deeper.yaml "${known[@]:1}" --over margin.maintenance=8%..20%:1% \
    --budget 'p_insolvency<=15%' -n 300 --json
cp out two.json
expect 'and the binding one is named' '[ $code = 0 ] && [ "$(member two.json "[g[\"scenario\"] for g in t[\"goals\"] if g[\"binding\"]]")" = "['"'deeper'"']" ]'

# Rounds are kept beside the file; an interrupted tuning goes on to the same answer.
tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%' -n 1500 --json -o whole.h5
cp out whole.json
expect 'the file is written, the rounds are gone' '[ $code = 0 ] && [ -s whole.h5 ] && [ -z "$(ls -d ./*.shards 2>/dev/null)" ]'
"$program" tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%' -n 1500 -q -o cut.h5 \
    >out 2>said &
pid=$!
for _ in $(seq 200); do
    [ -d cut.h5.round2.shards ] && break
    sleep 0.02
done
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
expect 'a killed one keeps its rounds' '[ -d cut.h5.round1.shards ] && [ ! -e cut.h5 ]'
tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%' -n 1500 -o cut.h5
expect 'and is not written over' '[ $code = 2 ] && grep -q -- --resume said'
tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=5%' -n 2000 -o cut.h5 --resume
expect 'nor mixed with another' '[ $code = 2 ]'
tune "${known[@]}" "${over[@]}" --budget 'p_insolvency<=10%' -n 1500 -o cut.h5 --resume --json --threads 3
expect 'with --resume it ends alike' '[ $code = 0 ] && cmp -s out whole.json && [ -z "$(ls -d ./*.shards 2>/dev/null)" ]'
expect 'to the same file' 'cmp -s cut.h5 whole.h5'

if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
    /usr/bin/python3 - >seen 2>said <<'P'
import h5py, json
told = json.load(open("whole.json"))
with h5py.File("whole.h5") as file:
    rows = file["settings"]
    assert file.attrs["format"] == "breakwater-tune"
    at = int(file.attrs["recommended"])
    assert [s["verdict"] for s in told["settings"]].index("recommended") == at
    share = float(told["recommended"]["values"]["margin.maintenance"][:-1]) / 100
    assert abs(rows["margin.maintenance"][at] - share) < 1e-9
    assert rows["margin.maintenance"].attrs["units"] in ("1", b"1")
    for i, setting in enumerate(told["settings"]):
        assert rows["cost"][i] == setting["cost"]["value"]
        assert rows["goal_0_high"][i] == setting["goals"][0]["high"]
        assert rows["verdict"][i].decode() == setting["verdict"]
    assert rows["cost"].dims[0][0].name == "/settings/setting"
print("read")
P
    expect 'h5py reads what --json tells' 'grep -q read seen'
fi

tune black-thursday --budget 'p_insolvency<=5%'
expect 'nothing to tune' '[ $code = 2 ] && grep -q -- --over said && [ ! -s out ]'
tune black-thursday --over margin.maintenence=5%..9%
expect 'no such key' '[ $code = 2 ] && grep -q "did you mean maintenance" said'
tune black-thursday --over margin.maintenance=5%..9% --budget 'p_insolvenci<=5%'
expect 'no such metric' '[ $code = 2 ] && grep -q p_insolvency said'
tune black-thursday --over margin.maintenance=5%..9% --budget 'bad_debt_mean<=5h'
expect 'a limit in another unit' '[ $code = 2 ] && grep -q USD said'
tune black-thursday --over margin.maintenance=5%..9% --response panic
expect 'no such response' '[ $code = 2 ] && grep -q hold_equity said'
tune black-thursday --over margin.maintenance=5%..9% --resume
expect '--resume without a file' '[ $code = 2 ] && grep -q -- "-o FILE" said'
tune black-thursday --over margin.maintenance=5%..9% -o nowhere/t.h5
expect 'a file that cannot be' '[ $code = 2 ] && [ ! -s out ]'
verdict
