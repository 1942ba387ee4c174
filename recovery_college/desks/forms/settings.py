"""The settings of the college, in sections; each is a form over the college's settings.

A hint says what a setting does and from when a change of it counts.
"""

from wtforms import Field

from recovery_college.college.holidays import Nation
from recovery_college.college.rules import DEFAULTS, SmallNumbers
from recovery_college.dates import Clock
from recovery_college.editing import print_of
from recovery_college.fields import (
    Choice,
    Email,
    LongText,
    Number,
    Phone,
    Tick,
    Words,
    labelled,
    member,
)
from recovery_college.forms import EditForm, in_words

SHORT = 80  # characters; a longer start is shown only beside what it was changed to
NEEDED = "Write a number."
NOT_YET = "Nobody enrols on these pages yet. This counts from the day that they can."


class Section(EditForm):
    """One section of the settings. `note` says what holds for all of it."""

    slug = ""
    heading = ""
    note = ""

    def __init__(self, draft: object) -> None:
        super().__init__(draft)
        for field in self.settings:
            start = ", ".join(self.at_the_start(field).splitlines())
            if len(start) < SHORT and not start.endswith("."):
                field.description = f"{field.description} At the start: {start}.".strip()

    @property
    def settings(self) -> list[Field]:
        return [self[name] for name in self.asked]

    def said(self, field: Field) -> str:
        return _said(field, field.data)

    def at_the_start(self, field: Field) -> str:
        return _said(field, DEFAULTS[field.short_name])

    def is_changed(self, field: Field) -> bool:
        return print_of(field.data) != print_of(DEFAULTS[field.short_name])


