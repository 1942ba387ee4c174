"""The tables of accounts, a file for each kind of thing; everybody imports them from here."""

from recovery_college.accounts.models.answers import (
    Acceptance,
    Agreement,
    ComingAs,
    EqualityAnswer,
)
from recovery_college.accounts.models.coming_in import OneTimeLink, SignOn, Throttle, Visit
from recovery_college.accounts.models.factors import Authenticator, Passkey, RecoveryCode
from recovery_college.accounts.models.people import Person, RingFirst, RoleGiven, SignIn

__all__ = [
    "Acceptance",
    "Agreement",
    "Authenticator",
    "ComingAs",
    "EqualityAnswer",
    "OneTimeLink",
    "Passkey",
    "Person",
    "RecoveryCode",
    "RingFirst",
    "RoleGiven",
    "SignIn",
    "SignOn",
    "Throttle",
    "Visit",
]
