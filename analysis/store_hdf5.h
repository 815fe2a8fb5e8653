/* store_hdf5.h -- the few shapes of HDF5 object a results file is made of.

   Every function does nothing once something failed, so that a caller checks once, in
   store_hdf5_finish.

   Units    none.
   Memory   the file lives in memory until store_hdf5_finish hands out its bytes.
   Threads  one thread: the library has one lock.
   Source   HDF5 1.10 reference; HDF5 Dimension Scale Specification. */
#ifndef ANALYSIS_STORE_HDF5_H
#define ANALYSIS_STORE_HDF5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

struct store_hdf5 {
    hid_t file;
    unsigned char *bytes; /* the file, once it is closed */
    hid_t text_type;      /* variable-length UTF-8 */
    bool failed;
};

/* store_hdf5_begin makes an empty file in memory. */
void store_hdf5_begin(struct store_hdf5 *store);

/* store_hdf5_finish closes the file and hands out its bytes, sealed, to be freed by the
   caller; NULL if anything failed. */
void *store_hdf5_finish(struct store_hdf5 *store, size_t *size);

/* store_hdf5_group makes a group; close it with store_hdf5_group_close. */
hid_t store_hdf5_group(struct store_hdf5 *store, const char *name);
void store_hdf5_group_close(struct store_hdf5 *store, hid_t group);

/* store_hdf5_text, _integer and _real write an attribute of one value. */
void store_hdf5_text(struct store_hdf5 *store, hid_t object, const char *name,
                     const char *text);
void store_hdf5_integer(struct store_hdf5 *store, hid_t object, const char *name,
                        int64_t value);
void store_hdf5_real(struct store_hdf5 *store, hid_t object, const char *name,
                     double value);

/* store_hdf5_bytes writes an attribute of count values. */
void store_hdf5_bytes(struct store_hdf5 *store, hid_t object, const char *name,
                      const int8_t *value, size_t count);

/* A column: count values of one type along one dimension, or count rows of `across` values
   along two. */
struct store_hdf5_column {
    hid_t group;
    const char *name;
    hid_t memory_type, file_type;
    const void *values;
    size_t count;
    hid_t scale;   /* dataset of the dimension; 0: this is the dimension itself */
    size_t across; /* 0: one dimension */
    hid_t scale_across;
    bool packed;      /* shuffled and deflated; numbers only */
    const void *fill; /* of memory_type, what stands for a missing value; NULL: none */
};

/* store_hdf5_column writes a column and leaves it open for attributes;
   store_hdf5_column_close closes it. */
hid_t store_hdf5_column(struct store_hdf5 *store, const struct store_hdf5_column *column);
void store_hdf5_column_close(struct store_hdf5 *store, hid_t dataset);

#endif
