#!/usr/bin/env python3
"""exec.py -- transaction files: the shipped ones hold and can fail, what is wrong with a file
is told, every kind of transaction is reachable, JSON and page agree."""
import glob
import json
import os
import random
import re
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("BREAKWATER_SOURCE",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM = os.environ.get("BREAKWATER_PROGRAM",
                         os.path.join(SOURCE, "build", "release", "breakwater"))
FILES = sorted(glob.glob(os.path.join(SOURCE, "data", "exec", "*.yaml")))
KINDS = {"deposit", "withdraw", "trade", "liquidate", "oracle_report", "auction_start", "bid",
         "auction_stop", "bite", "lot_bid", "deal", "stuff", "stake", "unstake"}
checks = failures = 0


def check(name, fact, said=""):
    global checks, failures
    checks += 1
    if fact:
        print("ok      " + name)
    else:
        failures += 1
        print("FAILED: " + name)
        for line in said.splitlines()[:8]:
            print("        said: " + line)


def run(text, *options):
    return subprocess.run([PROGRAM, "exec", "-", *options], input=text, capture_output=True,
                          text=True, check=False)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def every_expectation_holds_and_can_fail():
    accepted = set()
    for path in FILES:
        name = os.path.basename(path)
        done = subprocess.run([PROGRAM, "exec", path, "--json"], capture_output=True,
                              text=True, check=False)
        check(name, done.returncode == 0 and done.stderr == "", done.stderr)
        result = json.loads(done.stdout)
        check(name + ": something is expected", result["expectations"] > 0)
        accepted |= {step["kind"] for step in result["steps"] if step.get("status") == "OK"}
        text = read(path)
        # each amount of an expectation, changed by one dollar, has to be missed
        for match in re.finditer(r"(\w+): (-?)(\d+)((?:\.\d+)? USD)(?! \.\.)", text):
            if match.start() < text.index("steps:") or not in_expect(text, match.start()):
                continue
            changed = (text[:match.start(3)] + str(int(match.group(3)) + 1) +
                       text[match.end(3):])
            spoilt = run(changed)
            line = text.count("\n", 0, match.start()) + 1
            told = re.search(r"<stdin>:%d:\d+: steps.*: is .*, expected " % line,
                             spoilt.stderr)
            check("%s: line %d, %s changed" % (name, line, match.group(1)),
                  spoilt.returncode == 3 and told is not None and "^" in spoilt.stderr,
                  spoilt.stderr)
    check("every kind of transaction is accepted somewhere", accepted >= KINDS,
          str(KINDS - accepted))


def in_expect(text, at):
    """Whether a place is inside an expect: on its line, or by indentation above it."""
    lines = text[:at].splitlines()
    if "expect:" in lines[-1]:
        return True
    deep = len(lines[-1]) - len(lines[-1].lstrip())
    for line in reversed(lines[:-1]):
        indent = len(line) - len(line.lstrip())
        if indent < deep:
            if "expect:" in line:
                return True
            deep = indent
    return False


GOOD = """protocol: dydx
instruments: [BTC, ETH]
accounts: [carl, dave]
opening:
  prices: {BTC: 50000 USD}
  pool: 100k USD
  accounts: {carl: {cash: 10k USD, BTC: 0.1}}
steps:
  - trade: {account: carl, instrument: BTC, quantity: 0.1}
    expect: {filled: 0.1, carl: {BTC: 0.2}}
"""

# what is changed, into what, what is said about it
WRONG = [
    ("protocol: dydx", "protocol: dydxx", "did you mean dydx"),
    ("protocol: dydx\n", "", "names no protocol"),
    ("protocol: dydx", "protocl: dydx", "did you mean protocol"),
    ("accounts: [carl, dave]", "accounts: [carl, dave, carl]", "something else already"),
    ("accounts: [carl, dave]", "accounts: [carl, pool]", "something else already"),
    ("accounts: [carl, dave]", "accounts: carl", "has to be a list of names"),
    ("accounts: [carl, dave]", "accounts: []", "names nobody"),
    ("[BTC, ETH]", "[BTC, BTC]", "there is an instrument BTC already"),
    ("[BTC, ETH]", "[BTC, {name: ETH, margin.initial: 2}]", "allowed: "),
    ("[BTC, ETH]", "[BTC, {name: ETH, oracle.quorum: 2}]", "is no key of an instrument"),
    ("[BTC, ETH]", "[BTC, {name: ETH, margin.initial: 1%}]", "the engine does not take"),
    ("[BTC, ETH]", "[1, 2, 3, 4, 5, 6, 7, 8, 9]", "is one too many"),
    ("prices: {BTC:", "prices: {BTX:", "did you mean BTC"),
    ("prices: {BTC: 50000 USD}", "prices: {ETH: 5 USD}", "needs opening.prices.BTC"),
    ("cash: 10k USD", "cash: 10k EUR", "10k EUR"),
    ("cash: 10k USD", "cash: -1e99 USD", "is too large to store"),
    ("carl: {cash: 10k USD, BTC: 0.1}", "dave: {cash: -1 USD}", "owes cash and has no position"),
    ("carl: {cash: 10k USD, BTC: 0.1}", "pool: {cash: 1 USD}", "is none of the accounts"),
    ("cash: 10k USD", "cash: -9B USD", "owes more than its first position can have lost"),
    ("  pool: 100k USD", "  pool: -1 USD", "cannot be set up"),
    ("  pool: 100k USD", "  pol: 100k USD", "did you mean pool"),
    ("  - trade:", "  - tade:", "did you mean trade"),
    ("account: carl,", "account: karl,", "did you mean carl"),
    ("account: carl, ", "", "lacks account"),
    ("instrument: BTC, ", "", "lacks instrument"),
    (", quantity: 0.1}", "}", "lacks quantity"),
    ("quantity: 0.1", "quantity: 0.0000001", "finer"),
    ("quantity: 0.1", "amount: 0.1", "allowed: account, instrument, quantity, limit"),
    ("    expect:", "    deposit: {account: carl}\n    expect:", "second action"),
    ("filled:", "fillled:", "did you mean filled"),
    ("filled: 0.1", "status: OKAY", "did you mean OK"),
    ("filled: 0.1", "filled: 0.2 .. 0.1", "ends below its beginning"),
    ("carl: {BTC: 0.2}", "carl: {cas: 0 USD}", "did you mean cash"),
    ("carl: {BTC: 0.2}", "BTC: {index: nothing}", "is not a number"),
    ("carl: {BTC: 0.2}", "carl: 5", "has to be a mapping"),
    ("steps:\n", "steps: 5\nstep:\n", "has to be a list of steps"),
]


def what_is_wrong_is_told():
    check("the good one is good", run(GOOD).returncode == 0, run(GOOD).stderr)
    for old, new, said in WRONG:
        assert old in GOOD, old
        done = run(GOOD.replace(old, new, 1))
        check("wrong: " + repr(new or old)[:60],
              done.returncode == 2 and said in done.stderr and done.stdout == "", done.stderr)
    both = run(GOOD.replace("account: carl,", "account: karl,").replace("filled:", "fild:"))
    check("all at once", "karl" in both.stderr and "fild" in both.stderr, both.stderr)
    sets = run(GOOD.replace("steps:", "set: [margin.initial=1000%, nothing]\nsteps:"))
    check("a set is told where it stands", sets.stderr.count("<stdin>:8:") == 2, sets.stderr)
    check("an empty file", run("").returncode == 2)
    late = run(GOOD + "  - block: 365d\n" * 60)
    check("time has an end", late.returncode == 2 and "50 years" in late.stderr, late.stderr)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([PROGRAM, "exec", os.path.join(folder, "none.yaml")],
                              capture_output=True, text=True, check=False)
        check("no such file", done.returncode == 2 and "cannot be opened" in done.stderr,
              done.stderr)


def refusals_and_comparisons():
    lean = GOOD.replace("cash: 10k USD", "cash: 0 USD").replace("quantity: 0.1", "quantity: 9")
    lean = lean.replace("    expect: {filled: 0.1, carl: {BTC: 0.2}}\n", "")
    done = run(lean)
    check("a refusal nobody expects fails",
          done.returncode == 3 and "is refused, INSUFFICIENT_COLLATERAL" in done.stderr,
          done.stderr)
    done = run(lean + "    expect: {status: INSUFFICIENT_COLLATERAL}\n")
    check("one that is expected does not", done.returncode == 0, done.stderr)
    for text, code in (("> 0.2", 3), (">= 0.2", 0), ("< 0.2", 3), ("<= 0.2", 0),
                       ("0.1 .. 0.2", 0), ("0.1 .. 0.19", 3), ("0.200000", 0)):
        done = run(GOOD.replace("{BTC: 0.2}", "{BTC: \"%s\"}" % text))
        check("compared: " + text, done.returncode == code, done.stderr)
    first = run(GOOD, "--json")
    check("the same twice", first.stdout == run(GOOD, "--json").stdout)
    root = json.loads(first.stdout)["state_root"]
    check("the page has the same root", root in run(GOOD).stdout)
    other = run(GOOD, "--protocol", "derive-srm")
    check("--protocol has the last word", "under derive-srm" in other.stdout, other.stdout)


def no_number_is_too_odd():
    """Numbers replaced by extreme ones: refused, or an expectation fails; never a crash."""
    odd = ["0", "-1", "0.000001", "9223372036854.775807", "-9223372036854.775808",
           "1152921504606.846976", "9007199254.740992", "1000000", "-0.5", "99999999999999999"]
    draw = random.Random(1)
    codes = {}
    for _ in range(240):
        text = read(draw.choice(FILES))
        places = [m for m in re.finditer(r"-?\d+(?:\.\d+)?", text)
                  if m.start() > text.index("protocol:")]
        for match in sorted(draw.sample(places, min(3, len(places))), key=lambda m: -m.start()):
            text = text[:match.start()] + draw.choice(odd) + text[match.end():]
        done = run(text)
        codes[done.returncode] = codes.get(done.returncode, 0) + 1
        if done.returncode not in (0, 2, 3):
            check("no crash", False, done.stderr + text)
    check("odd numbers: %s" % codes, set(codes) <= {0, 2, 3} and min(
        codes.get(2, 0), codes.get(3, 0)) > 10)


def what_is_documented_holds():
    for name in ("README.md", os.path.join("data", "exec", "README.md")):
        blocks = [block for block in re.findall(r"```yaml\n(.*?)```",
                                                read(os.path.join(SOURCE, name)), re.S)
                  if "steps:" in block]
        check(name + " has an example", len(blocks) == 1)
        for block in blocks:
            done = run(block)
            check(name + ": it holds", done.returncode == 0, done.stderr)
    text = read(os.path.join(SOURCE, "data", "exec", "README.md"))
    for path in FILES:
        name = os.path.basename(path)
        stem = re.sub(r"^dydx-(insurance|deleveraging)", "", name)[:-len(".yaml")]
        check(name + " is in the table", name in text or "`%s`" % stem in text)


every_expectation_holds_and_can_fail()
what_is_documented_holds()
no_number_is_too_odd()
what_is_wrong_is_told()
refusals_and_comparisons()
print("%d checks, %d failures" % (checks, failures))
sys.exit(1 if failures or not FILES else 0)
