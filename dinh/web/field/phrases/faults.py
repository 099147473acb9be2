"""Sentences that the server says of an answer that cannot be read: the app says the same, in the same words.

They are translated where they are said first (`dossiers`, `lib`), not here a second time.
"""

from __future__ import annotations

PHRASES = {
    "v_before_first": "This day comes before the first one. Look at both dates again.",
    "v_too_long": "{length} characters is too long. Shorten it to {maximum} at most.",
    "v_not_a_name": "A name has letters only. Take out digits and signs.",
    "v_date_incomplete": "Write the whole date: day, month and year, for example 22/11/2026.",
    "v_year_too_long": "The year {year} has too many digits. Write four digits, for example {this_year}.",
    "v_year_out_of_range": "The year {year} cannot be right. Check it: a year between {first} and {last} is expected.",
    "v_date_ahead": "This day is still to come. Check the day, the month and the year.",
    "v_not_a_year": "This is not a year. Write four digits, for example {this_year}.",
    "v_not_a_time": "This is not a time of the day. Write hours and minutes, for example 14:30.",
    "v_not_a_number": "This is not a whole number. Write digits only, for example 2.",
    "v_too_small": "Write {minimum} or more.",
    "v_too_large": "Write {maximum} or less.",
    "v_not_a_phone": "This is not a telephone number. Write 10 digits that begin with 0.",
    "v_not_an_email": "This is not an e-mail address. One looks like ten@example.vn.",
    "v_not_a_household": "This is not the code of a household. Copy it from the residence notice.",
    "v_too_many_people": "There are more than {maximum} persons. File a second request for the others.",
    "v_person_without_name": "Line {line} has no name. Write the name, or empty the line.",
    "v_line": "Line {line}. {fault}",
    "v_date_year": "Check the year: it must have four digits, for example 1951.",
    "v_no_such_day": "There is no such day. Check the day and the month: day/month/year.",
    "v_short_year": "Write the year with four digits, for example 12/03/1951.",
    "v_not_a_date": "This is not a date. Write day/month/year, for example 12/03/1951.",
    "v_number_letters": "A personal identification number has digits only. Copy the 12 digits from the identity card.",
    "v_number_length": "A personal identification number has 12 digits (an old identity card has 9). Count them again.",
}  # fmt: skip
