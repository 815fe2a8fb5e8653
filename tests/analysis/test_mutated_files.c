/* Results files that were bitten: every command that reads one ends with a right answer or
   one plain message, and none crashes or hangs.

   BREAKWATER_MUTATIONS is how many files are made (500).  Each is read by a process of its
   own, which runs all the commands on it. */
#include "analysis/commands/command.h"
#include "analysis/run.h"
#include "tests/support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 60, COMPLAINT_SIZE = 512, TEXT_SIZE = 1 << 16 };

static char folder[64], original[128], changed[128], part[128], shards[128];

static const char *const readers[][8] = {
    {"verify",      changed,      "-n",                 "1",     "--json"},
    {"replay",             changed,                  "--path",                   "3", "--json"},
    {"replay",     changed,                 "--path",                              "worst",                          "--to", "1h"},
    {"report",      changed,            "-o","-"},
    {"report", changed,"--json"                },
    {"report",      changed,             "--markdown",                 "--baseline",                                            original},
    {"compare", changed,original,"--json"                },
};

enum { READERS = sizeof readers / sizeof *readers };

static const char *const mergers[][8] = {
    {"merge", shards, "--json"},
};

/* Written by a child, read by its parent. */
static struct shared {
    char complaint[COMPLAINT_SIZE];
    char digest[80]; /* in the answer of merge; once known it has to stay */
    unsigned answers, refusals, differences; /* over all children */
} * shared;

static int prepare(void **state) {
    (void)state;
    strcpy(folder, "/tmp/breakwater-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(original, sizeof original, "%s/original.h5", folder);
    snprintf(changed, sizeof changed, "%s/changed.h5", folder);
    snprintf(part, sizeof part, "%s/changed.part", folder);
    snprintf(shards, sizeof shards, "%s/changed.part.shards", folder);
    FILE *file = tmpfile();
    if (file == NULL || ftruncate(fileno(file), sizeof *shared) != 0) {
        return 1;
    }
    shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    fclose(file);
    return shared == MAP_FAILED;
}

static int clean_up(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}

static int run_command(const char *const *words) {
    char text[12][160];
    char *argv[13] = {NULL};
    int argc = 0;
    for (; words[argc] != NULL; ++argc) {
        snprintf(text[argc], sizeof text[argc], "%s", words[argc]);
        argv[argc] = text[argc];
    }
    return command_start(command_find(words[0]), argc, argv);
}

/* Where a child's output goes, to be looked at. */
static int take_output(int descriptor) {
    FILE *output = tmpfile();
    const int file = output == NULL ? -1 : fileno(output);
    if (file < 0 || dup2(file, descriptor) < 0) {
        _exit(3);
    }
    return file;
}

/* The text written since the last look. */
static size_t look(int file, char text[TEXT_SIZE]) {
    const ssize_t size = pread(file, text, TEXT_SIZE - 1, 0);
    text[size > 0 ? size : 0] = 0;
    if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0) {
        _exit(3);
    }
    return size > 0 ? (size_t)size : 0;
}

/* Plain messages: of this program, one line each, naming the file.  A results file gets
   one; of shards, what is damaged and what is missing may be several. */
static bool is_plain(const char *text, bool several) {
    const bool named =
        strstr(text, "changed.") != NULL || (several && strstr(text, "blocks ") != NULL);
    unsigned lines = 0;
    for (; *text != 0; ++lines) {
        const char *end = strchr(text, '\n');
        if (strncmp(text, "breakwater: ", 12) != 0 || end == NULL ||
            strstr(text, "memory") != NULL) {
            return false;
        }
        text = end + 1;
    }
    return named && lines >= 1 && (several || lines == 1);
}

static void complain(const char *command, int code, const char *what, const char *text) {
    snprintf(shared->complaint, sizeof shared->complaint, "%s, exit %d: %s: %.300s",
             command, code, what, text);
    _exit(1);
}

