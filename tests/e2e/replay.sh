#!/usr/bin/env bash
# replay.sh -- one path told: the same as stored, the same bytes every time, in a pipe, on a
# narrow terminal and on a full disk; what is wrong is told and nothing is left behind.
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

# told CODE [OPTIONS...] runs replay; what it prints is in out, its messages in said
told() {
    local wanted=$1 code
    shift
    "$program" replay "$@" >out 2>said </dev/null
    code=$?
    [ $code = "$wanted" ] || fail "replay $*: exit code $code, not $wanted: $(head -n 1 said)"
}

# wrong NAME PATTERN [OPTIONS...]: exit code 2, one message, nothing printed
wrong() {
    local name=$1 pattern=$2
    shift 2
    told 2 "$@"
    # shellcheck disable=SC2034 # used by what is evaluated
    wrong_pattern=$pattern
    expect "wrong: $name" '[ ! -s out ] && grep -Eq -- "$wrong_pattern" said && [ "$(grep -c "^breakwater" said)" = 1 ]'
}

cd "$work" || exit 1
"$program" run black-thursday -n 64 --seed 3 --quiet --set world.horizon=14h -o r.h5 >run.txt 2>said ||
    fail 'the run to replay'

told 0 r.h5 --path 5
cp out first
expect 'it is the path that was stored' 'grep -q "^Same as stored in r.h5: every outcome and the log head" out'
expect 'it fits 80 columns' '! grep -Eq ".{81}" out'
expect 'no colour, no control character' '! LC_ALL=C grep -q "[^ -~]" out'
expect 'it says what happened' 'grep -q "^ETH-PERP began at 194.61 USD" out && grep -q "T+10:" out'
expect 'it has state roots' 'grep -Eq "state root [0-9a-f]{16}, history [0-9a-f]{16}" out &&
    grep -Eq "^state root [0-9a-f]{64}$" out'
told 0 r.h5 --path 5
expect 'twice the same bytes' 'cmp -s out first'
told 0 r.h5 --path worst
cp out worst
number=$(sed -n '1s/.*path //p' worst)
told 0 r.h5 --path "$number"
expect 'the worst path has a number' 'cmp -s out worst'

# From the scenario instead of the file: the same path, and the digest run gives.
told 0 black-thursday --seed 3 --path 5 --set world.horizon=14h
expect 'the same story from the scenario' 'diff <(sed 1,2d out) <(sed 1,2d first) >said'
digest=$("$program" run black-thursday --seed 3 --path 5 --set world.horizon=14h | sed -n 's/^digest //p')
same 'the digest of run --path' "$(sed -n 's/^digest //p' out)" "$digest"
told 0 r.h5 --path 5 --set fund.deposit=10M\ USD
expect 'a changed scenario is not compared' 'grep -q "a changed scenario: not the stored path" out'
told 0 r.h5 --path 5 --seed 4
expect 'nor another seed' 'grep -q "another seed: not the stored path" out'
told 0 r.h5 --path 5 --set performance.audit=block --set performance.watch=exhaustive
expect 'how it is computed changes nothing' 'grep -q "^Same as stored" out'

# Parts of it
told 0 r.h5 --path 5 --from T+10:30 --to 11h
expect 'a part has shorter stretches' 'grep -q "^10:31:00 T+10:31:00" out && ! grep -q "T+11:01" out'
told 0 r.h5 --path 5 --from 2020-03-12T10:00:00Z --to T+10:05:00 --all
expect 'every event on a line' '[ "$(grep -c "oracle_report" out)" -gt 3 ]'
told 0 r.h5 --path 5 --kind root --every 14h
expect 'only one kind' 'grep -q "state root" out && ! grep -q "oracle report" out'
told 0 r.h5 --path 5 --json --kind liquidate,root
expect 'JSON of two kinds' 'python3 - out <<"END"
import json, sys
run = json.load(open(sys.argv[1]))
kinds = {(e["event"], e.get("transaction")) for e in run["events"]}
assert ("transaction", "liquidate") in kinds and ("root", None) in kinds, kinds
assert {kind[1] for kind in kinds} == {"liquidate", None}, kinds
assert run["same_as_stored"] is True and run["path"] == 5
paid = sum(e.get("fund_paid_usd", 0) for e in run["events"])
assert abs(paid - run["fields"]["fund_draw"]["value"]) < 1e-4
END'

