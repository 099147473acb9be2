"""One dossier on one page: its answers beside the register, its papers, its steps.

Builds what the template draws; reads only what the page shows, in six queries. Rights to *open* the dossier
are asked by `dossiers.queries.get_dossier`; which acts are offered is asked here, and asked again by the act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory.models import Account
from dinh.dossiers.corrections import Difference
from dinh.dossiers.models import Dossier
from dinh.dossiers.queries.parts import accounts_named, supplements_of
from dinh.dossiers.queries.showing import ShownAnswer, shown_pages
from dinh.dossiers.rules import clock
from dinh.lib import calendar
from dinh.web.desk import saying
from dinh.web.desk.doing import DOINGS, Doing


@dataclass(frozen=True)
class Line:
    """One answer.

    register  what the register says, where it differs; "" where it agrees or was not asked
    takes     the register's value can be taken over by a press
    who       who gave it and from where, in words
    before    what was there before a correction, and by whom
    """

    id: str
    label: str
    value: str
    register: str = ""
    takes: bool = False
    who: str = ""
    before: str = ""
    finding: str = ""
    name: str = ""  # the label, and whose it is, where it is read away from its section

    @property
    def differs(self) -> bool:
        return bool(self.register or self.finding)


@dataclass(frozen=True)
class RowDiffers:
    """One field of a register's row that says something else than the dossier.

    marked  the approval puts it right; `may`: whoever reads may mark it
    """

    key: str
    record: UUID
    row: str
    label: str
    says: str
    value: str
    marked: bool
    may: bool


@dataclass(frozen=True)
class Section:
    """Answers of one page of the form."""

    id: str
    title: str
    lines: tuple[Line, ...]


class Names:
    """Names of the accounts that appear on a page, read in one query."""

    def __init__(self, ids: Iterable[Any]) -> None:
        self._known = accounts_named(UUID(str(one)) for one in ids if one)
        self.by_text = {str(pk): account.full_name for pk, account in self._known.items()}

    def __call__(self, pk: Any) -> str:
        """Return the name of an account; "" for none."""
        return self.by_text.get(str(pk), "") if pk else ""

    def citizen(self, pk: Any) -> bool:
        """Say whether the account is a citizen's."""
        account = self._known.get(UUID(str(pk))) if pk else None
        return account is not None and account.kind == Account.Kind.CITIZEN


def sections(dossier: Dossier, procedure: Procedure, names: Names, today: Any) -> list[Section]:
    """Return the answers of a dossier page by page, each with its register value, finding and source."""
    return sections_of(dossier.answers, procedure, names, today, dossier.findings)


def sections_of(
    answers: Mapping[str, Any], procedure: Procedure, names: Names, today: Any, findings: Iterable[Any] = ()
) -> list[Section]:
    """Return answers page by page, as kept with their source."""
    language = get_language() or "vi"
    found = [one for one in findings if "record" not in one]
    fields = layout.fields(procedure)
    called = layout.field_names(procedure)
    said: dict[str, str] = {}
    for one in found:
        about = str(one.get("field", ""))
        said.setdefault(about, saying.finding_beside(one, fields.get(about), language))
    out = []
    pages = shown_pages(procedure, answers, language=language, on=today, findings=found, names=names.by_text)
    for page in pages:
        lines = tuple(
            _line(
                one,
                answers.get(one.field.id, {}),
                said.get(one.field.id, ""),
                names,
                language,
                called[one.field.id].of(language),
            )
            for one in page.answers
            if one.text
        )
        if lines:
            out.append(Section(page.id, page.title.of(language), lines))
    return out


def _line(
    one: ShownAnswer, mark: Mapping[str, Any], finding: str, names: Names, language: str, name: str
) -> Line:
    differs = bool(one.register) and one.register != one.text
    return Line(
        id=one.field.id,
        label=one.field.title.of(language),
        name=name,
        value=one.text,
        register=one.register if differs else "",
        takes="register" in mark,
        who=source_of(mark, names, language),
        before=_("before: %(value)s (%(who)s)") % {"value": one.before, "who": one.before_by or "–"}
        if one.before
        else "",
        finding="" if differs else finding,
    )