/* Runs one command on the changed file, in the child. */
static void try_command(const char *const *words, int out, int err) {
    static char told[TEXT_SIZE], said[TEXT_SIZE];
    const int code = run_command(words);
    if (fflush(stdout) != 0) {
        complain(words[0], code, "no output", "");
    }
    const size_t told_size = look(out, told);
    look(err, said);
    if (code == RUN_OK) {
        ++shared->answers;
        if (told_size == 0) {
            complain(words[0], code, "says nothing", said);
        }
        if (strcmp(words[0], "merge") == 0 && strstr(told, shared->digest) == NULL) {
            complain(words[0], code, "another digest", told);
        }
    } else if (code == RUN_BROKEN) {
        ++shared->differences; /* the page tells what, so there is one */
        if (strcmp(words[0], "verify") != 0 && strcmp(words[0], "replay") != 0) {
            complain(words[0], code, "cannot know that", said);
        }
    } else if (code == RUN_INPUT) {
        ++shared->refusals;
        if (told_size != 0) {
            complain(words[0], code, "something on standard output", told);
        } else if (!is_plain(said, strcmp(words[0], "merge") == 0)) {
            complain(words[0], code, "not one plain message", said);
        }
    } else {
        complain(words[0], code, "not an exit code for this", said);
    }
}

/* Runs all the commands in a child; false, with a complaint, when one went wrong. */
static bool survives(const char *const (*commands_of)[8], size_t count) {
    shared->complaint[0] = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        for (int number = 1; number < 32; ++number) {
            signal(number, SIG_DFL); /* cmocka's would go on with the test */
        }
        alarm(SECONDS);
        const int out = take_output(STDOUT_FILENO), err = take_output(STDERR_FILENO);
        for (size_t i = 0; i < count; ++i) {
            try_command(commands_of[i], out, err);
        }
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
        snprintf(shared->complaint, sizeof shared->complaint, "killed by signal %d",
                 WTERMSIG(status));
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Runs a command in a child: threads and a fork do not go together. */
static void make(const char *const *words) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        static char told[TEXT_SIZE];
        const int out = take_output(STDOUT_FILENO);
        const int code = run_command(words);
        fflush(stdout);
        look(out, told);
        const char *digest = strstr(told, "\"digest\": \"");
        if (digest != NULL) {
            snprintf(shared->digest, sizeof shared->digest, "%.76s", digest);
        }
        _exit(code);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void make_original(void) {
    static const char *const words[] = {"run",     "calm",  "-n",
                                        "70",      "-o",    original,
                                        "--quiet", "--set", "world.horizon=2h",
                                        "--json",  NULL};
    make(words);
}

static void make_shards(void) {
    static const char *const words[] = {"run",     "calm",   "-n",       "70",
                                        "-o",      part,     "--blocks", "0..2",
                                        "--quiet", "--json", NULL};
    make(words);
}

struct bytes {
    unsigned char *byte;
    size_t size;
};

static struct bytes read_bytes(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    struct bytes bytes = {.size = (size_t)ftell(file)};
    rewind(file);
    bytes.byte = malloc(bytes.size);
    assert_non_null(bytes.byte);
    assert_int_equal(fread(bytes.byte, 1, bytes.size, file), bytes.size);
    fclose(file);
    return bytes;
}

static void write_bytes(const char *path, const struct bytes *bytes) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->byte, 1, bytes->size, file), bytes->size);
    assert_int_equal(fclose(file), 0);
}

/* A length up to most, small ones as likely as large. */
static size_t some_length(uint64_t *random, size_t most) {
    const size_t length = (size_t)1 << check_random(random) % 16;
    const size_t some = 1 + (size_t)(check_random(random) % length);
    return some < most ? some : most;
}

enum { FLIP, CUT, ZERO, SPLICE, ONES, NOISE, LONGER, KINDS };

/* Does one change; the file never grows beyond its buffer but by LONGER's zeros. */
static void mutate(struct bytes *bytes, uint64_t *random) {
    const size_t at = (size_t)(check_random(random) % bytes->size);
    const size_t length = some_length(random, bytes->size - at);
    const size_t from = (size_t)(check_random(random) % (bytes->size - length + 1));
    switch (check_random(random) % KINDS) {
    case FLIP:
        bytes->byte[at] ^= (unsigned char)(1 << check_random(random) % 8);
        break;
    case CUT:
        bytes->size = at + 1;
        break;
    case ZERO:
        memset(bytes->byte + at, 0, length);
        break;
    case SPLICE:
        memmove(bytes->byte + at, bytes->byte + from, length);
        break;
    case ONES:
        memset(bytes->byte + at, 0xff, length < 8 ? length : 8);
        break;
    case NOISE:
        for (size_t i = 0; i < length; ++i) {
            bytes->byte[at + i] = (unsigned char)check_random(random);
        }
        break;
    default: /* shorter from the front: everything is where it should not be */
        bytes->size -= length < bytes->size ? length : 0;
        memmove(bytes->byte, bytes->byte + length, bytes->size);
    }
}

