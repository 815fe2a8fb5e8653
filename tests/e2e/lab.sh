#!/usr/bin/env bash
# lab.sh -- what `lab` does on machines that lack packages, told by stand-ins for apt, dpkg,
# id and sudo; and that it answers quickly when nothing is missing.
# shellcheck disable=SC2016,SC2034 # what is expected is evaluated later
set -u
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
source_root=${BREAKWATER_SOURCE:-$(cd -- "$here/../.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
checks=0

expect() {
    checks=$((checks + 1))
    if ! eval "$2"; then
        failures=$((failures + 1))
        printf 'FAILED: %s\n--- said\n%s\n--- called\n%s\n' "$1" "$(cat "$work/said")" \
            "$(cat "$work/called")"
    fi
}

# A machine of stand-ins: NAME is called with its arguments written to `called`.
machine() {
    rm -rf "${work:?}/bin"
    mkdir -p "$work/bin" "$work/a clone"
    cp "$source_root/lab" "$work/a clone/lab"
    for tool in sh dirname xargs tr cat env basename mkdir rm printf cmp ls sed grep nproc true; do
        ln -s "$(type -P "$tool")" "$work/bin/$tool"
    done
    stand_in dpkg-query 'exit 1'
    : >"$work/called"
}
stand_in() {
    printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "$1" "$work/called" "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
# lab ARGUMENTS... from a folder of another name, without a terminal
lab() {
    (cd / && PATH=$work/bin "$work/a clone/lab" "$@" >"$work/said" 2>&1 </dev/null)
    code=$?
}

machine
stand_in id 'echo 1000'
stand_in apt-get 'exit 0'
lab setup
expect 'a plain user without sudo is told the command' '[ $code = 1 ] &&
    grep -q "sudo apt-get update && sudo apt-get install -y .*cmake.*libfyaml-dev" "$work/said"'
expect 'one command, not more' '[ "$(grep -c apt-get "$work/said")" = 1 ]'
expect 'nothing was installed' '! grep -q ^apt-get "$work/called"'
lab build
expect 'build asks for the packages first' '[ $code = 1 ] && grep -q libhdf5-dev "$work/said"'

stand_in sudo 'exit 1'
lab setup
expect 'sudo that wants a password is not used' '[ $code = 1 ] && ! grep -q ^apt-get "$work/called"'

machine
stand_in id 'echo 1000'
stand_in apt-get 'exit 0'
stand_in sudo 'shift; exec "$@"'
lab setup
expect 'sudo without a password is used' '[ $code = 0 ] &&
    grep -q "^apt-get install -y .*cmake" "$work/called"'

machine
stand_in id 'echo 0'
stand_in apt-get 'exit 0'
lab setup
expect 'root installs' '[ $code = 0 ] && grep -q "^apt-get install -y .*ninja-build" "$work/called"'
expect 'the lists are updated before' \
    '[ "$(grep ^apt-get "$work/called" | head -n 1 | cut -c 1-14)" = "apt-get update" ]'
expect 'a build needs no test packages' '! grep -q cppcheck "$work/called"'
lab setup --tests
expect 'the tests need more' 'grep -q "^apt-get install .*cppcheck" "$work/called"'

machine
stand_in id 'echo 0'
stand_in apt-get '[ "$1" != install ]'
lab setup
expect 'a failed installation is an error' '[ $code = 1 ] && grep -q "could not install" "$work/said"'

machine
stand_in id 'echo 0'
lab setup
expect 'a system without apt is told what is needed' '[ $code = 1 ] && grep -q "missing: .*cmake" "$work/said"'

machine
stand_in id 'echo 0'
stand_in apt-get 'exit 0'
for tool in gcc cmake ninja pkg-config; do
    stand_in "$tool" 'exit 0'
done
lab setup
expect 'tools that dpkg does not know count' '[ $code = 0 ] && ! grep -q ^apt-get "$work/called"'

# dpkg prints one line a package it knows, here all but one
machine
stand_in id 'echo 0'
stand_in apt-get 'exit 0'
# shellcheck disable=SC2016 # expanded by the stand-in
stand_in dpkg-query 'for p in "$@"; do [ "$p" = libgsl-dev ] || echo "$p installed"; done'
lab setup
expect 'only what is missing is installed' '[ $code = 0 ] &&
    grep -qx "apt-get install -y --no-install-recommends libgsl-dev" "$work/called"'
# shellcheck disable=SC2016
stand_in dpkg-query 'for p in "$@"; do echo "$p installed"; done'
: >"$work/called"
started=$(date +%s%N)
lab setup
elapsed=$((($(date +%s%N) - started) / 1000000))
expect 'nothing missing, nothing done' '[ $code = 0 ] && ! grep -q ^apt-get "$work/called"'
expect "quick when everything is there ($elapsed ms)" '[ $elapsed -lt 1000 ]'

lab nonsense
expect 'an unknown command is refused' '[ $code = 1 ] && grep -q "unknown command" "$work/said"'
lab help
expect 'help helps' '[ $code = 0 ] && grep -q "usage: ./lab" "$work/said"'
lab fuzz soon
expect 'seconds are a number' '[ $code = 1 ] && grep -q "number of seconds" "$work/said"'
lab test --slowly
expect 'an unknown option is refused' '[ $code = 1 ] && grep -q "unknown option" "$work/said"'

printf '%s checks, %s failures\n' "$checks" "$failures"
exit $((failures > 0))
