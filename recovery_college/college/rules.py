"""What a college decides for itself, with the defaults of the field."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from recovery_college.college.holidays import Nation, bank_holidays
from recovery_college.errors import Refusal
from recovery_college.formatting import lines, when

TALK_NOW = """If a life is in danger, call [999](tel:999).

Call NHS [111](tel:111) and choose option 2 to talk to someone about your mental health,
day or night.

Call the Samaritans on [116 123](tel:116123), free, day or night, about anything at all.
"""
WORRY = """If a life is in danger, call [999](tel:999). Stay with them, if you are safe.

If somebody needs help with their mental health today, call NHS [111](tel:111) and choose option 2,
day or night.

Then phone the office, and tell whoever your college names as its safeguarding lead. Do it today,
and never by e-mail.

You need not be sure. Talk about it with your co-tutor, and do not carry it home alone.
"""
ENROLLING = "Anyone over 18 can come. You choose, and nobody has to send you."
VOICEMAIL = "Hello. Nothing is wrong. Please ring us back when it suits you."
NOT_HEARD = "We did not hear from you at the last session. We are just checking that you are OK."
CANNOT_COME = "Thank you for telling us. We hope to see you next time."
ALONE = "A tutor could not come\nA tutor was held up\nNobody could cover\nSomething else"
CANCELLED = (
    "A tutor could not come\nThe room was not there\nToo few people could come\n"
    "Weather or travel\nSomething else"
)
SIGNED = "For all of us at the college"
TO_TICK = """Did you feel welcome?
Did you learn something that you can use?
Did it help that both kinds of tutors taught it together?
Was it easy to take part?
Would you tell a friend about it?"""
IN_WORDS = "What went well?\nWhat should we change?"
MOST_QUESTIONS = 10
FIXED = {"name", "invented", "mail_paused", "restored_from"}  # not changed by filling in a form
DAY_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")


class SmallNumbers(StrEnum):
    """How counts of people that could give somebody away leave the office."""

    ROUNDED = "rounded"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        return SMALL_NUMBERS[self]


SMALL_NUMBERS = {
    SmallNumbers.ROUNDED: "0 stays, 1 to 7 become *, and 8 or more are rounded to 5",
    SmallNumbers.HIDDEN: "Under 5 become *, and so does the next one that would give it away",
}


@dataclass(frozen=True)
class College:
    """The college's name comes from the environment; the rest is changed on its settings page.

    A number's name ends in its unit. `mail_paused` keeps back all messages but sign-in links,
    while a college moves in, or until somebody has looked at one that was restored from a backup:
    `restored_from` is when that was made.
    """

    name: str
    invented: bool = False
    mail_paused: bool = False
    restored_from: datetime | None = None

    short_name: str = "Harbour"  # all that shows outside: on envelopes, as a sender, in calendars
    office_phone: str = "01632 960 123"
    office_hours: str = "Monday to Friday, 9am to 5pm"
    office_email: str = "office@example.org"
    office_address: str = "12 Quay Street"

    who_may_enrol: str = ENROLLING
    talk_now: str = TALK_NOW
    worry_words: str = WORRY  # for tutors, when somebody worries them
    voicemail_words: str = VOICEMAIL
    ring_first_words: str = "Please ring us to book"
    cannot_come_words: str = CANNOT_COME
    not_heard_words: str = NOT_HEARD

    run_places: int = 12
    booking_cap_runs: int = 3  # of one student in one term; 0 is no cap
    offer_days: int = 2  # working days for which an offer from the waiting list is held
    offer_by_post_days: int = 5  # working days, for who is reached by post or phone
    offer_by_phone_days: int = 7  # before the start, from when those are phoned instead
    last_offer_hours: int = 24  # before the first session; later the office phones
    next_run_first: bool = True  # for the students of a run that is cancelled

    pair_by_days: int = 28  # four weeks before a session its pair must be known, at the latest
    request_days: int = 5  # for which a tutor's answer is awaited
    travel_minutes: int = 30  # between two venues, unless the office says otherwise of the two
    cover_wave_tutors: int = 4  # who are asked at once when cover is needed
    cover_wave_hours: int = 4  # before the next are asked
    cover_until_hours: int = 24  # before a session, when the office is offered other ways
    cover_by_itself: bool = False  # ask for cover when a pair-by date has passed
    morning_digest: bool = True  # to the office, on working days with something to do
    same_side_first: bool = True  # cover is asked of the same side of the pair first
    alone_reasons: str = ALONE
    cancel_reasons: str = CANCELLED  # of a session that is called off, a line each
    late_cancel_hours: int = 48  # a session called off later than this still counts as hours

    completion_percent: int = 70  # of a run's sessions that ran
    certificate_signed: str = SIGNED  # below the line on which somebody signs, a line each
    first_reminder_days: int = 7  # before the first session
    reminder_days: int = 1  # before each session
    call_after_missed: int = 2  # sessions in a row of which we did not hear

    feedback_choices: str = TO_TICK  # asked when a run is over, a question a line
    feedback_words: str = IN_WORDS  # to be answered in one's own words; none of either: not asked

    nation: Nation = Nation.ENGLAND_AND_WALES
    closed_days: str = ""  # besides bank holidays, a day a line
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    urgent_past_quiet: bool = True  # what is off today is told at once

    small_numbers: SmallNumbers = SmallNumbers.ROUNDED

    keep_people_years: int = 3  # after the last activity
    keep_messages_years: int = 3
    keep_needs_days: int = 90  # after their last session
    keep_audit_years: int = 3

    @property
    def phone_link(self) -> str:
        return dialled(self.office_phone)

    @property
    def restored_words(self) -> str:
        """What to know before messages go again; nothing if it was not restored."""
        if self.restored_from is None:
            return ""
        return (
            f"This is a copy of the college as it was on {when(self.restored_from)}, so some of "
            "what waits may have gone out before. "
        )

    def is_closed_on(self, day: date) -> bool:
        """On a bank holiday, and on the days that the office has named."""
        return day in bank_holidays(self.nation, day.year) or day in days_in(self.closed_days)

    def closed_between(self, first: date, last: date) -> frozenset[date]:
        """The days from `first` to `last` on which it is closed."""
        years = range(first.year, last.year + 1)
        holidays = (bank_holidays(self.nation, year) for year in years)
        closed = days_in(self.closed_days).union(*holidays)
        return frozenset(day for day in closed if first <= day <= last)


DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(College)}
CHANGEABLE = frozenset(DEFAULTS) - FIXED


def college_from(name: str, kept: Mapping[str, str]) -> College:
    """The college as its kept settings say.

    What is not kept, or is of another version and says nothing to this one, stands at its default.
    """
    kinds = {field.name: field.type for field in fields(College)}
    chosen: dict[str, Any] = {}
    for key, value in kept.items():
        with suppress(KeyError, ValueError):
            chosen[key] = _read(kinds[key], value)
    return College(name=name, **chosen)


def kept_form(value: object) -> str:
    """A setting as text, which `college_from` reads back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, time | datetime) else str(value)


