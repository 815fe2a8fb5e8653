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

NUMERIC_KERNEL size_t block_length(size_t left) {
    return left < BLOCK ? left : BLOCK;
}

NUMERIC_KERNEL size_t whole_vectors(size_t length) {
    return (length + WIDTH - 1) / WIDTH * WIDTH;
}

/* block_pad is a block that may be read to whole vectors: the input itself if its length
   allows, else a copy padded with a valid argument. */
NUMERIC_KERNEL const double *block_pad(const double *in, double *copy, size_t length,
                                       double valid) {
    if (length % WIDTH == 0) {
        return in;
    }
    memcpy(copy, in, length * sizeof *copy);
    for (size_t i = length; i < whole_vectors(length); ++i) {
        copy[i] = valid;
    }
    return copy;
}

NUMERIC_KERNEL void exp_body(const double *in, double *out, size_t count) {
    double copy[BLOCK], y[BLOCK];
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        const double *x = block_pad(in + done, copy, length, 0);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            const double at_least =
                numeric_select(x[i] > NUMERIC_EXP_LOW, x[i], NUMERIC_EXP_LOW);
            const double inside =
                numeric_select(at_least < NUMERIC_EXP_HIGH, at_least, NUMERIC_EXP_HIGH);
            wrong |= x[i] == x[i] ? 0 : (uint64_t)1;
            y[i] = numeric_exp_of_sum(inside, 0);
        }
        assert(wrong == 0); /* an argument is not a number */
        memcpy(out + done, y, length * sizeof *y);
    }
}
NUMERIC_AT_EVERY_LEVEL(exp_body, double)

NUMERIC_KERNEL void log_body(const double *in, double *out, size_t count) {
    double copy[BLOCK], y[BLOCK];
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        const double *x = block_pad(in + done, copy, length, 1);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            const bool subnormal = x[i] < 0x1p-1022;
            const double normal = numeric_select(subnormal, x[i] * 0x1p54, x[i]);
            const double shift = numeric_select(subnormal, NUMERIC_LOG_SHIFT, 0);
            const struct numeric_log_parts parts = numeric_log_reduce(normal, shift);
            wrong |= x[i] > 0 ? 0 : (uint64_t)1;
            wrong |= x[i] < NUMERIC_INFINITY ? 0 : (uint64_t)1;
            y[i] = numeric_log_of_parts(parts.k, parts.f, 0);
        }
        assert(wrong == 0); /* an argument is outside (0, inf) */
        memcpy(out + done, y, length * sizeof *y);
    }
}
NUMERIC_AT_EVERY_LEVEL(log_body, double)

NUMERIC_KERNEL void cdf_body(const double *in, double *out, size_t count) {
    double copy[BLOCK], y[BLOCK];
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        const double *x = block_pad(in + done, copy, length, 0);
        uint64_t wrong = 0;
        for (size_t i = 0; i < lanes; ++i) {
            const double size = numeric_abs(x[i]);
            const double tail = numeric_cdf_tail(
                numeric_select(size < NUMERIC_CDF_END, size, NUMERIC_CDF_END));
            wrong |= x[i] == x[i] ? 0 : (uint64_t)1;
            y[i] = numeric_select(x[i] > 0, 1 - tail, tail);
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

/* Lists the lanes with |q| beyond the centre: without branches, for they would often be
   mispredicted, and as integers, which order positive numbers alike. */
NUMERIC_KERNEL void tails_find(struct tails *tails, const double *q, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; ++i) {
        tails->lane[count] = (uint32_t)i;
        /* The caller filled q to whole vectors, that is, beyond length.
           NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
        count += numeric_bits(numeric_abs(q[i])) > numeric_bits(NUMERIC_CENTRE);
    }
    tails->count = count;
}

/* Replaces z at the listed lanes. */
NUMERIC_KERNEL void tails_solve(struct tails *tails, double *z) {
    const size_t lanes = whole_vectors(tails->count);
    for (size_t i = tails->count; i < lanes; ++i) {
        tails->p[i] = 0.01;
    }
    for (size_t i = 0; i < lanes; ++i) {
        tails->depth[i] = numeric_inverse_depth(tails->p[i], 0);
        tails->size[i] = numeric_inverse_near(tails->depth[i]);
    }
    for (size_t i = 0; i < tails->count; ++i) {
        const double size = tails->depth[i] < NUMERIC_FAR_FROM
                                ? tails->size[i]
                                : -numeric_normal_inverse(tails->p[i]); /* p < 2^-53 */
        z[tails->lane[i]] = numeric_copy_sign(size, tails->sign[i]);
    }
}

NUMERIC_KERNEL void inverse_body(const double *in, double *out, size_t count) {
    double copy[BLOCK], q[BLOCK], z[BLOCK];
    struct tails tails;
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        const double *p = block_pad(in + done, copy, length, 0.5);
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
        memcpy(out + done, z, length * sizeof *z);
        tails_solve(&tails, out + done);
    }
}
NUMERIC_AT_EVERY_LEVEL(inverse_body, double)

NUMERIC_KERNEL void normal_body(const uint64_t *in, double *out, size_t count) {
    uint64_t copy[BLOCK];
    double q[BLOCK], z[BLOCK];
    struct tails tails;
    for (size_t done = 0; done < count; done += BLOCK) {
        const size_t length = block_length(count - done);
        const size_t lanes = whole_vectors(length);
        const uint64_t *bits = in + done;
        if (length < lanes) {
            memcpy(copy, bits, length * sizeof *copy);
            memset(copy + length, 0, (lanes - length) * sizeof *copy);
            bits = copy;
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
        memcpy(out + done, z, length * sizeof *z);
        tails_solve(&tails, out + done);
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
