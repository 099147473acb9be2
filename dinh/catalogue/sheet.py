"""A procedure as a sheet that people read: for `dinh catalogue show` and the reference pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext_lazy

from dinh.catalogue import layout
from dinh.catalogue.citing import cite
from dinh.catalogue.expressions import say
from dinh.catalogue.shapes.procedure import Field, FieldType, Procedure, TimeLimit
from dinh.lib.dates import show_date
from dinh.lib.money import show_vnd

if TYPE_CHECKING:
    from dinh.catalogue.contents import Catalogue


TYPES: dict[FieldType, object] = {
    "text": pgettext_lazy("type of a question", "text"),
    "long_text": pgettext_lazy("type of a question", "long text"),
    "name": pgettext_lazy("type of a question", "name"),
    "date": pgettext_lazy("type of a question", "date"),
    "partial_date": pgettext_lazy("type of a question", "date, or its year alone"),
    "year": pgettext_lazy("type of a question", "year"),
    "time": pgettext_lazy("type of a question", "hour"),
    "choice": pgettext_lazy("type of a question", "choice"),
    "yes_no": pgettext_lazy("type of a question", "yes or no"),
    "integer": pgettext_lazy("type of a question", "whole number"),
    "money": pgettext_lazy("type of a question", "amount in đồng"),
    "citizen_number": pgettext_lazy("type of a question", "personal number"),
    "phone": pgettext_lazy("type of a question", "telephone"),
    "email": pgettext_lazy("type of a question", "e-mail"),
    "place": pgettext_lazy("type of a question", "place"),
    "household": pgettext_lazy("type of a question", "household"),
    "record": pgettext_lazy("type of a question", "entry of a register"),
    "people": pgettext_lazy("type of a question", "table of persons"),
}


@dataclass(frozen=True)
class Part:
    """One heading of the sheet and what stands under it; `rows` are lines or (term, text) pairs."""

    title: str
    rows: tuple[str | tuple[str, str], ...]


def sheet(procedure: Procedure, catalogue: Catalogue, language: str) -> tuple[Part, ...]:
    """Return the sheet of a procedure in one language ("vi", "fr", "en"), parts without content left out."""
    with override(language):
        teller = _Teller(procedure, catalogue, language)
        parts = [
            Part(_("In brief"), tuple(teller.brief())),
            Part(_("Questions"), tuple(teller.questions())),
            Part(_("Papers to hand in"), tuple(teller.papers())),
            Part(_("Fees"), tuple(teller.fees())),
            Part(_("Conditions"), tuple(teller.conditions())),
            Part(_("Steps"), tuple(teller.steps())),
            Part(_("Not yet confirmed in law"), tuple(cite(one, language) for one in procedure.uncertain)),
        ]
    return tuple(part for part in parts if part.rows)


def choices(procedure: Procedure, catalogue: Catalogue) -> dict[str, dict[str, object]]:
    """Return field id -> code -> title, for `expressions.say`."""
    found: dict[str, dict[str, object]] = {}
    for id, field in layout.fields(procedure).items():
        if field.options:
            found[id] = {option.code: option.title for option in field.options}
        elif field.list in catalogue.titles:
            found[id] = dict(catalogue.titles[field.list])
    return found


class _Teller:
    """The words of one sheet."""

    def __init__(self, procedure: Procedure, catalogue: Catalogue, language: str) -> None:
        self.procedure, self.catalogue, self.language = procedure, catalogue, language
        self.titles = {id: self.named(id, field) for id, field in layout.fields(procedure).items()}
        self.choices = choices(procedure, catalogue)

    def named(self, id: str, field: Field) -> str:
        """Return the title of a question, with its page's where another question has the same title."""
        title = field.title.of(self.language)
        pages = layout.pages(self.procedure)
        alike = [page for page in pages for other in page.fields if other.title == field.title]
        if len(alike) < 2:
            return title
        own = next(page for page in pages if any(other.id == id for other in page.fields))
        return f"{title} – {own.title.of(self.language)}"

    def say(self, condition: str) -> str:
        return say(condition, self.language, self.titles, self.choices)

    def brief(self) -> Iterator[str | tuple[str, str]]:
        procedure = self.procedure
        yield procedure.summary.of(self.language)
        yield _("National code"), procedure.code
        yield _("Version"), procedure.version
        yield _("In force"), self.validity()
        yield _("Sector"), str(self.catalogue.titles["sectors"].get(procedure.sector, procedure.sector))
        yield _("Online"), {"full": _("entirely"), "partial": _("in part"), "none": _("no")}[procedure.online]
        if procedure.online_reason:
            yield _("Why not entirely online"), procedure.online_reason.of(self.language)
        yield _("Time limit"), self.limit(procedure.time_limit)
        if procedure.extension:
            yield _("When verification is needed"), self.limit(procedure.extension)
        yield _("Result"), procedure.result.title.of(self.language)
        yield _("Source"), cite(procedure.source, self.language)

    def validity(self) -> str:
        since = _("from %(day)s") % {"day": show_date(self.procedure.valid_from, self.language)}
        if not self.procedure.valid_to:
            return since
        return f"{since} " + _("to %(day)s") % {"day": show_date(self.procedure.valid_to, self.language)}

    def limit(self, limit: TimeLimit) -> str:
        words = {
            "at_once": _("at once"),
            "same_day": _("the same day"),
            "half_working_day": _("half a working day"),
            "working_day": _("%(count)s working days") % {"count": limit.value},
            "day": _("%(count)s days") % {"count": limit.value},
        }[limit.unit]
        if limit.cutoff:
            late = _("received after %(time)s: the next working day") % {"time": limit.cutoff}
            words = f"{words} ({late})"
        return f"{words}. {cite(limit.source, self.language)}"

    def questions(self) -> Iterator[str | tuple[str, str]]:
        for page in layout.pages(self.procedure):
            yield f"{page.title.of(self.language)}" + self.when(page.visible_if)
            for section in page.sections:
                for field in section.fields:
                    yield f"`{field.id}`", self.question(field, section.visible_if)

    def question(self, field: Field, section_condition: str) -> str:
        marks: list[str] = [str(TYPES[field.type])]
        if field.required:
            marks.append(_("required"))
        if field.required_if:
            marks.append(_("required when %(condition)s") % {"condition": self.say(field.required_if)})
        shown = self.when(section_condition) + self.when(field.visible_if)
        return f"{field.title.of(self.language)} ({', '.join(marks)}){shown}"

    def when(self, condition: str) -> str:
        return "; " + _("asked when %(condition)s") % {"condition": self.say(condition)} if condition else ""

    def papers(self) -> Iterator[str]:
        for paper in self.procedure.documents:
            text = paper.title.of(self.language)
            if paper.required:
                text += f" ({_('required')})"
            elif paper.required_if:
                text += f" ({_('required when %(condition)s') % {'condition': self.say(paper.required_if)}})"
            yield text

    def fees(self) -> Iterator[tuple[str, str]]:
        for fee in self.procedure.fees:
            text = show_vnd(fee.amount_vnd, self.language)
            if fee.online_vnd is not None:
                text += "; " + _("online %(amount)s") % {"amount": show_vnd(fee.online_vnd, self.language)}
            if fee.per:
                text += "; " + _("for each of: %(what)s") % {"what": self.titles[fee.per]}
            if fee.owed_if:
                text += "; " + _("owed when %(condition)s") % {"condition": self.say(fee.owed_if)}
            if fee.exempt_if:
                text += "; " + _("exempt when %(condition)s") % {"condition": self.say(fee.exempt_if)}
            if fee.local:
                text += "; " + _("set by each province")
            yield fee.title.of(self.language), f"{text}. {cite(fee.source, self.language)}"

    def conditions(self) -> Iterator[tuple[str, str]]:
        for rule in self.procedure.eligibility:
            yield (
                self.say(rule.condition),
                f"{rule.message.of(self.language)} ({cite(rule.source, self.language)})",
            )

    def steps(self) -> Iterator[tuple[str, str]]:
        for step in self.procedure.steps:
            role = self.catalogue.roles.get(step.role)
            who = role.title.of(self.language) if role else step.role
            yield step.title.of(self.language), f"{who}, {step.share} %"
        for first, second in self.procedure.exclusive:
            yield _("Not by the same person"), f"{first}, {second}"
