/* wrong_books.h -- files that are no book, and every word that is said about each.

   Memory   static.
   Threads  const. */
#ifndef TESTS_SCENARIOS_WRONG_BOOKS_H
#define TESTS_SCENARIOS_WRONG_BOOKS_H

#define HEADER                                                                           \
    "account,owner,instrument,quantity,entry_price,collateral_asset,collateral_amount\n"
#define COLUMNS_ALLOWED                                                                  \
    "; allowed: account, owner, instrument, quantity, entry_price, collateral_asset, "   \
    "collateral_amount"
#define FIRST_LINE                                                                       \
    "the first line names account,owner,instrument,quantity,entry_price,"                \
    "collateral_asset,collateral_amount\n"

/* label, text, messages */
static const char *const wrong_books[][3] = {
    {"nothing",                 "",                                                              "b.csv:1:1: is empty; " FIRST_LINE "    \n    ^\n"},
    {"blank lines",             "\n  \r\n",                                                      "b.csv:1:1: is empty; " FIRST_LINE "    \n    ^\n"},
    {"a header alone",          HEADER,
     "b.csv:1:1: has no account below it; one a line is expected\n    " HEADER "    ^\n"                                                           },
    {"semicolons",              "account;owner\n",
     "b.csv:1:1: \"account;owner\" is no column" COLUMNS_ALLOWED "\n"
     "    account;owner\n    ^\n"
     "b.csv:1:1: account: is missing; " FIRST_LINE "    account;owner\n    ^\n"
     "b.csv:1:1: owner: is missing; " FIRST_LINE "    account;owner\n    ^\n"
     "b.csv:1:1: instrument: is missing; " FIRST_LINE "    account;owner\n    ^\n"
     "b.csv:1:1: quantity: is missing; " FIRST_LINE "    account;owner\n    ^\n"
     "b.csv:1:1: entry_price: is missing; " FIRST_LINE "    account;owner\n    ^\n"
     "b.csv:1:1: collateral_asset: is missing; " FIRST_LINE "    account;owner\n    ^\n"
     "b.csv:1:1: collateral_amount: is missing; " FIRST_LINE
     "    account;owner\n    ^\n"                                                                                                                  },
    {"a slip in a column",
     "account,owner,instrument,quantity,entry_prise,collateral_asset,"
     "collateral_amount\n",                                                                      "b.csv:1:35: \"entry_prise\" is no column" COLUMNS_ALLOWED
     "; did you mean entry_price?\n"
     "    account,owner,instrument,quantity,entry_prise,collateral_asset,"
     "collateral_amount\n"
     "                                      ^\n"
     "b.csv:1:1: entry_price: is missing; " FIRST_LINE
     "    account,owner,instrument,quantity,entry_prise,collateral_asset,"
     "collateral_amount\n    ^\n"                                                                                       },
    {"a column twice",
     "account,account,owner,instrument,quantity,entry_price,collateral_asset,"
     "collateral_amount\n",                                                                      "b.csv:1:9: account: is there twice; once is allowed\n"
     "    account,account,owner,instrument,quantity,entry_price,collateral_asset,"
     "collateral_amount\n            ^\n"                                                                               },
    {"too few values",          HEADER "a,A,ETH-PERP,1,200,USD\n",
     "b.csv:2:1: has 6 values; 7 are expected: account,owner,instrument,quantity,"
     "entry_price,collateral_asset,collateral_amount\n"
     "    a,A,ETH-PERP,1,200,USD\n    ^\n"                                                                                                         },
    {"too many values",         HEADER "a,A,ETH-PERP,1,200,USD,9,9,9\n",
     "b.csv:2:1: has 7 values and more; 7 are expected: account,owner,instrument,"
     "quantity,entry_price,collateral_asset,collateral_amount\n"
     "    a,A,ETH-PERP,1,200,USD,9,9,9\n    ^\n"                                                                                                   },
    {"no name",                 HEADER " ,A,ETH-PERP,1,200,USD,9\n",
     "b.csv:2:2: account: is empty; a name of 1 to 128 bytes is expected\n"
     "     ,A,ETH-PERP,1,200,USD,9\n     ^\n"                                                                                                      },
    {"no owner",                HEADER "a,,ETH-PERP,1,200,USD,9\n",
     "b.csv:2:3: owner: is empty; a name of 1 to 128 bytes is expected\n"
     "    a,,ETH-PERP,1,200,USD,9\n      ^\n"                                                                                                      },
    {"quotation marks",         HEADER "\"a\",A,ETH-PERP,1,200,USD,9\n",
     "b.csv:2:1: account: has quotation marks; write the name without them, and without "
     "commas\n    \"a\",A,ETH-PERP,1,200,USD,9\n    ^\n"                                                                                           },
    {"an account twice",        HEADER "a,A,ETH-PERP,1,200,USD,9\n\na,B,ETH-PERP,1,200,USD,9\n",
     "b.csv:4:1: account: \"a\" is in line 2 already; an account has one line\n"
     "    a,B,ETH-PERP,1,200,USD,9\n    ^\n"                                                                                                       },
    {"another market",          HEADER "a,A,ETH-PERB,1,200,USD,9\n",
     "b.csv:2:5: instrument: \"ETH-PERB\" is not the scenario's instrument; allowed: "
     "ETH-PERP; did you mean ETH-PERP?\n    a,A,ETH-PERB,1,200,USD,9\n        ^\n"                                                                 },
    {"another asset",           HEADER "a,A,ETH-PERP,1,200,BTC,9\n",
     "b.csv:2:20: collateral_asset: \"BTC\" is no collateral here; allowed: USD, ETH\n"
     "    a,A,ETH-PERP,1,200,BTC,9\n                       ^\n"                                                                                    },
    {"a word",                  HEADER "a,A,ETH-PERP,many,200,USD,9\n",
     "b.csv:2:14: quantity: \"many\" is not a number; write it like 2.5\n"
     "    a,A,ETH-PERP,many,200,USD,9\n                 ^\n"                                                                                       },
    {"nothing held",            HEADER "a,A,ETH-PERP,0,200,USD,9\n",
     "b.csv:2:14: quantity: is 0; write what is held, negative for a short, or leave the "
     "line out\n    a,A,ETH-PERP,0,200,USD,9\n                 ^\n"                                                                                },
    {"too fine",                HEADER "a,A,ETH-PERP,0.0000001,200,USD,9\n",
     "b.csv:2:14: quantity: \"0.0000001\" is finer than 1e-6\n"
     "    a,A,ETH-PERP,0.0000001,200,USD,9\n                 ^\n"                                                                                  },
    {"a unit",                  HEADER "a,A,ETH-PERP,1,200 USD,USD,9\n",
     "b.csv:2:16: entry_price: \"200 USD\" has an unknown unit \"USD\"; allowed: a bare "
     "number\n    a,A,ETH-PERP,1,200 USD,USD,9\n                   ^\n"                                                                            },
    {"bought for nothing",      HEADER "a,A,ETH-PERP,1,0,USD,9\n",
     "b.csv:2:16: entry_price: \"0\" is out of range; allowed: 0.001 to 1000000000\n"
     "    a,A,ETH-PERP,1,0,USD,9\n                   ^\n"                                                                                          },
    {"a debt",                  HEADER "a,A,ETH-PERP,1,200,USD,-9\n",
     "b.csv:2:24: collateral_amount: \"-9\" is out of range; allowed: 0 to 10000000000\n"
     "    a,A,ETH-PERP,1,200,USD,-9\n                           ^\n"                                                                               },
    {"too much together",
     HEADER "a,A,ETH-PERP,400000000,200,USD,9\nb,A,ETH-PERP,400000000,200,USD,9\n"
            "c,A,ETH-PERP,1,200,USD,9\nd,A,ETH-PERP,-400000000,200,USD,9\n",                     "b.csv:3:14: quantity: takes all longs together above 100B USD or base units\n"
     "    b,A,ETH-PERP,400000000,200,USD,9\n                 ^\n"      },
    {"a zero byte's neighbour", HEADER "a,A\x01,ETH-PERP,1,200,USD,9\n",
     "b.csv:2:4: is not printable text in UTF-8; a book is comma-separated values\n"
     "    a,A?,ETH-PERP,1,200,USD,9\n       ^\n"                                                                                                   },
    {"all at once",             HEADER "a,A,BTC-PERP,x,200,USD,9\na,,ETH-PERP,1,y,USD,z\n",
     "b.csv:2:5: instrument: \"BTC-PERP\" is not the scenario's instrument; allowed: "
     "ETH-PERP; did you mean ETH-PERP?\n    a,A,BTC-PERP,x,200,USD,9\n        ^\n"
     "b.csv:2:14: quantity: \"x\" is not a number; write it like 2.5\n"
     "    a,A,BTC-PERP,x,200,USD,9\n                 ^\n"
     "b.csv:3:1: account: \"a\" is in line 2 already; an account has one line\n"
     "    a,,ETH-PERP,1,y,USD,z\n    ^\n"
     "b.csv:3:3: owner: is empty; a name of 1 to 128 bytes is expected\n"
     "    a,,ETH-PERP,1,y,USD,z\n      ^\n"
     "b.csv:3:15: entry_price: \"y\" is not a number; write it like 2.5\n"
     "    a,,ETH-PERP,1,y,USD,z\n                  ^\n"
     "b.csv:3:21: collateral_amount: \"z\" is not a number; write it like 2.5\n"
     "    a,,ETH-PERP,1,y,USD,z\n                        ^\n"                                                                                      },
};

#endif
