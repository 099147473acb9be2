"""What comes round each month: goals, cards over what people said, their answers told, reports, and at the end thanks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from dinh.config.demo.outreach import words
from dinh.config.demo.outreach.spans import SATURDAY, at, first_on, next_month
from dinh.config.demo.outreach.weeks import Field
from dinh.directory.models import Account
from dinh.outreach.actions import issues, reporting, thanks
from dinh.outreach.models import Difficulty, FieldReport, Team
from dinh.outreach.queries import hours
from dinh.outreach.queries.happenings import Period, month_of
from dinh.outreach.queries.issues import of_unit
from dinh.work.actions import cards, plans
from dinh.work.models import IssueCard


def goals(field: Field, month: date) -> None:
    """Set the goals of a month: of each village, and of the commune."""
    early = month < field.span.first + timedelta(weeks=field.values["first_weeks"])
    wanted: Mapping[str, int] = field.values["goals"]["early" if early else "later"]
    officer, when = field.crew.officer, at(month, 7, 40)
    count = len(field.crew.villages)
    for unit, times in [*((one, 1) for one in field.crew.villages.values()), (field.crew.unit, count)]:
        for measure, goal in wanted.items():
            plans.set_goal(
                unit=unit,
                measure=measure,
                month=month,
                goal=goal * times,
                by=officer,
                at=max(when, at(field.span.first, 17)),
            )


def group(field: Field, on: date) -> None:
    """Group what people said so far under cards with an owner: the commonest kinds first, as the officer would."""
    by_kind: dict[str, list[Difficulty]] = defaultdict(list)
    for one in of_unit(field.crew.unit.pk).filter(card=None).order_by("at", "pk"):
        by_kind[one.kind].append(one)
    officer = field.crew.officer
    ranked = sorted(by_kind.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for place, (kind, rows) in enumerate(ranked[: field.values["cards"]]):
        when = at(on, 9) + timedelta(minutes=12 * place)
        title, owner = words.CARDS[kind]
        card = issues.group(
            unit=field.crew.unit, difficulties=[one.pk for one in rows], title=title, owner=field.staff.get(owner, officer),
            by=officer, at=when,
        )  # fmt: skip
        field.cards.append(card)


def answer(field: Field, on: date) -> None:
    """Answer the cards of the weeks before, but the newest; close those whose answer was told everywhere."""
    for place, card in enumerate([one for one in field.cards if one.state == IssueCard.State.OPEN]):
        if card.due_on > on + timedelta(days=4):
            continue
        if field.rng.random() < 0.15 and card.due_on <= on:
            cards.extend_card(
                card=card, due_on=on + timedelta(days=12), reason="Chờ nhà mạng trả lời văn bản của xã.",
                by=card.owner or field.crew.officer, at=at(on, 10, place),
            )  # fmt: skip
            continue
        cards.answer_card(
            card=card, answer=words.ANSWERS[card.kind], by=card.owner or field.crew.officer,
            at=at(on, 15) + timedelta(minutes=place),
        )  # fmt: skip
    for card in [one for one in field.cards if one.state == IssueCard.State.ANSWERED]:
        if not card.difficulties.filter(told_at=None).exists():
            cards.close_card(card=card, by=field.crew.officer, at=at(on, 16, 30))


def tell(field: Field, monday: date) -> None:
    """Carry answers back to the houses, a few each weekend."""
    rows = of_unit(field.crew.unit.pk).filter(
        card__answered_at__isnull=False, told_at=None, household__isnull=False
    )
    by_village: dict[UUID, list[Difficulty]] = defaultdict(list)
    for one in rows.order_by("at", "pk"):
        if one.village_id is not None and one.pk not in field.told:
            by_village[one.village_id].append(one)
    day = first_on(monday, SATURDAY)
    for number, village in field.crew.villages.items():
        todo = by_village.get(village.pk, [])[: field.values["told"]]
        member = field.rng.choice(field.crew.members[number])
        phone, moment = field.crew.phone(member), at(day, 16, 10)
        evening = field.evening(number, day)
        if not todo or not field.span.has(evening):
            continue
        for one in todo:
            moment += timedelta(minutes=field.rng.randrange(12, 25))
            phone.note("answer.told", {"difficulty": str(one.pk)}, moment, ("difficulty", one.pk))
            field.told.add(one.pk)
        field.network.send(phone, max(evening, moment + timedelta(minutes=5)))


def reports(field: Field, month: date) -> None:
    """Let each leader compose, complete, review and send the report of a finished month, and the commune sum up.

    Of the last one the leader whom a visitor may try has not read it yet, so the commune's waits too.
    """
    last = month == field.span.finished[-1]
    period, day = month_of(month), next_month(month) + timedelta(days=1)
    teams: list[tuple[Team, Account]] = [
        (field.crew.teams[number], field.crew.leader(number).account) for number in field.crew.villages
    ]
    teams.append((field.crew.young[0].team, field.crew.young[0].account))
    for place, (team, leader) in enumerate(teams):
        if field.span.has(at(day, 21, 30)):
            _report(field, team, period, leader, day, place, waits=last and place == 0)
    if field.span.has(at(day + timedelta(days=2), 10)):
        _report(field, None, period, field.crew.officer, day + timedelta(days=2), 0, waits=last)


def _report(
    field: Field, team: Team | None, period: Period, by: Account, day: date, place: int, *, waits: bool
) -> FieldReport:
    rng, when = field.rng, at(day, 20 if team else 9) + timedelta(minutes=place * 5)
    report = reporting.compose(team=team, unit=field.crew.unit, period=period, by=by, at=when)
    said = {
        "done": rng.choice(words.DONE),
        "difficulties": rng.choice(words.HARD),
        "asks": rng.choice(words.ASKS),
    }
    if waits:
        return report
    report = reporting.write(report=report, words=said, by=by, at=when + timedelta(minutes=2))
    report = reporting.review(report=report, by=by, at=when + timedelta(minutes=3))
    return reporting.send(report=report, by=by, at=when + timedelta(minutes=4))


def give_thanks(field: Field) -> None:
    """Thank those who gave most hours in the half-year, when it is over."""
    if not field.span.finished:
        return
    until = next_month(field.span.finished[-1])
    if not field.span.has(at(until, 10, 30)):
        return
    members = [member for group in field.crew.members.values() for member in group]
    given = hours.of([one.account_id for one in members], field.span.first, until - timedelta(days=1))
    ranked: Sequence[Account] = [
        one.account
        for one in sorted(members, key=lambda one: (-given[one.account_id].minutes, one.account.username))
    ]
    for place, account in enumerate(ranked[: field.values["thanks"]]):
        thanks.give_thanks(
            account=account, unit=field.crew.unit, from_on=field.span.first, until_on=until - timedelta(days=1),
            words="Đã bền bỉ đến từng nhà, giúp bà con dùng dịch vụ số trong sáu tháng qua.", by=field.crew.officer,
            at=at(until, 10) + timedelta(minutes=place),
        )  # fmt: skip
