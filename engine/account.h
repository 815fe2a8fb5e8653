/* account.h -- the accounts every engine has, before the participants' own.

   Memory   constants. */
#ifndef ENGINE_ACCOUNT_H
#define ENGINE_ACCOUNT_H

enum {
    ACCOUNT_EXTERNAL = 0, /* the world outside: minus the cash held */
    ACCOUNT_CLEARING,     /* realised profit and loss between positions; -sum of costs */
    ACCOUNT_FUNDING,      /* funding paid and not yet received, or the reverse */
    ACCOUNT_DUST,         /* remainders of lazily accrued balances */
    ACCOUNT_FUND,         /* the insurance fund */
    ACCOUNT_TREASURY,     /* trading fees that are not the fund's */
    ACCOUNT_AUCTION,      /* collateral, debts and bids of auctions */
    ACCOUNT_POOL,         /* the venue's counterparty: the first margin account */
    ACCOUNT_FIRST_USER,
};

#endif
