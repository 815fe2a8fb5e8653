#!/bin/sh
# symbols.sh BUILD -- what the libraries of a path ask of the outside, and what they keep.
#
# In BUILD (a build without link-time optimisation) every undefined symbol of the five
# libraries has to be defined in a library it may use, or be on the allow-list beside this
# script; and none of them has data that can be written: a path has no globals.
set -eu
build=$1
allowed=$(dirname -- "$0")/allowed_symbols.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# library, archive, libraries whose symbols it may use
check() {
    library=$1
    archive=$build/$2
    shift 2
    [ -f "$archive" ] || {
        echo "symbols: $archive is missing; build it first" >&2
        exit 1
    }
    nm -g --defined-only "$archive" 2>/dev/null | awk 'NF == 3 { print $3 }' |
        sort -u >"$work/$library.defined"
    {
        cat "$work/$library.defined"
        for other in "$@"; do
            cat "$work/$other.defined"
        done
        sed 's/#.*//' "$allowed" |
            awk -v library="$library" '$1 == "*" || $1 == library { print $2 }'
    } | sort -u >"$work/$library.allowed"
    nm -u "$archive" 2>/dev/null | awk '$1 == "U" || $1 == "w" { print $2 }' | sort -u |
        comm -23 - "$work/$library.allowed" >"$work/$library.foreign"
    while read -r symbol; do
        where=$(nm -A -u "$archive" 2>/dev/null |
            awk -v s="$symbol" '$NF == s { split($1, p, ":"); print p[length(p) - 1] }' |
            sort -u | tr '\n' ' ')
        echo "$library: $symbol (in ${where% }) is neither its own, nor of a floor it may use," \
            "nor allowed; see tests/lint/allowed_symbols.txt"
    done <"$work/$library.foreign"
    # Sections of the linker's making (.data.rel.ro: tables of constant pointers) are fine.
    objdump -t "$archive" 2>/dev/null |
        awk 'NF >= 5 && $(NF - 1) ~ /^[0-9a-f]+$/ && $(NF - 1) !~ /^0+$/ &&
             $(NF - 2) ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)$/ { print $NF }' |
        sort -u >"$work/$library.writable"
    while read -r symbol; do
        echo "$library: $symbol can be written; a path keeps all its state in its block"
    done <"$work/$library.writable"
    failures=$((failures + $(wc -l <"$work/$library.foreign") + $(wc -l <"$work/$library.writable")))
}

check engine_numeric engine/libengine_numeric.a
check engine engine/libengine.a engine_numeric
check sim sim/libsim.a engine_numeric
check agents agents/libagents.a engine engine_numeric sim
check scenarios scenarios/libscenarios.a engine engine_numeric sim agents
if [ "$failures" -gt 0 ]; then
    echo "symbols: $failures findings in $build"
    exit 1
fi
echo "symbols: nothing to say about $build"
