"""Rates, reasons and runs of a verification as pages draw them: shares in words, bands in words and colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.directory import queries as directory
from dinh.directory.models import Level, UnitVersion
from dinh.verification.engine.reasons import REASONS
from dinh.verification.models import Submission
from dinh.verification.queries import CommuneRates, ReasonCount
from dinh.verification.queries.rates import Figures
from dinh.verification.words import FIELD_MISSING, FIELD_UNREADABLE, NOT_CONFIRMED, say
from dinh.web.components.charts.rates import percent
from dinh.web.desk import rating, saying
from dinh.web.desk.rating import badge, state

CRITERIA: dict[str, tuple[str | Promise, str | Promise]] = {
    # criterion: its name, what it means
    "verified": (
        gettext_lazy("Verified"),
        gettext_lazy("the person is certain and nothing contradicts the population"),
    ),
    **{id: (label, means) for id, label, means in rating.CRITERIA},
}
VERDICTS: dict[str, str | Promise] = {
    "verified": gettext_lazy("verified"),
    "corrected": gettext_lazy("certain, with corrections"),
    "ambiguous": gettext_lazy("not certain"),
    "other_person": gettext_lazy("number of another"),
    "not_found": gettext_lazy("not found"),
    "dead": gettext_lazy("deceased"),
    "duplicate": gettext_lazy("entered twice"),
}
# Parts of an identity, as columns of a table name them.
PARTS: dict[str, str | Promise] = {
    "number": gettext_lazy("Identity number"),
    "old_number": gettext_lazy("Old number"),
    "name": gettext_lazy("Name"),
    "birth": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "birth_place": gettext_lazy("Place of birth"),
    "commune": gettext_lazy("Commune"),
    "place": gettext_lazy("Residence"),
}
# The stages of the engine in the order in which it passes them; what a page says while it waits.
STAGES: dict[str, str | Promise] = {
    "records": gettext_lazy("taking out the rows"),
    "people": gettext_lazy("taking out the population"),
    "open": gettext_lazy("opening the files"),
    "population": gettext_lazy("reading the population"),
    "changes": gettext_lazy("finding what changed"),
    "register": gettext_lazy("reading the register"),
    "numbers": gettext_lazy("checking numbers"),
    "learn": gettext_lazy("learning how the register is kept"),
    "candidates": gettext_lazy("looking for people"),
    "rank": gettext_lazy("comparing"),
    "judge": gettext_lazy("judging"),
    "write": gettext_lazy("writing the answer"),
    "load": gettext_lazy("entering the findings"),
    "contradictions": gettext_lazy("comparing with other registers"),
}
STATES = {
    Submission.State.WAITING: ("gold", "‖"),
    Submission.State.RUNNING: ("indigo", "●"),
    Submission.State.DONE: ("green", "✓"),
    Submission.State.FAILED: ("red", "■"),
}
# How a field agrees with the population, as the summary's error profile names it.
LEVELS: dict[str, str | Promise] = {
    "same": gettext_lazy("the same"),
    "marks_lost": gettext_lazy("accents lost"),
    "marks_differ": gettext_lazy("other accents"),
    "other_order": gettext_lazy("other order"),
    "shortened": gettext_lazy("words left out or abbreviated"),
    "slip": gettext_lazy("one slip"),
    "similar": gettext_lazy("similar"),
    "other_middle": gettext_lazy("other middle name"),
    "only_given": gettext_lazy("only the given name"),
    "different": gettext_lazy("different"),
    "year_only": gettext_lazy("year only"),
    "first_of_january": gettext_lazy("right year, first of January for the day"),
    "day_month_swapped": gettext_lazy("day and month exchanged"),
    "one_part": gettext_lazy("one part differs"),
    "same_year": gettext_lazy("same year only"),
    "near_year": gettext_lazy("a year nearby"),
    "of_another": gettext_lazy("somebody else’s"),
    "unknown": gettext_lazy("nobody’s"),
    "cut": gettext_lazy("digits missing"),
    "none_in_population": gettext_lazy("not in the population"),
    "other_line": gettext_lazy("other house or village"),
    "no_line": gettext_lazy("no house or village"),
    "moved_same_line": gettext_lazy("other commune, same line"),
    "moved": gettext_lazy("other commune"),
    "moved_no_line": gettext_lazy("other commune, no line"),
    "no_commune": gettext_lazy("the row leaves the commune open"),
    "no_commune_other_line": gettext_lazy("commune left open, other house or village"),
}
FORMS: dict[str, str | Promise] = {
    "with_tones": gettext_lazy("with accents"),
    "without_tones": gettext_lazy("without accents"),
    "abbreviated": gettext_lazy("abbreviated"),
    "two_words": gettext_lazy("name of two words only"),
    "day": gettext_lazy("whole date"),
    "year": gettext_lazy("year only"),
    "month": gettext_lazy("month and year"),
    "first_of_january": gettext_lazy("first of January"),
    "whole": gettext_lazy("whole"),
    "cut": gettext_lazy("digits missing"),
}
BROKEN = {**dict(REASONS), FIELD_MISSING: "du", FIELD_UNREADABLE: "sach", NOT_CONFIRMED: "song"}
SHARE_SHOWN = 0.1  # percent; what is rarer is left out of a line of the profile


def rates(found: Figures, language: str) -> list[dict[str, Any]]:
    """Return the five rates of a register or commune: verified first, then the four criteria."""
    return [
        {"id": name, "label": label, "means": means, "percent": percent(found.share(name), language)}
        for name, (label, means) in CRITERIA.items()
    ]


def communes(found: Sequence[CommuneRates], language: str, on: date) -> list[dict[str, Any]]:
    """Return the lines of the table by commune, the worst first. One query for the communes' names."""
    titles = commune_titles([one.commune for one in found], on)
    return [
        {
            "code": one.commune,
            "title": titles.get(one.commune) or one.commune or _("commune not known"),
            "rows": one.rows,
            "band": badge(one.band),
            "shares": [(line["label"], line["percent"]) for line in rates(one, language)],
        }
        for one in found
    ]


