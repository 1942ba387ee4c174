"""Tabs that are known, so that nobody takes them for something else, but not taken yet."""

from recovery_college.intake.rules import cells, times
from recovery_college.intake.rules.describing import Column, Row, Tab

BOOKINGS: Tab[Row] = Tab(
    "bookings",
    ("bookings", "enrolments", "places booked", "registrations", "waiting list"),
    (
        Column("student", "student", cells.text, ("learner", "who"), needed=True),
        Column("course", "course", cells.text, ("workshop", "title"), needed=True),
        Column("day", "first date", times.day, ("date", "start date", "starts")),
        Column("status", "status", cells.text, ("state", "booked or waiting")),
        Column("booked", "booked on", times.day, ("booking date", "date booked")),
    ),
)

ATTENDANCE: Tab[Row] = Tab(
    "attendance",
    ("attendance", "registers", "marks", "who came"),
    (
        Column("student", "student", cells.text, ("learner", "who"), needed=True),
        Column("course", "course", cells.text, ("workshop", "title"), needed=True),
        Column("day", "date", times.day, ("session date", "on")),
        Column("mark", "mark", cells.text, ("attended", "came", "present"), needed=True),
    ),
)
