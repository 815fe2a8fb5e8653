#include "engine/status.h"

#include <assert.h>

const char *engine_status_text(enum engine_status status) {
#define ROW(name, text) text,
    static const char *const texts[] = {ENGINE_STATUS_TABLE(ROW)};
#undef ROW
    assert(status < ENGINE_STATUS_COUNT);
    return texts[status];
}

const char *engine_status_name(enum engine_status status) {
#define ROW(name, text) #name,
    static const char *const names[] = {ENGINE_STATUS_TABLE(ROW)};
#undef ROW
    assert(status < ENGINE_STATUS_COUNT);
    return names[status];
}
