"""Who may do what with a dossier or a draft; asked through `directory.policy`.

Staff act by permission over the dossier's unit and procedure, in the role that the
procedure names for the step. Citizens act on their own matters: those they follow
with their account, asked for, or that are about them or someone they act for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.shapes.procedure import Procedure, Step
from dinh.database.prepared import Prepared
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier, Draft
from dinh.dossiers.models import Step as StepDone
from dinh.dossiers.rules import life
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, NotPermitted
from dinh.population import queries as population
from dinh.population.models import Person

PERMISSIONS = {
    "receive": "dossiers.receive",
    "examine": "dossiers.examine",
    "approve": "dossiers.approve",
    "return": "dossiers.return",
}
NOTHING_HERE = _("There is no such dossier, or it is not yours to see. Check the number.")
NO_DRAFT = _(
    "There is no request with this code, or it is not yours. Check the code: eight letters and digits."
)
OTHER_ROLE = _("This step belongs to another role. Leave it to a colleague who holds that role.")


@dataclass(frozen=True)
class Acting:
    """In which role somebody acts on a dossier, and whose signature they use when it is delegated."""

    role: str
    delegated_by: UUID | None = None


def acting_at(account: Account, dossier: Dossier, procedure: Procedure, step: Step, on: date) -> Acting:
    """Return the role in which a member of staff does a step.

    Raises NotPermitted without the permission over this unit and procedure, or
    when the procedure gives the step to a role that the person does not hold there.
    """
    use = directory.acting_role(
        account, PERMISSIONS[step.kind], dossier.unit_id, dossier.procedure, on, preferred=step.role
    )
    if use.role == step.role:
        return Acting(use.role, use.delegated_by)
    raise NotPermitted(
        "dossiers.other_role",
        OTHER_ROLE,
        dossier=dossier.pk,
        step=step.id,
        role=step.role,
        account=account.pk,
    )


def acting_in_any(account: Account, dossier: Dossier, procedure: Procedure, step: Step, on: date) -> Acting:
    """Return the role in which staff take something in for a waiting step: the step's own, or reception's.

    Raises NotPermitted when neither is held.
    """
    if may_act_at(account, dossier, procedure, step, on):
        return acting_at(account, dossier, procedure, step, on)
    return acting_at(account, dossier, procedure, procedure.steps[0], on)


def may_act_at(account: Account, dossier: Dossier, procedure: Procedure, step: Step, on: date) -> bool:
    """Say whether `acting_at` would let the account do the step."""
    try:
        acting_at(account, dossier, procedure, step, on)
    except NotPermitted:
        return False
    return True


def excluded(dossier: Dossier, procedure: Procedure, step: Step, account: Account) -> str:
    """Return the step already done by this person that forbids this one; "" when none does. One query."""
    kinds = {one.id: one.kind for one in procedure.steps}
    done = [life.Done(step_id, kinds.get(step_id, ""), actor) for step_id, actor in _done(dossier=dossier.pk)]
    return life.excluded_by(procedure, step, account.pk, done)


_done = Prepared(
    lambda dossier: StepDone.objects.filter(dossier=dossier, verb__in=list(PERMISSIONS)).values_list(
        "step", "actor_id"
    ),
    dossier=UUIDField(),
)


def require_own(account: Account | None, dossier: Dossier, on: date) -> None:
    """Raise NotFound unless the account may act for the one who asked. Never tells that the dossier exists."""
    if not is_own(account, dossier, on, may_act=True):
        raise NotFound("dossiers.no_dossier", NOTHING_HERE, dossier=dossier.pk)


def is_own(account: Account | None, dossier: Dossier, on: date, *, may_act: bool = False) -> bool:
    """Say whether a dossier is a citizen's own matter.

    may_act  only the account that follows it, the one who asked, and those who may act for them;
             otherwise also the one whom it is about, who may look
    """
    if account is None or account.kind != Account.Kind.CITIZEN:
        return False
    if dossier.account_id == account.pk:
        return True
    if account.person is None:
        return False
    concerned = {dossier.applicant_id} if may_act else {dossier.applicant_id, dossier.subject_id}
    if account.person in concerned:
        return True
    return any(
        represents(account.person, principal, dossier.procedure, on) for principal in concerned if principal
    )


def is_helped(account: Account, dossier: Dossier) -> bool:
    """Say whether a volunteer filed this for somebody at home. An officer who helps is asked for their rights."""
    return (
        account.kind == Account.Kind.STAFF
        and dossier.helper_id == account.pk
        and bool(dossier.consent)
        and may_assist(account, dossier.applicant, consent_day(dossier.consent, local_date(dossier.filed_at)))
    )


def represents(agent: UUID, principal: UUID, procedure: str, on: date) -> bool:
    """Say whether one person may act for another in a procedure: a parent, a guardian, someone chosen."""
    if agent == principal:
        return True
    people = Person.objects.in_bulk([agent, principal])
    if len(people) != 2:
        return False
    return bool(population.may_act_for(people[agent], people[principal], procedure, on))


def may_read(account: Account, dossier: Dossier, on: date) -> bool:
    """Say whether the account may open the dossier."""
    if is_own(account, dossier, on):
        return True
    return directory.may(account, "dossiers.read", unit=dossier.unit_id, procedure=dossier.procedure, on=on)


def require_read(account: Account, dossier: Dossier, on: date) -> None:
    """Raise NotFound for a citizen, NotPermitted for staff, when `may_read` says no."""
    if is_own(account, dossier, on):
        return
    if account.kind == Account.Kind.CITIZEN:
        raise NotFound("dossiers.no_dossier", NOTHING_HERE, dossier=dossier.pk)
    directory.require(account, "dossiers.read", unit=dossier.unit_id, procedure=dossier.procedure, on=on)


def may_edit_draft(account: Account | None, draft: Draft, on: date) -> bool:
    """Say whether the account may fill a draft: its owner, or who helps with the person's consent.

    An officer helps in the whole commune, a volunteer those of their villages.
    """
    if account is None:
        return False
    if draft.account_id == account.pk:
        return True
    if account.kind == Account.Kind.CITIZEN:
        return False
    if draft.helper_id != account.pk or not draft.consent:
        return False
    if directory.may(account, "drafts.help", unit=draft.unit_id, on=on):
        return True
    return may_assist_all(account, concerned(draft.applicant, draft.person), draft.consent, on)


def concerned(applicant: Person | None, person: Person | None) -> list[Person | None]:
    """Return whose data a request holds, each once: who asks, and whom it is about. None stands for nobody at all."""
    asks, about = applicant or person, person or applicant
    same = asks is None or about is None or asks.pk == about.pk
    return [asks] if same else [asks, about]


def may_assist(account: Account, person: Person | None, on: date) -> bool:
    """Say whether a volunteer may fill and send requests for this person: one of the villages they go to.

    on  the day on which the person agreed; that the volunteer left the village since undoes nothing
    """
    village = _village_of(person) if person is not None else None
    return village is not None and directory.may(account, "drafts.assist", unit=village, on=on)


def may_assist_all(
    account: Account, people: Sequence[Person | None], consent: Mapping[str, Any], on: date
) -> bool:
    """Say whether somebody may file for all of these people: on the day on which they agreed, or today.

    Today: an officer of the commune files what a volunteer of another village brought, maybe weeks later.
    """
    days = {consent_day(consent, on), on}
    return any(all(may_assist(account, one, day) for one in people) for day in sorted(days))


def _village_of(person: Person) -> UUID | None:
    """Return where a person lives: with their household, or else where their last residence is."""
    if person.household is not None:
        return person.household.village_id
    stays = person.residences.filter(ended_on=None).exclude(village=None).order_by("from_on", "pk")
    return stays.values_list("village", flat=True).last()


def consent_day(consent: Mapping[str, Any], on: date) -> date:
    """Return the local day on which consent was given; `on` when it does not say."""
    return local_date(datetime.fromisoformat(consent["at"])) if consent.get("at") else on


def require_edit_draft(account: Account | None, draft: Draft, on: date) -> None:
    """Raise NotFound when `may_edit_draft` says no: a draft's existence is nobody else's business."""
    if not may_edit_draft(account, draft, on):
        raise NotFound("dossiers.no_draft", NO_DRAFT, draft=draft.pk)
