/* distribution.h -- draws from the distributions that models are written in.

   Every function says how many times it calls rng_next: a fixed number where the method
   allows it, so that a stream's later draws do not depend on the parameters of earlier
   ones.

   Units    the caller's.
   Memory   nothing is allocated; fills write count values to the caller's array.
   Threads  no shared state; a struct rng belongs to one thread.
   Source   named at each function. */
#ifndef SIM_DISTRIBUTION_H
#define SIM_DISTRIBUTION_H

#include "sim/random.h"

#include <stddef.h>
#include <stdint.h>

/* distribution_normal returns a standard normal: the inverse distribution function of one
   draw.  Draws 1. */
double distribution_normal(struct rng *rng);

/* distribution_normal_fill writes count standard normals: bit for bit what count calls of
   distribution_normal would return, in less time.  Draws count. */
void distribution_normal_fill(struct rng *rng, double *values, size_t count);

/* distribution_exponential returns -mean * log(uniform).  Draws 1.
   Range   mean >= 0. */
double distribution_exponential(struct rng *rng, double mean);

/* distribution_exponential_fill writes count exponentials: bit for bit what count calls of
   distribution_exponential would return, in a third of the time.  Draws count. */
void distribution_exponential_fill(struct rng *rng, double mean, double *values,
                                   size_t count);

/* distribution_lognormal returns exp(location + scale * normal): the median is
   exp(location), the mean exp(location + scale^2 / 2).  Draws 1.
   Range   scale >= 0. */
double distribution_lognormal(struct rng *rng, double location, double scale);

/* distribution_gamma returns a gamma variate with density proportional to
   x^(shape - 1) exp(-x): mean and variance are both the shape.  Draws a varying number.
   Below shape 0.05 the smallest values underflow to 0.
   Range   shape > 0.
   Source  Marsaglia and Tsang (2000), ACM TOMS 26(3), section 4; below shape 1 their
           section 6: gamma(shape + 1) * uniform^(1 / shape). */
double distribution_gamma(struct rng *rng, double shape);

/* distribution_dirichlet_fill writes count shares that add to 1 up to rounding, with
   parameters shape[0 .. count - 1].  It works in logarithms, so that tiny shapes give
   tiny shares instead of 0/0.  shares may be the same array as shape.  Draws a varying
   number. Range   count >= 1, every shape > 0. */
void distribution_dirichlet_fill(struct rng *rng, const double *shape, double *shares,
                                 size_t count);

/* distribution_poisson returns a Poisson count by inversion, in pieces of mean 16 (sums
   of Poisson variates are Poisson).  The time grows with the mean.  Draws one a piece.
   Range   0 <= mean <= 1e6. */
int64_t distribution_poisson(struct rng *rng, double mean);

/* distribution_integer returns an integer uniform in low .. high, both included.
   Range   low <= high. */
int64_t distribution_integer(struct rng *rng, int64_t low, int64_t high);

#endif
