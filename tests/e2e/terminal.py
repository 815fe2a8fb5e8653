#!/usr/bin/python3
"""What a waiting person sees: one line that is redrawn on a terminal, with rate, time left
and an interval that narrows; plain lines elsewhere, nothing when quiet.

Runs the program (BREAKWATER_PROGRAM) on a pseudo-terminal.  Exit code 0 when everything
holds.
"""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
INTERVAL = r"P\(insolvency\) [\d.]+% \[([\d.]+), ([\d.]+)\]"
PATHS, FEW = 1280, 320  # long enough to be redrawn, and to have ten tenths
complaints = []


def expect(fact, what):
    if not fact:
        complaints.append(what)


def words(*more, paths=FEW):
    return [program, "run", "calm", "-n", str(paths), "--seed", "1", "--json", "--set",
            "world.horizon=2h", *more]


def on_terminal(columns, environment, *more, paths=FEW):
    """What a run writes to a terminal of so many columns."""
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    settings = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(words(*more, paths=paths), stdout=subprocess.DEVNULL, stderr=end,
                          env={**settings, "TERM": "xterm", **environment}) as process:
        os.close(end)
        shown = b""
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        expect(process.wait() == 0, f"exit {process.returncode}")
    os.close(terminal)
    return shown.decode()


def check_redrawn():
    shown = on_terminal(100, {}, paths=PATHS)
    lines = [text for text in re.split(r"\r+\n?|\033\[K", shown) if text.strip()]
    expect(len(lines) >= 3, f"redrawn {len(lines)} times")
    expect(shown.count("\n") == 1 and shown.endswith("\n"), "the line is not ended once")
    expect(all(len(text) < 100 for text in lines), "a line is wider than the terminal")
    expect(f"100 %  {PATHS} of {PATHS} paths" in lines[-1] and " in " in lines[-1],
           f"the last line is {lines[-1]}")
    expect(any(re.search(r"[\d.]+/s  [\d:]+s? left", text) for text in lines),
           f"no rate and time left in {lines[:3]}")
    expect("[=" in lines[-1], "no bar")
    shares = [match.groups() for match in re.finditer(INTERVAL, shown)]
    widths = [float(high) - float(low) for low, high in shares]
    expect(len(widths) >= 2 and widths[-1] < widths[0], f"widths of the interval: {widths}")
    narrow = on_terminal(40, {})
    lines = [text for text in re.split(r"\r+\n?|\033\[K", narrow) if text.strip()]
    expect(all(len(text) < 40 for text in lines), f"too wide for 40 columns: {lines[-1]}")


def check_looks():
    """With --until the line counts to the next look, not to the largest number allowed."""
    told = subprocess.run(words("--until", "bad_debt_mean=1000 USD", paths=2048),
                          capture_output=True, text=True, check=False).stderr
    expect("of 1024 paths to look 1" in told, f"no first look in {told}")
    expect("of 2048 paths to look 2" in told, f"no second look in {told}")


def check_plain(name, shown):
    lines = shown.splitlines()
    expect("\033" not in shown and not re.search(r"\r(?!\n)", shown), f"{name}: it is redrawn")
    expect(5 <= len(lines) <= 12, f"{name}: {len(lines)} lines")
    expect(bool(re.search(INTERVAL, lines[-1])), f"{name}: no interval in {lines[-1]}")


def main():
    check_redrawn()
    check_looks()
    check_plain("NO_COLOR", on_terminal(100, {"NO_COLOR": "1"}))
    check_plain("TERM=dumb", on_terminal(100, {"TERM": "dumb"}))
    expect(on_terminal(100, {}, "--quiet") == "", "--quiet on a terminal")
    piped = subprocess.run(words(), capture_output=True, text=True, check=True)
    check_plain("a pipe", piped.stderr)
    quiet = subprocess.run(words("--quiet"), capture_output=True, text=True, check=True)
    expect(quiet.stderr == "", f"--quiet in a pipe: {quiet.stderr}")
    expect(quiet.stdout.split('"seconds"')[0] == piped.stdout.split('"seconds"')[0],
           "progress changes the answer")
    for complaint in complaints:
        print(f"FAILED: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
