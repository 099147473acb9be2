"""Which figures the board puts first, and how a figure's state is judged. The rest of a group stands on its own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.indicators.queries.figures import Value

SCORE = "d766_score"
COLUMNS = 4  # quarters of a wide page
ACROSS = (4, 5, 3)  # tiles that may stand beside each other there, the best first
LEADING: dict[str, tuple[str, ...]] = {
    "service": (
        "on_time_rate", "dossiers_filed_count", "dossiers_late_running", "full_online_rate", "digitised_rate",
        "four_on_site_rate", "satisfaction_rate", "working_time_median",
    ),
    "residence": ("residents_count", "residences_permanent_count"),
    "identity": ("eid_2_rate",),
    "registers": ("verified_rate", "findings_open_count"),
    "teams": ("visits_count", "help_done_count", "gathering_people_count", "difficulties_open_count", "questions_on_time_rate"),
    "coverage": ("mobile_rate", "broadband_rate", "power_rate"),
    "people": ("bank_account_rate", "health_record_rate", "service_account_rate", "device_rate", "skilled_house_rate"),
    "economy": ("firms_qr_rate", "products_payable_rate"),
    "office": ("work_files_online_rate",),
}  # fmt: skip
PUBLIC = (
    "on_time_rate", "full_online_rate", "digitised_rate", "satisfaction_rate", "working_time_median",
    "dossiers_filed_count", "dossiers_ended_count", "eid_2_rate", "difficulties_told_count", "questions_on_time_rate",
    "visits_count", "gathering_people_count", "mobile_rate", "broadband_rate", "power_rate",
)  # fmt: skip
PEOPLE = ("sex", "age_band", "ethnicity", "disability", "device")  # who is left behind
OTHERS = ("procedure", "channel", "poverty", "kind", "topic", "place", "outcome", "register", "domain")


@dataclass(frozen=True)
class State:
    """How a figure stands: a word, a shape and a colour, and how far it is from the first of concern (0)."""

    word: str | Promise
    shape: str
    colour: str
    order: int


REACHED = State(_("target reached"), "✓", "green", 3)
GOOD = State(_("good"), "●", "green", 3)
NEAR = State(_("not there yet"), "▲", "gold", 1)
HELP = State(_("needs help"), "■", "red", 0)
FEW = State(_("few cases"), "◌", "plain", 4)
PLAIN = State("", "", "plain", 4)
NOTHING = State(_("no figure yet"), "–", "plain", 5)


def indicators(group: str) -> list[Indicator]:
    """Return all indicators of a group: those that lead, then the others by title."""
    leading = LEADING.get(group, ())
    rank = {id: number for number, id in enumerate(leading)}
    found = [one for one in store.get().indicators.values() if one.group == group]
    return sorted(found, key=lambda one: (rank.get(one.id, len(rank)), one.id))


def state_of(value: Value, direction: str) -> State:
    """Judge a value by its target and its thresholds; a figure that has neither is only told."""
    if value.value is None:
        return NOTHING
    if value.few:
        return FEW
    if reached(value.value, value.target, direction):
        return REACHED
    if value.mark == "weak":
        return HELP
    if value.target is not None or value.mark == "fair":
        return NEAR
    return GOOD if value.mark == "good" else PLAIN


def packed(sizes: Sequence[int], columns: int = COLUMNS) -> list[list[tuple[int, int]]]:
    """Put groups of tiles into rows that have no gap: for each row its groups as (number of the group, width).

    A group of `columns` tiles or more has a row of its own, a smaller one goes where there is room; the last group
    of a row takes what is left, and its first tiles become wide (`widths`).
    """
    rows: list[list[tuple[int, int]]] = []
    for number, size in enumerate(sizes):
        if size == 0:
            continue
        room = next(
            (row for row in rows if size < columns and sum(wide for _n, wide in row) + size <= columns), None
        )
        if room is None:
            rows.append(room := [])
        room.append((number, min(size, columns)))
    for row in rows:
        number, wide = row[-1]
        row[-1] = (number, wide + columns - sum(wide for _n, wide in row))
    return rows


def columns_for(tiles: int) -> int:
    """Return how many of some tiles stand beside each other on a wide page, so that the fewest must be stretched."""
    return min(ACROSS, key=lambda columns: (-tiles % columns, ACROSS.index(columns)))


def widths(tiles: int, columns: int) -> list[int]:
    """Return how many columns each tile of a group takes, so that its rows are full: the first ones are wider."""
    if tiles <= columns // 2:
        share, more = divmod(columns, tiles)
        return [share + (number < more) for number in range(tiles)]
    left = -tiles % columns
    return [2 if number < left else 1 for number in range(tiles)]


def reached(value: Decimal, target: Decimal | None, direction: str) -> bool:
    """Return whether a value is at its target or beyond it."""
    if target is None or direction == "none":
        return False
    return value <= target if direction == "down" else value >= target
