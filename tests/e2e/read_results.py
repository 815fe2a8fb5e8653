#!/usr/bin/python3
"""Opens a results file the way researchers do and checks what it promises.

usage: read_results.py [RESULTS.h5 [RUN.json]]

RUN.json is what `breakwater run --json` printed for the same run: digest and estimates
have to be the same there.  Without arguments it first runs the program (BREAKWATER_PROGRAM)
itself.  Exit code 0 when everything holds, 1 with one line a complaint.
"""
import json
import math
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

complaints = []


def expect(fact, what):
    if not fact:
        complaints.append(what)


def check_root(file):
    attributes = file.attrs
    expect(attributes["format"] == "breakwater-results", "format")
    expect(attributes["format_version"] == 1, "format_version")
    expect(attributes["complete"] == 1, "complete")
    for name in ("digest", "scenario_hash"):
        text = attributes[name]
        expect(isinstance(text, str) and len(text) == 64, f"{name} is not 64 digits")
        int(text, 16)
    expect(attributes["scenario"].count(": ") > 0, "scenario is empty")
    expect(int(attributes["seed"]) >= 0, "seed")
    expect(sorted(file) == ["bands", "estimates", "fund_depletion", "paths", "worst"],
           f"groups are {list(file)}")


def check_columns(file):
    group = file["paths"]
    count = int(file.attrs["paths"])
    expect(list(group)[0] == "path", "path is not the first column")
    for name, column in group.items():
        expect(column.shape == (count,), f"{name} has shape {column.shape}")
        expect(isinstance(column.attrs["units"], str), f"{name} has no units")
        expect(isinstance(column.attrs["long_name"], str), f"{name} has no long_name")
        if name != "path":
            scales = [scale.name for scale in column.dims[0].values()]
            expect(scales == ["/paths/path"], f"{name} has dimension scales {scales}")
        if column.dtype.kind == "f":
            expect("_FillValue" in column.attrs, f"{name} has no _FillValue")
    expect(numpy.array_equal(group["path"][:], numpy.arange(count)), "path numbers")
    units = {"bad_debt": "USD", "insolvency": "1", "fund_depletion_time": "h",
             "mpor_p95": "min", "gas_peak": "gwei", "liquidated_accounts": "1"}
    for name, unit in units.items():
        expect(group[name].attrs["units"] == unit, f"{name} is in {group[name].attrs['units']}")
    failed = int(numpy.count_nonzero(group["status"][:]))
    expect(failed == file.attrs["failed_paths"], "failed_paths")


