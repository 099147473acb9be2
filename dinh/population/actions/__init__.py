"""Writes of the population. Each verb is one function; actor and time come from the caller.

`persons` register, amend, close · `households` · `residence` over time · `reach`: electronic identity,
channels, mandates. Whether the actor may is asked before, through `directory.policy`.
"""

from dinh.population.actions.households import amend_household, register_household, set_head
from dinh.population.actions.persons import amend_person, close_person, register_person
from dinh.population.actions.reach import (
    add_channel,
    give_mandate,
    remove_channel,
    revoke_mandate,
    set_electronic_id,
)
from dinh.population.actions.residence import add_residence, end_residence, move_residence

__all__ = [
    "add_channel",
    "add_residence",
    "amend_household",
    "amend_person",
    "close_person",
    "end_residence",
    "give_mandate",
    "move_residence",
    "register_household",
    "register_person",
    "remove_channel",
    "revoke_mandate",
    "set_electronic_id",
    "set_head",
]
