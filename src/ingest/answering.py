"""The life of a worker process: calls in, answers out, until the parent closes the connection.

Apart from `processes`, whose business is the parent's: what the fork server imports, every worker holds, and an event
loop is none of their needs.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from typing import Any

SIZE = struct.Struct("!Q")  # before each message, the bytes it has


def serve(parent: socket.socket, memory_limit: int | None) -> None:
    """Answer calls; each may use `memory_limit` bytes beyond what the process has now."""
    _ignore_group_signals()
    _die_with_parent()
    _limit_memory(memory_limit)
    while True:
        try:
            payload = _call_from(parent)
            if payload is None:
                return
            answer = _answer(payload)
            del payload
            parent.sendall(SIZE.pack(len(answer)) + answer)
        except OSError:  # the parent is gone
            return
        except MemoryError:
            os._exit(1)


def _call_from(parent: socket.socket) -> bytes | None:
    """The next call; None at the end of the connection."""
    head = parent.recv(SIZE.size, socket.MSG_WAITALL)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    payload = parent.recv(size, socket.MSG_WAITALL)
    return payload if len(payload) == size else None


def _answer(payload: bytes) -> bytes:
    try:
        fn, args = pickle.loads(payload)  # noqa: S301 - from our own parent
        return pickle.dumps(("returned", fn(*args)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(("out of memory", None))
    except Exception as error:
        told = "".join(traceback.format_exception(error))
        error.add_note(f"\nin a worker process:\n{told}")
        try:
            answer = pickle.dumps(("raised", error))
            pickle.loads(answer)  # noqa: S301 - some exceptions can be pickled and not be read back
        except Exception:
            return pickle.dumps(("raised", RuntimeError(told)))
        return answer


def _ignore_group_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _die_with_parent() -> None:
    """Our parent is the fork server, which ends when the program that started it does, even by SIGKILL.

    It learns of that end by a pipe of which it hands a copy to every worker; ours would keep it alive.
    """
    if sys.platform != "linux":
        return
    import ctypes
    from multiprocessing import forkserver

    server: Any = forkserver._forkserver
    os.close(server._forkserver_alive_fd)
    server._forkserver_alive_fd = None

    set_parent_death_signal = 1  # PR_SET_PDEATHSIG, <linux/prctl.h>
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() == 1:
        os._exit(1)


def _limit_memory(limit: int | None) -> None:
    """Allow `limit` bytes of private memory beyond what the process has now, and no core dump."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limit is None or sys.platform != "linux":
        return
    # RLIMIT_DATA counts private writable pages; RLIMIT_AS would count address space that allocators only reserve.
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - pathlib is not worth its import here
        pages = int(statm.read().split()[5])
    total = pages * resource.getpagesize() + limit
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        total = min(total, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (total, hard))
