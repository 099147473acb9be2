"""The counter: open a draft begun at home, or begin a request with the person in front.

Somebody else's draft is opened only with their consent, recorded here. The identity card is read by a scanner
that types; what it says is compared with the population and shown side by side, never silently merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dinh.catalogue import layout, store
from dinh.catalogue import queries as catalogue
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Draft
from dinh.dossiers.rules import numbers
from dinh.journal import access
from dinh.lib import cards, names
from dinh.lib.cards import Card
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid, Refused
from dinh.lib.ids import as_uuid
from dinh.population import queries as population
from dinh.population.models import Person
from dinh.web.desk import saying
from dinh.web.desk.forms.counter import OpenDraft, ScanCard
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

HELPS = ("drafts.help", "dossiers.receive")
CARD_KEY = "desk-card"  # the card last read, kept for the request begun with it


@dataclass(frozen=True)
class Compared:
    """One line of a card beside the population."""

    label: str
    card: str
    register: str

    @property
    def differs(self) -> bool:
        return bool(self.register) and not names.same_spelling(self.card, self.register)


@desk_page(*HELPS)
def page(request: HttpRequest) -> HttpResponse:
    """Show the three ways to begin, and the drafts that this officer helps with."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **known: Any) -> HttpResponse:
    account = account_of(request)
    drafts = Draft.objects.filter(helper=account, dossier=None, expires_on__gte=today())
    context = {
        "opening": OpenDraft(prefix="open"),
        "scanning": ScanCard(prefix="scan"),
        "drafts": [
            {"code": one.code, "title": _title(one.procedure), "who": one.person.full_name if one.person else "", "at": saying.moment(one.updated_at, get_language() or "vi")}
            for one in drafts.select_related("person").order_by("-updated_at")[:20]
        ],
        **known,
    }  # fmt: skip
    return show(request, "counter", context, status=status)


def _title(procedure: str) -> str:
    found = store.get().procedures.get(procedure)
    return found.title.of(get_language() or "vi") if found else procedure


@require_POST
@desk_page("drafts.help")
def open_code(request: HttpRequest) -> HttpResponse:
    """Open a draft by its code, with the consent of its owner."""
    form = OpenDraft(request.POST, prefix="open")
    if not form.is_valid():
        return _page(request, 422, opening=form, form=form)
    given = {"how": form.cleaned_data["how"], "witness": form.cleaned_data["witness"]}
    try:
        draft = actions.open_with_code(
            code=form.cleaned_data["code"], officer=account_of(request), consent=given, at=now()
        )
    except Refused as refused:
        form.add_error("code", str(refused.message))
        return _page(request, refused.status, opening=form, form=form)
    return go("draft", draft.code)


@sensitive_post_parameters()
@require_POST
@desk_page(*HELPS)
def scan(request: HttpRequest) -> HttpResponse:
    """Read a card: show it beside the population, and offer to begin for this person."""
    form = ScanCard(request.POST, prefix="scan")
    if not form.is_valid():
        return _page(request, 422, scanning=form, form=form)
    try:
        card = cards.parse_card(form.cleaned_data["text"])
    except Invalid as refused:
        text = form.cleaned_data["text"]
        if numbers.is_draft_code(text):  # scanned into the first field: keep it where it belongs
            code = numbers.show_code(numbers.clean_code(text))
            return _page(request, opening=OpenDraft(prefix="open", initial={"code": code}), is_draft=True)
        form.add_error("text", str(refused.faults[0].message if refused.faults else refused.message))
        return _page(request, 422, scanning=form, form=form)
    request.session[CARD_KEY] = _kept(card)
    account, at = account_of(request), now()
    person = population.person_by_number(card.number)
    elsewhere = person is not None and not policy.may(
        account, "population.read", unit=person.unit_id, on=today()
    )
    if elsewhere:
        person = None  # another commune's data are not ours to show; the card alone is used
    if person is not None:
        access.opened(
            subject_type="person", subject=person.pk, by=account, at=at, purpose="counter:card",
            person=person.pk, unit=person.unit_id,
        )  # fmt: skip
    context = {
        "card": card,
        "person": person,
        "elsewhere": elsewhere,
        "card_number": card.number,
        "compared": compare(card, person),
        "procedures": procedures_for(request),
        "scanning": ScanCard(prefix="scan"),
    }
    return show(request, "counter_person", context)


