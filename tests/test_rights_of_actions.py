"""Every act on drafts and dossiers refuses whoever has no right to it, whichever page or program calls it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from dinh.directory.models import Account
from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Dossier, Draft, Rating
from dinh.dossiers.prefill import HeldPaper
from dinh.journal.models import Entry
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, NotPermitted, Refused
from dinh.papers.models import Blob, Paper
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
    roles: tuple[str, ...] = ()  # of the procedure's step, and of reception where that may stand in
    permissions: tuple[str, ...] = ()  # where any officer with one of these may
    of_a_dossier: bool = True  # officers must also be able to read it
    owner: bool = False
    helper: bool = False  # the officer who has the person's consent

    def allows(self, actor: Actor) -> bool:
        if actor.name == "the owner":
            return self.owner
        if self.helper and actor.name == "reception_officer here":
            return True
        if self.roles:
            return actor.role in self.roles and actor.where == "here"
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


def _handed_in(commune: Commune, by: Account, at: datetime) -> object:
    pieces = [b"%PDF-1.4\n%%EOF\n"]
    return actions.hand_in(
        to=commune.waiting, document="original", pieces=pieces, filename="b.pdf", by=by, at=at
    )


def _detached(commune: Commune, by: Account, at: datetime) -> object:
    actions.detach(attachment=commune.helped_file, by=by, at=at)
    return None


def _reused(commune: Commune, by: Account, at: datetime) -> object:
    held = HeldPaper(title="x", source="result", paper=commune.paper)
    return actions.reuse(to=commune.helped, document="original", held=held, by=by, at=at)


def _proven(commune: Commune, by: Account, at: datetime) -> object:
    return actions.keep_proof(
        draft=commune.helped,
        content=b"%PDF-1.4\n%%EOF\n",
        kinds=lambda first: "application/pdf",
        by=by,
        at=at,
    )


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


def _apologised(commune: Commune, by: Account, at: datetime) -> object:
    promised = local_date(at) + timedelta(days=30)
    return actions.apologise(dossier=commune.waiting, reason="x", promised=promised, by=by, at=at)


RECEPTION, EXAMINER, LEADER = ("reception_officer",), ("civil_status_officer",), ("leader",)


def _taken_back(commune: Commune, by: Account, at: datetime) -> object:
    dossier, paper = Dossier.objects.get(pk=commune.decided.pk), Paper.objects.get(pk=commune.paper.pk)
    return actions.take_back_paper(dossier=dossier, paper=paper, reason="x", by=by, at=at)


ITEMS = [{"item": "copies", "fault": "incorrect", "note": "?"}]
WRITES = ("dossiers.receive",)
TAKES_IN = ("dossiers.receive", "dossiers.examine", "drafts.help")
HELPS: dict[str, Any] = {"permissions": ("drafts.help",), "of_a_dossier": False}
ACTS: dict[str, Act] = {
    "receive": Act(_done(actions.receive), roles=RECEPTION),
    "refuse": Act(_done(actions.refuse, reason="x"), roles=RECEPTION),
    "take": Act(_done(actions.take), roles=RECEPTION),
    "release": Act(_done(actions.release), "held", permissions=("dossiers.approve",), helper=True),
    "examine": Act(_done(actions.examine), "received", roles=EXAMINER),
    "request_supplement": Act(_done(actions.request_supplement, items=ITEMS), "received", roles=EXAMINER),
    "extend": Act(_done(actions.extend, reason="x"), "received", roles=EXAMINER),
    "ask_payment": Act(_done(actions.ask_payment, what="x", amount_vnd=1), "received", roles=EXAMINER),
    "confirm_payment": Act(_done(actions.confirm_payment, proof="x"), "owed", roles=(*EXAMINER, *RECEPTION)),
    "apologise while it is examined": Act(_apologised, "received", roles=EXAMINER),
    "apologise while it is decided": Act(_apologised, "examined", roles=LEADER),
    "supplement": Act(_supplemented, "asked", permissions=TAKES_IN, owner=True),
    "attach": Act(_attached, "asked", permissions=TAKES_IN, owner=True),
    "hand_in": Act(_handed_in, "asked", permissions=TAKES_IN, owner=True),
    "approve": Act(_done(actions.approve), "examined", roles=LEADER),
    "reject": Act(_done(actions.reject, reason="x"), "examined", roles=LEADER),
    "send_back": Act(_done(actions.send_back, reason="x"), "examined", roles=LEADER),
    "return_result": Act(
        _done(actions.return_result, collector_name="A", relation="applicant", checked="card"),
        "approved",
        roles=RECEPTION,
    ),
    "take_back_paper": Act(_taken_back, permissions=("papers.revoke",)),
    "withdraw": Act(_done(actions.withdraw, reason="x"), permissions=WRITES, owner=True),
    "rate": Act(_done(actions.rate, stars=5), "returned", owner=True),
    "save_page": Act(_saved, owner=True),
    "save_page helped": Act(_saved_helped, helper=True),
    "detach": Act(_detached, helper=True),
    "reuse": Act(_reused, helper=True),
    "keep_proof": Act(_proven, helper=True),
    "discard": Act(lambda commune, by, at: actions.discard(draft=commune.draft, by=by, at=at), owner=True),
    "file": Act(lambda commune, by, at: actions.file(draft=commune.draft, by=by, at=at), owner=True),
    # A volunteer may too, for people of their villages who agreed (`dossiers.policy.may_assist`).
    "begin_draft": Act(_begun, permissions=("drafts.help", "drafts.assist"), of_a_dossier=False),
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


Done = tuple[str, Callable[..., object], Mapping[str, Any]]  # by whom, what, and what it needs besides
_RECEIVED: tuple[Done, ...] = (("reception_officer", actions.receive, {}),)
_EXAMINED: tuple[Done, ...] = (*_RECEIVED, ("civil_status_officer", actions.examine, {}))
_APPROVED: tuple[Done, ...] = (*_EXAMINED, ("leader", actions.approve, {}))
STAGES: dict[str, tuple[Done, ...]] = {
    "filed": (),
    "held": (("reception_officer", actions.take, {}),),
    "received": _RECEIVED,
    "asked": (*_RECEIVED, ("civil_status_officer", actions.request_supplement, {"items": ITEMS})),
    "owed": (*_RECEIVED, ("civil_status_officer", actions.ask_payment, {"what": "x", "amount_vnd": 1})),
    "examined": _EXAMINED,
    "approved": _APPROVED,
    "returned": (
        *_APPROVED,
        (
            "reception_officer",
            actions.return_result,
            {"collector_name": "A", "relation": "applicant", "checked": "card"},
        ),
    ),
}


def _bring(commune: Commune, until: str, at: datetime) -> None:
    """Bring the waiting dossier as far as the act needs it, by those whose steps these are."""
    for role, call, more in STAGES[until]:
        call(dossier=commune.waiting, by=commune.staff[role], at=at, **more)


def test_every_act_of_the_package_is_tried() -> None:
    acts = {name for name in actions.__all__ if inspect.isfunction(getattr(actions, name))}
    assert acts == {name.split()[0] for name in ACTS}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_refuses_whoever_has_no_right_to_it(name: str, house: House) -> None:
    act, at, wrong = ACTS[name], timezone.now(), []
    _bring(_fresh(house.here), act.until, at)
    before = _written()
    for actor in actors(house):
        if actor.account is None:
            continue
        with transaction.atomic():
            commune = _fresh(house.here)
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
