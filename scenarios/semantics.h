/* semantics.h -- the version of what a path computes.

   Same semantics, scenario and seed: same digest.  A change that alters any digest of
   tests/golden.txt raises this number and adds a line to CHANGELOG.md. */
#ifndef SCENARIOS_SEMANTICS_H
#define SCENARIOS_SEMANTICS_H

#define BREAKWATER_SEMANTICS 3

#endif
