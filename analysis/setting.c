#include "analysis/setting.h"

#include "engine/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *setting_text(const char *canonical, const char *key, char *text,
                         size_t size) {
    const size_t length = strlen(key);
    for (const char *line = canonical; line != NULL && *line != 0;) {
        if (strncmp(line, key, length) == 0 && strncmp(line + length, ": ", 2) == 0) {
            const char *value = line + length + 2;
            snprintf(text, size, "%.*s", (int)strcspn(value, "\n"), value);
            return text;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

double setting_horizon_h(const char *canonical) {
    static const struct param row = {.name = "horizon", .kind = &param_time};
    char text[PARAM_FORMAT_SIZE], error[256];
    int64_t horizon_ns;
    if (setting_text(canonical, "world.horizon", text, sizeof text) == NULL ||
        !param_parse(&row, text, &horizon_ns, error, sizeof error)) {
        return nan("");
    }
    return (double)horizon_ns / 3600e9;
}
