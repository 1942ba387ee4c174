"""Why a place came to where it is: a sentence for its student, and a few words for the history."""

from enum import StrEnum


class Why(StrEnum):
    """Every step of a place has one of these."""

    PLACE_FREE = "place_free"
    FULL = "full"
    EARLY = "early"
    LOTS = "lots"
    SOMEBODY_LEFT = "somebody_left"
    OFFER_NOT_TAKEN = "offer_not_taken"
    MORE_PLACES = "more_places"
    RELEASED = "released"
    CHOSEN_FIRST = "chosen_first"
    LOST_OTHER = "lost_other"
    ACCEPTED = "accepted"
    BY_PHONE = "by_phone"
    GAVE_UP = "gave_up"
    LEFT_LIST = "left_list"
    DECLINED = "declined"
    TIME_OVER = "time_over"
    GOT_OTHER = "got_other"
    MOVED = "moved"
    RUN_CANCELLED = "run_cancelled"
    BEGUN = "begun"
    RAN = "ran"
    WORKBOOK = "workbook"
    MERGED = "merged"
    ERASED = "erased"

    @property
    def sentence(self) -> str:
        """For the student."""
        return SENTENCES[self]

    @property
    def verb(self) -> str:
        """For the trail, as in: "offered a place, because somebody gave one up"."""
        return VERBS[self]


SENTENCES = {
    Why.PLACE_FREE: "There was a place, so it is yours.",
    Why.FULL: "All places were taken, so you are on the waiting list.",
    Why.EARLY: (
        "You asked before enrolment opened. When it opens, lots decide the order of all who did."
    ),
    Why.LOTS: "Enrolment opened, lots decided the order, and there was a place for you.",
    Why.SOMEBODY_LEFT: "We offered you a place, because somebody gave theirs up.",
    Why.OFFER_NOT_TAKEN: (
        "We offered you a place, because somebody did not take the one they were offered."
    ),
    Why.MORE_PLACES: "We offered you a place, because there are more places now.",
    Why.RELEASED: "We offered you a place, because it is not kept for others any more.",
    Why.CHOSEN_FIRST: (
        "We offered you this first, because the college cancelled the course you had a place on."
    ),
    Why.LOST_OTHER: (
        "The college cancelled the course you had a place on, so you are among the first here, "
        "by the moment at which you first asked."
    ),
    Why.ACCEPTED: "You said yes, and the place is yours.",
    Why.BY_PHONE: "You said yes on the phone, and the place is yours.",
    Why.GAVE_UP: "You gave up this place.",
    Why.LEFT_LIST: "You left the waiting list.",
    Why.DECLINED: "You said no to this place.",
    Why.TIME_OVER: "We did not hear from you in time, so the place went to the next person.",
    Why.GOT_OTHER: "You got a place on the other date that you asked for.",
    Why.MOVED: "You moved to another date.",
    Why.RUN_CANCELLED: "The college had to cancel this course.",
    Why.BEGUN: "The course began, and no place had come free.",
    Why.RAN: "The course is over.",
    Why.WORKBOOK: "It was in the college\u2019s list when this website began.",
    Why.MERGED: "We had two records of you, and they are one now.",
    Why.ERASED: "Somebody left the college.",
}
VERBS = {
    Why.PLACE_FREE: "enrolled",
    Why.FULL: "put on the waiting list, because all places were taken,",
    Why.EARLY: "wrote down, from before enrolment opened,",
    Why.LOTS: "enrolled, after lots were drawn,",
    Why.SOMEBODY_LEFT: "offered, because somebody gave a place up,",
    Why.OFFER_NOT_TAKEN: "offered, because somebody did not take an offer,",
    Why.MORE_PLACES: "offered, because there are more places,",
    Why.RELEASED: "offered, because a place is not kept any more,",
    Why.CHOSEN_FIRST: "offered first, because a run was cancelled,",
    Why.LOST_OTHER: "put first in line, because a run was cancelled, for",
    Why.ACCEPTED: "said yes to",
    Why.BY_PHONE: "wrote down a yes to",
    Why.GAVE_UP: "gave up",
    Why.LEFT_LIST: "left the waiting list of",
    Why.DECLINED: "said no to",
    Why.TIME_OVER: "let expire, for its time was over,",
    Why.GOT_OTHER: "ended, for another date was got,",
    Why.MOVED: "ended, for they moved to another date,",
    Why.RUN_CANCELLED: "cancelled",
    Why.BEGUN: "ended, for the course began,",
    Why.RAN: "completed",
    Why.WORKBOOK: "imported",
    Why.MERGED: "ended, for two records became one,",
    Why.ERASED: "ended, for a record was erased,",
}
