"""Lines of the worklist, ready to be drawn: a hundred of them cost a few milliseconds.

Dates are written in Python, badges are made once per state, and addresses are joined, not resolved:
the template only puts finished words into cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from dinh.catalogue import store
from dinh.dossiers.models import Proposal, Status
from dinh.web.components.states import show_state

PLACE = "0"  # stands for the number while the address of a dossier is worked out once


def key_of(number: str, pk: object) -> str:
    """Return what an address calls a dossier: its number, or its id when the number holds a slash."""
    return str(pk) if "/" in number else number


def present(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with finished words.

    rows  as `dossiers.queries.worklist` gives them
    """
    language = get_language() or "vi"
    before, after = reverse("desk:dossier", args=[PLACE]).rsplit(PLACE, 1)
    badges: dict[str, SafeString] = {}
    steps = StepTitles(language)
    status_words = dict(Status.choices)
    lines = []
    for row in rows:
        state = row["state"]
        if state not in badges:
            badges[state] = show_state(state, "", language)
        lines.append(
            {
                "id": row["id"],
                "number": row["number"],
                "url": f"{before}{quote(key_of(row['number'], row['id']))}{after}",
                "title": steps.procedure(row["procedure"], row["title"]),
                "state": badges[state],
                "due": row["due"],
                "applicant": row["applicant_name"],
                "step": steps.step(row["procedure"], row["step"]) or status_words.get(row["status"], ""),
                "holder": row["holder_name"],
                "flags": flags(row),
            }
        )
    return lines


def flags(row: Mapping[str, Any]) -> SafeString | str:
    """Return small marks after the name: what a colleague should know before opening."""
    marks = [gettext("refusal proposed")] if row["proposal"] == Proposal.REFUSE else []
    if row["second_request"]:
        marks.append(gettext("asked twice"))
    if not marks:
        return ""
    return format_html(
        '<span class="flags">{}</span>',
        format_html_join("", '<span class="flag">{}</span>', ((mark,) for mark in marks)),
    )


class StepTitles:
    """Titles of procedures and steps in the reader's language, looked up once per procedure."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.procedures = store.get().procedures
        self._known: dict[tuple[str, str], str] = {}

    def procedure(self, procedure: str, usual: str = "") -> str:
        """Return the title of a procedure; the dossier's own when the catalogue no longer has it."""
        found = self.procedures.get(procedure)
        return found.title.of(self.language) if found else usual

    def step(self, procedure: str, step: str) -> str:
        """Return the title of the step that waits; "" when none does."""
        key = (procedure, step)
        if key not in self._known:
            found = self.procedures.get(procedure)
            declared = next((one for one in found.steps if one.id == step), None) if found else None
            self._known[key] = declared.title.of(self.language) if declared else ""
        return self._known[key]


def choices_of(procedures: Sequence[str] | None, language: str) -> list[tuple[str, str]]:
    """Return (id, title) of the procedures one may see, in order of title; None means all."""
    every = store.get().procedures
    ids = every if procedures is None else [one for one in procedures if one in every]
    return sorted(((one, every[one].title.of(language)) for one in ids), key=lambda pair: pair[1])
