"""What a chair reads first: three sentences, and what to do today. Composed from figures that all open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.indicators.queries.explaining import measures_in
from dinh.lib.dates import show_date
from dinh.lib.money import show_number
from dinh.web.board import saying
from dinh.web.board.arranging import GOOD, HELP, NEAR, REACHED, State, state_of
from dinh.web.board.asking import Asked
from dinh.web.board.helping import DEEDS, Needs, in_words
from dinh.web.board.reading import Reading

Found = Mapping[str, Reading]
LATE, OPEN, UNDECIDED = "dossiers_late_running", "difficulties_open_count", "findings_open_count"


@dataclass(frozen=True)
class Deed:
    """One thing to do: what, and where."""

    text: str
    url: str
    label: str


@dataclass(frozen=True)
class Morning:
    """Three sentences and what to do."""

    counts: tuple[tuple[State, int], ...]  # how many figures need help, are not there yet, stand well
    sentences: tuple[str, ...]
    deeds: tuple[Deed, ...]


@dataclass(frozen=True)
class Today:
    """What leads to deeds: how it stands now, whichever month is shown.

    found  of the running month, what waits among it
    best   of the running month what it can tell already, else of the month that is shown; with `needs` of these
    asked  about the running month
    openers  who may list the difficulties, where the reader may not
    """

    found: Found
    best: Found
    needs: Needs
    asked: Asked
    openers: str = ""


def of(found: Found, today: Today, asked: Asked, account: Account, language: str) -> Morning:
    """Compose the page of the morning: sentences of the month that is shown, what waits and what to do of today."""
    sentences = (
        _served(found, asked, language),
        _standing(found, language),
        _waiting(today.found, asked, language),
    )
    deeds = [
        _late(today.found, today.asked),
        _difficulties(today.found, today.asked, account, today.openers),
        _own(today.best, today.needs, asked, language),
        _first(today.needs, asked),
        _shared(today.needs),
        _untold(today.best),
        _uncounted(today.best),
    ]
    counts = _counts(found)
    return Morning(counts, tuple(one for one in sentences if one), tuple(one for one in deeds if one))


def _counts(found: Found) -> tuple[tuple[State, int], ...]:
    states = [state_of(one.now, one.indicator.direction) for one in found.values()]
    counts = (
        (HELP, states.count(HELP)),
        (NEAR, states.count(NEAR)),
        (GOOD, states.count(GOOD) + states.count(REACHED)),
    )
    return tuple((state, count) for state, count in counts if count)


def _count(found: Found, id: str) -> int:
    value = found[id].now.value if id in found else None
    return int(value) if value is not None else 0


def _served(found: Found, asked: Asked, language: str) -> str:
    rate = found.get("on_time_rate")
    ended = rate.now.denominator if rate else None
    if rate and ended and rate.now.value is not None:
        words = ngettext(
            "In %(span)s, %(unit)s settled %(count)s dossier, %(rate)s of them on time.",
            "In %(span)s, %(unit)s settled %(count)s dossiers, %(rate)s of them on time.",
            int(ended),
        )
        shown = saying.amount(rate.now.value, rate.indicator, language)
        return words % {
            "span": saying.span(asked), "unit": saying.unit(asked), "count": show_number(ended, language), "rate": shown,
        }  # fmt: skip
    visits = _count(found, "visits_count")
    words = ngettext(
        "In %(span)s, no dossier of %(unit)s was settled; the teams made %(count)s visit.",
        "In %(span)s, no dossier of %(unit)s was settled; the teams made %(count)s visits.",
        visits,
    )
    return words % {
        "span": saying.span(asked), "unit": saying.unit(asked), "count": show_number(visits, language),
    }  # fmt: skip


def _standing(found: Found, language: str) -> str:
    judged = [(one, state_of(one.now, one.indicator.direction)) for one in found.values()]
    judged = [(one, state) for one, state in judged if state in {REACHED, GOOD, NEAR, HELP}]
    if not judged:
        return ""
    well = sum(1 for _one, state in judged if state in {REACHED, GOOD})
    told: dict[str, object] = {"all": len(judged), "well": well}
    worst = weakest(found)
    if worst is None:
        return _("All %(all)s figures that have a target or a limit stand well.") % told
    shown = saying.amount(worst.now.value, worst.indicator, language)
    told |= {"title": worst.indicator.title.of(language), "value": shown}
    return (
        _(
            "Of %(all)s figures with a target or a limit, %(well)s stand well; the weakest is “%(title)s”: %(value)s."
        )
        % told
    )


def weakest(found: Found) -> Reading | None:
    """Return the figure that is farthest from its target, in proportion, of those that need help, else of the others."""
    judged = [(state_of(one.now, one.indicator.direction), one) for one in found.values()]
    for wanted in (HELP, NEAR):
        some = [one for state, one in judged if state is wanted]
        if some:
            return min(some, key=_share)
    return None


def _share(found: Reading) -> Decimal:
    """Return how much of its target, or of what is good, a figure has reached: below one it is short of it."""
    limits = found.indicator.thresholds
    goal = found.now.target if found.now.target is not None else Decimal(str(limits[-1])) if limits else None
    value = found.now.value
    if not goal or value is None:
        return Decimal(1)
    return goal / value if found.indicator.direction == "down" and value else value / goal


def _waiting(found: Found, asked: Asked, language: str) -> str:
    late, open_, undecided = (_count(found, id) for id in (LATE, OPEN, UNDECIDED))
    parts = []
    if late:
        words = ngettext("%(count)s late dossier", "%(count)s late dossiers", late)
        parts.append(words % {"count": show_number(late, language)})
    if open_:
        words = ngettext(
            "%(count)s difficulty without an answer", "%(count)s difficulties without an answer", open_
        )
        parts.append(words % {"count": show_number(open_, language)})
    if undecided:
        words = ngettext("%(count)s finding to decide", "%(count)s findings to decide", undecided)
        parts.append(words % {"count": show_number(undecided, language)})
    told = {"things": "; ".join(parts), "sentence": _nothing_waits(found)}
    if asked.month == asked.newest and not asked.known:
        return _("Waiting: %(things)s.") % told if parts else told["sentence"]
    told["day"] = show_date(asked.close or asked.today, language)
    if parts:
        return _("Waiting as of %(day)s: %(things)s.") % told
    return _("As of %(day)s: %(sentence)s") % told if told["sentence"] else ""


def _nothing_waits(found: Found) -> str:
    """Return that nothing waits, of what is known: what nobody told is not nothing."""
    late, open_ = (id in found and found[id].now.value is not None for id in (LATE, OPEN))
    if late and open_:
        return _("No dossier is late, and no difficulty is without an answer.")
    if late:
        return _("No dossier is late; of difficulties nobody has told yet.")
    return _("No difficulty is without an answer; of dossiers nobody has told yet.") if open_ else ""


def _late(found: Found, asked: Asked) -> Deed | None:
    count = _count(found, LATE)
    if not count:
        return None
    words = ngettext(
        "Ask who holds the late dossier, and agree on a day.",
        "Ask who holds each of the %(count)s late dossiers, and agree on a day.",
        count,
    )
    return Deed(words % {"count": count}, _figure(LATE, asked), _("See them"))


def _difficulties(found: Found, asked: Asked, account: Account, openers: str) -> Deed | None:
    count = _count(found, OPEN)
    if not count:
        return None
    words = ngettext(
        "Have the difficulty answered, and the answer brought back to the house.",
        "Have %(count)s difficulties answered, and the answers brought back to the houses.",
        count,
    )
    text = words % {"count": count}
    if policy.may(account, "work.answer", unit=asked.unit, on=asked.today):
        return Deed(text, reverse("desk:difficulties"), _("See the difficulties"))
    if openers:  # who may not list them is told whom to ask, and led to where they pile up
        text = f"{text} {_('The list is with %(names)s.') % {'names': openers}}"
    return Deed(text, f"{reverse('board:heat')}?{asked.query()}", _("See where they pile up"))


def _own(found: Found, needs: Needs, asked: Asked, language: str) -> Deed | None:
    """Return what to do about the unit's own weakest figure, where no other deed is about it."""
    worst = weakest(found)
    said = {one.id for one in needs.shared[:1]} | {
        reason.id for one in needs.units[:1] for reason in one.shown[:1]
    }
    if worst is None or worst.indicator.id in said or worst.indicator.id not in DEEDS:
        return None
    told = {
        "title": worst.indicator.title.of(language), "deed": str(DEEDS[worst.indicator.id]),
        "value": saying.amount(worst.now.value, worst.indicator, language),
    }  # fmt: skip
    words = _("Work on “%(title)s” (%(value)s), the farthest from what it should be. %(deed)s")
    return Deed(words % told, _figure(worst.indicator.id, asked.when(worst.now.last)), _("See why"))


