/* rules.h -- one rule for each kind of transaction: what engine_apply calls.

   A rule validates fully, then mutates; it returns the first status of status.h that
   applies and then has changed nothing.  It adds every account whose balance, hold or
   position it changed to engine->touched.

   Units    as engine.h.
   Memory   nothing is allocated. */
#ifndef ENGINE_RULES_RULES_H
#define ENGINE_RULES_RULES_H

#include "engine/engine.h"

/* engine_rule_deposit: cash from outside to the pool, the insurance fund or a participant,
   or units of the underlying to one of them but the fund. */
enum engine_status engine_rule_deposit(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt);

/* engine_rule_withdraw: a hold and a place in the escrow queue. */
enum engine_status engine_rule_withdraw(struct engine *engine,
                                        const struct transaction *transaction,
                                        struct receipt *receipt);

/* engine_rule_trade: a fill against the pool.  What opens needs the initial margin after it,
   what only closes an equity that is not negative; a genesis fill may close anything. */
enum engine_status engine_rule_trade(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt);

/* engine_rule_liquidate: one close-out; when it was the last, or there was only a debt,
   units are seized for what cash lacks and the waterfall pays the rest; with the
   pool as target, the waterfall restores an insolvent pool to zero equity. */
enum engine_status engine_rule_liquidate(struct engine *engine,
                                         const struct transaction *transaction,
                                         struct receipt *receipt);

/* engine_rule_matched: what LIQUIDATE does of a participant where matched liquidation is on.
   The sender takes over a part of the target's position, at a price of its own not worse
   than the fillable price, with the initial margin after it; the insurance fund receives or
   pays the insurance delta.  With price 0 the sender's position on the other side is closed
   against the target's, at the target's bankruptcy quote: deleveraging, which asks nobody. */
enum engine_status engine_rule_matched(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt);

/* engine_rule_auction_start: an account below maintenance is up for sale, for a fee when it
   has equity, unless the sale of its units is enough; one in an auction whose equity does
   not exceed what bids have paid in goes on as insolvent. */
enum engine_status engine_rule_auction_start(struct engine *engine,
                                             const struct transaction *transaction,
                                             struct receipt *receipt);

/* engine_rule_bid: a share of the target's portfolio changes hands, at most what brings it
   to the auction's target; the bidder needs the initial margin after it.  What a bidder is
   paid for an insolvent one comes from the waterfall. */
enum engine_status engine_rule_bid(struct engine *engine,
                                   const struct transaction *transaction,
                                   struct receipt *receipt);

/* engine_rule_auction_stop: a solvent auction ends when the account is back at the
   auction's target, an insolvent one when it is back above maintenance, any when it has no
   position. */
enum engine_status engine_rule_auction_stop(struct engine *engine,
                                            const struct transaction *transaction,
                                            struct receipt *receipt);

/* engine_rule_report: an oracle report, which may move the index. */
enum engine_status engine_rule_report(struct engine *engine,
                                      const struct transaction *transaction,
                                      struct receipt *receipt);

/* engine_rule_bite: a lot of an unsafe vault's collateral is put up for sale, with its share
   of the debt. */
enum engine_status engine_rule_bite(struct engine *engine,
                                    const struct transaction *transaction,
                                    struct receipt *receipt);

/* engine_rule_lot_bid: a bid for a lot, paid in at once; whoever is outbid is paid back, and
   the collateral the bid leaves goes back to the vault. */
enum engine_status engine_rule_lot_bid(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt);

/* engine_rule_deal: a lot that is over goes to its winner; what the bid exceeds the debt by
   is the fund's, what it lacks is the waterfall's or waits.  A lot without a bid starts
   anew. */
enum engine_status engine_rule_deal(struct engine *engine,
                                    const struct transaction *transaction,
                                    struct receipt *receipt);

/* engine_rule_stuff: a participant's transaction that changes nothing. */
enum engine_status engine_rule_stuff(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt);

/* engine_rule_stake: free cash of a participant becomes the pool's, for shares of it. */
enum engine_status engine_rule_stake(struct engine *engine,
                                     const struct transaction *transaction,
                                     struct receipt *receipt);

/* engine_rule_unstake: shares are redeemed, and what they bring is a withdrawal of their
   holder: a hold and a place in the escrow queue. */
enum engine_status engine_rule_unstake(struct engine *engine,
                                       const struct transaction *transaction,
                                       struct receipt *receipt);

#endif
