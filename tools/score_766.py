"""The score of Decision 766/QĐ-TTg worked out again, from plain rows and by its own rules: `score_766.py export|score`.

export FOLDER                      writes the rows of the tables that the score needs, as they stand, to CSV files
score FOLDER UNIT FROM UNTIL       reads these files alone and prints the score of a commune (id) for months: 2025-07 2025-12

`score` shares no code with the house, no views, declarations or rules of time: anybody can check the board with it.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

HOURS = timezone(timedelta(hours=7))
TABLES = {
    "dossiers": (
        "dossiers_dossier",
        "id unit_id procedure procedure_version channel status answers supplement_count filed_at received_at "
        "due_at finished_at returned_at fee_vnd",
    ),
    "supplements": ("dossiers_supplement", "dossier_id requested_at answered_at"),
    "steps": ("dossiers_step", "dossier_id verb done_at"),
    "attachments": ("dossiers_attachment", "dossier_id copy reused_from"),
    "results": ("dossiers_result", "dossier_id paper_id"),
    "papers": ("papers_paper", "id state"),
    "procedures": ("catalogue_published", "kind item version content"),
    "told": ("indicators_told", "measure unit month value state"),
}
BESIDE = ("attachments", "supplements", "steps")  # tables with several rows of one dossier
Row = dict[str, str]


@dataclass
class Case:
    """One dossier, as the rows tell it."""

    procedure: str
    online_offer: bool
    online: bool
    status: str
    supplements: int
    filed: date
    received: datetime | None
    due: datetime | None
    ended: datetime | None
    fee: bool
    e_result: bool
    digitised: bool
    reused: bool
    population: bool
    excused: bool  # the citizen is waited for, and was asked before the dossier was due

    @property
    def approved(self) -> bool:
        return self.status in {"9", "10"}

    @property
    def ended_on(self) -> date | None:
        return self.ended.astimezone(HOURS).date() if self.ended else None

    @property
    def late(self) -> bool:
        """Whether an ended dossier was late: after its due moment, or asked to be completed more than once."""
        assert self.ended and self.due  # noqa: S101
        return self.supplements > 1 or self.ended > self.due

    def runs_in_time(self, last: date) -> bool:
        """Whether one that runs at the end of a period is not late."""
        assert self.due  # noqa: S101
        return self.supplements <= 1 and (self.excused or self.due.astimezone(HOURS).date() >= last)


@dataclass
class Counted:
    """What the parts of the score are made of."""

    cases: list[Case]
    first: date
    last: date
    told: dict[str, int] = field(default_factory=dict)

    def ended(self) -> list[Case]:
        """Accepted dossiers that ended within the months."""
        found = [one for one in self.cases if one.received and one.ended_on]
        return [one for one in found if one.ended_on and self.first <= one.ended_on <= self.last]

    def running(self) -> list[Case]:
        """Accepted dossiers that run at the end of the last day."""
        found = [
            one for one in self.cases if one.received and one.received.astimezone(HOURS).date() <= self.last
        ]
        return [one for one in found if one.ended_on is None or one.ended_on > self.last]

    def filed(self) -> list[Case]:
        """Dossiers handed in within the months."""
        return [one for one in self.cases if self.first <= one.filed <= self.last]


Pair = tuple[int | None, int | None]


def _told(above: str, below: str) -> Callable[[Counted], Pair]:
    return lambda all: (all.told.get(above), all.told.get(below))


def _share(rows: list[Case], test: Callable[[Case], bool]) -> Pair:
    return sum(map(test, rows)), len(rows)


def _on_time(all: Counted) -> Pair:
    ended, running = all.ended(), all.running()
    good = sum(not one.late for one in ended) + sum(one.runs_in_time(all.last) for one in running)
    return good, len(ended) + len(running)


def _used(all: Counted) -> Pair:
    months: dict[tuple[int, int], set[str]] = {}
    for one in all.filed():
        if one.online and one.online_offer:
            months.setdefault((one.filed.year, one.filed.month), set()).add(one.procedure)
    return max(map(len, months.values()), default=0), all.told.get("procedures_online")


def _satisfied(all: Counted) -> Pair:
    ended = all.ended()
    complaints = all.told.get("complaints")
    if complaints is None:
        return None, len(ended)
    return len(ended) - sum(one.late for one in ended) - complaints, len(ended)


# Part -> points, target in percent, and what is divided by what.
PARTS: dict[str, tuple[float, float, Callable[[Counted], Pair]]] = {
    "1.1": (4, 100, _told("procedures_announced_on_time", "procedures_announced")),
    "1.2": (4, 100, _told("procedures_updated_on_time", "procedures_to_update")),
    "1.3": (4, 100, _told("procedures_complete", "procedures_public")),
    "1.4": (6, 100, lambda all: (all.told.get("dossiers_synchronised"), len(all.filed()))),
    "2.1": (20, 90, _on_time),
    "3.1": (2, 80, _told("procedures_online", "procedures_public")),
    "3.2": (4, 100, _used),
    "3.3": (6, 50, lambda all: _share(
        [one for one in all.filed() if one.online_offer], lambda one: one.online and (not one.approved or one.e_result))),
    "3.5": (4, 80, _told("procedures_payable_online", "procedures_with_fee")),
    "3.6": (6, 100, lambda all: (all.told.get("payments_online"), sum(one.fee for one in all.filed()))),
    "4.1": (6, 100, lambda all: _share(_approved(all), lambda one: one.e_result)),
    "4.2": (6, 80, lambda all: _share(all.ended(), lambda one: one.digitised and (one.e_result or not one.approved))),
    "4.3": (4, 80, lambda all: _share(all.ended(), lambda one: one.reused)),
    "4.4": (3, 100, _told("databases_shared", "databases_to_share")),
    "4.5": (3, 100, lambda all: _share(all.ended(), lambda one: one.population)),
    "5.1": (5, 100, _told("petitions_classified", "petitions_received")),
    "5.2": (5, 100, _told("petitions_on_time", "petitions_answered")),
    "5.3": (2, 100, _told("petitions_satisfied", "petitions_rated")),
    "5.4": (6, 90, _satisfied),
}  # fmt: skip
STOCKS = {
    "procedures_public", "procedures_complete", "procedures_online", "procedures_with_fee", "procedures_payable_online",
    "databases_to_share", "databases_shared",
}  # fmt: skip


def _approved(all: Counted) -> list[Case]:
    return [one for one in all.ended() if one.approved]


def points(part: str, all: Counted) -> float | None:
    """Return the points of a part, in proportion to its target; None when there is nothing to divide by."""
    most, target, pair = PARTS[part]
    above, below = pair(all)
    if above is None or not below:
        return None
    return round(most * min(1.0, max(0.0, 100 * above / below / target)), 2)


def read(folder: Path, unit: str, first: date, last: date) -> Counted:
    """Read the rows of one commune."""
    rows = {name: list(_rows(folder / f"{name}.csv")) for name in TABLES}
    procedures = {
        (one["item"], one["version"]): json.loads(one["content"]).get("online") != "none"
        for one in rows["procedures"] if one["kind"] == "procedure"
    }  # fmt: skip
    issued = {one["id"] for one in rows["papers"] if one["state"] == "issued"}
    electronic = {one["dossier_id"] for one in rows["results"] if one["paper_id"] in issued}
    parts: dict[str, list[Row]] = {}
    for name in BESIDE:
        for one in rows[name]:
            parts.setdefault(f"{name} {one['dossier_id']}", []).append(one)
    cases = [
        _case(one, parts, procedures, electronic)
        for one in rows["dossiers"] if _id(one["unit_id"]) == _id(unit)
    ]  # fmt: skip
    told: dict[str, int] = {}
    months = (first.year * 100 + first.month, last.year * 100 + last.month)
    for one in sorted(rows["told"], key=lambda row: int(row["month"])):
        if _id(one["unit"]) == _id(unit) and one["state"] != "returned":
            month, value = int(one["month"]), int(one["value"])
            if one["measure"] in STOCKS and month == months[1]:
                told[one["measure"]] = value
            elif one["measure"] not in STOCKS and months[0] <= month <= months[1]:
                told[one["measure"]] = told.get(one["measure"], 0) + value
    return Counted(cases, first, last, told)


def _case(
    row: Row, parts: dict[str, list[Row]], procedures: dict[tuple[str, str], bool], electronic: set[str]
) -> Case:
    mine = {name: parts.get(f"{name} {row['id']}", []) for name in BESIDE}
    answers = [one for one in json.loads(row["answers"]).values() if one.get("source") == "register"]
    due = _at(row["due_at"])
    copies = [one["copy"] for one in mine["attachments"]]
    filed = _at(row["filed_at"])
    assert filed  # noqa: S101
    return Case(
        procedure=row["procedure"], online_offer=procedures.get((row["procedure"], row["procedure_version"]), False),
        online=row["channel"] == "2", status=row["status"], supplements=int(row["supplement_count"]),
        filed=filed.astimezone(HOURS).date(), received=_at(row["received_at"]), due=due,
        ended=_at(row["finished_at"]) or _at(row["returned_at"]), fee=int(row["fee_vnd"]) > 0,
        e_result=row["id"] in electronic, digitised=(row["channel"] == "2" or bool(copies)) and "0" not in copies,
        reused=bool(answers) or any(one["reused_from"] for one in mine["attachments"]),
        population=any(one.get("from") == "population" for one in answers), excused=_excused(row["status"], due, mine),
    )  # fmt: skip


def _excused(status: str, due: datetime | None, mine: dict[str, list[Row]]) -> bool:
    if due is None or status not in {"5", "6"}:
        return False
    if status == "5":
        asked = [_at(one["requested_at"]) for one in mine["supplements"] if not one["answered_at"]]
        return any(at <= due for at in asked if at)
    owed = [at for at in (_at(one["done_at"]) for one in mine["steps"] if one["verb"] == "ask_payment") if at]
    return bool(owed) and all(at <= due for at in owed)


def _rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _at(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _id(text: str) -> str:
    return text.replace("-", "").lower()


def export(folder: Path) -> None:
    """Write the rows of the tables, as they stand."""
    from django.db import connection

    folder.mkdir(parents=True, exist_ok=True)
    for name, (table, columns) in TABLES.items():
        with (
            connection.cursor() as cursor,
            (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file,
        ):
            cursor.execute(f"SELECT {', '.join(columns.split())} FROM {table}")  # noqa: S608 - names of ours
            writer = csv.writer(file)
            writer.writerow(columns.split())
            writer.writerows(
                [json.dumps(value) if isinstance(value, dict | list) else value for value in row]
                for row in cursor.fetchall()
            )


def main(words: list[str]) -> int:
    """Export rows, or print the score of what was exported."""
    if words[:1] == ["export"] and len(words) == 2:
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")
        import django

        django.setup()
        export(Path(words[1]))
        return 0
    if words[:1] != ["score"] or len(words) != 5:
        sys.exit(__doc__)
    first, until = (date.fromisoformat(f"{text}-01") for text in words[3:])
    last = (until + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    counted = read(Path(words[1]), words[2], first, last)
    found = {part: points(part, counted) for part in PARTS}
    for part, value in found.items():
        print(f"{part}  {'not available' if value is None else f'{value:5.2f}'} of {PARTS[part][0]}")
    print(
        f"score  {sum(value or 0 for value in found.values()):.2f} of {sum(one[0] for one in PARTS.values()):.0f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
