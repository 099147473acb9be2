"""Says what was measured: a table for people beside what must be reached; the machine it was measured on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

# What this issue asks for: CPU milliseconds of one request, application and database together.
REACH = {
    "read a dossier (desk)": 10,
    "read a dossier (portal)": 10,
    "read a dossier (API)": 10,
    "list 100 of 3,500": 30,
    "list 100 of 1,000,000": 30,
    "file (POST to redirect)": 15,
    "save a 15-field page (POST to redirect)": 10,
}
REACH_WEB_MB, REACH_NODE_MB = 220, 350
REACH_P99 = {(8, 0.0): 300, (32, 1.0): 1000}
# Open Zaak and Open Forms on this class of machine, CPU milliseconds (research of 22 November 2026).
KNOWN = {
    "read a dossier (API)": "Open Zaak 49-67",
    "list 100 of 3,500": "Open Zaak 231-301",
    "file (POST to redirect)": "Open Zaak 76-80",
    "save a 15-field page (POST to redirect)": "Open Forms 59",
}
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def machine() -> str:
    """Return processor, number of cores and Python, in a line."""
    model = "processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"model name\s*:\s*(.+)", info.read_text())
        model = found.group(1).strip() if found else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def numbers_of(html: str) -> list[str]:
    """Return the numbers of the dossiers that a worklist links to."""
    return re.findall(r'href="[^"]*/dossier/([^"/?]+)/"', html)


def table(found: dict[str, Any]) -> str:
    """Return the figures as text."""
    lines = [found["machine"], f"load when it began: {found['load_before']}", ""]
    for engine, name in ENGINES.items():
        if engine in found:
            lines += [f"== {name}", *_engine(found[engine]), ""]
    return "\n".join(lines)


def _engine(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{'':42}{'median ms':>10}{'p99 ms':>9}{'CPU ms':>8}{'web':>7}{'db':>7}{'reach':>7}   known elsewhere"
    ]
    for name, one in found.items():
        if isinstance(one, dict) and "cpu_ms" in one:
            reach = REACH.get(name, 0)
            mark = " ok" if one["cpu_ms"] <= reach else " !!" if reach else ""
            lines.append(
                f"{name:42}{one['median_ms']:>10}{one['p99_ms']:>9}{one['cpu_ms']:>8}{one['cpu_web_ms']:>7}"
                f"{one['cpu_database_ms']:>7}{reach:>7}{mark} {KNOWN.get(name, '')}"
            )
    lines += ["", *_lives(found["lives"]), *_plain(found["plain_sql"])]
    idle, after = found["memory_idle_mb"], found["memory_after_crowd_mb"]
    lines.append(
        f"memory (PSS): idle node {idle['node']} MB (reach {REACH_NODE_MB}), of which web {idle['web']} MB; "
        f"after the crowds web {after['web']} MB (reach {REACH_WEB_MB}), node {after['node']} MB"
        + (f", database {after['database']} MB" if after["database"] else "")
    )
    lines.append(f"first set-up and seeding {found['set_up_s']} s, start {found['start_s']} s")
    return lines


def _lives(lives: list[dict[str, Any]]) -> list[str]:
    lines = [
        f"{'whole lives over HTTP':32}{'lives':>7}{'req/s':>8}{'p50 ms':>8}{'p95':>8}{'p99':>8}{'CPU/req':>9}{'errors':>8}{'reach p99':>11}"
    ]
    for one in lives:
        name = f"{one['clients']} clients" + (f", {one['think_s']:g} s of thought" if one["think_s"] else "")
        reach = REACH_P99.get((one["clients"], one["think_s"]), "")
        lines.append(
            f"{name:32}{one['lives']:>7}{one['per_second']:>8}{one['p50_ms']:>8}{one['p95_ms']:>8}{one['p99_ms']:>8}"
            f"{one['cpu_ms_per_request']:>9}{one['errors']:>8}{reach:>11}"
        )
    return [*lines, ""]


def _plain(plain: dict[str, Any]) -> list[str]:
    return [
        f"the same rows by plain SQL ({plain['rows']} rows a life, one transaction an act): "
        f"filing {plain['filing_ms']:.1f} ms (driver CPU {plain['filing_cpu_ms']:.1f}), "
        f"whole life {plain['life_ms']:.1f} ms (driver CPU {plain['life_cpu_ms']:.1f})",
        "",
    ]
