"""A request filled at a house: filed once with consent, followed by its helper, taken back when the person wishes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from dinh.catalogue import store
from dinh.dossiers import actions as dossiers
from dinh.dossiers.models import Channel, Dossier, Draft, Status
from dinh.dossiers.queries import for_citizen
from dinh.dossiers.tests.typed import ANSWERS
from dinh.dossiers.tests.world import PDF
from dinh.journal.models import Entry, Intake
from dinh.lib.errors import NotFound, NotPermitted, Refused
from dinh.outreach import carried, sealing
from dinh.outreach.actions import accepting
from dinh.outreach.models import Assistance, Held, Operation
from dinh.outreach.queries.followed import followed, get_followed
from dinh.outreach.rules.reasons import Unacceptable
from dinh.outreach.tests.sending import NOW, Field, row_of, states

PROCEDURE = "civil_status_extract_copy"
SPOKEN = {"how": "spoken", "witness": "Lý Thị Mai"}


@pytest.fixture
def key() -> sealing.KeyPair:
    """The node's key to which phones seal."""
    return sealing.make_pair()


def filing(
    field: Field, key: sealing.KeyPair | None = None, procedure: str = PROCEDURE, **more: Any
) -> dict[str, Any]:
    """Return the filing of a request of Mr Phúc, his number sealed when a key is given."""
    answers = dict(ANSWERS[procedure](field.world)) | more.pop("answers", {})
    sealed = {}
    if key is not None:
        number = answers.pop("applicant.number")
        aad = f"field|applicant.number|{field.phone.device.pk}"
        sealed["applicant.number"] = sealing.seal_box(
            number.encode(), aad=aad, key_public=key.public, kid=key.id
        )
    body = {
        "household": field.house[1], "person": field.phuc[1], "procedure": procedure,
        "procedure_version": store.get_procedure(procedure).version, "answers": answers, "sealed": sealed,
        "consent": SPOKEN, **more,
    }  # fmt: skip
    return field.phone.op("filing", body)


def put(field: Field, key: sealing.KeyPair, content: bytes) -> str:
    """Send a file ahead, as the phone does."""
    name, box = carried.seal_file(content, key_public=key.public, kid=key.id)
    carried.put(field.phone.device.pk, name, 0, box, len(box))
    return name


def test_it_becomes_a_dossier_once_under_the_helper_s_name(field: Field, key: sealing.KeyPair) -> None:
    op = filing(field, key)

    first, again = field.phone.send(op)[0], field.phone.send(op)[0]

    dossier = Dossier.objects.get()
    assert (first["state"], again["state"]) == ("applied", "duplicate")
    assert first["answer"]["dossier"]["number"] == again["answer"]["dossier"]["number"] == dossier.number
    assert (dossier.helper_id, dossier.applicant_id, dossier.channel) == (
        field.nga.pk,
        field.phuc[1],
        Channel.ONLINE,
    )
    assert dossier.answers["applicant.number"]["value"] == "010075001234"
    kept = Intake.objects.get(op_id=op["op_id"])  # there the number stays sealed
    assert kept.raw["body"]["sealed"].keys() == {"applicant.number"}
    assert "010075001234" not in repr((kept.raw, kept.answer))
    assert (dossier.consent["how"], dossier.consent["witness"]) == ("spoken", "Lý Thị Mai")
    assert dossier.consent["at"] == NOW.isoformat()
    help_given = Assistance.objects.get()
    assert (help_given.kind, help_given.dossier, help_given.person_id) == (
        "filing",
        dossier.pk,
        field.phuc[1],
    )
    assert dossier in for_citizen(field.cast.citizen)


def test_the_number_never_stands_in_the_raw_operation(field: Field, key: sealing.KeyPair) -> None:
    from dinh.journal.models import Intake

    field.phone.send(filing(field, key))

    assert "010075001234" not in str(Intake.objects.get().raw)


def test_what_the_register_knows_and_the_phone_does_not_is_filled(field: Field) -> None:
    answers = {"applicant.number": "", "applicant.birth": ""}
    op = filing(field, answers={})
    for name in answers:
        op["body"]["answers"].pop(name)

    assert states(field.phone.send(op)) == ["applied"]
    assert Dossier.objects.get().answers["applicant.number"]["source"] == "register"


