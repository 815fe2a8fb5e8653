/* owners.h -- accounts put together by who owns them.

   A trader's account has a beneficial owner; every other account is an owner of its own.
   Netting is per account: an owner's shortfalls add up, its surpluses do not count.

   Units    USD; an owner is told by an account number: for traders the first trader's plus
            the owner's number in the book.
   Memory   the caller's arrays of stage->account_count values, one an owner.
   Threads  reads the world only. */
#ifndef ANALYSIS_SYSTEMIC_OWNERS_H
#define ANALYSIS_SYSTEMIC_OWNERS_H

#include "analysis/replay.h"
#include "scenarios/world.h"

#include <stdbool.h>
#include <stdint.h>

/* X(identifier, name, meaning) */
#define OWNERS_CLASSES(X)                                                                \
    X(POOL, "pool", "the pool")                                                          \
    X(LARGE, "large", "the ten traders with most open at the start")                     \
    X(TRADER, "trader", "all other traders")                                             \
    X(VAULT, "vault", "vaults: debt against the underlying")                             \
    X(PROFESSIONAL, "professional", "keepers, bidders, market maker, arbitrageur")

#define OWNERS_ENUM(identifier, name, meaning) OWNERS_##identifier,
enum owners_class { OWNERS_CLASSES(OWNERS_ENUM) OWNERS_CLASS_COUNT };
#undef OWNERS_ENUM

enum { OWNERS_LARGE_COUNT = 10 };

/* owners_class_name and owners_class_meaning are a class in words. */
const char *owners_class_name(enum owners_class class);
const char *owners_class_meaning(enum owners_class class);

/* owners_of is the owner of an account. */
uint32_t owners_of(const struct world *world, uint32_t account);

/* owners_who writes who an owner is, such as "owner 17" or "keeper 3". */
void owners_who(const struct stage *stage, uint32_t owner, char text[REPLAY_WHO_SIZE]);

/* owners_notional writes what each owner has open, at the outside mark, longs and shorts
   added up. */
void owners_notional(const struct world *world, double *value);

/* owners_shortfall writes what each owner has fallen short of so far and would at the
   outside price. */
void owners_shortfall(const struct world *world, double *value);

/* owners_haircut writes what auto-deleveraging has taken from each owner. */
void owners_haircut(const struct world *world, double *value);

/* owners_classify writes the class of each owner by what it had open at the start. */
void owners_classify(const struct stage *stage, const double *opening,
                     unsigned char *class);

#endif
