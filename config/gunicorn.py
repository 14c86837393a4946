"""gunicorn's settings in production: `gunicorn --config python:config.gunicorn config.wsgi`.

WEB_CONCURRENCY is the number of processes, `--bind` the address; both are gunicorn's own.
"""

import os
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from config import logs

# Read by our settings: the web alone keeps a pool of connections.
os.environ.setdefault("CONSORTIUM_PROCESS", "web")

worker_class = "gthread"
threads = 4
# A heartbeat on a slow disk would look like a hanging process.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
logconfig_dict = logs.chosen(production=os.environ.get("CONSORTIUM_ENV") == "production")
control_socket_disable = True

COUNTED = os.environ.get("PROMETHEUS_MULTIPROC_DIR")


def on_starting(server: Any) -> None:
    """Begin to count anew; what an earlier run left would be added to ours."""
    if COUNTED:
        Path(COUNTED).mkdir(parents=True, exist_ok=True)
        for left in Path(COUNTED).glob("*.db"):
            left.unlink()


def child_exit(server: Any, worker: Any) -> None:
    if COUNTED:
        mark_process_dead(worker.pid)
