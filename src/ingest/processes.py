"""Worker processes that can be killed: what hostile input may do to us, it does to one of these.

Each worker is one process with a socket of its own and one call at a time, so that a kill, a crash or a lack of
memory costs the call it happened in and nothing else. (Pools whose workers share a queue lose more: a worker
that dies with the queue's lock, or before it acknowledged a call, leaves the others waiting for ever.)

Processes come from a fork server that has imported the heavy modules already: they start in milliseconds and
share that memory. They ignore the signals a terminal or service manager sends to the whole group, so that the parent
can finish what it began, and they die with it. Linux gives all of this; elsewhere the memory limit and the
death with the parent may be missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar

from ingest.answering import SIZE, serve

T = TypeVar("T")

BYTES_PER_PROCESS = 64 * 1024**2
"""After so many bytes in and out a process is replaced: what parsers leak or fragment is given back, and what RE2 keeps
of the texts it has read. Of new feeds that is some 120 documents, of others 430."""

_STOP_GRACE = 1.0  # seconds an idle worker has to leave by itself


class WorkerTimeout(Exception):  # noqa: N818 - a name the callers' prose uses
    """The call took longer than it may; its process was killed."""


class WorkerDied(Exception):  # noqa: N818 - as its sister above
    """The process of the call died or ran out of memory."""


class Processes:
    """`count` worker processes, each allowed `memory_limit_bytes` beyond what it starts with.

    Nothing is started before the first call. `preload` names the modules the workers need, `environment` is what these
    find beside our own variables.
    """

    def __init__(
        self,
        count: int,
        memory_limit_bytes: int | None = None,
        preload: Sequence[str] = (),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._count = count
        self._memory_limit = memory_limit_bytes
        self._preload = ["ctypes", serve.__module__, *preload]
        self._environment = environment
        self._idle: asyncio.Queue[_Worker | None] = asyncio.Queue()  # None: a place without a process yet
        self._workers: set[_Worker] = set()

    async def __aenter__(self) -> Processes:
        for _ in range(self._count):
            self._idle.put_nowait(None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in self._workers))

    async def run(self, fn: Callable[..., T], *args: Any, timeout: float | None = None) -> T:  # noqa: ASYNC109 - it is enforced by a kill
        """`fn(*args)` in a worker. `timeout` counts its own seconds, not those spent waiting for a free worker.

        Raises WorkerTimeout, WorkerDied, or what `fn` raised, with the worker's traceback as a note.
        """
        payload = pickle.dumps((fn, args), pickle.HIGHEST_PROTOCOL)
        worker = await self._idle.get()
        try:
            if worker is None or not worker.is_fit():
                worker = await self._replace(worker)
            return await self._call(worker, payload, timeout)  # type: ignore[no-any-return]  # unpickled
        finally:
            self._idle.put_nowait(worker)

    async def _replace(self, worker: _Worker | None) -> _Worker:
        if worker is not None:
            self._workers.discard(worker)
            await asyncio.to_thread(worker.stop)
        try:
            fresh = await asyncio.to_thread(self._new_worker)
        except (OSError, EOFError) as error:
            raise WorkerDied(f"no worker process could be started: {error}") from error
        self._workers.add(fresh)
        return fresh

    def _new_worker(self) -> _Worker:
        _start_fork_server(self._preload, self._environment)
        return _Worker(multiprocessing.get_context("forkserver"), self._memory_limit)

    async def _call(self, worker: _Worker, payload: bytes, seconds: float | None) -> Any:
        loop = asyncio.get_running_loop()
        overran = False

        def overrun() -> None:
            nonlocal overran
            overran = True
            worker.kill()

        alarm = loop.call_later(seconds, overrun) if seconds else None
        try:
            reply = await worker.call(payload)
        except asyncio.CancelledError:
            worker.kill()  # nobody waits for the answer; the place gets a new process
            raise
        except (OSError, EOFError) as error:
            if overran:
                raise WorkerTimeout(f"stopped after {seconds:g} s") from None
            raise WorkerDied(await asyncio.to_thread(worker.cause_of_death)) from error
        finally:
            if alarm:
                alarm.cancel()
        return _result(reply, self._memory_limit)


def _result(reply: tuple[str, Any], memory_limit: int | None) -> Any:
    outcome, value = reply
    if outcome == "raised":
        raise value
    if outcome == "out of memory":
        raise WorkerDied(f"ran out of memory (limit {(memory_limit or 0) // 1024**2} MiB)")
    return value


class _Worker:
    """One process and our end of the socket to it. To start and to stop it blocks: that is done on threads."""

    def __init__(self, context: multiprocessing.context.ForkServerContext, memory_limit: int | None) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        self._bytes = 0  # of calls and answers
        self._process: ForkServerProcess = context.Process(
            target=serve, args=(theirs, memory_limit), name="ingest-worker", daemon=True
        )
        try:
            self._process.start()
        except BaseException:
            self._socket.close()
            raise
        finally:
            theirs.close()  # else the end of the process would not be the end of the connection

    def is_fit(self) -> bool:
        return self._bytes < BYTES_PER_PROCESS and self._process.is_alive()

    async def call(self, payload: bytes) -> tuple[str, Any]:
        """Send one call and wait for its answer. Raises EOFError or OSError when the process is gone."""
        await asyncio.get_running_loop().sock_sendall(self._socket, SIZE.pack(len(payload)) + payload)
        (size,) = SIZE.unpack(await self._received(SIZE.size))
        self._bytes += len(payload) + size
        reply: tuple[str, Any] = pickle.loads(await self._received(size))  # noqa: S301 - from our own process
        if reply[0] == "out of memory":
            self._bytes = BYTES_PER_PROCESS  # its heap is in pieces
        return reply

    async def _received(self, size: int) -> bytearray:
        loop = asyncio.get_running_loop()
        message = bytearray(size)
        left = memoryview(message)
        while left:
            count = await loop.sock_recv_into(self._socket, left)
            if not count:
                raise EOFError
            left = left[count:]
        return message

    def kill(self) -> None:
        self._bytes = BYTES_PER_PROCESS
        self._process.kill()

    def cause_of_death(self) -> str:
        self._process.join(_STOP_GRACE)
        code = self._process.exitcode
        if code is None:
            self.kill()
            return "closed its connection"
        if code >= 0:
            return f"exited with status {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"killed by {name}" + (
            ": perhaps out of memory" if -code in (signal.SIGKILL, signal.SIGABRT) else ""
        )

    def stop(self) -> None:
        """Let an idle process leave; end any other."""
        self._socket.close()
        if self._bytes < BYTES_PER_PROCESS:
            self._process.join(_STOP_GRACE)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()


# ------------------------------------------------------------------------------------------ the fork server


_starting = threading.Lock()


def _start_fork_server(preload: list[str], environment: Mapping[str, str]) -> None:
    """One a program, started by whoever needs it first: then what others want preloaded comes too late."""
    from multiprocessing import forkserver

    with _starting, _blocked(signal.SIGINT, signal.SIGTERM, signal.SIGHUP), _set(environment):
        _do_without_resource_tracker()
        forkserver.set_forkserver_preload(preload)
        forkserver.ensure_running()


def _do_without_resource_tracker() -> None:
    """Nothing of ours is a semaphore or shared memory, for which multiprocessing starts one more Python (6 MB).

    It is told what it tells its own children: that there is a tracker, and where to write to it.
    """
    from multiprocessing import resource_tracker

    tracker: Any = resource_tracker._resource_tracker
    if tracker._fd is None:
        tracker._fd = os.open(os.devnull, os.O_WRONLY)


@contextlib.contextmanager
def _set(environment: Mapping[str, str]) -> Iterator[None]:
    """The fork server is started by multiprocessing, which hands it our variables as they are at that moment."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _blocked(*signals: signal.Signals) -> Iterator[None]:
    """What this thread starts inherits the blocked signals, so the fork server outlives a signal to the group."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
