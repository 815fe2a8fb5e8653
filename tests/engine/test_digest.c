#include "engine/digest.h"
#include "tests/support/check.h"

static void check_digest(const char *label, const void *bytes, size_t size,
                         const char *want) {
    unsigned char hash[DIGEST_SIZE];
    char text[DIGEST_TEXT_SIZE];
    digest_of(bytes, size, hash);
    digest_text(hash, text);
    check_text(label, text, want);
}

/* Computed by Python's hashlib.blake2b(digest_size=32), an independent implementation. */
static void digests_are_blake2b_256(void **state) {
    (void)state;
    check_digest("nothing", NULL, 0,
                 "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    check_digest("abc", "abc", 3,
                 "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void pieces_make_the_same_digest_as_the_whole(void **state) {
    (void)state;
    unsigned char bytes[1000], whole[DIGEST_SIZE], pieces[DIGEST_SIZE];
    for (size_t i = 0; i < sizeof bytes; ++i) {
        bytes[i] = (unsigned char)(i * 7);
    }
    digest_of(bytes, sizeof bytes, whole);
    for (size_t step = 1; step < sizeof bytes; step += 37) {
        struct digest digest;
        digest_init(&digest);
        for (size_t i = 0; i < sizeof bytes; i += step) {
            const size_t left = sizeof bytes - i;
            digest_update(&digest, bytes + i, left < step ? left : step);
        }
        digest_update(&digest, NULL, 0);
        digest_final(&digest, pieces);
        check_bytes("digest", pieces, whole, DIGEST_SIZE);
    }
}

static void integers_go_in_lowest_byte_first(void **state) {
    (void)state;
    static const unsigned char bytes[] = {4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 0xF1};
    unsigned char whole[DIGEST_SIZE], pieces[DIGEST_SIZE];
    struct digest digest;
    digest_of(bytes, sizeof bytes, whole);
    digest_init(&digest);
    digest_u32(&digest, 0x01020304);
    digest_u64(&digest, UINT64_C(0xF102030405060708));
    digest_final(&digest, pieces);
    check_bytes("digest", pieces, whole, DIGEST_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_blake2b_256),
        cmocka_unit_test(pieces_make_the_same_digest_as_the_whole),
        cmocka_unit_test(integers_go_in_lowest_byte_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
