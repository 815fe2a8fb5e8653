/* decimal.h -- numbers as people write them, read exactly.

   A text is read into mantissa * 10^exponent without rounding; only then is it asked to
   fit a unit or a double.  Neither the C library's conversions nor a locale take part, so
   the same text is the same value everywhere.

   Units    none: the caller scales.
   Memory   values; nothing is allocated.
   Threads  every function is pure. */
#ifndef ENGINE_DECIMAL_H
#define ENGINE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 decimal_wide;

struct decimal {
    decimal_wide mantissa; /* below 10^DECIMAL_DIGITS, not a multiple of 10 unless 0 */
    int exponent;          /* value = mantissa * 10^exponent */
    bool negative;
};

#define DECIMAL_DIGITS 35

/* DECIMAL_SIZE bytes hold what decimal_write and decimal_write_double write. */
#define DECIMAL_SIZE 48

enum decimal_fit {
    DECIMAL_EXACT,
    DECIMAL_FINER, /* has digits below the unit */
    DECIMAL_LARGE, /* outside the range of the type */
};

/* decimal_read reads [+-] digits [. digits] [e [+-] digits] at the start of text; single
   underscores may stand between digits.  It returns the first byte behind the number, or
   NULL when no number starts here or it has more than DECIMAL_DIGITS significant digits.
 */
const char *decimal_read(const char *text, struct decimal *decimal);

/* decimal_scale writes decimal * factor * 10^power to *value.
   Range   factor 1..1000.
   Fails   leaves *value alone unless the result is exactly an int64_t. */
enum decimal_fit decimal_scale(const struct decimal *decimal, uint32_t factor, int power,
                               int64_t *value);

/* decimal_double writes the double nearest to the decimal, ties to even.
   Range   0 and magnitudes of 1e-300 to 1e300.
   Fails   DECIMAL_FINER below the range, DECIMAL_LARGE above. */
enum decimal_fit decimal_double(const struct decimal *decimal, double *value);

/* decimal_write writes value * 10^-places with no trailing zeros: 1500000, 6 -> "1.5". */
void decimal_write(int64_t value, int places, char text[DECIMAL_SIZE]);

/* decimal_write_double writes the shortest decimal that decimal_double reads back as
   value. Range   as decimal_double; -0 is written "0". */
void decimal_write_double(double value, char text[DECIMAL_SIZE]);

#endif
