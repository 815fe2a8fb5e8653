#!/usr/bin/env python3
"""memory_flat.py -- memory does not grow with the number of paths.

A small book over one hour is run with 1,000 and with 20,000 paths; the largest resident set
may grow by one column of doubles and what sorting it takes (16 bytes a path), rounded up to
1 MiB.  A record of every path kept in memory (376 bytes) would show as 7 MiB.
"""
import os
import subprocess
import sys

PROGRAM = os.environ.get("BREAKWATER_PROGRAM", "build/release/breakwater")
FEW, MANY = 1000, 20000
ALLOWED_KIB = 16 * (MANY - FEW) // 1024 + 1024


def peak_kib(paths):
    arguments = [PROGRAM, "run", "calm", "-n", str(paths), "--quiet", "--threads", "2"]
    for setting in ("population.accounts=10", "population.owners=10", "world.horizon=1h",
                    "world.warm_up=0s"):
        arguments += ["--set", setting]
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"the run ended with {child.returncode}")
    return usage.ru_maxrss


def main():
    few, many = peak_kib(FEW), peak_kib(MANY)
    print(f"{few} KiB for {FEW} paths, {many} KiB for {MANY}; allowed {few + ALLOWED_KIB} KiB")
    return 0 if many <= few + ALLOWED_KIB else 1


if __name__ == "__main__":
    sys.exit(main())
