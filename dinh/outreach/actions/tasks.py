"""Tasks of the teams: made from the rules of the catalogue, settled by members, asked for, given on."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.task import TaskRule
from dinh.directory import policy, tree
from dinh.directory.models import Account, Level, Unit
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotFound, Refused
from dinh.lib.ids import uuid7
from dinh.outreach.actions.profiles import Given, change_profile
from dinh.outreach.models import Operation, Team
from dinh.outreach.policy import LEAD, MANAGE
from dinh.outreach.queries import task_facts, task_happenings
from dinh.outreach.queries.scope import in_scope, villages_of
from dinh.outreach.rules.merging import Stamp
from dinh.outreach.rules.task_making import settling, wanted
from dinh.population.models import Household
from dinh.work.actions import tasks as work
from dinh.work.actions.tasks import ALREADY, Kept, Settled
from dinh.work.models import Assignment

log = logging.getLogger("dinh.outreach")
REFUSED = "refused"
LATELY = timedelta(minutes=3)  # a little more than between two looks


def rules_on(on: date) -> list[TaskRule]:
    """Return the task rules that apply on a day."""
    return [
        rule
        for rule in store.get().tasks.values()
        if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)
    ]


def make_assignments(unit: Unit, on: date, at: datetime) -> Kept:
    """Bring the tasks of a commune in step with the rules on a day; a second call changes nothing.

    Reads set by set and writes only what changed: some 5,000 households and 20,000 people in a few seconds.
    """
    rules = rules_on(on)
    found = task_facts.houses(unit.pk, on)
    subjects = task_facts.subjects(unit.pk, rules, found, on)
    asked = task_facts.asked(unit.pk, [rule.procedure for rule in rules if rule.procedure])
    return work.keep_in_step(
        unit=unit,
        wanted=wanted(rules, subjects, asked, on),
        settled=_settled(unit.pk, rules),
        most_open={rule.id: rule.max_open for rule in rules},
        order=found.order,
        on=on,
        at=at,
    )


def _settled(unit: UUID, rules: list[TaskRule]) -> dict[UUID, Settled]:
    by_id = {rule.id: rule for rule in rules}
    open_ = list(
        Assignment.objects.filter(unit=unit, state=Assignment.State.READY, rule__in=by_id).values_list(
            "pk", "rule", "subject", "subject_type", "household", "opens_on"
        )
    )
    if not open_:
        return {}
    dossiers = {subject for _pk, _rule, subject, about, _house, _opens in open_ if about == "dossier"}
    happened = task_happenings.since(unit, min(row[5] for row in open_), dossiers)
    found = {}
    for pk, rule, subject, _about, household, opens in open_:
        how = settling(by_id[rule], subject, household, opens, happened)
        if how is not None:
            found[pk] = Settled(how.at, how.by, how.source)
    return found


def make_all() -> None:
    """Make the tasks of every commune that has teams. For the worker, each hour."""
    at = timezone.now()
    for unit in communes_with_teams(local_date(at)):
        kept = make_assignments(unit, local_date(at), at)
        log.info("outreach.tasks_made", extra={"unit": str(unit.pk), "made": kept.made, "done": kept.done})


def make_after_operations() -> None:
    """Make the tasks of the communes whose telephones sent something of late. For the worker, every two minutes."""
    at = timezone.now()
    recent = Operation.objects.filter(received_at__gte=at - LATELY, village__isnull=False)
    villages = set(recent.values_list("village", flat=True).distinct())
    touched = {
        above for village in villages if village for above in tree.with_parents(village, local_date(at))
    }
    for unit in communes_with_teams(local_date(at)):
        if unit.pk in touched:
            make_assignments(unit, local_date(at), at)


def communes_with_teams(on: date) -> list[Unit]:
    """Return the communes in which a team is open, or that have a village with one."""
    units = {
        above
        for unit in Team.objects.filter(closed_on__isnull=True).values_list("unit", flat=True).distinct()
        for above in tree.with_parents(unit, on)
    }
    return list(Unit.objects.filter(pk__in=units, level=Level.COMMUNE).order_by("pk"))


def settle(
    *, task: Assignment, by: Account, at: datetime, source: UUID | None = None, reason: str = ""
) -> bool:
    """Settle a task of one's villages at the desk: done, or not done for a reason that its rule allows.

    Raises NotFound outside one's villages, Invalid for a reason that the rule does not know, Refused when it is settled.
    """
    if not _theirs(by, task, local_date(at)):
        raise NotFound("work.task_unknown", _("There is no such task in your villages."), task=task.pk)
    if task.state != Assignment.State.READY:
        raise Refused("work.already_done", ALREADY, task=task.pk)
    return settle_told(task=task, by=by, at=at, source=source, reason=reason)


def settle_told(
    *, task: Assignment, by: Account, at: datetime, source: UUID | None = None, reason: str = ""
) -> bool:
    """Settle a task as it was told by a telephone, whose villages were asked before; return whether it changed anything.

    "refused" is kept with the house: no rule asks for another visit there. Raises Invalid for an unknown reason.
    """
    rule = store.get().tasks.get(task.rule)
    known = rule.skip_reasons if rule else store.get().titles["skip_reasons"]
    if reason and reason not in known:
        message = _("Choose one of the reasons of the list.")
        raise Invalid("work.reason_unknown", [Fault("reason", "unknown", message)], message)
    with transaction.atomic():
        changed = work.settle(task=task, by=by, at=at, source=source, reason=reason)
        if reason == REFUSED and task.household is not None:
            refuse_visits(task.household, local_date(at), by=by, at=at, source=source)
    return changed


def refuse_visits(
    household: UUID, on: date, *, by: Account, at: datetime, source: UUID | None = None
) -> None:
    """Keep that a house asked not to be visited again; a later visit at which somebody is met ends that.

    source  the operation that told it: its place in the order of merging, the same for every road it came by
    """
    change_profile(
        entity_type="household", entity=household,
        unit=Household.objects.values_list("unit", flat=True).get(pk=household),
        given=[Given("refused_on", on.isoformat())], stamp=Stamp(at, source or uuid7()), operation=None, by=by.pk, at=at,
    )  # fmt: skip


def _theirs(by: Account, task: Assignment, on: date) -> bool:
    if task.assignee_id == by.pk or in_scope(by, task.village_id, on):
        return True
    where = task.village_id or task.unit_id
    return any(policy.may(by, permission, unit=where, on=on) for permission in (LEAD, MANAGE))


def ask_for(
    *,
    household: Household,
    sentence: str,
    due_on: date,
    by: Account,
    at: datetime,
    assignee: Account | None = None,
) -> Assignment:
    """Ask a member, or whoever of the village's team comes by, to do something at a house.

    Raises NotPermitted for who does not lead or manage there; Invalid for what is missing, or when the member does
    not go to that village.
    """
    on, where = local_date(at), household.village_id or household.unit_id
    if not policy.may(by, LEAD, unit=where, on=on):
        policy.require(by, MANAGE, unit=where, on=on)
    _may_carry(assignee, household.village_id, on)
    return work.ask_for(
        unit=household.unit, village=household.village_id, household=household.pk, subject_type="household",
        subject=household.pk, sentence=sentence, due_on=due_on, assignee=assignee, by=by, at=at,
    )  # fmt: skip


def reassign(*, task: Assignment, to: Account | None, by: Account, at: datetime) -> Assignment:
    """Give an open task to another member, or to the whole team. Raises NotPermitted, Invalid, Refused."""
    on, where = local_date(at), task.village_id or task.unit_id
    if not policy.may(by, LEAD, unit=where, on=on):
        policy.require(by, MANAGE, unit=where, on=on)
    _may_carry(to, task.village_id, on)
    return work.reassign(task=task, to=to, by=by, at=at)


def _may_carry(member: Account | None, village: UUID | None, on: date) -> None:
    if member is not None and village is not None and village not in villages_of(member, on):
        message = _("This member does not go to that village.")
        raise Invalid("outreach.not_their_village", [Fault("assignee", "elsewhere", message)], message)
