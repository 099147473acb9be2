"""A report in words: for the page, the office document, the paper and the team's chat group, from the same lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from dinh.catalogue import queries as catalogue
from dinh.catalogue import store
from dinh.directory import queries as directory
from dinh.directory import tree
from dinh.lib.dates import local_date, long_date_vi, show_date
from dinh.lib.docx import Block, Heading, Paragraph, Table, document
from dinh.lib.money import show_number
from dinh.outreach.models import FieldReport, Workshop
from dinh.outreach.rules.figures import FIGURES

CHAT_AT_MOST = 1000  # letters: longer messages are folded by the chat applications
SHOWN = (
    "visits", "households", "absent", "people_helped", "helps", "help", "filings", "filings_done", "results",
    "difficulties", "answered", "told", "gatherings", "attendance", "skilled", "coverage", "tasks", "duty_hours", "hours",
)  # fmt: skip
LISTS = {"helps": "assistance_kinds", "difficulties": "difficulty_kinds"}


@dataclass(frozen=True)
class Line:
    """One figure of a report beside its goal and the month before; `key` opens into the rows."""

    key: str
    title: str
    value: int
    before: int
    goal: int | None

    @property
    def change(self) -> int:
        """How much more than the month before; negative when less."""
        return self.value - self.before

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None without one."""
        return None if self.goal is None else self.value >= self.goal


@dataclass(frozen=True)
class Told:
    """A report as people read it, in the language of the moment."""

    title: str
    who: str
    period: str
    lines: list[Line]
    kinds: list[tuple[str, list[tuple[str, int]]]]  # heading, (title, how many)
    workshops: list[tuple[str, str, int]] = field(default_factory=list)  # title, day, present
    answers: list[tuple[str, str]] = field(default_factory=list)
    teams: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    words: Mapping[str, str] = field(default_factory=dict)


def told(report: FieldReport, language: str = "vi") -> Told:
    """Return a report in words of a language. No query but names of units."""
    found = report.figures
    counts, before, goals = found.get("counts", {}), found.get("before", {}), found.get("goals", {})
    with override(language):
        return Told(
            _title(report, language),
            who_of(report, language),
            _("from %(since)s to %(until)s")
            % {"since": show_date(report.from_on, language), "until": show_date(report.until_on, language)},
            [_line(key, counts, before, goals) for key in SHOWN],
            _kinds(found, language),
            [
                (one["title"], show_date(one["on"], language), one["present"])
                for one in found.get("workshops", [])
            ],
            [(one["title"], one["answer"]) for one in found.get("answers", [])],
            [(one["name"], one["counts"]) for one in found.get("teams", [])],
            report.words,
        )


def who_of(report: FieldReport, language: str = "vi") -> str:
    """Return whose report it is: the team's name, or the commune's."""
    if report.team is not None:
        return report.team.name
    return directory.unit_title(report.unit_id, report.until_on, with_parents=False)


def chat(report: FieldReport, language: str = "vi") -> str:
    """Return the report as a message for the team's chat group, at most 1,000 letters."""
    found = told(report, language)
    by = {line.key: line.value for line in found.lines}
    with override(language):
        lines = [
            f"{found.title} · {found.who}",
            _("Houses met: %(houses)s (%(visits)s visits). People helped: %(people)s.")
            % {"houses": by["households"], "visits": by["visits"], "people": by["people_helped"]},
            _("Requests filed: %(filings)s, with a result: %(done)s.")
            % {"filings": by["filings"], "done": by["filings_done"]},
            _("Difficulties: %(all)s, answered: %(answered)s, told at the house: %(told)s.")
            % {"all": by["difficulties"], "answered": by["answered"], "told": by["told"]},
            _("Gatherings: %(held)s with %(present)s people; %(skilled)s learnt a skill.")
            % {"held": by["gatherings"], "present": by["attendance"], "skilled": by["skilled"]},
            _("Hours given: %(hours)s. Thank you all!") % {"hours": by["hours"]},
        ]
        asks = str(report.words.get("asks", "")).strip()
        if asks:
            lines.append(_("We ask for: %(asks)s") % {"asks": asks})
    text = "\n".join(lines)
    return text if len(text) <= CHAT_AT_MOST else text[: CHAT_AT_MOST - 1].rstrip() + "…"


