#include "engine/numeric.h"
#include "engine/numeric_kernel.h"

#include <assert.h>

/* Work goes through blocks of fixed size in local arrays: the loops then have no
   aliasing and no remainder, since a last block is padded to whole vectors. */
#define BLOCK 256
#define WIDTH 8 /* lanes of the widest vector */

/* Thin wrappers give one body to every vector unit.  target_clones would do the same but
   clang 14 links it wrongly. */
#define NUMERIC_AT_EVERY_LEVEL(body, in_type)                                            \
    static void body##_baseline(const in_type *in, double *out, size_t count) {          \
        body(in, out, count);                                                            \
    }                                                                                    \
    __attribute__((target("avx2"))) static void body##_avx2(const in_type *in,           \
                                                            double *out, size_t count) { \
        body(in, out, count);                                                            \
    }                                                                                    \
    __attribute__((target("avx512f,avx512dq"))) static void body##_avx512(               \
        const in_type *in, double *out, size_t count) {                                  \
        body(in, out, count);                                                            \
    }                                                                                    \
    static void body##_at(enum numeric_level level, const in_type *in, double *out,      \
                          size_t count) {                                                \
        assert(level <= numeric_level_best());                                           \
        if (level == NUMERIC_AVX512) {                                                   \
            body##_avx512(in, out, count);                                               \
        } else if (level == NUMERIC_AVX2) {                                              \
            body##_avx2(in, out, count);                                                 \
        } else {                                                                         \
            body##_baseline(in, out, count);                                             \
        }                                                                                \
    }

enum numeric_level numeric_level_best(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
        return NUMERIC_AVX512;
    }
    return __builtin_cpu_supports("avx2") ? NUMERIC_AVX2 : NUMERIC_BASELINE;
}

/* The block's length and, rounded up, the number of lanes to compute. */
NUMERIC_KERNEL size_t block_length(size_t left) {
    return left < BLOCK ? left : BLOCK;
}

NUMERIC_KERNEL size_t whole_vectors(size_t length) {
    return (length + WIDTH - 1) / WIDTH * WIDTH;
}

/* Copies a block and pads it; harmless is a valid argument. */
NUMERIC_KERNEL void block_load(const double *in, double *x, size_t length,
                               double harmless) {
    memcpy(x, in, length * sizeof *x);
    for (size_t i = length; i < whole_vectors(length); ++i) {
        x[i] = harmless;
    }
}

/* exp */
NUMERIC_KERNEL void exp_body(const double *in, double *out, size_t count) {
    double x[BLOCK], y[BLOCK];
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        block_load(in + done, x, length, 0);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            wrong |= x[i] == x[i] ? 0 : (uint64_t)1;
            y[i] = numeric_exp_of_sum(x[i], 0);
        }
        assert(wrong == 0); /* an argument is not a number */
        memcpy(out + done, y, length * sizeof *y);
    }
}
NUMERIC_AT_EVERY_LEVEL(exp_body, double)

/* log */
NUMERIC_KERNEL void log_body(const double *in, double *out, size_t count) {
    double x[BLOCK], y[BLOCK];
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        block_load(in + done, x, length, 1);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            wrong |= x[i] > 0 ? 0 : (uint64_t)1;
            wrong |= x[i] < NUMERIC_INFINITY ? 0 : (uint64_t)1;
            y[i] = numeric_log_positive(x[i]);
        }
        assert(wrong == 0); /* an argument is outside (0, inf) */
        memcpy(out + done, y, length * sizeof *y);
    }
}
NUMERIC_AT_EVERY_LEVEL(log_body, double)

/* Normal distribution function */
NUMERIC_KERNEL void cdf_body(const double *in, double *out, size_t count) {
    double x[BLOCK], y[BLOCK];
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        block_load(in + done, x, length, 0);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            wrong |= x[i] == x[i] ? 0 : (uint64_t)1;
            y[i] = numeric_cdf_any(x[i]);
        }
        assert(wrong == 0); /* an argument is not a number */
        memcpy(out + done, y, length * sizeof *y);
    }
}
NUMERIC_AT_EVERY_LEVEL(cdf_body, double)

/* One in twenty arguments of the inverse lies in a tail.  The centre's formula is applied
   to every lane; the tails are then gathered, computed together and put back. */
struct tails {
    double p[BLOCK];     /* probability beyond, in (0, 0.025) */
    double sign[BLOCK];  /* of the result */
    double depth[BLOCK]; /* sqrt(-log p) */
    double size[BLOCK];  /* |result| */
    uint32_t lane[BLOCK];
    size_t count;
};

/* Lists the lanes with |q| beyond the centre; without branches, for they would often be
   mispredicted. */
NUMERIC_KERNEL void tails_find(struct tails *tails, const double *q, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; ++i) {
        tails->lane[count] = (uint32_t)i;
        count += numeric_abs(q[i]) > NUMERIC_CENTRE;
    }
    tails->count = count;
}

