"""Clients that ask for one address as fast as they are answered."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter

from bench.server import Server

CLIENTS = 8


@dataclass(frozen=True)
class Figure:
    """One round: CPU in milliseconds a request, requests a second, milliseconds at p99."""

    cpu: float
    rate: float
    p99: float


def load(
    server: Server, path: str, requests: int, *, expect: int = 200, headers: Mapping[str, str] = {}
) -> Figure:
    """`requests` of them by eight clients; every answer must have the status `expect`."""
    each = requests // CLIENTS
    before, start = server.cpu(), perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = [
            clients.submit(_ask, server.port, path, each, expect, headers) for _ in range(CLIENTS)
        ]
        times = sorted(time for client in asked for time in client.result())
    elapsed, used = perf_counter() - start, server.cpu() - before
    p99 = times[int(len(times) * 0.99)]
    return Figure(used / len(times) * 1000, len(times) / elapsed, p99 * 1000)


def tag_of(server: Server, path: str) -> str:
    """The ETag of an address, for asking again whether it changed."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.headers["ETag"]


def _ask(port: int, path: str, number: int, expect: int, headers: Mapping[str, str]) -> list[float]:
    times = []
    for _ in range(number):
        start = perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        times.append(perf_counter() - start)
        if answer.status != expect:
            raise RuntimeError(f"{path} answered {answer.status}, not {expect}")
    return times