@pytest.mark.parametrize(
    ("consent", "path"),
    [
        pytest.param(None, "consent.how", id="none"),
        pytest.param({"how": "eid"}, "consent.how", id="a-way-of-the-counter"),
        pytest.param({"how": "spoken", "witness": " "}, "consent.witness", id="spoken-without-witness"),
        pytest.param({"how": "drawn"}, "consent.proof", id="drawn-without-drawing"),
    ],
)
def test_without_consent_nothing_is_filed(field: Field, consent: Any, path: str) -> None:
    answer = field.phone.send(filing(field, consent=consent))[0]

    assert (answer["code"], [one["path"] for one in answer["answer"]["faults"]]) == (
        "consent_missing",
        [path],
    )
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "content", [PDF + b"drawn", b"OggS" + bytes(24) + b"OpusHead"], ids=["drawn", "said"]
)
def test_the_proof_of_consent_stays_with_the_dossier(
    field: Field, key: sealing.KeyPair, content: bytes
) -> None:
    from dinh.papers.actions import forget
    from dinh.papers.models import Blob

    name = put(field, key, content)

    answer = field.phone.send(filing(field, consent={"how": "drawn", "proof": name}))
    forget([name])  # as when somebody else takes out a file with the same content

    assert states(answer) == ["applied"]
    assert Dossier.objects.get().consent["proof"] == name
    assert Blob.objects.filter(pk=name).exists()


def test_what_is_missing_is_named_and_a_mended_one_replaces_it(field: Field) -> None:
    bad = filing(field, answers={"copies": "", "applicant.birth": "30/02/1975"})
    refused = field.phone.send(bad)[0]

    assert (refused["state"], refused["code"], refused["act"]) == (
        "refused",
        "not_complete",
        {"kind": "edit"},
    )
    assert {one["path"] for one in refused["answer"]["faults"]} >= {"copies", "applicant.birth"}
    assert not Draft.objects.exists() and not Dossier.objects.exists()

    mended = filing(field) | {"replaces": bad["op_id"]}
    assert states(field.phone.send(mended)) == ["applied"]
    assert row_of(mended).replaces == UUID(bad["op_id"])


def test_it_waits_for_its_photo_and_goes_on_when_that_is_here(field: Field, key: sealing.KeyPair) -> None:
    name, box = carried.seal_file(PDF, key_public=key.public, kid=key.id)
    needed = store.get_procedure(PROCEDURE).documents
    op = filing(
        field,
        attachments=[{"document": needed[0].id, "sha256": name, "type": "application/pdf"}] if needed else [],
    )
    if not needed:
        op["body"]["consent"] = {"how": "drawn", "proof": name}

    waiting = field.phone.send(op)[0]
    assert (waiting["state"], waiting["code"]) == ("waiting", "file_missing")

    carried.put(field.phone.device.pk, name, 0, box, len(box))
    field.phone.send(field.phone.visit(uuid4()))  # whatever comes next

    assert row_of(op).state == "applied"
    assert (Dossier.objects.count(), Held.objects.count()) == (1, 0)


def test_a_person_of_another_village_is_not_theirs_to_help(field: Field) -> None:
    field.world.household.village = field.cast.tan_son
    field.world.household.save()

    answer = field.phone.send(filing(field))[0]

    assert (answer["state"], answer["code"]) == ("review", "out_of_scope")
    assert not Dossier.objects.exists()


class TestOfAnotherVillage:
    """Filed outside one's villages, it waits for an officer, who files it on their own right or cannot."""

    @pytest.fixture
    def waiting(self, field: Field) -> Operation:
        field.world.household.village = field.cast.tan_son
        field.world.household.save()
        op = filing(field)
        assert states(field.phone.send(op)) == ["review"]
        return row_of(op)

    def test_accepted_it_is_filed_by_the_officer_and_the_journal_names_both(
        self, field: Field, waiting: Operation
    ) -> None:
        accepting.accept(
            operation=waiting, reason="Bà con nhờ", version=1, by=field.khoa, at=NOW + timedelta(days=1)
        )

        dossier = Dossier.objects.get()
        assert (waiting.state, waiting.code) == ("applied", "desk_accepted")
        assert dossier.helper_id == field.khoa.pk
        assert dossier.consent["recorded_by"] == str(field.nga.pk)
        assert dossier.consent["at"] == NOW.isoformat()
        assert Assistance.objects.get().account_id == field.nga.pk
        actors = dict(Entry.objects.values_list("kind", "actor"))
        assert actors["dossiers.filed"] == actors["outreach.operation_settled"] == field.khoa.pk
        assert actors["outreach.operation_taken"] == field.nga.pk
        assert followed(field.nga) == []  # whose house it is not: they are told the number, and no more

    def test_who_may_not_file_leaves_it_waiting(self, field: Field, waiting: Operation) -> None:
        with pytest.raises(NotPermitted):
            accepting.accept(
                operation=waiting, reason="Ừ", version=1, by=field.cast.leader, at=NOW + timedelta(days=1)
            )

        waiting.refresh_from_db()
        assert (waiting.state, waiting.code, Dossier.objects.count()) == ("review", "out_of_scope", 0)

    def test_without_its_photo_it_goes_on_waiting_for_the_desk(self, field: Field) -> None:
        field.phone.device.revoked_at = NOW
        field.phone.device.save()
        op = filing(field, consent={"how": "drawn", "proof": "0" * 64})
        field.phone.send(op)

        with pytest.raises(Unacceptable):
            accepting.accept(
                operation=row_of(op), reason="Ừ", version=1, by=field.khoa, at=NOW + timedelta(days=1)
            )

        assert (row_of(op).state, row_of(op).code) == ("review", "device_revoked")

    def test_of_ones_own_village_the_volunteer_files_it(self, field: Field) -> None:
        field.phone.device.revoked_at = NOW
        field.phone.device.save()
        op = filing(field)
        field.phone.send(op)

        accepting.accept(
            operation=row_of(op), reason="Đúng", version=1, by=field.khoa, at=NOW + timedelta(days=1)
        )

        assert Dossier.objects.get().helper_id == field.nga.pk


