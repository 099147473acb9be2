"""Files that telephones sent ahead go when nothing needs them any more, and not before."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from dinh.dossiers.models import Dossier
from dinh.dossiers.tests.world import PDF
from dinh.outreach import carried, sealing
from dinh.outreach.actions import accepting
from dinh.outreach.models import Operation
from dinh.outreach.tasks import sweep_files
from dinh.outreach.tests.sending import NOW, Field, row_of
from dinh.outreach.tests.test_filing_at_home import filing, put


@pytest.fixture
def key() -> sealing.KeyPair:
    """The node's key to which phones seal."""
    return sealing.make_pair()


def days_pass(field: Field, days: int) -> None:
    """Let the files be older."""
    at = (timezone.now() - timedelta(days=days)).timestamp()
    for path in carried.folder(field.phone.device.pk).iterdir():
        os.utime(path, (at, at))


def here(field: Field) -> set[str]:
    """Return which files of the telephone are here."""
    place = carried.folder(field.phone.device.pk)
    return {path.stem for path in place.iterdir()} if place.exists() else set()


def test_what_nothing_named_goes_after_its_term(field: Field, key: sealing.KeyPair) -> None:
    name = put(field, key, PDF + b"old")

    days_pass(field, 89)
    assert sweep_files() == 0
    days_pass(field, 91)
    new = put(field, key, PDF + b"new")

    assert sweep_files() == 1
    assert here(field) == {new} and name != new


def test_what_an_officer_is_to_decide_about_stays(field: Field, key: sealing.KeyPair) -> None:
    name = put(field, key, PDF + b"drawn")
    field.phone.device.revoked_at = NOW
    field.phone.device.save()
    op = filing(field, consent={"how": "drawn", "proof": name})
    field.phone.send(op)
    days_pass(field, 200)

    assert sweep_files() == 0
    accepting.accept(
        operation=row_of(op), reason="Đúng", version=1, by=field.khoa, at=NOW + timedelta(days=200)
    )

    assert Dossier.objects.get().consent["proof"] == name


@pytest.mark.parametrize(("days_ago", "gone"), [(10, 0), (100, 1)])
def test_what_was_refused_may_come_again_mended_for_as_long(
    field: Field, key: sealing.KeyPair, days_ago: int, gone: int
) -> None:
    name = put(field, key, PDF + b"drawn")
    op = filing(field, consent={"how": "drawn", "proof": name}, answers={"copies": ""})
    assert field.phone.send(op)[0]["code"] == "not_complete"
    Operation.objects.update(changed_at=timezone.now() - timedelta(days=days_ago))
    days_pass(field, 91)

    assert sweep_files() == gone


@pytest.mark.django_db(transaction=True)
def test_what_was_swept_is_taken_when_it_comes_again(field: Field, key: sealing.KeyPair) -> None:
    put(field, key, PDF + b"drawn")
    days_pass(field, 91)
    sweep_files()
    assert not carried.folder(field.phone.device.pk).exists()

    op = filing(field, consent={"how": "drawn", "proof": put(field, key, PDF + b"drawn")})

    assert field.phone.send(op)[0]["state"] == "applied"
    assert here(field) == set()


def test_a_file_that_is_taken_over_in_this_moment_does_not_stop_the_sweep(
    field: Field, key: sealing.KeyPair
) -> None:
    put(field, key, PDF + b"old")
    days_pass(field, 91)
    (carried.folder(field.phone.device.pk) / "gone.box").symlink_to(
        "nowhere"
    )  # listed, and not there any more

    assert sweep_files() == 1
