"""What people say: yes to the agreement and, if they like, why they come and who they are."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.accounts.equality import Question, Reason
from recovery_college.database import Model


class Agreement(Model):
    """One version of the student agreement: what the college promises, what it asks of students."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("trim(we_promise) <> '' AND trim(we_ask) <> ''", name="two_sided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    we_promise: Mapped[str] = mapped_column(Text)
    we_ask: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class Acceptance(Model):
    """A person has said yes to one version of the agreement."""

    __tablename__ = "acceptance"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("agreement.id"), primary_key=True, index=True
    )
    accepted_at: Mapped[datetime]


class ComingAs(Model):
    """One of the reasons for which a person comes, if they chose to say so. No rule reads it."""

    __tablename__ = "coming_as"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(primary_key=True)


class EqualityAnswer(Model):
    """One answer to one equality question, if a person chose to give it. No rule reads it."""

    __tablename__ = "equality_answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    question: Mapped[Question] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(primary_key=True)
