/* book.h -- a user's own book, the format it is written in, and what a book looks like.

   A book is a file of comma-separated values, one margin account a line:
       account,owner,instrument,quantity,entry_price,collateral_asset,collateral_amount
   It replaces the drawn population or joins it.  Which accounts are near the edge is told,
   never repaired: they enter the world as they are.

   Units    micro-USD, 1e-6 base units; in the file whole base units and USD.
   Memory   a book is one block that load_book.h makes and frees; the rest are values.
   Threads  a book is const once read; every function is pure.
   Source   DESIGN.md, "The book". */
#ifndef SCENARIOS_BOOK_H
#define SCENARIOS_BOOK_H

#include "agents/population.h"
#include "engine/collateral.h"
#include "engine/instrument.h"

#include <stddef.h>

#define BOOK_ACCOUNTS    1000000
#define BOOK_PATH_SIZE   240
#define BOOK_DIGEST_SIZE 72
#define BOOK_LINE_SIZE   640
#define BOOK_HEADER                                                                      \
    "account,owner,instrument,quantity,entry_price,collateral_asset,collateral_amount"

enum book_mode { BOOK_REPLACE, BOOK_JOIN };

/* One account of the user's; its name is length bytes at name of the book's text. */
struct book_position {
    int64_t size_ubase; /* signed */
    int64_t entry_price_uusd;
    int64_t collateral_uusd;  /* in cash, or */
    int64_t collateral_ubase; /* in units of the underlying */
    uint32_t owner;           /* by first appearance */
    uint32_t line;            /* of the file */
    uint32_t name, name_length;
    uint32_t owner_name, owner_name_length;
};

struct book {
    uint32_t count, owner_count;
    struct book_position *position;
    char *text; /* the file */
};

struct book_config {
    char file[BOOK_PATH_SIZE]; /* "": none */
    int64_t mode;              /* enum book_mode */
    char content[BOOK_DIGEST_SIZE];
    struct book *book; /* belongs to the load; NULL: none */
};

extern const struct param book_params[];

/* One line of the file, with the names as the file has them. */
struct book_line {
    const char *account, *owner, *instrument, *underlying;
    int account_length, owner_length;
    const struct holder *holder;
};

/* book_format writes one line with its line feed and returns its length; collateral in
   units makes it a line about units. */
int book_format(const struct book_line *line, char text[BOOK_LINE_SIZE]);

/* book_holder is a position as the population has it; wallet and response are 0. */
struct holder book_holder(const struct book_position *position);

struct book_bin {
    int64_t accounts, notional_uusd;
};

/* Bins by leverage (notional over equity): up to each edge, above the last one, and, at
   the end, without equity.  Bins by the adverse move at which an account is liquidatable:
   already, within each edge, and beyond the last one. */
enum { BOOK_LEVERAGE_EDGES = 8, BOOK_MOVE_EDGES = 7, BOOK_TOP = 10 };
extern const int64_t book_leverage_edges[BOOK_LEVERAGE_EDGES]; /* 1e-6 */
extern const int64_t book_move_edges[BOOK_MOVE_EDGES];         /* ppm */

struct book_survey {
    int64_t long_uusd, short_uusd; /* at the mark price */
    int64_t long_ubase, short_ubase;
    int64_t collateral_uusd;
    int64_t underlying_uusd; /* part of it that is the underlying */
    int64_t top_uusd;        /* notional of the BOOK_TOP largest accounts */
    struct book_bin leverage[BOOK_LEVERAGE_EDGES + 2];
    struct book_bin move[BOOK_MOVE_EDGES + 2];
    struct book_bin below_initial, below_maintenance, bankrupt;
};

struct book_terms { /* what a book is looked at with */
    const struct instrument_terms *instrument;
    const struct collateral_terms *collateral;
};

/* book_survey looks at count holders at a mark price; leverage is that of the equity, and
   margins are those of the equity after the haircut. */
void book_survey(const struct holder *holder, uint32_t count,
                 const struct book_terms *terms, int64_t mark_uusd,
                 struct book_survey *survey);

/* book_liquidatable tells whether a holder's equity after the haircut is below its
   maintenance margin at a mark price. */
bool book_liquidatable(const struct holder *holder, const struct book_terms *terms,
                       int64_t mark_uusd);

#endif