def test_an_unknown_form_is_said_to_be_one(field: Field) -> None:
    assert field.phone.send(filing(field) | {})[0]["state"] == "applied"
    op = filing(field)
    op["body"]["procedure_version"] = "1999-01"

    assert field.phone.send(op)[0]["code"] == "form_unknown"


def test_the_helper_follows_it_and_sees_no_more(field: Field) -> None:
    field.phone.send(filing(field))
    dossier = Dossier.objects.get()

    one = get_followed(field.nga, dossier.pk)

    assert (one.number, one.status, one.brought_at) == (dossier.number, Status.SUBMITTED, None)
    assert [each.dossier for each in followed(field.nga, open_only=True)] == [dossier.pk]
    with pytest.raises(NotFound):
        get_followed(field.tho, dossier.pk)
    from dinh.dossiers import policy

    assert not policy.may_read(field.nga, dossier, NOW.date())


class TestConsentTakenBack:
    """The person changes their mind."""

    def withdraw(self, field: Field, op: dict[str, Any]) -> Any:
        return field.phone.send(
            field.phone.op("consent.withdrawn", {"assistance": op["op_id"]}, at=NOW + timedelta(hours=2)),
            at=NOW + timedelta(hours=3),
        )[0]

    def test_before_the_office_has_it_it_is_withdrawn(self, field: Field) -> None:
        field.phone.send(op := filing(field))

        answer = self.withdraw(field, op)

        assert (answer["state"], answer["answer"]["dossier"]["withdrawn"]) == ("applied", True)
        assert Dossier.objects.get().status == Status.WITHDRAWN
        assert followed(field.nga)[0].consent_withdrawn

    def test_afterwards_the_desk_is_told(self, field: Field) -> None:
        field.phone.send(op := filing(field))
        dossiers.receive(
            dossier=Dossier.objects.get(), by=field.cast.reception, at=NOW + timedelta(minutes=90)
        )

        answer = self.withdraw(field, op)

        assert (answer["state"], answer["code"]) == ("review", "consent_withdrawn")
        assert Dossier.objects.get().status != Status.WITHDRAWN


def test_a_result_is_brought_once(field: Field) -> None:
    field.phone.send(filing(field))
    dossier = Dossier.objects.get()
    later, sooner = (
        field.phone.op("result.brought", {"dossier": dossier.pk}, at=NOW + timedelta(days=days))
        for days in (2, 1)
    )

    results = field.phone.send(later, sooner, at=NOW + timedelta(days=3))

    assert [one["code"] for one in results] == ["", "already_done"]
    assert Assistance.objects.get().brought_at == NOW + timedelta(days=1)


class TestRights:
    """A volunteer helps in their villages, with consent, and opens nobody else's draft."""

    def begin(self, field: Field, **more: Any) -> Draft:
        return dossiers.begin_draft(
            procedure=PROCEDURE, unit=field.cast.cocsan, account=None, person=field.world.phuc, helper=field.nga,
            at=NOW, **more,
        )  # fmt: skip

    def test_no_draft_without_consent(self, field: Field) -> None:
        with pytest.raises(NotPermitted):
            self.begin(field)

    def test_a_draft_with_consent_is_the_helper_s_alone(self, field: Field) -> None:
        from dinh.dossiers import policy

        draft = self.begin(field, consent=SPOKEN)

        assert policy.may_edit_draft(field.nga, draft, NOW.date())
        assert not policy.may_edit_draft(field.tho, draft, NOW.date())

    def test_a_code_opens_nothing_to_a_volunteer(self, field: Field) -> None:
        draft = dossiers.begin_draft(
            procedure=PROCEDURE, unit=field.cast.cocsan, account=field.cast.citizen, at=NOW
        )

        with pytest.raises(Refused):
            dossiers.open_with_code(code=draft.code, officer=field.nga, consent=SPOKEN, at=NOW)
