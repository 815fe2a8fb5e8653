/* digest.h -- BLAKE2b-256 over a stream of bytes and little-endian integers.

   The only door to libsodium: path digests, run digests and state roots are taken here.

   Units    a digest is DIGEST_SIZE bytes, 2 * DIGEST_SIZE lower-case digits as text.
   Memory   struct digest is a value of fixed size; nothing is allocated.
   Threads  one struct digest per stream; the functions share nothing.
   Source   RFC 7693 (BLAKE2b, 32-byte output, no key). */
#ifndef ENGINE_DIGEST_H
#define ENGINE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE      32
#define DIGEST_TEXT_SIZE (2 * DIGEST_SIZE + 1)

struct digest {
    _Alignas(64) unsigned char state[384];
};

/* digest_init begins a stream of no bytes. */
void digest_init(struct digest *digest);

/* digest_update appends size bytes; bytes may be NULL when size is 0. */
void digest_update(struct digest *digest, const void *bytes, size_t size);

/* digest_u32 and digest_u64 append an integer, lowest byte first. */
void digest_u32(struct digest *digest, uint32_t value);
void digest_u64(struct digest *digest, uint64_t value);

/* digest_final writes the digest of everything appended.  The stream has to be begun
   again before another use. */
void digest_final(struct digest *digest, unsigned char hash[DIGEST_SIZE]);

/* digest_of writes the digest of size bytes: init, update and final in one call. */
void digest_of(const void *bytes, size_t size, unsigned char hash[DIGEST_SIZE]);

/* digest_text writes a digest as lower-case hexadecimal digits and a closing zero. */
void digest_text(const unsigned char hash[DIGEST_SIZE], char text[DIGEST_TEXT_SIZE]);

#endif
