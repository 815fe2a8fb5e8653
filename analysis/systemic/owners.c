#include "analysis/systemic/owners.h"

#include <stdio.h>
#include <string.h>

#define OWNERS_ROW(identifier, name, meaning) {name, meaning},
static const struct {
    const char *name, *meaning;
} classes[OWNERS_CLASS_COUNT] = {OWNERS_CLASSES(OWNERS_ROW)};
#undef OWNERS_ROW

const char *owners_class_name(enum owners_class class) {
    return classes[class].name;
}

const char *owners_class_meaning(enum owners_class class) {
    return classes[class].meaning;
}

static double usd(wide amount_uusd) {
    return (double)amount_uusd / 1e6;
}

static bool is_trader(const struct stage *stage, uint32_t account) {
    return account >= stage->trader && account < stage->trader + stage->trader_count;
}

uint32_t owners_of(const struct world *world, uint32_t account) {
    const struct stage *stage = world->stage;
    return is_trader(stage, account)
               ? stage->trader + world->holder[account - stage->trader].owner
               : account;
}

void owners_who(const struct stage *stage, uint32_t owner, char text[REPLAY_WHO_SIZE]) {
    if (is_trader(stage, owner)) {
        snprintf(text, REPLAY_WHO_SIZE, "owner %u", owner - stage->trader);
    } else {
        replay_who(stage, owner, text);
    }
}

void owners_notional(const struct world *world, double *value) {
    const uint32_t accounts = world->stage->account_count;
    const int64_t mark = world->state->outside_mark_uusd[0];
    memset(value, 0, accounts * sizeof *value);
    for (uint32_t account = ACCOUNT_POOL; account < accounts; ++account) {
        const int64_t size =
            portfolio_at(&world->engine.portfolio, account, 0)->size_ubase;
        value[owners_of(world, account)] +=
            usd(money_value_ceil(money_magnitude(size), mark));
    }
}

void owners_shortfall(const struct world *world, double *value) {
    const uint32_t accounts = world->stage->account_count;
    memset(value, 0, accounts * sizeof *value);
    for (uint32_t account = ACCOUNT_POOL; account < accounts; ++account) {
        const wide equity = margin_equity_uusd(&world->outside_view, account);
        const wide open = equity < 0 ? -equity : 0;
        value[owners_of(world, account)] +=
            usd(open + world->record.account[account].shortfall_uusd);
    }
}

void owners_haircut(const struct world *world, double *value) {
    const uint32_t accounts = world->stage->account_count;
    memset(value, 0, accounts * sizeof *value);
    for (uint32_t account = ACCOUNT_POOL; account < accounts; ++account) {
        value[owners_of(world, account)] +=
            usd(world->record.account[account].haircut_uusd);
    }
}

static void name_large(const struct stage *stage, const double *opening,
                       unsigned char *class) {
    for (int k = 0; k < OWNERS_LARGE_COUNT; ++k) {
        uint32_t best = 0;
        for (uint32_t i = 0; i < stage->trader_count; ++i) {
            const uint32_t owner = stage->trader + i;
            const bool left = class[owner] == OWNERS_TRADER && opening[owner] > 0;
            if (left && (best == 0 || opening[owner] > opening[best])) {
                best = owner;
            }
        }
        if (best != 0) {
            class[best] = OWNERS_LARGE;
        }
    }
}

void owners_classify(const struct stage *stage, const double *opening,
                     unsigned char *class) {
    for (uint32_t owner = 0; owner < stage->account_count; ++owner) {
        const bool vault =
            owner >= stage->vault && owner < stage->vault + stage->vault_count;
        class[owner] = owner == ACCOUNT_POOL     ? OWNERS_POOL
                       : is_trader(stage, owner) ? OWNERS_TRADER
                       : vault                   ? OWNERS_VAULT
                                                 : OWNERS_PROFESSIONAL;
    }
    name_large(stage, opening, class);
}
