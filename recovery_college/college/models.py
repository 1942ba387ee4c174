"""What the office changed on its settings page; everything else stands at its default."""

from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.database import Model


class Setting(Model):
    """`key` is the name of a field of `rules.College`."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
