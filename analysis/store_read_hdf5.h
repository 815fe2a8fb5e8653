/* store_read_hdf5.h -- the few shapes of HDF5 object a results file is read from.

   Every function returns false for what is not there, has another shape or is damaged; the
   library's own complaints are not printed.

   Units    none.
   Memory   texts and values are allocated and the caller's.
   Threads  one thread: the library has one lock.
   Source   HDF5 1.10 reference. */
#ifndef ANALYSIS_STORE_READ_HDF5_H
#define ANALYSIS_STORE_READ_HDF5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hdf5.h>

/* store_read_file opens a file for reading; -1 when it cannot be. */
hid_t store_read_file(const char *path);

/* store_read_text_type is variable-length UTF-8; close it with H5Tclose. */
hid_t store_read_text_type(void);

/* store_read_text, _integer and _real read an attribute of one value. */
bool store_read_text(hid_t object, const char *name, char **text);
bool store_read_integer(hid_t object, const char *name, int64_t *value);
bool store_read_real(hid_t object, const char *name, double *value);

/* store_read_exists tells whether there is something of a name, such as "paths/bad_debt". */
bool store_read_exists(hid_t file, const char *name);

/* store_read_open opens a column, which has one dimension; -1 when it cannot be. *class is
   H5T_FLOAT, H5T_INTEGER or H5T_STRING.  Close it with H5Dclose. */
hid_t store_read_open(hid_t file, const char *name, H5T_class_t *class, size_t *count);

/* store_read_values reads count values from first on as memory_type. */
bool store_read_values(hid_t dataset, hid_t memory_type, size_t first, size_t count,
                       void *values);

/* store_read_table reads all numbers of a table of rows times columns, row by row; columns 0
   stands for one dimension. */
bool store_read_table(hid_t file, const char *name, size_t rows, size_t columns,
                      double *values);

/* store_read_texts reads all count values of a column of texts. */
bool store_read_texts(hid_t dataset, size_t count, char **text);

#endif
