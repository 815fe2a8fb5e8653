#!/usr/bin/env bash
# wrong_inputs.sh -- wrong input ends with the right exit code, one clear message on stderr,
# nothing on stdout, and no file left behind or changed.
#
# Scenario files are in wrong/: their first line `# says: PATTERN` tells what the message has
# to contain, a line `# messages: N` how many there are (1 if not said).
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

wrong=$here/wrong
case_folder=$work/case
mkdir -p "$case_folder"

# Every file below the folder with its size and checksum (a lock names its last owner).
state_of() {
    (cd "$1" && find . -type f ! -name lock -exec cksum {} + | sort && find . | sort)
}

# refuse NAME CODES PATTERN MESSAGES COMMAND...
# runs the command in the case's folder.  CODES is an extended pattern, such as 1|2.
refuse() {
    local name=$1 codes=$2 pattern=$3 messages=$4 before after code count problems=''
    shift 4
    before=$(state_of "$case_folder")
    (cd "$case_folder" && "$@" >"$work/stdout" 2>"$work/stderr" </dev/null)
    code=$?
    after=$(state_of "$case_folder")
    checks=$((checks + 1))
    [[ $code =~ ^($codes)$ ]] || problems+="exit code $code instead of $codes; "
    grep -Eq -- "$pattern" "$work/stderr" || problems+="stderr does not say /$pattern/; "
    count=$(grep -Ec '^(breakwater[a-z ]*: |[^ ].*:[0-9]+:[0-9]+: |--set )' "$work/stderr")
    [ "$count" = "$messages" ] || problems+="$count messages instead of $messages; "
    [ "$(wc -c <"$work/stderr")" -lt $((2000 + 1000 * messages)) ] || problems+='too long; '
    [ ! -s "$work/stdout" ] || problems+='something on stdout; '
    [ "$before" = "$after" ] || problems+='files appeared or changed; '
    if grep -Eq 'Assertion|Sanitizer|runtime error|core dumped|Segmentation|HDF5-DIAG|gsl:' \
        "$work/stderr"; then
        problems+='a crash, not an answer; '
    fi
    if [ -n "$problems" ]; then
        fail "$name: ${problems%; }"
        printf '        command: %s\n' "$*"
        sed 's/^/        stderr: /' "$work/stderr" | head -n 12
    else
        printf 'ok      %s\n' "$name"
    fi
}

run() {
    local name=$1 codes=$2 pattern=$3
    shift 3
    refuse "$name" "$codes" "$pattern" 1 "$program" run "$@"
}

