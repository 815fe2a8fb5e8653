#include "analysis/systemic/exposures.h"

#include "analysis/systemic/clearing.h"
#include "analysis/systemic/debt_rank.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_NS 3.6e12

/* Node 0 is the clearing house; the others are accounts. */
struct network {
    size_t count, debt_count;
    double *asset, *external, *equity, *distress;
    struct clearing_debt *debt;    /* at most two a node */
    struct debt_rank_claim *claim; /* likewise */
    size_t claim_count;
    bool lossless; /* everybody can pay */
};

static double usd(wide amount_uusd) {
    return (double)amount_uusd / 1e6;
}

static void close_network(struct network *network) {
    free(network->asset);
    free(network->external);
    free(network->equity);
    free(network->distress);
    free(network->debt);
    free(network->claim);
}

static bool open_network(struct network *network, size_t accounts) {
    const size_t room = accounts + 1;
    memset(network, 0, sizeof *network);
    network->count = 1;
    network->asset = calloc(room, sizeof *network->asset);
    network->external = calloc(room, sizeof *network->external);
    network->equity = calloc(room, sizeof *network->equity);
    network->distress = calloc(room, sizeof *network->distress);
    network->debt = calloc(2 * room, sizeof *network->debt);
    network->claim = calloc(2 * room, sizeof *network->claim);
    return network->asset != NULL && network->external != NULL &&
           network->equity != NULL && network->distress != NULL &&
           network->debt != NULL && network->claim != NULL;
}

static void add_debt(struct network *network, uint32_t from, uint32_t to, double amount) {
    if (amount > 0) {
        network->debt[network->debt_count++] =
            (struct clearing_debt){.from = from, .to = to, .amount = amount};
    }
}

static void add_claim(struct network *network, uint32_t creditor, uint32_t debtor,
                      double amount) {
    if (amount > 0) {
        network->claim[network->claim_count++] = (struct debt_rank_claim){
            .creditor = creditor, .debtor = debtor, .amount = amount};
    }
}

static void add_account(struct network *network, const struct margin_view *view,
                        uint32_t account, struct exposures *found) {
    const wide cash = ledger_free(view->ledger, account);
    const wide units = margin_units_uusd(view, account);
    wide profit = 0;
    bool open = cash < 0;
    for (uint32_t i = 0; i < view->portfolio->instrument_count; ++i) {
        profit += margin_profit_uusd(view, account, i);
        open = open || portfolio_at(view->portfolio, account, i)->size_ubase != 0;
    }
    if (!open) {
        return;
    }
    const uint32_t node = (uint32_t)network->count++;
    const wide owed = (profit < 0 ? -profit : 0) + (cash < 0 ? -cash : 0);
    const wide due = profit > 0 ? profit : 0;
    const wide own = (cash > 0 ? cash : 0) + units;
    const wide equity = own + due - owed;
    network->asset[node] = usd(own);
    network->equity[node] = equity > 0 ? usd(equity) : 0;
    add_debt(network, node, 0, usd(owed));
    add_debt(network, 0, node, usd(due));
    add_claim(network, 0, node, equity < 0 ? usd(-equity) : 0);
    add_claim(network, node, 0, usd(due));
    found->accounts += 1;
    found->owed += usd(owed);
    found->due += usd(due);
    found->equity += network->equity[node];
    if (equity < 0) {
        found->insolvent += 1;
        found->loss += usd(-equity);
        found->largest = usd(-equity) > found->largest ? usd(-equity) : found->largest;
    }
}

static bool clear(const struct network *network, struct exposures *found) {
    const struct clearing_system system = {.count = network->count,
                                           .asset = network->asset,
                                           .external = network->external,
                                           .debt = network->debt,
                                           .debt_count = network->debt_count,
                                           .alpha = 1,
                                           .beta = 1};
    struct clearing_solution solution;
    if (!clearing_solve(&system, &solution)) {
        return false;
    }
    found->recovery = solution.defaulted[0] ? solution.paid[0] / solution.owed[0] : 1;
    found->winner_loss = (1 - found->recovery) * found->due;
    found->defaults = solution.defaults - solution.defaulted[0];
    found->contagious = solution.defaults - solution.first;
    found->contagious -= solution.defaulted[0] && found->contagious > 0;
    found->rounds = solution.rounds;
    clearing_free(&solution);
    return true;
}

static bool spread(struct network *network, enum debt_rank_rule rule, double *rank) {
    const struct debt_rank_network own = {.count = network->count,
                                          .equity = network->equity,
                                          .claim = network->claim,
                                          .claim_count = network->claim_count};
    struct debt_rank_result result;
    memset(network->distress, 0, network->count * sizeof *network->distress);
    *rank = 0;
    if (network->lossless) {
        return true; /* an empty fund is no distress when nobody asks it to pay */
    }
    if (!debt_rank_spread(&own, rule, network->distress, &result)) {
        return false;
    }
    assert(result.settled); /* a star has no circle of claims that could go on */
    *rank = result.rank;
    return true;
}

bool exposures_find(const struct world *world, int64_t price_uusd,
                    struct exposures *found) {
    const struct stage *stage = world->stage;
    const int64_t marks[ENGINE_INSTRUMENTS] = {
        instrument_mark_uusd(&stage->terms.instrument[0], price_uusd)};
    struct margin_view view = world->outside_view;
    struct network network;
    memset(found, 0, sizeof *found);
    view.mark_price_uusd = marks;
    if (!open_network(&network, stage->account_count)) {
        close_network(&network);
        return false;
    }
    found->price = usd(price_uusd);
    found->fund = usd(ledger_free(&world->engine.ledger, ACCOUNT_FUND));
    for (uint32_t account = ACCOUNT_POOL; account < stage->account_count; ++account) {
        add_account(&network, &view, account, found);
    }
    const double credited = found->owed - found->due;
    network.asset[0] = found->fund + (credited < 0 ? -credited : 0);
    network.external[0] = credited > 0 ? credited : 0;
    network.equity[0] = found->fund;
    network.lossless = found->insolvent == 0;
    found->uncovered = found->loss > found->fund ? found->loss - found->fund : 0;
    const bool made = clear(&network, found) &&
                      spread(&network, DEBT_RANK_LINEAR, &found->rank_linear) &&
                      spread(&network, DEBT_RANK_ONCE, &found->rank_once);
    close_network(&network);
    return made;
}

double exposures_horizon_h(const struct world *world, double amount_usd, double share) {
    const struct impact *impact =
        world->state->feedback_off ? &world->stage->impact_off : &world->stage->impact;
    const double depth = impact_depth_uusd(impact, &world->state->impact,
                                           world->state->market.daily_volatility) /
                         1e6;
    assert(share > 0);
    if (depth <= 0) {
        return 0;
    }
    const double books = amount_usd / (share * depth) - 1;
    const double half_life_h = (double)impact->config.refill_half_life_ns / HOUR_NS;
    return books > 0 ? books * half_life_h / NUMERIC_LN2 : 0;
}
