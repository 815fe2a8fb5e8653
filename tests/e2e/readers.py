#!/usr/bin/python3
"""The lines of the README that read a results file, run as they stand there, one by one:
each finds the mean bad debt that the run told.

Runs the program (BREAKWATER_PROGRAM), then python3, Rscript and sh.  A reader that is not
installed is left out, loudly.  Exit code 0 when everything holds.
"""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
root = os.environ.get("BREAKWATER_SOURCE", root)
program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
LIBRARIES = {"h5py": ["h5py"], "pandas": ["h5py", "pandas"], "h5netcdf": ["xarray", "h5netcdf"],
             "netCDF4": ["xarray", "netCDF4"]}
complaints = []


def snippets():
    """(what stands before it, language, lines) of the section."""
    with open(f"{root}/README.md", encoding="utf-8") as stream:
        text = stream.read()
    section = text.split("## Reading the results")[1].split("\n## ")[0]
    # A title that begins with the name of a group shows more of the file, not a reader.
    return re.findall(r"\n([^`\n][^\n]*):\n\n```(\w+)\n(.*?)```", section, re.DOTALL)


def installed(language, title):
    """What has to be there for a snippet and is not; None when all is there."""
    if language == "python":
        for name, modules in LIBRARIES.items():
            if title.endswith(name):
                for module in modules:
                    if subprocess.run([sys.executable, "-c", f"import {module}"],
                                      capture_output=True, check=False).returncode != 0:
                        return module
                return None
        raise ValueError(f"the README has a reader that this test does not know: {title}")
    if language == "r":
        if shutil.which("Rscript") is None:
            return "Rscript"
        there = subprocess.run(["Rscript", "-e", "library(rhdf5)"], capture_output=True, check=False)
        return None if there.returncode == 0 else "rhdf5"
    return None if shutil.which("h5dump") else "h5dump"


def execute(language, lines, folder):
    command = {"python": [sys.executable, "-c"], "r": ["Rscript", "-e"], "sh": ["sh", "-ec"]}
    return subprocess.run([*command[language], lines], cwd=folder, capture_output=True, text=True,
                          check=False)


def check(title, language, lines, folder, run):
    made = execute(language, lines, folder)
    if made.returncode != 0:
        complaints.append(f"{title}: exit {made.returncode}: {made.stderr[-600:]}")
        return
    wanted = run["metrics"]["bad_debt_mean"]["value"]
    numbers = [float(text) for text in re.findall(NUMBER, made.stdout)]
    # R and h5dump print six or seven digits.
    if not any(math.isclose(number, wanted, rel_tol=1e-5) for number in numbers):
        complaints.append(f"{title}: no {wanted} in {made.stdout[-600:]}")
    if "digest" in lines and run["digest"] not in made.stdout:
        complaints.append(f"{title}: no digest in {made.stdout[-600:]}")
    if not complaints:
        print(f"ok      {title}")


def main():
    found = snippets()
    if len(found) != 6:
        complaints.append(f"readers in the README: {[title for title, *_ in found]}")
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([program, "run", "black-thursday", "-n", "64", "--quiet", "--json",
                               "-o", f"{folder}/results.h5"], capture_output=True, check=True)
        run = json.loads(made.stdout)
        if not run["metrics"]["bad_debt_mean"]["value"] > 0:
            complaints.append("a run without bad debt shows nothing")
        for title, language, lines in found:
            if len(lines.strip().splitlines()) > 5:
                complaints.append(f"{title}: more than five lines")
            lacking = installed(language, title)
            if lacking is not None:
                print(f"LEFT OUT: {title}: {lacking} is not installed")
                continue
            check(title, language, lines, folder, run)
    for complaint in complaints:
        print(f"FAILED: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
