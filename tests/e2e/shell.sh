#!/usr/bin/env bash
# shell.sh -- manual and completions come from the tables: they render, they parse, they
# complete what they should, and they know every option that --help tells.
# shellcheck disable=SC2016,SC2034 # what is expected is evaluated later
# shellcheck source=tests/e2e/_common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/_common.sh"

expect() { # NAME FACT
    checks=$((checks + 1))
    if eval "$2"; then
        printf 'ok      %s\n' "$1"
    else
        fail "$1: ${*:3}"
    fi
}
left_out() {
    printf 'LEFT OUT: %s is not installed\n' "$1"
}

commands=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
expect 'the help lists commands' '[ "$(wc -w <<<"$commands")" -ge 13 ]' "$commands"

# options_of COMMAND prints the long options that --help tells, sorted
options_of() {
    "$program" "$1" --help | grep -oE '^ +(-., +)?--[a-z-]+' | grep -o -- '--.*' |
        grep -v -- '--usage\|--version' | sort -u
}

# The manual
manual=$work/breakwater.1
"$program" man >"$manual" || fail 'man'
for command in $commands; do
    section=$(sed -n "/^\.SS \"breakwater ${command}[ \"]/,/^\.S[HS]/p" "$manual")
    expect "the manual has $command" '[ -n "$section" ]'
    for option in $(options_of "$command"); do
        [ "$option" = --help ] && continue
        grep -qF -- "${option//-/\\-}\\fR" "$manual" || fail "the manual of $command lacks $option"
    done
done
if command -v groff >/dev/null; then
    groff -ww -man -Tutf8 "$manual" >"$work/page" 2>"$work/complaints"
    expect 'groff has no complaint' '[ ! -s "$work/complaints" ]' "$(head -3 "$work/complaints")"
    expect 'the page has its text' '[ "$(wc -l <"$work/page")" -gt 150 ]'
else
    left_out groff
fi
if command -v man >/dev/null; then
    LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 "$manual" >/dev/null \
        2>"$work/complaints" || fail 'man -l'
    expect 'man has no complaint' '[ ! -s "$work/complaints" ]' "$(head -3 "$work/complaints")"
else
    left_out man
fi
if command -v mandoc >/dev/null; then
    expect 'mandoc finds no error' 'mandoc -T lint -W error "$manual"'
else
    left_out mandoc
fi
# groff has to be able to complain
printf '.TH X 1\n.nonsense \\*[none]\n' >"$work/bad.1"
if command -v groff >/dev/null; then
    expect 'a bad page is complained of' \
        '[ -n "$(groff -ww -man -Tutf8 "$work/bad.1" 2>&1 >/dev/null)" ]'
fi

# bash: the real thing, with the words as readline would hand them over
mkdir "$work/here"
touch "$work/here/mine.yaml" "$work/here/run.h5"
mkdir "$work/here/part.h5.shards"
"$program" completion bash >"$work/breakwater.bash" || fail 'completion bash'
expect 'bash reads it' 'bash -n "$work/breakwater.bash"'
complete_bash() {
    (
        cd "$work/here" || exit
        # shellcheck source=/dev/null
        . "$work/breakwater.bash"
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _breakwater 2>&1
        printf '%s ' "${COMPREPLY[@]}"
    )
}
completes() { # EXPECTED WORDS...
    local got
    got=$(complete_bash "${@:2}")
    checks=$((checks + 1))
    if [ "$got" = "$1 " ]; then
        printf 'ok      bash: %s\n' "${*:2}"
    else
        fail "bash: ${*:2}: got '$got', not '$1'"
    fi
}
completes 'run replay report' breakwater r
completes '--seed --set --sensitivities' breakwater run --se
completes 'margin.initial=' breakwater run --set margin.ini
completes 'margin.initial=' breakwater run --set = margin.ini
completes 'mine.yaml' breakwater check mi
completes 'black-thursday black-thursday-replay black-thursday-stuffed' breakwater run black
completes 'part.h5.shards run.h5' breakwater verify ''
completes 'part.h5.shards' breakwater merge pa
completes 'metrics' breakwater list me
completes 'liquidate,root' breakwater replay --kind liquidate,ro
completes 'p_insolvency' breakwater explain p_ins
completes 'bash fish zsh' breakwater completion ''
completes 'calm' breakwater explain --scenario ca
completes '' breakwater run --set margin.initial = 1
completes '' breakwater run -n ''
for command in $commands; do
    told=$(options_of "$command")
    known=$(complete_bash breakwater "$command" -- | tr ' ' '\n' | grep -v '^$' | sort -u)
    expect "bash knows the options of $command" '[ "$told" = "$known" ]' "$told / $known"
done

# zsh and fish
"$program" completion zsh >"$work/_breakwater" || fail 'completion zsh'
if command -v zsh >/dev/null; then
    expect 'zsh reads it' 'zsh -n "$work/_breakwater"'
    cat >"$work/try.zsh" <<'ZSH'
autoload -U compinit && compinit -D
source $1
compadd() { print -rl -- "${(P@)@[-1]}" }
_files() { }
_breakwater_setting | grep -Fx margin.initial= && _breakwater_setting | grep -F '[0]' | head -n 1
print $_comps[breakwater]
ZSH
    expect 'zsh has keys and function' \
        '[ "$(zsh -f "$work/try.zsh" "$work/_breakwater" 2>&1 | tr -d "\n" |
            grep -c "^margin.initial=.*\[0\].*_breakwater$")" = 1 ]' \
        "$(zsh -f "$work/try.zsh" "$work/_breakwater" 2>&1)"
else
    left_out zsh
fi
"$program" completion fish >"$work/breakwater.fish" || fail 'completion fish'
if command -v fish >/dev/null; then
    expect 'fish reads it' 'fish -n "$work/breakwater.fish"'
    complete_fish() {
        HOME=$work fish -c "source $work/breakwater.fish; complete -C '$1'" 2>&1 | cut -f 1 | tr '\n' ' '
    }
    expect 'fish completes a command' '[ "$(complete_fish "breakwater li")" = "list " ]'
    expect 'fish completes a key' \
        '[ "$(complete_fish "breakwater run --set margin.ini")" = "margin.initial= " ]'
    expect 'fish completes the second kind' \
        '[ "$(complete_fish "breakwater replay --kind liquidate,ro")" = "liquidate,root " ]'
else
    left_out fish
fi
# What a distribution installs
build=$(dirname -- "$program")
if [ -f "$build/cmake_install.cmake" ]; then
    cmake --install "$build" --prefix "$work/usr" >"$work/installed" 2>&1 ||
        fail "cmake --install: $(cat "$work/installed")"
    expect 'the program is installed' '"$work/usr/bin/breakwater" --version >/dev/null'
    expect 'the manual is installed' 'cmp "$manual" "$work/usr/share/man/man1/breakwater.1"'
    expect 'completions are installed' \
        'cmp "$work/breakwater.bash" "$work/usr/share/bash-completion/completions/breakwater" &&
         cmp "$work/_breakwater" "$work/usr/share/zsh/site-functions/_breakwater" &&
         cmp "$work/breakwater.fish" "$work/usr/share/fish/vendor_completions.d/breakwater.fish"'
fi

checks=$((checks + 1))
"$program" completion csh >/dev/null 2>"$work/stderr"
[ $? = 2 ] && grep -q 'no such shell' "$work/stderr" || fail 'a shell that is not known'
verdict
