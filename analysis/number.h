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

/* number_count writes an integer with commas: "12,000". */
void number_count(uint64_t value, char text[NUMBER_SIZE]);

#endif
