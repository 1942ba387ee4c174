"""Find courses by words: SQLite's FTS5 and PostgreSQL's tsvector behind the same functions.

Both are asked the same question: every word, as a beginning, in the title or the text. The
words are made plain and singular by `rules.words_of`, so both give the same answer.
"""

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal_column, text

from recovery_college.courses.models import Course
from recovery_college.courses.rules import near_misses, words_of
from recovery_college.database import db

LONGEST_QUESTION = 200  # characters; nobody types more and means it, so the rest is not read
MOST_WORDS = 8


def words_in(question: str) -> list[str]:
    """The words of a question that search compares."""
    return words_of(question[:LONGEST_QUESTION])[:MOST_WORDS]


def anywhere(words: list[str]) -> str:
    """Ask for all the words, each as the beginning of one, in title or text."""
    if db.engine.dialect.name == "sqlite":
        return _fts("{search_title search_text}", [f'"{word}" *' for word in words])
    return _tsquery([f"'{word}':*AB" for word in words])


def in_title(words: list[str]) -> str:
    """Ask for all the words, each as the beginning of one, in the title."""
    if db.engine.dialect.name == "sqlite":
        return _fts("search_title", [f'"{word}" *' for word in words])
    return _tsquery([f"'{word}':*A" for word in words])


def nearly(words: list[str]) -> str:
    """Ask for all the words, or words that are one slip of the finger from them."""
    if db.engine.dialect.name == "sqlite":
        every = [[f'"{word}" *', *(f'"{m}"' for m in _misses(word))] for word in words]
        return _fts("{search_title search_text search_near}", [" OR ".join(e) for e in every])
    every = [[f"'{word}':*", *(f"'{m}'" for m in _misses(word))] for word in words]
    return _tsquery([" | ".join(e) for e in every])


def answers(parameter: str) -> ColumnElement[bool]:
    """Courses that answer one of the questions above, handed over as this parameter."""
    if db.engine.dialect.name == "sqlite":
        found = text(
            "SELECT rowid FROM guard_course_search "  # noqa: S608  # a name of ours
            f"WHERE guard_course_search MATCH :{parameter}"
        )
        return Course.id.in_(found.columns(rowid=Integer))
    question = func.to_tsquery("simple", bindparam(parameter))
    return literal_column("course.guard_search").bool_op("@@")(question)


def _misses(word: str) -> list[str]:
    return sorted(near_misses(word))


def _fts(columns: str, every: list[str]) -> str:
    return f"{columns} : ({' AND '.join(f'({one})' for one in every)})"


def _tsquery(every: list[str]) -> str:
    return " & ".join(f"({one})" for one in every)
