#include "analysis/store_hdf5.h"

#include "analysis/store_seal.h"

#include <stdlib.h>

#include <hdf5_hl.h>

/* 32 KiB of doubles: what a reader takes at a time, and what a checksum covers. */
enum { CHUNK_VALUES = 4096, FILE_GROWTH = 4 << 20, DEFLATE_LEVEL = 6 };

/* Notes a failure; passes the answer through. */
static hid_t checked(struct store_hdf5 *store, hid_t answer) {
    store->failed |= answer < 0;
    return answer;
}

/* netCDF-4 wants creation order tracked and indexed; times would differ between runs. */
static hid_t ordered_list(struct store_hdf5 *store, hid_t class) {
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    const hid_t list = checked(store, H5Pcreate(class));
    checked(store, H5Pset_attr_creation_order(list, order));
    checked(store, H5Pset_obj_track_times(list, false));
    if (class != H5P_DATASET_CREATE) {
        checked(store, H5Pset_link_creation_order(list, order));
    }
    return list;
}

/* The bytes of the file are taken at the moment the library would free them, when the file
   has been closed in order.  H5Fget_file_image changes a flag in the superblock without
   renewing its checksum (1.10.8, superblock version 2): such an image cannot be opened. */
static void *image_malloc(size_t size, H5FD_file_image_op_t operation, void *context) {
    (void)operation;
    (void)context;
    return malloc(size);
}

static void *image_realloc(void *bytes, size_t size, H5FD_file_image_op_t operation,
                           void *context) {
    (void)operation;
    (void)context;
    return realloc(bytes, size);
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t operation, void *context) {
    struct store_hdf5 *store = context;
    if (operation == H5FD_FILE_IMAGE_OP_FILE_CLOSE && store->bytes == NULL) {
        store->bytes = bytes;
    } else {
        free(bytes);
    }
    return 0;
}

static void *context_copy(void *context) {
    return context;
}

static herr_t context_free(void *context) {
    (void)context;
    return 0;
}

void store_hdf5_begin(struct store_hdf5 *store) {
    H5FD_file_image_callbacks_t callbacks = {
        .image_malloc = image_malloc,
        .image_realloc = image_realloc,
        .image_free = image_free,
        .udata_copy = context_copy,
        .udata_free = context_free,
        .udata = store,
    };
    *store = (struct store_hdf5){.file = -1, .text_type = -1};
    checked(store, H5open());
    checked(store, H5Eset_auto2(H5E_DEFAULT, NULL, NULL));
    const hid_t access = checked(store, H5Pcreate(H5P_FILE_ACCESS));
    checked(store, H5Pset_fapl_core(access, FILE_GROWTH, false));
    checked(store, H5Pset_file_image_callbacks(access, &callbacks));
    checked(store, H5Pset_fclose_degree(access, H5F_CLOSE_STRONG));
    checked(store, H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110));
    const hid_t create = ordered_list(store, H5P_FILE_CREATE);
    if (!store->failed) {
        /* The name is never opened: the core driver without backing store. */
        store->file =
            checked(store, H5Fcreate("breakwater.h5", H5F_ACC_TRUNC, create, access));
    }
    H5Pclose(create);
    H5Pclose(access);
    store->text_type = checked(store, H5Tcopy(H5T_C_S1));
    checked(store, H5Tset_size(store->text_type, H5T_VARIABLE));
    checked(store, H5Tset_cset(store->text_type, H5T_CSET_UTF8));
}

void *store_hdf5_finish(struct store_hdf5 *store, size_t *size) {
    *size = 0;
    if (store->text_type >= 0) {
        H5Tclose(store->text_type);
    }
    if (store->file >= 0) {
        checked(store, H5Fclose(store->file));
    }
    if (store->failed || store->bytes == NULL || store->bytes[8] != 2) {
        free(store->bytes);
        return NULL;
    }
    const size_t end = store_seal_end(store->bytes);
    unsigned char *sealed = realloc(store->bytes, end + SEAL_SIZE);
    if (sealed == NULL) {
        free(store->bytes);
        return NULL;
    }
    store_seal_make(sealed, end);
    *size = end + SEAL_SIZE;
    return sealed;
}

