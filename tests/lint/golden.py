#!/usr/bin/env python3
"""golden.py [ROOT] -- a digest changes only together with the semantics version.

tests/golden.txt holds one line `semantics N` and lines `preset seed paths digest`.  Checked:
its form; N equals BREAKWATER_SEMANTICS of scenarios/semantics.h; CHANGELOG.md has a line for
semantics N; and, where git knows an earlier state of the file, a digest that differs from the
committed one comes with a larger N.  That the program still gives these digests is
tests/e2e/golden.sh.
"""
import os
import re
import subprocess
import sys


def read(root, path):
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def parse(text):
    """(semantics, {(preset, seed, paths): digest}, complaints)"""
    semantics, digests, complaints = None, {}, []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "semantics" and len(words) == 2 and words[1].isdigit():
            semantics = int(words[1])
        elif (len(words) == 4 and words[1].isdigit() and words[2].isdigit()
              and re.fullmatch(r"[0-9a-f]{64}", words[3])):
            key = tuple(words[:3])
            if key in digests:
                complaints.append(f"tests/golden.txt:{number}: {' '.join(key)} occurs twice")
            digests[key] = words[3]
        else:
            complaints.append(f"tests/golden.txt:{number}: neither `semantics N` nor "
                              "`preset seed paths digest`")
    if semantics is None:
        complaints.append("tests/golden.txt:1: the line `semantics N` is missing")
    if not digests:
        complaints.append("tests/golden.txt:1: no digest to compare with")
    return semantics, digests, complaints


def committed(root):
    """The file as of the last commit, or None without git, history or file."""
    try:
        result = subprocess.run(["git", "-C", root, "show", "HEAD:./tests/golden.txt"],
                                capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return result.stdout if result.returncode == 0 else None


def findings_of(root, before=None):
    text = read(root, "tests/golden.txt")
    if text is None:
        return ["tests/golden.txt:1: the file is missing"]
    semantics, digests, findings = parse(text)
    source = read(root, "scenarios/semantics.h") or ""
    match = re.search(r"#define BREAKWATER_SEMANTICS (\d+)", source)
    if not match:
        findings.append("scenarios/semantics.h:1: BREAKWATER_SEMANTICS is missing")
    elif semantics is not None and int(match.group(1)) != semantics:
        findings.append(f"tests/golden.txt:1: semantics {semantics}, but the source says "
                        f"{match.group(1)}")
    changelog = read(root, "CHANGELOG.md") or ""
    if semantics is not None and not re.search(rf"\b[Ss]emantics {semantics}\b", changelog):
        findings.append(f"CHANGELOG.md:1: no line says what semantics {semantics} changed")
    if before is not None:
        old_semantics, old_digests, _ = parse(before)
        for key, digest in sorted(digests.items()):
            if (key in old_digests and old_digests[key] != digest
                    and (semantics or 0) <= (old_semantics or 0)):
                findings.append(f"tests/golden.txt:1: the digest of {' '.join(key)} changed "
                                f"under semantics {semantics}; raise BREAKWATER_SEMANTICS")
    return findings


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../..")
    findings = findings_of(root, committed(root))
    for finding in findings:
        print(finding)
    print(f"golden: {len(findings)} findings" if findings else "golden: nothing to say")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
