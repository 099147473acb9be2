"""What a member holds, and what a handover would move to whom: shown before it is done, in one look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from dinh.directory import tree
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier, Draft, Status
from dinh.outreach.models import Device, Duty, Member, Workshop
from dinh.outreach.queries.happenings import commune_of
from dinh.outreach.queries.scope import members_of_villages, villages_of, villages_of_team
from dinh.outreach.rules.duties import deal
from dinh.population.models import Household
from dinh.work.models import Assignment

OPEN = (
    Status.SUBMITTED,
    Status.ACCEPTED,
    Status.IN_PROCESS,
    Status.SUPPLEMENT,
    Status.FINANCIAL,
    Status.FINISHED,
)


@dataclass(frozen=True)
class VillageLine:
    """One village of the member that leaves."""

    unit: UUID
    title: str
    households: int
    to: Account | None  # who takes its tasks over
    left: int  # other members who go there afterwards


@dataclass(frozen=True)
class PhoneLine:
    """One telephone of the member."""

    label: str
    last_contact: datetime
    unsent: int
    oldest_unsent: datetime | None


@dataclass(frozen=True)
class Preview:
    """What the member holds, what moves, and what cannot."""

    member: Member
    to: Sequence[Member]
    villages: list[VillageLine]
    tasks: dict[UUID, UUID]  # task -> account that takes it over
    duties: dict[UUID, UUID]  # duty -> membership that takes it over
    workshops: dict[UUID, UUID]  # gathering -> account that leads it
    clashes: int  # duties whose new holder is on duty elsewhere at that time
    phones: list[PhoneLine]
    drafts: int  # begun with people who gave this member their consent: they stay theirs alone
    dossiers: int  # followed: their tasks are of the village, whoever goes there
    leads: bool  # the team would have no leader

    @property
    def unsent(self) -> int:
        """Operations that the telephones said they still hold."""
        return sum(phone.unsent for phone in self.phones)

    @property
    def abandoned(self) -> list[VillageLine]:
        """The villages to which nobody goes any more."""
        return [line for line in self.villages if not line.left]

    @property
    def shares(self) -> list[tuple[Member, int, int, int]]:
        """For each who takes over: how many tasks, duties and gatherings."""
        return [
            (
                one,
                sum(account == one.account_id for account in self.tasks.values()),
                sum(member == one.pk for member in self.duties.values()),
                sum(account == one.account_id for account in self.workshops.values()),
            )
            for one in self.to
        ]


def preview(member: Member, to: Sequence[Member], on: date) -> Preview:
    """Return what a handover on a day would do; it writes nothing.

    to  members of teams who take over, in the order chosen; villages, and the tasks in them, are dealt among them
    """
    account = member.account
    mine = villages_of_team(member.team, on)
    tree.warm(mine)
    ordered = sorted(mine, key=lambda unit: tree.title(unit, on, with_parents=False))
    dealt = deal(ordered, [(one.pk, frozenset(villages_of(one.account, on))) for one in to])
    by_pk = {one.pk: one for one in to}
    duties, clashes = _duties(member, to, on)
    return Preview(
        member=member,
        to=to,
        villages=_villages(member, ordered, {v: by_pk[m] for v, m in dealt.items()}, on),
        tasks=_tasks(member, mine, {v: by_pk[m].account_id for v, m in dealt.items()}, to, on),
        duties=duties,
        workshops=_workshops(member, to, on),
        clashes=clashes,
        phones=[
            PhoneLine(one.label, one.last_contact, one.unsent, one.oldest_unsent)
            for one in Device.objects.filter(account=account, revoked_at__isnull=True).order_by("label", "pk")
        ],
        drafts=Draft.objects.filter(helper=account, dossier__isnull=True).count(),
        dossiers=Dossier.objects.filter(helper=account, status__in=OPEN).count(),
        leads=_leads_alone(member, to, on),
    )


def _villages(member: Member, ordered: Sequence[UUID], to: dict[UUID, Member], on: date) -> list[VillageLine]:
    counts = dict(
        Household.objects.filter(village__in=ordered, closed_on__isnull=True)
        .values_list("village")
        .annotate(n=Count("pk"))
    )
    others = members_of_villages(ordered, on)
    stays = Member.objects.filter(account=member.account).exclude(pk=member.pk)
    elsewhere = {
        unit
        for one in stays
        if one.until_on is None or one.until_on > on
        for unit in villages_of_team(one.team, on)
    }
    return [
        VillageLine(
            unit,
            tree.title(unit, on, with_parents=False),
            counts.get(unit, 0),
            to[unit].account if unit in to else None,
            len([one for one in others[unit] if one != member.account_id or unit in elsewhere]),
        )
        for unit in ordered
    ]


def _tasks(
    member: Member, villages: Sequence[UUID], to: dict[UUID, UUID], takers: Sequence[Member], on: date
) -> dict[UUID, UUID]:
    rows = Assignment.objects.filter(
        assignee=member.account, state=Assignment.State.READY, unit=commune_of(member.team.unit_id, on)
    ).order_by("due_on", "pk")
    first = takers[0].account_id if takers else None
    found = {}
    for pk, village in rows.values_list("pk", "village"):
        if village is not None and village not in villages:
            continue  # of another team of the same person
        taker = to.get(village, first) if village is not None else first
        if taker is not None:
            found[pk] = taker
    return found


def _duties(member: Member, to: Sequence[Member], on: date) -> tuple[dict[UUID, UUID], int]:
    rows = Duty.objects.filter(member=member, state=Duty.State.PLANNED, on__gte=on).order_by(
        "on", "starts", "pk"
    )
    taken = list(
        Duty.objects.filter(
            member__account__in=[one.account_id for one in to], state=Duty.State.PLANNED, on__gte=on
        ).values_list("member__account", "on", "starts", "ends")
    )
    found: dict[UUID, UUID] = {}
    clashes = 0
    for place, duty in enumerate(rows):
        if not to:
            break
        turns = [*to[place % len(to) :], *to[: place % len(to)]]
        free = [one for one in turns if not _busy(one.account_id, duty, taken)]
        clashes += not free
        chosen = (free or turns)[0]
        found[duty.pk] = chosen.pk
        taken.append((chosen.account_id, duty.on, duty.starts, duty.ends))
    return found, clashes


def _busy(account: UUID, duty: Duty, taken: Sequence[tuple[object, ...]]) -> bool:
    return any(
        who == account and day == duty.on and starts < duty.ends and duty.starts < ends  # type: ignore[operator]
        for who, day, starts, ends in taken
    )


def _workshops(member: Member, to: Sequence[Member], on: date) -> dict[UUID, UUID]:
    # Those of the commune alone: what somebody leads elsewhere is not given away from here.
    here = tree.subtree(commune_of(member.team.unit_id, on), on)
    rows = Workshop.objects.filter(
        lead=member.account, state=Workshop.State.PLANNED, starts_at__date__gte=on, unit__in=here
    )
    if not to:
        return {}
    return {
        pk: to[place % len(to)].account_id
        for place, pk in enumerate(rows.order_by("starts_at").values_list("pk", flat=True))
    }


def _leads_alone(member: Member, to: Sequence[Member], on: date) -> bool:
    if member.role != Member.Role.LEADER:
        return False
    others = Member.objects.filter(team=member.team, role=Member.Role.LEADER).exclude(pk=member.pk)
    return not any(one.until_on is None or one.until_on > on for one in others)
