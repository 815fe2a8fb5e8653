#!/bin/sh
# all.sh ROOT JOBS -- every lint there is; says all it finds and fails at the end.
set -eu
root=$1
jobs=$2
lint=$root/tests/lint
cd -- "$root"
failed=''

run() {
    name=$1
    shift
    printf -- '-- %s\n' "$name"
    "$@" </dev/null || failed="$failed $name"
}

configure() {
    for preset in lint clang; do
        cmake --preset "$preset" >"build/$preset-configure.log" 2>&1 || {
            cat "build/$preset-configure.log"
            return 1
        }
    done
}

# The foreign symbols depend on the compiler: both are asked.
symbols() {
    for preset in lint clang; do
        cmake --build --preset "$preset" -j "$jobs" \
            --target engine_numeric engine sim agents scenarios -- --quiet || return 1
        "$lint/symbols.sh" "build/$preset" || return 1
    done
}

check_cpp() {
    cppcheck --quiet --error-exitcode=1 --std=c17 -j "$jobs" \
        --project=build/lint/compile_commands.json -i tests -i build \
        --enable=warning,portability,performance --inline-suppr \
        --suppressions-list=tests/lint/cppcheck.txt
}

tidy_with_clang() {
    run-clang-tidy -quiet -p build/clang -j "$jobs" \
        "^$root/(engine|sim|agents|scenarios|analysis)/.*\.c" >build/clang-tidy.log 2>&1 || {
        head -n 5 build/clang-tidy.log | grep -A 4 -i 'traceback\|error while'
        sed 's/\x1b\[[0-9;]*m//g' build/clang-tidy.log | \
            grep -E 'warning:|error:|note:' | awk '!told[$0]++'
        return 1
    }
}

mkdir -p build
run tidy python3 "$lint/tidy.py" "$root"
run tidy-can-fail python3 "$lint/test_tidy.py"
run golden python3 "$lint/golden.py" "$root"
run golden-can-fail python3 "$lint/test_golden.py"
run format "$lint/format.sh" "$root"
run casts python3 "$lint/casts.py" "$root"
run casts-can-fail python3 "$lint/casts.py" --self-test
run configure configure
run symbols symbols
run symbols-can-fail "$lint/test_symbols.sh"
run cppcheck check_cpp
run clang-tidy tidy_with_clang
if [ -n "$failed" ]; then
    printf 'lint: failed:%s\n' "$failed"
    exit 1
fi
echo 'lint: nothing to say'