# Scenario files: check and run say the same.
for file in "$wrong"/*.yaml; do
    name=$(basename "$file" .yaml)
    says=$(sed -n '1s/^# says: //p' "$file")
    messages=$(sed -n 's/^# messages: //p' "$file")
    [ -n "$says" ] || fail "$name has no line # says:"
    refuse "check $name" 2 "$says" "${messages:-1}" "$program" check "$file"
    refuse "run $name" 2 "$says" "${messages:-1}" "$program" run "$file" -n 1 -o out.h5
done

# Files that are no scenario.
printf '' >"$case_folder/empty.yaml"
printf 'doc: \377\376\n' >"$case_folder/latin.yaml"
printf 'doc: a\000b\n' >"$case_folder/zero.yaml"
head -c 1100000 /dev/zero | tr '\0' '#' >"$case_folder/large.yaml"
printf 'extends: ./b.yaml\n' >"$case_folder/a.yaml"
printf 'extends: ./a.yaml\n' >"$case_folder/b.yaml"
for level in 1 2 3 4 5 6 7 8 9 10; do
    printf 'extends: ./deep%s.yaml\n' $((level + 1)) >"$case_folder/deep$level.yaml"
done
printf 'extends: calm\n' >"$case_folder/deep11.yaml"
head -c 4096 /dev/urandom >"$case_folder/noise.yaml"
mkdir "$case_folder/folder" "$case_folder/folder.yaml"
run 'bytes that are not UTF-8' 2 'latin.yaml:1:6' latin.yaml
run 'a zero byte' 2 'zero.yaml:1:' zero.yaml
run 'noise' 2 'noise.yaml:' noise.yaml
run 'more than 1 MiB' 2 'too large.*1 MiB' large.yaml
run 'a circle of extends' 2 'circle' a.yaml
run 'too many extends' 2 'chain of extends; at most 8' deep1.yaml
run 'no such file' 2 'nowhere.yaml' nowhere.yaml
run 'a folder' 2 'is a folder' folder.yaml
run 'no such preset, but a close one' 2 'did you mean.*black-thursday' black-thusday
run 'an empty name' 2 'scenario' ''

# --set
run 'set: unknown section' 2 "did you mean.*margin" calm --set 'margn.initial=10%'
run 'set: unknown key' 2 'did you mean.*initial' calm --set 'margin.initail=10%'
run 'set: no value' 2 'margin.initial' calm --set 'margin.initial'
run 'set: empty value' 2 'margin.initial' calm --set 'margin.initial='
run 'set: not a number' 2 'margin.initial' calm --set 'margin.initial=much'
run 'set: out of bounds' 2 'margin.initial' calm --set 'margin.initial=-1%'
run 'set: finer than the unit' 2 'margin.initial' calm --set 'margin.initial=0.00000001'
run 'set: hexadecimal' 2 'margin.initial' calm --set 'margin.initial=0x1p-4'
run 'set: not a number at all' 2 'margin.initial' calm --set 'margin.initial=nan'
run 'set: an unknown choice' 2 'exhaustive' calm --set 'performance.watch=sometimes'
run 'set: values that do not go together' 2 'maintenance' calm --set 'margin.maintenance=60%' \
    --set 'margin.initial=5%'

# Options
run 'no paths' 2 '-n' calm -n 0
run 'negative paths' 2 '-n' calm -n -5
run 'paths with a tail' 2 '-n' calm -n 10x
run 'more than 2^32 paths' 2 '-n' calm -n 4294967297
run 'paths that do not fit 64 bits' 2 '-n' calm -n 99999999999999999999
run 'negative seed' 2 'seed' calm --seed -1
run 'seed that is a word' 2 'seed' calm --seed soon
run 'seed that does not fit 64 bits' 2 'seed' calm --seed 18446744073709551616
run 'no threads' 2 'threads' calm --threads 0
run 'too many threads' 2 'threads' calm --threads 1000000
run 'an unknown option' 2 'no-such-option' calm --no-such-option
run 'an option without its value' 2 '(seed|argument)' calm --seed
run 'two scenarios' 2 'scenario' calm black-thursday
run 'blocks that end before they begin' 2 'blocks' calm -n 640 --blocks 5..2 -o out.h5
run 'blocks beyond the end' 2 'blocks' calm -n 64 --blocks 3..9 -o out.h5
run 'blocks that are no range' 2 'blocks' calm -n 640 --blocks two -o out.h5
run 'a path beyond the last' 2 'path' calm --path 4294967296
run 'resume without a file' 2 'resume' calm --resume
refuse 'an unknown command' 2 'command' 1 "$program" runn calm
refuse 'explain an unknown key' 2 'did you mean' 1 "$program" explain margin.initail
refuse 'list an unknown kind' 2 'list' 1 "$program" list nonsense
refuse 'show an unknown preset' 2 'preset' 1 "$program" show nonsense
refuse 'check without a file' 2 '.' 1 "$program" check

# Where results go
printf 'a file\n' >"$case_folder/plain"
run 'results in a folder that is not there' '1|2' 'nowhere' calm -n 1 -o nowhere/out.h5
run 'results in a file as if it were a folder' '1|2' 'plain' calm -n 1 -o plain/out.h5
run 'results named like a folder' '1|2' 'folder' calm -n 1 -o folder
run 'an empty name for results' '1|2' '.' calm -n 1 -o ''
printf 'not a folder\n' >"$case_folder/taken.h5.shards"
run 'a file where the shards go' '1|2' 'taken.h5.shards' calm -n 1 -o taken.h5

# Merging
refuse 'merge nothing' 2 '.' 1 "$program" merge -o out.h5
refuse 'merge what is not there' '1|2' 'nowhere' 1 "$program" merge nowhere -o out.h5
refuse 'merge a folder without shards' '1|2' 'folder' 1 "$program" merge folder -o out.h5

# Full disks: writes beyond 4 KiB fail; standard output is full.
# shellcheck disable=SC2317 # called through refuse
full_disk() {
    (
        trap '' XFSZ
        ulimit -f 4
        exec "$@"
    )
}
refuse 'the disk is full' 1 '(No space|File too large|written)' 1 \
    full_disk "$program" run calm -n 64 --quiet -o full.h5
# shellcheck disable=SC2317
full_output() {
    "$@" >/dev/full
}
refuse 'standard output is full' 1 'output' 1 full_output "$program" run calm -n 1 --quiet --json
refuse 'show to a full output' 1 'output' 1 full_output "$program" show calm

# Shards: of another run, of parts that lack a block, damaged; two writers.
shards() {
    "$program" run calm -n 128 --seed "$1" --quiet --blocks "$2" -o "$case_folder/$3.h5" \
        >/dev/null 2>"$work/stderr" </dev/null || fail "cannot make shards: $(cat "$work/stderr")"
}
shards 1 0..1 first
shards 1 1..2 second
shards 2 1..2 other
run 'resume with another seed' 2 '(another|other) run' calm -n 128 --seed 9 --resume --quiet -o first.h5
run 'resume with another scenario' 2 '(another|other) run' single-gap -n 128 --seed 1 --resume \
    --quiet -o first.h5
run 'start over shards of an earlier run' 2 'resume' calm -n 128 --seed 1 --quiet -o first.h5
refuse 'merge lacks a block' 2 'block' 1 "$program" merge first.h5.shards -o all.h5
refuse 'merge parts of two runs' 2 'another run' 1 "$program" merge first.h5.shards other.h5.shards \
    -o all.h5

shard=$(find "$case_folder/second.h5.shards" -name '*.bin' -size +0 | head -n 1)
size=$(stat -c %s "$shard")
printf '\377\000\377\000' | dd of="$shard" bs=1 seek=$((size / 2)) conv=notrunc status=none
refuse 'merge a damaged shard' '1|2' '(checksum|block)' 1 "$program" merge first.h5.shards \
    second.h5.shards -o all.h5

# Two writers: the first holds the lock for as long as it runs.
(cd "$case_folder" && exec "$program" run black-thursday -n 100000 --quiet -o busy.h5 \
    >/dev/null 2>&1 </dev/null) &
writer=$!
for _ in $(seq 100); do
    [ -f "$case_folder/busy.h5.shards/lock" ] && break
    sleep 0.1
done
kill -STOP "$writer"
run 'two writers' '1|2' 'another process' black-thursday -n 100000 --quiet --resume -o busy.h5
kill -CONT "$writer"
kill -TERM "$writer"
wait "$writer"
code=$?
checks=$((checks + 1))
[ $code = 143 ] || fail "SIGTERM ended the run with $code, not 143"

# Damage is told and repaired by a resume, with the digest of an undamaged run.
"$program" run calm -n 128 --seed 1 --quiet --resume -o "$case_folder/second.h5" --json \
    >"$work/repaired.json" 2>"$work/stderr" </dev/null
code=$?
checks=$((checks + 1))
[ $code = 0 ] || fail "resume over a damaged shard: exit code $code"
checks=$((checks + 1))
grep -q 'checksum' "$work/stderr" || fail 'resume does not tell of the damaged shard'
"$program" run calm -n 128 --seed 1 --quiet --json >"$work/clean.json" 2>/dev/null </dev/null
same 'a repaired run' "$(digest_in "$work/repaired.json")" "$(digest_in "$work/clean.json")"
verdict
