/* say.h -- what the program tells a person on stderr, and the check of what it printed.

   Units    none.
   Memory   nothing is kept.
   Threads  lines of several threads do not mix. */
#ifndef ANALYSIS_SAY_H
#define ANALYSIS_SAY_H

/* say prints "breakwater: ", the message and a line feed. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* say_check_output flushes stdout and, if something printed there was lost (a closed pipe,
   a full disk), says so and ends the program with RUN_IO.  Made for atexit. */
void say_check_output(void);

#endif
