from __future__ import annotations

import json
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dinh.config import cli
from dinh.config.operating import doctor
from dinh.config.worker import NodeWorker
from dinh.directory.tests.cast import Cast
from dinh.journal import guards, sealer
from dinh.journal.models import HandlerFailure
from dinh.journal.tasks import run_handler
from dinh.journal.tests.acts import make
from dinh.lib.ids import uuid7
from dinh.messages.models import Delivery, Message
from dinh.outreach.models import Kiosk

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any, monkeypatch: Any) -> Path:
    settings.DINH_HOME = tmp_path
    settings.DINH_HANDLERS = "dinh.journal.tests.acts:NO_HANDLERS"
    # The databases of tests live in memory, without the settings of a node.
    monkeypatch.setattr(doctor, "SQLITE", {})
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, 10**11))
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "recovery.pub").touch(0o600)
    return tmp_path


def faults(**change: Any) -> dict[str, str]:
    found = doctor.examine(change.get("at", timezone.now()))
    return {finding.about: finding.sentence for finding in found if finding.state != "ok"}


def test_a_node_that_is_well_has_no_fault() -> None:
    make()
    sealer.seal_once()

    assert faults() == {}


def test_a_full_disk_is_seen(monkeypatch: Any) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, 10**8))

    assert "0.1 GB free" in faults()["disk"]


def test_keys_readable_by_others_are_named_with_the_remedy(home: Path) -> None:
    (home / "keys" / "django.secret").write_text("secret")
    (home / "keys" / "django.secret").chmod(0o644)
    (home / "keys" / "root.pem").write_text("-----BEGIN CERTIFICATE-----")
    (home / "keys" / "root.pem").chmod(0o644)
    (home / "keys" / "lock").touch(0o644)

    assert faults()["keys"].endswith(f"chmod go-rwx {home}/keys/django.secret")


def test_a_node_without_a_recovery_key_is_told_how_to_make_one(home: Path) -> None:
    (home / "keys" / "recovery.pub").unlink()

    assert "--new-recovery-key" in faults()["backup"]


def test_a_sealer_that_stands_still_is_seen() -> None:
    make()

    assert faults() == {}
    assert "is `dinh run` running?" in faults(at=timezone.now() + timedelta(seconds=40))["sealer"]


def test_a_clock_that_went_back_is_seen() -> None:
    make()

    assert "before the last entry" in faults(at=timezone.now() - timedelta(minutes=1))["clock"]


def test_triggers_that_are_gone_are_named() -> None:
    guards.remove()

    assert "journal_entry_guard_update" in faults()["database"]


def test_settings_under_which_a_power_cut_loses_what_was_confirmed_are_seen(monkeypatch: Any) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("SQLite's settings")
    monkeypatch.setattr(doctor, "SQLITE", {"synchronous": 1})

    assert "synchronous" in faults()["database"]


def test_a_heads_log_that_is_gone_is_seen(home: Path) -> None:
    make()
    sealer.seal_once()
    (home / "heads.log").unlink()

    assert "bring it back" in faults()["heads.log"]


def test_a_witness_that_was_taken_out_is_seen(settings: Any, home: Path) -> None:
    settings.DINH_WITNESS = str(home / "usb" / "heads.log")

    assert "medium" in faults()["witness"]


def test_a_worker_that_stands_still_is_seen() -> None:
    run_handler.enqueue("x", str(uuid7()))
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=11))

    assert "is `dinh run` running?" in faults()["worker"]


def test_what_takes_minutes_may_wait_and_is_left_to_its_own_worker() -> None:
    run_handler.using(queue_name="long").enqueue("x", str(uuid7()))
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=11))

    assert "worker" not in faults()
    assert NodeWorker()._claim() is None
    assert NodeWorker(long=True)._claim() is not None


def test_failed_tasks_and_handlers_are_named() -> None:
    run_handler.enqueue("x", str(uuid7()))
    DBTaskResult.objects.get().set_failed(ValueError())
    now = timezone.now()
    HandlerFailure.objects.create(handler="a:b", entry=uuid7(), tries=6, error="E", since=now, next_at=now)

    found = faults()

    assert "1 of dinh.journal.tasks.run_handler failed" in found["tasks"]
    assert "6 tries" in found["handlers"]


def test_notices_that_could_not_be_sent_are_counted_for_a_week() -> None:
    at = timezone.now()
    message = Message.objects.create(subject_type="dossier", subject=uuid7(), kind="x", created_at=at)
    Delivery.objects.create(message=message, channel="email", state=Delivery.State.FAILED, next_attempt_at=at)

    assert "1 of the last week were given up" in faults(at=at)["e-mail"]
    assert "e-mail" not in faults(at=at + timedelta(days=8))


def test_a_demonstration_on_a_public_address_is_a_fault(settings: Any) -> None:
    settings.DINH_DEMO, settings.DINH_PUBLIC_URL = True, "https://dvc.example.vn"
    assert "DINH_DEMO" in faults()["settings"]

    settings.DINH_DEMO, settings.DINH_PUBLIC_URL = False, "http://dvc.example.vn"
    assert "https" in faults()["settings"]


def test_the_command_exits_1_on_a_fault_and_speaks_json(capsys: Any) -> None:
    assert (
        cli.parser().parse_args(["doctor", "--json"]).run(cli.parser().parse_args(["doctor", "--json"])) == 0
    )
    assert json.loads(capsys.readouterr().out)["ok"] is True
    guards.remove()

    arguments = cli.parser().parse_args(["doctor"])
    assert arguments.run(arguments) == 1
    assert "FAULT" in capsys.readouterr().out


def test_a_check_that_cannot_run_is_itself_a_fault(monkeypatch: Any) -> None:
    def _broken_disk(at: object) -> list[doctor.Finding]:
        raise OSError

    monkeypatch.setattr(doctor, "CHECKS", (_broken_disk,))

    assert faults() == {"broken disk": "could not be checked: OSError"}


def test_a_kiosk_without_a_voice_is_told_which_program_to_install(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setenv("PATH", "")
    assert "kiosk" not in faults()

    Kiosk.objects.create(unit=cast.cocsan, name="Máy", made_at=timezone.now(), made_by=cast.clerk)

    assert "apt install espeak-ng" in faults()["kiosk"]