def of_registers(found: Iterable[Difference], language: str) -> list[RowDiffers]:
    """Return in words what rows of registers say otherwise."""
    return [
        RowDiffers(
            key=one.key,
            record=one.record.pk,
            row=f"{one.register.title.of(language)} {one.record.number}".strip(),
            label=one.field.title.of(language),
            says=saying.answer(one.field, one.says, language) or "–",
            value=saying.answer(one.field, one.value, language),
            marked=one.marked,
            may=one.may,
        )
        for one in found
    ]


def source_of(mark: Mapping[str, Any], names: Names, language: str) -> str:
    """Return in words who gave an answer and from where."""
    who = names(mark.get("by"))
    match mark.get("source"):
        case "register":
            return _("from the register: %(source)s") % {
                "source": register_name(str(mark.get("from", "")), language)
            }
        case "card":
            return (
                _("read from the identity card by %(who)s") % {"who": who}
                if who
                else _("read from the identity card")
            )
        case "paper":
            return _("copied from a paper by %(who)s") % {"who": who} if who else _("copied from a paper")
        case "default" | "answer":
            return ""
    return _("typed by %(who)s") % {"who": who} if who else _("typed")


def register_name(origin: str, language: str) -> str:
    """Return where a value comes from: "births 12/2025" as the register's title and the number."""
    from dinh.catalogue import store

    name, _space, number = origin.partition(" ")
    if name in ("", "population"):
        return _("population")
    shape = store.get().registers.get(name)
    return f"{shape.title.of(language) if shape else name} {number}".strip()


def consent(given: Mapping[str, Any], names: Names, language: str) -> str:
    """Return in words how the person agreed that an officer fills their request; "" when nobody helps."""
    if not given:
        return ""
    ways = {
        "spoken": _("said so in front of the officer"),
        "written": _("signed a written consent"),
        "fingerprint": _("pressed a fingerprint on the consent"),
        "eid": _("confirmed with their electronic identity"),
    }
    at = saying.moment(datetime.fromisoformat(given["at"]), language) if given.get("at") else ""
    parts = [ways.get(str(given.get("how")), ""), at, names(given.get("recorded_by"))]
    if given.get("witness"):
        parts.append(_("witness: %(name)s") % {"name": given["witness"]})
    return " · ".join(part for part in parts if part)


def offered(verbs: Sequence[str]) -> list[Doing]:
    """Return the acts among those that a person may do now (`queries.verbs_for`), the main one first."""
    found = [DOINGS[verb] for verb in verbs if verb in DOINGS]
    return sorted(found, key=lambda doing: (not doing.main, doing.danger, verbs.index(doing.verb)))


def reasons(dossier: Dossier, now: datetime) -> list[str]:
    """Return why the due date is what it is, sentence by sentence."""
    language = get_language() or "vi"
    said = [calendar.say(one, language) for one in calendar.reasons_from_json(dossier.due_reasons)]
    for pause in clock.pauses_of(dossier.pauses):
        until = saying.moment(pause.until, language) if pause.until else pgettext("a period", "now")
        known = {"since": saying.moment(pause.since, language), "until": until}
        said.append(
            _("The clock stood still from %(since)s to %(until)s: the citizen was waited for.") % known
        )
    return said


def items(dossier: Dossier, procedure: Procedure) -> list[tuple[str, str]]:
    """Return what a supplement may be asked for: (id, title) of answers and papers of this dossier."""
    language = get_language() or "vi"
    documents = [(one.id, one.title.of(language)) for one in procedure.documents]
    given = [
        (id, name.of(language)) for id, name in layout.field_names(procedure).items() if id in dossier.answers
    ]
    return documents + given


def supplements(dossier: Dossier, procedure: Procedure) -> list[dict[str, Any]]:
    """Return what the citizen was asked to complete, request by request. One query."""
    language = get_language() or "vi"
    titles = dict(items(dossier, procedure))
    words = {"incorrect": _("incorrect"), "incomplete": _("incomplete"), "outdated": _("outdated")}
    return [
        {
            "at": saying.moment(one.requested_at, language),
            "answered": saying.moment(one.answered_at, language),
            "reason": one.reason,
            "items": [
                (
                    titles.get(item["item"], item["item"]),
                    words.get(item["fault"], item["fault"]),
                    item.get("note", ""),
                )
                for item in one.items
            ],
        }
        for one in supplements_of(dossier)
    ]
