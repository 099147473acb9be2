"""Reads of the population.

`search` finds people within a scope · `people` opens one and says who may act for whom · `known` gives
what forms are prefilled from. What a page shows of persons is written down as an access row: `open_person`
and `search_for` ask the policy and write it; the plain queries leave both to their caller.
"""

from dinh.population.queries.known import facts, residence_line
from dinh.population.queries.people import (
    about_how_many,
    acting_as,
    channels_of,
    current_residence,
    household_by_code,
    households_without_head,
    may_act_for,
    members,
    open_person,
    person_by_number,
    principals_of,
    residences_of,
)
from dinh.population.queries.search import PersonPage, search_for, search_people
from dinh.population.queries.villages import living_by_village

__all__ = [
    "PersonPage",
    "about_how_many",
    "acting_as",
    "channels_of",
    "current_residence",
    "facts",
    "household_by_code",
    "households_without_head",
    "living_by_village",
    "may_act_for",
    "members",
    "open_person",
    "person_by_number",
    "principals_of",
    "residence_line",
    "residences_of",
    "search_for",
    "search_people",
]
