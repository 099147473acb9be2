"""Who may ask for what: every path × every role × own and other commune × GET, HEAD and POST.

The paths are read from the resolver, so that a new one without a row in `tests.rights` fails. Besides the answer,
three things are held against each request: a refused one writes nothing into the journal, no answer holds a word
of another commune's rows or of somebody else's, and nothing breaks. What is asked in the query or named in the body
of a form is tested in `test_side_doors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

from tests.asking import Ask, leaked, outcome
from tests.house import House
from tests.rights import METHOD, NO, OK, PATHS, SIGN_IN, Actor, Path_, actors, public

pytest_plugins = ["tests.asking"]
METHODS = ("GET", "HEAD", "POST")
SOME = {
    "anonymous",
    "the owner",
    "reception_officer here",
    "leader there",
}  # one of each kind; enough for HEAD and public pages
pytestmark = pytest.mark.django_db


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


def expected(path: Path_, actor: Actor, method: str) -> set[str]:
    answer = path.rule(actor)
    if method in path.methods.split():
        return {answer}
    return {METHOD, NO, SIGN_IN} if answer != OK else {METHOD}


def test_every_path_has_a_row_in_the_table_and_every_row_a_path() -> None:
    assert set(routes()) == set(PATHS)


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_path_answers_those_it_is_for_and_nobody_else(name: str, house: House, ask: Ask) -> None:
    path, url, wrong = PATHS[name], address_of(name, house), []
    for actor in actors(house):
        for method in METHODS:
            if actor.name not in SOME and (method == "HEAD" or path.rule is public):
                continue
            response = ask(actor, method, url, **(path.headers or {}))
            found, wanted = outcome(response), expected(path, actor, method)
            if found not in wanted or response.status_code >= 500:
                wrong.append(f"{actor.name} {method}: {found} ({response.status_code}), not {wanted}")
            if found != OK and response.written:
                wrong.append(f"{actor.name} {method}: refused, yet {response.written} entries were written")
            if words := leaked(response, actor, house, url):
                wrong.append(f"{actor.name} {method}: shows {words}")
    assert not wrong, "\n".join([f"{name} {url}", *wrong])
