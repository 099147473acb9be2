"""Help given to a person or a house: what was done is the evidence by which a ladder climbs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField
from django.utils.translation import gettext_lazy as _

from dinh.database.prepared import Insert, Prepared
from dinh.directory.models import Account
from dinh.lib.errors import Fault
from dinh.outreach.actions.appliers import Applied, applies
from dinh.outreach.actions.profiles import Given, change_profile, codes
from dinh.outreach.models import Assistance
from dinh.outreach.rules import facts
from dinh.outreach.rules.kinds import Assistance as Body
from dinh.outreach.rules.kinds import Op
from dinh.outreach.rules.merging import Policy, Stamp
from dinh.outreach.rules.reasons import Unacceptable
from dinh.population.models import Person

NOT_IN_LIST = _("This is not in the list. Fetch the new forms and choose again.")
NOT_A_RUNG = _("This is not a step of this ladder, or a person is missing.")
_insert = Insert(Assistance)
_lives_in = Prepared(
    lambda person, unit: Person.objects.filter(pk=person, unit=unit).values_list("pk", flat=True),
    person=UUIDField(),
    unit=UUIDField(),
)


@applies("assistance")
def assistance(op: Op, *, member: Account, at: datetime) -> Applied:
    """Keep the help; a person's rungs climb to what was done, or to what the member saw afterwards."""
    body: Body = op.body
    faults = list(_faults(body))
    if faults:
        raise Unacceptable("value_invalid", faults)
    if body.person is not None:
        require_person(body.person, op)
    _insert(
        Assistance(
            id=op.id, kind=body.kind, visit=body.visit, household_id=body.household, person_id=body.person,
            village_id=op.village, account_id=member.pk, outcome=body.outcome, appointment_on=body.appointment_on,
            at=op.at, note=body.note,
        )
    )  # fmt: skip
    rungs = climbed(body)
    if not rungs or body.person is None:
        return Applied()
    changed = change_profile(
        entity_type="person", entity=body.person, unit=op.unit,
        given=[Given(name, rung) for name, rung in sorted(rungs.items())], stamp=Stamp(op.at, op.id),
        operation=op.id, by=member.pk, at=at,
    )  # fmt: skip
    return Applied(versions={body.person: changed.version})


def climbed(body: Body) -> dict[str, int]:
    """Return the rungs that an assistance is evidence of."""
    rungs = dict(body.ladder)
    if body.outcome == facts.DONE and body.kind in facts.EVIDENCE:
        name, rung = facts.EVIDENCE[body.kind]
        rungs[name] = max(rung, rungs.get(name, 0))
    return rungs


def require_person(person: UUID, op: Op) -> None:
    """Raise Unacceptable unless the person is known in the commune of the operation. One query."""
    if op.unit is None or not _lives_in(person=person, unit=op.unit):
        raise Unacceptable("entity_unknown", person=str(person))


def _faults(body: Body) -> Iterator[Fault]:
    for name, list_id in (("kind", "assistance_kinds"), ("outcome", "assistance_outcomes")):
        if getattr(body, name) not in codes(list_id):
            yield Fault(name, "value_invalid", NOT_IN_LIST)
    for name, rung in body.ladder.items():
        fact = facts.fact_of("person", name)
        known = fact is not None and fact.policy is Policy.LADDER
        if body.person is None or fact is None or not (known and facts.is_allowed(fact, name, rung, codes)):
            yield Fault(f"ladder.{name}", "value_invalid", NOT_A_RUNG)
