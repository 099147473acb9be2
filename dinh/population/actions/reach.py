"""How far a person's electronic identity goes, how they are reached, and who may act for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from dinh.journal.actions import action
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.lib.ids import uuid7
from dinh.population import rules
from dinh.population.actions.rows import By, update, write
from dinh.population.models import Channel, ElectronicId, Mandate, Person

HIGHEST_LEVEL = 2
LEVEL_ODD = _("The level of an electronic identity is 0, 1 or 2.")
SAME_PERSON = _("Nobody needs a mandate to act for themselves. Choose another person.")
DEAD = _("One of the two persons is registered as deceased.")
REVOKED = _("This mandate was revoked already.")


@action
def set_electronic_id(*, person: Person, level: int, since: date, by: By, at: datetime) -> ElectronicId:
    """Write the level a person has reached (0 none, 1 declared, 2 proved in person) and return it.

    A level only climbs: a lower or equal one, which may come late from a device, changes nothing and
    writes no entry. Raises Invalid for another number.
    """
    if not 0 <= level <= HIGHEST_LEVEL:
        raise Invalid("population.level", [Fault("level", "population.level", LEVEL_ODD)], LEVEL_ODD)
    known = ElectronicId.objects.filter(person=person).first()
    if known is None:
        known = ElectronicId(id=uuid7(), person=person, level=level, since=since)
        known.save(force_insert=True)
        write("population.electronic_id_set", known, by=by, at=at, unit=person.unit_id)
    elif level > known.level:
        columns = {"level": level, "since": since}
        update(known, columns)
        write("population.electronic_id_set", known, columns, by=by, at=at, unit=person.unit_id)
    return known


@action
def add_channel(
    *, person: Person, kind: str, value: str, verified_at: datetime | None = None, by: By, at: datetime
) -> Channel:
    """Write a telephone number or e-mail address and return it; one that is known may become verified.

    Raises Invalid ("population.phone", "population.email").
    """
    value = rules.channel_value(kind, value)
    known = Channel.objects.filter(person=person, kind=kind, value=value).first()
    if known is None:
        known = Channel(id=uuid7(), person=person, kind=kind, value=value, verified_at=verified_at)
        known.save(force_insert=True)
        write("population.channel_added", known, by=by, at=at, unit=person.unit_id)
    elif verified_at and not known.verified_at:
        columns = {"verified_at": verified_at}
        update(known, columns)
        write("population.channel_verified", known, columns, by=by, at=at, unit=person.unit_id)
    return known


@action
def remove_channel(*, channel: Channel, by: By, at: datetime) -> None:
    """Take a way of reaching a person away: the row goes, its entries say that it was there. Raises Stale."""
    update(channel, {})
    write("population.channel_removed", channel, {"removed": True}, by=by, at=at, unit=channel.person.unit_id)
    Channel.objects.filter(pk=channel.pk).delete()


@action
def give_mandate(
    *,
    principal: Person,
    agent: Person,
    kind: str,
    procedures: Sequence[str] = (),
    from_on: date,
    until_on: date | None = None,
    evidence: str = "",
    by: By,
    at: datetime,
) -> Mandate:
    """Let `agent` act for `principal` and return the mandate.

    kind        "parent", "guardian" or "chosen"
    procedures  ids; none means all
    until_on    the last day; None until it is revoked
    evidence    the paper or record that proves it

    Raises Invalid ("population.mandate_not_valid").
    """
    faults = []
    if principal.pk == agent.pk:
        faults.append(Fault("agent", "population.same_person", SAME_PERSON))
    if Person.Status.DEAD in {principal.status, agent.status}:
        faults.append(Fault("agent", "population.dead", DEAD))
    if kind not in Mandate.Kind.values:
        faults.append(Fault("kind", "population.not_in_list", rules.NOT_IN_LIST))
    if until_on is not None and until_on < from_on:
        faults.append(Fault("until_on", "population.ends_before_it_begins", rules.ENDS_BEFORE_IT_BEGINS))
    if faults:
        raise Invalid("population.mandate_not_valid", faults)
    mandate = Mandate(
        id=uuid7(), principal=principal, agent=agent, kind=kind, procedures=sorted(procedures), from_on=from_on,
        until_on=until_on, evidence=evidence,
    )  # fmt: skip
    mandate.save(force_insert=True)
    write("population.mandate_given", mandate, by=by, at=at, unit=principal.unit_id)
    return mandate


@action
def revoke_mandate(*, mandate: Mandate, reason: str = "", by: By, at: datetime) -> Mandate:
    """End a mandate at once. Raises Refused ("population.mandate_revoked"), Stale."""
    if mandate.revoked_at is not None:
        raise Refused("population.mandate_revoked", REVOKED, mandate=mandate.pk)
    columns = {"revoked_at": at}
    update(mandate, columns)
    write(
        "population.mandate_revoked",
        mandate,
        columns,
        by=by,
        at=at,
        unit=mandate.principal.unit_id,
        reason=reason,
    )
    return mandate
