"""What somebody is asked who proves themself a second time, or sets up how they will."""

from wtforms import HiddenField

from recovery_college.accounts.factors import LONGEST_NAME
from recovery_college.fields import Words
from recovery_college.forms import CollegeForm, EditForm


class CodeForm(CollegeForm):
    code = Words(
        "Code from your authenticator app",
        hint="Six digits. There is a new one every 30 seconds.",
        needed="Type the six digits that your app shows.",
        autocomplete="one-time-code",
        width=10,
    )


class PaperForm(CollegeForm):
    paper_code = Words(
        "Recovery code",
        hint="One of the ten that you printed or wrote down. Each works once.",
        needed="Type one of your recovery codes.",
        width=20,
    )


class AnswerForm(CollegeForm):
    """`answer` is what the device says, put there by the script."""

    answer = HiddenField()


class SetUpAppForm(CodeForm):
    """`kept` is the app's secret, sealed, until a code has shown that the app has it."""

    kept = HiddenField()


class PasskeyForm(EditForm):
    name = Words(
        "What do you call this passkey?",
        hint="As in: my phone.",
        needed="Give it a name, to know it by later.",
        most=LONGEST_NAME,
        width=20,
    )
