"""Week after week: who goes where, to which doors, and when what was written down is sent."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dinh.config.demo.outreach.crew import Crew
from dinh.config.demo.outreach.helping import Wishes
from dinh.config.demo.outreach.houses import House
from dinh.config.demo.outreach.phones import Network, Phone
from dinh.config.demo.outreach.spans import Span, at
from dinh.config.demo.outreach.visits import PENSIONS, Round
from dinh.directory.models import Account
from dinh.outreach.models import Member
from dinh.work.models import Assignment, IssueCard

# Of a week from its first day: how often a round falls on each day, by what people have time for.
STARTS = ((8, 0), (8, 40), (14, 0), (14, 30), (18, 10))


@dataclass
class Field:
    """All that the builders of the half-year share."""

    crew: Crew
    span: Span
    values: Mapping[str, Any]
    rng: random.Random
    network: Network
    houses: dict[int, list[House]]
    wishes: Wishes
    staff: Mapping[str, Account]
    by_id: dict[UUID, House] = field(default_factory=dict)
    tried: set[UUID] = field(default_factory=set)  # houses to whose door somebody came
    cards: list[IssueCard] = field(default_factory=list)
    told: set[UUID] = field(default_factory=set)  # difficulties whose answer was carried back

    @property
    def officials(self) -> list[Account]:
        """Who is invited to a training: the staff of the commune."""
        return [
            one
            for name, one in sorted(self.staff.items())
            if one.unit_id == self.crew.unit.pk and name != "hoa"
        ]

    def round(self, phone: Phone, when: datetime) -> Round:
        """Begin a round."""
        return Round(self.crew, phone, self.wishes, self.rng, when)

    def evening(self, village: int, day: date) -> datetime:
        """Return when a telephone finds network after a day: in some villages only days later."""
        late = self.rng.choice((0, 1, 1, 2, 3)) if village in self.values["weak_network"] else 0
        return at(day + timedelta(days=late), 19, 20) + timedelta(minutes=self.rng.randrange(130))

    def send(self, phone: Phone, when: datetime) -> None:
        """Send what a telephone holds; now and then the answer is not heard and it sends again."""
        envelopes = list(phone.outbox)
        self.network.send(phone, when)
        if envelopes and self.rng.random() < self.values["sent_twice"]:
            again = when + timedelta(minutes=self.rng.randrange(3, 50))
            if self.span.has(again):
                self.network.again(phone, again, envelopes[:12])


def live_week(field: Field, number: int, monday: date) -> None:
    """Let each team walk in one week."""
    weeks = field.values["first_weeks"]
    field.wishes.week = number
    tasks = _tasks(field.crew, monday)
    for village, members in field.crew.members.items():
        houses = field.houses[village]
        share = [h for h in houses if h.id not in field.tried]
        if number < weeks:
            share = share[: -(-len(houses) // weeks)]
        doors: list[tuple[House, Sequence[Assignment]]] = [(one, ()) for one in share[:20]]
        field.tried.update(one.id for one in share[:20])
        again = _again(field, village, tasks.get(village, {}), number)
        helpers = [one for one in members if _goes(one, monday)]
        if (number + village) % 4 == 1:  # one of the young volunteers comes along
            helpers.append(field.crew.young[(number + village) // 4 % len(field.crew.young)])
        _walk(field, village, helpers, doors, again, monday)


def _goes(member: Member, monday: date) -> bool:
    return member.until_on is None or member.until_on > monday + timedelta(days=6)


def _tasks(crew: Crew, monday: date) -> dict[int, dict[UUID, list[Assignment]]]:
    """Return the open tasks of the week by village and house, the most pressing first."""
    numbers = {village.pk: number for number, village in crew.villages.items()}
    rows = Assignment.objects.filter(
        unit=crew.unit, state=Assignment.State.READY, opens_on__lte=monday + timedelta(days=4), village__in=numbers,
        rule__in=(
            "first_visit", "follow_up_7", "follow_up_30", "no_device", "card_expiring", "gathering_invitation",
            *PENSIONS,
        ),
    ).order_by("priority", "due_on", "pk")  # fmt: skip
    found: dict[int, dict[UUID, list[Assignment]]] = defaultdict(dict)
    for row in rows:
        if row.household is not None and row.village_id is not None:
            found[numbers[row.village_id]].setdefault(row.household, []).append(row)
    return found


def _again(
    field: Field, village: int, tasks: Mapping[UUID, list[Assignment]], number: int
) -> list[tuple[House, Sequence[Assignment]]]:
    """Choose to which houses somebody comes again: those with tasks, then those that still wait for help."""
    most = field.values["again"]["early" if number < field.values["first_weeks"] else "later"]
    # A house that has not been met is due again by its task, once its first visit has been tried.
    todo = [
        (field.by_id[key], rows) for key, rows in tasks.items() if key in field.tried and key in field.by_id
    ]
    todo = sorted((pair for pair in todo if not pair[0].closed), key=lambda pair: pair[0].met)[
        : most - most // 2
    ]
    chosen = {house.id for house, _rows in todo}
    waiting = [h for h in field.houses[village] if h.met and h.id not in chosen and field.wishes.waits(h.id)]
    field.rng.shuffle(waiting)
    return [*todo, *((house, ()) for house in waiting[: most - len(todo)])]


def _walk(
    field: Field,
    village: int,
    members: Sequence[Member],
    doors: list[tuple[House, Sequence[Assignment]]],
    again: list[tuple[House, Sequence[Assignment]]],
    monday: date,
) -> None:
    """Share the doors among the members, each on one or two days, and send what they wrote down in the evening."""
    rng = field.rng
    all_doors = [(True, *one) for one in doors] + [(False, *one) for one in again]
    rng.shuffle(all_doors)
    shares = [all_doors[place :: len(members)] for place in range(len(members))]
    for member, share in zip(members, shares, strict=True):
        phone = field.crew.phone(member)
        for day, part in _days(share, monday, rng):
            hour, minute = rng.choice(STARTS[2:] if len(part) < 4 else STARTS[:3])
            walk = field.round(phone, at(day, hour, minute) + timedelta(minutes=rng.randrange(25)))
            evening = field.evening(village, day)
            if walk.clock < phone.device.enrolled_at or not field.span.has(evening + timedelta(hours=3)):
                for first, house, _rows in part:
                    if first:
                        field.tried.discard(house.id)
                continue
            for first, house, rows in part:
                if first or not house.met:
                    walk.first(house)
                else:
                    walk.again(house, rows)
            field.send(phone, max(evening, walk.clock + timedelta(minutes=20)))


def _days(
    share: list[tuple[bool, House, Sequence[Assignment]]], monday: date, rng: random.Random
) -> list[tuple[date, list[tuple[bool, House, Sequence[Assignment]]]]]:
    """Spread doors over one or two days of the week, in order."""
    days = sorted(rng.sample(range(7), 2 if len(share) > 3 else 1))
    half = -(-len(share) // len(days)) if share else 0
    parts = [share[place * half : (place + 1) * half] for place in range(len(days))]
    return [(monday + timedelta(days=day), part) for day, part in zip(days, parts, strict=True) if part]
