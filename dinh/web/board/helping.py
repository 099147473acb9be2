"""Who below needs help first, why, and what one could do: what all share is said once and is nobody's own fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.catalogue.shapes.figures import Indicator
from dinh.directory import tree
from dinh.indicators.queries.figures import Value
from dinh.web.board import saying
from dinh.web.board.arranging import HELP, NEAR, state_of
from dinh.web.board.asking import Asked
from dinh.web.board.reading import Reading

SHOWN = 10
REASONS = 3
SHARED = 3  # units that must all be below before one calls it shared
BEHIND = Decimal(5)  # points behind the middle from which a shared weakness is also a unit's own
OTHERWISE = gettext_lazy("Open the figure, see who is left behind, and ask who answers for it.")
DEEDS: dict[str, str | Promise] = {
    "on_time_rate": gettext_lazy("Sit with who holds the slow step; share the work anew or add hands."),
    "full_online_rate": gettext_lazy("Open more procedures online to the end; help people to file by themselves at the centre."),
    "digitised_rate": gettext_lazy("Scan and sign each dossier when it is received; give the result in electronic form too."),
    "four_on_site_rate": gettext_lazy("See which dossiers went elsewhere; ask for the power to settle them here."),
    "satisfaction_rate": gettext_lazy("Read the low ratings, call the people back, mend what they complained of."),
    "eid_2_rate": gettext_lazy("Go to the village with the commune police for those without level 2."),
    "verified_rate": gettext_lazy("Decide the open findings; send wrong data back to who keeps them."),
    "questions_on_time_rate": gettext_lazy("Name who answers each open question, with a day."),
    "mobile_rate": gettext_lazy("Give the operators the list of houses without a signal, and agree on a day to look."),
    "broadband_rate": gettext_lazy("Ask the operators for cable to the clusters without it; say how many houses want it."),
    "power_rate": gettext_lazy("Tell the power company which houses have none, and agree on a day to look."),
    "bank_account_rate": gettext_lazy("Invite the bank to open accounts at the village house."),
    "health_record_rate": gettext_lazy("Have the health station make the records on its day in the village."),
    "device_rate": gettext_lazy("Collect telephones to lend; put a shared one in the village house."),
    "skilled_house_rate": gettext_lazy("Send the team to teach house by house, one session a week in the village."),
    "firms_qr_rate": gettext_lazy("Make QR codes with the bank, shop by shop."),
    "products_payable_rate": gettext_lazy("Make a QR code for each product with its makers."),
    "work_files_online_rate": gettext_lazy("Take no inner paper; give work and answer it in the system."),
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One figure of a unit that says so: its value, what the middle of the units has ("" where it is not behind), and its address."""

    id: str
    title: str
    value: str
    middle: str
    url: str
    weak: bool


@dataclass
class Need:
    """A unit that needs help: how many figures are weak or not there yet, the worst of them, and what to do first."""

    unit: UUID
    title: str
    query: str
    weak: int = 0
    near: int = 0
    behind: Decimal = Decimal(0)
    reasons: list[tuple[int, Decimal, Reason]] = field(default_factory=list)

    @property
    def shown(self) -> list[Reason]:
        """The worst reasons, the worst first."""
        return [one for _rank, _gap, one in sorted(self.reasons, key=lambda one: one[:2])[:REASONS]]

    @property
    def deed(self) -> str:
        """What to do first."""
        return str(DEEDS.get(self.shown[0].id, OTHERWISE))


@dataclass(frozen=True)
class Shared:
    """A figure that is low in every unit below: work for the unit itself."""

    id: str
    title: str
    value: str
    url: str
    deed: str


@dataclass(frozen=True)
class Needs:
    """At most ten units, and what all of them share. `all`: every unit that needs help; `judged`: of which anything is known."""

    units: tuple[Need, ...]
    shared: tuple[Shared, ...]
    all: tuple[Need, ...]
    judged: frozenset[UUID]


def needs(
    found: Mapping[str, Reading], children: Mapping[str, Sequence[Value]], asked: Asked, language: str
) -> Needs:
    """Return the units below that need help in most figures, at most ten, and what is low everywhere."""
    known: dict[UUID, Need] = {}
    shared: list[Shared] = []
    units: set[UUID] = set()
    for id, values in children.items():
        indicator = found[id].indicator
        told = [one for one in values if one.value is not None and not one.few]
        units |= {one.unit for one in told}
        low = [one for one in told if state_of(one, indicator.direction) in {HELP, NEAR}]
        if not low:
            continue
        everywhere = len(low) == len(told) >= SHARED
        if everywhere:
            shared.append(_shared(found[id], asked, language))
        middle = Decimal(median([one.value for one in told if one.value is not None]))
        for one in low:
            behind = _behind(one, middle, indicator)
            if not everywhere or behind >= BEHIND:
                need = known.setdefault(one.unit, _need(one.unit, asked))
                _count(need, one, behind, middle, indicator, asked, language)
    ordered = sorted(known.values(), key=lambda one: (-one.weak, -one.near, -one.behind, one.title))
    return Needs(tuple(ordered[:SHOWN]), tuple(shared), tuple(ordered), frozenset(units))


def _need(unit: UUID, asked: Asked) -> Need:
    return Need(unit, tree.title(unit, asked.day, with_parents=False), asked.at(unit).query())


def _behind(value: Value, middle: Decimal, indicator: Indicator) -> Decimal:
    gap = middle - (value.value or Decimal(0))
    return -gap if indicator.direction == "down" else gap


def _count(
    need: Need, value: Value, behind: Decimal, middle: Decimal, indicator: Indicator, asked: Asked, language: str
) -> None:  # fmt: skip
    weak = state_of(value, indicator.direction) is HELP
    need.weak += weak
    need.near += not weak
    need.behind += max(behind, Decimal(0))
    reason = Reason(
        indicator.id, indicator.title.of(language), saying.amount(value.value, indicator, language),
        saying.amount(middle, indicator, language) if behind > 0 else "", _figure(indicator.id, asked.at(value.unit).when(value.last)), weak,
    )  # fmt: skip
    need.reasons.append((0 if weak else 1, -behind, reason))


def _shared(found: Reading, asked: Asked, language: str) -> Shared:
    indicator = found.indicator
    return Shared(
        indicator.id, indicator.title.of(language), saying.amount(found.now.value, indicator, language),
        _figure(indicator.id, asked.when(found.now.last)), str(DEEDS.get(indicator.id, OTHERWISE)),
    )  # fmt: skip


def _figure(id: str, asked: Asked) -> str:
    return f"{reverse('board:figure', args=[id])}?{asked.query()}"


def in_words(need: Need) -> str:
    """Return why a unit comes first, in one sentence: "“Tỷ lệ hài lòng” 81,5 %, nơi ở giữa 95,0 %"."""
    first = need.shown[0]
    told = {"title": first.title, "value": first.value, "middle": first.middle}
    if not first.middle:
        return _("“%(title)s” is %(value)s") % told
    return _("“%(title)s” is %(value)s, in the middle of the units %(middle)s") % told
