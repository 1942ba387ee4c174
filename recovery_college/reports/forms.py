"""What a report is to look at. It stands in the address, so that it can be kept and shared."""

from collections.abc import Mapping, Sequence

from recovery_college.courses.rules import Mode
from recovery_college.dates import Day
from recovery_college.errors import Refusal
from recovery_college.fields import LongText, Pick, Upload, Words, offered
from recovery_college.forms import CollegeForm
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.terms import Days

Options = Sequence[tuple[str, str]]


class FilterForm(CollegeForm):
    """It shows what was asked; `reports.rules.asked` reads it."""

    class Meta:
        csrf = False

    term = Pick("Term")
    strand = Pick("Strand")
    course = Pick("Course")
    venue = Pick("Venue")
    mode = Pick("How people meet")
    since = Day("From", hint="Instead of a term, or within it.")
    until = Day("Until")

    def __init__(
        self, filters: Filters, terms: Sequence[Days], choices: Mapping[str, Options]
    ) -> None:
        super().__init__(formdata=None, obj=filters)
        self.term.choices = [("0", "All terms"), *((str(each.id), each.name) for each in terms)]
        for name, options in choices.items():
            self[name].choices = offered([("0", "All"), *options])
        self.mode.choices = offered([("", "All"), *((each, each.label) for each in Mode)])
        for name in ("term", "strand", "course", "venue"):
            self[name].data = str(getattr(filters, name))

    def show(self, wrong: Refusal, typed: Mapping[str, str]) -> None:
        """What was typed is still there, with what is wrong beside it."""
        for name in ("since", "until"):
            self[name].raw_data = [typed.get(name, "")]
        self._show(wrong)

    @property
    def narrows(self) -> bool:
        kept = (self.strand, self.course, self.venue, self.mode, self.since, self.until)
        return any(each.errors or each.data not in ("", "0", None) for each in kept)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What it looks at, in words."""
        picked = [
            (each.label.text, said)
            for each in (self.term, self.strand, self.course, self.venue, self.mode)
            for value, said, *_ in each.choices
            if value == str(each.data)
        ]
        days = [(field.label.text, str(field.data)) for field in (self.since, self.until)]
        return [*picked, *(each for each in days if each[1] != "None")]


class CensusForm(CollegeForm):
    file = Upload(
        "A file of figures",
        hint="CSV or .xlsx, with the columns question, answer and people.",
        accept=".csv,.xlsx",
        needed="Choose the file first.",
    )

    @property
    def content(self) -> bytes:
        return bytes(self.file.data.read())


class ReturnForm(CollegeForm):
    """What the manager says to the figures."""

    words = LongText(
        "What you want to say",
        hint="It stands before the figures. Name nobody. You can leave it empty.",
        rows=8,
    )


class BudgetForm(CollegeForm):
    term = Pick("Term", needed="Choose the term.")
    amount = Words("Amount in pounds", needed="Write the amount.", width=10)
    words = LongText("What it is for", hint="As in: tutors, rooms and printing.")

    def __init__(self, terms: Sequence[Days]) -> None:
        super().__init__()
        self.term.choices = offered([(str(each.id), each.name) for each in terms])
