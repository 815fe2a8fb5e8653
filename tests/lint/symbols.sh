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
    for other in "$library" "$@"; do
        cat "$work/$other.defined"
    done >"$work/reachable"

    # lines `archive:object.c.o:   U symbol`; the address of the archive may hold anything
    nm -A -u "$archive" 2>/dev/null |
        sed -n 's|^.*[:/]\([^:/]*\)\.o: *[Uw] \([^ ]*\)$|\1 \2|p' | sort -u |
        awk -v library="$library" '
            function pattern(glob) {
                gsub(/\./, "\\.", glob)
                gsub(/\*/, ".*", glob)
                return "^" glob "$"
            }
            FILENAME == ARGV[1] { known[$1]; next }
            FILENAME == ARGV[2] {
                sub(/#.*/, "")
                for (i = 2; i <= NF; ++i) {
                    object[++rules] = pattern($1)
                    symbol[rules] = pattern($i)
                }
                next
            }
            $2 in known { next }
            {
                for (r = 1; r <= rules; ++r) {
                    if (library "/" $1 ~ object[r] && $2 ~ symbol[r]) {
                        next
                    }
                }
                print library "/" $1 ": " $2 " is neither its own, nor of a floor it may use," \
                    " nor allowed; see tests/lint/allowed_symbols.txt"
            }' "$work/reachable" "$allowed" - >>"$work/findings"

    # Sections of the linker's making (.data.rel.ro: tables of constant pointers) are fine.
    objdump -t "$archive" 2>/dev/null |
        awk -v library="$library" 'NF >= 5 && $(NF - 1) ~ /^[0-9a-f]+$/ && $(NF - 1) !~ /^0+$/ &&
             $(NF - 2) ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)$/ {
                 print library ": " $NF " can be written; a path keeps all its state in its block"
             }' | sort -u >>"$work/findings"
}

: >"$work/findings"
check engine_numeric engine/libengine_numeric.a
check engine engine/libengine.a engine_numeric
check sim sim/libsim.a engine_numeric
check agents agents/libagents.a engine engine_numeric sim
check scenarios scenarios/libscenarios.a engine engine_numeric sim agents
cat "$work/findings"
if [ -s "$work/findings" ]; then
    echo "symbols: $(wc -l <"$work/findings") findings in $build"
    exit 1
fi
echo "symbols: nothing to say about $build"
