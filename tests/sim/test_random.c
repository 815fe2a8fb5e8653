#include "../support/check.h"
#include "sim/random.h"

#include <math.h>

/* tests/vectors/pcg64.txt: seed (2 words), stream (2), outputs 0 to 5, output 1000. */
enum { ROW_WORDS = 11, FIRST_OUTPUT = 4, OUTPUTS = 6 };

static bool read_row(FILE *file, uint64_t *words) {
    char line[512];
    if (fgets(line, sizeof line, file) == NULL) {
        return false;
    }
    char *at = line;
    for (int i = 0; i < ROW_WORDS; ++i) {
        words[i] = strtoull(at, &at, 16);
    }
    check_true("row has all words", *at == '\n');
    return true;
}

static rng_word word(const uint64_t *words) {
    return (rng_word)words[0] << 64 | words[1];
}

static void outputs_equal_the_reference_implementation(void **state) {
    char path[4096];
    uint64_t words[ROW_WORDS];
    int rows = 0;
    (void)state;
    check_source("tests/vectors/pcg64.txt", path, sizeof path);
    FILE *const file = fopen(path, "r");
    check_true(path, file != NULL);
    for (; read_row(file, words); ++rows) {
        struct rng rng = rng_pcg64(word(words), word(words + 2));
        for (int i = 0; i < OUTPUTS; ++i) {
            check_u64("output", rng_next(&rng), words[FIRST_OUTPUT + i]);
        }
        for (int i = OUTPUTS; i < 1000; ++i) {
            rng_next(&rng);
        }
        check_u64("output 1000", rng_next(&rng), words[ROW_WORDS - 1]);
    }
    fclose(file);
    check_i64("rows", rows, 9);
}

static void the_published_first_outputs_appear(void **state) {
    (void)state;
    struct rng rng = rng_pcg64(42, 54);
    check_u64("0", rng_next(&rng), UINT64_C(0x86b1da1d72062b68));
    check_u64("1", rng_next(&rng), UINT64_C(0x1304aa46c9853d39));
    check_u64("2", rng_next(&rng), UINT64_C(0xa3670e9e0dd50358));
}

static void filling_equals_drawing(void **state) {
    (void)state;
    for (size_t count = 0; count <= 67; ++count) {
        struct rng one = rng_pcg64(count, 7), other = one;
        uint64_t bits[68] = {0};
        rng_fill_u64(&one, bits, count);
        for (size_t i = 0; i < count; ++i) {
            check_u64("bits", bits[i], rng_next(&other));
        }
        check_u64("next", rng_next(&one), rng_next(&other));
        check_u64("nothing behind the end", bits[count], 0);
    }
}

static uint64_t *word_of(struct rng_address *address, int index) {
    uint64_t *const words[] = {&address->seed,    &address->path,  &address->branch,
                               &address->purpose, &address->owner, &address->occasion};
    return words[index];
}

/* Every bit of an address flips every bit of the first output with probability 1/2: of
   TRIALS random addresses half, standard error sqrt(TRIALS)/2; the largest of 6 * 64 * 64
   cells stays below 6 of them but for a chance of 5e-5 (and the seed is fixed). */
static void every_bit_of_the_address_reaches_every_bit(void **state) {
    enum { TRIALS = 1024 };
    static uint32_t flips[64];
    uint64_t seed = 1;
    (void)state;
    for (int index = 0; index < 6; ++index) {
        for (int bit = 0; bit < 64; ++bit) {
            memset(flips, 0, sizeof flips);
            for (int trial = 0; trial < TRIALS; ++trial) {
                struct rng_address address;
                for (int i = 0; i < 6; ++i) {
                    *word_of(&address, i) = check_random(&seed);
                }
                struct rng here = rng_stream(&address);
                *word_of(&address, index) ^= UINT64_C(1) << bit;
                struct rng there = rng_stream(&address);
                const uint64_t one = rng_next(&here);
                const uint64_t changed = one ^ rng_next(&there);
                for (int i = 0; i < 64; ++i) {
                    flips[i] += (uint32_t)(changed >> i & 1);
                }
            }
            for (int i = 0; i < 64; ++i) {
                check_close("flips", flips[i], TRIALS / 2, 6 * sqrt(TRIALS) / 2);
            }
        }
    }
}

