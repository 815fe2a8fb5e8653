#!/usr/bin/env bash
# golden.sh -- the program still gives every digest of tests/golden.txt.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

while read -r preset seed paths digest; do
    case $preset in '' | '#'* | semantics) continue ;; esac
    "$program" run "$preset" -n "$paths" --seed "$seed" --json --quiet \
        >"$work/run.json" 2>"$work/run.err" </dev/null || fail "$preset: exit $?: $(cat "$work/run.err")"
    same "$preset, seed $seed, $paths paths" "$(digest_in "$work/run.json")" "$digest"
done <"$source_root/tests/golden.txt"
verdict
