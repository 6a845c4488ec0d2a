# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""Processes that the bench starts: each is known by its id and is stopped by it, whatever happens."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class BenchError(Exception):
    """Something the reader has to mend; printed without a stack trace."""


class Guard:
    """A child that outlives a killed harness by a moment and stops what was left running.

    The kernel's parent-death signal does not do: it is dropped when a process changes its user,
    as Postfix' daemons and smtp-sink do.
    """

    def __init__(self):
        reader, self._writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.setsid()
            os.close(self._writer)
            with os.fdopen(reader) as lines:
                words = lines.read().split()
            if words[-1:] != ["done"]:
                _kill_sessions([int(word) for word in words])
            os._exit(0)
        os.close(reader)

    def watch(self, pid):
        os.write(self._writer, b"%d\n" % pid)

    def dismiss(self):
        os.write(self._writer, b"done\n")
        os.close(self._writer)
        os.waitpid(self._pid, 0)


def _kill_sessions(leaders):
    for number, pause in ((signal.SIGTERM, 3), (signal.SIGKILL, 0)):
        for leader in leaders:
            if _session(leader) == leader:
                os.killpg(leader, number)
        time.sleep(pause)


class Scope:
    """Owns processes and directories; leaving it stops and removes them in reverse order."""

    def __init__(self):
        self._closers = []
        self._guard = Guard()

    def __enter__(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        return self

    def __exit__(self, *_):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while self._closers:
            try:
                self._closers.pop()()
            except Exception as problem:  # the rest must be closed all the same
                print(f"bench: while cleaning up: {problem}")
        self._guard.dismiss()

    def defer(self, closer):
        self._closers.append(closer)

    def directory(self, parent=None):
        """A directory that other users may enter: Postfix' daemons drop their rights."""
        path = Path(tempfile.mkdtemp(prefix="posthouse-bench-", dir=parent))
        path.chmod(0o755)
        self.defer(lambda: shutil.rmtree(path, ignore_errors=True))
        return path

    def start(self, command, grace=15, **options):
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )
        self._guard.watch(process.pid)
        self.defer(lambda: stop(process, grace))
        return process


def _interrupt(*_):
    raise KeyboardInterrupt


def stop(process, grace=15):
    """SIGTERM, then SIGKILL after `grace` seconds, then SIGKILL to what is left of its session."""
    members = [process.pid] + tree(process.pid)
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pid in members:
        if _session(pid) == process.pid:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def _session(pid):
    fields = _stat(pid)
    return int(fields[3]) if fields else None


def _stat(pid):
    """The fields of /proc/PID/stat from the state (field 3) on, or None when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root):
    """The ids of all descendants of `root`."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat(name)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
    found, todo = [], [root]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def cpu_seconds(root):
    """User and system time of a process, its descendants and all children they waited for."""
    total = 0
    for pid in [root] + tree(root):
        fields = _stat(pid)
        if fields:
            total += sum(int(ticks) for ticks in fields[11:15])
    return total / TICKS


def memory_bytes(root):
    """(resident, proportional) bytes of a process tree: the second counts a shared page once."""
    resident = proportional = 0
    for pid in [root] + tree(root):
        try:
            resident += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    proportional += int(line.split()[1]) * 1024
        except (FileNotFoundError, ProcessLookupError):
            continue
    return resident, proportional


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_greeting(port, process, seconds, log=None):
    """Waits for a 220 on a loopback port; returns the seconds it took."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if process.poll() is not None:
            raise BenchError(f"{process.args[0]} ended with {process.returncode}\n{_tail(log)}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.settimeout(5)
                if connection.recv(512).startswith(b"220"):
                    return time.monotonic() - begin
        except OSError:
            pass
        time.sleep(0.005)
    raise BenchError(f"no greeting on port {port} within {seconds} s\n{_tail(log)}")


def _tail(log):
    if log is None or not Path(log).exists():
        return ""
    return "\n".join(Path(log).read_text(errors="replace").splitlines()[-30:])
