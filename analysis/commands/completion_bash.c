#include "analysis/commands/command.h"
#include "analysis/commands/completion.h"

#include <stdio.h>

/* A function a kind of word: prints what fits to $1. */
static void put_words(enum option_words words) {
    const struct completion_words *row = &completion_words[words];
    printf("_breakwater_%s() {\n    compgen ", row->name);
    if (row->list) {
        fputs("-P \"${1%\"${1##*,}\"}\" ", stdout);
    }
    fputs("-W '", stdout);
    completion_put(words, "");
    printf("' -- \"%s\"\n", row->list ? "${1##*,}" : "$1");
    for (unsigned i = 0; i < 3 && row->ends[i] != NULL; ++i) {
        if (row->folders) {
            printf("    compgen -d -X '!*%s' -- \"$1\"\n", row->ends[i]);
        } else {
            printf("    compgen -f -X '!*%s' -- \"$1\"\n", row->ends[i]);
        }
    }
    if (row->ends[0] != NULL) {
        puts("    compgen -d -- \"$1\"");
    }
    puts("}");
}

static void put_names(const struct option_row *row, const char *between) {
    printf("--%s", row->name);
    if (row->letter != 0) {
        printf("%s-%c", between, row->letter);
    }
}

/* Options of a command that take a value: what completes it. */
static void put_values(const struct command *command) {
    char between[64];
    snprintf(between, sizeof between, " | %s:", command->name);
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        const struct option_row *row = &option_table[use->id];
        if (row->value != NULL) {
            printf("    %s:", command->name);
            put_names(row, between);
            printf(") words=%s ;;\n", completion_words[row->words].name);
        }
    }
}

static void put_command(const struct command *command) {
    printf("    %s) words=%s options='", command->name,
           completion_words[command->words].name);
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        put_names(&option_table[use->id], " ");
        putchar(' ');
    }
    puts("--help' ;;");
}

void completion_bash(void) {
    puts("# bash completion for breakwater; made by `breakwater completion bash`.");
    for (unsigned i = 0; i < OPTION_WORDS_COUNT; ++i) {
        put_words((enum option_words)i);
    }
    fputs("_breakwater() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} words='' options=''\n"
          "    local at=$((COMP_CWORD - 1))\n"
          "    # bash makes three words of --name=value\n"
          "    if [[ $cur == = ]]; then\n"
          "        cur=''\n"
          "    elif [[ ${COMP_WORDS[at]} == = ]]; then\n"
          "        at=$((at - 1))\n"
          "    fi\n"
          "    local before=${COMP_WORDS[at]}\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        mapfile -t COMPREPLY < <(compgen -W '",
          stdout);
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        printf("%s ", (*row)->name);
    }
    puts("--help --version' -- \"$cur\")\n"
         "        return\n"
         "    fi\n"
         "    case ${COMP_WORDS[1]}:$before in");
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        put_values(*row);
    }
    puts("    esac\n"
         "    if [[ -z $words ]]; then\n"
         "        [[ ${COMP_WORDS[COMP_CWORD - 1]} == = || $cur != "
         "\"${COMP_WORDS[COMP_CWORD]}\" ]] &&\n"
         "            return # the value of a setting\n"
         "        case ${COMP_WORDS[1]} in");
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        fputs("    ", stdout);
        put_command(*row);
    }
    puts("        *) return ;;\n"
         "        esac\n"
         "        if [[ $cur == -* ]]; then\n"
         "            mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
         "            return\n"
         "        fi\n"
         "    fi\n"
         "    mapfile -t COMPREPLY < <(\"_breakwater_$words\" \"$cur\" | sort -u)\n"
         "    case $words in\n"
         "    setting | metric) compopt -o nospace 2>/dev/null ;;\n"
         "    file | results | shards | scenario | subject) compopt -o filenames "
         "2>/dev/null ;;\n"
         "    esac\n"
         "}\n"
         "complete -F _breakwater breakwater");
}
