/* number.h -- numbers as a person reads them.

   Units    named by each function.
   Memory   text goes to the caller's buffer of NUMBER_SIZE.
   Threads  every function is pure. */
#ifndef ANALYSIS_NUMBER_H
#define ANALYSIS_NUMBER_H

#include <stdint.h>

#define NUMBER_SIZE 32

/* number_usd writes an amount with three significant digits and k, M or B: "1.25M",
   "-340k", "12.5"; below a cent "0". A NaN is "-". */
void number_usd(double usd, char text[NUMBER_SIZE]);

/* number_price writes a price in full with two decimals, "8123.45", and below 1 with four
   significant digits.  A NaN is "-". */
void number_price(double usd, char text[NUMBER_SIZE]);

/* number_percent writes a probability or ratio as percent, without the sign %: as many
   digits as say something, "0.0371", "12.4".  A NaN is "-". */
void number_percent(double share, char text[NUMBER_SIZE]);

/* number_plain writes a number with three or four significant digits.  A NaN is "-". */
void number_plain(double value, char text[NUMBER_SIZE]);

/* How a number is shown: as USD, as percent or as it is. */
enum number_look { NUMBER_USD, NUMBER_PERCENT, NUMBER_PLAIN };

/* A line of a table of estimates; a heading has no metric. */
struct number_row {
    const char *metric, *label;
    enum number_look look;
};

/* number_as writes a number as number_usd, number_percent or number_plain does;
   number_difference writes it with its sign, a plus as well. */
void number_as(enum number_look look, double value, char text[NUMBER_SIZE]);
void number_difference(enum number_look look, double value, char text[NUMBER_SIZE]);

/* number_unit returns the unit to show behind it: "%" with percent, nothing for "1". */
const char *number_unit(enum number_look look, const char *unit);

/* number_count writes an integer with commas: "12,000". */
void number_count(uint64_t value, char text[NUMBER_SIZE]);

#endif
