#include "analysis/store_same.h"

#include "analysis/store_read_hdf5.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RANK_MAX = 8, NAME_SIZE = 96 };

/* What is compared, and where it is. */
struct pair {
    hid_t made, stored;
    double tolerance;
    struct store_difference *difference;
};

static bool differs(const struct pair *pair, const char *otherwise) {
    pair->difference->otherwise = otherwise;
    return false;
}

static bool out_of_memory(const struct pair *pair) {
    pair->difference->failed = true;
    return differs(pair, "cannot be read: out of memory");
}

static bool same_real(double one, double other, double tolerance) {
    return one == other || (isnan(one) && isnan(other)) ||
           fabs(one - other) <= tolerance * (fabs(one) + fabs(other));
}

/* Values of an attribute or a column, as numbers of 8 bytes or as texts. */
struct values {
    hid_t object, space, type;
    bool is_attribute;
    H5T_class_t class;
    int rank;
    hsize_t extent[RANK_MAX];
    size_t count;
    void *value;
};

static void open_values(hid_t object, bool is_attribute, struct values *values) {
    *values = (struct values){.object = object, .is_attribute = is_attribute};
    values->space = is_attribute ? H5Aget_space(object) : H5Dget_space(object);
    values->type = is_attribute ? H5Aget_type(object) : H5Dget_type(object);
    values->class = H5Tget_class(values->type);
    values->rank = H5Sget_simple_extent_ndims(values->space);
    if (values->rank > 0 && values->rank <= RANK_MAX) {
        H5Sget_simple_extent_dims(values->space, values->extent, NULL);
    }
    const hssize_t count = H5Sget_simple_extent_npoints(values->space);
    values->count = count > 0 ? (size_t)count : 0;
}

static void close_values(struct values *values) {
    if (values->class == H5T_STRING && values->value != NULL) {
        for (size_t i = 0; i < values->count; ++i) {
            H5free_memory(((char **)values->value)[i]);
        }
    }
    free(values->value);
    H5Sclose(values->space);
    H5Tclose(values->type);
}

static bool is_number(const struct values *values) {
    return values->class == H5T_FLOAT || values->class == H5T_INTEGER;
}

static bool is_text(const struct values *values) {
    return values->class == H5T_STRING && H5Tis_variable_str(values->type) > 0;
}

static bool read_values(struct values *values) {
    const hid_t native =
        values->class == H5T_FLOAT ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
    const hid_t type = is_number(values) ? H5Tcopy(native) : store_read_text_type();
    values->value = calloc(values->count + 1, 8);
    if (values->value == NULL) {
        H5Tclose(type);
        return false;
    }
    const herr_t status =
        values->is_attribute
            ? H5Aread(values->object, type, values->value)
            : H5Dread(values->object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values->value);
    H5Tclose(type);
    return status >= 0;
}

static bool same_value(const struct values *made, const struct values *stored, size_t row,
                       double tolerance) {
    if (made->class == H5T_FLOAT) {
        return same_real(((const double *)made->value)[row],
                         ((const double *)stored->value)[row], tolerance);
    }
    if (made->class == H5T_INTEGER) {
        return ((const int64_t *)made->value)[row] ==
               ((const int64_t *)stored->value)[row];
    }
    const char *const one = ((const char *const *)made->value)[row];
    const char *const other = ((const char *const *)stored->value)[row];
    return one != NULL && other != NULL && strcmp(one, other) == 0;
}

static bool same_shape(const struct values *made, const struct values *stored) {
    return made->class == stored->class && made->rank == stored->rank &&
           made->rank >= 0 && made->rank <= RANK_MAX && made->count == stored->count &&
           memcmp(made->extent, stored->extent, sizeof made->extent) == 0;
}

static bool compare_values(const struct pair *pair, struct values *made,
                           struct values *stored) {
    if (!is_number(made) && !is_text(made)) {
        return true; /* the library's own */
    }
    if (!same_shape(made, stored) || is_text(made) != is_text(stored)) {
        return differs(pair, "has another shape");
    }
    if (!read_values(made)) {
        return out_of_memory(pair);
    }
    if (!read_values(stored)) {
        return differs(pair, "cannot be read");
    }
    for (size_t i = 0; i < made->count; ++i) {
        if (!same_value(made, stored, i, pair->tolerance)) {
            pair->difference->in_row = !made->is_attribute;
            pair->difference->row = i;
            return differs(pair, "has another value");
        }
    }
    return true;
}

