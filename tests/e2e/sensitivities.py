#!/usr/bin/python3
"""run --sensitivities and --ablation from outside: every variant is the run one gets by
--set, differences are those of the columns, the file says what the JSON says, and an
interrupted run goes on.  Exit code 0 when everything holds, 1 with one line a complaint.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

PROGRAM = os.path.abspath(os.environ.get("BREAKWATER_PROGRAM", "build/release/breakwater"))
SCENARIO = """extends: black-thursday
name: small
world:
  horizon: 3h
  warm_up: 0s
market:
  start: 2020-03-12T09:00:00Z
population:
  accounts: 60
  owners: 50
fund:
  deposit: 300k USD
sensitivities:
  - key: impact.prefactor
    factors: [0, 3]
  - key: margin.maintenance
    values: [6.5%, 8%]
"""
PATHS = "128"
METRICS = ("p_insolvency", "bad_debt_mean", "pool_pnl_hedged_mean", "liquidated_notional_mean")
COLUMNS = {"p_insolvency": "insolvency", "bad_debt_mean": "bad_debt",
           "pool_pnl_hedged_mean": "pool_pnl_hedged",
           "liquidated_notional_mean": "liquidated_notional"}
complaints = []


def expect(fact, what):
    if not fact:
        complaints.append(what)


def run(folder, *arguments, code=0):
    done = subprocess.run([PROGRAM, "run", *arguments], cwd=folder, capture_output=True,
                          text=True, check=False)
    expect(done.returncode == code,
           f"run {' '.join(arguments)}: exit {done.returncode}: {done.stderr[-300:]}")
    return done.stdout


def close(a, b):
    return (a is None and numpy.isnan(b)) or (a is not None and abs(a - b) <= 1e-9 * max(1, abs(a)))


def check_variant(folder, base, variant):
    """The variant alone, by --set, on the same paths."""
    sets = [word for key, value in variant["set"].items()
            for word in ("--set", f"{key}={value}")]
    name = f"alone{len(os.listdir(folder))}.h5"
    alone = json.loads(run(folder, "small.yaml", "-n", PATHS, "-q", "--json", "-o", name, *sets))
    expect(alone["digest"] == variant["digest"], f"{variant['what']}: another digest alone")
    expect(variant["changes_nothing"] == (alone["digest"] == base.attrs["digest"]),
           f"{variant['what']}: changes_nothing")
    with h5py.File(os.path.join(folder, name)) as file:
        for metric in METRICS:
            got = variant[metric]
            expect(got["value"] == alone["metrics"][metric]["value"], f"{metric}: value")
            difference = (file["paths"][COLUMNS[metric]][:].astype(float)
                          - base["paths"][COLUMNS[metric]][:].astype(float))
            expect(close(got["difference"], difference.mean()), f"{metric}: difference")
            expect(got["pairs_higher"] == numpy.count_nonzero(difference > 0), "pairs_higher")
            expect(got["pairs_lower"] == numpy.count_nonzero(difference < 0), "pairs_lower")
            expect(got["pairs"] == len(difference), "pairs")
    os.remove(os.path.join(folder, name))


def check_range(answer):
    for metric in METRICS:
        values = [answer["metrics"][metric]["value"]]
        values += [variant[metric]["value"] for variant in answer["sensitivities"]]
        expect(answer["model_range"][metric]["low"] == min(values), f"{metric}: range low")
        expect(answer["model_range"][metric]["high"] == max(values), f"{metric}: range high")


def check_group(file, answer, name):
    group = file[name]
    rows = answer[name]
    names = [text.decode() for text in group["variant"][:]]
    expect(names == [f"{row['what']} {row['change']}" for row in rows], f"{name}: names")
    for metric in METRICS:
        for ending, key in (("", "value"), ("_low", "low"), ("_high", "high"),
                            ("_difference", "difference"), ("_errors", "standard_errors"),
                            ("_difference_low", "difference_low"),
                            ("_difference_high", "difference_high")):
            column = group[metric + ending]
            expect([scale.name for scale in column.dims[0].values()] == [f"/{name}/variant"],
                   f"{metric}{ending}: dimension scale")
            expect(isinstance(column.attrs["units"], str), f"{metric}{ending}: units")
            expect(all(close(row[metric][key], value) for row, value in zip(rows, column[:])),
                   f"{name}: {metric}{ending} is not that of the JSON")
        expect(group.attrs[metric + "_base"] == answer["metrics"][metric]["value"], "base")


def check_readers(path):
    try:
        import xarray
    except ImportError:
        return
    for engine in ("h5netcdf", "netcdf4"):
        try:
            table = xarray.open_dataset(path, group="sensitivities", engine=engine)
        except (ImportError, ValueError):
            continue
        expect(table.sizes["variant"] == 4, f"xarray with {engine}: {table.sizes}")
        expect(table["bad_debt_mean"].attrs["units"] == "USD", f"xarray with {engine}: units")


def check_fragility(folder):
    """Nine severities in the file, in the JSON and on the page; one of 1 is the run itself."""
    plain = SCENARIO.partition("sensitivities:")[0]
    with open(os.path.join(folder, "plain.yaml"), "w", encoding="utf-8") as file:
        file.write(plain)
    answer = json.loads(run(folder, "small.yaml", "-n", PATHS, "-q", "--json", "-o", "hard.h5",
                            "--fragility"))
    rows = answer["fragility"]
    expect([float(row["change"][1:]) for row in rows]
           == [.5, .6, .7, .8, .9, 1, 1.1, 1.2, 1.3], "severities")
    expect([row["changes_nothing"] for row in rows] == [row["change"] == "x1" for row in rows],
           "a severity of 1 is the run itself")
    # Severity times 0.9 and 1.1 is a default sensitivity as well: each runs once.
    both = json.loads(run(folder, "plain.yaml", "-n", "64", "-q", "--json", "-o", "both.h5",
                          "--fragility", "--sensitivities"))
    for change in ("x0.9", "x1.1"):
        digests = {row["digest"] for name in ("sensitivities", "fragility") for row in both[name]
                   if row["what"] == "market.severity" and row["change"] == change}
        expect(len(digests) == 1, f"severity {change} in both comparisons: {digests}")
    expect(not os.path.exists(os.path.join(folder, "both.h5.shards")), "shards are left")
    expect(rows[0]["bad_debt_mean"]["value"] < rows[-1]["bad_debt_mean"]["value"],
           "half the storm costs less than 1.3 of it")
    with h5py.File(os.path.join(folder, "hard.h5")) as base:
        check_group(base, answer, "fragility")
        check_variant(folder, base, rows[0])
    page = run(folder, "small.yaml", "-n", PATHS, "-q", "--fragility")
    expect("P(insolvency), in %, against the severity" in page, "the page has no fragility")
    expect(all(len(line) <= 80 for line in page.splitlines()), "a line is too long")
    run(folder, "small.yaml", "--fragility", "--path", "1", code=2)


def check_interrupted(folder, whole):
    """Stopped among the variants, the blocks are kept, and --resume ends with the same."""
    arguments = ["small.yaml", "-n", "512", "-o", "cut.h5", "--sensitivities", "--json"]
    process = subprocess.Popen([PROGRAM, "run", *arguments, "--threads", "1"], cwd=folder,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "(4 of 4)" in line:
            process.send_signal(signal.SIGINT)
            break
    process.stderr.read()
    code = process.wait()
    if code == 0:
        return  # it was quicker than the signal
    expect(code == 130, f"interrupted: exit {code}")
    expect(not os.path.exists(os.path.join(folder, "cut.h5")), "a file of half a comparison")
    expect(os.path.isdir(os.path.join(folder, "cut.h5.shards")), "no blocks are kept")
    begun = time.monotonic()
    resumed = json.loads(run(folder, *arguments, "-q", "--resume"))
    resumed_seconds = time.monotonic() - begun
    begun = time.monotonic()
    again = json.loads(run(folder, *arguments[:3], *whole, "-q", "--json", "--sensitivities"))
    expect(resumed["sensitivities"] == again["sensitivities"], "resumed: other variants")
    expect(resumed_seconds < time.monotonic() - begun, "resuming ran everything again")
    expect(not os.path.exists(os.path.join(folder, "cut.h5.shards")), "blocks are left behind")


def main():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "small.yaml"), "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        answer = json.loads(run(folder, "small.yaml", "-n", PATHS, "-q", "--json", "-o", "all.h5",
                                "--sensitivities", "--ablation"))
        again = json.loads(run(folder, "small.yaml", "-n", PATHS, "-q", "--json", "--threads", "1",
                               "--sensitivities", "--ablation"))
        for name in ("digest", "sensitivities", "ablation", "model_range"):
            expect(again[name] == answer[name], f"{name} depends on threads or the file")
        expect(not os.path.exists(os.path.join(folder, "all.h5.shards")), "shards are left")
        changes = [(row["what"], row["change"]) for row in answer["sensitivities"]]
        expect(changes == [("impact.prefactor", "x0"), ("impact.prefactor", "x3"),
                           ("margin.maintenance", "6.5%"), ("margin.maintenance", "8%")],
               f"variants are {changes}")
        expect([row["changes_nothing"] for row in answer["sensitivities"]]
               == [False, False, True, False], "6.5% is what it was")
        check_range(answer)
        path = os.path.join(folder, "all.h5")
        with h5py.File(path) as base:
            check_group(base, answer, "sensitivities")
            check_group(base, answer, "ablation")
            for row in answer["sensitivities"] + answer["ablation"][-1:]:
                check_variant(folder, base, row)
        check_readers(path)
        page = run(folder, "small.yaml", "-n", PATHS, "-q", "--sensitivities", "--ablation")
        expect("model range over sensitivities" in page, "the headline has no range")
        expect("no liquidation cost" in page, "the page has no ablation")
        expect(all(len(line) <= 80 for line in page.splitlines()), "a line is too long")
        for other in (["--path", "1"], ["--blocks", "0..1", "-o", "part.h5"]):
            run(folder, "small.yaml", "-n", PATHS, "--sensitivities", *other, code=2)
        check_interrupted(folder, [])
        check_fragility(folder)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


sys.exit(main())
