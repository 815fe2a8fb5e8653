#!/usr/bin/python3
"""A full disk, a folder that may not be written, a reader that went away: exit code 1, one
message, and the run goes on from there once there is room, to the same digest.

Runs the program (BREAKWATER_PROGRAM).  A part that needs what this machine does not give is
left out, loudly.  Exit code 0 when everything holds.
"""
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
program = os.environ.get("BREAKWATER_PROGRAM", f"{root}/build/release/breakwater")
NOBODY = 65534
complaints = []
checked = 0


def expect(fact, what):
    global checked
    checked += 1
    if not fact:
        complaints.append(what)


def words(out, *more):
    return [program, "run", "calm", "-n", "320", "--seed", "3", "--set", "world.horizon=2h",
            "--quiet", "--json", "--threads", "1", "-o", out, *more]


def one_message(name, made, text):
    said = made.stderr.decode()
    expect(made.returncode == 1, f"{name}: exit {made.returncode}, not 1: {said}")
    lines = said.splitlines()
    expect(len(lines) == 1 and lines[0].startswith("breakwater: "), f"{name}: said {lines}")
    expect(text in said, f"{name}: no '{text}' in {said}")


def fine(name, made, digest):
    expect(made.returncode == 0, f"{name}: exit {made.returncode}: {made.stderr}")
    told = json.loads(made.stdout or b"{}")
    expect(told.get("digest") == digest, f"{name}: digest {told.get('digest')}")


def run(arguments, **more):
    return subprocess.run(arguments, capture_output=True, check=False, **more)


def limit_files(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    return limit


def frame_size(folder):
    """Bytes of a finished block on disk."""
    out = f"{folder}/one.h5"
    run(words(out, "--blocks", "0..1"))
    with open(f"{out}.shards/manifest", encoding="utf-8") as stream:
        return 64 + 64 * int(re.search(r"record_size (\d+)", stream.read()).group(1))


def check_full(folder, digest):
    """No file may grow beyond a size: in the middle of the blocks, and at the results."""
    frame = frame_size(folder)
    out = f"{folder}/full.h5"
    one_message("a full disk at the blocks",
                run(words(out), preexec_fn=limit_files(frame * 5 // 2)), "too large")
    expect(os.path.isdir(f"{out}.shards"), "full disk: blocks are kept")
    saved = sum(os.path.getsize(f"{out}.shards/{name}") for name in os.listdir(f"{out}.shards"))
    expect(saved > 2 * frame, f"full disk: {saved} bytes kept")
    fine("room again", run(words(out, "--resume")), digest)

    out = f"{folder}/late.h5"
    one_message("a full disk at the results",
                run(words(out), preexec_fn=limit_files(5 * frame + 4096)), "kept in")
    expect(not os.path.exists(out), "full disk: half a results file")
    fine("room for results", run(words(out, "--resume")), digest)


def check_mounted(folder, digest):
    """A disk that is really full, where this machine lets us have one."""
    disk = f"{folder}/disk"
    os.mkdir(disk)
    if run(["mount", "-t", "tmpfs", "-o", f"size={frame_size(folder) * 5 // 2 // 1024 + 40}k", "tmpfs", disk]).returncode != 0:
        print("LEFT OUT: a small disk cannot be mounted here")
        return
    try:
        one_message("a small disk", run(words(f"{disk}/run.h5")), "No space left")
        run(["mount", "-o", "remount,size=10m", disk])
        fine("a larger disk", run(words(f"{disk}/run.h5", "--resume")), digest)
        run(["mount", "-o", "remount,ro", disk])
        for name, more in (("run", words(f"{disk}/other.h5")),
                           ("report", [program, "report", f"{disk}/run.h5", "-o",
                                       f"{disk}/page.html"]),
                           ("replay", [program, "replay", f"{disk}/run.h5", "--path", "1", "-o",
                                       f"{disk}/events.csv"])):
            one_message(f"{name} to a disk that is read only", run(more), "Read-only file system")
    finally:
        run(["umount", disk])


def as_nobody():
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def check_closed(folder, digest):
    """Root may write anywhere, so the tests of permissions are somebody else's."""
    who = as_nobody if os.getuid() == 0 else None
    os.chmod(folder, 0o755)
    work = f"{folder}/shut"
    os.mkdir(work)
    os.chmod(work, 0o777)
    if run([program, "--version"], preexec_fn=who).returncode != 0:
        print("LEFT OUT: nobody may run the program here")
        return
    out = f"{work}/run.h5"
    made = run(words(out, "--blocks", "0..2"), preexec_fn=who)
    expect(made.returncode == 0, f"a part: {made.stderr}")
    os.chmod(work, 0o555)
    one_message("a folder that is closed", run(words(f"{work}/new.h5"), preexec_fn=who),
                "Permission denied")
    one_message("a resume into a closed folder", run(words(out, "--resume"), preexec_fn=who),
                "Permission denied")
    os.chmod(work, 0o777)
    fine("a folder opened again", run(words(out, "--resume"), preexec_fn=who), digest)


def to_closed_pipe(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    made = subprocess.run(arguments, stdout=writer, stderr=subprocess.PIPE, check=False,
                          preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    os.close(writer)
    return made


def check_pipe(folder, digest):
    """What a command prints goes nowhere: told, whatever the command."""
    out = f"{folder}/piped.h5"
    made = run(words(out))
    fine("a run", made, digest)
    questions = [["list", "keys"], ["explain", "margin.initial"], ["check", "calm"], ["show", "calm"],
                 ["show", "calm", "--book"], ["version"], ["man"], ["completion", "bash"],
                 ["--help"], ["run", "--help"], ["run", "calm", "--path", "1"],
                 ["run", "calm", "-n", "2", "--quiet"], ["report", out, "--json"],
                 ["replay", out, "--path", "1"], ["verify", out, "-n", "1"],
                 ["compare", out, out]]
    for question in questions:
        one_message(f"{' '.join(question)} | true", to_closed_pipe([program, *question]),
                    "standard output cannot be written")
    # Results are there although nobody read the page.
    os.remove(out)
    one_message("run | true", to_closed_pipe(words(out)), "standard output")
    expect(os.path.exists(out), "run | true: no results file")
    verified = run([program, "verify", out, "-n", "1", "--json"])
    expect(json.loads(verified.stdout)["digest"] == digest, "run | true: digest")


def main():
    with tempfile.TemporaryDirectory() as folder:
        made = run(words(f"{folder}/whole.h5"))
        expect(made.returncode == 0, f"the run: {made.stderr}")
        digest = json.loads(made.stdout)["digest"]
        check_full(folder, digest)
        check_mounted(folder, digest)
        check_closed(folder, digest)
        check_pipe(folder, digest)
    for complaint in complaints:
        print(f"FAILED: {complaint}")
    print(f"{checked} checks, {len(complaints)} failures")
    return 1 if complaints else 0


sys.exit(main())
