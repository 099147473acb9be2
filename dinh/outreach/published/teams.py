"""Teams and what they hold: members, hours on duty, gatherings and who came, shared computers, local products."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, Extension, View, age_band, earliest, local_date, minutes_between
from dinh.outreach.published.houses import TOUCHED, TRAITS, of_persons
from dinh.outreach.published.places import commune_of, village_of
from dinh.population.published import ABOUT_PEOPLE, AGE_BAND, PERSON, PLACES, SPELL, about


def _teams(vendor: str) -> str:
    return f"""
    SELECT t.id, {commune_of("t.unit_id", "t.opened_on")} AS unit, {village_of("t.unit_id")} AS village, t.kind,
        t.opened_on AS since, t.closed_on AS until
    FROM outreach_team AS t"""  # noqa: S608


def _members(vendor: str) -> str:
    return f"""
    SELECT m.id, {commune_of("t.unit_id", "t.opened_on")} AS unit, {village_of("t.unit_id")} AS village,
        m.account_id AS account, t.kind, m.role, m.from_on AS since,
        {earliest(vendor, "m.until_on", "t.closed_on")} AS until
    FROM outreach_member AS m JOIN outreach_team AS t ON t.id = m.team_id"""  # noqa: S608


def _duties(vendor: str) -> str:
    if vendor == "sqlite":
        minutes = "CAST(round((julianday(d.ends) - julianday(d.starts)) * 1440) AS INTEGER)"
    else:
        minutes = "(extract(epoch FROM d.ends - d.starts) / 60)::int"
    return f"""
    SELECT d.id, {commune_of("d.unit_id", "d.on")} AS unit, {village_of("d.unit_id")} AS village,
        m.account_id AS account, d.place, d.state, d.on AS held_on, {minutes} AS minutes, d.helped
    FROM outreach_duty AS d JOIN outreach_member AS m ON m.id = d.member_id""".replace("d.on", 'd."on"')  # noqa: S608


def _gatherings(vendor: str) -> str:
    on = local_date(vendor, "w.starts_at")
    return f"""
    SELECT w.id, {commune_of("w.unit_id", on)} AS unit, {village_of("w.unit_id")} AS village, w.kind, w.topic,
        nullif(w.audience, '') AS audience, w.state, {on} AS held_on, w.present,
        {minutes_between(vendor, "w.starts_at", "w.ends_at")} AS minutes
    FROM outreach_workshop AS w"""  # noqa: S608


def _gained(vendor: str) -> str:
    """Return how many skills went up a rung: as `queries.happenings` counts."""
    if vendor == "sqlite":
        return """(SELECT count(*) FROM json_each(a.after) AS s WHERE s.value > coalesce(
            (SELECT b.value FROM json_each(a.before) AS b WHERE b.key = s.key), 0))"""
    return """(SELECT count(*) FROM jsonb_each_text(a.after) AS s(key, value)
        WHERE s.value::int > coalesce((a.before ->> s.key)::int, 0))"""


def _attendances(vendor: str) -> str:
    on = local_date(vendor, "w.starts_at")
    return f"""
    SELECT a.id, a.person_id AS person, {commune_of("w.unit_id", on)} AS unit, {village_of("w.unit_id")} AS village,
        coalesce(a.person_id, a.account_id, a.id) AS whom, w.kind, w.topic, a.way,
        (a.account_id IS NOT NULL) AS official, {on} AS held_on, {_gained(vendor)} AS gained, {about("p")},
        {age_band(vendor, "p.birth", on)} AS age_band
    FROM outreach_attendance AS a JOIN outreach_workshop AS w ON w.id = a.workshop_id
    LEFT JOIN population_person AS p ON p.id = a.person_id
    WHERE w.state = 'held'"""  # noqa: S608


def _reports(vendor: str) -> str:
    return f"""
    SELECT f.id, {commune_of("f.unit_id", "f.from_on")} AS unit, {village_of("t.unit_id")} AS village,
        f.state, (f.team_id IS NOT NULL) AS of_a_team, f.until_on AS period_ends, {local_date(vendor, "f.sent_at")} AS sent_on
    FROM outreach_fieldreport AS f LEFT JOIN outreach_team AS t ON t.id = f.team_id
    WHERE f.edition = 1"""  # noqa: S608


def _kiosks(vendor: str) -> str:
    return f"""
    SELECT k.id, k.unit_id AS unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village,
        {local_date(vendor, "k.paired_at")} AS since, {local_date(vendor, "k.revoked_at")} AS until, k.seen_on
    FROM outreach_kiosk AS k WHERE k.paired_at IS NOT NULL"""  # noqa: S608


def _tickets(vendor: str) -> str:
    taken_on = 'q."on"'
    return f"""
    SELECT q.id, o.unit_id AS unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village, q.wish,
        q.state, q.first, {taken_on} AS taken_on, {minutes_between(vendor, "q.taken_at", "q.called_at")} AS waited_minutes
    FROM outreach_queueticket AS q JOIN directory_office AS o ON o.id = q.office_id"""  # noqa: S608


def _commons(vendor: str) -> str:
    return f"""
    SELECT c.id, c.unit_id AS unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village, c.kind,
        c.stars, {local_date(vendor, "c.published_at")} AS since, (c.shop_url <> '') AS in_a_shop,
        (c.bank_account <> '') AS payable_by_code
    FROM outreach_commonspage AS c WHERE c.state = 'published'"""  # noqa: S608


KIND = Column("kind", "text", '"steering", "commune", "village" or "young"')
ACCOUNT = Column("account", "id", "the account of the member, to count people once", personal=True)
HELD_ON = Column("held_on", "date", "the day")

published.register(
    View(
        "facts_teams", "Community digital teams, while they last", "team", "outreach.supervise", ("outreach.team_",),
        (*PLACES, KIND, *SPELL), _teams,
    ),
    View(
        "facts_members", "Terms of people in teams", "member", "outreach.supervise",
        ("outreach.joined", "outreach.left", "outreach.term_", "outreach.role_changed", "outreach.member_", "outreach.handed_over",
         "outreach.handover_", "outreach.team_"),
        (*PLACES, ACCOUNT, KIND, Column("role", "text", '"leader", "deputy" or "member"'), *SPELL), _members,
    ),
    View(
        "facts_duties", "Hours planned and kept at the service centre and the houses of culture", "duty",
        "outreach.lead", ("outreach.duty_", "outreach.handed_over"),
        (
            *PLACES, ACCOUNT,
            Column("place", "text", '"centre" or "culture"'),
            Column("state", "text", '"planned", "done", "missed" or "cancelled"'),
            HELD_ON,
            Column("minutes", "integer", "from its beginning to its end"),
            Column("helped", "integer", "people helped, as the helper counted them"),
        ),
        _duties,
    ),
    View(
        "facts_gatherings", "Workshops, drives, awareness sessions and trainings of officials", "workshop",
        "outreach.lead", ("outreach.gathering_",),
        (
            *PLACES,
            Column("kind", "text", '"workshop", "drive", "awareness" or "training"'),
            Column("topic", "text", "code of list `workshop_topics`"),
            Column("audience", "text", "code of list `workshop_audiences`"),
            Column("state", "text", '"planned", "held" or "cancelled"'),
            HELD_ON,
            Column("present", "integer", "people present, counted by who led it"),
            Column("minutes", "integer", "how long it lasted"),
        ),
        _gatherings,
    ),
    View(
        "facts_attendance", "People written down at gatherings that were held", "attendance", "outreach.lead",
        ("outreach.attend", "outreach.gathering_", "outreach.operation_", *ABOUT_PEOPLE),
        (
            *PLACES,
            Column("whom", "id", "the person or official, to count them once", personal=True),
            Column("kind", "text", "of the gathering"),
            Column("topic", "text", "code of list `workshop_topics`"),
            Column("way", "text", '"qr", "list" or "walkin"'),
            Column("official", "boolean", "an official, not a citizen"),
            HELD_ON,
            Column("gained", "integer", "skills in which the person went up a rung"),
            *PERSON, AGE_BAND,
        ),
        _attendances, person="person",
    ),
    View(
        "facts_reports", "Reports of teams and of the commune's community work", "fieldreport", "outreach.lead",
        ("outreach.report_",),
        (
            *PLACES,
            Column("state", "text", '"draft", "reviewed" or "sent"'),
            Column("of_a_team", "boolean", "of one team, not of the commune"),
            Column("period_ends", "date", "the last day of its period"),
            Column("sent_on", "date", "the day on which it was sent upward"),
        ),
        _reports,
    ),
    View(
        "facts_kiosks", "Shared computers, from their pairing until they were taken away", "kiosk", "outreach.manage",
        ("outreach.kiosk_",),
        (*PLACES, *SPELL, Column("seen_on", "date", "the last day of use")), _kiosks,
    ),
    View(
        "facts_tickets", "Places taken in the line of the counter", "queueticket", "figures.read",
        ("outreach.ticket_",),
        (
            *PLACES,
            Column("wish", "text", "code of list `counter_wishes`"),
            Column("state", "text", '"waiting", "called", "served" or "absent"'),
            Column("first", "boolean", "it goes before others: old, ill, with a small child"),
            Column("taken_on", "date", "the day"),
            Column("waited_minutes", "integer", "from taking the ticket to being called; null when it never was"),
        ),
        _tickets,
    ),
    View(
        "facts_commons", "Published pages of the commune: places, stories, local products", "commonspage",
        "commons.edit", ("outreach.commons_",),
        (
            *PLACES,
            Column("kind", "text", '"place", "story" or "product"'),
            Column("stars", "integer", "OCOP stars, of a product"),
            Column("since", "date", "the day on which it was published"),
            Column("in_a_shop", "boolean", "it says where it is sold online"),
            Column("payable_by_code", "boolean", "it can be paid with a QR code"),
        ),
        _commons,
    ),
)  # fmt: skip

published.extend(
    Extension("facts_attendance", (*TOUCHED, *ABOUT_PEOPLE), TRAITS, of_persons),
)
