"""A row knows where it was read."""

from recovery_college.intake.rules.describing import Place, Source
from recovery_college.intake.rules.report import Fault

SOURCE = Source(
    "Dates", 7, {"day": Place(1, "Date"), "part": Place(9, "Session")}, ("Clay", "soon")
)


def test_a_fault_names_the_cell() -> None:
    assert SOURCE.fault("day", "No.") == Fault("Dates", 7, "No.", "B7", "Date", "soon")
    assert SOURCE.fault("part", "No.") == Fault("Dates", 7, "No.", "J7", "Session", "")
    assert SOURCE.fault("room", "No.") == Fault("Dates", 7, "No.")
    assert str(SOURCE) == "Dates row 7"
