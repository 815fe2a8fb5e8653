#include "analysis/margin/edges.h"

#define REACH 100

void edges_move(const struct account_portfolio *portfolio, uint32_t market,
                int64_t spot_uusd, struct account_portfolio *moved) {
    *moved = *portfolio;
    struct portfolio_market *row = &moved->market[market];
    const double factor = (double)spot_uusd / (double)row->spot_uusd;
    row->perp_uusd = money_max(
        MONEY_PRICE_MIN, money_mul_div_floor(row->perp_uusd, spot_uusd, row->spot_uusd));
    row->spot_uusd = spot_uusd;
    for (uint32_t i = 0; i < moved->expiry_count; ++i) {
        if (moved->expiry[i].market_index == market) {
            moved->expiry[i].forward *= factor;
            moved->expiry[i].svi.forward *= factor;
        }
    }
}

/* One search: in one market, for one of the numbers. */
struct search {
    const struct account_portfolio *portfolio;
    const struct protocol *protocol;
    uint32_t market;
    bool equity;
    struct edges_work *work;
};

static bool negative(const struct search *search, int64_t spot_uusd) {
    struct edges_work *work = search->work;
    edges_move(search->portfolio, search->market, spot_uusd, &work->moved);
    evaluate(&work->moved, search->protocol, &work->evaluation);
    return search->equity ? work->evaluation.equity_uusd < 0
                          : work->evaluation.excess.maintenance_uusd < 0;
}

/* The price next to fine at which the number is below 0, between the two. */
static int64_t bisect(const struct search *search, int64_t fine_uusd, int64_t bad_uusd) {
    while (money_magnitude(bad_uusd - fine_uusd) > 1) {
        const int64_t middle = fine_uusd + (bad_uusd - fine_uusd) / 2;
        if (negative(search, middle)) {
            bad_uusd = middle;
        } else {
            fine_uusd = middle;
        }
    }
    return bad_uusd;
}

static int64_t look(const struct search *search, bool up) {
    const int64_t start = search->portfolio->market[search->market].spot_uusd;
    const int64_t end = up ? start * REACH : start / REACH;
    int64_t fine = start;
    while (fine != end) {
        const int64_t step = money_max(1, fine / 200);
        const int64_t next =
            up ? money_min(end, fine + step) : money_max(end, fine - step);
        if (negative(search, next)) {
            return bisect(search, fine, next);
        }
        fine = next;
    }
    return 0;
}

static struct edge find(const struct search *search) {
    const int64_t start = search->portfolio->market[search->market].spot_uusd;
    if (negative(search, start)) {
        return (struct edge){0, 0};
    }
    return (struct edge){look(search, false), look(search, true)};
}

struct edges edges_find(const struct account_portfolio *portfolio,
                        const struct protocol *protocol, uint32_t market,
                        struct edges_work *work) {
    struct search search = {portfolio, protocol, market, false, work};
    struct edges edges;
    edges.liquidation = find(&search);
    search.equity = true;
    edges.bankruptcy = find(&search);
    return edges;
}
