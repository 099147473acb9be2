"""Lines of the worklist, ready to be drawn: a hundred of them cost a few milliseconds.

Dates are written in Python, badges are made once per state, and addresses are joined, not resolved:
the template only puts finished words into cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from dinh.catalogue import store
from dinh.dossiers.models import Proposal, Status
from dinh.lib.names import fold
from dinh.web.components.states import show_state

PLACE = "0"  # stands for the number while the address of a dossier is worked out once


def key_of(number: str, pk: object) -> str:
    """Return what an address calls a dossier: its number, or its id when the number holds a slash."""
    return str(pk) if "/" in number else number


# One line of the table. Drawn here, not by the template: a hundred lines cost one millisecond instead of ten.
LINE = (
    '<tr data-row><td class="due">{state}<span class="when">{due}</span></td>'
    '<td><a href="{url}" data-open data-key="o">{applicant}<span class="unseen"> {number}</span></a>{flags}'
    '<span class="sub">{title}</span><span class="sub number" aria-hidden="true">{number}</span></td>'
    '<td>{step}<span class="sub">{holder}</span></td></tr>'
)


def present(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with finished, escaped words.

    rows  as `dossiers.queries.worklist` gives them
    """
    language = get_language() or "vi"
    before, after = reverse("desk:dossier", args=[PLACE]).rsplit(PLACE, 1)
    badges: dict[str, SafeString] = {}
    steps = StepTitles(language)
    status_words = {int(value): str(label) for value, label in Status.choices}
    lines = []
    for row in rows:
        state = row["state"]
        if state not in badges:
            badges[state] = show_state(state, "", language)
        number = row["number"]
        lines.append(
            {
                "number": escape(number),
                "url": f"{before}{quote(key_of(number, row['id']))}{after}",
                "title": steps.procedure(row["procedure"], row["title"]),
                "state": badges[state],
                "due": row["due"],
                "applicant": escape(row["applicant_name"]),
                "step": steps.step(row["procedure"], row["step"])
                or escape(status_words.get(row["status"], "")),
                "holder": escape(row["holder_name"]),
                "flags": flags(row),
            }
        )
    return lines


def table(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the rows of the worklist's table; every part was escaped by `present`."""
    return mark_safe("\n".join(LINE.format_map(line) for line in lines))  # noqa: S308


def flags(row: Mapping[str, Any]) -> SafeString | str:
    """Return small marks after the name: what a colleague should know before opening."""
    marks = [gettext("refusal proposed")] if row["proposal"] == Proposal.REFUSE else []
    if row["second_request"]:
        marks.append(gettext("asked twice"))
    if not marks:
        return ""
    return format_html_join("", '<span class="flag">{}</span>', ((mark,) for mark in marks))


class StepTitles:
    """Titles of procedures and steps in the reader's language, escaped, looked up once each."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.procedures = store.get().procedures
        self._steps: dict[tuple[str, str], str] = {}
        self._titles: dict[str, str] = {}

    def procedure(self, procedure: str, usual: str = "") -> str:
        """Return the title of a procedure; the dossier's own when the catalogue no longer has it."""
        if procedure not in self._titles:
            found = self.procedures.get(procedure)
            self._titles[procedure] = escape(found.title.of(self.language) if found else usual)
        return self._titles[procedure]

    def step(self, procedure: str, step: str) -> str:
        """Return the title of the step that waits; "" when none does."""
        key = (procedure, step)
        if key not in self._steps:
            found = self.procedures.get(procedure)
            declared = next((one for one in found.steps if one.id == step), None) if found else None
            self._steps[key] = escape(declared.title.of(self.language)) if declared else SafeString("")
        return self._steps[key]


def choices_of(procedures: Sequence[str] | None, language: str) -> list[tuple[str, str]]:
    """Return (id, title) of the procedures one may see, in order of title; None means all."""
    every = store.get().procedures
    ids = every if procedures is None else [one for one in procedures if one in every]
    return sorted(((one, every[one].title.of(language)) for one in ids), key=lambda pair: fold(pair[1]))
