#include "engine/rules/common.h"
#include "engine/rules/rules.h"

enum engine_status engine_rule_stuff(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt) {
    (void)receipt;
    return rule_is_participant(engine, transaction->account) ? ENGINE_OK
                                                             : ENGINE_UNKNOWN_ACCOUNT;
}
