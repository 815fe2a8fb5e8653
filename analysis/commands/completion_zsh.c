#include "analysis/commands/command.h"
#include "analysis/commands/completion.h"

#include <stdio.h>

/* A quote inside of single quotes. */
static const char quote[] = "'\\''";

static void put_words(enum option_words words) {
    const struct completion_words *row = &completion_words[words];
    /* Keys of lists have brackets, which would be patterns without quotes. */
    printf("_breakwater_%s() {\n    local -a words_of=(", row->name);
    completion_put(words, "'");
    puts(")");
    if (row->list) {
        puts("    _sequence compadd -- -a words_of");
    } else if (words != OPTION_WORDS_NONE) {
        printf("    compadd %s-a -- words_of\n", row->suffix != NULL ? "-S '' " : "");
    }
    for (unsigned i = 0; i < 3 && row->ends[i] != NULL; ++i) {
        printf("    _files%s -g '*%s'\n", row->folders ? " -/" : "", row->ends[i]);
    }
    puts("}");
}

static void put_option(const struct option_use *use) {
    const struct option_row *row = &option_table[use->id];
    const char *sign = row->value != NULL ? "=" : "";
    fputs("        ", stdout);
    /* What may be repeated, and a set may, excludes nothing. */
    const bool repeats =
        row->words == OPTION_WORDS_SETTING || row->words == OPTION_WORDS_METRIC;
    if (row->letter != 0) {
        printf("'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter,
               row->value != NULL ? "+" : "", row->name, sign);
    } else {
        printf("'%s--%s%s[", repeats ? "*" : "", row->name, sign);
    }
    completion_quote(option_doc(use), "[]:\\", quote);
    putchar(']');
    if (row->value != NULL) {
        putchar(':');
        completion_quote(row->value, "[]:\\", quote);
        printf(":_breakwater_%s", completion_words[row->words].name);
    }
    puts("' \\");
}

static void put_command(const struct command *command) {
    printf("    %s)\n        _arguments \\\n", command->name);
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        put_option(use);
    }
    puts("        '(- *)--help[tell how it is used]' \\");
    if (command->most > 0) {
        printf("        '*:%s:_breakwater_%s'\n", completion_words[command->words].name,
               completion_words[command->words].name);
    } else {
        puts("        '*: :_breakwater_nothing'");
    }
    puts("        ;;");
}

void completion_zsh(void) {
    puts("#compdef breakwater\n"
         "# zsh completion for breakwater; made by `breakwater completion zsh`.");
    for (unsigned i = 0; i < OPTION_WORDS_COUNT; ++i) {
        put_words((enum option_words)i);
    }
    puts("_breakwater() {\n"
         "    local -a names=(");
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        printf("        '%s:", (*row)->name);
        completion_quote((*row)->doc, ":\\", quote);
        puts("'");
    }
    puts("    )\n"
         "    if ((CURRENT == 2)); then\n"
         "        _describe command names\n"
         "        return\n"
         "    fi\n"
         "    shift words\n"
         "    ((CURRENT -= 1))\n"
         "    case $words[1] in");
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        put_command(*row);
    }
    puts("    esac\n"
         "}\n"
         "if [[ $funcstack[1] == _breakwater ]]; then\n"
         "    _breakwater \"$@\"\n"
         "else\n"
         "    compdef _breakwater breakwater\n"
         "fi");
}
