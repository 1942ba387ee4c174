"""What a tutor is asked of when they can teach, and of what suits them."""

from recovery_college.accounts.rules import ShownAs
from recovery_college.dates import Clock, Day
from recovery_college.fields import (
    Choice,
    Choices,
    Number,
    Pick,
    Tick,
    Upload,
    Words,
    labelled,
    member,
    offered,
)
from recovery_college.formatting import WEEKDAYS
from recovery_college.forms import CollegeForm, EditForm
from recovery_college.tutors.rules.links import LONGEST_LINK

DAYS = offered((str(number), name) for number, name in enumerate(WEEKDAYS))


def weekday(value: object) -> object:
    """What is none stays as it is, to be refused."""
    return int(str(value)) if str(value) in {"0", "1", "2", "3", "4", "5", "6"} else value


class HoursForm(CollegeForm):
    """The same hours on several days."""

    weekdays = Choices("On which days", choices=DAYS, needed="Choose a day of the week.")
    starts = Clock("From", hint="As in 9:30 or 2pm.", needed="Say from what time.")
    ends = Clock("Until", needed="Say until what time.")
    from_on = Day("First day", needed="Choose the first day.")
    until_on = Day("Last day", hint="Leave it empty if it goes on.")


class WindowForm(EditForm):
    weekday = Pick("Day of the week", choices=DAYS, coerce=weekday)
    starts = Clock("From", hint="As in 9:30 or 2pm.", needed="Say from what time.")
    ends = Clock("Until", needed="Say until what time.")
    from_on = Day("First day", needed="Choose the first day.")
    until_on = Day("Last day", hint="Leave it empty if it goes on.")


class AwayForm(CollegeForm):
    starts_on = Day("First day away", needed="Choose the first day.")
    ends_on = Day("Last day away", hint="Leave it empty if it is one day.")


class CalendarForm(CollegeForm):
    """A link or a file."""

    link = Words(
        "A link to your calendar",
        hint="It begins with https:// or webcal:// and stands where your calendar lets you share "
        "or publish it. We read it every hour.",
        most=LONGEST_LINK,
    )
    file = Upload("Or a file", hint="One that ends in .ics. We read it once.", accept=".ics")


class WishesForm(EditForm):
    sessions_a_week = Number(
        "Sessions a week at most", least=1, most=50, hint="Leave it empty for no limit."
    )
    sessions_a_term = Number(
        "Sessions a term at most", least=1, most=500, hint="Leave it empty for no limit."
    )
    gap_minutes = Number(
        "Minutes between two sessions",
        most=1440,
        needed="Write 0 if you need none.",
        hint="The way from one place to another is counted by itself.",
    )
    no_evenings = Tick("No evenings", hint="No session that begins at 5pm or later.")
    reaches = Choices("Places that I can reach", hint="If you tick none, we take it as all.")
    prepare_minutes = Number(
        "Minutes to prepare a session", most=1440, needed="Write 0 if you need none."
    )
    debrief_minutes = Number(
        "Minutes to talk it over afterwards", most=1440, needed="Write 0 if you need none."
    )
    hours_a_month = Number(
        "Hours a month at most",
        least=1,
        most=400,
        hint="With preparation and talking it over, so that teaching never harms other income.",
    )
    shown_as = Choice(
        "How you are shown in public",
        choices=labelled(ShownAs),
        coerce=member(ShownAs),
        needed="Choose how you are shown.",
        hint="On the website, in print, everywhere. Your students meet you anyway.",
    )
