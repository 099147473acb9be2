"""One verification, from files to the answer: see `docs/verification.md` for what comes out."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dinh.verification.engine import (
    changes,
    decisions,
    intake,
    keys,
    learning,
    linking,
    refresh,
    rows,
    since,
    spark,
    state,
    summary,
    verdicts,
)
from dinh.verification.engine.intake import Source
from dinh.verification.engine.places import Communes
from dinh.verification.engine.tables import Connection, connect, scalar
from dinh.verification.engine.weights import Weights
from dinh.verification.engine.workplace import Clock, Parts, plain_errors, publish, workplace


@dataclass(frozen=True)
class Job:
    """What is asked.

    register  id of the register, for the summary
    names     {part: titles of columns that say it}, as the register declares; `required` parts a file must have
    coded     parts that the register keeps as codes of a list ("sex"), so that codes are written as asked
    mapping   file whose tables [register] and [population] say it instead
    left_out  codes of reasons that do not count for this register, as it declares
    decided   file of what officers decided: rid, pid, same
    since     an earlier answer: only what changed is verified again
    engine    what joins and scores; what changed is verified by DuckDB whichever is asked for
    keys      where the population's key file is kept; None: beside the population
    changes_only  OUT has only rows whose answer may differ from `since`: verified again, or copies of such
    weights   of an earlier run, used instead of learning anew
    memory    bytes the process may use
    """

    register: str
    file: Path
    against: Path
    out: Path
    communes: Path | None = None
    mapping: Path | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    coded: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    decided: Path | None = None
    since: Path | None = None
    changes_only: bool = False
    engine: Literal["duckdb", "spark"] = "duckdb"
    keys: Path | None = None
    weights: Weights | None = None
    threads: int = 2
    memory: int = 4 << 30


def verify(job: Job, tell: Callable[[str], None] = lambda stage: None) -> dict[str, Any]:
    """Verify the register and return the summary; writes OUT and OUT.json, both whole or neither.

    Raises Invalid for files that cannot be used, TooLarge when disk or memory do not suffice.
    """
    clock = Clock(tell=tell)
    with workplace(job.out) as work, plain_errors():
        con = connect(work, job.threads, job.memory)
        try:
            return _verify(con, work, job, clock)
        finally:
            con.close()


def _verify(con: Connection, work: Path, job: Job, clock: Clock) -> dict[str, Any]:
    with clock.stage("open"):
        communes = Communes(intake.read_communes(con, job.communes))
        register, people = _open(con, work, job)
        decisions.read(con, work, job.decided)
        verdicts.leave_out(con, job.left_out)
    with clock.stage("population"):
        made = prepare(con, work, job, people, communes)
    mark = keys.fingerprint(people, job.communes)
    states: list[Path] = []
    if job.since is None:
        learnt, again = _whole(con, work, job, clock, register, communes), register.rows
    else:
        learnt, states = _again(con, work, job.since, clock, register, communes, mark)
        again = scalar(con, "SELECT count(*) FROM again")
        if not job.changes_only:
            states = []
        elif state.state_of(job.out).resolve() in [path.resolve() for path in states]:
            raise changes.same_file(job.out)
    parts = Parts(work / "out.parquet", work / "out.state", work / "out.json")
    with clock.stage("judge"):
        state.begin(con, parts.state)
        _judge(con, work, job, register, states)
    with clock.stage("write"):
        verdicts.write(con, work, register, communes, parts.answer)
        summary.count(con, earlier=bool(states))
        decided = decisions.told(con)
        state.finish(con, job.out, states)
    told = summary.summarise(con, job.register, register, people, learnt) | {
        "decided": decided,
        "verified_again": again,
        "changes_only": bool(states),
        "left_out": sorted(job.left_out),
        "key_file": made,
        "population_mark": mark,
        "stages": clock.stages,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }
    publish(job.out, parts, told)
    return told


def _open(con: Connection, work: Path, job: Job) -> tuple[Source, Source]:
    """Return the register and the population as sources."""
    mapping = intake.read_mapping(job.mapping) if job.mapping else {}
    titles = {part: (*job.names.get(part, ()), *known) for part, known in intake.REGISTER.items()}
    needed = tuple(dict.fromkeys(("name", *job.required)))
    chosen, theirs = mapping.get("register", {}), mapping.get("population", {})
    register = intake.open_source(con, work, job.file, titles, chosen, needed, coded=job.coded)
    people = intake.open_source(con, work, job.against, intake.POPULATION, theirs, ("pid", "name"))
    return register, people


def _judge(con: Connection, work: Path, job: Job, register: Source, states: list[Path]) -> None:
    """Make `told`, in the state, and `judged`; of a run since `states`, of the rows whose answer may differ."""
    if job.since is not None:
        verdicts.tell(con, work, register)
        if states:
            changes.settle(con, register)
            return
        since.merge(con, register)
    elif job.engine == "spark":
        state.keep(con, "FROM told")
    else:
        verdicts.tell(con, work, register, "TABLE saved.told")
        state.shown(con)
    verdicts.judge(con)


def _whole(
    con: Connection, work: Path, job: Job, clock: Clock, register: Source, communes: Communes
) -> Weights:
    """Find the person of every row, on the engine asked for; return the weights used."""
    with clock.stage("register"):
        rows.read_register(con, work, register, communes)
        decisions.pairs(con)
    if job.engine == "duckdb":
        return link(con, work, clock, job.weights)
    with spark.session(con, work, job.threads, job.memory) as cluster:
        learnt = link(cluster, work, clock, job.weights)
        with clock.stage("tell"):
            verdicts.tell(cluster, work, register)
    return learnt


def _again(
    con: Connection, work: Path, previous: Path, clock: Clock, register: Source, communes: Communes, mark: str
) -> tuple[Weights, list[Path]]:
    """Verify what changed since an earlier answer; return its weights and its states."""
    learnt, earlier = since.weights_of(previous)
    with clock.stage("changes"):
        states = since.changed(con, register, previous)
    with clock.stage("register"):
        moved = 0 if earlier == mark else refresh.moved_since(con, earlier)
        if moved == 0:
            rows.read_register(con, work, register, communes, "few")
        else:
            rows.read_register(con, work, register, communes)
            if moved:
                since.touched(con)
            else:  # nobody knows what changed: the key file was made anew
                con.execute("CREATE OR REPLACE TEMP TABLE again AS SELECT r FROM reg")
    decisions.pairs(con)
    link(con, work, clock, learnt)
    return learnt, states


def prepare(con: Connection, work: Path, job: Job, people: Source, communes: Communes) -> str:
    """Attach the population's key file; return whether it was "cached", "refreshed" or "made"."""
    path = job.keys or job.against.with_name(f"{job.against.name}.keys")
    mark, form = keys.fingerprint(people, job.communes), keys.shape(people, job.communes)
    if keys.attach(con, path, mark):
        return "cached"
    if not os.access(path.parent, os.W_OK):
        path = work / path.name
    if refresh.refresh(con, work, people, communes, path, mark, form):
        return "refreshed"
    keys.build(con, work, people, communes, path, mark, form)
    return "made"


def link(con: Connection, work: Path, clock: Clock, known: Weights | None) -> Weights:
    """Find the person of each row of `reg`; return the weights used."""
    with clock.stage("numbers"):
        linking.gather(con, keys.people(con))
        decisions.accept(con)
        linking.by_number(con, work)
        linking.by_old(con, work)
        linking.strict_pairs(con)
    with clock.stage("learn"):
        learnt = known or learning.learn(
            con, work, learning.patterns_of(con, "p12"), learning.patterns_of(con, "p9"),
            linking.seen_by_life(con), decisions.learnt_from(con), linking.share_of_hits(con),
        )  # fmt: skip
    with clock.stage("candidates"):
        linking.candidates(con, work, learnt)
    with clock.stage("rank"):
        linking.rank(con, work, learnt)
    return learnt
