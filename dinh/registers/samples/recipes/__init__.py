"""Who is in which register, and what its row says. A recipe yields no row for somebody who is not in it."""

from __future__ import annotations

from dinh.registers.samples.recipes import books, care, learning, money, things
from dinh.registers.samples.recipes.base import Recipe

RECIPES: dict[str, Recipe] = {
    "pupils": learning.pupils,
    "education_staff": learning.education_staff,
    "tax_codes": money.tax_codes,
    "tax_dependants": money.tax_dependants,
    "social_protection": care.social_protection,
    "people_of_merit": care.people_of_merit,
    "employment": money.employment,
    "union_members": money.union_members,
    "health_insurance": care.health_insurance,
    "land_parcels": things.land_parcels,
    "household_businesses": money.household_businesses,
    "household_bank_accounts": money.household_bank_accounts,
    "office_equipment": things.office_equipment,
    "paper_births": books.paper_births,
    "paper_marriages": books.paper_marriages,
    "paper_deaths": books.paper_deaths,
}