/* Replaces z at the listed lanes. */
NUMERIC_KERNEL void tails_solve(struct tails *tails, double *z) {
    const size_t lanes = whole_vectors(tails->count);
    for (size_t i = tails->count; i < lanes; ++i) {
        tails->p[i] = 0.01;
    }
    double deepest = 0;
    for (size_t i = 0; i < lanes; ++i) {
        tails->depth[i] = numeric_inverse_depth(tails->p[i]);
        tails->size[i] = numeric_inverse_near(tails->depth[i]);
    }
    for (size_t i = 0; i < tails->count; ++i) {
        deepest = numeric_max(deepest, tails->depth[i]);
        z[tails->lane[i]] = numeric_copy_sign(tails->size[i], tails->sign[i]);
    }
    if (deepest < NUMERIC_FAR_FROM) {
        return;
    }
    for (size_t i = 0; i < tails->count; ++i) {
        const double depth = tails->depth[i];
        const double size =
            depth < NUMERIC_FAR_FROM ? tails->size[i] : numeric_inverse_far(depth);
        z[tails->lane[i]] = numeric_copy_sign(size, tails->sign[i]);
    }
}

/* Inverse of the normal distribution function */
NUMERIC_KERNEL void inverse_body(const double *in, double *out, size_t count) {
    double p[BLOCK], q[BLOCK], z[BLOCK];
    struct tails tails;
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        block_load(in + done, p, length, 0.5);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            wrong |= p[i] > 0 ? 0 : (uint64_t)1;
            wrong |= p[i] < 1 ? 0 : (uint64_t)1;
            q[i] = p[i] - 0.5;
            z[i] = numeric_inverse_centre(q[i]);
        }
        assert(wrong == 0); /* an argument is outside (0, 1) */
        tails_find(&tails, q, length);
        for (size_t i = 0; i < tails.count; ++i) {
            const double probability = p[tails.lane[i]];
            tails.sign[i] = q[tails.lane[i]];
            tails.p[i] = tails.sign[i] < 0 ? probability : 1 - probability;
        }
        tails_solve(&tails, z);
        memcpy(out + done, z, length * sizeof *z);
    }
}
NUMERIC_AT_EVERY_LEVEL(inverse_body, double)

/* Normals from random bits */
NUMERIC_KERNEL void normal_body(const uint64_t *in, double *out, size_t count) {
    uint64_t bits[BLOCK];
    double q[BLOCK], z[BLOCK];
    struct tails tails;
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        memcpy(bits, in + done, length * sizeof *bits);
        for (size_t i = length; i < lanes; ++i) {
            bits[i] = 0;
        }
        for (size_t i = 0; i < lanes; ++i) {
            q[i] = numeric_centred_from_bits(bits[i]);
            z[i] = numeric_inverse_centre(q[i]);
        }
        tails_find(&tails, q, length);
        for (size_t i = 0; i < tails.count; ++i) {
            tails.sign[i] = q[tails.lane[i]];
            tails.p[i] = 0.5 - numeric_abs(tails.sign[i]); /* exact */
        }
        tails_solve(&tails, z);
        memcpy(out + done, z, length * sizeof *z);
    }
}
NUMERIC_AT_EVERY_LEVEL(normal_body, uint64_t)

void numeric_exp_batch_at(enum numeric_level level, const double *in, double *out,
                          size_t count) {
    exp_body_at(level, in, out, count);
}

void numeric_log_batch_at(enum numeric_level level, const double *in, double *out,
                          size_t count) {
    log_body_at(level, in, out, count);
}

void numeric_normal_cdf_batch_at(enum numeric_level level, const double *in, double *out,
                                 size_t count) {
    cdf_body_at(level, in, out, count);
}

void numeric_normal_inverse_batch_at(enum numeric_level level, const double *in,
                                     double *out, size_t count) {
    inverse_body_at(level, in, out, count);
}

void numeric_normal_from_bits_batch_at(enum numeric_level level, const uint64_t *bits,
                                       double *out, size_t count) {
    normal_body_at(level, bits, out, count);
}

void numeric_exp_batch(const double *in, double *out, size_t count) {
    exp_body_at(numeric_level_best(), in, out, count);
}

void numeric_log_batch(const double *in, double *out, size_t count) {
    log_body_at(numeric_level_best(), in, out, count);
}

void numeric_normal_cdf_batch(const double *in, double *out, size_t count) {
    cdf_body_at(numeric_level_best(), in, out, count);
}

void numeric_normal_inverse_batch(const double *in, double *out, size_t count) {
    inverse_body_at(numeric_level_best(), in, out, count);
}

void numeric_normal_from_bits_batch(const uint64_t *bits, double *out, size_t count) {
    normal_body_at(numeric_level_best(), bits, out, count);
}
