"""Where a verification works: its folder, its clock, refusals for a full disk or memory, and how an answer is put in place."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from dinh.lib.errors import Refused
from dinh.verification.engine import state
from dinh.verification.engine.formats import refuse

# What DuckDB says of a broken part of a Parquet file, and of which file, where it names it.
_DAMAGED = re.compile(r"Failed to read file|TProtocolException|decompress")
_NAMED = re.compile(r'file "([^"]+)"')


class TooLarge(Refused):
    """The machine lacks the disk or the memory for it; with more of it, the same run succeeds."""

    status = 507


@dataclass(frozen=True)
class Parts:
    """The files of an answer while they are in the making."""

    answer: Path
    state: Path
    summary: Path


@dataclass
class Clock:
    """Seconds of wall and of processor by stage."""

    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    tell: Callable[[str], None] = lambda stage: None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.tell(name)
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.stages[name] = {
            "wall_s": round(time.perf_counter() - wall, 2),
            "cpu_s": round(time.process_time() - cpu, 2),
        }


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Give a folder beside OUT for what is in the making, gone afterwards; clear what a killed run left."""
    out.parent.mkdir(parents=True, exist_ok=True)
    for old in out.parent.glob(".dinh-verify-*"):
        process = old.name.split("-")[2]
        if process.isdigit() and not Path(f"/proc/{process}").exists():
            shutil.rmtree(old, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f".dinh-verify-{os.getpid()}-", dir=out.parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn a full disk, a full memory and a file that is damaged within into refusals that say what to do."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        message = _(
            "The memory allowed does not suffice. Give more with --memory, or more disk for what it sets aside."
        )
        raise TooLarge("verification.memory", message) from error
    except (duckdb.Error, OSError) as error:
        said = str(error)
        if isinstance(error, duckdb.IOException | OSError) and (
            "No space left" in said or "disk" in said.lower()
        ):
            message = _(
                "The disk is full. Nothing was written; free some space beside the answer and run again."
            )
            raise TooLarge("verification.disk", message) from error
        if not _DAMAGED.search(said):
            raise
        named = _NAMED.search(said)
        message = _("The file is damaged within. Copy it again, or write it again from where it came.")
        raise refuse(named[1] if named else "Parquet", "not_readable", message) from error


def publish(out: Path, parts: Parts, told: dict[str, Any]) -> None:
    """Put state, summary and answer in place: the answer last, so that it is never without the others."""
    parts.summary.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(parts.state, state.state_of(out))
    os.replace(parts.summary, out.with_name(out.name + ".json"))
    os.replace(parts.answer, out)
