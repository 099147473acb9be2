"""A paper is asked for, drawn, signed and issued once; checked by code and by file; revoked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.journal.testing import settle
from dinh.lib.errors import Broken, Refused, Stale
from dinh.papers import actions, blobs, issuing, queries, rules, tasks
from dinh.papers.models import Blob, Paper, Signature
from dinh.papers.queries import State
from dinh.papers.signing import base
from dinh.papers.tests.conftest import RequestPaper
from dinh.papers.tests.samples import sample

pytestmark = pytest.mark.django_db


def issued(paper: Paper) -> Paper:
    return issuing.issue_paper(paper.pk, at=MONDAY_MORNING)


def file_of(paper: Paper) -> bytes:
    return blobs.path_of(str(paper.blob_id)).read_bytes()


def test_asking_is_recorded_and_the_worker_does_the_rest(
    request_paper: RequestPaper, settings: LazySettings
) -> None:
    settings.DINH_HANDLERS = f"{__name__}:HANDLERS"
    paper = request_paper()
    assert paper.state == Paper.State.REQUESTED

    settle()

    paper.refresh_from_db()
    assert paper.state == Paper.State.ISSUED
    assert file_of(paper).startswith(b"%PDF-")
    kinds = Entry.objects.filter(subject=paper.pk).order_by("subject_version").values_list("kind", flat=True)
    assert list(kinds) == ["papers.requested", "papers.issued"]
    assert [one.role for one in Signature.objects.order_by("order")] == ["leader", "agency"]
    assert paper.template_digest


def handlers() -> tuple[object, ...]:
    from dinh.journal.handlers import Handler

    return (Handler(("papers.requested",), "dinh.papers.handlers:on_requested", queue="papers"),)


HANDLERS = handlers()


def test_the_entry_says_which_data_but_not_again_what_they_were(request_paper: RequestPaper) -> None:
    paper = request_paper()

    body = Entry.objects.get(subject=paper.pk).body or {}
    assert "data" not in body["set"]
    assert "Phúc" not in str(body)
    assert len(body["data_sha256"]) == 64


def test_issuing_twice_issues_once(request_paper: RequestPaper) -> None:
    paper = issued(request_paper())

    assert tasks.issue.call(str(paper.pk)) == Paper.State.ISSUED
    assert Blob.objects.count() == 1
    assert Signature.objects.count() == 2


def test_a_worker_that_comes_second_stops_without_harm(request_paper: RequestPaper) -> None:
    paper = request_paper()
    slow = Paper.objects.get(pk=paper.pk)
    issued(paper)

    with pytest.raises(Stale):
        actions.issue(
            paper=slow, pdf=b"%PDF-1.7 other", signed_by=[], signed_at=MONDAY_MORNING, at=MONDAY_MORNING
        )

    assert Signature.objects.count() == 2


def test_a_failure_is_visible_at_once_recorded_once_and_mended_later(
    request_paper: RequestPaper, settings: LazySettings
) -> None:
    ours, settings.DINH_SIGNERS = base.LOCAL, "dinh.papers.no_such_module:signer_for"
    paper = request_paper()

    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            issued(paper)

    paper.refresh_from_db()
    assert paper.state == Paper.State.FAILED
    assert Entry.objects.filter(kind="papers.failed").count() == 1
    assert not Blob.objects.exists()

    settings.DINH_SIGNERS = ours
    assert issued(paper).state == Paper.State.ISSUED


def test_a_full_disk_fails_the_paper_not_the_dossier(
    request_paper: RequestPaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = request_paper()

    def full(*_given: object, **_named: object) -> Blob:
        raise Refused("papers.disk_full")

    monkeypatch.setattr(blobs, "keep", full)
    with pytest.raises(Refused):
        issued(paper)

    assert Paper.objects.get().state == Paper.State.FAILED


def test_an_unknown_template_is_refused_when_asked_for(request_paper: RequestPaper) -> None:
    with pytest.raises(Broken):
        request_paper(template="love_letter")
    assert not Paper.objects.exists()


def test_a_code_finds_the_issued_paper_however_it_is_typed(request_paper: RequestPaper) -> None:
    paper = request_paper()
    assert queries.find_by_code(paper.check_code) is None  # not yet issued

    paper = issued(paper)

    assert queries.find_by_code(rules.show_code(paper.check_code).lower()) == paper
    assert queries.find_by_code("0000000001") is None


def test_the_file_is_genuine_then_revoked(request_paper: RequestPaper, cast: Cast) -> None:
    paper = issued(request_paper())
    verdict = queries.check_file(file_of(paper))
    assert (verdict.state, verdict.paper) == (State.GENUINE, paper)
    assert [one.name for one in verdict.signatures] == ["Hoàng Minh Đức", "Ủy ban nhân dân xã Cốc San"]

    actions.revoke(paper=paper, because="Ghi sai ngày sinh", by=cast.leader, at=MONDAY_MORNING)

    verdict = queries.check_file(file_of(paper))
    assert verdict.state == State.REVOKED
    assert verdict.paper is not None
    assert verdict.paper.revoked_because == "Ghi sai ngày sinh"
    assert Entry.objects.get(kind="papers.revoked").actor == cast.leader.pk


@pytest.mark.parametrize("change", ["byte", "end", "appended"])
def test_an_altered_file_is_named_with_the_paper_it_was_made_from(
    request_paper: RequestPaper, change: str
) -> None:
    paper = issued(request_paper())
    data = file_of(paper)
    middle = data.index(b"stream") + 40
    altered = {
        "byte": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "end": data + b"\n",
        "appended": data + data[-900:],
    }[change]

    verdict = queries.check_file(altered)

    assert verdict.state == State.ALTERED
    assert verdict.paper == paper
    if change == "byte":
        assert not any(one.intact for one in verdict.signatures)


def test_half_a_file_is_not_genuine(request_paper: RequestPaper) -> None:
    data = file_of(issued(request_paper()))

    assert queries.check_file(data[: len(data) // 2]).state == State.UNKNOWN


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 a letter", b"7K3QM-X9T2D", b"\x89PNG\r\n\x1a\n" * 50])
def test_a_file_that_is_not_ours_is_unknown(home: Path, data: bytes) -> None:
    assert queries.check_file(data) == queries.Verdict(State.UNKNOWN)


def test_a_paper_signed_by_another_house_is_unknown(
    request_paper: RequestPaper, settings: LazySettings, tmp_path: Path
) -> None:
    paper = issued(request_paper())
    data = file_of(paper)
    paper.signatures.all().delete()
    paper.delete()
    settings.DINH_HOME = tmp_path / "other"

    verdict = queries.check_file(data)

    assert verdict.state == State.UNKNOWN
    assert [one.trusted for one in verdict.signatures] == [False, False]


def test_only_an_issued_paper_is_revoked_and_only_once(request_paper: RequestPaper, cast: Cast) -> None:
    paper = request_paper()
    revoking: dict[str, Any] = {"because": "x", "by": cast.leader, "at": MONDAY_MORNING}
    with pytest.raises(Refused, match="not_issued"):
        actions.revoke(paper=paper, **revoking)
    paper = issued(paper)
    seen_before = Paper.objects.get()
    actions.revoke(paper=paper, **revoking)

    with pytest.raises(Stale):
        actions.revoke(paper=seen_before, **revoking)


def test_a_paper_that_replaces_another_revokes_it_when_issued(request_paper: RequestPaper) -> None:
    old = issued(request_paper())
    new = request_paper(replaces=old)
    assert Paper.objects.get(pk=old.pk).state == Paper.State.ISSUED

    issued(new)

    assert Paper.objects.get(pk=old.pk).state == Paper.State.REVOKED
    revoked, issued_entry = (
        Entry.objects.get(kind="papers.revoked"),
        Entry.objects.get(subject=new.pk, kind="papers.issued"),
    )
    assert revoked.cause == issued_entry.pk


def test_a_paper_is_tried_again_when_somebody_revokes_what_it_replaces_meanwhile(
    request_paper: RequestPaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = issued(request_paper())
    new = request_paper(replaces=old)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(actions, "revoke", lambda **_given: _raise(Stale("papers.changed", "")))
        with pytest.raises(Stale):
            issued(new)
    actions.revoke(paper=old, because="Sai tên", by=None, at=MONDAY_MORNING)

    assert issued(new).state == Paper.State.ISSUED


def _raise(error: Exception) -> None:
    raise error


def test_a_paper_signed_by_the_demonstration_authority_says_so_even_when_not_told(
    request_paper: RequestPaper,
) -> None:
    data = {**sample("birth_extract_copy")["data"], "demonstration": False}
    paper = issued(request_paper(data=data))

    from dinh.papers.tests.test_render import text_of

    assert "BẢN TRÌNH DIỄN" in text_of(file_of(paper))


def test_asking_costs_few_queries(request_paper: RequestPaper, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        request_paper()


def test_a_paper_of_the_past_is_drawn_when_somebody_reads_it(request_paper: RequestPaper) -> None:
    paper = request_paper()

    assert not tasks.issue_when_read(paper, at=MONDAY_MORNING)  # its own handler is at work
    later = MONDAY_MORNING + timedelta(days=300)
    assert tasks.issue_when_read(paper, at=later)
    assert not tasks.issue_when_read(paper, at=later), "asked once, not at each look"
    settle()

    paper.refresh_from_db()
    assert paper.state == Paper.State.ISSUED
    assert not tasks.issue_when_read(paper, at=later)
