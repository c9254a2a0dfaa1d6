"""What `up`, `down` and `seed` share: which emulators there are, and which of them run.

An emulator that runs has a file EMULATOR.json in the state folder (localstack/.run unless told). It names
the process by its id *and* its start time: an id alone may have passed to somebody else's process.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
STATE = HERE / ".run"
NAMES = ("moto", "ministack")
ACCOUNT = "111122223333"


def state_argument(parser) -> None:
    """The option `--state`, the same for the three scripts."""
    parser.add_argument(
        "--state", type=pathlib.Path, default=STATE, metavar="DIR", help="where to remember what runs (default: localstack/.run); tests that run several at once give each its own"
    )


@contextlib.contextmanager
def locked(state: pathlib.Path):
    """One `up` or `down` at a time for a state folder."""
    state.mkdir(parents=True, exist_ok=True)
    with open(state / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def started(pid: int) -> str | None:
    """When a process started, in the system's own terms; None for one that is gone or a zombie."""
    try:
        # proc(5): the second field is the command in parentheses and may hold anything.
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        if pathlib.Path("/proc/self/stat").exists():
            return None
        answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # no /proc: macOS
        return answer.stdout.strip() or None
    except ProcessLookupError:
        return None
    state, start_time = fields[0], fields[19]
    return None if state in "ZX" else start_time


def running(state: pathlib.Path, name: str) -> dict | None:
    """What is known of an emulator, if it still runs and is the one that was started."""
    try:
        record = json.loads((state / f"{name}.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return record if started(record["pid"]) == record["started"] else None


def remember(state: pathlib.Path, record: dict) -> None:
    """Write the record whole or not at all."""
    path = state / f"{record['emulator']}.json"
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps(record, indent=2) + "\n")
    scratch.replace(path)


def stop(state: pathlib.Path, name: str) -> bool:
    """End an emulator that `up` started. True if there was one."""
    record = running(state, name)
    if record:
        end(record["pid"], record["started"])
    (state / f"{name}.json").unlink(missing_ok=True)
    return record is not None


def end(pid: int, start_time: str) -> None:
    """Ask a process to end, then make it; each time only if it is still the same process."""
    for wanted, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        if started(pid) != start_time:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, wanted)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if started(pid) != start_time:
                return
            time.sleep(0.02)
