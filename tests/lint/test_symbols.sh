#!/bin/sh
# test_symbols.sh -- symbols.sh says nothing about sound libraries and finds a function of
# libm, a call over a floor, and a variable that can be written.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=${CC:-cc}
failures=0

# library FOLDER NAME SOURCE
library() {
    mkdir -p "$work/$1"
    printf '%s\n' "$3" >"$work/$2.c"
    "$compiler" -O1 -fno-builtin -c "$work/$2.c" -o "$work/$2.c.o"
    rm -f "$work/$1/lib$2.a"
    ar rcs "$work/$1/lib$2.a" "$work/$2.c.o"
}

sound() {
    library engine engine_numeric 'double numeric_exp(double x) { return x + 1; }'
    library engine engine 'int engine_apply(int x) { return x; }'
    library sim sim 'double numeric_exp(double); double sim_f(double x) { return numeric_exp(x); }'
    library agents agents 'int engine_apply(int); int agent(int x) { return engine_apply(x); }'
    library scenarios scenarios 'int agent(int); int world(int x) { return agent(x); }'
}

# expect NAME PATTERN: the next look finds a line that matches ('' for none)
expect() {
    if output=$("$here/symbols.sh" "$work" 2>&1); then found=no; else found=yes; fi
    if [ -z "$2" ]; then
        [ $found = no ] && return 0
    elif [ $found = yes ] && printf '%s\n' "$output" | grep -q "$2"; then
        return 0
    fi
    printf '%s: not as expected:\n%s\n' "$1" "$output"
    failures=$((failures + 1))
}

sound
expect 'sound libraries' ''
library engine engine 'double exp(double); double f(double x) { return exp(x); }
int engine_apply(int x) { return x; }'
expect 'libm' '^engine/engine.c: exp is'
sound
library sim sim 'int engine_apply(int); int sim_f(int x) { return engine_apply(x); }'
expect 'over a floor' '^sim/sim.c: engine_apply'
sound
library agents agents 'int engine_apply(int); int counter; int agent(int x) { return engine_apply(counter += x); }'
expect 'a global' '^agents: counter can be written'
sound
library scenarios scenarios 'int world(void) { static int calls = 7; return ++calls; }'
expect 'a static variable' '^scenarios: .*calls.* can be written'
sound
library scenarios scenarios 'void *malloc(unsigned long); void *world(void) { return malloc(3); }'
expect 'memory of the system' '^scenarios/scenarios.c: malloc is'
[ $failures -eq 0 ] && echo 'symbols: every case as expected'
exit $((failures > 0))
