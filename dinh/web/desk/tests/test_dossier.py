"""A dossier on one page: what it shows, what it offers to whom, and what pressing does."""

from __future__ import annotations

import pytest

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier, Status
from dinh.journal.models import Access
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier, make_household, page_of, phuc, press


def test_the_page_says_who_what_and_until_when(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    page = at_desk(cast.reception).get(page_of(dossier))

    shown = page.content.decode()
    assert page.status_code == 200
    for words in (dossier.number, "Vàng Văn Phúc", "Bằng tốt nghiệp", "12/03/1975"):
        assert words in shown
    assert page.context["main"].doing.verb == "receive"
    assert page.context["why"]


def test_opening_it_is_written_down(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    at_desk(cast.reception).get(page_of(dossier))

    row = Access.objects.get(kind="open", subject=dossier.pk, actor=cast.reception.pk)
    assert row.person == dossier.applicant_id
    assert row.purpose == f"dossier:{dossier.number}"


@pytest.mark.parametrize(
    "who", ["next_reception", "next_leader", "next_administrator", "administrator", "citizen"]
)
def test_those_without_the_right_see_nothing(cast: Cast, at_desk: Seat, who: str) -> None:
    dossier = make_dossier(cast)
    client = at_desk(getattr(cast, who))

    for path in ("", "looked", "slip"):
        answer = client.get(f"{page_of(dossier)}{path}")
        assert answer.status_code == 403
        assert "Bằng tốt nghiệp" not in answer.content.decode()
    assert press(client, dossier, "receive").status_code == 403
    dossier.refresh_from_db()
    assert dossier.status == Status.SUBMITTED


def test_a_corrected_answer_stands_beside_the_register(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, answers={"applicant.full_name": "Vàng A Phúc"})

    page = at_desk(cast.examiner).get(page_of(dossier))

    lines = {line.id: line for section in page.context["sections"] for line in section.lines}
    assert lines["applicant.full_name"].register == "Vàng Văn Phúc"
    assert "applicant.full_name" in {line.id for line in page.context["differing"]}
    assert "applicant.birth" not in {line.id for line in page.context["differing"]}


def test_receiving_is_one_press(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = press(at_desk(cast.reception), dossier, "receive")

    assert answer.status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == Status.ACCEPTED


def test_the_whole_life_passes_over_the_desk(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    for account, verb, data in (
        (cast.reception, "receive", {}),
        (cast.examiner, "examine", {"proposal": "approve", "note": "Khớp bản chính"}),
        (cast.leader, "approve", {}),
        (
            cast.reception,
            "return_result",
            {"collector_name": "Vàng Văn Phúc", "relation": "applicant", "checked": "card"},
        ),
    ):
        answer = press(at_desk(account), dossier, verb, **data)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        dossier.refresh_from_db()

    assert dossier.status == Status.RETURNED
    assert list(dossier.steps.order_by("sequence").values_list("verb", flat=True)) == [
        "receive",
        "examine",
        "approve",
        "return",
    ]


def test_a_dossier_that_changed_meanwhile_is_not_acted_on(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    actions.take(dossier=Dossier.objects.get(pk=dossier.pk), by=cast.examiner, at=dossier.waiting_since)

    answer = press(at_desk(cast.examiner), dossier, "examine", proposal="approve")

    assert answer.status_code == 409
    assert cast.examiner.full_name in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).step == "examine"


def test_a_refusal_without_its_reason_keeps_the_page(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = press(at_desk(cast.reception), dossier, "refuse", reason="")

    assert answer.status_code == 422
    assert answer.context["open"] == "refuse"
    dossier.refresh_from_db()
    assert dossier.status == Status.SUBMITTED


def test_a_supplement_lists_everything_at_once(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = press(
        at_desk(cast.reception), dossier, "request_supplement",
        **{
            "fault:original": "incomplete", "note:original": "Thiếu trang 2",
            "fault:applicant.phone": "incorrect", "note:applicant.phone": "Số không liên lạc được",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    items = dossier.supplements.get().items
    assert {(one["item"], one["fault"]) for one in items} == {
        ("original", "incomplete"),
        ("applicant.phone", "incorrect"),
    }


def test_a_supplement_names_what_is_wrong_with_each_item(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = press(at_desk(cast.reception), dossier, "request_supplement", **{"fault:original": "incomplete"})

    assert answer.status_code == 422
    # Other acts of the page have forms of their own: one of them is the one that was sent.
    sent = [one["form"] for one in answer.context if one.get("form") is not None]
    assert any("note:original" in form.errors for form in sent)
    assert not dossier.supplements.exists()


def test_nothing_marked_is_no_supplement(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    answer = press(at_desk(cast.reception), dossier, "request_supplement")

    assert answer.status_code == 422


def test_the_examiner_takes_over_the_registers_value(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received", answers={"applicant.full_name": "Vàng A Phúc"})

    press(at_desk(cast.examiner), dossier, "examine", proposal="approve", use_register="applicant.full_name")

    dossier.refresh_from_db()
    mark = dossier.answers["applicant.full_name"]
    assert mark["value"] == "Vàng Văn Phúc"
    assert mark["before"]["value"] == "Vàng A Phúc"


def test_one_who_examined_is_not_offered_the_decision(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "examined")

    assert at_desk(cast.leader).get(page_of(dossier)).context["main"].doing.verb == "approve"
    assert at_desk(cast.examiner).get(page_of(dossier)).context["main"] is None


def test_sent_back_with_a_reason_it_waits_for_examination(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "examined")

    press(at_desk(cast.leader), dossier, "send_back", reason="Xem lại số trang")

    dossier.refresh_from_db()
    assert dossier.step == "examine"


def test_who_looked_names_the_colleague(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    at_desk(cast.examiner).get(page_of(dossier))

    other = make_dossier(cast)  # of the same person: who looked at that one is not told here
    at_desk(cast.leader).get(page_of(other))

    answer = at_desk(cast.reception).get(f"{page_of(dossier)}looked")

    assert cast.examiner.full_name in answer.content.decode()
    assert cast.leader.full_name not in answer.content.decode()


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_it_speaks_three_languages(cast: Cast, at_desk: Seat, language: str) -> None:
    dossier = make_dossier(cast, "examined")
    account: Account = cast.leader

    page = at_desk(account).get(page_of(dossier).replace("/vi/", f"/{language}/"))

    assert f'lang="{language}"' in page.content.decode()


def test_what_differs_is_a_warning_only_while_there_is_something_to_decide(cast: Cast, at_desk: Seat) -> None:
    make_household(cast.cocsan, cast.un_ta, phuc(cast))
    unlike = {"applicant.full_name": "Vàng A Phúc"}
    waiting, done = (make_dossier(cast, stage, answers=unlike) for stage in ("received", "returned"))
    client = at_desk(cast.examiner)

    assert 'class="differences"' in client.get(page_of(waiting)).content.decode()
    assert 'class="differences"' not in client.get(page_of(done)).content.decode()
