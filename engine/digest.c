#include "engine/digest.h"

#include <assert.h>

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct digest),
               "struct digest holds libsodium's state");
_Static_assert(_Alignof(crypto_generichash_state) <= _Alignof(struct digest),
               "struct digest is aligned for libsodium's state");

/* Through void *: the two types differ, the storage is the same. */
static crypto_generichash_state *state_of(struct digest *digest) {
    void *state = digest->state;
    return state;
}

void digest_init(struct digest *digest) {
    const int status = crypto_generichash_init(state_of(digest), NULL, 0, DIGEST_SIZE);
    assert(status == 0);
    (void)status;
}

void digest_update(struct digest *digest, const void *bytes, size_t size) {
    if (size == 0) {
        return;
    }
    const int status = crypto_generichash_update(state_of(digest), bytes, size);
    assert(status == 0);
    (void)status;
}

void digest_u32(struct digest *digest, uint32_t value) {
    unsigned char bytes[4];
    for (unsigned i = 0; i < sizeof bytes; ++i) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
    digest_update(digest, bytes, sizeof bytes);
}

void digest_u64(struct digest *digest, uint64_t value) {
    unsigned char bytes[8];
    for (unsigned i = 0; i < sizeof bytes; ++i) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
    digest_update(digest, bytes, sizeof bytes);
}

void digest_final(struct digest *digest, unsigned char hash[DIGEST_SIZE]) {
    const int status = crypto_generichash_final(state_of(digest), hash, DIGEST_SIZE);
    assert(status == 0);
    (void)status;
}

void digest_of(const void *bytes, size_t size, unsigned char hash[DIGEST_SIZE]) {
    struct digest digest;
    digest_init(&digest);
    digest_update(&digest, bytes, size);
    digest_final(&digest, hash);
}

void digest_text(const unsigned char hash[DIGEST_SIZE], char text[DIGEST_TEXT_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < DIGEST_SIZE; ++i) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    text[DIGEST_TEXT_SIZE - 1] = 0;
}
