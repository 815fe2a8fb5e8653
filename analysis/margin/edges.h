/* edges.h -- at which spot price an account may be liquidated, and at which it is bankrupt.

   One market moves, all others stay: perpetual and forwards move in proportion to spot,
   smiles move with their forward, volatilities given by number and everything else stay.
   The nearest price below and above the present one is found on a grid of 0.5 % down to a
   hundredth and up to a hundred times the present price, then to the last micro-USD; what
   lies between two points of the grid and beyond both is not seen.

   Units    micro-USD.
   Memory   the caller's work space; nothing is allocated.
   Threads  one work space per thread. */
#ifndef ANALYSIS_MARGIN_EDGES_H
#define ANALYSIS_MARGIN_EDGES_H

#include "analysis/margin/evaluate.h"

/* Prices at which a number is below 0 while it is not nearer to the present one; 0: none
   on the grid, or it is below 0 already. */
struct edge {
    int64_t below_uusd, above_uusd;
};

struct edges {
    struct edge liquidation; /* maintenance excess */
    struct edge bankruptcy;  /* equity */
};

struct edges_work {
    struct account_portfolio moved;
    struct evaluation evaluation;
};

/* edges_move writes to *moved the portfolio with one market's spot price moved. */
void edges_move(const struct account_portfolio *portfolio, uint32_t market,
                int64_t spot_uusd, struct account_portfolio *moved);

/* edges_find finds the edges in one market. */
struct edges edges_find(const struct account_portfolio *portfolio,
                        const struct protocol *protocol, uint32_t market,
                        struct edges_work *work);

#endif
