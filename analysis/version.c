#include "analysis/version.h"

#include <stddef.h>

#include <gsl/gsl_version.h>
#include <hdf5.h>

#ifndef BREAKWATER_RELEASE
#error "the build defines BREAKWATER_RELEASE"
#endif
#ifndef BREAKWATER_COMMIT
#define BREAKWATER_COMMIT "unknown"
#endif

#define TEXT_OF(x) #x
#define TEXT(x)    TEXT_OF(x)

const char *version_release(void) {
    return BREAKWATER_RELEASE;
}

const char *version_commit(void) {
    return BREAKWATER_COMMIT;
}

const char *version_compiler(void) {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

const char *version_library(unsigned index, const char **version) {
    static const struct {
        const char *name, *version;
    } libraries[] = {
        {"HDF5", TEXT(H5_VERS_MAJOR) "." TEXT(H5_VERS_MINOR) "." TEXT(H5_VERS_RELEASE)},
        {"GSL",  GSL_VERSION                                                          },
    };
    if (index >= sizeof libraries / sizeof *libraries) {
        return NULL;
    }
    *version = libraries[index].version;
    return libraries[index].name;
}
