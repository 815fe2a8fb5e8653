/* version.h -- what this program is: release, commit, compiler, libraries.

   Units    none.
   Memory   static texts.
   Threads  const. */
#ifndef ANALYSIS_VERSION_H
#define ANALYSIS_VERSION_H

/* version_release is the release, such as "0.1.0"; version_commit the commit it was built
   from or "unknown"; version_compiler the compiler and its version. */
const char *version_release(void);
const char *version_commit(void);
const char *version_compiler(void);

/* version_library is the name and version of the i-th library, NULL behind the last. */
const char *version_library(unsigned index, const char **version);

#endif
