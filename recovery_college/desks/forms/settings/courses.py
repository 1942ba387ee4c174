"""The settings of what is offered: places on it, the pair that teaches it, and coming to it."""

from recovery_college.desks.forms.settings.section import NEEDED, Section
from recovery_college.fields import (
    LongText,
    Number,
    Tick,
)


class Enrolling(Section):
    slug = "enrolling"
    heading = "Places, offers and the waiting list"

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
    cancel_reasons = LongText(
        "Reasons for calling off a session",
        hint="A line each. They are for the office; no student sees one. Counts for what is called "
        "off from then on.",
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

    completion_percent = Number(
        "Percent of its sessions that complete a run",
        hint="Of those that ran. Counts for certificates and figures made from then on.",
        needed=NEEDED,
        least=1,
        most=100,
    )
    certificate_signed = LongText(
        "Who signs a certificate",
        hint="A line each, below the line on which somebody signs. Counts for certificates that "
        "are printed from then on.",
        needed=NEEDED,
        most=200,
        rows=3,
    )
    first_reminder_days = Number(
        "Days before the first session for a first reminder",
        hint="0 means none. By post it is the one letter, three days earlier.",
        needed=NEEDED,
        most=60,
    )
    reminder_days = Number(
        "Days before each session for a reminder",
        hint="0 means none. By phone it is one call, before the first session.",
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


class Feedback(Section):
    slug = "feedback"
    heading = "How it was"
    note = (
        "Students are asked once, when a course is over. Counts for forms that are opened from "
        "then on. Leave both empty to ask nothing."
    )

    feedback_choices = LongText(
        "Questions to tick: yes, partly or no",
        hint="A line each. With those below, ten at most.",
        most=2_000,
        rows=6,
    )
    feedback_words = LongText(
        "Questions to answer in their own words", hint="A line each.", most=2_000, rows=3
    )
