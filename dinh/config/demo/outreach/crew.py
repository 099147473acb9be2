"""Who is in the teams: a steering committee, the commune's team, young volunteers, nine village teams; with what they carry.

Everybody is synthetic. Names follow the ethnic groups of the commune; two of them, `lan` and `pao` of the first
village, may be tried out, the others cannot sign in.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dinh.config.demo import people, staff
from dinh.config.demo.outreach import phones
from dinh.config.demo.outreach.phones import Phone
from dinh.config.demo.outreach.spans import Span, at
from dinh.directory import actions as directory
from dinh.directory import queries as places
from dinh.directory import sign_in
from dinh.directory.models import Account, Unit
from dinh.lib.names import fold
from dinh.outreach.actions import teams, trust
from dinh.outreach.models import Member, SlipBook, Team

TITLE = staff.TEAMS[1].title
LANGUAGES = {"02": "tyz", "03": "blt", "06": "mtq", "07": "nut", "08": "hmn", "09": "ium", "25": "pcc"}
SKILLS = ("phone_basics", "electronic_id", "public_services", "payments", "health", "selling", "safety", "teaching",
          "elderly", "disability", "first_repair")  # fmt: skip
TIMES = (
    "sat.morning",
    "sat.afternoon",
    "sun.morning",
    "sun.afternoon",
    "mon.evening",
    "wed.evening",
    "fri.evening",
)
LEADER, DEPUTY, MEMBER = Member.Role.LEADER, Member.Role.DEPUTY, Member.Role.MEMBER


@dataclass
class Crew:
    """The teams as they stand, and who carries which telephone."""

    unit: Unit
    officer: Account  # the digital officer, who manages the teams
    villages: dict[int, Unit]  # by number, in the order of the scenario
    teams: dict[int, Team] = field(default_factory=dict)  # of the villages, by number
    members: dict[int, list[Member]] = field(default_factory=dict)  # the leader first
    young: list[Member] = field(default_factory=list)
    commune: Team | None = None
    phones: dict[Any, Phone] = field(default_factory=dict)  # account -> telephone
    books: dict[Any, SlipBook] = field(default_factory=dict)  # account -> slips
    slips: dict[Any, int] = field(default_factory=dict)  # account -> next number

    def phone(self, member: Member) -> Phone:
        """Return the telephone of a member."""
        return self.phones[member.account_id]

    def leader(self, village: int) -> Member:
        """Return who leads a village's team."""
        return self.members[village][0]

    def slip(self, account: Any) -> str:
        """Return the next number of somebody's book; "" when it is used up."""
        number = self.slips.get(account, 0)
        if not number or number > self.books[account].last:
            return ""
        self.slips[account] = number + 1
        return str(number)


def gather(
    town_staff: Mapping[str, Account], crew: Crew, values: Mapping[str, Any], span: Span, rng: random.Random
) -> None:
    """Set the teams up a fortnight before the first visit, and give each member a telephone, a badge and slips."""
    found_at = at(span.first, 9)
    _committees(town_staff, crew, values, found_at, rng)
    names = _Names(rng, values["ethnicities"])
    for number, village in crew.villages.items():
        team = teams.set_up_team(
            unit=village, kind=Team.Kind.VILLAGE, name=f"Tổ công nghệ số cộng đồng {places.unit_title(village.pk, span.first, with_parents=False)}",
            above=crew.commune, opened_on=span.first, by=crew.officer, at=found_at + timedelta(minutes=5 + number),
        )  # fmt: skip
        crew.teams[number] = team
        crew.members[number] = [
            _member(team, role, names, number, place, found_at + timedelta(minutes=20 + number * 4 + place))
            for place, role in enumerate(_roles(rng, values["members"]))
        ]
    for number, member in enumerate([*(m for group in crew.members.values() for m in group), *crew.young]):
        _equip(crew, member, number, values, span)


