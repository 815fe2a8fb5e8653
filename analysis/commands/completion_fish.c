#include "analysis/commands/command.h"
#include "analysis/commands/completion.h"

#include <stdio.h>

static void put_words(enum option_words words) {
    const struct completion_words *row = &completion_words[words];
    printf("function __breakwater_%s\n", row->name);
    fputs("    for word in (string split -n ' ' '", stdout);
    completion_put(words, "");
    puts("')");
    puts(row->list
             ? "        echo (string replace -r '[^,]*$' '' -- (commandline -ct))$word"
             : "        echo $word");
    puts("    end");
    for (unsigned i = 0; i < 3 && row->ends[i] != NULL; ++i) {
        if (row->folders || row->ends[i][0] == 0) {
            printf("    %s\n", row->folders ? "__fish_complete_directories"
                                            : "__fish_complete_path (commandline -ct)");
        } else {
            printf("    __fish_complete_suffix %s\n", row->ends[i]);
        }
    }
    puts("end");
}

static void put_line(const char *command) {
    printf("complete -c breakwater -n '__fish_seen_subcommand_from %s'", command);
}

static void put_doc(const char *doc) {
    fputs(" -d '", stdout);
    completion_quote(doc, "\\", "\\'");
    puts("'");
}

static void put_command(const struct command *command) {
    printf("complete -c breakwater -n __fish_use_subcommand -a %s", command->name);
    put_doc(command->doc);
    for (const struct option_use *use = command->options; use->id != OPTION_COUNT;
         ++use) {
        const struct option_row *row = &option_table[use->id];
        put_line(command->name);
        printf(" -l %s", row->name);
        if (row->letter != 0) {
            printf(" -s %c", row->letter);
        }
        if (row->value != NULL) {
            printf(" -x -a '(__breakwater_%s)'", completion_words[row->words].name);
        }
        put_doc(option_doc(use));
    }
    if (command->most > 0) {
        put_line(command->name);
        printf(" -a '(__breakwater_%s)'\n", completion_words[command->words].name);
    }
}

void completion_fish(void) {
    puts("# fish completion for breakwater; made by `breakwater completion fish`.");
    for (unsigned i = 0; i < OPTION_WORDS_COUNT; ++i) {
        put_words((enum option_words)i);
    }
    puts("complete -c breakwater -f");
    for (const struct command *const *row = commands; *row != NULL; ++row) {
        put_command(*row);
    }
}
