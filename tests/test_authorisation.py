"""Who may ask for what: every path × every role × own and other commune × GET, HEAD and POST.

Each day a third of the roles asks each path, and always those of `SOME`; all of them in three days, and in `long`.

The paths are read from the resolver, so that a new one without a row in `tests.paths` fails. Besides the answer,
three things are held against each request: a refused one writes nothing into the journal, no answer holds a word
of another commune's rows or of somebody else's, and nothing breaks. What is asked in the query or named in the body
of a form is tested in `test_side_doors`.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import pytest
from django.utils import timezone

from tests.asking import Ask, address_of, leaked, outcome, routes
from tests.house import House
from tests.paths import PATHS
from tests.rights import METHOD, NO, OK, SIGN_IN, Actor, Path_, actors, public

pytest_plugins = ["tests.asking"]
METHODS = ("GET", "HEAD", "POST")
SOME = {
    "anonymous",
    "the owner",
    "reception_officer here",
    "leader there",
}  # one of each kind; enough for HEAD and public pages
pytestmark = pytest.mark.django_db


def expected(path: Path_, actor: Actor, method: str) -> set[str]:
    answer = path.rule(actor)
    if method in path.methods.split():
        return {answer}
    return {METHOD, NO, SIGN_IN} if answer != OK else {METHOD}


def test_every_path_has_a_row_in_the_table_and_every_row_a_path() -> None:
    assert set(routes()) == set(PATHS)


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_path_answers_those_it_is_for_and_nobody_else(name: str, house: House, ask: Ask) -> None:
    today = timezone.localdate().toordinal()
    _asked(
        name,
        house,
        ask,
        lambda actor: actor.name in SOME or (crc32(f"{actor.name} {name}".encode()) + today) % 3 == 0,
    )


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_path_answers_everybody_as_it_should(name: str, house: House, ask: Ask) -> None:
    _asked(name, house, ask, lambda actor: True)


def _asked(name: str, house: House, ask: Ask, chosen: Callable[[Actor], bool]) -> None:
    path, url, wrong = PATHS[name], address_of(name, house), []
    for actor in filter(chosen, actors(house)):
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
