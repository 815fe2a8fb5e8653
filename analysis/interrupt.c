#include "analysis/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t interrupt_signal = 0;

static void note(int number) {
    interrupt_signal = number;
}

void interrupt_install(void) {
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}
