"""A Dask cluster that does tasks: chunks go out, short answers come back, and each of its machines keeps the limits.

Dask's workers do no task themselves. Each keeps a pool of its own beside it (docgen.executors.local), so that time,
memory and crashes are bounded there as they are here.

Whoever reaches a scheduler of Dask can run any code on its workers: let it listen on loopback, or use TLS with
certificates of your own.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar

from docgen.errors import DocgenError, MissingHereError, UsageError
from docgen.executors.local import Local
from docgen.executors.performing import read_outcome, read_task, write_outcome, write_task
from docgen.executors.work import Crashed, Limits, Outcome, Task

T = TypeVar("T")

CHUNK = 20
"""How many tasks go out together: Dask takes several milliseconds for each errand, however small."""
AHEAD = 2
"""How many chunks there are for each thread of the cluster: one that is done, and one that waits."""
_CONNECT_SECONDS = 10
_PATIENCE_SECONDS = 60
_TICK_SECONDS = 5
_HELD = threading.local()


class DaskMissingError(MissingHereError):
    """The library that talks to a cluster is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "A cluster is reached with Dask, which is not installed. Install it with `pip install 'docgen[dask]'`."
        )


class ClusterError(MissingHereError):
    """There is no cluster at an address, it has no workers, or its workers cannot do docgen's work."""

    def __init__(self, address: str, what: str, cure: str) -> None:
        super().__init__(f"The cluster at {address} {what}. {cure}")


class SchedulerLostError(DocgenError):
    """The connection to the scheduler broke in the middle of a run."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The connection to the scheduler at {address} was lost, and with it the answers that were under way. "
            "What was recorded stands. Run the same command again: it goes on from the record."
        )


class CertificatesMissingError(UsageError):
    """TLS is asked for, but Dask's settings name no certificates."""

    def __init__(self) -> None:
        super().__init__(
            "A scheduler behind dask+tls:// is reached with certificates. Name their files in Dask's settings "
            "(distributed.comm.tls.ca-file, client.cert and client.key, in ~/.config/dask/distributed.yaml) or in the "
            "environment (DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT, …__TLS__CLIENT__KEY)."
        )


@dataclass(frozen=True)
class _Errand:
    tasks: tuple[Task, ...]
    sent: float
    alone: bool


class Cluster:
    """Does tasks on the workers of a Dask scheduler at `tcp://HOST:PORT`, or at `tls://HOST:PORT`.

    The machines have the same docgen installed. Dask sends a chunk to another worker when the first one is lost, so a
    task may run twice. Where a chunk loses several workers, its tasks go out again one by one with nothing beside
    them, and the one that does it again is Crashed. A run that ends early lets chunks under way come to their end
    unheard.
    """

    def __init__(self, address: str, limits: Limits, preload: Sequence[str] = ()) -> None:
        """Connect; raises DaskMissingError, CertificatesMissingError and ClusterError."""
        try:
            self._dask: Any = import_module("distributed")
        except ImportError:
            raise DaskMissingError from None
        self._address = address
        self._order = (asdict(limits), list(preload))
        self._threads, self._asked = 0, 0.0
        security = None
        if address.startswith("tls:"):
            # Its files come from Dask's settings and the environment.
            security = self._dask.Security(require_encryption=True)
            if not (security.tls_ca_file and security.tls_client_cert):
                raise CertificatesMissingError
        try:
            self._client = self._dask.Client(address, security=security, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(
                address, f"does not answer ({error})", "Start `dask scheduler`, or correct the address."
            ) from None

    @property
    def workers(self) -> int:
        """Return how many tasks the cluster does at the same time; waits for the first worker to join.

        It is asked again after a few seconds: workers may come and go. Raises ClusterError when none comes.
        """
        while not self._threads or time.monotonic() - self._asked > _TICK_SECONDS:
            self._threads = sum(self._ask(self._client.nthreads).values())
            self._asked = time.monotonic()
            if not self._threads:
                try:
                    self._ask(lambda: self._client.wait_for_workers(1, timeout=_PATIENCE_SECONDS), patient=True)
                except TimeoutError:
                    cure = "Start `dask worker` on its machines."
                    raise ClusterError(self._address, "has no workers", cure) from None
        return self._threads

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield exactly one outcome for each task; raises ClusterError and SchedulerLostError."""
        waiting = iter(tasks)
        suspects: deque[Task] = deque()
        flying: dict[Any, _Errand] = {}
        try:
            while True:
                if suspects and not flying:
                    self._send(flying, (suspects.popleft(),), alone=True)
                most = 0 if suspects else AHEAD * self.workers
                while len(flying) < most and (chunk := tuple(islice(waiting, CHUNK))):
                    self._send(flying, chunk)
                if not flying:
                    return
                for future in self._landed(flying):
                    yield from self._unpack(future, flying.pop(future), suspects)
        finally:
            for future in flying:
                with suppress(OSError, RuntimeError, CancelledError):
                    future.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def _ask(self, question: Callable[[], T], *, patient: bool = False) -> T:
        """Return the answer of Dask; only where waiting has an end of its own, its TimeoutError comes through."""
        try:
            return question()
        except TimeoutError:
            if patient:
                raise
            raise SchedulerLostError(self._address) from None
        except (OSError, RuntimeError, CancelledError):
            raise SchedulerLostError(self._address) from None

    def _send(self, flying: dict[Any, _Errand], tasks: tuple[Task, ...], *, alone: bool = False) -> None:
        lines = [write_task(task) for task in tasks]
        future = self._ask(lambda: self._client.submit(do_chunk, lines, *self._order, pure=False))
        flying[future] = _Errand(tasks, time.monotonic(), alone)

    def _landed(self, flying: dict[Any, _Errand]) -> list[Any]:
        """Return the chunks that have come back; none where nothing happened for a while."""
        wait = self._dask.wait
        try:
            with self._client.as_current():
                found = self._ask(
                    lambda: wait(list(flying), timeout=_TICK_SECONDS, return_when="FIRST_COMPLETED"), patient=True
                )
        except TimeoutError:
            return []
        return list(found.done)

    def _unpack(self, future: Any, errand: _Errand, suspects: deque[Task]) -> Iterator[Outcome]:
        if future.status == "finished":
            yield from map(read_outcome, self._ask(future.result))
            return
        error = self._ask(future.exception)
        if not isinstance(error, self._dask.KilledWorker):
            what = f"cannot do docgen’s work ({type(error).__name__}: {error})"
            raise ClusterError(self._address, what, "Install the same docgen on each of its machines.")
        if errand.alone:
            yield Crashed(errand.tasks[0].key, time.monotonic() - errand.sent, None)
        else:
            suspects.extend(errand.tasks)


def do_chunk(lines: Sequence[str], limits: dict[str, Any], preload: Sequence[str]) -> list[str]:
    """Do the tasks of a chunk at a worker of the cluster, in the pool that its thread keeps for the next ones."""
    order = (limits, list(preload))
    if getattr(_HELD, "order", None) != order:
        if hasattr(_HELD, "pool"):
            _HELD.pool.__exit__(None, None, None)
        _HELD.pool, _HELD.order = Local(1, Limits(**limits), preload), order
    return [write_outcome(outcome) for outcome in _HELD.pool.run(map(read_task, lines))]
