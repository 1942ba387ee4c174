"""Find courses by words: SQLite's FTS5 and PostgreSQL's tsvector behind the same functions.

Both are asked the same question: every word, as a beginning, in the title or the text. The
words are made plain and singular by `rules.words_of`, so both give the same answer.
"""

from sqlalchemy import ColumnElement, Integer, func, literal_column, text

from recovery_college.courses.models import Course
from recovery_college.courses.rules import near_misses, words_of
from recovery_college.database import db

LONGEST_QUESTION = 200  # characters; nobody types more and means it, so the rest is not read
MOST_WORDS = 8


def words_in(question: str) -> list[str]:
    """The words of a question that search compares."""
    return words_of(question[:LONGEST_QUESTION])[:MOST_WORDS]


def has_words(words: list[str]) -> ColumnElement[bool]:
    """Courses with all the words, each as the beginning of one, in title or text."""
    if _on_sqlite():
        return _fts("{search_title search_text}", [f'"{word}" *' for word in words])
    return _tsquery([f"'{word}':*AB" for word in words])


def has_title(words: list[str]) -> ColumnElement[bool]:
    """Courses with all the words, each as the beginning of one, in their title."""
    if _on_sqlite():
        return _fts("search_title", [f'"{word}" *' for word in words])
    return _tsquery([f"'{word}':*A" for word in words])


def nearly_has_words(words: list[str]) -> ColumnElement[bool]:
    """Courses with all the words, or words that are one slip of the finger from them."""
    if _on_sqlite():
        return _fts(
            "{search_title search_text search_near}",
            [
                " OR ".join([f'"{word}" *', *(f'"{miss}"' for miss in _misses(word))])
                for word in words
            ],
        )
    return _tsquery(
        [" | ".join([f"'{word}':*", *(f"'{miss}'" for miss in _misses(word))]) for word in words]
    )


def _misses(word: str) -> list[str]:
    return sorted(near_misses(word))


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _fts(columns: str, every: list[str]) -> ColumnElement[bool]:
    question = f"{columns} : ({' AND '.join(f'({one})' for one in every)})"
    found = text("SELECT rowid FROM guard_course_search WHERE guard_course_search MATCH :question")
    return Course.id.in_(found.bindparams(question=question).columns(rowid=Integer))


def _tsquery(every: list[str]) -> ColumnElement[bool]:
    question = func.to_tsquery("simple", " & ".join(f"({one})" for one in every))
    return literal_column("course.guard_search").bool_op("@@")(question)
