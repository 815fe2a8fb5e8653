/* check.h -- what the tests say when a fact does not hold.

   Every check takes a label first: the row of the table, or the quantity.  A failing
   check prints file, line, label and both values, and fails the cmocka test it stands in.
   cmocka's assert_float_equal compares in float and assert_int_equal prints negative
   numbers as huge ones; use these instead.

   Units    those of the caller.
   Memory   nothing is allocated, but by check_memory.
   Threads  call from the thread that runs the test. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define check_true(label, fact) check_true_at((label), (fact), #fact, __FILE__, __LINE__)
#define check_i64(label, got, want)                                                      \
    check_i64_at((label), (got), (want), __FILE__, __LINE__)
#define check_u64(label, got, want)                                                      \
    check_u64_at((label), (got), (want), __FILE__, __LINE__)
#define check_close(label, got, want, tolerance)                                         \
    check_close_at((label), (got), (want), (tolerance), __FILE__, __LINE__)
#define check_relative(label, got, want, tolerance)                                      \
    check_relative_at((label), (got), (want), (tolerance), __FILE__, __LINE__)
#define check_ulps(label, got, want, ulps)                                               \
    check_ulps_at((label), (got), (want), (ulps), __FILE__, __LINE__)
#define check_bits(label, got, want)                                                     \
    check_ulps_at((label), (got), (want), 0, __FILE__, __LINE__)
#define check_text(label, got, want)                                                     \
    check_text_at((label), (got), (want), __FILE__, __LINE__)
#define check_contains(label, text, part)                                                \
    check_contains_at((label), (text), (part), __FILE__, __LINE__)
#define check_bytes(label, got, want, size)                                              \
    check_bytes_at((label), (got), (want), (size), __FILE__, __LINE__)
#define check_aborts(label, function, argument)                                          \
    check_true_at((label), check_does_abort((function), (argument)),                     \
                  #function " ends in abort()", __FILE__, __LINE__)

/* check_true_at fails the test unless fact holds. */
static inline void check_true_at(const char *label, bool fact, const char *text,
                                 const char *file, int line) {
    if (!fact) {
        print_error("%s: does not hold: %s\n", label, text);
        _fail(file, line);
    }
}

/* check_i64_at fails the test unless got == want. */
static inline void check_i64_at(const char *label, int64_t got, int64_t want,
                                const char *file, int line) {
    if (got != want) {
        print_error("%s: got %" PRId64 ", want %" PRId64 "\n", label, got, want);
        _fail(file, line);
    }
}

/* check_u64_at fails the test unless got == want. */
static inline void check_u64_at(const char *label, uint64_t got, uint64_t want,
                                const char *file, int line) {
    if (got != want) {
        print_error("%s: got %" PRIu64 " (0x%016" PRIx64 "), want %" PRIu64
                    " (0x%016" PRIx64 ")\n",
                    label, got, got, want, want);
        _fail(file, line);
    }
}

/* check_close_at fails the test unless |got - want| <= tolerance; a NaN fails. */
static inline void check_close_at(const char *label, double got, double want,
                                  double tolerance, const char *file, int line) {
    const double error = got > want ? got - want : want - got;
    if (!(got == want || error <= tolerance)) {
        print_error("%s: got %.17g, want %.17g, off by %.3g, allowed %.3g\n", label, got,
                    want, error, tolerance);
        _fail(file, line);
    }
}

/* check_relative_at fails the test unless |got - want| <= tolerance * |want|. */
static inline void check_relative_at(const char *label, double got, double want,
                                     double tolerance, const char *file, int line) {
    const double magnitude = want < 0 ? -want : want;
    check_close_at(label, got, want, tolerance * magnitude, file, line);
}

/* check_order_of maps doubles to integers so that neighbours differ by one and -0 is +0.
 */
