"""`dinh places` and `dinh account`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

import pytest

from dinh.directory import commands, policy, setup
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING as AT
from dinh.directory.tests.cast import PASSWORD, Cast
from dinh.lib.errors import Invalid, NotFound

Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    """Run a command line and return its exit code."""
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers(required=True))

    def run(*words: str) -> int:
        arguments = parser.parse_args(words)
        return int(arguments.run(arguments))

    return run


def test_a_place_is_printed_with_its_code(cast: Cast, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("places", "find", "coc", "san") == 0

    assert "02746" in capsys.readouterr().out.splitlines()[0]


def test_nothing_found_is_said_by_the_exit_code(cast: Cast, run: Run) -> None:
    assert run("places", "find", "zzzzqqq") == 1
    assert run("places", "find", "coc", "san", "--level", "province") == 1


def test_loading_says_how_many_units_there_are(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "load_places", lambda progress: progress("units", 5, 5) or 14149)

    assert run("places", "load", "--quiet") == 0
    assert "14149" in capsys.readouterr().out


def test_the_first_administrator_gets_a_password_that_must_be_changed(
    cast: Cast, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("account", "add", "chi.huyen", "--name", "Lù Thị Huyền", "--unit", "02746") == 0

    password = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", capsys.readouterr().out)
    account = Account.objects.get(username="chi.huyen")
    assert password is not None
    assert account.check_password(password[0])
    assert account.must_change_password
    assert policy.may(account, "directory.manage_accounts", unit=cast.cocsan.pk, on=AT.date())


def test_a_role_or_unit_that_is_not_there_opens_no_account(cast: Cast, run: Run) -> None:
    with pytest.raises(Invalid):
        run("account", "add", "moi", "--name", "Cư Thị Mới", "--unit", "02746", "--role", "emperor")
    with pytest.raises(Invalid):  # in the catalogue, but no role of staff
        run("account", "add", "moi", "--name", "Cư Thị Mới", "--unit", "02746", "--role", "citizen")
    with pytest.raises(NotFound):
        run("account", "add", "moi", "--name", "Cư Thị Mới", "--unit", "99999")

    assert not Account.objects.filter(username="moi").exists()


def test_new_access_replaces_the_password(cast: Cast, run: Run) -> None:
    assert run("account", "reset", "HUONG") == 0

    assert not Account.objects.get(username="huong").check_password(PASSWORD)
    with pytest.raises(NotFound):
        run("account", "reset", "nobody")


def test_the_list_names_the_staff_of_one_unit(
    cast: Cast, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("account", "list", "--unit", "02728") == 0

    listed = capsys.readouterr().out
    assert "loan" in listed
    assert "huong" not in listed
