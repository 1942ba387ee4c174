"""Workers die in the middle of their work: nothing is lost, and only what they held is repeated."""

import os
import signal
import time
from functools import partial
from random import Random

import pytest
from flask import Flask

from recovery_college import clock
from recovery_college.database import transaction
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, MessageKind, Recipient, Words
from tests.operations.conftest import Start
from tests.operations.waiting import FULL, count_sent, have_come, wait_until
from tests.post_office import PostOffice, words_in

KILLS = 100 if FULL else 3
THREADS, AT_ONCE = 20, 50
TWO_SECONDS = 2
LETTER_TAKES = 0.01  # seconds, or so: the moment of a kill is anywhere in it


def promise(number: int) -> None:
    to = Recipient(Channel.EMAIL, f"p{number}@example.org", None)
    words = Words("Harbour", f"message {number}", MessageKind.SIGN_IN)
    key, thread = str(number), str(number % THREADS)
    outbox.queue(to, words, key=key, thread=thread, at=clock.now())


@pytest.mark.parametrize(
    ("at_work", "messages"), [(1, 2_000 if FULL else 40), (2, 5_000 if FULL else 60)]
)
def test_workers_that_are_killed_lose_nothing_and_repeat_only_what_they_held(
    college: Flask, start: Start, office: PostOffice, at_work: int, messages: int
) -> None:
    for first in range(0, messages, AT_ONCE):
        with transaction():
            for number in range(first, min(first + AT_ONCE, messages)):
                promise(number)
    chance = Random(7)  # noqa: S311  # the same every time
    workers = [start(TWO_SECONDS) for _ in range(at_work)]
    for moment in sorted(chance.sample(range(messages - THREADS), KILLS)):
        wait_until(partial(have_come, office, moment + 1), college)
        time.sleep(chance.random() * LETTER_TAKES)
        victim = chance.randrange(at_work)
        os.kill(workers[victim], signal.SIGKILL)
        workers[victim] = start(TWO_SECONDS)
    wait_until(lambda: count_sent() == messages, college)
    said = [int(words_in(letter).split()[-1]) for letter in office.read()]
    assert set(said) == set(range(messages))
    assert len(said) - messages <= KILLS
    assert len(set(office.letters)) == messages  # a repeat is the same to the byte
    assert len({letter["Message-ID"] for letter in office.read()}) == messages
    in_order = list(dict.fromkeys(said))
    for thread in range(THREADS):
        mine = [number for number in in_order if number % THREADS == thread]
        assert mine == list(range(thread, messages, THREADS))
