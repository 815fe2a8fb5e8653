#!/usr/bin/python3
"""Every command that answers something answers with --json: one object, strictly JSON, the
same words for the same things, each interval around its value.

Runs the program (BREAKWATER_PROGRAM).  Exit code 0 when everything holds.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
WITHOUT = {"man", "completion"}  # these print what another program reads
complaints = []
checked = 0


def expect(fact, what):
    global checked
    checked += 1
    if not fact:
        complaints.append(what)


def refuse(word):
    raise ValueError(f"{word} is not JSON")


def once(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice in {keys}")
    return dict(pairs)


def parse(text):
    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def run(*arguments):
    return subprocess.run([program, *arguments], capture_output=True, check=False)


def answer(name, arguments, members, code=0):
    """The object that a command prints; members are what it has to have."""
    made = run(*arguments, "--json")
    expect(made.returncode == code, f"{name}: exit {made.returncode}: {made.stderr[-300:]}")
    try:
        told = parse(made.stdout.decode("utf-8"))
    except ValueError as error:
        expect(False, f"{name}: {error}")
        return {}
    expect(isinstance(told, dict), f"{name}: not an object")
    for member in members:
        expect(member in told, f"{name}: {member} is missing")
    walk(name, told)
    return told


def walk(where, value):
    """Intervals hold their value; nothing is called two ways."""
    if isinstance(value, list):
        for item in value:
            walk(where, item)
    if not isinstance(value, dict):
        return
    numbers = [value.get(key) for key in ("low", "value", "high")]
    if all(isinstance(number, (int, float)) for number in numbers):
        expect(numbers == sorted(numbers), f"{where}: {numbers} is no interval")
    for key, item in value.items():
        expect(not re.search(r"[A-Z]", key) or key.startswith(("HDF5", "GSL")),
               f"{where}: member {key}")
        if key in ("digest", "scenario_hash", "digest_of_rows"):
            expect(re.fullmatch("[0-9a-f]{64}", item), f"{where}: {key} is {item}")
        walk(f"{where}.{key}", item)


RUN = ("scenario", "measure", "digest", "semantics", "seed", "paths", "failed_paths")


def check_questions():
    answer("version", ["version"], ("release", "semantics", "commit", "compiler", "libraries"))
    expect(run("--version", "--json").stdout == run("version", "--json").stdout, "--version")
    kinds = answer("list", ["list"], ("kinds",))["kinds"]
    expect(len(kinds) >= 11, "kinds of list")
    for kind in (row["name"] for row in kinds):
        rows = answer(f"list {kind}", ["list", kind], (kind,))[kind]
        expect(rows and all(row["name"] and row["doc"] for row in rows), f"list {kind}: rows")
        lines = [line for line in run("list", kind).stdout.decode().splitlines()
                 if not line.endswith(":")]
        expect(len(lines) == len(rows), f"list {kind}: {len(lines)} lines, {len(rows)} rows")
    told = answer("explain a key", ["explain", "margin.initial"],
                  ("name", "what", "kind", "unit", "doc", "low", "high", "default", "value"))
    expect(told["name"] == "margin.initial", "explain: name")
    answer("explain a metric", ["explain", "p_insolvency"], ("name", "what", "unit", "doc"))
    answer("explain an outcome", ["explain", "bad_debt"], ("name", "what", "unit", "doc"))


def check_scenarios():
    told = answer("check", ["check", "black-thursday", "--parameters"],
                  ("scenario", "scenario_hash", "expectations", "bytes_per_thread", "book",
                   "parameters"))
    book = told["book"]
    by_leverage = sum(row["accounts"] for row in book["leverage"])
    expect(by_leverage + book["without_equity"]["accounts"] == book["accounts"],
           "check: accounts by leverage")
    by_move = book["liquidated_by_a_move"]
    expect(sum(row["accounts"] for row in by_move) == book["accounts"], "check: by move")
    whole = sum(row["notional"] for row in by_move)
    expect(abs(whole - book["long"] - book["short"]) < 1e-6 * whole, "check: open interest")
    shown = answer("show", ["show", "black-thursday", "--set", "margin.initial=11%"],
                   ("scenario", "scenario_hash", "canonical", "parameters"))
    expect(shown["parameters"]["margin.initial"]["value"] == "11%", "show: --set")
    expect(set(shown["parameters"]) == set(told["parameters"]), "show and check: keys")
    expect(any(row["source"] for row in shown["parameters"].values()), "show: no source")
    for arguments in (["check", "nonsense"], ["show", "calm", "--set", "margin.initial=2"],
                      ["explain", "margin.initail"], ["list", "nonsense"],
                      ["show", "calm", "--book"]):
        made = run(*arguments, "--json")
        expect(made.returncode == 2 and made.stdout == b"" and made.stderr != b"",
               f"{arguments}: exit {made.returncode}, stdout {made.stdout[:80]}")


def check_runs(folder):
    results, other = f"{folder}/a.h5", f"{folder}/b.h5"
    made = answer("run", ["run", "calm", "-n", "70", "--quiet", "-o", results],
                  RUN + ("complete", "seconds", "metrics"))
    answer("run --path", ["run", "calm", "--path", "3"], ("path", "status", "digest", "fields"))
    answer("run --ablation", ["run", "calm", "-n", "2", "--quiet", "--ablation",
                              "--sensitivities"],
           RUN + ("metrics", "model_range", "sensitivities", "ablation"))
    for part in (0, 1):
        run("run", "calm", "-n", "70", "--blocks", f"{part}..{part + 1}", "-o",
            f"{folder}/part{part}.h5", "--quiet")
    merged = answer("merge", ["merge", f"{folder}/part0.h5.shards", f"{folder}/part1.h5.shards",
                              "-o", other], RUN + ("complete", "metrics"))
    expect(merged["digest"] == made["digest"], "merge: digest")
    report = answer("report", ["report", results], RUN + ("verdict", "metrics", "who_paid"))
    verified = answer("verify", ["verify", results, "-n", "2"], RUN + ("rows", "estimates"))
    expect(verified["rows"] is True and verified["estimates"] is True, "verify: what it found")
    for told in (report, verified):
        for member in RUN:
            expect(told.get(member) == made[member], f"{member} is {told.get(member)}")
    for name, metric in report["metrics"].items():
        for member in ("value", "low", "high", "level", "n", "unit"):
            expect(metric[member] == made["metrics"][name][member], f"report: {name}.{member}")
    answer("replay", ["replay", results, "--path", "1"],
           ("scenario", "semantics", "seed", "path", "digest", "fields", "events"))
    answer("tune", ["tune", "calm", "--over", "fund.deposit=1M USD..2M USD:1M USD", "-n", "4",
                    "--quiet"],
           ("scenarios", "seed", "fresh_seed", "goals", "rounds", "recommended", "settings"))
    compared = answer("compare", ["compare", results, "calm", "--set-b", "margin.initial=20%",
                                  "--quiet"], ("a", "b", "changes", "metrics", "level"))
    for member in RUN:
        expect(compared["a"].get(member) == made[member], f"compare: a.{member}")


def check_all_have_it():
    commands = re.findall(r"^  (\w+) ", run("--help").stdout.decode(), re.MULTILINE)
    commands = [name for name in commands if name != "breakwater"]
    expect(len(commands) >= 13, f"commands: {commands}")
    for name in commands:
        has = "--json" in run(name, "--help").stdout.decode()
        expect(has != (name in WITHOUT), f"{name}: --json")


def main():
    for wrong in ('{"a": NaN}', '{"a": 1, "a": 2}', '{} {}'):
        try:
            parse(wrong)
            complaints.append(f"the parser takes {wrong}")
        except ValueError:
            pass
    check_all_have_it()
    check_questions()
    check_scenarios()
    with tempfile.TemporaryDirectory() as folder:
        check_runs(folder)
    for complaint in complaints:
        print(complaint)
    print(f"{checked} checks, {len(complaints)} failures")
    return 1 if complaints else 0


sys.exit(main())
