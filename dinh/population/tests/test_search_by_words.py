"""Whichever way the index of words is read, a search finds exactly the persons who have the words."""

from __future__ import annotations

import random
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dinh.directory import policy
from dinh.directory.policy import EVERYTHING
from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.lib.dates import local_date
from dinh.lib.names import fold
from dinh.population.actions import amend_person
from dinh.population.models import NameWord, Person
from dinh.population.queries import named, search_people
from dinh.population.tests.givens import AT, a_household, a_person

pytestmark = pytest.mark.django_db
SURNAMES = ("Vàng", "Lý", "Nguyễn", "Hoàng", "Trần")
MIDDLES = ("Văn", "Thị", "A", "Thị Ngọc", "")
GIVEN = ("Phúc", "Mẩy", "Nguyên", "An", "Ánh", "H’Lan", "Vàng")
QUESTIONS = (
    "nguyen", "nguyễn thị", "thi nguyen a", "van", "vang", "vang vang", "n", "ng", "h'lan", "an nguyen", "ly may",
    "thi thi", "phuc", "zz", "vang zz", "zz vang",
)  # fmt: skip


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    """Forty persons of two communes, each with a household that one of them heads."""
    draw = random.Random(1099)
    made = []
    for number in range(40):
        name = " ".join((draw.choice(SURNAMES), draw.choice(MIDDLES), draw.choice(GIVEN)))
        unit = cast.cocsan if number % 3 else cast.next_commune
        made.append(a_person(name, birth=str(1950 + number % 7), unit=unit))
    for number, person in enumerate(made):
        household = a_household(cast, unit=person.unit, village=None, head=person)
        Person.objects.filter(pk=made[number - 1].pk).update(household=household)
    return list(Person.objects.select_related("household__head"))


def fits(name: str, question: str) -> bool:
    *whole, last = fold(question).split()
    key = f" {fold(name)} "
    return all(f" {word} " in key for word in whole) and f" {last}" in key


@pytest.mark.parametrize("few", [0, 3, 2000], ids=["walked", "mixed", "looked-up"])
@pytest.mark.parametrize("reader", ["everything", "reception"])
def test_the_index_finds_what_reading_every_name_finds(
    cast: Cast, people: list[Person], monkeypatch: pytest.MonkeyPatch, few: int, reader: str
) -> None:
    monkeypatch.setattr(named, "FEW", few)
    on = local_date(MONDAY_MORNING)
    scope = EVERYTHING if reader == "everything" else policy.scope(cast.reception, "population.read", on)
    mine = [person for person in people if scope.allows(person.unit_id)]

    for question in QUESTIONS:
        by_name = search_people(question, scope=scope, limit=200).rows
        by_head = search_people("", head=question, scope=scope, limit=200).rows

        assert {p.pk for p in by_name} == {p.pk for p in mine if fits(p.full_name, question)}, question
        assert {p.pk for p in by_head} == {p.pk for p in mine if fits(_head(p), question)}, question
        assert len(by_name) == len({p.pk for p in by_name})


def _head(person: Person) -> str:
    assert person.household is not None
    assert person.household.head is not None
    return person.household.head.full_name


@pytest.mark.parametrize("few", [0, 2000])
@pytest.mark.parametrize("question", ["nguyen a", "v", "thi"])
def test_pages_of_each_way_follow_each_other(
    people: list[Person], monkeypatch: pytest.MonkeyPatch, few: int, question: str
) -> None:
    monkeypatch.setattr(named, "FEW", few)
    whole = search_people(question, scope=EVERYTHING, limit=200).rows
    assert len(whole) > 3

    paged: list[Person] = []
    after = None
    while not paged or after:
        page = search_people(question, scope=EVERYTHING, limit=3, after=after)
        paged += page.rows
        after = page.after

    assert paged == list(whole)


def test_a_person_is_found_by_the_new_name_and_no_more_by_the_former(cast: Cast) -> None:
    person = a_person("Vàng Văn Phúc", unit=cast.cocsan)

    amend_person(person=person, changes={"full_name": "Vàng A Páo"}, by=None, at=AT)

    assert search_people("pao vang", scope=EVERYTHING).rows == (person,)
    assert search_people("phuc vang", scope=EVERYTHING).rows == ()
    assert set(NameWord.objects.values_list("word", "name_key")) == {
        (word, "vang a pao") for word in ("vang", "a", "pao")
    }


@pytest.mark.parametrize("question", ["nguyen thi phuc", "thi phu", "phu"])
def test_no_search_by_name_reads_all_names(
    people: list[Person], monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(named, "FEW", 2000)

    with CaptureQueriesContext(connection) as asked:
        search_people(question, scope=EVERYTHING)

    plans = [_plan(query["sql"]) for query in asked.captured_queries]
    assert not [plan for plan in plans if "SCAN population_person" in plan], plans


def _plan(sql: str) -> str:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a table of forty rows whole, and is right")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[3]) for row in cursor.fetchall())


def test_names_known_before_the_index_are_put_into_it(people: list[Person]) -> None:
    before = set(NameWord.objects.values_list("person", "word", "name_key"))
    NameWord.objects.all().delete()

    migration = import_module("dinh.population.migrations.0002_name_words")
    migration.fill(apps, SimpleNamespace(connection=connection))

    assert set(NameWord.objects.values_list("person", "word", "name_key")) == before
