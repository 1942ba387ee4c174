"""Tutors: who taught, who answered, who was looked for, and who taught alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace as Row

from recovery_college.formatting import when
from tests.reports.rawrows import Asked, Rows
from tests.reports.second.sessions import by_both, hours_of, is_paired, standing, taught_by
from tests.reports.second.shape import Counted, Line, decimal, number, share_line


def tutors(rows: Rows, asked: Asked, by: Sequence[str]) -> Counted:
    del by
    sessions = rows.sessions(asked)
    ran = rows.ran(sessions)
    tables: dict[str, list[Line]] = {}
    loads = _loads(rows, ran)
    people = len({tutor for tutor, _ in loads})
    everything = _added(loads.values())
    tables["sides"] = [
        (_side(side), *_added(load for (_, its), load in loads.items() if its == side))
        for side in ("lived", "professional")
        if any(its == side for _, its in loads)
    ] + [("All together", *everything)]
    names = {each.id: rows.by_id("person")[each.person_id].name for each in rows.of["tutor"]}
    words = {"lived": "Lived experience", "professional": "Professional"}
    tables["tutors"] = [
        (names[tutor], words[side], *_added([load])) for (tutor, side), load in loads.items()
    ] + [("All together", "", *everything)]
    requests = _requests(rows, sessions)
    tables["requests"] = _by_side(requests, _request_line)
    calls = [each for each in rows.of["cover_call"] if each.session_id in {s.id for s in sessions}]
    tables["cover"] = _by_side([(each.side, each.state) for each in calls], _cover_line)
    alone = [each for each in ran if _is_alone(rows, each)]
    reasons = Counter(each.alone_reason or "No reason written" for each in alone)
    tables["reasons"] = [*reasons.items(), ("All together", len(alone))]
    tables["alone"] = [
        (
            f"{each.run.course.title}, {when(each.starts_at)}",
            _who(rows, each),
            each.alone_reason or "No reason written",
        )
        for each in alone
    ]
    answers = _request_line([state for _, state in requests])
    cover = _cover_line([each.state for each in calls])
    return Counted(
        [
            ("Tutors who taught", number(people), [number(people), decimal(everything[1])]),
            share_line("No answer in time", answers[-1]),
            share_line("Cover found", cover[1]),
            share_line("Without both tutors", (len(alone), len(ran))),
        ],
        tables,
        [],
    )


def _loads(rows: Rows, ran: Iterable[Row]) -> dict[tuple[int, str], list[float]]:
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for session in ran:
        for mark in standing(rows, session):
            if mark.state in ("present", "late"):
                found[mark.tutor_id, mark.side].append(hours_of(session))
    return found


def _added(loads: Iterable[list[float]]) -> tuple[int, float]:
    hours = [each for load in loads for each in load]
    return len(hours), round(sum(hours), 6)


def _requests(rows: Rows, sessions: Iterable[Row]) -> list[tuple[str, str]]:
    """Side by side with what became of each."""
    found = []
    for session in sessions:
        for each in rows.deliveries.get(session.id, []):
            if each.asked_at is None or each.shadowing:
                continue
            end = min(each.answer_by or each.starts_at, each.starts_at)
            state = ("late" if end <= rows.now else "open") if each.state == "asked" else each.state
            found.append((each.side, state))
    return found


def _request_line(states: Sequence[str]) -> Line:
    count = Counter(states)
    yes = count["accepted"] + count["stepped_back"] + count["covered"]
    rest = (count["declined"], count["stood_down"], count["open"])
    return (len(states), yes, *rest, (count["late"], len(states)))


def _cover_line(states: Sequence[str]) -> Line:
    count = Counter(states)
    found = (count["filled"], count["filled"] + count["given_up"])
    return (len(states), found, count["given_up"], count["open"], count["closed"])


def _by_side(pairs: Sequence[tuple[str, str]], line: Callable[[Sequence[str]], Line]) -> list[Line]:
    sides = [side for side in ("lived", "professional") if any(each == side for each, _ in pairs)]
    found = [
        (_side(side), *line([state for each, state in pairs if each == side])) for side in sides
    ]
    return [*found, ("All together", *line([state for _, state in pairs]))]


def _side(side: str) -> str:
    return "Peer tutors" if side == "lived" else "Professional tutors"


def _is_alone(rows: Rows, session: Row) -> bool:
    marked = bool(standing(rows, session)) and not by_both(taught_by(rows, session))
    return marked or not is_paired(rows, session)


def _who(rows: Rows, session: Row) -> str:
    sides = taught_by(rows, session)
    if not standing(rows, session):
        return "Not recorded"
    if by_both(sides):
        return "By both, though planned without"
    if sides["lived"]:
        return "By a peer tutor only"
    return "By a professional tutor only" if sides["professional"] else "No tutor was there"
