#!/bin/sh
# format.sh [ROOT] -- every C file is as clang-format writes it.
set -eu
cd -- "${1:-$(dirname -- "$0")/../..}"
formatter=${CLANG_FORMAT:-clang-format}
find engine sim agents scenarios analysis tests \( -name '*.c' -o -name '*.h' \) \
    -exec "$formatter" --dry-run -Werror {} +
echo "format: nothing to say"
