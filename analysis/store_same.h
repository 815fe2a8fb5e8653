/* store_same.h -- whether two HDF5 groups hold the same.

   Names, shapes, values and attributes are compared, all the way down; what a dimension
   scale keeps for itself (references) and descriptions (long_name, meaning, flag_meanings) are
   not.  Missing reals, NaN, are the same.

   Units    none.
   Memory   two columns at a time.
   Threads  one thread: HDF5 has one lock. */
#ifndef ANALYSIS_STORE_SAME_H
#define ANALYSIS_STORE_SAME_H

#include <stdbool.h>
#include <stddef.h>

#include <hdf5.h>

/* Where two groups differ first. */
struct store_difference {
    char column[96];       /* "estimates/high" */
    bool in_row;           /* the column has another value in this row: */
    size_t row;            /* of the values, last dimension first */
    const char *otherwise; /* else what is wrong with it, such as "is not there" */
    char attribute[64];    /* of the column, if it is one; else "" */
    bool failed;           /* memory ran out: nothing is known */
};

/* store_same compares the group of a name in two files; reals may differ by tolerance times
   the sum of their sizes.  False when they differ, with the first difference. */
bool store_same(hid_t made, hid_t stored, const char *name, double tolerance,
                struct store_difference *difference);

#endif
