"""One person, their household, residences and channels; who may act for whom."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from dinh.database.prepared import Prepared
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.directory.policy import Scope
from dinh.journal import access
from dinh.lib import citizen_number
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound
from dinh.population import rules
from dinh.population.models import Channel, Household, Mandate, Person, Residence

PersonOrId = Person | UUID
NOBODY = _("There is no such person, or the person is not in your care.")


def open_person(person_id: UUID, account: Account, *, at: datetime, purpose: str) -> Person:
    """Return one person to someone who may look, and write down that they did and why.

    Officers need `population.read` over the person's commune; a citizen opens herself and those she may
    act for. `purpose` is the dossier or task in hand. Raises NotFound or NotPermitted.
    """
    on = local_date(at)
    rows = Person.objects.select_related("unit", "household__head", "household__village", "mother", "father")
    person = rows.filter(pk=person_id).first()
    if person is None:
        raise NotFound("population.no_person", NOBODY, person=person_id)
    own = account.person is not None and acting_as(account.person, person, "", on) is not None
    if not own:
        policy.require(account, "population.read", unit=person.unit_id, on=on)
    access.opened(
        subject_type="person",
        subject=person.pk,
        by=account,
        at=at,
        purpose=purpose,
        person=person.pk,
        unit=person.unit_id,
    )
    return person


def person_by_number(number: str) -> Person | None:
    """Return the person with a citizen number, or with an old one that only one person has; None otherwise.

    number  as typed, with or without separators
    """
    digits = citizen_number.clean(number)
    if len(digits) == 12:
        return _by_number.first(number=digits)
    if len(digits) == 9:
        found = _by_old_number(number=digits)
        return found[0] if len(found) == 1 else None
    return None


# On the page that files a request.
_by_number = Prepared(lambda number: Person.objects.filter(number=number), number=CharField())
_by_old_number = Prepared(lambda number: Person.objects.filter(old_number=number)[:2], number=CharField())


def about_how_many() -> int:
    """Return how many persons are known, as the database remembers it without counting: some may be missing or gone."""
    table = Person._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [table])
        else:
            cursor.execute(f"SELECT max(rowid) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        (found,) = cursor.fetchone() or (0,)
    return max(int(found or 0), 0)


def members(household: Household | UUID) -> list[Person]:
    """Return the living members of a household: the head, then by relation and age."""
    head_first = Case(When(relation=rules.HEAD, then=Value(0)), default=Value(1))
    living = Person.objects.filter(household=household, status=Person.Status.ALIVE)
    return list(living.order_by(head_first, "relation", "birth", "name_key"))


def household_by_code(code: str) -> Household | None:
    """Return the household with a code, in capitals or not, with its head and village."""
    return Household.objects.select_related("head", "village", "unit").filter(of_household_code(code)).first()


def households_without_head(scope: Scope, *, household: Household | None = None) -> QuerySet[Household]:
    """Return the households in reach that have a living member but no living head, in order of code.

    household  ask about this one alone
    """
    living = Person.objects.filter(household=OuterRef("pk"), status=Person.Status.ALIVE)
    headless = Q(head=None) | Q(head__status=Person.Status.DEAD) | ~Q(head__household=F("pk"))
    found = scope.filter(Household.objects.filter(headless, Exists(living), closed_on=None), "unit", None)
    return (found if household is None else found.filter(pk=household.pk)).order_by("code")


def of_household_code(code: str) -> Q:
    """Return the condition on a household's code, in capitals or not, that the index of codes answers."""
    return Q(Exact(Upper("code"), Upper(Value(code.strip()))))


def residences_of(person: PersonOrId) -> list[Residence]:
    """Return every residence of a person, the newest first."""
    rows = Residence.objects.filter(person=person).select_related("unit", "village", "household")
    return list(rows.order_by("-from_on", "-pk"))


def current_residence(person: PersonOrId, on: date, kind: str = Residence.Kind.PERMANENT) -> Residence | None:
    """Return where a person lives on a day, by one kind of residence."""
    rows = Residence.objects.filter(in_force(on), person=person, kind=kind).select_related(
        "unit", "village", "household"
    )
    return rows.order_by("-from_on", "-pk").first()


def current_residences(person: PersonOrId, on: date) -> dict[str, Residence]:
    """Return where a person lives on a day, by kind of residence; one plain query for all kinds."""
    rows = Residence.objects.filter(in_force(on), person=person).order_by("from_on", "pk")
    return {row.kind: row for row in rows}  # the newest of a kind wins


def in_force(on: date) -> Q:
    """Return the condition on residences: begun, not past their last day, not ended."""
    ends = Q(until_on__isnull=True) | Q(until_on__gte=on)
    return Q(from_on__lte=on) & ends & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))


def channels_of(person: PersonOrId) -> list[Channel]:
    """Return the ways to reach a person, the verified first, then the newest."""
    rows = Channel.objects.filter(person=person)
    return sorted(rows, key=lambda c: (c.verified_at is not None, c.pk), reverse=True)


def may_act_for(agent: PersonOrId, principal: PersonOrId, procedure: str, on: date) -> bool:
    """Tell whether one person may act for another in a procedure (an id; "" for any); see `acting_as`."""
    return acting_as(agent, principal, procedure, on) is not None


def acting_as(agent: PersonOrId, principal: PersonOrId, procedure: str, on: date) -> str | None:
    """Return as what one person may act for another on a day, None when they may not.

    "self"; "parent", of a child under 18 whose mother or father the population knows them to be; or the
    kind of a mandate in force ("parent", "guardian", "chosen"). Nobody acts for the deceased by mandate,
    nor as one. Two queries at most.
    """
    agent_id, principal_id = _id(agent), _id(principal)
    if agent_id == principal_id:
        return "self"
    people = {row.pk: row for row in Person.objects.filter(pk__in=[agent_id, principal_id])}
    if len(people) < 2 or any(row.status == Person.Status.DEAD for row in people.values()):
        return None
    child = people[principal_id]
    if agent_id in {child.mother_id, child.father_id} and rules.is_minor(child.birth, on):
        return Mandate.Kind.PARENT.value
    for mandate in _mandates(on).filter(agent_id=agent_id, principal_id=principal_id):
        if not procedure or not mandate.procedures or procedure in mandate.procedures:
            return mandate.kind
    return None


def principals_of(agent: PersonOrId, on: date) -> list[Person]:
    """Return the living persons for whom somebody may act on a day, in some procedure at least. Two queries."""
    by_mandate = _mandates(on).filter(agent_id=_id(agent)).values("principal")
    related = Q(mother_id=_id(agent)) | Q(father_id=_id(agent))
    found = Person.objects.filter(Q(pk__in=by_mandate) | related, status=Person.Status.ALIVE)
    mandated = set(by_mandate.values_list("principal", flat=True))
    rows = found.order_by("birth", "name_key")
    return [row for row in rows if row.pk in mandated or rules.is_minor(row.birth, on)]


def _mandates(on: date) -> QuerySet[Mandate]:
    ends = Q(until_on__isnull=True) | Q(until_on__gte=on)
    return Mandate.objects.filter(ends, from_on__lte=on, revoked_at__isnull=True).order_by("from_on", "pk")


def _id(person: PersonOrId) -> UUID:
    return person.pk if isinstance(person, Person) else person
