/* interrupt.h -- the one global of the program: has somebody asked it to stop?

   Units    a signal's number, 0 for none.
   Memory   none.
   Threads  written by the signal handler, read by all. */
#ifndef ANALYSIS_INTERRUPT_H
#define ANALYSIS_INTERRUPT_H

#include <signal.h>

extern volatile sig_atomic_t interrupt_signal;

/* interrupt_install makes the first SIGINT or SIGTERM set interrupt_signal; the second
   ends the program at once. */
void interrupt_install(void);

#endif
