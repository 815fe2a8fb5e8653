#!/usr/bin/python3
"""systemic.py -- `breakwater systemic` against the results file it was asked about: the worst
paths, cover by owner, who bears the tail, by sums of our own; usage and damage are told."""
import json
import os
import re
import subprocess
import sys
import tempfile

import h5py
import numpy

ROOT = os.environ.get("BREAKWATER_SOURCE", os.path.join(os.path.dirname(__file__), "../.."))
PROGRAM = os.environ.get("BREAKWATER_PROGRAM", os.path.join(ROOT, "build/release/breakwater"))
PATHS, TAIL = 100, 0.90
failures = checks = 0


def expect(name, fact, said=""):
    global failures, checks
    checks += 1
    if fact:
        print(f"ok      {name}")
    else:
        failures += 1
        print(f"FAILED: {name}: {said}")


def run(*arguments, code=0):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    expect(f"exit code {code} of {' '.join(arguments)[:60]}", done.returncode == code,
           f"{done.returncode}: {done.stderr[:300]}")
    return done


def near(a, b, tolerance):
    return abs(a - b) <= tolerance


def check_paths(answer, columns):
    worst = numpy.lexsort((numpy.arange(PATHS), -columns["bad_debt"]))[:4]
    expect("the worst paths, the worst first",
           [p["path"] for p in answer["paths"]] == list(worst))
    for path in answer["paths"]:
        row = {name: column[path["path"]] for name, column in columns.items()}
        number = path["path"]
        expect(f"path {number}: cover 1 and 2", near(path["cover_1_usd"], row["cover_1"], 1e-6)
               and near(path["cover_2_usd"], row["cover_2"], 1e-6))
        expect(f"path {number}: classes add up to bad debt",
               near(sum(c["shortfall_usd"] for c in path["classes"].values()),
                    row["bad_debt"], 1e-6))
        cascade, block = path["cascade"], path["worst_block"]
        expect(f"path {number}: everybody liquidated is in a tree",
               cascade["liquidated"] == row["liquidated_accounts"]
               and 0 < cascade["roots"] <= cascade["liquidated"]
               and cascade["else_never"] <= cascade["liquidated"] - cascade["roots"])
        expect(f"path {number}: the worst block is part of it",
               0 < block["shortfall_usd"] <= row["bad_debt"] + 1e-6)
        beyond = max(0.0, block["loss_usd"] - block["fund_usd"])
        owes = max(block["owed_usd"], block["due_usd"])
        expect(f"path {number}: recovery in a star",
               near(block["recovery"], 1 - beyond / owes, 1e-9))
        expect(f"path {number}: shares of a concentration",
               0 < path["concentration"]["shortfall"]["largest_share"]
               <= path["concentration"]["shortfall"]["top10_share"] <= 1)


def check_together(answer, columns):
    roots = sum(p["cascade"]["roots"] for p in answer["paths"])
    members = sum(p["cascade"]["liquidated"] for p in answer["paths"])
    together = answer["together"]
    ratio = together["branching_ratio"]
    expect("branching ratio", near(ratio["value"], 1 - roots / members, 1e-12)
           and ratio["low"] <= ratio["value"] <= ratio["high"])
    shares = [c["share"]["value"] for c in together["classes"].values()]
    expect("shares of classes add up", near(sum(shares), 1, 1e-9))
    worst = [p["path"] for p in answer["paths"]]
    expect("mean of the worst", near(together["shortfall_usd"]["value"],
                                     columns["bad_debt"][worst].mean(), 1e-6))


def shortfall(total, part):
    """E[part | tail], ties at the value at risk sharing what is left of the mass."""
    mass = len(total) * (1 - TAIL)
    at_risk = numpy.sort(total)[int(numpy.ceil(len(total) * TAIL)) - 1]
    weight = (total > at_risk).astype(float)
    same = total == at_risk
    weight[same] = (mass - weight.sum()) / same.sum()
    return (weight * part).sum() / mass


