/* random.h -- random numbers with an address: PCG64 streams, uniforms, hashes of names.

   A stream is not a position in one long sequence but an address: seed, path, branch,
   purpose, owner, occasion.  Who draws more, or who joins, leaves the numbers of every
   other address alone, so two configurations compare on common random numbers.

   Why distinct addresses give distinct streams.  The words of an address are absorbed one
   by one into a 128-bit hash, h -> mix(h xor word).  mix is a bijection (multiplication
   by an odd number modulo 2^128, then an xor-shift), so for a given word the step is a
   bijection of h, and for a given h distinct words give distinct results.  Hence two
   addresses that differ in one word only (the next path, another purpose, the same
   owner's next occasion) NEVER share a hash; addresses that differ in several words meet
   with probability 2^-128 a pair: for 2^40 streams in one study, 2^-49 in all.  The hash
   is the generator's state and, mixed once more, its increment; so distinct hashes start
   at distinct states, and on unrelated sequences.

   Units    none.
   Memory   struct rng is a value: copy it, keep it in a flat world, compare its bytes.
   Threads  no shared state; a struct rng belongs to one thread.
   Source   O'Neill (2014), PCG: A Family of Simple Fast Space-Efficient Statistically
   Good Algorithms for Random Number Generation, HMC-CS-2014-0905, section 6.3 (XSL-RR
            128/64, settable stream); Lemire (2019), ACM TOMACS 29(1), 3 (rng_below). */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include "engine/numeric.h"

#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 rng_word;

struct rng {
    rng_word state;
    rng_word increment; /* odd: which of the 2^127 sequences */
};

struct rng_address {
    uint64_t seed;     /* of the run */
    uint64_t path;     /* number of the path */
    uint64_t branch;   /* 0; a split or what-if copy of a path gets another number */
    uint64_t purpose;  /* what for: an explicit number, never reused for something else */
    uint64_t owner;    /* whose: random_hash_u64(random_hash_text(population), index) */
    uint64_t occasion; /* which time: counts wake-ups, steps, blocks */
};

#define RNG_MULTIPLIER                                                                   \
    (((rng_word)UINT64_C(0x2360ED051FC65DA4) << 64) | UINT64_C(0x4385DF649FCCF645))

/* rng_stream returns the generator at an address. */
struct rng rng_stream(const struct rng_address *address);

/* rng_pcg64 returns the generator that the reference implementation builds for a seed and
   a stream number: pcg64(seed, stream) of pcg_random.hpp, bit for bit. */
struct rng rng_pcg64(rng_word seed, rng_word stream);

/* rng_next returns 64 uniform bits. */
static inline uint64_t rng_next(struct rng *rng) {
    rng->state = rng->state * RNG_MULTIPLIER + rng->increment;
    const uint64_t high = (uint64_t)(rng->state >> 64);
    const uint64_t folded = high ^ (uint64_t)rng->state;
    const uint64_t turn = high >> 58;
    return (folded >> turn) | (folded << (-turn & 63));
}

/* rng_uniform returns (k + 1/2) / 2^52 with k uniform in 0 .. 2^52 - 1: strictly inside
   (0, 1), symmetric about 1/2, exact. */
static inline double rng_uniform(struct rng *rng) {
    return numeric_uniform_from_bits(rng_next(rng));
}

/* rng_below returns an integer uniform in 0 .. n - 1, without bias.
   Range   n >= 1. */
uint64_t rng_below(struct rng *rng, uint64_t n);

/* rng_fill_u64 writes what count calls of rng_next would return, in less time. */
void rng_fill_u64(struct rng *rng, uint64_t *bits, size_t count);

/* random_hash_text returns a 64-bit hash of a name: the same on every machine, for ever.
 */
uint64_t random_hash_text(const char *text);

/* random_hash_u64 returns a hash of a hash and a value; for a given hash it is a
   bijection of the value, so the members of one population never collide. */
uint64_t random_hash_u64(uint64_t hash, uint64_t value);

#endif