def office_document(report: FieldReport) -> bytes:
    """Return the report as a Vietnamese office document that can be changed before it is signed."""
    found = told(report, "vi")
    place = directory.unit_title(report.unit_id, report.until_on, with_parents=False)
    blocks: list[Block] = [
        _letterhead(found.who, place, report),
        Paragraph("BÁO CÁO", bold=True, align="center", size=14),
        Paragraph(f"{found.title} ({found.period})", bold=True, align="center", size=14),
    ]
    if report.edition > 1:
        blocks.append(Paragraph(f"Báo cáo sửa lần {report.edition - 1}. Lý do: {report.reason}", italic=True))
    blocks += [Heading("I. Kết quả"), _figures(found)]
    for title, rows in found.kinds:
        blocks += [
            Heading(title, 2),
            Paragraph("; ".join(f"{name}: {show_number(n)}" for name, n in rows) + "."),
        ]
    blocks += [
        Paragraph(f"{day}: {title}, {show_number(present)} người.") for title, day, present in found.workshops
    ]
    blocks += _teams(found)
    blocks += _in_words(found)
    name = report.reviewed_by.full_name if report.reviewed_by else ""
    blocks.append(
        Table(
            [[[Paragraph("Nơi nhận:", italic=True, bold=True, align="left", size=12),
               Paragraph(f"- {_to(report)};\n- Lưu.", align="left", size=11)],
              [Paragraph("TỔ TRƯỞNG" if report.team else "NGƯỜI LẬP BÁO CÁO", bold=True, align="center"),
               Paragraph("\n\n\n", align="center"), Paragraph(name, bold=True, align="center")]]],
            (1, 1), head=False, border=False,
        )
    )  # fmt: skip
    return document(blocks, title=f"{found.title} · {found.who}", author=name, at=report.composed_at)


def paper_values(report: FieldReport) -> dict[str, Any]:
    """Return what the paper `field_report` shows, in Vietnamese."""
    found = told(report, "vi")
    return {
        "who": found.who,
        "span": found.period,
        "edition": report.edition,
        "because": report.reason,
        "lines": [
            {"title": one.title, "value": show_number(one.value), "before": show_number(one.before),
             "goal": "" if one.goal is None else show_number(one.goal)}
            for one in found.lines
        ],
        "parts": [
            {"title": title, "rows": [{"title": name, "value": show_number(n)} for name, n in rows]}
            for title, rows in found.kinds
        ],
        "workshops": [{"title": t, "day": d, "present": show_number(n)} for t, d, n in found.workshops],
        "answers": [{"title": t, "answer": a} for t, a in found.answers],
        "teams": [
            {"name": name, "houses": show_number(c.get("households", 0)), "people": show_number(c.get("people_helped", 0)),
             "filings": show_number(c.get("filings", 0)), "difficulties": show_number(c.get("difficulties", 0))}
            for name, c in found.teams
        ],
        "done": found.words.get("done", ""),
        "hard": found.words.get("difficulties", ""),
        "asks": found.words.get("asks", ""),
        "signer": report.reviewed_by.full_name if report.reviewed_by else "",
        "signer_title": "Tổ trưởng" if report.team_id else "Người lập báo cáo",
        "to": _to(report),
    }  # fmt: skip


def _title(report: FieldReport, language: str) -> str:
    month = {"month": report.from_on.month, "year": report.from_on.year}
    return _("Community digital team, month %(month)s/%(year)s") % month


