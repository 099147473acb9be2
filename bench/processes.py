"""What processes cost: CPU time on the processors, and memory that is theirs alone (PSS). Linux only."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def children_of(pid: int) -> list[int]:
    """Return the pids of the direct children of a process."""
    found: list[int] = []
    for task in (PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(one) for one in task.read_text().split()]
        except OSError:
            continue  # the thread has ended meanwhile
    return found


def tree(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found = [pid]
    for child in children_of(pid):
        found += tree(child)
    return found


def cpu_ms(pids: list[int]) -> float:
    """Return the milliseconds that these processes have run so far, in user and kernel together."""
    return sum(_run_ns(pid) for pid in pids) / 1e6


def spent_ms(pids: list[int]) -> float:
    """Return the same to a hundredth of a second, with what their threads and children ran that have ended since."""
    return sum(_ticks(pid) for pid in pids) * 1000 / os.sysconf("SC_CLK_TCK")


def pss_mb(pids: list[int]) -> float:
    """Return the proportional set size of these processes together, in MB: shared pages count once."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def _run_ns(pid: int) -> int:
    total = 0
    for task in (PROC / str(pid) / "task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[0])
        except (OSError, IndexError):
            continue
    return total


def _ticks(pid: int) -> int:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(one) for one in fields[11:15])  # utime, stime, cutime, cstime


def _pss_kb(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