def changed_college(college: College, **values: Any) -> College:
    """The college with other settings, if they agree with one another."""
    new = replace(college, **values)
    days_in(new.closed_days)
    if not re.fullmatch(r"\+?[\d\s()-]+", new.office_phone) or len(new.phone_link) < 8:
        raise Refusal(
            'Write the number as people dial it, as in "01632 960 123".', field="office_phone"
        )
    if new.offer_by_post_days < new.offer_days:
        raise Refusal(
            "Who is reached by post or phone has at least as long as everybody else.",
            field="offer_by_post_days",
        )
    if new.quiet_until.hour == 1:
        raise Refusal(
            "The clocks change between 1am and 2am. Choose another time.", field="quiet_until"
        )
    if len(lines(new.feedback_choices)) + len(lines(new.feedback_words)) > MOST_QUESTIONS:
        raise Refusal(
            f"Ask {MOST_QUESTIONS} questions at most, of both kinds together. A longer form is "
            "left unanswered.",
            field="feedback_choices",
        )
    if new.keep_messages_years > new.keep_people_years:
        raise Refusal(
            "Messages go with the person they were for, so they can't be kept for longer.",
            field="keep_messages_years",
        )
    return new


def dialled(number: str) -> str:
    """A number as a phone dials it: from abroad, without the (0)."""
    if number.startswith("+"):
        number = number.replace("(0)", "")
    return "tel:" + "".join(c for c in number if c.isdigit() or c == "+")


def days_in(lines: str) -> frozenset[date]:
    """The days that were typed, a line each."""
    typed = [line.strip() for line in lines.splitlines()]
    return frozenset(_day(line, number) for number, line in enumerate(typed, 1) if line)


def _day(typed: str, number: int) -> date:
    for form in DAY_FORMS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise Refusal(f'Write line {number} as a date alone, as in "24/12/2027".', field="closed_days")


def _read(kind: Any, value: str) -> Any:
    if kind is bool:
        return value == "yes"
    if kind == datetime | None:
        return datetime.fromisoformat(value)
    return time.fromisoformat(value) if kind is time else kind(value)
