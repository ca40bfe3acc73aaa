"""What a command costs: CPU, wall time and memory of it and all that it starts. Linux only."""

import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run took."""

    cpu_s: float
    wall_s: float
    memory_mb: float
    """The largest sum of the proportional set sizes (PSS) of all processes, seen every 50 ms."""


def measure(command, folder, *, memory=False):
    """Run a shell command in `folder`; what it took."""
    started, before = time.monotonic(), os.times()
    process = subprocess.Popen(command, shell=True, cwd=folder, stdout=subprocess.DEVNULL)
    peak_kb = 0
    while memory and process.poll() is None:
        peak_kb = max(peak_kb, sum(map(pss_kb, tree(process.pid))))
        time.sleep(0.05)
    if process.wait():
        raise SystemExit(f"{command} ended with {process.returncode}")
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Cost(cpu, time.monotonic() - started, peak_kb / 1024)


def pss_kb(pid):
    """The memory of one process, with its share of what it shares."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def tree(root):
    """`root` and all processes below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().split(") ")[1].split()[1])
        except (OSError, IndexError):
            continue
    found, more = set(), {root}
    while more:
        found |= more
        more = {pid for pid, parent in parents.items() if parent in more} - found
    return found
