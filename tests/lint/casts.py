#!/usr/bin/env python3
"""casts.py ROOT [FILE.c...] -- where a path turns a double into an integer.

A double that does not fit makes the conversion undefined, and to unsigned types CPUs differ
even where it fits.  So every floor that runs on a path converts through engine/money.h
(money_from_double_floor, _ceil) alone; engine/numeric*.c converts to signed types for its
range reductions.  Reads clang's syntax tree; test: `casts.py --self-test`.
"""
import os
import re
import subprocess
import sys
import tempfile

FLOORS = ["engine", "sim", "agents", "scenarios"]
HOME = re.compile(r"engine/money\.[ch]|sim/progress\.c")  # progress runs beside the paths
SIGNED_HOME = re.compile(r"engine/numeric\w*\.[ch]|engine/money\.[ch]")
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-fsyntax-only", "-w", "-Xclang", "-ast-dump",
         "-fno-color-diagnostics"]
CAST = re.compile(r"CastExpr 0x\w+ <[^>]*> '([^']*)'(?::'([^']*)')? <FloatingToIntegral>")
# A location is named only as far as it differs from the one printed before it.
PLACE = re.compile(r"[<\s,](?:(/[^:<>\s,][^:<>,]*|[\w.][^:<>\s,]*\.[ch]):(\d+):\d+|line:(\d+):\d+)")


def findings_in(root, source):
    """(file, line, type) of each conversion that the tree of one source file shows."""
    tree = subprocess.run(["clang", *FLAGS, "-I", root, os.path.join(root, source)],
                          capture_output=True, text=True, check=False)
    if tree.returncode != 0:
        raise SystemExit(f"casts: clang cannot read {source}:\n{tree.stderr}")
    file, line, begin = "", 0, (source, 0)
    found = set()
    for row in tree.stdout.splitlines():
        match = re.search(r"0x\w+ (?:prev 0x\w+ |parent 0x\w+ )*<([^>]*)>", row)
        places = list(PLACE.finditer("<" + match.group(1))) if match else []
        for index, place in enumerate(places):
            if place.group(1):
                file, line = place.group(1), int(place.group(2))
            else:
                line = int(place.group(3))
            if index == 0:
                begin = (file, line)
        if match and not places:
            begin = (file, line)
        cast = CAST.search(row)
        if cast:
            name = os.path.relpath(begin[0], root) if begin[0] else source
            found.add((name.replace(os.sep, "/"), begin[1], cast.group(2) or cast.group(1)))
    return found


def complaints(root, sources):
    found = set()
    for source in sources:
        found |= findings_in(root, source)
    for name, line, kind in sorted(found):
        if name.startswith("..") or HOME.fullmatch(name):
            continue
        unsigned = "unsigned" in kind or kind == "_Bool"
        if unsigned:
            yield (f"{name}:{line}: double to {kind}: other CPUs give other values; convert to "
                   "int64_t by engine/money.h")
        elif not SIGNED_HOME.fullmatch(name):
            yield f"{name}:{line}: double to {kind}: use money_from_double_floor or _ceil"


def sources_of(root):
    for floor in FLOORS:
        for folder, _, names in sorted(os.walk(os.path.join(root, floor))):
            for name in sorted(names):
                if name.endswith(".c"):
                    yield os.path.relpath(os.path.join(folder, name), root)


def self_test():
    files = {
        "engine/money.h": "#include <stdint.h>\nstatic inline int64_t money_from_double_floor("
                          "double x) {\n    return (int64_t)x;\n}\n",
        "engine/numeric.c": "long near(double x) {\n    return (long)x;\n}\n",
        "sim/good.c": "#include \"engine/money.h\"\nlong f(double x);\nlong f(double x) {\n"
                      "    return money_from_double_floor(x) + (long)3.0f * 0;\n}\n",
        "sim/signed.c": "int f(double x);\nint f(double x) {\n    int y = 1;\n\n"
                        "    return y + (int)x;\n}\n",
        "agents/implicit.c": "unsigned f(double x);\nunsigned f(double x) {\n    return x;\n}\n",
        "engine/numeric_u.c": "unsigned long f(double x) {\n    return (unsigned long)x;\n}\n",
    }
    expected = ["agents/implicit.c:3: double to unsigned int",
                "engine/numeric_u.c:2: double to unsigned long",
                "sim/good.c:4: double to long",
                "sim/signed.c:5: double to int"]
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        found = list(complaints(root, sources_of(root)))
    good = len(found) == len(expected) and all(f.startswith(e) for f, e in zip(found, expected))
    print("casts: every case as expected" if good else f"casts: expected {expected}, found {found}")
    return 0 if good else 1


def main():
    if sys.argv[1:2] == ["--self-test"]:
        return self_test()
    root = os.path.abspath(sys.argv[1])
    found = list(complaints(root, sys.argv[2:] or list(sources_of(root))))
    print("\n".join(found) if found else "casts: nothing to say")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
