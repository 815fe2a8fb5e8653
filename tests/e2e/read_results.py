#!/usr/bin/env python3
"""read_results.py -- h5py, xarray (h5netcdf and netcdf4) open the results file, agree with
each other, and find named dimensions, units and the run's identity in it."""
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy
import xarray

PROGRAM = os.environ.get("BREAKWATER_PROGRAM", "build/release/breakwater")
PATHS = 70  # one full block and a part of the next


def main():
    failures = []

    def check(name, fact):
        print(("ok      " if fact else "FAILED  ") + name)
        if not fact:
            failures.append(name)

    with tempfile.TemporaryDirectory() as folder:
        results = os.path.join(folder, "results.h5")
        done = subprocess.run(
            [PROGRAM, "run", "black-thursday", "-n", str(PATHS), "--seed", "3", "--json",
             "--quiet", "-o", results], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False)
        check(f"the run succeeds ({done.stderr.strip()[:300]})", done.returncode == 0)
        report = json.loads(done.stdout)
        check("only the results are left", os.listdir(folder) == ["results.h5"])

        with h5py.File(results, "r") as file:
            attributes = dict(file.attrs)
            columns = {name: file["paths"][name][()] for name in file["paths"]}
            units = {name: file["paths"][name].attrs.get("units") for name in file["paths"]}
            dimensions = {name: [d.label for d in file["paths"][name].dims] or
                          [d.keys() for d in file["paths"][name].dims]
                          for name in file["paths"]}
        check("the digest is that of the run", attributes["digest"] == report["digest"])
        check("the semantics are those of the run",
              int(attributes["semantics"]) == report["semantics"])
        check("it says that it is complete", bool(attributes["complete"]))
        check("one row a path", all(len(c) == PATHS for c in columns.values()))
        check("every column has units", all(isinstance(u, str) and u for u in units.values()))
        check("every column has a dimension", all(dimensions.values()))
        check("no identity is broken", not numpy.any(columns["identity_residual"]))

        for engine in ("h5netcdf", "netcdf4"):
            with xarray.open_dataset(results, group="paths", engine=engine) as paths:
                check(f"{engine}: the dimension is `path`", dict(paths.sizes) == {"path": PATHS})
                check(f"{engine}: the outcomes are there",
                      {"bad_debt", "insolvency", "fund_min"} <= set(paths.variables))
                check(f"{engine}: the values are h5py's", numpy.array_equal(
                    paths["bad_debt"].values, columns["bad_debt"], equal_nan=True))
            with xarray.open_dataset(results, group="estimates", engine=engine) as estimates:
                check(f"{engine}: estimates are there", sum(estimates.sizes.values()) > 0)

        mean = report["metrics"].get("bad_debt_mean")
        check("bad_debt_mean is the mean of the column", mean is not None and numpy.isclose(
            numpy.nanmean(columns["bad_debt"]), mean["value"], rtol=1e-9, atol=1e-6))
        for name, metric in report["metrics"].items():
            if metric.get("value") is not None and metric.get("low") is not None:
                check(f"{name} lies in its interval",
                      metric["low"] <= metric["value"] <= metric["high"])
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
