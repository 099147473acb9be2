"""Gatherings as pages ask for them: who may be invited, who came, what they learnt, which official took which course."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.catalogue import queries as catalogue
from dinh.directory import policy, tree
from dinh.directory import queries as directory
from dinh.directory.models import Account
from dinh.lib.dates import local_date
from dinh.outreach.models import Area, Attendance, Invitation, Team, Workshop
from dinh.outreach.queries.leading import LEAD, MANAGE, SUPERVISE, led_by
from dinh.outreach.queries.scope import in_term
from dinh.outreach.rules import gatherings as rules
from dinh.population.models import Person

OF_COMMUNE = (Team.Kind.COMMUNE, Team.Kind.STEERING)
READ = "population.read"
TELLING = frozenset({"poor"})  # audiences that tell something of a person which not everybody may know
VOLUNTEERS = frozenset({"volunteer", "team_leader"})  # roles that come with a term in a team
INVITED_AT_MOST = 1000  # people of one gathering: a hall does not hold more
_AUDIENCES: dict[str, Callable[[date], Q]] = {
    "everyone": lambda on: Q(birth_year__lte=on.year - 14),
    "elderly": lambda on: Q(birth_year__lte=on.year - 60),
    "pupils": lambda on: Q(birth_year__lte=on.year - 11, birth_year__gte=on.year - 17),
    "without_device": lambda on: Q(birth_year__lte=on.year - 14) & ~Q(profile__has_device=True),
    "without_identity": lambda on: Q(birth_year__lte=on.year - 14) & ~Q(profile__electronic_id__gte=2),
    "women": lambda on: Q(birth_year__lte=on.year - 14, sex="2"),
    "poor": lambda on: Q(birth_year__lte=on.year - 14, household__poverty__in=["poor", "near_poor"]),
}


def people_for(unit: UUID, audience: str, on: date) -> QuerySet[Person]:
    """Return the living people of a commune or village whom a gathering is for, by name; none for officials.

    Houses that asked not to be visited again are not invited.
    """
    condition = _AUDIENCES.get(audience)
    if condition is None:
        return Person.objects.none()
    here = tree.subtree(unit, on)
    at_home = Q(household__village__in=here) | Q(household__unit__in=here)
    found = Person.objects.filter(
        at_home, condition(on), status=Person.Status.ALIVE, household__closed_on=None
    )
    return found.exclude(household__profile__refused_on__isnull=False).order_by("name_key", "pk")


def audiences_of(account: Account, unit: UUID, on: date) -> list[str]:
    """Return the audiences that somebody may invite in a unit.

    A list of those who were invited because they are poor tells who is poor: it is only for who may read that anyway.
    """
    reads = policy.may(account, READ, unit=unit, on=on)
    return [code for code in _AUDIENCES if code not in TELLING or reads]


def officials(unit: UUID, on: date) -> list[Account]:
    """Return the staff of a commune who may be trained as officials, by name: whoever is more than a volunteer."""
    return [
        one
        for one in directory.accounts_of(unit, on)
        if {grant.role for grant in one.grants_here} - VOLUNTEERS  # type: ignore[attr-defined]
    ]


def places_of(account: Account, on: date) -> list[UUID]:
    """Return the communes and villages where somebody may hold a gathering, in order of id.

    Of a leader the villages of their team; the commune itself is for who leads its own team or its committee.
    """
    found: set[UUID] = set()
    for permission in (MANAGE, SUPERVISE, LEAD):
        found |= policy.scope(account, permission, on).units
    teams = led_by(account, on)
    found |= {team.unit_id for team in teams if team.kind in OF_COMMUNE}
    found |= set(Area.objects.filter(in_term(on), team__in=teams).values_list("village", flat=True))
    return sorted(found)


def seen_by(account: Account, on: date) -> QuerySet[Workshop]:
    """Return the gatherings that somebody may look at: of their places and, for a member of a village, its commune's."""
    places = set(places_of(account, on))
    above = {
        naming.parent for unit in places if (naming := tree.naming(unit, on)) and naming.level == "village"
    }
    wanted = places | {one for one in above if one}
    return Workshop.objects.filter(unit__in=wanted).select_related("lead").order_by("starts_at")


