"""A real Celery worker for tests: a process of its own on the test's own database and Redis, which can be killed."""
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
from launcher.child import kill_session, spawn
from launcher.service import Service, tail

ROOT = Path(__file__).resolve().parent.parent


class CeleryWorker(Service):
    """`worker.pid`, `worker.kill()` (-9, children too), `worker.log`; the Service's start() and stop()."""

    name = "The Celery worker"
    stop_signals = ((signal.SIGQUIT, 5),)

    def __init__(self, log: Path, concurrency: int = 1) -> None:
        self.log, self.concurrency = log, concurrency

    def launch(self) -> Any:
        self.log.unlink(missing_ok=True)
        options = ["--pool", "prefork", "--concurrency", str(self.concurrency), "-l", "INFO", "--without-mingle"]
        return spawn(
            [sys.executable, "-m", "celery", "-A", "laborbridge", "worker", "-n", f"{time.time_ns()}@test", *options],
            env=os.environ, log=self.log, last_signal=signal.SIGKILL, cwd=ROOT,
        )  # fmt: skip

    def ready(self) -> bool:
        return self.log.exists() and " ready." in self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        assert self.process is not None, "the worker has not been started"
        return self.process.pid

    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.pid).children(recursive=True)]

    def kill(self, children: bool = True) -> None:
        """As kill -9 does; with children=False the main process alone, and its pool has to notice by itself."""
        assert self.process is not None, "the worker has not been started"
        os.kill(self.pid, signal.SIGKILL)
        if children:
            kill_session(self.process)
        self.process.wait()
        self.process = None

    def end_of_log(self) -> str:
        return tail(self.log, lines=40)


@pytest.fixture
def celery_queue(transactional_db: None) -> Iterator[redis.Redis]:
    """The test's own, empty Redis database."""
    url = os.environ["REDIS_URL"].replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    client = redis.Redis.from_url(url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def start_celery_worker(celery_queue: redis.Redis, tmp_path: Path) -> Iterator[Callable[..., CeleryWorker]]:
    """Start as many workers as a test needs; all end with it."""
    workers: list[CeleryWorker] = []

    def start(concurrency: int = 1) -> CeleryWorker:
        worker = CeleryWorker(tmp_path / f"celery-{len(workers)}.log", concurrency)
        workers.append(worker)
        worker.start()
        return worker

    yield start
    for worker in workers:
        worker.stop()


@pytest.fixture
def celery_worker_process(start_celery_worker: Callable[..., CeleryWorker]) -> CeleryWorker:
    """One running worker."""
    return start_celery_worker()
