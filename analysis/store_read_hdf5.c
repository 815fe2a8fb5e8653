#include "analysis/store_read_hdf5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hid_t store_read_file(const char *path) {
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

hid_t store_read_text_type(void) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

/* Opens an attribute of one value of a class, or returns -1. */
static hid_t open_scalar(hid_t object, const char *name, H5T_class_t class) {
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) {
        return -1;
    }
    const hid_t space = H5Aget_space(attribute);
    const hid_t type = H5Aget_type(attribute);
    bool fits = H5Sget_simple_extent_npoints(space) == 1 && H5Tget_class(type) == class;
    if (class == H5T_STRING) {
        fits = fits && H5Tis_variable_str(type) > 0;
    }
    H5Tclose(type);
    H5Sclose(space);
    if (!fits) {
        H5Aclose(attribute);
        return -1;
    }
    return attribute;
}

bool store_read_text(hid_t object, const char *name, char **text) {
    const hid_t attribute = open_scalar(object, name, H5T_STRING);
    *text = NULL;
    if (attribute < 0) {
        return false;
    }
    char *read = NULL;
    const hid_t type = store_read_text_type();
    if (H5Aread(attribute, type, &read) >= 0 && read != NULL) {
        *text = strdup(read);
    }
    H5free_memory(read);
    H5Tclose(type);
    H5Aclose(attribute);
    return *text != NULL;
}

static bool read_number(hid_t object, const char *name, H5T_class_t class,
                        hid_t memory_type, void *value) {
    const hid_t attribute = open_scalar(object, name, class);
    if (attribute < 0) {
        return false;
    }
    const bool fine = H5Aread(attribute, memory_type, value) >= 0;
    H5Aclose(attribute);
    return fine;
}

bool store_read_integer(hid_t object, const char *name, int64_t *value) {
    return read_number(object, name, H5T_INTEGER, H5T_NATIVE_INT64, value);
}

bool store_read_real(hid_t object, const char *name, double *value) {
    return read_number(object, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, value);
}

bool store_read_exists(hid_t file, const char *name) {
    char part[160];
    for (const char *end = name; end != NULL;) {
        end = strchr(end + 1, '/'); /* every folder on the way has to be there */
        snprintf(part, sizeof part, "%.*s",
                 end == NULL ? (int)strlen(name) : (int)(end - name), name);
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0) {
            return false;
        }
    }
    return true;
}

hid_t store_read_open(hid_t file, const char *name, H5T_class_t *class, size_t *count) {
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return -1;
    }
    const hid_t space = H5Dget_space(dataset);
    const hid_t type = H5Dget_type(dataset);
    hsize_t extent = 0;
    *class = H5Tget_class(type);
    bool fits = H5Sget_simple_extent_ndims(space) == 1 &&
                H5Sget_simple_extent_dims(space, &extent, NULL) == 1;
    if (*class == H5T_STRING) {
        fits = fits && H5Tis_variable_str(type) > 0;
    } else {
        fits = fits && (*class == H5T_FLOAT || *class == H5T_INTEGER);
    }
    *count = (size_t)extent;
    H5Tclose(type);
    H5Sclose(space);
    if (!fits) {
        H5Dclose(dataset);
        return -1;
    }
    return dataset;
}

bool store_read_values(hid_t dataset, hid_t memory_type, size_t first, size_t count,
                       void *values) {
    if (count == 0) {
        return true;
    }
    const hsize_t start = first, many = count;
    const hid_t file_space = H5Dget_space(dataset);
    const hid_t memory_space = H5Screate_simple(1, &many, NULL);
    const bool fine =
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, NULL, &many, NULL) >= 0 &&
        H5Dread(dataset, memory_type, memory_space, file_space, H5P_DEFAULT, values) >= 0;
    H5Sclose(memory_space);
    H5Sclose(file_space);
    return fine;
}

bool store_read_table(hid_t file, const char *name, size_t rows, size_t columns,
                      double *values) {
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) {
        return false;
    }
    const int dimensions = columns == 0 ? 1 : 2;
    const hid_t space = H5Dget_space(dataset);
    const hid_t type = H5Dget_type(dataset);
    const H5T_class_t class = H5Tget_class(type);
    hsize_t extent[2] = {0, 0};
    const bool fine =
        (class == H5T_FLOAT || class == H5T_INTEGER) &&
        H5Sget_simple_extent_ndims(space) == dimensions &&
        H5Sget_simple_extent_dims(space, extent, NULL) == dimensions &&
        extent[0] == rows && extent[1] == columns &&
        H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    H5Tclose(type);
    H5Sclose(space);
    H5Dclose(dataset);
    return fine;
}

bool store_read_texts(hid_t dataset, size_t count, char **text) {
    const hid_t type = store_read_text_type();
    char **read = calloc(count > 0 ? count : 1, sizeof *read);
    bool fine = read != NULL && (count == 0 || H5Dread(dataset, type, H5S_ALL, H5S_ALL,
                                                       H5P_DEFAULT, read) >= 0);
    for (size_t i = 0; read != NULL && i < count; ++i) {
        text[i] = fine && read[i] != NULL ? strdup(read[i]) : NULL;
        fine = fine && text[i] != NULL;
        H5free_memory(read[i]);
    }
    free(read);
    H5Tclose(type);
    return fine;
}