static bool compare_objects(const struct pair *pair, bool is_attribute) {
    struct values made, stored;
    open_values(pair->made, is_attribute, &made);
    open_values(pair->stored, is_attribute, &stored);
    const bool same = compare_values(pair, &made, &stored);
    close_values(&made);
    close_values(&stored);
    return same;
}

/* Descriptions: another build of the same semantics may word them otherwise, or know more
   codes than were written. */
static bool is_description(const char *name) {
    return strcmp(name, "long_name") == 0 || strcmp(name, "flag_values") == 0 ||
           strcmp(name, "flag_meanings") == 0 || strcmp(name, "meaning") == 0;
}

static herr_t compare_attribute(hid_t object, const char *name, const H5A_info_t *info,
                                void *context) {
    (void)info;
    const struct pair *pair = context;
    if (is_description(name)) {
        return 0;
    }
    const bool there = H5Aexists(pair->stored, name) > 0;
    bool same = false;
    if (there) {
        const struct pair values = {H5Aopen(object, name, H5P_DEFAULT),
                                    H5Aopen(pair->stored, name, H5P_DEFAULT),
                                    pair->tolerance, pair->difference};
        same = compare_objects(&values, true);
        H5Aclose(values.made);
        H5Aclose(values.stored);
    } else {
        differs(pair, "is not there");
    }
    if (!same) {
        snprintf(pair->difference->attribute, sizeof pair->difference->attribute, "%s",
                 name);
    }
    return same ? 0 : 1;
}

static bool compare_attributes(struct pair *pair) {
    hsize_t at = 0;
    return H5Aiterate2(pair->made, H5_INDEX_NAME, H5_ITER_INC, &at, compare_attribute,
                       pair) == 0;
}

static bool compare_groups(struct pair *pair);

/* What a name stands for in both groups. */
static bool compare_members(const struct pair *pair, const char *name) {
    struct pair own = {H5Oopen(pair->made, name, H5P_DEFAULT),
                       H5Oopen(pair->stored, name, H5P_DEFAULT), pair->tolerance,
                       pair->difference};
    bool same;
    if (own.made < 0 || own.stored < 0 ||
        H5Iget_type(own.made) != H5Iget_type(own.stored)) {
        same = differs(pair, "is not there");
    } else if (H5Iget_type(own.made) == H5I_GROUP) {
        same = compare_groups(&own);
    } else {
        same = is_description(name) ||
               (compare_objects(&own, false) && compare_attributes(&own));
    }
    if (own.made >= 0) {
        H5Oclose(own.made);
    }
    if (own.stored >= 0) {
        H5Oclose(own.stored);
    }
    return same;
}

/* The first name in one group that the other does not have; false when there is none. */
static bool find_surplus(hid_t one, hid_t other, char name[NAME_SIZE]) {
    H5G_info_t info;
    H5Gget_info(one, &info);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        H5Lget_name_by_idx(one, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, NAME_SIZE,
                           H5P_DEFAULT);
        if (H5Lexists(other, name, H5P_DEFAULT) <= 0) {
            return true;
        }
    }
    return false;
}

static void enter(struct store_difference *difference, const char *name) {
    const size_t used = strlen(difference->column);
    snprintf(difference->column + used, sizeof difference->column - used, "%s%.64s",
             used == 0 ? "" : "/", name);
}

static bool compare_groups(struct pair *pair) {
    char name[NAME_SIZE], *column = pair->difference->column;
    const size_t used = strlen(column);
    const bool lacks = find_surplus(pair->made, pair->stored, name);
    if (lacks || find_surplus(pair->stored, pair->made, name)) {
        enter(pair->difference, name);
        return differs(pair, lacks ? "is not there" : "does not belong there");
    }
    H5G_info_t info;
    H5Gget_info(pair->made, &info);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        H5Lget_name_by_idx(pair->made, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                           sizeof name, H5P_DEFAULT);
        enter(pair->difference, name);
        if (!compare_members(pair, name)) {
            return false;
        }
        column[used] = '\0';
    }
    return compare_attributes(pair);
}

bool store_same(hid_t made, hid_t stored, const char *name, double tolerance,
                struct store_difference *difference) {
    memset(difference, 0, sizeof *difference);
    const struct pair pair = {made, stored, tolerance, difference};
    enter(difference, name);
    return compare_members(&pair, name);
}
