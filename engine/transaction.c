#include "engine/transaction.h"

#include <assert.h>

const char *transaction_kind_name(enum transaction_kind kind) {
#define ROW(identifier, name, meaning) name,
    static const char *const names[] = {TRANSACTION_KINDS(ROW)};
#undef ROW
    assert(kind < TRANSACTION_KIND_COUNT);
    return names[kind];
}
