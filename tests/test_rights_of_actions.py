"""Every act on drafts and dossiers refuses whoever has no right to it, whichever page or program calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from dinh.directory.models import Account
from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Dossier, Draft, Rating
from dinh.dossiers.prefill import HeldPaper
from dinh.journal.models import Entry
from dinh.lib.errors import NotFound, NotPermitted, Refused
from dinh.papers.models import Blob
from tests.house import PROCEDURE, SECTOR, Commune, House
from tests.rights import Actor, actors, holds

pytest_plugins = ["tests.asking"]
pytestmark = pytest.mark.django_db

Run = Callable[[Commune, Account, datetime], object]


@dataclass(frozen=True)
class Act:
    """One act: how far its dossier must have come, who may do it, how it is called."""

    run: Run
    until: str = "filed"
    role: str = ""  # of the procedure's step
    permissions: tuple[str, ...] = ()  # where any officer with one of these may
    of_a_dossier: bool = True  # officers must also be able to read it
    owner: bool = False
    helper: bool = False  # the officer who has the person's consent

    def allows(self, actor: Actor) -> bool:
        if actor.name == "the owner":
            return self.owner
        if self.helper and actor.name == "reception_officer here":
            return True
        if self.role:
            return actor.role == self.role and actor.where == "here"
        reads = holds(actor, "dossiers.read", row=True, sector=SECTOR) or not self.of_a_dossier
        return reads and any(holds(actor, one, row=True, sector=SECTOR) for one in self.permissions)


def _done(call: Callable[..., object], **more: Any) -> Run:
    return lambda commune, by, at: call(dossier=commune.waiting, by=by, at=at, **more)


def _blob(commune: Commune) -> Blob:
    return commune.attachment.blob


def _supplemented(commune: Commune, by: Account, at: datetime) -> object:
    return actions.supplement(dossier=commune.waiting, by=by, at=at, answers={"copies": "4"})


def _attached(commune: Commune, by: Account, at: datetime) -> object:
    return actions.attach(
        to=commune.waiting, document="original", blob=_blob(commune), filename="b.pdf", by=by, at=at
    )


def _detached(commune: Commune, by: Account, at: datetime) -> object:
    actions.detach(attachment=commune.helped_file, by=by, at=at)
    return None


def _reused(commune: Commune, by: Account, at: datetime) -> object:
    held = HeldPaper(title="x", source="result", paper=commune.paper)
    return actions.reuse(to=commune.helped, document="original", held=held, by=by, at=at)


def _saved(commune: Commune, by: Account, at: datetime) -> object:
    return actions.save_page(draft=commune.draft, page_id="copies", raw={"copies": "2"}, by=by, at=at)


def _saved_helped(commune: Commune, by: Account, at: datetime) -> object:
    return actions.save_page(draft=commune.helped, page_id="paper", raw={"pages": "2"}, by=by, at=at)


def _begun(commune: Commune, by: Account, at: datetime) -> object:
    return actions.begin_draft(
        procedure=PROCEDURE, unit=commune.unit, account=None, person=commune.person, at=at, helper=by,
        consent={"how": "spoken"},
    )  # fmt: skip


def _begun_for_another(commune: Commune, by: Account, at: datetime) -> object:
    return actions.begin_draft(
        procedure="social_pension", unit=commune.unit, account=by, person=commune.person, at=at
    )


ITEMS = [{"item": "copies", "fault": "incorrect", "note": "?"}]
WRITES = ("dossiers.receive",)
TAKES_IN = ("dossiers.receive", "dossiers.examine", "drafts.help")
HELPS: dict[str, Any] = {"permissions": ("drafts.help",), "of_a_dossier": False}
ACTS: dict[str, Act] = {
    "receive": Act(_done(actions.receive), role="reception_officer"),
    "refuse": Act(_done(actions.refuse, reason="x"), role="reception_officer"),
    "take": Act(_done(actions.take), role="reception_officer"),
    "release": Act(_done(actions.release), "held", permissions=("dossiers.approve",), helper=True),
    "examine": Act(_done(actions.examine), "received", role="civil_status_officer"),
    "request_supplement": Act(
        _done(actions.request_supplement, items=ITEMS), "received", role="civil_status_officer"
    ),
    "supplement": Act(_supplemented, "asked", permissions=TAKES_IN, owner=True),
    "attach": Act(_attached, "asked", permissions=TAKES_IN, owner=True),
    "approve": Act(_done(actions.approve), "examined", role="leader"),
    "reject": Act(_done(actions.reject, reason="x"), "examined", role="leader"),
    "send_back": Act(_done(actions.send_back, reason="x"), "examined", role="leader"),
    "return_result": Act(
        _done(actions.return_result, collector_name="A", relation="applicant", checked="card"),
        "approved",
        role="reception_officer",
    ),
    "withdraw": Act(_done(actions.withdraw, reason="x"), permissions=WRITES, owner=True),
    "rate": Act(_done(actions.rate, stars=5), "returned", owner=True),
    "save_page": Act(_saved, owner=True),
    "save_page helped": Act(_saved_helped, helper=True),
    "detach": Act(_detached, helper=True),
    "reuse": Act(_reused, helper=True),
    "discard": Act(lambda commune, by, at: actions.discard(draft=commune.draft, by=by, at=at), owner=True),
    "file": Act(lambda commune, by, at: actions.file(draft=commune.draft, by=by, at=at), owner=True),
    "begin_draft": Act(_begun, **HELPS),
    "begin_draft for another": Act(_begun_for_another, owner=True),
    "open_with_code": Act(
        lambda commune, by, at: actions.open_with_code(
            code=commune.draft.code, officer=by, consent="spoken", at=at
        ),
        **HELPS,
    ),
    "give_consent": Act(
        lambda commune, by, at: actions.give_consent(draft=commune.draft, officer=by, how="spoken", at=at),
        **HELPS,
    ),
}


def _bring(commune: Commune, until: str, at: datetime) -> None:
    """Bring the waiting dossier as far as the act needs it, by those whose steps these are."""
    staff, dossier = commune.staff, commune.waiting
    if until == "held":
        actions.take(dossier=dossier, by=staff["reception_officer"], at=at)
    if until in {"filed", "held"}:
        return
    actions.receive(dossier=dossier, by=staff["reception_officer"], at=at)
    if until == "asked":
        actions.request_supplement(dossier=dossier, items=ITEMS, by=staff["civil_status_officer"], at=at)
    for name, role, call in (
        ("received", "", None),
        ("examined", "civil_status_officer", actions.examine),
        ("approved", "leader", actions.approve),
    ):
        if until == "asked" or (call is None and until == name):
            return
        if call is not None:
            call(dossier=dossier, by=staff[role], at=at)
        if until == name:
            return
    actions.return_result(
        dossier=dossier, collector_name="A", relation="applicant", checked="card",
        by=staff["reception_officer"], at=at,
    )  # fmt: skip


# These need a dossier near its due date or with something owed, which the two communes have none of: who may do them
# is tested where such dossiers are made (`test_apologise`, `test_extend`, `test_payment_owed` of the package).
ON_THEIR_OWN_STAGE = {"apologise", "extend", "ask_payment", "confirm_payment"}


def test_every_act_of_the_package_is_tried() -> None:
    acts = {name for name in actions.__all__ if inspect.isfunction(getattr(actions, name))}
    assert acts == {name.split()[0] for name in ACTS} | ON_THEIR_OWN_STAGE


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_refuses_whoever_has_no_right_to_it(name: str, house: House) -> None:
    act, at, wrong = ACTS[name], timezone.now(), []
    for actor in actors(house):
        if actor.account is None:
            continue
        with transaction.atomic():
            commune = _fresh(house.here)
            _bring(commune, act.until, at)
            before = _written()
            refused: Refused | None = None
            try:
                with transaction.atomic():
                    act.run(commune, Account.objects.get(pk=actor.account.pk), at)
            except Refused as error:
                refused = error
            written = _written() != before
            transaction.set_rollback(True)
        barred = isinstance(refused, (NotPermitted, NotFound))
        if act.allows(actor) and barred:
            wrong.append(f"{actor.name} may, yet: {refused!r}")
        if not act.allows(actor) and (not barred or written):
            wrong.append(f"{actor.name} may not, yet: {refused!r}, written: {written}")
    assert not wrong, "\n".join(wrong)


def _fresh(commune: Commune) -> Commune:
    from dataclasses import replace

    return replace(
        commune,
        waiting=Dossier.objects.get(pk=commune.waiting.pk),
        draft=Draft.objects.get(pk=commune.draft.pk),
        helped=Draft.objects.get(pk=commune.helped.pk),
        helped_file=Attachment.objects.get(pk=commune.helped_file.pk),
    )


def _written() -> tuple[object, ...]:
    """Return what any of the acts would change."""
    drafts = Draft.objects.order_by("pk").values_list("pk", "version", "helper", "dossier")
    return (
        Entry.objects.count(), Attachment.objects.count(), Rating.objects.count(), tuple(drafts),
        tuple(Dossier.objects.order_by("pk").values_list("pk", "version")),
    )  # fmt: skip