def close(a, b):
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def check_estimates(file):
    """Recomputes from the columns what needs no statistics library."""
    group = file["estimates"]
    names = [name.decode() for name in group["estimate"][:]]
    values = dict(zip(names, group["value"][:]))
    fine = file["paths/status"][:] == 0
    debt = file["paths/bad_debt"][:][fine]
    if len(debt) > 0:
        expect(close(values["bad_debt_mean"], debt.mean()), "bad_debt_mean")
        rank = -(-99 * len(debt) // 100)
        expect(close(values["bad_debt_var99"], numpy.sort(debt)[rank - 1]), "bad_debt_var99")
        flags = file["paths/insolvency"][:][fine]
        expect(close(values["p_insolvency"], flags.mean()), "p_insolvency")
    for i, name in enumerate(names):
        low, value, high = group["low"][i], group["value"][i], group["high"][i]
        expect(not (low > value), f"{name}: low {low} above {value}")
        expect(not (high < value), f"{name}: high {high} below {value}")
        expect(0 < group["level"][i] < 1, f"{name}: level")


def check_depletion(file):
    """Nobody is censored before the horizon, so the curve is plain counting."""
    group = file["fund_depletion"]
    fine = file["paths/status"][:] == 0
    times = file["paths/fund_depletion_time"][:][fine]
    met = numpy.sort(times[~numpy.isnan(times)])
    distinct, counts = numpy.unique(met, return_counts=True)
    expect(numpy.array_equal(group["time"][:], distinct), "times of depletion")
    expect(numpy.array_equal(group["depleted"][:], counts), "depletions at a time")
    share = numpy.cumsum(counts) / max(1, len(times))
    expect(numpy.allclose(group["incidence"][:], share, rtol=1e-12), "incidence")
    expect(numpy.all(group["low"][:] <= share) and numpy.all(group["high"][:] >= share),
           "interval of the incidence")
    expect(group.attrs["depleted"] == len(met), "how many were depleted")
    horizon = group.attrs["horizon"]
    watched = numpy.where(numpy.isnan(times), horizon, times)
    expect(len(times) == 0 or close(group.attrs["restricted_mean"], watched.mean()),
           "restricted mean")
    expect(list(group["low"].dims[0].values())[0].name == "/fund_depletion/time", "its scale")


def check_bands(file):
    """The last point in time is the horizon: there the bands are quantiles of columns."""
    group = file["bands"]
    fine = file["paths/status"][:] == 0
    count = int(numpy.count_nonzero(fine))
    hours = group["hours"][:]
    expect(hours[0] == 0 and numpy.all(numpy.diff(hours) > 0), "hours of the bands")
    nanoseconds = group["time"][:] - group["time"][0]
    expect(numpy.allclose(nanoseconds / 3.6e12, hours), "times of the bands")
    debt = file["paths/bad_debt"][:] - file["paths/shortfall_open"][:]
    ends = {"liquidated_notional": file["paths/liquidated_notional"][:][fine],
            "bad_debt": debt[fine]}
    for name in ("outside_price", "index_price", "fund", "liquidated_notional", "base_fee",
                 "open_interest", "bad_debt"):
        table, low, high = (group[name + end][:] for end in ("", "_low", "_high"))
        expect(table.shape == (len(hours), 5), f"bands/{name} has shape {table.shape}")
        scales = [[scale.name for scale in group[name].dims[i].values()] for i in (0, 1)]
        expect(scales == [["/bands/time"], ["/bands/quantile"]], f"bands/{name}: {scales}")
        expect(group[name + "_n"][-1] == count, f"bands/{name}_n")
        expect(not numpy.any(numpy.diff(table, axis=1) < 0), f"bands/{name} cross")
        expect(not numpy.any(low > table) and not numpy.any(high < table),
               f"bands/{name} leave their intervals")
        if name in ends and count > 0:
            values = numpy.sort(ends[name])
            for i, share in enumerate(group["quantile"][:]):
                true = values[math.ceil(round(share * count, 6)) - 1]
                expect(math.isclose(table[-1, i], true, rel_tol=1 / 500, abs_tol=1e-3),
                       f"bands/{name} ends at {table[-1, i]}, {share} of the paths at {true}")


def check_worst(file):
    """The logs are of the paths with the most bad debt, and end as those did."""
    fine = numpy.flatnonzero(file["paths/status"][:] == 0)
    debt = file["paths/bad_debt"][:]
    worst = sorted(fine, key=lambda path: (-debt[path], path))[:3]
    logs = file["worst"]
    expect(list(logs) == [str(i + 1) for i in range(len(worst))], f"logs are {list(logs)}")
    for path, log in zip(worst, logs.values()):
        expect(log.attrs["path"] == path, f"a log of path {log.attrs['path']}, not {path}")
        count = len(log["event_number"])
        expect(all(column.shape == (count,) for column in log.values()), "length of a log")
        closed = debt[path] - file["paths/shortfall_open"][path]
        expect(abs(log["bad_debt_usd"][-1] - closed) < 1e-3, f"path {path}: bad debt of its log")
        expect(numpy.all(numpy.diff(log["time"][:]) >= 0), f"path {path}: time of its log")
        for name in ("event", "transaction", "status"):
            names = log[name].attrs["flag_meanings"].split(" ")
            values = list(log[name].attrs["flag_values"])
            expect(len(names) == len(values), f"names of {name}")
            expect(set(log[name][:]) <= set(values) | {-1}, f"codes of {name}")
        names = log["event"].attrs["flag_meanings"].split(" ")
        expect(names[log["event"][-1]] == "end", f"path {path}: its log ends with no end")


def check_xarray(path):
    try:
        import xarray
    except ImportError:
        print("xarray is not installed: its part is left out", file=sys.stderr)
        return
    for engine in ("h5netcdf", "netcdf4"):
        with xarray.open_dataset(path, group="paths", engine=engine) as data:
            expect(data["bad_debt"].dims == ("path",), f"{engine}: dimension of bad_debt")
            expect(data["bad_debt"].attrs["units"] == "USD", f"{engine}: units of bad_debt")
            expect(data["fund_depletion_time"].dtype.kind == "f",
                   f"{engine}: a duration became {data['fund_depletion_time'].dtype}")
            expect("path" in data.coords, f"{engine}: path is no coordinate")
        with xarray.open_dataset(path, group="estimates", engine=engine) as data:
            row = data.sel(estimate="p_insolvency")
            expect(0 <= float(row["value"]) <= 1, f"{engine}: p_insolvency")
            expect(str(row["unit"].values) == "1", f"{engine}: unit of p_insolvency")
        with xarray.open_dataset(path, group="bands", engine=engine) as data:
            expect(data["fund"].dims == ("time", "quantile"), f"{engine}: dims of bands")
            expect(data["time"].dtype.kind == "M", f"{engine}: time is {data['time'].dtype}")
            median = data["outside_price"].sel(quantile=0.5).isel(time=0)
            expect(float(median) > 0, f"{engine}: median price")
        with xarray.open_dataset(path, group="worst/1", engine=engine) as data:
            expect(data["time"].dtype.kind == "M", f"{engine}: time of a log")
            expect(data["fund_usd"].dims == ("event_number",), f"{engine}: dims of a log")


def check_json(file, path):
    with open(path, encoding="utf-8") as stream:
        run = json.load(stream)
    expect(run["digest"] == file.attrs["digest"], "digest of file and JSON")
    group = file["estimates"]
    names = [name.decode() for name in group["estimate"][:]]
    expect(names == list(run["metrics"]), "names of estimates in file and JSON")
    for i, name in enumerate(names):
        metric = run["metrics"][name]
        for key in ("value", "low", "high"):
            stored = float(group[key][i])
            told = math.nan if metric[key] is None else metric[key]
            expect(stored == told or (math.isnan(stored) and math.isnan(told)),
                   f"{name}: {key} is {stored} in the file and {told} in JSON")
        expect(bool(group["thin_tail"][i]) == metric.get("thin_tail", False),
               f"{name}: thin_tail in file and JSON")
    expect(group.attrs["thin_tails"] == sum("thin_tail" in metric
                                            for metric in run["metrics"].values()),
           "thin_tails")


def check(results, run):
    with h5py.File(results, "r") as file:
        check_root(file)
        check_columns(file)
        check_estimates(file)
        check_depletion(file)
        check_bands(file)
        check_worst(file)
        if run is not None:
            check_json(file, run)
    check_xarray(results)


def run_and_check():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
    with tempfile.TemporaryDirectory() as folder:
        results, run = f"{folder}/results.h5", f"{folder}/run.json"
        with open(run, "wb") as stream:
            made = subprocess.run([program, "run", "black-thursday", "-n", "100", "--quiet",
                                   "--json", "-o", results], stdout=stream, check=False)
        expect(made.returncode == 0, f"the run ended with {made.returncode}")
        expect(sorted(os.listdir(folder)) == ["results.h5", "run.json"],
               f"in the folder: {os.listdir(folder)}")
        check(results, run)


def main():
    if len(sys.argv) > 3:
        print(__doc__, file=sys.stderr)
        return 2
    if len(sys.argv) == 1:
        run_and_check()
    else:
        check(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


sys.exit(main())
