#!/usr/bin/env bash
# until.sh -- paths until an interval is narrow enough, from the outside: where it stops,
# that it is the run of so many paths, what is said when the paths do not suffice, what is
# refused, and a twin as control.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"
cd "$work" || exit 1

expect() {
    checks=$((checks + 1))
    if eval "$2"; then
        printf 'ok      %s\n' "$1"
    else
        fail "$1"
        sed 's/^/        said: /' said | head -n 8
    fi
}

# run CODE [ARGUMENTS...]: a short storm; what it prints is in out, its messages in said
run() {
    local wanted=$1 code
    shift
    "$program" run black-thursday --set world.horizon=30min --quiet "$@" >out 2>said </dev/null
    code=$?
    [ $code = "$wanted" ] || fail "run $*: exit code $code, not $wanted: $(head -n 1 said)"
}

# wrong NAME PATTERN [ARGUMENTS...]: exit code 2 and a message, before anything is run
wrong() {
    local name=$1
    # shellcheck disable=SC2034 # used by what is evaluated
    wrong_pattern=$2
    shift 2
    run 2 "$@"
    expect "wrong: $name" '[ ! -s out ] && grep -Eq -- "$wrong_pattern" said'
}

# A probability to 10 points needs 1,024 paths at the most: z 2.24, half-width below 4.
run 0 --until p_insolvency=10% -n 3000 --threads 2 --json -o until.h5
expect 'JSON says where it stopped' 'grep -q "\"paths\": 1024" out && grep -q "\"looks\": 1" out'
expect 'its intervals have the level of the look' 'grep -q "\"level\": 0.975" out'
digest=$(digest_in out)
run 0 --until p_insolvency=10% --until p_adl=10% -n 2000 --threads 1 --json
same 'one thread, two rules, another maximum' "$(digest_in out)" "$digest"
run 0 -n 1024 --json
same 'a run of so many paths' "$(digest_in out)" "$digest"
"$program" verify until.h5 -n 1 >out 2>said
expect 'verify takes the level of the file' 'grep -q "/estimates  *follows from the rows" out'
"$program" report until.h5 -o until.html >out 2>said
expect 'report tells the level' 'grep -q "97.5" until.html'

run 3 --until oracle_gap_max_mean=0.0001% -n 200
expect 'the page says what was not reached' \
    'grep -q "PRECISION NOT REACHED at look 1, 200 paths" out && grep -q "oracle_gap_max_mean=0.0001%: it is" out'
expect 'and so does a message' 'grep -q "precision not reached after 200 paths" said'

wrong 'no half-width' 'METRIC=HALF' --until p_insolvency
wrong 'no such metric' 'did you mean p_insolvency' --until p_insolvncy=1%
wrong 'another unit' 'the metric is in USD' --until bad_debt_mean=1h
wrong 'a share of an amount' 'write relative:1%' --until bad_debt_mean=1%
wrong 'nothing to reach' 'above zero' --until p_insolvency=0%
wrong 'a part cannot decide' 'goes without' --until p_insolvency=1% --blocks 0..2 -o part.h5
wrong 'nor can a path' 'goes without' --until p_insolvency=1% --path 3

run 0 --set impact.feedback=off -n 128 -o twin.h5
run 0 -n 64 --set world.twin=on -o own.h5
wrong 'a control of another seed' 'seed' -n 64 --seed 2 --control twin.h5
wrong 'a control that is no longer' 'tells nothing' -n 128 --control twin.h5
wrong 'a control that is not there' 'nowhere.h5' -n 64 --control nowhere.h5
wrong 'a control of one path' 'goes without' --path 1 --control twin.h5
run 0 -n 64 --control twin.h5
expect 'bad debt that never varies is told' 'grep -q "never varies" said'

verdict
