from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ingest import processes
from ingest.processes import Processes, WorkerDied, WorkerTimeout

MIB = 1024**2


def square(number: int) -> int:
    return number * number


def process_id(_: object = None) -> int:
    return os.getpid()


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def spin() -> None:
    while True:
        pass


def spin_and_stay(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    spin()


def hog() -> None:
    hoard = []
    while True:
        hoard.append(b"x" * MIB)


def take(mebibytes: int) -> int:
    return len(b"x" * (mebibytes * MIB))


def leave(status: int) -> None:
    os._exit(status)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


class OddError(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__("only one argument kept")


def fail(kind: type[Exception], *args: str) -> None:
    raise kind(*args)


def unpicklable() -> object:
    return lambda: None


async def test_calls_are_answered_by_other_processes():
    async with Processes(2) as pool:
        assert await asyncio.gather(*(pool.run(square, n) for n in range(20))) == [n * n for n in range(20)]
        used = set(await asyncio.gather(*(pool.run(process_id) for _ in range(20))))
    assert os.getpid() not in used
    assert len(used) <= 2


async def test_a_spinning_call_is_killed_at_its_timeout_and_the_pool_goes_on():
    async with Processes(1, preload=[]) as pool:
        await pool.run(square, 1)
        waiting = [asyncio.create_task(pool.run(square, n)) for n in range(5)]
        started = time.monotonic()
        with pytest.raises(WorkerTimeout, match=r"stopped after 0\.3 s"):
            await pool.run(spin, timeout=0.3)
        assert time.monotonic() - started < 1.5
        assert await asyncio.gather(*waiting) == [0, 1, 4, 9, 16]
        assert await pool.run(square, 9, timeout=5) == 81


async def test_the_timeout_does_not_count_the_wait_for_a_free_worker():
    async with Processes(1) as pool:
        await pool.run(square, 1)
        answers = await asyncio.gather(*(pool.run(sleep, 0.3, timeout=0.6) for _ in range(4)))
    assert answers == ["slept"] * 4


async def test_queued_calls_survive_the_kill_of_another():
    async with Processes(2) as pool:
        calls = [pool.run(spin, timeout=0.3), *(pool.run(square, n) for n in range(10)), pool.run(leave, 3)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers[1:-1] == [n * n for n in range(10)]
    assert isinstance(answers[0], WorkerTimeout)
    assert isinstance(answers[-1], WorkerDied)


async def test_a_memory_hog_dies_and_the_pool_goes_on():
    async with Processes(1, 64 * MIB) as pool:
        with pytest.raises(WorkerDied, match="64 MiB"):
            await pool.run(hog, timeout=20)
        assert await pool.run(take, 32) == 32 * MIB


async def test_a_call_too_big_to_receive_costs_only_itself():
    async with Processes(1, 32 * MIB) as pool:
        with pytest.raises(WorkerDied):
            await pool.run(len, b"x" * (100 * MIB), timeout=20)
        assert await pool.run(square, 3) == 9


async def test_the_cause_of_death_is_told():
    async with Processes(1) as pool:
        with pytest.raises(WorkerDied, match="exited with status 3"):
            await pool.run(leave, 3)
        with pytest.raises(WorkerDied, match="SIGSEGV"):
            await pool.run(crash)


async def test_a_worker_that_died_while_idle_is_replaced_unnoticed():
    async with Processes(1) as pool:
        os.kill(await pool.run(process_id), signal.SIGKILL)
        await asyncio.sleep(0.1)
        assert await pool.run(square, 4) == 16


async def test_an_exception_passes_through_with_the_traceback_of_the_worker():
    async with Processes(1) as pool:
        with pytest.raises(KeyError, match="lost") as caught:
            await pool.run(fail, KeyError, "lost")
        assert "in fail" in caught.value.__notes__[0]
        with pytest.raises(RuntimeError, match="only one argument kept"):
            await pool.run(fail, OddError, "a", "b")
        with pytest.raises((AttributeError, TypeError), match="lambda"):
            await pool.run(unpicklable)
        assert await pool.run(process_id) == await pool.run(process_id)


async def test_a_worker_is_replaced_after_its_share_of_bytes(monkeypatch):
    monkeypatch.setattr(processes, "BYTES_PER_PROCESS", 2500)
    async with Processes(1) as pool:
        ids = [await pool.run(process_id, "x" * 1000) for _ in range(6)]
    assert len(set(ids[:3])) == len(set(ids[3:])) == 1
    assert ids[0] != ids[3]


async def test_a_cancelled_call_frees_its_place_at_once():
    async with Processes(1) as pool:
        call = asyncio.create_task(pool.run(spin))
        await asyncio.sleep(0.5)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.wait_for(pool.run(square, 5), 5) == 25


async def test_leaving_ends_every_process_even_a_busy_one(tmp_path):
    async with Processes(2) as pool:
        idle = await pool.run(process_id)
        call = asyncio.create_task(pool.run(spin_and_stay, str(tmp_path / "id")))
        busy = int(await _content(tmp_path / "id"))
        call.cancel()
    for number in {idle, busy}:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


async def test_signals_of_the_terminal_do_not_reach_a_call():
    async with Processes(1) as pool:
        worker = await pool.run(process_id)
        call = asyncio.create_task(pool.run(sleep, 0.4))
        await asyncio.sleep(0.1)
        os.kill(worker, signal.SIGINT)
        os.kill(worker, signal.SIGTERM)
        assert await call == "slept"


def test_workers_die_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            """
            import asyncio, sys
            from pathlib import Path
            from ingest.processes import Processes
            from ingest.text import storable
            sys.path.insert(0, sys.argv[1])

            async def main():
                from tests.test_processes import spin_and_stay
                async with Processes(1) as pool:
                    await pool.run(spin_and_stay, sys.argv[2])

            if __name__ == "__main__":
                asyncio.run(main())
            """
        )
    )
    marker = tmp_path / "id"
    checkout = str(Path(__file__).parents[1])
    with subprocess.Popen([sys.executable, str(script), checkout, str(marker)]) as parent:
        worker = int(asyncio.run(_content(marker)))
        parent.kill()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(worker):
        time.sleep(0.02)
    assert not _runs(worker)


async def _content(path: Path) -> str:
    for _ in range(500):
        if path.exists() and (text := path.read_text()):
            return text
        await asyncio.sleep(0.02)
    raise AssertionError(f"{path} was not written")


def _runs(number: int) -> bool:
    """Whether the process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_nothing_is_started_before_the_first_call() -> None:
    async with Processes(2) as pool:
        assert not multiprocessing.active_children()
        assert await pool.run(square, 3) == 9
        assert len(multiprocessing.active_children()) == 1


def test_what_is_preloaded_finds_the_environment_that_was_given_and_we_keep_ours(tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text("import os\nWORD = os.environ['TOLD']\ndef word():\n    return WORD\n")
    script = """
        import asyncio, os
        from ingest.processes import Processes
        import importlib.util, sys
        async def main():
            async with Processes(1, preload=("told",), environment={"TOLD": "a word"}) as pool:
                spec = importlib.util.spec_from_loader("told", None)
                sys.modules["told"] = told = importlib.util.module_from_spec(spec)
                def word(): pass
                word.__module__, word.__qualname__ = "told", "word"
                told.word = word
                print(await pool.run(word), "TOLD" in os.environ)
        asyncio.run(main())
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])},
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert run.stdout == "a word False\n"


def test_beside_the_workers_runs_one_process_alone() -> None:
    script = """
        import asyncio, os
        from pathlib import Path
        from ingest.processes import Processes
        async def main():
            async with Processes(1) as pool:
                await pool.run(os.getpid)
                tasks = Path("/proc/self/task").glob("*/children")
                print(sum(len(task.read_text().split()) for task in tasks))
        asyncio.run(main())
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("1\n", "")


def test_what_every_worker_holds_has_no_event_loop() -> None:
    """It is 5 MB, and a tenth of what the fork server takes to start."""
    code = "import sys; from ingest import answering, stages; stages.warm(None); print(*sys.modules)"
    held = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "ingest.articles.extract" in held
    assert "asyncio" not in held
