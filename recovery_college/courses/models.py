"""Strands, courses, and who made each course with what experience."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, ForeignKey, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.rules import (
    CourseState,
    Look,
    MadeItAlready,
    Mode,
    StrandTaken,
    Theme,
    TitleTaken,
    near_misses,
    words_of,
)
from recovery_college.database import Model, guard, refuses


class Strand(Model):
    """A subject of the prospectus."""

    __tablename__ = "strand"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    look: Mapped[Look]
    position: Mapped[int]


class Course(Model):
    """What is offered; `scheduling` says when. Its slug stays when its title changes.

    `first_course` is one that most people take before; where it is `needed`, all of them do.
    """

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    strand_id: Mapped[int] = mapped_column(ForeignKey("strand.id"), index=True)
    state: Mapped[CourseState] = mapped_column(default=CourseState.DRAFT)
    mode: Mapped[Mode] = mapped_column(default=Mode.IN_PERSON)
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    learn: Mapped[str] = mapped_column(Text, default="")
    suits: Mapped[str] = mapped_column(Text, default="")
    session_like: Mapped[str] = mapped_column(Text, default="")
    content_note: Mapped[str] = mapped_column(Text, default="")
    bring: Mapped[str] = mapped_column(Text, default="")
    first_session_needed: Mapped[bool] = mapped_column(default=False)
    first_course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    first_course_needed: Mapped[bool] = mapped_column(default=False)
    # No page shows what search reads, and it is ten times the rest.
    search_title: Mapped[str] = mapped_column(Text, default="", deferred_group="search")
    search_text: Mapped[str] = mapped_column(Text, default="", deferred_group="search")
    search_near: Mapped[str] = mapped_column(Text, default="", deferred_group="search")

    strand: Mapped[Strand] = relationship()
    first_course: Mapped["Course | None"] = relationship(remote_side=id)
    themes: Mapped[list["CourseTheme"]] = relationship(
        order_by="CourseTheme.theme", cascade="all, delete-orphan"
    )
    contributors: Mapped[list["Contributor"]] = relationship(
        order_by="Contributor.id", back_populates="course", cascade="all, delete-orphan"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        order_by="Decision.decided_on, Decision.id", cascade="all, delete-orphan"
    )

    @property
    def chime(self) -> list[Theme]:
        """The themes themselves, to be read and chosen."""
        return [row.theme for row in self.themes]

    @chime.setter
    def chime(self, chosen: Collection[Theme]) -> None:
        kept = [row for row in self.themes if row.theme in chosen]
        new = sorted(set(chosen) - {row.theme for row in kept})
        self.themes = kept + [CourseTheme(theme=theme) for theme in new]

    @property
    def searchable(self) -> tuple[str, str, str]:
        """What search should read: the title, the text, and all that is one slip from them."""
        title = words_of(self.title)
        summary = words_of(self.summary or "")
        rest = " ".join(filter(None, (self.learn, self.suits, self.description)))
        text = dict.fromkeys(summary + words_of(rest))
        near = {miss for word in title + summary for miss in near_misses(word)}
        return " ".join(title), " ".join(text), " ".join(sorted(near))


class CourseTheme(Model):
    """A theme that a course carries."""

    __tablename__ = "course_theme"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    theme: Mapped[Theme] = mapped_column(primary_key=True, index=True)


class Contributor(Model):
    """Someone who made a course, the experience they brought, and how they wish to be shown."""

    __tablename__ = "contributor"
    __table_args__ = (UniqueConstraint("course_id", "person_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[Side]
    shown_as: Mapped[ShownAs] = mapped_column(default=ShownAs.NOT_NAMED)

    course: Mapped[Course] = relationship(back_populates="contributors")
    person: Mapped[Person] = relationship()


class Decision(Model):
    """One dated line of the co-production record: what was decided or changed together."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    decided_on: Mapped[date]
    words: Mapped[str] = mapped_column(Text)


refuses("uq_course_title", TitleTaken)
refuses("course.title", TitleTaken)
refuses("uq_course_slug", TitleTaken)
refuses("course.slug", TitleTaken)
refuses("uq_strand_name", StrandTaken)
refuses("strand.name", StrandTaken)
refuses("uq_contributor_course_id_person_id_side", MadeItAlready)
refuses("contributor.course_id, contributor.person_id, contributor.side", MadeItAlready)


@event.listens_for(Course, "before_insert")
@event.listens_for(Course, "before_update")
def _follow_the_words(_mapper: Mapper[Course], _connection: Connection, course: Course) -> None:
    """What search reads is worked out from the words, never written by hand."""
    course.search_title, course.search_text, course.search_near = course.searchable


ADDED = (
    "INSERT INTO guard_course_search(rowid, search_title, search_text, search_near) "
    "VALUES (new.id, new.search_title, new.search_text, new.search_near);"
)
REMOVED = (
    "INSERT INTO guard_course_search(guard_course_search, rowid, search_title, search_text, "
    "search_near) VALUES ('delete', old.id, old.search_title, old.search_text, old.search_near);"
)
guard(
    Course,
    sqlite=(
        "CREATE VIRTUAL TABLE guard_course_search USING fts5(search_title, search_text, "
        "search_near, content='course', content_rowid='id', tokenize='unicode61')",
        "INSERT INTO guard_course_search(guard_course_search) VALUES ('rebuild')",
        f"CREATE TRIGGER guard_course_added AFTER INSERT ON course BEGIN {ADDED} END",
        f"CREATE TRIGGER guard_course_changed AFTER UPDATE ON course BEGIN {REMOVED} {ADDED} END",
        f"CREATE TRIGGER guard_course_removed AFTER DELETE ON course BEGIN {REMOVED} END",
    ),
    postgresql=(
        "ALTER TABLE course ADD COLUMN IF NOT EXISTS guard_search tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('simple', search_title), 'A') || "
        "setweight(to_tsvector('simple', search_text), 'B') || "
        "setweight(to_tsvector('simple', search_near), 'D')) STORED",
        "CREATE INDEX IF NOT EXISTS guard_course_search ON course USING gin (guard_search)",
    ),
)