static int compare_words(const void *a, const void *b) {
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Small numbers are what addresses are made of: 4^6 * 16 neighbours, no two alike.  By
   chance two of 65,536 first outputs agree with probability 1e-10. */
static void neighbouring_addresses_have_different_streams(void **state) {
    enum { COUNT = 1 << 16 };
    uint64_t *const first = check_memory(COUNT * sizeof *first);
    (void)state;
    for (uint64_t i = 0; i < COUNT; ++i) {
        const struct rng_address address = {.seed = i & 3,
                                            .path = i >> 2 & 15,
                                            .branch = i >> 6 & 3,
                                            .purpose = i >> 8 & 3,
                                            .owner = i >> 10 & 3,
                                            .occasion = i >> 12};
        struct rng rng = rng_stream(&address);
        first[i] = rng_next(&rng);
    }
    qsort(first, COUNT, sizeof *first, compare_words);
    for (int i = 1; i < COUNT; ++i) {
        check_true("different", first[i] != first[i - 1]);
    }
    free(first);
}

/* First draws of neighbouring streams, as agents make them: mean 1/2 with standard error
   sqrt(1/12/N), and no correlation of neighbours, standard error 1/sqrt(N). */
static void first_draws_of_neighbours_are_independent(void **state) {
    enum { COUNT = 100000 };
    double sum = 0, products = 0, last = 0;
    struct rng_address address = {.seed = 7};
    (void)state;
    for (int i = 0; i < COUNT; ++i) {
        address.occasion = (uint64_t)i;
        struct rng rng = rng_stream(&address);
        const double u = rng_uniform(&rng) - 0.5;
        sum += u;
        products += u * last;
        last = u;
    }
    check_close("mean", sum / COUNT, 0, 5 * sqrt(1.0 / 12 / COUNT));
    check_close("correlation", 12 * products / COUNT, 0, 5 / sqrt(COUNT));
}

static void streams_never_change(void **state) {
    (void)state;
    struct rng_address address = {.seed = 7, .path = 1, .purpose = 3, .occasion = 2};
    address.owner = random_hash_u64(random_hash_text("keepers"), 5);
    struct rng rng = rng_stream(&address);
    /* Computed by an independent program (Python integers) from the definition. */
    check_u64("text", random_hash_text("keepers"), UINT64_C(0x3e3e1583ebcb2b02));
    check_u64("empty text", random_hash_text(""), UINT64_C(0xf52a15e9a9b5e89b));
    check_u64("owner", address.owner, UINT64_C(0x1500a56c329c2db7));
    check_u64("first", rng_next(&rng), UINT64_C(0xf27239a756c51a0d));
    check_u64("second", rng_next(&rng), UINT64_C(0x7f2343a363d70551));
}

static void uniforms_lie_strictly_inside_0_and_1(void **state) {
    (void)state;
    /* A state that gives all zeros or all ones: output = rotr(high ^ low). */
    const rng_word zero = 0, ones = (rng_word)UINT64_MAX;
    struct rng low = {.state = 0, .increment = zero};
    struct rng high = {.state = 0, .increment = ones};
    check_bits("all bits 0", rng_uniform(&low), 0x1p-53);
    check_bits("all bits 1", rng_uniform(&high), 1 - 0x1p-53);
}

/* Chi-square of 7 cells: mean 6, variance 12, below 6 + 5 * sqrt(12).  The uniform of a
   64-bit modulus would not show a bias here; n = 3 * 2^62, where a plain multiplication
   doubles a third of the values, does. */
static void rng_below_is_unbiased(void **state) {
    enum { DRAWS = 70000, CELLS = 7 };
    uint32_t seen[CELLS] = {0};
    struct rng rng = rng_pcg64(1, 2);
    (void)state;
    for (int i = 0; i < DRAWS; ++i) {
        const uint64_t value = rng_below(&rng, CELLS);
        check_true("below", value < CELLS);
        ++seen[value];
    }
    double chi_square = 0;
    for (int i = 0; i < CELLS; ++i) {
        const double off = (double)seen[i] - DRAWS / CELLS;
        chi_square += off * off / (DRAWS / CELLS);
    }
    check_true("spread", chi_square > 0);
    check_close("chi-square", chi_square, 6, 5 * sqrt(12));

    const uint64_t n = UINT64_C(3) << 62;
    int every_third = 0;
    for (int i = 0; i < DRAWS; ++i) {
        every_third += rng_below(&rng, n) % 3 == 0;
    }
    check_close("thirds", every_third, DRAWS / 3.0, 5 * sqrt(DRAWS * 2.0 / 9));
    check_u64("only value", rng_below(&rng, 1), 0);
}

static void hashes_of_members_never_collide(void **state) {
    enum { COUNT = 20000 };
    uint64_t *const hashes = check_memory(3 * COUNT * sizeof *hashes);
    const char *const names[] = {"keepers", "keeper", "keepers "};
    (void)state;
    for (int n = 0; n < 3; ++n) {
        const uint64_t name = random_hash_text(names[n]);
        for (uint64_t i = 0; i < COUNT; ++i) {
            hashes[(uint64_t)n * COUNT + i] = random_hash_u64(name, i);
        }
    }
    qsort(hashes, 3 * COUNT, sizeof *hashes, compare_words);
    for (int i = 1; i < 3 * COUNT; ++i) {
        check_true("different", hashes[i] != hashes[i - 1]);
    }
    free(hashes);
}

static void draw_below_zero(void *argument) {
    rng_below((struct rng *)argument, 0);
}

static void an_empty_range_is_a_bug(void **state) {
    (void)state;
    struct rng rng = rng_pcg64(1, 2);
    check_aborts("n = 0", draw_below_zero, &rng);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_equal_the_reference_implementation),
        cmocka_unit_test(the_published_first_outputs_appear),
        cmocka_unit_test(filling_equals_drawing),
        cmocka_unit_test(every_bit_of_the_address_reaches_every_bit),
        cmocka_unit_test(neighbouring_addresses_have_different_streams),
        cmocka_unit_test(first_draws_of_neighbours_are_independent),
        cmocka_unit_test(streams_never_change),
        cmocka_unit_test(uniforms_lie_strictly_inside_0_and_1),
        cmocka_unit_test(rng_below_is_unbiased),
        cmocka_unit_test(hashes_of_members_never_collide),
        cmocka_unit_test(an_empty_range_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