def _committees(
    town: Mapping[str, Account], crew: Crew, values: Mapping[str, Any], when: datetime, rng: random.Random
) -> None:
    steering = _team(crew, Team.Kind.STEERING, "Ban chỉ đạo chuyển đổi số xã Cốc San", None, when)
    crew.commune = _team(crew, Team.Kind.COMMUNE, "Tổ công nghệ số cộng đồng xã Cốc San", steering, when)
    seats = ((steering, "son", LEADER), (steering, "hoa", DEPUTY), (steering, "thang", MEMBER), (steering, "khoa", MEMBER),
             (crew.commune, "hoa", LEADER), (crew.commune, "tam", DEPUTY), (crew.commune, "nga", MEMBER),
             (crew.commune, "huong", MEMBER))  # fmt: skip
    for number, (team, username, role) in enumerate(seats):
        teams.join(
            team=team, account=town[username], role=role, skills=SKILLS[number % 5 : number % 5 + 3],
            languages=["vie"], by=None, at=when + timedelta(minutes=number),
        )  # fmt: skip
    young = _team(
        crew, Team.Kind.YOUNG, "Thanh niên tình nguyện xã Cốc San", crew.commune, when,
        villages=[one.pk for one in crew.villages.values()],
    )  # fmt: skip
    names = _Names(rng, values["ethnicities"])
    crew.young = [
        _member(
            young, LEADER if not place else MEMBER, names, -1, place, when + timedelta(minutes=10 + place)
        )
        for place in range(values["young"])
    ]


def _team(crew: Crew, kind: str, name: str, above: Team | None, when: datetime, **more: Any) -> Team:
    return teams.set_up_team(
        unit=crew.unit,
        kind=kind,
        name=name,
        above=above,
        decision="QĐ 112/QĐ-UBND",
        by=crew.officer,
        at=when,
        **more,
    )


def _roles(rng: random.Random, most: int) -> list[str]:
    """Return a leader and three or four members, now and then one of them the deputy."""
    rest: list[str] = [MEMBER] * rng.choice((most - 1, most))
    if rng.random() < 0.5:
        rest[-1] = DEPUTY
    return [LEADER, *rest]


def _member(team: Team, role: str, names: _Names, village: int, place: int, when: datetime) -> Member:
    """Open an account and take them in; of the first village two have a password."""
    rng = names.rng
    tried = staff.TEAMS[place] if village == 0 and place < len(staff.TEAMS) else None
    group, full_name, username = ("25", tried.full_name, tried.username) if tried else names.draw()
    account = directory.open_account(
        username=username, full_name=full_name, title=tried.title if tried else TITLE, unit=team.unit,
        password=staff.PASSWORD if tried else None, must_change_password=False if tried else None,
        demonstration=True, by=None, at=when,
    )  # fmt: skip
    if tried:
        sign_in.enrol(account)
    languages = {"vie", LANGUAGES.get(group, "vie"), *(["pcc"] if rng.random() < 0.35 else [])}
    return teams.join(
        team=team, account=account, role=role, skills=rng.sample(SKILLS, rng.choice((2, 3, 3, 4))),
        languages=sorted(languages), availability=rng.sample(TIMES, rng.choice((2, 3, 4))), by=None,
        at=when + timedelta(seconds=30),
    )  # fmt: skip


def _equip(crew: Crew, member: Member, number: int, values: Mapping[str, Any], span: Span) -> None:
    """Enrol a telephone and hand out badge and slips, on the first evening."""
    account, when = member.account, at(span.first, 16) + timedelta(minutes=number)
    trust.give_badge(
        account=account, unit=crew.unit, expires_on=span.first + timedelta(days=365), by=crew.officer, at=when
    )
    book = trust.give_slips(account=account, unit=crew.unit, amount=values["slips"], by=crew.officer, at=when)
    crew.books[account.pk], crew.slips[account.pk] = book, book.first
    crew.phones[account.pk] = phones.enrol(account, by=crew.officer, at=when, number=number)


class _Names:
    """Draws names of the commune's groups, each once."""

    def __init__(self, rng: random.Random, ethnicities: Mapping[str, int]) -> None:
        self.rng = rng
        self._groups, self._weights = list(ethnicities), list(ethnicities.values())

    def draw(self) -> tuple[str, str, str]:
        """Return a group, a full name and a username that nobody has."""
        while True:
            group = self.rng.choices(self._groups, self._weights)[0]
            male = self.rng.random() < 0.48
            middle = self.rng.choice(people.MALE_MIDDLE if male else people.FEMALE_MIDDLE)
            given = self.rng.choice(people.MALE_GIVEN if male else people.FEMALE_GIVEN)
            full_name = f"{self.rng.choice(people.SURNAMES[group])} {middle} {given}"
            username = _username(full_name)
            if not Account.objects.filter(username=username).exists():
                return group, full_name, username


def _username(full_name: str) -> str:
    words: Sequence[str] = fold(full_name).split()
    return f"{words[-1]}.{'.'.join(words[:-1])}"