static inline int64_t check_order_of(double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

/* check_ulps_at fails the test unless got is at most ulps representable doubles away from
   want.  With 0 ulps the values are equal (and -0 equals +0).  Two NaNs are equal. */
static inline void check_ulps_at(const char *label, double got, double want,
                                 uint64_t ulps, const char *file, int line) {
    if (got != got || want != want) {
        check_true_at(label, got != got && want != want, "both are NaN or none", file,
                      line);
        return;
    }
    const int64_t a = check_order_of(got), b = check_order_of(want);
    const uint64_t apart = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
    if (apart > ulps) {
        print_error("%s: got %.17g (%a), want %.17g (%a), %" PRIu64
                    " ulps apart, allowed %" PRIu64 "\n",
                    label, got, got, want, want, apart, ulps);
        _fail(file, line);
    }
}

/* check_text_at fails the test unless the two strings are equal. */
static inline void check_text_at(const char *label, const char *got, const char *want,
                                 const char *file, int line) {
    if (strcmp(got, want) != 0) {
        print_error("%s:\n  got  \"%s\"\n  want \"%s\"\n", label, got, want);
        _fail(file, line);
    }
}

/* check_contains_at fails the test unless part occurs in text. */
static inline void check_contains_at(const char *label, const char *text,
                                     const char *part, const char *file, int line) {
    if (strstr(text, part) == NULL) {
        print_error("%s: \"%s\" does not occur in\n  \"%s\"\n", label, part, text);
        _fail(file, line);
    }
}

/* check_bytes_at fails the test unless the first size bytes are equal; it prints the
   first byte that differs. */
static inline void check_bytes_at(const char *label, const void *got, const void *want,
                                  size_t size, const char *file, int line) {
    const unsigned char *a = (const unsigned char *)got, *b = (const unsigned char *)want;
    for (size_t i = 0; i < size; ++i) {
        if (a[i] != b[i]) {
            print_error("%s: byte %zu of %zu: got 0x%02x, want 0x%02x\n", label, i, size,
                        (unsigned)a[i], (unsigned)b[i]);
            _fail(file, line);
        }
    }
}

/* check_does_abort runs function(argument) in a child process and tells whether it ended
   by SIGABRT, as a failed assertion does.  What the child prints is discarded. */
static inline bool check_does_abort(void (*function)(void *), void *argument) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL); /* cmocka catches it in the parent */
        if (freopen("/dev/null", "w", stderr) == NULL) {
            _exit(2);
        }
        function(argument);
        _exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

/* check_memory returns size bytes, aligned to 64 and filled with 0xA5, or fails the test.
   Release with free. */
static inline void *check_memory(size_t size) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, size > 0 ? size : 1) != 0) {
        print_error("out of memory: %zu bytes\n", size);
        _fail(__FILE__, __LINE__);
    }
    memset(memory, 0xA5, size);
    return memory;
}

/* check_random steps *state and returns 64 random bits: the tests' own generator, so that
   a test of the random streams does not lean on them. Source  Steele, Lea, Flood (2014),
   OOPSLA, figure 17 (SplitMix64). */
static inline uint64_t check_random(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* check_random_in returns a random integer of low..high, both included; high - low has to
   be below 2^63.  The bias of the modulus does not matter to a test. */
static inline int64_t check_random_in(uint64_t *state, int64_t low, int64_t high) {
    const uint64_t range = (uint64_t)high - (uint64_t)low + 1;
    return low + (int64_t)(check_random(state) % range);
}

/* check_source writes the address of a file of the source tree to path, such as
   "tests/vectors/numeric.csv"; ctest sets BREAKWATER_SOURCE. */
static inline void check_source(const char *name, char *path, size_t size) {
    const char *root = getenv("BREAKWATER_SOURCE");
    const int length = snprintf(path, size, "%s/%s", root != NULL ? root : ".", name);
    if (length < 0 || (size_t)length >= size) {
        print_error("path too long: %s\n", name);
        _fail(__FILE__, __LINE__);
    }
}

#endif
