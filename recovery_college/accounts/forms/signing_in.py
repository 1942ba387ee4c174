"""What people are asked when they sign in."""

from recovery_college.fields import Email, Password, Tick
from recovery_college.forms import CollegeForm


class SignInForm(CollegeForm):
    email = Email("E-mail address", needed="Type your e-mail address.", autocomplete="email")
    password = Password("Password")
    own_device = Tick(
        "This is my own device",
        hint="Then you stay signed in for 30 days. Leave it empty on a shared computer.",
    )


class PressForm(CollegeForm):
    """A button and nothing else."""


class OwnDeviceForm(CollegeForm):
    own_device = Tick(
        "This is my own device",
        hint="Then you stay signed in for 30 days. Leave it empty on a shared computer.",
    )


class PasswordForm(CollegeForm):
    current_password = Password("Your password now", needed="Type the password that you have now.")
    password = Password(
        "New password",
        hint="10 characters or more. Three or four words in a row are easy to keep in mind.",
        needed="Type the password that you want.",
        autocomplete="new-password",
    )

    def __init__(self, *, says_current: bool) -> None:
        """The old one is asked of somebody who has one and did not come in just now."""
        super().__init__()
        if not says_current:
            del self.current_password
