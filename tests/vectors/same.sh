#!/bin/sh
# same.sh COMPILER SOURCE VECTORS [LIBRARY...] -- the program that made a file of vectors,
# compiled anew, writes the same file: the vectors are those of the reference installed here.
set -eu
compiler=$1
source=$2
vectors=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$compiler" -O1 "$source" -o "$work/make" "$@"
"$work/make" >"$work/vectors"
cmp "$work/vectors" "$vectors"
echo "$(wc -l <"$vectors") lines as in $vectors"
