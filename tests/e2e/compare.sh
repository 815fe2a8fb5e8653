#!/usr/bin/env bash
# compare.sh -- two scenarios on the same paths: what differs, by how much, and in words.
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
compare() {
    "$program" compare "$@" --quiet >"$work/out" 2>"$work/said"
    code=$?
}
cd "$work" || exit 1
small=(--set population.accounts=60 --set population.owners=50 --set world.horizon=3h
    --set market.start=2020-03-12T09:00:00Z --set 'fund.deposit=300k USD')

compare black-thursday "${small[@]}" --set-b 'fund.deposit=600k USD' -n 128
expect 'it compares' '[ $code = 0 ] && [ ! -s said ]'
expect 'what differs is told' 'grep -Eq "^  fund.deposit +300000 USD -> 600000 USD|^  fund.deposit +300k USD -> 600k USD" out'
expect 'so is the pairing' 'grep -q "seed 1, 128 paths, the same book, the same storm" out'
expect 'a page is at most 80 columns wide' '! grep -Eq ".{81}" out'
compare black-thursday "${small[@]}" --set-b 'fund.deposit=600k USD' -n 128 --json
cp out two.json
"$program" run black-thursday "${small[@]}" -n 128 -q --json >a.json
"$program" run black-thursday "${small[@]}" --set 'fund.deposit=600k USD' -n 128 -q --json >b.json
# value FILE METRIC [SIDE]
value() {
    python3 -c 'import json, sys
metric = json.load(open(sys.argv[1]))["metrics"][sys.argv[2]]
print((metric[sys.argv[3]] if len(sys.argv) > 3 else metric)["value"])' "$@"
}
# metrics FILE: without names, which tell --set
metrics() {
    python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["metrics"])' "$1"
}
for metric in p_insolvency bad_debt_mean uncovered_loss_mean bad_debt_es99; do
    expect "$metric is that of the runs alone" \
        '[ "$(value two.json $metric a)" = "$(value a.json $metric)" ] &&
         [ "$(value two.json $metric b)" = "$(value b.json $metric)" ]'
done
expect 'a larger fund never makes a path insolvent' \
    'grep -Eq "\"p_insolvency\".*\"pairs_higher\": 0,.*\"b_is\": \"(better|same)\"" two.json'
cp two.json first.json
compare black-thursday "${small[@]}" --set-b 'fund.deposit=600k USD' -n 128 --json --threads 1
expect 'whatever the threads' 'cmp -s out first.json'

# results files: the same answer as from the scenarios, whatever stands for a side
"$program" run black-thursday "${small[@]}" -n 128 -q -o a.h5 >said
"$program" run black-thursday "${small[@]}" --set 'fund.deposit=600k USD' -n 128 -q -o b.h5 >said
compare a.h5 b.h5 --json
expect 'two files' '[ $code = 0 ] && cmp -s out first.json'
compare a.h5 --set-b 'fund.deposit=600k USD' --json
expect 'a file and its scenario with a change' '[ $code = 0 ] && cmp -s <(metrics out) <(metrics first.json)'
compare a.h5 black-thursday "${small[@]/--set/--set-b}" --set-b 'fund.deposit=600k USD' --json
expect 'a file and a scenario' '[ $code = 0 ] && cmp -s out first.json'
compare a.h5 b.h5 -n 64
expect 'files have their paths' '[ $code = 2 ] && [ ! -s out ] && grep -q "a.h5 has 128 paths of seed 1" said'
"$program" run black-thursday "${small[@]}" -n 64 -q -o short.h5 >said
compare a.h5 short.h5
expect 'only equal numbers of paths' '[ $code = 2 ] && [ ! -s out ] && grep -q "128 paths and B has 64" said'
"$program" run black-thursday "${small[@]}" -n 128 --seed 2 -q -o seed.h5 >said
compare a.h5 seed.h5
expect 'and one seed' '[ $code = 2 ] && [ ! -s out ] && grep -q "no pairs" said'
head -c 20000 a.h5 >cut.h5
compare cut.h5 b.h5
expect 'a damaged file is told' '[ $code = 2 ] && [ ! -s out ] && grep -q "cut.h5" said'
compare nowhere.h5 b.h5
expect 'so is one that is not there' '[ $code != 0 ] && [ ! -s out ] && grep -q "nowhere.h5" said'

compare black-thursday "${small[@]}" -n 64
expect 'a scenario is like itself' '[ $code = 0 ] && grep -q "The scenarios are the same" out &&
    ! grep -Eq "better|worse|unclear$" out'
compare black-thursday calm "${small[@]}" -n 64
expect 'another storm is told' 'grep -q "the same book, ANOTHER storm" out'
compare black-thursday "${small[@]}" --set-b population.size_sd=1 -n 64
expect 'another book is told' 'grep -q "ANOTHER book, the same storm" out'

compare black-thursday "${small[@]}" --set-b margin.maintenace=8%
expect 'a slip is told before anything runs' \
    '[ $code = 2 ] && [ ! -s out ] && grep -q "did you mean maintenance" said'
compare
expect 'two names are wanted' '[ $code = 2 ] && [ ! -s out ]'
compare black-thursday calm staircase-down
expect 'not three' '[ $code = 2 ] && grep -q "two at a time" said'
verdict