def _kept(card: Card) -> dict[str, str]:
    return {"number": card.number, "full_name": card.full_name, "birth": card.birth, "sex": card.sex}


def compare(card: Card, person: Person | None) -> list[Compared]:
    """Return the card beside the population, line by line."""
    language = get_language() or "vi"
    sexes = {"1": _("male"), "2": _("female")}
    lines = [
        (_("Full name"), card.full_name, person.full_name if person else ""),
        (_("Date of birth"), show_date(card.birth, language), show_date(person.birth, language) if person and person.birth else ""),
        (_("Sex"), sexes.get(card.sex, ""), sexes.get(person.sex, "") if person else ""),
        (_("Identity number"), card.number, (person.number or "") if person else ""),
        (_("Address"), card.address, ""),
    ]  # fmt: skip
    return [Compared(*line) for line in lines]


def procedures_for(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Return (id, title, summary) of what can be asked for, in order of title; `?find=` narrows it by words."""
    language = get_language() or "vi"
    wanted = request.GET.get("find", "").strip()
    every = store.get().procedures
    found = (
        [every[one.id] for one in catalogue.find_procedures(wanted, language)]
        if wanted
        else list(every.values())
    )
    lines = [(one.id, one.title.of(language), one.summary.of(language)) for one in found]
    return lines if wanted else sorted(lines, key=lambda line: line[1])


@require_POST
@desk_page("drafts.help")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a request for a person found in the population, or for a card that nobody there has."""
    account, at = account_of(request), now()
    card = request.session.get(CARD_KEY) or {}
    person = _person(request, account, card)
    given = {"how": request.POST.get("how", ""), "witness": request.POST.get("witness", "")}
    if not given["how"]:
        messages.error(
            request, _("Ask the person whether you may fill the request for them, and say how they agreed.")
        )
        return go("person", person.pk) if person else go("counter")
    draft = actions.begin_draft(
        procedure=request.POST.get("procedure", ""), unit=unit_of(account), account=None, person=person,
        channel=Channel.DIRECT, language=get_language() or "vi", at=at, helper=account, consent=given,
    )  # fmt: skip
    if card and card["number"] == request.POST.get("card"):
        from_card(draft, card, account, at)
        del request.session[CARD_KEY]
    return go("draft", draft.code)


def _person(request: HttpRequest, account: Account, card: Mapping[str, str]) -> Person | None:
    """Return the person chosen: one whose data this officer reads, or the holder of the card just read."""
    pk = as_uuid(request.POST.get("person", ""))
    if pk is None:
        return None
    person = get_object_or_404(Person, pk=pk)
    if not card or card["number"] != person.number:
        policy.require(account, "population.read", unit=person.unit_id, on=today())
    return person


def from_card(draft: Draft, card: Mapping[str, str], officer: Account, at: datetime) -> None:
    """Fill what the population did not know of the one who asks from the card; each answer is marked "card"."""
    procedure = store.get_procedure(draft.procedure, draft.procedure_version)
    for page in layout.pages(procedure):
        known = {field.id: draft.answers.get(field.id, {}).get("value") for field in page.fields}
        read = {
            field.id: card[field.identity.removeprefix("applicant.")]
            for field in page.fields
            if field.identity.startswith("applicant.")
            and known[field.id] in (None, "")
            and card.get(field.identity.removeprefix("applicant."))
        }
        if read:
            sources = dict.fromkeys(read, "card")
            actions.save_page(
                draft=draft, page_id=page.id, raw={**known, **read}, by=officer, at=at, sources=sources
            )


def unit_of(account: Account) -> Unit:
    """Return the commune at whose counter this officer works."""
    for reach in policy.scope(account, "drafts.help", today()).reaches:
        if reach.level == "commune":
            return Unit.objects.get(pk=reach.unit)
    raise policy.refusal("drafts.help", account)
