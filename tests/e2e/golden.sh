#!/usr/bin/env bash
# golden.sh [--write] -- the program still gives every digest of tests/golden.txt.
#
# --write replaces the digests by those of this program, for a change that raised
# BREAKWATER_SEMANTICS and has its line in CHANGELOG.md.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

golden=$source_root/tests/golden.txt
# digest PRESET SEED PATHS sets $digest
digest() {
    "$program" run "$1" --seed "$2" -n "$3" --json --quiet >"$work/run.json" 2>"$work/run.err" \
        </dev/null || fail "$1: exit $?: $(cat "$work/run.err")"
    digest=$(digest_in "$work/run.json")
}

if [ "${1:-}" = --write ]; then
    while read -r preset seed paths rest; do
        case $preset in
        '' | '#'*) echo "$preset${seed:+ $seed}${paths:+ $paths}${rest:+ $rest}" ;;
        semantics) sed -n 's/^#define BREAKWATER_SEMANTICS /semantics /p' \
            "$source_root/scenarios/semantics.h" ;;
        *)
            digest "$preset" "$seed" "$paths"
            echo "$preset $seed $paths $digest"
            ;;
        esac
    done <"$golden" >"$work/golden.txt"
    [ $failures = 0 ] && cp "$work/golden.txt" "$golden"
    exit $((failures > 0))
fi

while read -r preset seed paths expected; do
    case $preset in '' | '#'* | semantics) continue ;; esac
    digest "$preset" "$seed" "$paths"
    same "$preset, seed $seed, $paths paths" "$digest" "$expected"
done <"$golden"
verdict
