/* evaluate.h -- the margin of one account under one protocol, part by part.

   equity = cash + value of base + profit and funding of perpetuals + marks of options.
   What is left over initial (maintenance) margin is, for a protocol of linear margin,
   equity less requirements; under the standard formulas it is cash, profit and funding,
   plus what each part adds (engine/options/standard_margin.h).  Both are told as excess;
   a requirement is equity less excess.  An account whose maintenance excess is below 0 may
   be liquidated.

   Units    micro-USD; every rounding is against the account.  Marks come from Black-76 in
            double and become money by rounding down, once per leg.
   Memory   an evaluation is large and holds no pointer.
   Threads  pure functions. */
#ifndef ANALYSIS_MARGIN_EVALUATE_H
#define ANALYSIS_MARGIN_EVALUATE_H

#include "analysis/margin/portfolio.h"
#include "analysis/protocol.h"
#include "engine/options/black76.h"

struct evaluated_perp {
    wide profit_uusd;              /* funding included */
    struct standard_charge charge; /* the requirements, 0 or below */
    wide doubt_uusd;               /* oracle contingency, of initial margin */
};

struct evaluated_base {
    wide value_uusd;
    struct standard_charge charge; /* what it adds */
    wide doubt_uusd;
};

struct evaluated_option {
    double volatility;
    struct black76_greeks greeks;  /* of one base unit */
    int64_t mark_uusd;             /* of the leg, signed */
    struct standard_charge charge; /* of the leg alone */
};

struct evaluated_expiry {
    struct standard_expiry margin;
    wide doubt_uusd;
};

struct evaluation {
    wide equity_uusd;
    struct standard_charge excess;
    struct evaluated_perp perp[PORTFOLIO_MARKETS];
    struct evaluated_base base[PORTFOLIO_MARKETS];
    struct evaluated_option option[PORTFOLIO_OPTIONS];
    struct evaluated_expiry expiry[PORTFOLIO_EXPIRIES];
    wide depeg_uusd[PORTFOLIO_MARKETS]; /* contingency of initial margin */
};

/* evaluate computes the margin of an account.
   Range   options and base only where protocol->standard.on. */
void evaluate(const struct account_portfolio *portfolio, const struct protocol *protocol,
              struct evaluation *evaluation);

/* evaluate_options gathers the options of an expiry, with their marks; which of them they
   are goes to index.  Both have room for PORTFOLIO_OPTIONS. */
struct standard_options evaluate_options(const struct account_portfolio *portfolio,
                                         const struct evaluation *evaluation,
                                         uint32_t expiry, struct standard_option *option,
                                         uint32_t *index);

#endif
