#!/usr/bin/env bash
# book.sh -- a user's own book: the drawn one written out and fed back gives the same path,
# files are found beside the scenario, what is wrong is told, and digests follow the content.
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

expect() {
    checks=$((checks + 1))
    if eval "$2"; then
        printf 'ok      %s\n' "$1"
    else
        fail "$1"
        sed 's/^/        said: /' "$work/said" | head -n 8
    fi
}

# path SCENARIO [OPTIONS...] prints the digest of path 0 of seed 1
path() {
    "$program" run "$@" --path 0 --json >"$work/path.json" 2>"$work/said"
    digest_in "$work/path.json"
}
# scenario FILE BOOK MODE BASE
scenario() {
    printf 'extends: %s\nbook:\n  file: %s\n  mode: %s\n' "$4" "$2" "$3" >"$1"
}
# scenario_hash SCENARIO [OPTIONS...]
scenario_hash() {
    "$program" check "$@" 2>"$work/said" | sed -n 's/^scenario //p'
}

mkdir -p "$work/runs/books"
own=$work/runs/books/own.csv
cd "$work" || exit 1

for preset in black-thursday staircase-down; do
    "$program" show "$preset" --book >"$own" 2>"$work/said"
    expect "$preset: the drawn book is written" '[ "$(wc -l <"$own")" -gt 100 ]'
    scenario runs/fed.yaml books/own.csv replace "$preset"
    same "$preset: fed back, path 0 is the same" "$(path runs/fed.yaml)" "$(path "$preset")"
    "$program" show runs/fed.yaml --book >again.csv 2>"$work/said"
    expect "$preset: written again it is the same file" 'cmp -s again.csv "$own"'
done

# shellcheck disable=SC2034 # used by what is evaluated
before=$(path runs/fed.yaml) hash=$(scenario_hash runs/fed.yaml)
cp "$own" elsewhere.csv
same 'where the file is does not matter' \
    "$(scenario_hash runs/fed.yaml --set book.file=elsewhere.csv)" "$hash"
# one micro-USD more for the first account
awk -F, -v OFS=, 'NR == 2 { $7 = sprintf("%.6f", $7 + 0.000001) } { print }' elsewhere.csv >"$own"
expect 'another content is another scenario' '[ "$(scenario_hash runs/fed.yaml)" != "$hash" ]'
expect 'another content is another digest' '[ "$(path runs/fed.yaml)" != "$before" ]'
content=$("$program" show runs/fed.yaml | sed -n 's/^  content: //p')
expect 'the digest of the content is shown' '[ ${#content} = 64 ]'
"$program" check runs/fed.yaml --set "book.content=${content//[0-9]/0}" >"$work/out" 2>"$work/said"
code=$?
expect 'a book that is not the one meant is refused' \
    '[ $code = 2 ] && grep -q "book.content: is another book.s: the digest of book.file is $content" "$work/said"'
"$program" show runs/fed.yaml >runs/shown.yaml
same 'the shown scenario loads' "$(scenario_hash runs/shown.yaml)" "$(scenario_hash runs/fed.yaml)"

header=account,owner,instrument,quantity,entry_price,collateral_asset,collateral_amount
printf '%s\n' "$header" 'good,A,ETH-PERP,100,190,USD,4000' 'gone,B,ETH-PERP,-50,150,USD,1000' >"$own"
"$program" check runs/fed.yaml >"$work/said" 2>&1
code=$?
expect 'check tells who is under water' \
    '[ $code = 0 ] && grep -Eq "already below maintenance margin +1 accounts +9,731 USD" "$work/said"'
expect 'check tells open interest' 'grep -Eq "ETH-PERP +19,461 +9,731 +9,731 +100.0 %" "$work/said"'
expect 'the page of a book is at most 80 columns wide' \
    '! sed -n "/^The book/,\$p" "$work/said" | grep -Eq ".{81}"'
expect 'values are told when asked for' '! grep -q "margin.initial " "$work/said" &&
    "$program" check runs/fed.yaml --parameters | grep -q "margin.initial "'
expect 'it runs' '[ -n "$(path runs/fed.yaml)" ] &&
    grep -Eq "\"immediate_liquidation_notional\": ..value.: 97[0-9]{2}\." "$work/path.json"'
scenario runs/joined.yaml books/own.csv join black-thursday
expect 'a book joins the drawn one' '"$program" check runs/joined.yaml | grep -q "^1,002 accounts"'

# wrong NAME PATTERN: refused by check and run alike, nothing printed, no file made
wrong() {
    local name=$1 pattern=$2 command code
    for command in check run; do
        "$program" $command runs/fed.yaml >"$work/out" 2>"$work/said"
        code=$?
        expect "$command: $name" '[ $code = 2 ] && grep -Eq "$pattern" "$work/said" && [ ! -s "$work/out" ]'
    done
}
printf '%s\n' "$header" 'a,A,BTC,x,190,USD,1' 'a,A,ETH-PERP,1,190,EUR,1' >"$own"
wrong 'place and column' '^runs/books/own.csv:2:5: instrument: "BTC" is not the scenario.s instrument; allowed: ETH-PERP'
wrong 'every error at once' '^runs/books/own.csv:3:20: collateral_asset: "EUR" is no collateral here; allowed: USD'
: >"$own"
wrong 'an empty book' '^runs/books/own.csv:1:1: is empty'
rm "$own"
wrong 'a book that is not there' '^runs/fed.yaml:3:9: book.file: cannot be opened: No such file'
mkdir "$own"
wrong 'a folder' '^runs/fed.yaml:3:9: book.file: is not a file'
rmdir "$own"
head -c 70000000 /dev/zero | tr '\0' '\n' >"$own"
wrong 'a large file' '^runs/fed.yaml:3:9: book.file: is too large; a book has at most 64 MiB'
verdict