def _line(key: str, counts: Mapping[str, int], before: Mapping[str, int], goals: Mapping[str, int]) -> Line:
    return Line(key, str(FIGURES[key].title), counts.get(key, 0), before.get(key, 0), goals.get(key))


def _kinds(found: Mapping[str, Any], language: str) -> list[tuple[str, list[tuple[str, int]]]]:
    headings = {
        "helps": _("Help given, by kind"),
        "filings": _("Requests filed together, by procedure"),
        "difficulties": _("Difficulties, by kind"),
        "gatherings": _("Gatherings, by kind"),
    }
    return [
        (heading, [(named(key, code, language), n) for code, n in found[key].items()])
        for key, heading in headings.items()
        if found.get(key)
    ]


def named(part: str, code: str, language: str) -> str:
    """Return what a code of one part of a report is called: a kind of help, a procedure, a kind of difficulty."""
    if part == "filings":
        declared = store.get().procedures.get(code)
        return declared.title.of(language) if declared else code
    if part == "gatherings":
        return str(dict(Workshop.Kind.choices).get(code, code)).capitalize()
    return catalogue.list_title(LISTS[part], code).of(language)


def _letterhead(who: str, place: str, report: FieldReport) -> Table:
    above = f"UBND {place}".upper() if report.team_id else "ỦY BAN NHÂN DÂN"
    day = report.sent_at or report.reviewed_at or report.composed_at
    left = [
        Paragraph(above, align="center", size=12),
        Paragraph(who.upper(), bold=True, align="center", size=12),
        Paragraph("Số:       /BC", align="center", size=13),
    ]
    right = [
        Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, align="center", size=12),
        Paragraph("Độc lập - Tự do - Hạnh phúc", bold=True, align="center", size=13),
        Paragraph(f"{_short(place)}, {long_date_vi(local_date(day))}", italic=True, align="center", size=13),
    ]
    return Table([[left, right]], (4, 6), head=False, border=False)


def _short(place: str) -> str:
    first, _space, rest = place.partition(" ")
    return rest if first.lower() in {"xã", "phường", "thị"} and rest else place


def _figures(found: Told) -> Table:
    head = ["Việc", "Trong tháng", "Mục tiêu", "Tháng trước"]
    rows = [
        [
            one.title,
            show_number(one.value),
            "" if one.goal is None else show_number(one.goal),
            show_number(one.before),
        ]
        for one in found.lines
    ]
    return Table([head, *rows], (5, 2, 2, 2), numbers_from=1)


def _teams(found: Told) -> list[Block]:
    if not found.teams:
        return []
    keys = ("households", "people_helped", "filings", "difficulties", "attendance")
    head = ["Tổ", *(str(FIGURES[key].title) for key in keys)]
    rows = [[name, *(show_number(counts.get(key, 0)) for key in keys)] for name, counts in found.teams]
    return [Heading("Theo tổ", 2), Table([head, *rows], (4, 2, 2, 2, 2, 2), numbers_from=1)]


def _in_words(found: Told) -> list[Block]:
    blocks: list[Block] = []
    for title, key in (
        ("II. Việc đã làm được", "done"), ("III. Khó khăn, vướng mắc", "difficulties"), ("IV. Đề nghị", "asks"),
    ):  # fmt: skip
        blocks += [Heading(title), Paragraph(str(found.words.get(key) or "Không có."))]
        if key == "difficulties":
            blocks += [
                Paragraph(f"Bà con nói: {asked}\nXã đã trả lời: {answer}") for asked, answer in found.answers
            ]
    return blocks


def _to(report: FieldReport) -> str:
    if report.team_id:
        return f"UBND {directory.unit_title(report.unit_id, report.until_on, with_parents=False)}"
    naming = tree.naming(report.unit_id, report.until_on)
    above = naming.parent if naming is not None and naming.parent else report.unit_id
    return f"UBND {directory.unit_title(above, report.until_on, with_parents=False)}"