# Files
told 0 r.h5 --path 5 -o events.csv
told 0 r.h5 --path 5 -o events.h5
cp events.csv one.csv
cp events.h5 one.h5
told 0 r.h5 --path 5 -o events.csv
told 0 r.h5 --path 5 -o events.h5
expect 'files are the same bytes every time' 'cmp -s events.csv one.csv && cmp -s events.h5 one.h5'
told 0 r.h5 --path 5 --json
expect 'CSV has a line an event' 'python3 - out events.csv <<"END"
import csv, json, sys
run = json.load(open(sys.argv[1]))
rows = list(csv.DictReader(open(sys.argv[2])))
assert len(rows) == len(run["events"]) > 1000
for row, event in zip(rows, run["events"]):
    for key, value in event.items():
        assert str(value) == row[key] or float(value) == float(row[key]), (key, value, row[key])
END'

# Pipes, full disks, terminals
"$program" replay r.h5 --path 5 2>said | head -n 3 >out
expect 'head gets its lines' '[ "$(wc -l <out)" = 3 ] && ! grep -q Assertion said'
"$program" replay r.h5 --path 5 >/dev/full 2>said
code=$?
expect 'a full output is told' '[ $code = 1 ] && grep -q "standard output cannot be written" said'
(
    trap '' XFSZ
    ulimit -f 4
    exec "$program" replay r.h5 --path 5 -o full.csv >/dev/null 2>said
)
code=$?
expect 'a full disk is told, nothing is left' '[ $code = 1 ] && grep -q "full.csv: cannot be written" said && ! ls full.csv* 2>/dev/null'
if command -v script >/dev/null; then
    for columns in 40 70 200; do
        script -qec "stty cols $columns; '$program' replay r.h5 --path 5 | cat >piped; '$program' replay r.h5 --path 5" \
            /dev/null </dev/null 2>said | tr -d '\r' >out
        expect "a terminal of $columns columns" '[ "$(sed "/^What came of it/,\$d" out | grep -cE ".{$((columns + 1))}")" = 0 ] &&
            ! grep -q "$(printf "\033")" out && cmp -s piped first'
    done
fi

# Wrong input
wrong 'no path' 'replay: which path' r.h5
wrong 'nothing to replay' 'name a results file' --path 1
wrong 'a path that is not there' 'r.h5: has no path 64; its paths are 0 to 63' r.h5 --path 64
wrong 'a path that is no number' '--path x' r.h5 --path x
wrong 'the worst of a scenario' 'black-thursday is no results file' black-thursday --path worst
wrong 'an unknown kind' 'did you mean liquidate' r.h5 --path 5 --kind liqidate
wrong 'no kind' 'no kind of event' r.h5 --path 5 --kind root,
wrong 'no time' '--from: "noon" is no time' r.h5 --path 5 --from noon
wrong 'minutes beyond the hour' '--to: "T.10:75" is no time' r.h5 --path 5 --to T+10:75
wrong 'the end before the beginning' '--to is before --from' r.h5 --path 5 --from 9h --to 8h
wrong 'no length of a stretch' '--every 0s' r.h5 --path 5 --every 0s
wrong 'an unknown file' 'call it .h5 or .csv' r.h5 --path 5 -o events.txt
wrong 'a folder that is not there' 'nowhere' r.h5 --path 5 -o nowhere/events.csv
wrong 'an unknown preset' 'no preset' black-tuesday --path 5
wrong 'no such results' 'gone.h5: cannot be opened' gone.h5 --path 5
wrong 'a file of events' 'events.h5: is HDF5, but not a results file' events.h5 --path 5
head -c 20000 r.h5 >cut.h5
wrong 'a file cut short' 'cut.h5: is damaged: it is cut short' cut.h5 --path 5
printf 'not HDF5' >text.h5
wrong 'a file of text' 'text.h5: is not a results file' text.h5 --path 5
mkdir folder.h5
wrong 'a folder' 'folder.h5: is a folder' folder.h5 --path 5

# A run over one's own book needs the book again, and knows whether it is the one.
"$program" show black-thursday --book >book.csv
printf 'extends: black-thursday\nworld: {horizon: 2h}\nbook: {file: book.csv, mode: replace}\n' >own.yaml
"$program" run own.yaml -n 2 --quiet -o own.h5 >run.txt 2>said || fail 'a run over a book'
told 2 own.h5 --path 1
expect 'without its book it is told' 'grep -q "book.content: is given without book.file" said && [ ! -s out ]'
told 0 own.h5 --path 1 --set book.file=book.csv
expect 'with its book it is the same' 'grep -q "^Same as stored in own.h5" out'
sed -i '2s/,USD,/,USD,1/' book.csv
told 2 own.h5 --path 1 --set book.file=book.csv
expect 'with another book it is not' 'grep -q "book.content: is another book" said'
verdict
