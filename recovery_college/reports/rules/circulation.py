"""What can be worked out of figures that add up, and what to hide so that it can't be.

Figures of a table are a flow: from the grand total to the rows, through the cells to the columns,
and back. Whatever somebody who reads it holds possible is another flow within what they know of
each figure. Whole numbers at the edges make whole numbers between them, so that what is found
here, by pushing one more person round a circle, is exact and not an estimate.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from recovery_college.reports.rules.figures import ANY, Shown

SPREAD = 2  # from the least to the most that a hidden figure can be: three values
NEVER = None


@dataclass(eq=False, slots=True)
class Figure:
    """A count, what is shown of it, and what hiding it would cost (`None`: it stays as it is).

    `floor` is the least that it can be once it is hidden along with others; `secret` is that
    three values must remain possible of it.
    """

    count: int
    shown: Shown
    cost: int | None = None
    floor: int = 1
    secret: bool = False

    def hide(self) -> None:
        self.shown = Shown(None, self.floor, ANY)
        self.cost = None
        self.secret = True


@dataclass(eq=False, slots=True)
class Arc:
    """A figure's way through the table, with the least and the most it was seen to be so far."""

    tail: int
    head: int
    figure: Figure
    flow: int
    low: int
    high: int

    def room(self, step: int) -> int:
        """How many more (step 1) or fewer (step -1) it may be."""
        shown = self.figure.shown
        return shown.most - self.flow if step > 0 else self.flow - shown.least

    def price(self, step: int) -> int | None:
        """What it costs to have room: nothing, or hiding the figure."""
        if self.room(step) > 0:
            return 0
        is_enough = step > 0 or self.flow > self.figure.floor
        return self.figure.cost if is_enough else NEVER


Way = Sequence[tuple[Arc, int]]


class Circulation:
    """Figures that add up: at every node, what comes in goes out.

    The ways between them are laid when one of them is a secret, which of most tables none is.
    """

    def __init__(self) -> None:
        self.arcs: list[Arc] = []
        self._added: list[tuple[Hashable, Hashable, Figure]] = []
        self._nodes: dict[Hashable, int] = {}
        self._around: list[list[tuple[Arc, int, int]]] = []

    def add(self, tail: Hashable, head: Hashable, figure: Figure) -> None:
        if not figure.shown.least <= figure.count <= figure.shown.most:
            raise ValueError("this is not what is shown of this count")
        self._added.append((tail, head, figure))

    @property
    def has_secrets(self) -> bool:
        return any(figure.secret for _, _, figure in self._added)

    def lay(self) -> None:
        if not self.arcs:
            for tail, head, figure in self._added:
                self._lay(self._node(tail), self._node(head), figure)

    def _lay(self, start: int, end: int, figure: Figure) -> None:
        if figure.cost is None and figure.shown.least == figure.shown.most:
            return
        arc = Arc(start, end, figure, figure.count, figure.count, figure.count)
        self.arcs.append(arc)
        self._around[start].append((arc, 1, end))
        self._around[end].append((arc, -1, start))

    def gives_away(self, arc: Arc) -> bool:
        """Whether fewer than three values are possible of it."""
        for step in (1, -1):
            while arc.high - arc.low < SPREAD and self._turn(arc, step):
                pass
        return arc.high - arc.low < SPREAD

    def cheapest(self, arc: Arc) -> list[Figure]:
        """What to hide so that one more value is possible of it, costing the least."""
        ways = []
        for step in (1, -1):
            while self._turn(arc, step):
                pass
            if way := self._cheapest(arc, step):
                priced = [(each.price(turn) or 0, each.figure) for each, turn in way]
                ways.append((sum(price for price, _ in priced), len(way), step, priced))
        return [figure for price, figure in min(ways)[-1] if price]

    def _turn(self, arc: Arc, step: int) -> bool:
        """Push people round a circle through it, if there is one."""
        way = self._circle(arc, step)
        if way:
            _push(way)
        return bool(way)

    def _node(self, name: Hashable) -> int:
        if name not in self._nodes:
            self._nodes[name] = len(self._around)
            self._around.append([])
        return self._nodes[name]

    def _circle(self, arc: Arc, step: int) -> Way | None:
        """Some circle through it with room, found in depth: it is asked for very often."""
        if arc.room(step) <= 0:
            return None
        start, goal = (arc.head, arc.tail)[::step]
        came: dict[int, tuple[Arc, int, int] | None] = {start: None}
        trail = [(start, iter(self._around[start]))]
        while trail and goal not in came:
            node, rest = trail[-1]
            for over, turn, other in rest:
                if other not in came and over is not arc and over.room(turn) > 0:
                    came[other] = (over, turn, node)
                    trail.append((other, iter(self._around[other])))
                    break
            else:
                trail.pop()
        return [(arc, step), *_back(came, goal)] if goal in came else None

    def _cheapest(self, arc: Arc, step: int) -> Way | None:
        """The cheapest circle through it, and of those as cheap the shortest (Dijkstra)."""
        first = arc.price(step)
        if first is None:
            return None
        start, goal = (arc.head, arc.tail)[::step]
        came: dict[int, tuple[Arc, int, int] | None] = {start: None}
        best = {start: (first, 0)}
        heap = [(first, 0, start)]
        while heap:
            cost, length, node = heappop(heap)
            if node == goal:
                return [(arc, step), *_back(came, goal)]
            for over, turn, other in self._around[node]:
                more = over.price(turn) if over is not arc else None
                reached = (cost + (more or 0), length + 1)
                if more is not None and (other not in best or reached < best[other]):
                    best[other] = reached
                    came[other] = (over, turn, node)
                    heappush(heap, (*reached, other))
        return None


def protect(circulations: Sequence[Circulation]) -> None:
    """Hides figures until three values are possible of each secret, in each circulation.

    Greedy: secret by secret, what is cheapest for it. What is hidden stays hidden, so it ends;
    that it always can go on is for who sets the costs to see to.
    """
    while sum(_settle(each) for each in circulations):
        pass


def _settle(circulation: Circulation) -> bool:
    has_hidden = False
    if not circulation.has_secrets:
        return has_hidden
    circulation.lay()
    for arc in circulation.arcs:
        while arc.figure.secret and circulation.gives_away(arc):
            for figure in circulation.cheapest(arc):
                figure.hide()
            has_hidden = True
    return has_hidden


def _push(way: Way) -> None:
    amount = min(SPREAD, *(arc.room(step) for arc, step in way))
    for arc, step in way:
        arc.flow += step * amount
        arc.low, arc.high = min(arc.low, arc.flow), max(arc.high, arc.flow)


def _back(came: Mapping[int, tuple[Arc, int, int] | None], node: int) -> Way:
    way = []
    while last := came[node]:
        arc, step, node = last
        way.append((arc, step))
    return way
