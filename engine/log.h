/* log.h -- the head of the transaction log: a fast 128-bit chain that detects difference.

   Words are folded into two lanes by 64 x 64 -> 128 bit products.  It detects
   difference, not fraud: roots against fraud are in state_root.h.

   Memory   a value.
   Threads  pure functions.
   Source   multiply-and-fold mixing as in wyhash and mum-hash; constants are digits of
   pi. */
#ifndef ENGINE_LOG_H
#define ENGINE_LOG_H

#include "engine/money.h"

#include <stddef.h>

struct log_head {
    uint64_t lane[2];
};

/* log_fold returns the two halves of a 128-bit product, xored. */
static inline uint64_t log_fold(uint64_t a, uint64_t b) {
    const uwide product = (uwide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* log_absorb chains count words into the head, two at a time.  The lanes do not wait for
   each other; each adds what a product with a zero factor would forget. */
static inline void log_absorb(struct log_head *head, const uint64_t *word, size_t count) {
    uint64_t a = head->lane[0] ^ UINT64_C(0x243f6a8885a308d3);
    uint64_t b = head->lane[1] ^ (UINT64_C(0x13198a2e03707344) + count);
    for (size_t i = 0; i < count; i += 2) {
        const uint64_t first = word[i];
        const uint64_t second = i + 1 < count ? word[i + 1] : 0;
        a = log_fold(a ^ first, second ^ UINT64_C(0xa4093822299f31d0)) +
            (second ^ (a << 17 | a >> 47));
        b = log_fold(b + second, first ^ UINT64_C(0x082efa98ec4e6c89)) ^
            (first + (b << 41 | b >> 23));
    }
    head->lane[0] = a;
    head->lane[1] = b;
}

#endif
