"""What a phone sends from a gathering: that it was held, and who came with what they learnt."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from dinh.directory.models import Account
from dinh.lib.dates import local_date
from dinh.lib.ids import natural_id
from dinh.outreach.actions import gatherings
from dinh.outreach.actions.appliers import Applied, applies, officer_of
from dinh.outreach.actions.attending import keep_learnt
from dinh.outreach.models import Workshop
from dinh.outreach.queries.gatherings import may_run
from dinh.outreach.queries.happenings import commune_of
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.merging import Stamp
from dinh.outreach.rules.reasons import Unacceptable
from dinh.population.models import Person


@applies("gathering.held")
def gathering_held(op: Op, *, member: Account, at: datetime) -> Applied:
    """Write down that a gathering took place; only its lead, who leads there on that day, or the desk may say so."""
    workshop = _workshop(op.body.workshop)
    able = (one for one in (member, officer_of(op)) if one is not None)
    by = next((one for one in able if may_run(one, workshop, local_date(op.at))), None)
    if by is None:
        raise Unacceptable("not_permitted")
    held = gatherings.hold(workshop=workshop, present=op.body.present, note=op.body.note, by=by, at=op.at)
    return Applied(answer={"present": held.present}, versions={held.pk: held.version})


@applies("attendance")
def attendance(op: Op, *, member: Account, at: datetime) -> Applied:
    """Write one person on the list of a gathering of one's villages; twice the same person is one row.

    What they can do afterwards is kept with the person too.
    """
    workshop = _workshop(op.body.workshop)
    if workshop.state == Workshop.State.CANCELLED:
        raise Unacceptable("already_done")
    person = op.body.person
    if person is not None and not _lives_near(person, workshop, local_date(op.at)):
        raise Unacceptable("entity_unknown")
    # Not the operation's own id: operation and attendance each have their entries, and a subject has one row of versions.
    row = gatherings.attend(
        workshop=workshop, way=op.body.way, by=member, at=op.at, person=person, name="" if person else op.body.name,
        before=op.body.before, after=op.body.after, id=natural_id("attendance", op.id),
    )  # fmt: skip
    changed = keep_learnt(row, stamp=Stamp(op.at, op.id), by=member, at=at)
    versions = {person: changed.version} if person is not None and changed is not None else {}
    return Applied(answer={"attendance": str(row.pk)}, versions=versions)


def _workshop(pk: UUID) -> Workshop:
    workshop = Workshop.objects.filter(pk=pk).first()
    if workshop is None:
        raise Unacceptable("entity_unknown")
    return workshop


def _lives_near(person: UUID, workshop: Workshop, on: date) -> bool:
    """Say whether a person is known in the commune where a gathering is held, or whose village holds it."""
    communes = {workshop.unit_id, commune_of(workshop.unit_id, on)}
    return Person.objects.filter(pk=person, unit__in=communes).exists()
