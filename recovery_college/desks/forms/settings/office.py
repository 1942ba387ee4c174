"""The settings of the house: who we are, what we say, days, figures, and what is kept."""

from recovery_college.college.holidays import Nation
from recovery_college.college.rules import SmallNumbers
from recovery_college.dates import Clock
from recovery_college.desks.forms.settings.section import NEEDED, Section
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
    worry_words = LongText(
        "When somebody worries a tutor",
        hint="Whom to call, and who your safeguarding lead is. It stands beside each register, "
        "on its printed sheet, and on a phone without signal, over the office\u2019s number.",
        needed="Write what a tutor does.",
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