def check_bearers(answer, columns):
    bearers = answer["bearers"]
    total = columns["bad_debt"]
    wanted = {
        "fund": columns["fund_draw"],
        "winners": columns["adl_haircut"] - columns["adl_overshoot"],
        "socialised": columns["socialised_loss"],
        "pool": columns["pool_absorbed"],
        "open": columns["shortfall_open"],
        "pool_loss": -columns["pool_pnl_hedged"],
        "keeper_loss": -columns["keeper_pnl"],
        "arbitrage_loss": -columns["arbitrage_pnl"],
    }
    whole = shortfall(total, total)
    expect("expected shortfall", near(bearers["shortfall_usd"]["value"], whole, 1e-4))
    parts = {p["name"]: p for p in bearers["parts"]}
    for name, column in wanted.items():
        expect(f"{name} in the tail",
               near(parts[name]["shortfall_usd"]["value"], shortfall(total, column), 1e-4),
               parts[name])
    for cover in ("cover_1", "cover_2"):
        at_risk = numpy.sort(columns[cover])[int(numpy.ceil(PATHS * TAIL)) - 1]
        found = bearers[cover + "_usd"]
        expect(f"quantile of {cover}", near(found["value"], at_risk, 1e-6)
               and found["low"] <= at_risk <= found["high"], found)
    payers = [p["share"]["value"] for p in bearers["parts"] if p["part_of_bad_debt"]]
    expect("payers add up to all of it", len(payers) == 5 and near(sum(payers), 1, 1e-9))
    expect("nobody is told as an adversary who is not there",
           parts["adversary_loss"]["shortfall_usd"]["value"] is None
           or "adversary_profit" in columns)


def check_text():
    text = run("systemic", "r.h5", "--worst", "4").stdout
    wide = [line for line in text.splitlines() if len(line) > 80]
    expect("it fits 80 columns", not wide, wide)
    expect("twice the same", text == run("systemic", "r.h5", "--worst", "4").stdout)
    one = run("systemic", "r.h5", "--path", "7").stdout
    expect("one path in full", all(re.search(word, one, re.M) for word in (
        "^worst block ", "^clearing ", "^DebtRank ", "^getting out ", "^cover ", "^cascade ",
        "^  shortfalls ", "^Who bears the worst ")), one)
    bare = run("systemic", "black-thursday", "--seed", "3", "--path", "7",
               "--set", "world.horizon=13h").stdout
    expect("the same from the scenario",
           bare.split("\n\n")[1] == one.split("\n\n")[1])


def check_wrong():
    for name, arguments, said in (
            ("nothing", (), "name a results file"),
            ("both", ("r.h5", "--path", "1", "--worst", "2"), "one of them"),
            ("no path", ("black-thursday",), "which path"),
            ("a seed of its own", ("r.h5", "--seed", "4"), "--seed"),
            ("another scenario", ("r.h5", "--set", "fund.deposit=1k USD"), "another scenario"),
            ("too deep", ("r.h5", "--depth", "0"), "--depth 0"),
            ("no tail", ("r.h5", "--tail", "100%"), "--tail 100%"),
            ("beyond the end", ("r.h5", "--path", "100"), "100"),
            ("damaged", ("cut.h5",), "cut.h5")):
        done = run("systemic", *arguments, code=2)
        expect(f"wrong: {name}", said in done.stderr and done.stdout == "", done.stderr[:300])


def main():
    run("run", "black-thursday", "-n", str(PATHS), "--seed", "3", "--quiet", "--set",
        "world.horizon=13h", "-o", "r.h5")
    with h5py.File("r.h5") as file:
        columns = {name: column[:] for name, column in file["paths"].items()
                   if column.shape == (PATHS,) and column.dtype.kind == "f"}
        columns["liquidated_accounts"] = file["paths/liquidated_accounts"][:]
    with open("r.h5", "rb") as file, open("cut.h5", "wb") as cut:
        cut.write(file.read()[:5000])
    answer = json.loads(run("systemic", "r.h5", "--worst", "4", "--tail", "90%",
                            "--json").stdout)
    check_paths(answer, columns)
    check_together(answer, columns)
    check_bearers(answer, columns)
    check_text()
    check_wrong()


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
print(f"{checks} checks, {failures} failures")
sys.exit(failures > 0)