def may_run(account: Account, workshop: Workshop, on: date) -> bool:
    """Return whether somebody may change a gathering and read who came: its lead, and who leads or manages there."""
    return workshop.lead_id == account.pk or workshop.unit_id in places_of(account, on)


@dataclass(frozen=True)
class Came:
    """One person on the list of a gathering: invited, come, or both."""

    name: str
    invited: bool
    reached: bool
    attendance: Attendance | None
    person: UUID | None = None
    account: UUID | None = None

    @property
    def learnt(self) -> list[str]:
        """The skills in which they went a step up."""
        return rules.gained(self.attendance.before, self.attendance.after) if self.attendance else []


def who_came(workshop: Workshop) -> list[Came]:
    """Return everybody who was invited or came, by name. Two queries."""
    attendances = list(workshop.attendances.select_related("person", "account"))
    by_person = {one.person_id: one for one in attendances if one.person_id}
    by_account = {one.account_id: one for one in attendances if one.account_id}
    found: list[Came] = []
    shown: set[UUID] = set()
    for one in Invitation.objects.filter(workshop=workshop).select_related("person", "account"):
        if one.person_id:
            came = by_person.get(one.person_id)
        else:
            came = by_account.get(one.account_id) if one.account_id else None
        name = one.person.full_name if one.person else one.account.full_name if one.account else ""
        found.append(Came(name, True, one.reached, came, one.person_id, one.account_id))
        shown |= {came.pk} if came else set()
    found += [
        Came(_name(one), False, False, one, one.person_id, one.account_id) for one in attendances if one.pk not in shown
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.attendance is None, one.name.split()[-1:], one.name))


@dataclass(frozen=True)
class Learnt:
    """One skill at a gathering: how many of those who were asked could do it alone, before and after."""

    code: str
    before: int
    after: int
    gained: int
    asked: int


def learnt(attendances: Iterable[Attendance]) -> list[Learnt]:
    """Return the five skills, in the order of their list."""
    rows = list(attendances)
    found = []
    for code in catalogue.codes_of("basic_skills") or []:
        asked = [one for one in rows if code in one.before or code in one.after]
        up = sum(code in rules.gained(one.before, one.after) for one in asked)
        before = sum(one.before.get(code) == 2 for one in asked)
        found.append(Learnt(code, before, sum(one.after.get(code) == 2 for one in asked), up, len(asked)))
    return found


@dataclass(frozen=True)
class Course:
    """The trainings of one official: course (topic) -> days on which they came."""

    account: Account
    days: dict[str, list[date]]


def trainings(
    accounts: Sequence[Account], since: datetime, until: datetime
) -> tuple[list[str], list[Course]]:
    """Return the courses held for officials between two moments, and who of these accounts came to which."""
    rows = Attendance.objects.filter(
        account__in=[one.pk for one in accounts], workshop__kind=Workshop.Kind.TRAINING,
        workshop__state=Workshop.State.HELD, workshop__starts_at__gte=since, workshop__starts_at__lt=until,
    ).values_list("account", "workshop__topic", "workshop__starts_at")  # fmt: skip
    days: dict[UUID, dict[str, list[date]]] = {}
    topics: Counter[str] = Counter()
    for account, topic, at in rows.order_by("workshop__starts_at"):
        if account is not None:
            days.setdefault(account, {}).setdefault(topic, []).append(local_date(at))
            topics[topic] += 1
    return sorted(topics), [Course(one, days.get(one.pk, {})) for one in accounts]


def _name(one: Attendance) -> str:
    if one.person is not None:
        return one.person.full_name
    return one.account.full_name if one.account is not None else one.name
