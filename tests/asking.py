"""Asking the house of two communes as somebody, and what an answer may and may not hold.

Test modules name this file in `pytest_plugins` to have `house` and `ask`.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver

from dinh.directory import names, tree
from dinh.journal.models import Entry
from dinh.web.components.context import forget_house
from tests.house import House, build
from tests.paths import PATHS
from tests.rights import METHOD, NO, OK, SIGN_IN, Actor, actors


@pytest.fixture(scope="module")
def house_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the papers and keys of the one house lie."""
    return tmp_path_factory.mktemp("dinh-house")


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, house_home: Path) -> Iterator[House]:
    """The world, made once; nothing of it stays behind."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DINH_HOME=house_home):
        tree.forget()
        names.forget()
        forget_house()
        requests = logging.getLogger("dinh.request")
        level = requests.level
        requests.setLevel(logging.ERROR)
        yield build()
        requests.setLevel(level)
        transaction.set_rollback(True)
    tree.forget()
    names.forget()
    forget_house()


Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(house: House) -> Ask:
    """Return a function that asks as somebody and takes back whatever it did."""
    handler = Client().handler  # its middlewares are made once, as in a node, and not for each question
    cookies: dict[Any, Any] = {}
    for actor in actors(house):
        client = Client()
        if actor.account is not None:
            client.force_login(actor.account, backend="dinh.directory.signed_in.Backend")
            if actor.staff:  # what the sign-in gate finds out at the first request
                session = client.session
                session["second_factor"] = True
                session.save()
        cookies[actor.name] = dict(client.cookies)

    def one(
        actor: Actor,
        method: str,
        url: str,
        body: Any = None,
        look: Callable[[], Any] | None = None,
        **headers: str,
    ) -> Any:
        client = Client(raise_request_exception=True)
        client.handler = handler
        client.cookies.update(cookies[actor.name])
        with transaction.atomic():
            before = Entry.objects.count()
            response = getattr(client, method.lower())(url, body or {}, headers=headers)
            response.written = Entry.objects.count() - before
            response.body = content(response)
            response.looked = look() if look else None
            transaction.set_rollback(True)
        return response

    return one


def content(response: Any) -> str:
    """Return what an answer says, files and spreadsheets too."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return str(data.decode("utf-8", "replace"))


def routes() -> dict[str, str]:
    """Return every path of the house by its name (the API's by its address), in Vietnamese."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], before: str, space: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield (f"api:{route}" if route.startswith("api/") else f"{space}{one.name}"), route
        else:
            yield from _walk(one.url_patterns, route, f"{space}{one.namespace}:" if one.namespace else space)


def address_of(name: str, house: House, language: str = "vi") -> str:
    """Return an address for a path, its parameters filled with rows of here."""
    route, found = routes()[name], PATHS[name]
    args = {key: str(value) for key, value in (found.args(house) if found.args else {}).items()}
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).replace("^", "").replace("$", "")
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: args[match.group(1)], text)
    return "/" + re.sub(r"^vi/", f"{language}/", text)


def outcome(response: Any) -> str:
    """Return which of the four answers it was."""
    where = response.headers.get("Location", "")
    if response.status_code == 401 or (
        response.status_code == 302 and re.search(r"/(sign-in|login)/", where)
    ):
        return SIGN_IN
    if response.status_code == 403 and "signed_out" in (getattr(response, "context", None) or {}):
        return SIGN_IN if response.context["signed_out"] else NO
    if response.status_code == 405:
        return METHOD
    return NO if response.status_code in {403, 404} else OK


def stranger_to(actor: Actor, house: House) -> set[str]:
    """Return the words that must never be shown to this person."""
    here, there = house.here.marks, house.there.marks
    if actor.account is None:
        return set(here | there)
    if not actor.staff:
        own = {house.here.citizen: here, house.there.citizen: there}.get(actor.account, frozenset())
        return set((here | there) - own)
    if actor.where == "province":
        return {commune.person.full_name for commune in (house.here, house.there)}
    return set(
        house.there.marks | house.there.names_of_staff
        if actor.where == "here"
        else here | house.here.names_of_staff
    )


def leaked(response: Any, actor: Actor, house: House, url: str) -> list[str]:
    """Return the words found that are not this person's to see; what stood in the address is no news."""
    return sorted(word for word in stranger_to(actor, house) if word in response.body and word not in url)
