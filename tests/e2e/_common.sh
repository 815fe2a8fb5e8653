# _common.sh -- sourced by the end-to-end tests: the program, a work folder, and verdicts.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source it
set -u
export LC_ALL=C
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
source_root=${BREAKWATER_SOURCE:-$(cd -- "$here/../.." && pwd)}
program=${BREAKWATER_PROGRAM:-$source_root/build/release/breakwater}
if [ ! -x "$program" ]; then
    echo "no program at $program; build it, or set BREAKWATER_PROGRAM" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
failures=0
checks=0

fail() {
    failures=$((failures + 1))
    printf 'FAILED: %s\n' "$*"
}

# digest_in FILE prints the digest in the JSON of a run, nothing when there is none.
digest_in() {
    sed -n 's/.*"digest"[: ]*"\([0-9a-f]\{64\}\)".*/\1/p' "$1" | head -n 1
}

# same NAME DIGEST EXPECTED
same() {
    checks=$((checks + 1))
    if [ -n "$3" ] && [ "$2" = "$3" ]; then
        printf 'ok      %s\n' "$1"
    else
        fail "$1: digest '$2', expected '$3'"
    fi
}

verdict() {
    if [ "$checks" -eq 0 ]; then
        echo 'nothing was checked'
        exit 1
    fi
    printf '%s checks, %s failures\n' "$checks" "$failures"
    exit $((failures > 0))
}
