"""Numbers that only grow, added to by every process of this machine and read by any of them.

Each process has a file of its own, which is memory to it: adding is no call to the system, and
what is there outlives the process. A file whose process has ended is gone on with by the next, so
that there are no more of them than processes, and no number ever falls.
"""

import fcntl
import mmap
import os
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from threading import Lock

COUNTS = "counts"  # an application's, among its extensions
SIZE = 1 << 19  # bytes of a file: some thousands of names, and the rest are not counted
MOST = 256  # processes
USED = struct.Struct("<Q")  # how much of it is written
LENGTH = struct.Struct("<Q")  # of a name, which is filled up so that numbers stand even
NUMBER = struct.Struct("<d")


def folder_of(college: str) -> Path:
    """Of one college on this machine, whoever's it is."""
    name = sha256(college.encode()).hexdigest()[:8]
    return Path(gettempdir(), f"college-{os.getuid()}-{name}")


class Counts:
    """`folder` is nobody else's; without one, a process counts for itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._process, self._slot = 0, ""
        self._file: mmap.mmap | None = None
        self._places: dict[str, int] = {}

    def add(self, name: str, by: float = 1) -> None:
        with self._lock:
            file = self._own_file()
            place = self._places.get(name) or self._new_place(file, name)
            if place:
                NUMBER.pack_into(file, place, NUMBER.unpack_from(file, place)[0] + by)

    def sums(self) -> dict[str, float]:
        """Of all processes, those that have ended too."""
        found: Counter[str] = Counter()
        with self._lock:
            own = self._own_file()
        files: list[bytes | mmap.mmap] = [*self._others(), own]
        for file in files:
            for name, place in _names(file):
                found[name] += NUMBER.unpack_from(file, place)[0]
        return dict(found)

    def _own_file(self) -> mmap.mmap:
        """Opened by who needs it: a process that was split off has one of its own."""
        if self._file is None or self._process != os.getpid():
            self._process = os.getpid()
            self._file = self._taken() or mmap.mmap(-1, SIZE)
            self._places = dict(_names(self._file))
        return self._file

    def _taken(self) -> mmap.mmap | None:
        self._slot = ""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if self._folder.stat().st_uid != os.getuid():
                return None
            for number in range(MOST):
                file = os.open(self._folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(file)
                    continue
                os.ftruncate(file, SIZE)
                self._slot = str(number)
                return mmap.mmap(file, SIZE)  # the lock is kept as long as the file is open
        return None

    def _others(self) -> Iterator[bytes]:
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name != self._slot:
                    yield path.read_bytes()

    def _new_place(self, file: mmap.mmap, name: str) -> int:
        """Its name is written before it counts as written, for whoever reads meanwhile."""
        words = name.encode()
        words += b" " * (-len(words) % 8)
        begin = USED.unpack_from(file, 0)[0] or USED.size
        place = begin + LENGTH.size + len(words)
        if place + NUMBER.size > SIZE:
            return 0
        LENGTH.pack_into(file, begin, len(words))
        file[begin + LENGTH.size : place] = words
        USED.pack_into(file, 0, place + NUMBER.size)
        self._places[name] = place
        return place


def _names(file: mmap.mmap | bytes) -> Iterator[tuple[str, int]]:
    """Each with the place of its number."""
    if len(file) < SIZE:
        return
    place, end = USED.size, USED.unpack_from(file, 0)[0]
    while place < end:
        length = LENGTH.unpack_from(file, place)[0]
        begin = place + LENGTH.size
        place = begin + length
        yield file[begin:place].decode().rstrip(), place
        place += NUMBER.size
