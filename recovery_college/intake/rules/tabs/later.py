"""Tabs that are known, so that nobody takes them for something else, but not taken yet."""

from recovery_college.intake.rules import cells, times
from recovery_college.intake.rules.describing import Column, Row, Tab

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