def commune_titles(codes: Iterable[str], on: date) -> dict[str, str]:
    """Return {code: "xã Cốc San"} of communes as of a day. One query."""
    wanted = {code for code in codes if code}
    found = UnitVersion.objects.filter(directory.in_force(on), level=Level.COMMUNE, code__in=wanted)
    return {one.code: directory.unit_title(one.unit_id, on, with_parents=False) for one in found}


def reasons(found: Sequence[ReasonCount], register: str, rows: int, language: str) -> list[dict[str, Any]]:
    """Return the reasons with advice, share and the criteria that each breaks."""
    return [
        {
            "code": one.code,
            "title": one.title,
            "advice": say(one.code, register).advice,
            "rows": one.rows,
            "share": percent(one.rows / rows if rows else None, language),
            "breaks": ", ".join(str(CRITERIA[name][0]) for name in BROKEN.get(one.code, "").split()),
        }
        for one in found
    ]


def run(one: Submission, language: str) -> dict[str, Any]:
    """Return one run in words: where it stands, for how long, and what it found."""
    stages = one.summary.get("stages", {})
    going = one.state in {Submission.State.WAITING, Submission.State.RUNNING}
    return {
        "pk": one.pk,
        "register": one.register,
        "at": saying.moment(one.at, language),
        "going": going,
        "state": state(*STATES[Submission.State(one.state)], one.get_state_display()),
        "stage": STAGES.get(one.stage, one.stage) if one.state == Submission.State.RUNNING else "",
        "step": list(STAGES).index(one.stage) + 1 if one.stage in STAGES else 0,
        "steps": len(STAGES),
        "source": one.get_source_display(),
        "file": one.filename,
        "of_file": one.source == Submission.Source.FILE,
        "rows": one.rows,
        "again": one.again,
        "full": one.full,
        "error": one.error,
        "seconds": _seconds(one.started_at, one.finished_at),
        "stages": [(STAGES.get(name, name), told.get("wall_s", 0)) for name, told in stages.items()],
        "memory_mib": one.summary.get("peak_memory_mib"),
    }


def _seconds(since: datetime | None, until: datetime | None) -> int | None:
    return max(1, round((until - since).total_seconds())) if since and until else None


def profile(summary: Mapping[str, Any], reasons: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """Return how the register keeps each part of an identity: how often it is missing, how it agrees where stated.

    summary  as the engine tells it (`error_profile`: shares in percent by form and level)
    reasons  reason -> rows, of all rows
    """
    rows = summary.get("rows") or 0
    told: Mapping[str, Mapping[str, Mapping[str, float]]] = summary.get("error_profile", {})
    missing_columns = set(summary.get("columns_missing", ()))
    return [
        {
            "part": label,
            "missing": _("no such column")
            if part in missing_columns
            else percent(reasons.get(f"{part}_missing", 0) / rows, language)
            if rows
            else "–",
            "forms": [
                {
                    "form": FORMS.get(form, "") if len(told[part]) > 1 else "",
                    "levels": _levels(shares, language),
                }
                for form, shares in told.get(part, {}).items()
            ],
        }
        for part, label in PARTS.items()
        if part in told or f"{part}_missing" in reasons
    ]


def _levels(shares: Mapping[str, float], language: str) -> list[tuple[str | Promise, str]]:
    kept = sorted(shares.items(), key=lambda item: -item[1])
    return [
        (LEVELS.get(name, name), percent(share / 100, language))
        for name, share in kept
        if share >= SHARE_SHOWN
    ]


def days(points: Sequence[tuple[datetime, float]], language: str) -> list[tuple[str, str]]:
    """Return (moment, rate) of a series, the newest first, for the table beside its drawing."""
    return [(saying.moment(at, language), percent(share, language)) for at, share in reversed(points)]
