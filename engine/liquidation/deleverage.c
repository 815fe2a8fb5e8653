#include "engine/liquidation/deleverage.h"

#include "engine/segment.h"

#include <string.h>

wide deleverage_price(int64_t size_ubase, int64_t equity_uusd, int64_t mark_price_uusd) {
    assert(size_ubase != 0 && money_fits(equity_uusd));
    const wide distance =
        money_divide_floor((wide)equity_uusd * MONEY_ONE, money_magnitude(size_ubase));
    return size_ubase > 0 ? mark_price_uusd - distance : mark_price_uusd + distance;
}

bool deleverage_overlaps(int64_t size_ubase, int64_t stake_uusd, int64_t mark_price_uusd,
                         int64_t price_uusd) {
    const wide limit = deleverage_price(size_ubase, stake_uusd, mark_price_uusd);
    return size_ubase > 0 ? price_uusd >= limit : price_uusd <= limit;
}

struct product { /* 256 bits */
    uwide high, low;
};

static struct product multiply(uwide a, uwide b) {
    const uint64_t a_high = (uint64_t)(a >> 64), a_low = (uint64_t)a;
    const uint64_t b_high = (uint64_t)(b >> 64), b_low = (uint64_t)b;
    const uwide low = (uwide)a_low * b_low;
    const uwide cross = (uwide)a_high * b_low;
    const uwide other = (uwide)a_low * b_high;
    const uwide middle = (low >> 64) + (uint64_t)cross + (uint64_t)other;
    return (struct product){.high = (uwide)a_high * b_high + (cross >> 64) +
                                    (other >> 64) + (middle >> 64),
                            .low = middle << 64 | (uint64_t)low};
}

bool deleverage_before(const struct deleverage_standing *a,
                       const struct deleverage_standing *b) {
    assert(a->profit_uusd > 0 && a->equity_uusd > 0 && a->notional_uusd > 0);
    assert(b->profit_uusd > 0 && b->equity_uusd > 0 && b->notional_uusd > 0);
    const struct product left =
        multiply((uwide)a->profit_uusd * (uwide)a->notional_uusd,
                 (uwide)money_magnitude(b->cost_uusd) * (uwide)b->equity_uusd);
    const struct product right =
        multiply((uwide)b->profit_uusd * (uwide)b->notional_uusd,
                 (uwide)money_magnitude(a->cost_uusd) * (uwide)a->equity_uusd);
    if (left.high != right.high) {
        return left.high > right.high;
    }
    if (left.low != right.low) {
        return left.low > right.low;
    }
    return a->account < b->account;
}

size_t deleverage_queue_footprint(uint32_t capacity) {
    return segment_size(sizeof(uint32_t)) +
           segment_size(capacity * sizeof(struct deleverage_standing));
}

void deleverage_queue_bind(struct deleverage_queue *queue, uint32_t capacity,
                           void *memory) {
    unsigned char *cursor = memory;
    queue->capacity = capacity;
    queue->count = segment_take(&cursor, sizeof(uint32_t));
    queue->standing =
        segment_take(&cursor, capacity * sizeof(struct deleverage_standing));
}

void deleverage_offer(struct deleverage_queue *queue,
                      const struct deleverage_standing *standing) {
    uint32_t place = *queue->count;
    while (place > 0 && deleverage_before(standing, &queue->standing[place - 1])) {
        place -= 1;
    }
    if (place == queue->capacity) {
        return;
    }
    const uint32_t kept =
        *queue->count < queue->capacity ? *queue->count : queue->capacity - 1;
    for (uint32_t i = kept; i > place; --i) {
        queue->standing[i] = queue->standing[i - 1];
    }
    queue->standing[place] = *standing;
    *queue->count = kept + 1;
}

void deleverage_clear(struct deleverage_queue *queue) {
    memset(queue->standing, 0, *queue->count * sizeof queue->standing[0]);
    *queue->count = 0;
}
