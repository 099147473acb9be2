"""Teams and who is in them. A term brings the role over the team's villages with it, by the directory's own actions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.directory import tree
from dinh.directory.models import Account, Level, Unit
from dinh.directory.writing import change, created, length_faults, refuse_if
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Refused
from dinh.outreach.actions.teams_grants import keep_in_step
from dinh.outreach.models import Area, Member, Team
from dinh.outreach.policy import require_manage, require_run
from dinh.outreach.queries.scope import in_term
from dinh.outreach.rules.duties import AVAILABILITY

CODES = {"skills": "helper_skills", "languages": "spoken_languages"}


@action
def set_up_team(
    *,
    unit: Unit,
    kind: str,
    name: str,
    by: Account | None,
    at: datetime,
    villages: Collection[UUID] = (),
    above: Team | None = None,
    opened_on: date | None = None,
    decision: str = "",
) -> Team:
    """Set up a team of a commune or a village.

    villages   whose houses it visits; none given: the village itself, of a village team
    above      the team that leads it: a steering committee above commune teams, these above village teams
    opened_on  default: today

    Raises Invalid with every fault; NotPermitted.
    """
    on = opened_on or local_date(at)
    require_manage(by, unit.pk, local_date(at))
    areas = list(villages) or ([unit.pk] if unit.level == Level.VILLAGE else [])
    team = Team(
        unit=unit,
        kind=kind,
        name=" ".join(name.split()),
        above=above,
        opened_on=on,
        decision=decision.strip(),
    )
    refuse_if([*_team_faults(team), *_area_faults(unit, areas, on)], "outreach.team_invalid")
    team.save(force_insert=True)
    Area.objects.bulk_create([Area(team=team, village_id=village, from_on=on) for village in areas])
    created(team, "outreach.team_set_up", by=by, at=at, unit=unit.pk, more={"areas": areas})
    return team


def _team_faults(team: Team) -> list[Fault]:
    faults = length_faults(Team, {"name": team.name, "decision": team.decision})
    if team.kind not in Team.Kind.values:
        faults.append(Fault("kind", "unknown", _("Choose what kind of team it is.")))
    if not team.name:
        faults.append(Fault("name", "required", _("Write the name of the team.")))
    if team.above is not None and _below(team.above, team):
        faults.append(Fault("above", "circle", _("A team cannot stand above itself.")))
    return faults


def _below(above: Team, team: Team) -> bool:
    """Return whether `above` is the team itself or stands somewhere below it."""
    seen: Team | None = above
    while seen is not None:
        if seen.pk == team.pk:
            return True
        seen = seen.above
    return False


def _area_faults(unit: Unit, villages: Collection[UUID], on: date) -> list[Fault]:
    line = tree.with_parents(unit.pk, on)
    commune = next((one for one in line if (n := tree.naming(one, on)) and n.level == Level.COMMUNE), unit.pk)
    known = {child.unit for child in tree.children(commune, on)}
    if set(villages) <= known:
        return []
    return [Fault("villages", "elsewhere", _("Choose villages of this commune."))]


@action
def amend_team(
    *, team: Team, by: Account | None, at: datetime, name: str, above: Team | None = None, decision: str = ""
) -> Team:
    """Change name, decision and the team above. Raises Invalid, NotPermitted, Stale."""
    require_manage(by, team.unit_id, local_date(at))
    wanted = Team(
        pk=team.pk, unit=team.unit, kind=team.kind, name=" ".join(name.split()), above=above,
        opened_on=team.opened_on, decision=decision.strip(),
    )  # fmt: skip
    refuse_if(_team_faults(wanted), "outreach.team_invalid")
    columns: dict[str, Any] = {
        "name": wanted.name,
        "above_id": above.pk if above else None,
        "decision": wanted.decision,
    }
    change(team, "outreach.team_amended", by=by, at=at, unit=team.unit_id, **columns)
    return team


@action
def close_team(*, team: Team, by: Account | None, at: datetime, on: date | None = None) -> Team:
    """Close a team: `on` (default: today) is the first day without it. Its terms and areas end with it.

    Raises Refused when it is closed already or another team stands below it; NotPermitted; Stale.
    """
    last = on or local_date(at)
    require_manage(by, team.unit_id, local_date(at))
    if team.closed_on is not None:
        raise Refused("outreach.team_closed", _("This team is closed already."), team=team.pk)
    if team.below.filter(closed_on__isnull=True).exists():
        message = _("Teams below it are still open. Close them, or put them below another team, first.")
        raise Refused("outreach.team_leads_others", message, team=team.pk)
    change(team, "outreach.team_closed", by=by, at=at, unit=team.unit_id, closed_on=last)
    for member in list(_terms(team, last)):
        leave(member=member, by=by, at=at, on=max(last, member.from_on))
    Area.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=last), team=team).update(until_on=last)
    return team


def _terms(team: Team, on: date) -> Any:
    later = Q(until_on__isnull=True) | Q(until_on__gt=on)
    return Member.objects.filter(later, team=team).select_related("account", "team")


@action
def set_areas(*, team: Team, villages: Collection[UUID], by: Account | None, at: datetime) -> Team:
    """Say which villages a team visits from today. Raises Invalid for a village of elsewhere; NotPermitted; Stale."""
    on = local_date(at)
    require_manage(by, team.unit_id, on)
    refuse_if(_area_faults(team.unit, villages, on), "outreach.team_invalid")
    wanted = set(villages)
    held = {area.village_id: area for area in Area.objects.filter(in_term(on), team=team)}
    for village, area in held.items():
        if village in wanted:
            continue
        if area.from_on == on:
            area.delete()  # it never was one
        else:
            Area.objects.filter(pk=area.pk).update(until_on=on)
    for village in sorted(wanted - held.keys()):
        Area.objects.update_or_create(team=team, village_id=village, from_on=on, defaults={"until_on": None})
    change(team, "outreach.areas_set", by=by, at=at, unit=team.unit_id)
    keep_in_step([member.account for member in _terms(team, on)], by=by, at=at)
    return team


@action
def join(
    *,
    team: Team,
    account: Account,
    role: str,
    by: Account | None,
    at: datetime,
    from_on: date | None = None,
    until_on: date | None = None,
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    availability: Sequence[str] = (),
) -> Member:
    """Take somebody into a team for a term, and give them the role over its villages that belongs to it.

    until_on  first day on which they no longer are; none: until somebody ends it

    Raises Invalid with every fault; Refused when they are in the team already; NotPermitted.
    """
    since = from_on or local_date(at)
    require_manage(by, team.unit_id, local_date(at))
    # Of two who take the same person in at once, the second waits and sees the first; nobody joins what just closed.
    if Team.objects.select_for_update().get(pk=team.pk).closed_on is not None:
        raise Refused("outreach.team_closed", _("This team is closed already."), team=team.pk)
    if account.pk in {member.account_id for member in _terms(team, since)}:
        message = _("This person is in the team already.")
        raise Refused("outreach.member_already", message, team=team.pk, account=account.pk)
    member = Member(
        team=team, account=account, role=role, from_on=since, until_on=until_on, skills=sorted(set(skills)),
        languages=sorted(set(languages)), availability=sorted(set(availability)),
    )  # fmt: skip
    refuse_if(_member_faults(member), "outreach.member_invalid")
    member.save(force_insert=True)
    created(member, "outreach.joined", by=by, at=at, unit=team.unit_id)
    keep_in_step([account], by=by, at=at)
    return member


def _member_faults(member: Member) -> list[Fault]:
    faults = []
    account = member.account
    if account.kind != Account.Kind.STAFF or not account.is_active:
        faults.append(
            Fault("account", "not_staff", _("Only somebody with an open account can be in a team."))
        )
    if member.role not in Member.Role.values:
        faults.append(Fault("role", "unknown", _("Choose leader, deputy or member.")))
    if member.until_on is not None and member.until_on <= member.from_on:
        faults.append(Fault("until_on", "before_it_begins", _("The end must be after the beginning.")))
    for name, list_id in CODES.items():
        if set(getattr(member, name)) - store.get().titles[list_id].keys():
            faults.append(Fault(name, "unknown", _("Choose from the list.")))
    if set(member.availability) - set(AVAILABILITY):
        faults.append(Fault("availability", "unknown", _("Choose from the list.")))
    return faults


@action
def amend_member(
    *,
    member: Member,
    by: Account | None,
    at: datetime,
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    availability: Sequence[str] = (),
    until_on: date | None = None,
) -> Member:
    """Change what a member can do, speaks, and has time for (their leader may); the end of the term (who manages may).

    Raises Invalid, NotPermitted, Stale.
    """
    on = local_date(at)
    require_run(by, member.team, on)
    moves = until_on != member.until_on
    if moves:
        require_manage(by, member.team.unit_id, on)
    wanted = Member(
        team=member.team, account=member.account, role=member.role, from_on=member.from_on, until_on=until_on,
        skills=sorted(set(skills)), languages=sorted(set(languages)), availability=sorted(set(availability)),
    )  # fmt: skip
    refuse_if(_member_faults(wanted), "outreach.member_invalid")
    names = ("skills", "languages", "availability", "until_on")
    columns = {name: getattr(wanted, name) for name in names}
    change(member, "outreach.member_amended", by=by, at=at, unit=member.team.unit_id, **columns)
    if moves:
        keep_in_step([member.account], by=by, at=at)
    return member


@action
def change_role(*, member: Member, role: str, by: Account | None, at: datetime) -> Member:
    """Make a member leader, deputy or member of their team. Raises Invalid, NotPermitted, Stale."""
    require_manage(by, member.team.unit_id, local_date(at))
    if role not in Member.Role.values:
        refuse_if(
            [Fault("role", "unknown", _("Choose leader, deputy or member."))], "outreach.member_invalid"
        )
    change(member, "outreach.role_changed", by=by, at=at, unit=member.team.unit_id, role=role)
    keep_in_step([member.account], by=by, at=at)
    return member


@action
def leave(*, member: Member, by: Account | None, at: datetime, on: date | None = None) -> Member:
    """End a term: `on` (default: today) is the first day without it. The roles that came with it end too.

    Raises Refused when it has ended by then; Invalid for a day before it began; NotPermitted; Stale.
    """
    last = on or local_date(at)
    require_manage(by, member.team.unit_id, local_date(at))
    if member.until_on is not None and member.until_on <= last:
        message = _("This term has ended already.")
        raise Refused("outreach.term_ended", message, member=member.pk)
    if last < member.from_on:
        fault = Fault("on", "before_it_begins", _("The end must be after the beginning."))
        refuse_if([fault], "outreach.member_invalid")
    change(member, "outreach.left", by=by, at=at, unit=member.team.unit_id, until_on=last)
    keep_in_step([member.account], by=by, at=at)
    return member
