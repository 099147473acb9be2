"""An e-mail arrives once: at the first try, or when the server is back, or is given up and says so."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dinh.directory.tests.cast import MONDAY_MORNING, people
from dinh.journal.testing import settle
from dinh.messages import queries, rules, tasks
from dinh.messages.models import Delivery
from dinh.messages.tests.conftest import MailServer, Notify

pytestmark = pytest.mark.django_db
State = Delivery.State


def only() -> Delivery:
    return Delivery.objects.get()


def try_at(at: datetime) -> str:
    return tasks.attempt(only().pk, at=at)


def test_the_worker_brings_it_with_its_words_whole(mail_server: MailServer, notify: Notify) -> None:
    notify(at=timezone.now())

    settle()

    (mail,) = mail_server.arrived
    assert mail["To"] == "phuc@example.vn"
    assert mail["Subject"] == "Hồ sơ đã được tiếp nhận"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{only().pk}@cocsan.example.vn>"
    text = mail.get_content()
    assert "Bà Lý Thị Mai" in text
    assert "http://" in text
    assert only().state == State.SENT
    assert only().sent_at is not None


def test_delivering_twice_sends_once(mail_server: MailServer, notify: Notify) -> None:
    at = timezone.now()
    notify(at=at)

    assert [try_at(at) for _ in range(3)] == [State.SENT] * 3
    tasks.deliver_due.call()

    assert len(mail_server.arrived) == 1


def test_a_server_that_is_down_then_up_gets_it_once(mail_server: MailServer, notify: Notify) -> None:
    mail_server.stop()
    notify()

    assert try_at(MONDAY_MORNING) == State.WAITING
    assert (only().attempts, only().last_error) == (1, "ConnectionRefusedError")
    assert try_at(MONDAY_MORNING + timedelta(seconds=59)) == State.WAITING  # not yet due
    assert only().attempts == 1
    assert try_at(MONDAY_MORNING + timedelta(seconds=60)) == State.WAITING
    assert only().attempts == 2

    mail_server.start()
    assert try_at(MONDAY_MORNING + timedelta(seconds=179)) == State.WAITING
    assert try_at(MONDAY_MORNING + timedelta(seconds=180)) == State.SENT
    assert len(mail_server.arrived) == 1
    assert only().last_error == ""


def test_the_next_try_is_put_off_to_its_time(mail_server: MailServer, notify: Notify) -> None:
    mail_server.stop()
    notify()
    DBTaskResult.objects.all().delete()

    try_at(MONDAY_MORNING)

    assert DBTaskResult.objects.get().run_after == MONDAY_MORNING + timedelta(minutes=1)


def test_it_is_given_up_after_the_last_try_and_stays_visible(mail_server: MailServer, notify: Notify) -> None:
    mail_server.stop()
    notify()
    at = MONDAY_MORNING

    for _ in range(rules.MOST_ATTEMPTS):
        assert only().state == State.WAITING
        try_at(at)
        at = only().next_attempt_at

    assert only().state == State.FAILED
    assert queries.delivery_counts() == {"waiting": 0, "failed": 1}
    mail_server.start()
    assert try_at(at + timedelta(days=1)) == State.FAILED
    assert not mail_server.arrived


def test_an_address_that_does_not_exist_is_given_up_at_once(mail_server: MailServer, notify: Notify) -> None:
    mail_server.refuse_recipients = "550 no such mailbox phuc@example.vn"
    notify()

    assert try_at(MONDAY_MORNING) == State.FAILED
    assert only().last_error == "SMTPRecipientsRefused 550"


def test_a_full_mailbox_is_tried_again(mail_server: MailServer, notify: Notify) -> None:
    mail_server.refuse_recipients = "452 mailbox full"
    notify()
    assert try_at(MONDAY_MORNING) == State.WAITING

    mail_server.refuse_recipients = ""
    assert try_at(MONDAY_MORNING + timedelta(minutes=1)) == State.SENT


def test_a_line_break_in_a_title_starts_no_header(mail_server: MailServer, notify: Notify) -> None:
    notify(title="Hồ sơ\r\nBcc: all@example.vn")

    assert try_at(MONDAY_MORNING) == State.SENT
    assert mail_server.arrived[0]["Subject"] == "Hồ sơ Bcc: all@example.vn"
    assert mail_server.arrived[0]["Bcc"] is None


def test_an_address_that_is_none_fails_alone(mail_server: MailServer, notify: Notify) -> None:
    notify(emails=["phuc@example.vn\nBcc: x@example.vn", "mai@example.vn"], at=timezone.now())

    tasks.deliver_due.call()

    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.FAILED, State.SENT]
    assert len(mail_server.arrived) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "mot de passe"), ("vi", "mật khẩu"), ("en", "password")]
)
def test_the_foot_warns_of_fraud_in_the_reader_s_language(
    mail_server: MailServer, notify: Notify, language: str, words: str
) -> None:
    notify(language=language)

    try_at(MONDAY_MORNING)

    assert words in mail_server.arrived[0].get_content()


def test_the_sweep_finds_what_a_lost_task_left_lying(mail_server: MailServer, notify: Notify) -> None:
    at = timezone.now()
    notify(at=at)
    DBTaskResult.objects.all().delete()
    assert not tasks.sweep(at + timedelta(seconds=119))

    assert tasks.sweep(at + timedelta(seconds=120))
    settle()

    assert only().state == State.SENT
    assert not tasks.sweep(at + timedelta(days=1))


def test_waits_double_up_to_six_hours() -> None:
    waits = [rules.wait_after(attempts).total_seconds() / 60 for attempts in range(1, 12)]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_sends(mail_server: MailServer) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer")
    from dinh.messages import actions

    cast = people()
    actions.notify(
        account=cast.citizen, person=None, subject_type="dossier", subject=UUID(int=1), kind="x", cause=None, title="t",
        body="b", language="vi", emails=["phuc@example.vn"], at=MONDAY_MORNING,
    )  # fmt: skip
    key = only().pk

    def work() -> None:
        tasks.attempt(key, at=MONDAY_MORNING)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(mail_server.arrived) == 1
    assert only().attempts == 1