def _first(needs: Needs, asked: Asked) -> Deed | None:
    """Return which unit below to help first, why, and how."""
    if not needs.units:
        return None
    first = needs.units[0]
    told = {"unit": first.title, "why": in_words(first), "deed": first.deed}
    return Deed(_("Help %(unit)s first: %(why)s. %(deed)s") % told, first.shown[0].url, _("See why"))


def _shared(needs: Needs) -> Deed | None:
    """Return what is low everywhere, so that the unit itself must act: the first of it."""
    if not needs.shared:
        return None
    first = needs.shared[0]
    told = {"title": first.title, "value": first.value, "deed": first.deed}
    words = _("“%(title)s” is low everywhere (%(value)s), so it is not one place’s fault. %(deed)s")
    return Deed(words % told, first.url, _("See why"))


def _untold(found: Found) -> Deed | None:
    missing = [one for one in found.values() if _missing(one) and _is_told(one)]
    if not missing:
        return None
    words = ngettext(
        "%(count)s figure of this page has not been told: ask its owner.",
        "%(count)s figures of this page have not been told: ask their owners.",
        len(missing),
    )
    return Deed(words % {"count": len(missing)}, "#untold", _("Which ones"))


def _uncounted(found: Found) -> Deed | None:
    """Return which figures the node itself counts and could not: nobody is to be asked for them."""
    missing = [one for one in found.values() if _missing(one) and not _is_told(one)]
    if not missing:
        return None
    words = ngettext(
        "%(count)s figure of this page is counted by the system from the work itself, and has nothing to count yet.",
        "%(count)s figures of this page are counted by the system from the work itself, and have nothing to count yet.",
        len(missing),
    )
    return Deed(words % {"count": len(missing)}, "#untold", _("Which ones"))


def _missing(found: Reading) -> bool:
    return found.now.value is None and found.now.told == 0 and not found.now.masked


def _is_told(found: Reading) -> bool:
    """Return whether somebody declares a part of a figure."""
    known = store.get().measures
    return any(known[id].origin != "computed" for id in measures_in(found.indicator) if id in known)


def _figure(id: str, asked: Asked) -> str:
    return f"{reverse('board:figure', args=[id])}?{asked.query()}"