hid_t store_hdf5_group(struct store_hdf5 *store, const char *name) {
    if (store->failed) {
        return -1;
    }
    const hid_t create = ordered_list(store, H5P_GROUP_CREATE);
    const hid_t group =
        checked(store, H5Gcreate2(store->file, name, H5P_DEFAULT, create, H5P_DEFAULT));
    H5Pclose(create);
    return group;
}

void store_hdf5_group_close(struct store_hdf5 *store, hid_t group) {
    if (group >= 0) {
        checked(store, H5Gclose(group));
    }
}

/* count 0: one value, not an array of one. */
static void write_values(struct store_hdf5 *store, hid_t object, const char *name,
                         hid_t type, const void *value, hsize_t count) {
    if (store->failed) {
        return;
    }
    const hid_t space = checked(store, count == 0 ? H5Screate(H5S_SCALAR)
                                                  : H5Screate_simple(1, &count, NULL));
    const hid_t attribute =
        checked(store, H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    if (attribute >= 0) {
        checked(store, H5Awrite(attribute, type, value));
        checked(store, H5Aclose(attribute));
    }
    H5Sclose(space);
}

static void write_attribute(struct store_hdf5 *store, hid_t object, const char *name,
                            hid_t type, const void *value) {
    write_values(store, object, name, type, value, 0);
}

void store_hdf5_bytes(struct store_hdf5 *store, hid_t object, const char *name,
                      const int8_t *value, size_t count) {
    write_values(store, object, name, H5T_NATIVE_INT8, value, count);
}

void store_hdf5_text(struct store_hdf5 *store, hid_t object, const char *name,
                     const char *text) {
    write_attribute(store, object, name, store->text_type, &text);
}

void store_hdf5_integer(struct store_hdf5 *store, hid_t object, const char *name,
                        int64_t value) {
    write_attribute(store, object, name, H5T_NATIVE_INT64, &value);
}

void store_hdf5_real(struct store_hdf5 *store, hid_t object, const char *name,
                     double value) {
    write_attribute(store, object, name, H5T_NATIVE_DOUBLE, &value);
}

hid_t store_hdf5_column(struct store_hdf5 *store,
                        const struct store_hdf5_column *column) {
    if (store->failed) {
        return -1;
    }
    const hsize_t extent[2] = {column->count, column->across};
    const hsize_t count = extent[0];
    const int dimensions = column->across == 0 ? 1 : 2;
    const hid_t space = checked(store, H5Screate_simple(dimensions, extent, NULL));
    const hid_t create = ordered_list(store, H5P_DATASET_CREATE);
    if (count > 0 && H5Tget_class(column->file_type) != H5T_STRING) {
        const hsize_t chunk[2] = {count < CHUNK_VALUES ? count : CHUNK_VALUES, extent[1]};
        checked(store, H5Pset_chunk(create, dimensions, chunk));
        if (column->packed) {
            checked(store, H5Pset_shuffle(create));
            checked(store, H5Pset_deflate(create, DEFLATE_LEVEL));
        }
        checked(store, H5Pset_fletcher32(create));
    }
    if (column->fill != NULL) {
        checked(store, H5Pset_fill_value(create, column->memory_type, column->fill));
    }
    const hid_t dataset =
        checked(store, H5Dcreate2(column->group, column->name, column->file_type, space,
                                  H5P_DEFAULT, create, H5P_DEFAULT));
    H5Pclose(create);
    H5Sclose(space);
    if (dataset < 0) {
        return -1;
    }
    if (count > 0) {
        checked(store, H5Dwrite(dataset, column->memory_type, H5S_ALL, H5S_ALL,
                                H5P_DEFAULT, column->values));
    }
    if (column->scale == 0) {
        checked(store, H5DSset_scale(dataset, column->name));
    } else {
        checked(store, H5DSattach_scale(dataset, column->scale, 0));
    }
    if (dimensions == 2) {
        checked(store, H5DSattach_scale(dataset, column->scale_across, 1));
    }
    if (column->fill != NULL) {
        write_attribute(store, dataset, "_FillValue", column->memory_type, column->fill);
    }
    return dataset;
}

void store_hdf5_column_close(struct store_hdf5 *store, hid_t dataset) {
    if (dataset >= 0) {
        checked(store, H5Dclose(dataset));
    }
}