def _said(field: Field, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return in_words(field, value).strip() if value != "" else "None"


class Office(Section):
    slug = "office"
    heading = "The office"
    note = "Every page and message says these. A change counts at once."

    short_name = Words(
        "Short name",
        hint="All that shows outside: on envelopes, as the sender and subject of messages, in "
        "calendars. Choose one that tells a stranger nothing.",
        needed="Write a short name.",
        most=40,
        width=20,
    )
    office_phone = Phone("Phone number", needed="Write a phone number.", most=40, width=20)
    office_hours = Words(
        "When somebody answers", needed="Write when somebody answers the phone.", most=100
    )
    office_email = Email("E-mail address", needed="Write an e-mail address.")
    office_address = LongText("Address", needed="Write the address.", rows=3, most=500)


class Saying(Section):
    slug = "words"
    heading = "What we say"
    note = "A change counts at once."

    who_may_enrol = LongText(
        "Who may enrol",
        hint="Stands above the list of courses. No price, and nobody has to be sent.",
        needed="Write who may enrol.",
        rows=2,
        most=500,
    )
    talk_now = LongText(
        "Need to talk to someone now?",
        hint="The page that every footer leads to. An empty line begins a new paragraph.",
        needed="Write whom to call.",
        rows=8,
        most=3_000,
    )
    voicemail_words = LongText(
        "On somebody\u2019s voicemail",
        hint="What the office says when a machine answers. Somebody else may hear it.",
        needed="Write what to say.",
        rows=2,
        most=500,
    )
    ring_first_words = Words(
        "Speak to us first, or not together",
        hint="All that somebody reads whom a manager has asked to ring first.",
        needed="Write what they read.",
    )
    cannot_come_words = LongText(
        "To somebody who can\u2019t come",
        hint="The reply to one tap. No reason is asked.",
        needed="Write what they read.",
        rows=2,
        most=500,
    )
    not_heard_words = LongText(
        "To somebody we did not hear from",
        hint="One press sends it to everybody of a session. A place is never taken away for it.",
        needed="Write what they read.",
        rows=2,
        most=500,
    )


class Enrolling(Section):
    slug = "enrolling"
    heading = "Places, offers and the waiting list"
    note = NOT_YET

    run_places = Number(
        "Places on a run",
        hint="What a new run starts with. Runs that there are keep their own number.",
        needed=NEEDED,
        least=1,
        most=500,
    )
    booking_cap_runs = Number(
        "Most runs for one student in a term",
        hint="Drop-ins don\u2019t count. 0 means as many as they like. Counts for places taken "
        "from then on; nobody loses one.",
        needed=NEEDED,
        most=50,
    )
    offer_days = Number(
        "Working days for which we hold an offer",
        hint="For the next person on a waiting list. Counts for offers made from then on.",
        needed=NEEDED,
        least=1,
        most=30,
    )
    offer_by_post_days = Number(
        "Working days, if we reach them by post or phone",
        hint="At least as many as for everybody else. Counts for offers made from then on.",
        needed=NEEDED,
        least=1,
        most=30,
    )
    offer_by_phone_days = Number(
        "Days before the start when those become phone calls",
        hint="A letter would come too late. Counts at once.",
        needed=NEEDED,
        most=60,
    )
    last_offer_hours = Number(
        "Hours before the first session when offers stop",
        hint="After that the office offers a free place by phone. Counts at once.",
        needed=NEEDED,
        most=500,
    )
    next_run_first = Tick(
        "Offer the next run first to the students of a cancelled one",
        hint="They hear of it by every way they have. Counts for runs cancelled from then on.",
    )


class Pairs(Section):
    slug = "pairs"
    heading = "The pair"

    pair_by_days = Number(
        "Days before a session when its pair is known",
        hint="The latest pair-by date that a run may be published with. Counts for dates set "
        "from then on.",
        needed=NEEDED,
        most=365,
    )
    request_days = Number(
        "Days for which a tutor\u2019s answer is awaited",
        hint="Then the request stands on Today. Counts for requests made from then on.",
        needed=NEEDED,
        least=1,
        most=60,
    )
    travel_minutes = Number(
        "Minutes from one place to another",
        hint="Between two sessions of one tutor on one day. The page of a place has other times.",
        needed=NEEDED,
        most=600,
    )
    cover_wave_tutors = Number(
        "Tutors who are asked for cover at once",
        hint="The best suited first. The first to say yes has it.",
        needed=NEEDED,
        least=1,
        most=100,
    )
    cover_wave_hours = Number(
        "Hours before the next ones are asked", needed=NEEDED, least=1, most=168
    )
    cover_until_hours = Number(
        "Hours before a session when asking for cover ends",
        hint="Then Today offers the other ways.",
        needed=NEEDED,
        most=336,
    )
    cover_by_itself = Tick(
        "Ask for cover by itself when a pair-by date has passed",
        hint="Otherwise somebody of the office presses for it.",
    )
    morning_digest = Tick(
        "Write to the office in the morning",
        hint="On working days: sessions that lack a half, and what else waits about them.",
    )
    same_side_first = Tick(
        "Ask for cover on the same side of the pair first",
        hint="When a tutor declines or steps back. No reason is asked. Counts from when tutors "
        "are asked on these pages.",
    )
    alone_reasons = LongText(
        "Reasons for a session with one tutor only",
        hint="A line each. It is allowed on the day, and is not counted as co-delivered. Counts "
        "from when registers are taken on these pages.",
        needed="Write one reason at least.",
        most=1_000,
    )
    late_cancel_hours = Number(
        "Hours of notice when a session is called off",
        hint="A session called off later than this still counts as a tutor\u2019s hours. Counts "
        "for months that are not confirmed yet.",
        needed=NEEDED,
        most=336,
    )


class Coming(Section):
    slug = "coming"
    heading = "Coming to sessions"
    note = NOT_YET

    completion_percent = Number(
        "Percent of its sessions that complete a run",
        hint="Of those that ran. Counts for certificates and figures made from then on.",
        needed=NEEDED,
        least=1,
        most=100,
    )
    first_reminder_days = Number(
        "Days before the first session for a first reminder",
        hint="0 means none. By post it is the one letter, by phone the one call.",
        needed=NEEDED,
        most=60,
    )
    reminder_days = Number(
        "Days before each session for a reminder",
        hint="0 means none. Counts for sessions that have not been reminded of.",
        needed=NEEDED,
        most=14,
    )
    call_after_missed = Number(
        "Sessions in a row after which somebody phones",
        hint="Also after a first session, and for whoever asked for it.",
        needed=NEEDED,
        least=1,
        most=20,
    )


class Days(Section):
    slug = "days"
    heading = "Days and hours"

    nation = Choice(
        "Bank holidays of",
        hint="A new weekly run leaves them out. Counts for runs laid out from then on.",
        needed="Choose where the college is.",
        choices=labelled(Nation),
        coerce=member(Nation),
    )
    closed_days = LongText(
        "Other days when the college is closed",
        hint="A date on each line, as in 24/12/2027. They are left out like bank holidays.",
        most=2_000,
    )
    quiet_from = Clock(
        "Quiet from",
        hint="No message leaves by itself in the quiet hours but what somebody waits for, such "
        "as a sign-in link. Counts at once.",
        needed="Write a time.",
    )
    quiet_until = Clock(
        "Quiet until", hint="The same time as above means never.", needed="Write a time."
    )
    urgent_past_quiet = Tick(
        "What is off today is told at once",
        hint="Past the quiet hours. A person\u2019s own safe times still win.",
    )


class Figures(Section):
    slug = "figures"
    heading = "Small numbers"
    note = "Counts for every report that is made from then on."

    small_numbers = Choice(
        "Counts that could give somebody away",
        hint="For everything that leaves the office.",
        needed="Choose one.",
        choices=labelled(SmallNumbers),
        coerce=member(SmallNumbers),
    )


class Keeping(Section):
    slug = "keeping"
    heading = "How long we keep things"
    note = "People are told 30 days before. A change counts from the next night."

    keep_people_years = Number(
        "Years that we keep a person",
        hint="After the last time they did something here.",
        needed=NEEDED,
        least=1,
        most=25,
    )
    keep_messages_years = Number(
        "Years that we keep their messages",
        hint="No longer than the person.",
        needed=NEEDED,
        least=1,
        most=25,
    )
    keep_needs_days = Number(
        "Days that we keep what helps somebody take part",
        hint="After the last of their sessions.",
        needed=NEEDED,
        least=1,
        most=3_650,
    )
    keep_audit_years = Number(
        "Years that we keep the history",
        hint="3 at least: the database itself refuses to let a line go earlier, so that nobody "
        "can wipe away what they did.",
        needed=NEEDED,
        least=3,
        most=25,
    )


SECTIONS: dict[str, type[Section]] = {
    each.slug: each for each in (Office, Saying, Enrolling, Pairs, Coming, Days, Figures, Keeping)
}
