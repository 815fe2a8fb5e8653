#!/usr/bin/env bash
# same_bits.sh -- the digest of a run does not depend on how it was computed: threads,
# compiler, margin watch, interruption, parts, CPU.
#
# BREAKWATER_PROGRAM_CLANG names the program built by the other compiler, when there is one.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

paths=${BREAKWATER_SAME_BITS_PATHS:-128}
kills=${BREAKWATER_SAME_BITS_KILLS:-10}
scenario=black-thursday
seed=7

# digest NAME PROGRAM OPTIONS... sets $digest
digest() {
    local name=$1
    shift
    "$@" --json --quiet >"$work/out.json" 2>"$work/out.err" </dev/null ||
        fail "$name: exit $?: $(head -c 500 "$work/out.err")"
    digest=$(digest_in "$work/out.json")
}

run=("$program" run "$scenario" -n "$paths" --seed "$seed")
started=$(date +%s%N)
digest 'reference' "${run[@]}" --threads 1
milliseconds=$((($(date +%s%N) - started) / 1000000))
reference=$digest
same 'a run has a digest' "$reference" "$reference"

digest 'again' "${run[@]}" --threads 1
same 'a second time' "$digest" "$reference"
for threads in 2 3; do
    digest "$threads threads" "${run[@]}" --threads "$threads"
    same "$threads threads" "$digest" "$reference"
done

digest 'another seed' "$program" run "$scenario" -n "$paths" --seed 8
checks=$((checks + 1))
[ "$digest" != "$reference" ] || fail 'another seed gave the same digest'

# Looking at every account at every price is slow: few paths do.
few=("$program" run "$scenario" -n 12 --seed "$seed")
digest 'few paths' "${few[@]}"
few_reference=$digest
digest 'exhaustive watch' "${few[@]}" --set performance.watch=exhaustive
same 'margin watch off' "$digest" "$few_reference"

if [ -n "${BREAKWATER_PROGRAM_CLANG:-}" ]; then
    digest 'clang' "$BREAKWATER_PROGRAM_CLANG" run "$scenario" -n "$paths" --seed "$seed"
    same 'the other compiler' "$digest" "$reference"
fi

# In parts: blocks of 64 paths, the parts made in reverse order, each by its own process.
blocks=$(((paths + 63) / 64))
parts=()
for ((block = blocks - 1; block >= 0; --block)); do
    "${run[@]}" --blocks "$block..$((block + 1))" -o "$work/part$block.h5" --quiet \
        >/dev/null 2>"$work/out.err" </dev/null ||
        fail "block $block: exit $?: $(head -c 500 "$work/out.err")"
    parts+=("$work/part$block.h5.shards")
done
"$program" merge "${parts[@]}" --json -o "$work/merged.h5" >"$work/out.json" 2>"$work/out.err" \
    </dev/null || fail "merge: exit $?: $(head -c 500 "$work/out.err")"
digest=$(digest_in "$work/out.json")
same "$blocks parts merged" "$digest" "$reference"
checks=$((checks + 1))
[ -s "$work/merged.h5" ] || fail 'merge wrote no results'

# Killed again and again, at moments spread over the time a whole run takes.
hits=0
for ((kill = 1; kill <= kills; ++kill)); do
    delay=$((milliseconds * kill / kills))
    { # bash tells on stderr of each kill
        timeout -s KILL "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))" \
            "${run[@]}" --threads 1 -o "$work/killed.h5" --resume --quiet \
            >/dev/null 2>"$work/out.err" </dev/null
    } 2>/dev/null
    case $? in
    137) hits=$((hits + 1)) ;;
    0) ;;
    *) fail "resumed run $kill: exit: $(head -c 500 "$work/out.err")" ;;
    esac
done
checks=$((checks + 1))
[ "$hits" -ge $((kills / 3)) ] || fail "only $hits of $kills runs were killed in time"
digest 'resume' "${run[@]}" -o "$work/killed.h5" --resume
same "resumed after $hits kills" "$digest" "$reference"
checks=$((checks + 1))
[ -s "$work/killed.h5" ] || fail 'the resumed run wrote no results'

# The file says the same as the run, byte by byte the same file as an uninterrupted one.
"${run[@]}" -o "$work/whole.h5" --quiet >/dev/null 2>&1 </dev/null || fail 'run -o failed'
checks=$((checks + 1))
cmp -s "$work/whole.h5" "$work/killed.h5" || fail 'results differ after kills and resume'
checks=$((checks + 1))
cmp -s "$work/whole.h5" "$work/merged.h5" || fail 'results differ after a merge'

# A CPU without AVX and FMA.
if command -v qemu-x86_64-static >/dev/null; then
    old=("$program" run "$scenario" -n 64 --seed "$seed" --threads 1)
    digest '64 paths' "${old[@]}"
    old_reference=$digest
    digest 'Nehalem' qemu-x86_64-static -cpu Nehalem "${old[@]}"
    same 'a CPU of 2008' "$digest" "$old_reference"
else
    echo 'left out: qemu-x86_64-static is not installed'
fi
verdict
