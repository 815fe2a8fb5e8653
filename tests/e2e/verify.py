#!/usr/bin/python3
"""breakwater verify and replay on results files that somebody has touched.

Runs the program (BREAKWATER_PROGRAM) on copies of one results file, each changed in one
way by h5py, and checks exit code and message.  Exit code 0 when everything holds.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
PATHS, BROKEN, INPUT, FINE = 100, 4, 2, 0
complaints = []


def say(*arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def expect(name, made, code, text):
    told = made.stdout + made.stderr
    if made.returncode != code or text not in told:
        complaints.append(f"{name}: exit {made.returncode}, not {code}, or no '{text}' in:\n{told}")
    elif code == INPUT and made.stdout:
        complaints.append(f"{name}: something on stdout")
    else:
        print(f"ok      {name}")


def set_attribute(name, value):
    def change(file):
        file.attrs[name] = value
    return change


def set_value(column, path, value):
    def change(file):
        file[column][path] = value(file[column][path])
    return change


def next_double(value):
    return numpy.nextafter(value, numpy.inf)


def remove(name):
    def change(file):
        del file[name]
    return change


def remove_attribute(name):
    def change(file):
        del file.attrs[name]
    return change


def both(*changes):
    def change(file):
        for one in changes:
            one(file)
    return change


def swap_digest(file):
    digest = file.attrs["digest"]
    file.attrs["digest"] = ("1" if digest[0] == "0" else "0") + digest[1:]


def other_scenario(file):
    text = file.attrs["scenario"]
    file.attrs["scenario"] = text.replace("\nfund.deposit: ", "\nfund.deposit: 1")
    assert file.attrs["scenario"] != text


def set_of(name, attribute, value):
    def change(file):
        file[name].attrs[attribute] = value(file[name].attrs[attribute])
    return change


def add_column(name):
    def change(file):
        file[name] = numpy.zeros(3)
    return change


def not_so(text):
    """What verify says of a group that is not what the rows make it."""
    return f"does NOT follow from the rows: {text}"


# What follows from the rows: name, change, what verify says.
GROUPS = [
    ("an estimate's level", set_value("estimates/level", 2, lambda v: 0.9), "estimates/level of "),
    ("a flag of thin tails", set_value("estimates/thin_tail", 4, lambda v: 1 - v), "estimates/thin_tail of bad_debt_es99"),
    ("a flag of batches", set_value("estimates/batches_disagree", 4, lambda v: 1 - v),
     "estimates/batches_disagree of bad_debt_es99"),
    ("a measure", set_value("estimates/measure", 0, lambda v: "risk-neutral"), "estimates/measure of bad_debt_mean"),
    ("a column of estimates", remove("estimates/n"), "estimates/n is not there"),
    ("a column too many", add_column("estimates/better"), "estimates/better does not belong there"),
    ("a time of depletion", set_value("fund_depletion/time", 0, lambda v: v * 1.001), "fund_depletion/time, value 0"),
    ("an incidence", set_value("fund_depletion/high", 1, lambda v: v * 1.001), "fund_depletion/high, value 1"),
    ("the mean time", set_of("fund_depletion", "restricted_mean", lambda v: v + 1e-3),
     "fund_depletion, attribute restricted_mean has another value"),
    ("no depletion", remove("fund_depletion"), "fund_depletion is not there"),
    ("bad debt at the end", set_value("bands/bad_debt", (96, 2), lambda v: v * 1.02),
     "bands/bad_debt is not that of the rows, value 96"),
    ("an interval at the end", set_value("bands/liquidated_notional_low", (96, 1), lambda v: v * 0.98),
     "bands/liquidated_notional is not that of the rows, value 96"),
    ("quantiles out of order", set_value("bands/outside_price", (40, 0), lambda v: v * 2),
     "bands/outside_price is out of order, value 40"),
    ("a quantile outside its interval", set_value("bands/base_fee_low", (40, 2), lambda v: v * 100),
     "bands/base_fee is out of order, value 40"),
    ("a sum that falls", set_value("bands/liquidated_notional_high", (90, 4), lambda v: v * 3),
     "bands/liquidated_notional falls, value 91"),
    ("paths that are not counted", set_value("bands/fund_n", 40, lambda v: v - 1),
     "bands/fund does not count every path, value 40"),
    ("a fund below its least", set_value("bands/fund", (2, slice(None)), lambda v: v * 0),
     "bands/fund is "),
    ("another time", set_value("bands/hours", 40, lambda v: v + 1e-3), "bands/hours is another time, value 40"),
    ("an event's price", set_value("worst/1/index_price_usd", 300, next_double), "worst/1/index_price_usd, value 300"),
    ("an event's fund", set_value("worst/3/fund_usd", 300, lambda v: v + 1e-6), "worst/3/fund_usd, value 300"),
    ("an event's kind", set_value("worst/2/event", 300, lambda v: v + 1), "worst/2/event, value 300"),
    ("whose log it is", set_of("worst/1", "path", lambda v: v + 1), "worst/1, attribute path has another value"),
    ("a log gone", remove("worst/2"), "worst/2 is not there"),
    ("a log's column gone", remove("worst/2/fund_usd"), "worst/2/fund_usd is not there"),
]

# name, change, verify: code and text, replay of path 3: code and text
CASES = [
    ("untouched", lambda file: None, FINE, "all the same", FINE, "Same as stored"),
    ("a cent more bad debt", set_value("paths/bad_debt", 3, lambda v: round(v + 0.01, 6)),
     BROKEN, "NOT those of the run", BROKEN, "bad_debt is not what is stored"),
    ("a bit of a double", set_value("paths/bad_debt", 3, next_double),
     INPUT, "no path yields such a value", INPUT, "no path yields such a value"),
    ("a ratio", set_value("paths/oracle_gap_max", 3, next_double),
     BROKEN, "NOT those of the run", BROKEN, "oracle_gap_max is not what is stored"),
    ("a flag turned", set_value("paths/any_bad_debt", 3, lambda v: 1 - v),
     BROKEN, "NOT those of the run", BROKEN, "any_bad_debt is not what is stored"),
    ("a value gone", set_value("paths/fund_draw", 3, lambda v: numpy.nan),
     BROKEN, "NOT those of the run", BROKEN, "fund_draw is not what is stored"),
    ("a log head", set_value("paths/log_head_0", 3, lambda v: v ^ numpy.uint64(1)),
     BROKEN, "NOT those of the run", BROKEN, "the log head is not what is stored"),
    ("an estimate", set_value("estimates/high", 0, lambda v: v * 1.01),
     BROKEN, "does NOT follow from the rows: estimates/high of bad_debt_mean", FINE, "Same as stored"),
    ("the digest", swap_digest, BROKEN, "NOT those of the run", FINE, "Same as stored"),
    ("the seed", set_attribute("seed", "8"), BROKEN, "come out DIFFERENTLY", BROKEN, "differently"),
    ("the scenario", other_scenario, INPUT, "does not fit its hash", INPUT, "does not fit its hash"),
    ("a newer format", set_attribute("format_version", 2),
     INPUT, "was written by a newer breakwater", INPUT, "was written by a newer breakwater"),
    ("another program's", set_attribute("format", "something"),
     INPUT, "not a results file of breakwater", INPUT, "not a results file of breakwater"),
    ("other semantics", set_attribute("semantics", 999),
     INPUT, "was run by semantics 999", INPUT, "was run by semantics 999"),
    ("a column gone", remove("paths/gas_peak"),
     INPUT, "has no column paths/gas_peak: another build of breakwater made it",
     INPUT, "has no column paths/gas_peak: another build of breakwater made it"),
    ("a column gone, of other semantics", both(remove("paths/gas_peak"), set_attribute("semantics", 1)),
     INPUT, "semantics 1", INPUT, "semantics 1"),
    ("a value of a later semantics", both(set_value("paths/status", 3, lambda v: 77),
                                          set_attribute("semantics", 999)),
     INPUT, "semantics 999", INPUT, "was made by a newer breakwater"),
    ("no scenario, of later semantics", both(remove_attribute("scenario"), set_attribute("semantics", 999)),
     INPUT, "was made by a newer breakwater", INPUT, "was made by a newer breakwater"),
    ("no semantics", remove_attribute("semantics"), INPUT, "does not say its semantics",
     INPUT, "does not say its semantics"),
    ("estimates gone", remove("estimates"), BROKEN, "does NOT follow from the rows: estimates is not there",
     FINE, "Same as stored"),
    ("a path number", set_value("paths/path", 3, lambda v: 4), INPUT, "damaged", INPUT, "damaged"),
]


def check_events(folder):
    """The file of events opens like any other and says what the CSV says."""
    results, events = f"{folder}/run.h5", f"{folder}/events.h5"
    say("replay", results, "--path", "3", "-o", events)
    say("replay", results, "--path", "3", "-o", f"{folder}/events.csv")
    with open(f"{folder}/events.csv", encoding="utf-8") as stream:
        names, *lines = [line.rstrip("\n").split(",") for line in stream]
    with h5py.File(events, "r") as file, h5py.File(results, "r") as run:
        group = file["events"]
        if list(group)[1:] != names:
            complaints.append(f"columns are {list(group)[1:]}, not {names}")
        for i, name in enumerate(names):
            column = group[name][:]
            if len(column) != len(lines) or "units" not in group[name].attrs:
                complaints.append(f"{name}: {len(column)} values for {len(lines)} lines")
            for value, line in zip(column, lines):
                if name == "time":
                    continue
                told = value.decode() if isinstance(value, bytes) else value
                empty = told == "" or told == -1 or told != told
                if not (empty if line[i] == "" else told == line[i] or float(told) == float(line[i])):
                    complaints.append(f"{name}: {told} in the file, {line[i]} in the CSV")
                    break
        paid = numpy.nansum(group["fund_paid_usd"][:])
        if abs(paid - run["paths/fund_draw"][3]) > 1e-4:
            complaints.append(f"the fund paid {paid} by the events")
    try:
        import xarray
        with xarray.open_dataset(events, group="events", engine="h5netcdf") as data:
            if str(data["time"].dtype) != "datetime64[ns]":
                complaints.append(f"times became {data['time'].dtype}")
    except ImportError:
        print("xarray is not installed: its part is left out", file=sys.stderr)


def check_copy(results, change, *more):
    copy = os.path.join(os.path.dirname(results), "changed.h5")
    shutil.copy(results, copy)
    with h5py.File(copy, "r+") as file:
        change(file)
    return say("verify", copy, *(more or ("-n", "1")))


def check_groups(results):
    """Every group that follows from the rows is made again: no change goes unseen."""
    for name, change, text in GROUPS:
        expect(f"groups, {name}", check_copy(results, change), BROKEN, not_so(text))
    # What rows do not imply of the bands, all paths do.
    quietly = set_value("bands/outside_price", (90, 2), lambda v: v * 1.0001)
    expect("bands, within what the rows imply", check_copy(results, quietly), FINE, "fits the rows")
    expect("bands, all paths again", check_copy(results, quietly, "-n", str(PATHS)), BROKEN,
           not_so("bands/outside_price, value 452"))
    expect("all paths again", say("verify", results, "-n", str(PATHS)), FINE, "/bands           follows from")
    expect("without logs", check_copy(results, both(remove("worst"), remove("bands"))), FINE, "all the same")


def check_control(folder, results):
    """A twin beside each path is made again; one of another file is not, and that is told."""
    twin, with_control = f"{folder}/twin.h5", f"{folder}/control.h5"
    change = set_of("control", "beta", lambda v: v * 1.01)
    say("run", "black-thursday", "-n", "40", "--quiet", "--set", "world.twin=on",
        "--set", "world.horizon=13h", "-o", twin)
    expect("a twin", say("verify", twin, "-n", "2"), FINE, "/control         follows from the rows")
    expect("a twin's beta", check_copy(twin, change), BROKEN, not_so("control, attribute beta"))
    expect("a twin gone", check_copy(twin, remove("control")), BROKEN, not_so("control is not there"))
    say("run", "black-thursday", "-n", "40", "--seed", "7", "--quiet", "--control", results,
        "--set", "world.horizon=13h", "-o", with_control)
    expect("another file's", say("verify", with_control, "-n", "2"), FINE,
           "/control         not checked: it rests on another results file")


def main():
    with tempfile.TemporaryDirectory() as folder:
        results = f"{folder}/run.h5"
        made = say("run", "black-thursday", "-n", str(PATHS), "--seed", "7", "--quiet",
                   "--set", "world.horizon=13h", "-o", results)
        expect("the run", made, FINE, "results")
        for name, change, *told in CASES:
            copy = f"{folder}/changed.h5"
            shutil.copy(results, copy)
            with h5py.File(copy, "r+") as file:
                change(file)
            expect(f"verify, {name}", say("verify", copy, "-n", "4"), *told[:2])
            expect(f"replay, {name}", say("replay", copy, "--path", "3"), *told[2:])
        check_events(folder)
        check_groups(results)
        check_control(folder, results)
        expect("as JSON", say("verify", results, "-n", "200", "--json"), FINE,
               f'"paths_run_again": {PATHS}')
        expect("another scenario", say("verify", results, "--set", "fund.deposit=1M USD"), INPUT,
               "another scenario")
        expect("nothing to verify", say("verify"), INPUT, "name a results file")
        expect("two files", say("verify", results, results), INPUT, "one results file at a time")
        expect("a scenario", say("verify", "black-thursday"), INPUT, "cannot be opened")
        with h5py.File(results, "r") as file:
            worst = int(numpy.argmax(file["paths/bad_debt"][:]))
        expect("the worst path", say("replay", results, "--path", "worst"), FINE,
               f"path {worst}\n")
    for complaint in complaints:
        print(f"FAILED: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
