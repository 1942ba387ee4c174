"""What the page that takes a workbook asks for."""

from recovery_college.fields import Upload
from recovery_college.forms import CollegeForm


class WorkbookForm(CollegeForm):
    workbook = Upload(
        "Your spreadsheet",
        hint="An .xlsx file of up to 20 MB.",
        accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        needed="Choose the spreadsheet first.",
    )

    @property
    def content(self) -> bytes:
        return bytes(self.workbook.data.read())
