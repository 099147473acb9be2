"""The chair's page: risks in words, many at once, each file on its own."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dinh.directory.tests.cast import Cast, make_grant
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier

CHAIR = "/vi/desk/chair/"


def marked(dossier: Dossier) -> str:
    return f"{dossier.pk}:{dossier.version}"


def test_a_file_has_one_line_and_no_risk_when_all_is_well(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast, "examined")

    (file,) = at_desk(cast.leader).get(CHAIR).context["files"]

    assert file.line == "Vàng Văn Phúc: Bằng tốt nghiệp trung học phổ thông, 2 × 3"
    assert file.risks == ()
    assert not file.heavy


def test_every_risk_is_said(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received", answers={"applicant.full_name": "Vàng A Phúc"})
    actions.examine(
        dossier=dossier, by=cast.examiner, at=timezone.now(), proposal="refuse", note="Bản chính có tẩy xóa"
    )
    Dossier.objects.filter(pk=dossier.pk).update(due_at=timezone.now() - timedelta(days=2))

    (file,) = at_desk(cast.leader).get(CHAIR.replace("vi", "en")).context["files"]

    assert file.heavy
    assert any("refuse" in risk for risk in file.risks)
    assert any(risk.startswith("Late") for risk in file.risks)
    assert any("Vàng A Phúc" in risk and "Vàng Văn Phúc" in risk for risk in file.risks)


def test_many_are_approved_and_each_says_what_became_of_it(cast: Cast, at_desk: Seat) -> None:
    good, changed = make_dossier(cast, "examined"), make_dossier(cast, "examined")
    seen = marked(changed)
    actions.take(dossier=changed, by=cast.leader, at=timezone.now())

    answer = at_desk(cast.leader).post(f"{CHAIR}approve", {"file": [marked(good), seen]})

    results = {file.id: file.done for file in answer.context["files"]}
    assert results == {good.pk: True, changed.pk: False}
    assert Dossier.objects.get(pk=good.pk).status == Status.FINISHED
    assert Dossier.objects.get(pk=changed.pk).status == Status.IN_PROCESS


def test_one_press_answers_with_the_row_alone(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "examined")

    answer = at_desk(cast.leader).post(
        f"{CHAIR}approve", {"one": marked(dossier)}, headers={"HX-Request": "true"}
    )

    assert "<html" not in answer.content.decode()
    assert f'id="f-{dossier.pk}"' in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).status == Status.FINISHED


def test_pressed_twice_it_is_approved_once(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "examined")
    client = at_desk(cast.leader)

    client.post(f"{CHAIR}approve", {"one": marked(dossier)})
    again = client.post(f"{CHAIR}approve", {"one": marked(dossier)})

    assert [file.done for file in again.context["files"]] == [False]
    assert dossier.steps.filter(verb="approve").count() == 1


def test_nothing_marked_signs_nothing(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast, "examined")

    answer = at_desk(cast.leader).post(f"{CHAIR}approve", {"file": ["nonsense"]})

    assert answer.status_code == 302


def test_what_one_examined_oneself_is_left_to_a_colleague(cast: Cast, at_desk: Seat) -> None:
    make_grant(cast.examiner, "leader", cast.cocsan)
    dossier = make_dossier(cast, "examined")
    client = at_desk(cast.examiner)

    (file,) = client.get(CHAIR).context["files"]
    answer = client.post(f"{CHAIR}approve", {"file": [marked(dossier)]})

    assert file.blocked
    assert [one.done for one in answer.context["files"]] == [False]
    assert Dossier.objects.get(pk=dossier.pk).status == Status.IN_PROCESS


def test_a_leader_of_the_next_commune_signs_nothing_here(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "examined")
    client = at_desk(cast.next_leader)

    assert client.get(CHAIR).context["files"] == []
    answer = client.post(f"{CHAIR}approve", {"file": [marked(dossier)]})

    assert Dossier.objects.get(pk=dossier.pk).status == Status.IN_PROCESS
    assert "Vàng Văn Phúc" not in answer.content.decode()


def test_those_who_do_not_decide_have_no_such_page(cast: Cast, at_desk: Seat) -> None:
    for account in (cast.reception, cast.examiner, cast.administrator, cast.citizen):
        assert at_desk(account).get(CHAIR).status_code == 403