static unsigned wanted_mutations(void) {
    const char *text = getenv("BREAKWATER_MUTATIONS");
    return text == NULL ? 500 : (unsigned)strtoul(text, NULL, 10);
}

/* What is bitten, and who reads it. */
struct victim {
    const char *from, *to; /* read from, written to */
    const char *const (*commands_of)[8];
    size_t command_count;
};

/* Bites count times; the result is how often a command went wrong. */
static unsigned bite(const struct victim *victim, unsigned count) {
    unsigned wrong = 0;
    const struct bytes whole = read_bytes(victim->from);
    struct bytes bytes = {.byte = malloc(whole.size)};
    assert_non_null(bytes.byte);
    for (unsigned i = 0; i < count; ++i) {
        uint64_t random = i + 1; /* a mutation is found again by its number */
        do {
            bytes.size = whole.size;
            memcpy(bytes.byte, whole.byte, whole.size);
            for (uint64_t many = 1 + check_random(&random) % 3; many > 0; --many) {
                mutate(&bytes, &random);
            }
        } while (bytes.size == whole.size &&
                 memcmp(bytes.byte, whole.byte, whole.size) == 0);
        write_bytes(victim->to, &bytes);
        if (!survives(victim->commands_of, victim->command_count)) {
            print_error("%s, mutation %u: %s\n", victim->to, i, shared->complaint);
            ++wrong;
        }
    }
    write_bytes(victim->to, &whole);
    print_message("%s: %u files: %u answers, %u refusals, %u differences\n", victim->to,
                  count, shared->answers, shared->refusals, shared->differences);
    free(bytes.byte);
    free(whole.byte);
    return wrong;
}

static void the_file_itself_is_read(void **state) {
    (void)state;
    make_original();
    const struct bytes bytes = read_bytes(original);
    memset(shared, 0, sizeof *shared);
    write_bytes(changed, &bytes);
    if (!survives(readers, READERS)) {
        fail_msg("%s", shared->complaint);
    }
    check_u64("answers", shared->answers, READERS);
    free(bytes.byte);
}

static void no_bitten_file_crashes_a_command(void **state) {
    (void)state;
    const unsigned count = wanted_mutations();
    make_original();
    memset(shared, 0, sizeof *shared);
    const struct victim victim = {original, changed, readers, READERS};
    check_u64("files that were too much", bite(&victim, count), 0);
    check_true("nearly all are refused", shared->refusals > count * READERS / 2);
}

/* Shards, their manifest and the plan beside them: merge gives the same digest, or says
   what is wrong. */
static void no_bitten_shard_changes_a_digest(void **state) {
    (void)state;
    static const char *const names[] = {"plan", "manifest", "shard-000000.bin"};
    const unsigned count = wanted_mutations() / 10;
    memset(shared, 0, sizeof *shared);
    make_shards();
    check_true("there is a digest", shared->digest[0] != 0);
    for (size_t i = 0; i < 3; ++i) {
        char path[192];
        snprintf(path, sizeof path, "%s/%s", shards, names[i]);
        const struct victim victim = {path, path, mergers, 1};
        check_u64(names[i], bite(&victim, count), 0);
    }
    check_true("most are refused", shared->refusals > count);
    if (!survives(mergers, 1)) {
        fail_msg("whole again: %s", shared->complaint);
    }
    check_true("whole again", shared->answers > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_file_itself_is_read, prepare, clean_up),
        cmocka_unit_test_setup_teardown(no_bitten_file_crashes_a_command, prepare,
                                        clean_up),
        cmocka_unit_test_setup_teardown(no_bitten_shard_changes_a_digest, prepare,
                                        clean_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
