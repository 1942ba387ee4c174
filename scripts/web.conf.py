"""How gunicorn serves a college in earnest, behind a proxy: it neither migrates nor sends mail.

Where it listens is said by `--bind`, or by systemd, which keeps the socket open while a group of
processes is started again. gunicorn reads the number of processes from WEB_CONCURRENCY.
"""

import gc
import os
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
preload_app = True  # read once, and shared by the processes
loglevel = "warning"
limit_request_line = 0  # the proxy limits it; the site refuses what it can't use in words
timeout = 60  # seconds, then a process that hangs is replaced
graceful_timeout = 30  # seconds to finish what was begun, when it is told to stop
max_requests = 20_000  # then a process is replaced, so that no leak lives for ever
max_requests_jitter = 2_000
control_socket_disable = True  # nobody needs it, and a system that is read-only has no room for it


def when_ready(_server: Any) -> None:
    """What was loaded stays shared: looking for garbage would write to every page of it."""
    gc.collect()
    gc.freeze()
