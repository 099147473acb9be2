"""What phones sent and the node does not apply by itself: somebody accepts it, or refuses it with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dinh.directory import policy, tree
from dinh.journal import access
from dinh.lib.ids import as_uuid
from dinh.lib.names import words_key
from dinh.outreach.actions import accepting
from dinh.outreach.actions.settling import read_again
from dinh.outreach.models import Operation
from dinh.outreach.policy import SUPERVISE
from dinh.outreach.rules.kinds import Newcomer
from dinh.outreach.rules.reasons import QUEUE_CODES
from dinh.population.models import Household, Person
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.teams.asking import tried

AT_MOST = 200
WHY = {
    "out_of_scope": gettext_lazy("The house was not in the member's villages on that day"),
    "device_revoked": gettext_lazy("The telephone was taken off the list"),
    "newcomer": gettext_lazy("Somebody met who is on no list"),
    "actor_other": gettext_lazy("Done under another name than the telephone's"),
    "digest_clash": gettext_lazy("The telephone used this number before: it was restored from an old copy"),
    "consent_withdrawn": gettext_lazy("The person took back their consent to a request that the office has"),
    "node_fault": gettext_lazy("The node could not deal with it; accepting tries again"),
}
KINDS = {
    "visit": gettext_lazy("Visit"),
    "assistance": gettext_lazy("Help given"),
    "filing": gettext_lazy("Request filed at home"),
    "difficulty": gettext_lazy("Difficulty met"),
    "coverage": gettext_lazy("Network and power seen"),
    "facts": gettext_lazy("What was learnt of a house"),
    "correction": gettext_lazy("Correction"),
    "newcomer": gettext_lazy("Somebody new"),
    "task.done": gettext_lazy("Task done"),
    "task.skip": gettext_lazy("Task not done"),
    "result.brought": gettext_lazy("Result brought home"),
    "answer.told": gettext_lazy("Answer told"),
    "consent.withdrawn": gettext_lazy("Consent taken back"),
    "gathering.held": gettext_lazy("Gathering held"),
    "attendance": gettext_lazy("Attendance"),
}


def waiting(request: HttpRequest) -> QuerySet[Operation]:
    """Return the operations of one's villages that wait for somebody, oldest first."""
    units = policy.scope(account_of(request), SUPERVISE, today()).units
    rows = Operation.objects.filter(state=Operation.State.REVIEW, code__in=QUEUE_CODES)
    near = Q(village__in=units) | Q(village=None, account__unit__in=units)
    return rows.filter(near).select_related("account", "device__account").order_by("received_at", "pk")


@desk_page(SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """Show what waits, with why and what it says."""
    shown = [_line(one) for one in waiting(request)[:AT_MOST]]
    access.listed(
        subject_type="operation", query={"state": "review"}, ids=[one["row"].pk for one in shown],
        by=account_of(request), at=now(), purpose="review",
    )  # fmt: skip
    alike = sorted({person.pk for one in shown for person in one["alike"]})
    if alike:
        access.listed(
            subject_type="person", query={"state": "newcomer"}, ids=alike, by=account_of(request), at=now(),
            purpose="review",
        )  # fmt: skip
    return show(request, "teams/review", {"lines": shown})


@require_POST
@desk_page(SUPERVISE)
def act(request: HttpRequest, operation: UUID, verb: str) -> HttpResponse:
    """Accept or refuse one."""
    found = waiting(request).filter(pk=operation).first()
    if found is None or verb not in {"accept", "refuse"}:
        raise Http404
    given: dict[str, Any] = {
        "operation": found,
        "reason": request.POST.get("reason", ""),
        "version": number_of(request.POST.get("version")),
    }
    if verb == "refuse":
        done = tried(request, accepting.refuse, **given)
    else:
        named = as_uuid(request.POST.get("person"))
        person = _alike(found).filter(pk=named).first() if named else None
        done = tried(request, accepting.accept, person=person, **given)
    if done is not None:
        messages.success(
            request, _("Accepted.") if verb == "accept" else _("Not accepted; the telephone is told why.")
        )
    return go("teams_review")


def number_of(text: str | None) -> int:
    """Return the version that a page showed; 0, which no row has, when it was not given."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _line(one: Operation) -> dict[str, Any]:
    return {
        "row": one,
        "kind": KINDS.get(one.kind, one.kind),
        "why": WHY[one.code],
        "village": tree.title(one.village_id, today(), with_parents=False) if one.village_id else "",
        "house": _house(one),
        "newcomer": _newcomer(one),
        "alike": list(_alike(one)[:5]) if one.code == "newcomer" else [],
    }


def _house(one: Operation) -> str:
    if one.entity_type != "household" or one.entity is None:
        return ""
    return Household.objects.filter(pk=one.entity).values_list("address", flat=True).first() or ""


def _newcomer(one: Operation) -> Newcomer | None:
    body = read_again(one)[1] if one.code == "newcomer" else None
    return body if isinstance(body, Newcomer) else None


def _alike(one: Operation) -> QuerySet[Person]:
    """Return who of the same name may be meant by a newcomer."""
    body = _newcomer(one)
    if body is None:
        return Person.objects.none()
    found = Person.objects.filter(name_words=words_key(body.full_name), unit=one.account.unit_id)
    if body.birth_year is not None:
        found = found.filter(Q(birth_year=body.birth_year) | Q(birth_year=None))
    return found.order_by("name_key", "pk")
