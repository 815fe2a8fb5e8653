#!/usr/bin/python3
"""SIGKILL at random moments of a run: no finished block is lost, and the resumed run has the
digest and the results file of one that was never killed.

BREAKWATER_KILLS is how many times a run is killed (10).  Moments are spread over a whole
run, from the start of the program to the publishing of results; a run that finishes in
spite of them is checked and another is begun.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
KILLS = int(os.environ.get("BREAKWATER_KILLS", "10"))
FRAME_HEAD, BLOCK = 64, 64  # bytes before the records of a block; paths of a block
PATHS = 8 * BLOCK
complaints = []


def command(out, *more):
    return [program, "run", "calm", "-n", str(PATHS), "--seed", "5", "--set",
            "world.horizon=2h", "--quiet", "--json", "-o", out, *more]


def frames(folder):
    """The finished blocks on disk: (file, place) -> bytes."""
    found = {}
    try:
        with open(f"{folder}/manifest", encoding="utf-8") as stream:
            words = dict(line.split() for line in stream if line.startswith("record_size"))
        size = FRAME_HEAD + BLOCK * int(words["record_size"])
    except (FileNotFoundError, KeyError):
        return found
    for name in sorted(os.listdir(folder)):
        if name.endswith(".bin"):
            with open(f"{folder}/{name}", "rb") as stream:
                content = stream.read()
            for at in range(0, len(content) - size + 1, size):
                found[name, at] = content[at:at + size]
    return found


def kept(before, after, moment):
    for place, content in before.items():
        if after.get(place) != content:
            complaints.append(f"kill {moment}: the block at {place} is lost")


def finish(out, digest, results, run):
    """Resumes to the end and compares with the run that was never killed."""
    made = subprocess.run(command(out, "--resume"), capture_output=True, check=False)
    if made.returncode != 0:
        complaints.append(f"run {run}: exit {made.returncode}: {made.stderr}")
        return
    if json.loads(made.stdout)["digest"] != digest:
        complaints.append(f"run {run}: another digest")
    with open(out, "rb") as stream:
        if stream.read() != results:
            complaints.append(f"run {run}: another results file")
    if os.path.exists(f"{out}.shards"):
        complaints.append(f"run {run}: the shards are left behind")


def kill_once(out, delay):
    """Whether the run was killed; what it wrote so far stays."""
    with subprocess.Popen(command(out, "--resume"), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        said = process.stderr.read()
        code = process.wait()
    if code not in (0, -signal.SIGKILL):
        complaints.append(f"a resumed run ended with {code}: {said}")
    return code == -signal.SIGKILL


def main():
    chance = random.Random(20200312)
    killed = with_blocks = runs = tries = 0
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        made = subprocess.run(command(f"{folder}/whole.h5"), capture_output=True, check=True)
        seconds = time.monotonic() - started
        digest = json.loads(made.stdout)["digest"]
        with open(f"{folder}/whole.h5", "rb") as stream:
            results = stream.read()
        out = f"{folder}/killed.h5"
        before = {}
        while killed < KILLS and tries < 20 * KILLS and not complaints:
            tries += 1
            # Late moments as likely as early ones, and some beyond the end.
            if kill_once(out, chance.uniform(0, 1.1 * seconds) * chance.choice((0.3, 1))):
                killed += 1
                after = frames(f"{out}.shards")
                if not os.path.exists(out):
                    kept(before, after, killed)
                with_blocks += 0 < len(after) < PATHS // BLOCK
                before = after
            if os.path.exists(out) and not os.path.exists(f"{out}.shards"):
                runs += 1
                check_finished(out, results, runs)
                os.remove(out)
                before = {}
        if os.path.exists(f"{out}.shards"):
            finish(out, digest, results, "the last")
        leftovers = [name for name in os.listdir(folder)
                     if name not in ("whole.h5", "killed.h5") and not name.endswith(".tmp")]
        if leftovers:
            complaints.append(f"left behind: {leftovers}")
        check_left_plan(folder)
    check_can_fail()
    print(f"{killed} kills, {with_blocks} of them in the middle of the blocks, {runs} runs "
          f"finished between them")
    if killed < KILLS:
        complaints.append(f"only {killed} kills in {tries} tries")
    if with_blocks == 0:
        complaints.append("no kill hit a run between its first and its last block")
    for complaint in complaints:
        print(f"FAILED: {complaint}")
    return 1 if complaints else 0


def check_finished(out, results, run):
    with open(out, "rb") as stream:
        if stream.read() != results:
            complaints.append(f"run {run}, finished by itself: another results file")


def check_left_plan(folder):
    """A kill while the plan is being written leaves a file that goes with the shards."""
    out = f"{folder}/left.h5"
    subprocess.run(command(out, "--blocks", "0..1"), capture_output=True, check=True)
    with open(f"{out}.shards/plan.123.tmp", "wb"):
        pass
    made = subprocess.run(command(out, "--resume"), capture_output=True, check=False)
    if made.returncode != 0 or os.path.exists(f"{out}.shards"):
        complaints.append(f"what a kill left of a plan: exit {made.returncode}, "
                          f"{os.listdir(f'{out}.shards')}")


def check_can_fail():
    """The comparison of blocks has to notice one that is gone."""
    global complaints
    kept_complaints, complaints = complaints, []
    kept({("shard", 0): b"block"}, {}, 0)
    if not complaints:
        kept_complaints.append("a lost block is not noticed")
    complaints = kept_complaints


sys.exit(main())
