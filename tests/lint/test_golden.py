#!/usr/bin/env python3
"""test_golden.py -- golden.py says nothing about a sound tree and fails on each mistake."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import golden  # noqa: E402

DIGEST_A, DIGEST_B = "a" * 64, "b" * 64
SOUND = {
    "tests/golden.txt": f"# preset seed paths digest\nsemantics 2\ncalm 7 64 {DIGEST_A}\n",
    "scenarios/semantics.h": "#define BREAKWATER_SEMANTICS 2\n",
    "CHANGELOG.md": "- Semantics 2: funding is settled per block.\n",
}
# name, files replaced, committed golden.txt, expected part of the finding (None: none)
CASES = [
    ("sound", {}, SOUND["tests/golden.txt"], None),
    ("no history", {}, None, None),
    ("digest and semantics changed", {}, f"semantics 1\ncalm 7 64 {DIGEST_B}\n", None),
    ("digest changed alone", {}, f"semantics 2\ncalm 7 64 {DIGEST_B}\n", "changed under"),
    ("source is ahead", {"scenarios/semantics.h": "#define BREAKWATER_SEMANTICS 3\n"}, None,
     "but the source says 3"),
    ("changelog is silent", {"CHANGELOG.md": "- Semantics 1: first.\n"}, None, "CHANGELOG"),
    ("malformed line", {"tests/golden.txt": "semantics 2\ncalm 7 64 abc\n"}, None, "neither"),
    ("no digest", {"tests/golden.txt": "semantics 2\n"}, None, "no digest"),
    ("twice", {"tests/golden.txt": SOUND["tests/golden.txt"] + f"calm 7 64 {DIGEST_B}\n"}, None,
     "twice"),
    ("file is missing", {"tests/golden.txt": None}, None, "missing"),
    ("constant is missing", {"scenarios/semantics.h": "\n"}, None, "is missing"),
]


def main():
    failures = 0
    for name, replaced, before, expected in CASES:
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**SOUND, **replaced}.items():
                if text is not None:
                    os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                    with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                        file.write(text)
            findings = golden.findings_of(root, before)
        good = not findings if expected is None else any(expected in f for f in findings)
        if not good:
            failures += 1
            print(f"{name}: expected {expected!r}, found {findings}")
    print(f"{len(CASES) - failures} of {len(CASES)} cases as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
