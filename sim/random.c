#include "sim/random.h"

#include <assert.h>

#define WORD(high, low) (((rng_word)UINT64_C(high) << 64) | UINT64_C(low))

/* Binary digits of the golden ratio (odd) and of pi: no choice was made. */
#define MIX_MULTIPLIER WORD(0x9E3779B97F4A7C15, 0xF39CC0605CEDC835)
#define HASH_START     WORD(0x243F6A8885A308D3, 0x13198A2E03707344)
#define HASH_INCREMENT WORD(0xA4093822299F31D0, 0x082EFA98EC4E6C89)

static inline rng_word mix(rng_word h) {
    h *= MIX_MULTIPLIER;
    return h ^ (h >> 64);
}

struct rng rng_stream(const struct rng_address *address) {
    rng_word h = HASH_START;
    h = mix(h ^ address->seed);
    h = mix(h ^ address->path);
    h = mix(h ^ address->branch);
    h = mix(h ^ address->purpose);
    h = mix(h ^ address->owner);
    h = mix(h ^ address->occasion);
    h = mix(h); /* the last word reaches every bit */
    h = mix(h);
    return (struct rng){.state = h, .increment = mix(mix(h ^ HASH_INCREMENT)) | 1};
}

struct rng rng_pcg64(rng_word seed, rng_word stream) {
    const rng_word increment = (stream << 1) | 1;
    return (struct rng){.state = (seed + increment) * RNG_MULTIPLIER + increment,
                        .increment = increment};
}

uint64_t rng_below(struct rng *rng, uint64_t n) {
    assert(n > 0);
    rng_word product = (rng_word)rng_next(rng) * n;
    if ((uint64_t)product < n) {
        const uint64_t unfair = -n % n; /* 2^64 mod n products would come too often */
        while ((uint64_t)product < unfair) {
            product = (rng_word)rng_next(rng) * n;
        }
    }
    return (uint64_t)(product >> 64);
}

static inline uint64_t output(rng_word state) {
    const uint64_t high = (uint64_t)(state >> 64);
    const uint64_t folded = high ^ (uint64_t)state;
    const uint64_t turn = high >> 58;
    return (folded >> turn) | (folded << (-turn & 63));
}

/* Four lanes, each taking every fourth state of the one sequence: a lane's multiplication
   need not wait for its neighbour's. */
void rng_fill_u64(struct rng *rng, uint64_t *bits, size_t count) {
    const rng_word a = RNG_MULTIPLIER, c = rng->increment;
    const rng_word a2 = a * a, a4 = a2 * a2, c4 = c * ((1 + a) * (1 + a2));
    const size_t whole = count & ~(size_t)3;
    if (whole > 0) {
        rng_word s0 = rng->state * a + c;
        rng_word s1 = s0 * a + c;
        rng_word s2 = s1 * a + c;
        rng_word s3 = s2 * a + c;
        for (size_t i = 0;;) {
            bits[i] = output(s0);
            bits[i + 1] = output(s1);
            bits[i + 2] = output(s2);
            bits[i + 3] = output(s3);
            i += 4;
            if (i == whole) {
                break;
            }
            s0 = s0 * a4 + c4;
            s1 = s1 * a4 + c4;
            s2 = s2 * a4 + c4;
            s3 = s3 * a4 + c4;
        }
        rng->state = s3;
    }
    for (size_t i = whole; i < count; ++i) {
        bits[i] = rng_next(rng);
    }
}

/* The finisher of SplitMix64 (Steele, Lea, Flood 2014, OOPSLA, figure 17). */
static uint64_t finish(uint64_t h) {
    h = (h ^ (h >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94D049BB133111EB);
    return h ^ (h >> 31);
}

/* FNV-1a (Fowler, Noll, Vo), finished. */
uint64_t random_hash_text(const char *text) {
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (; *text != '\0'; ++text) {
        h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    }
    return finish(h);
}

uint64_t random_hash_u64(uint64_t hash, uint64_t value) {
    return finish(finish(hash + UINT64_C(0x9E3779B97F4A7C15)) + value);
}
