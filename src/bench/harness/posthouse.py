# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""Posthouse as the bench runs it: the packaged tar.gz, a scratch home, a chain that only relays."""

import re
import shutil
import tarfile
from pathlib import Path

from harness import processes, traffic
from harness.processes import BenchError

TREE = Path(__file__).resolve().parents[3]
CONFIGURATION = TREE / "src" / "bench" / "conf"
BY_MX = TREE / "src" / "bench" / "conf-mx"
SIGNING = TREE / "src" / "bench" / "conf-signing"


def add_options(parser):
    parser.add_argument("--package", type=Path, help="the tar.gz (default: the one that was built)")
    parser.add_argument("--work", type=Path, help="where queues are laid; choose the disk by it")


def package(chosen=None):
    """The packaged tar.gz: the chosen one, or the newest under assembly/target."""
    if chosen:
        return chosen
    built = sorted(
        (TREE / "assembly" / "target").glob("posthouse-*.tar.gz"), key=lambda p: p.stat().st_mtime
    )
    if not built:
        raise BenchError("no posthouse-*.tar.gz in assembly/target: run `mvn package` first")
    return built[-1]


def unpack(archive, directory):
    """Unpacks the distribution; returns its top directory."""
    with tarfile.open(archive) as tar:
        tar.extractall(directory)
    launchers = [p for p in directory.rglob("posthouse") if p.is_file()]
    if not launchers:
        raise BenchError(f"{archive} holds no launcher named posthouse")
    return min(launchers, key=lambda p: len(p.parts))


class Posthouse:
    """One server, started from its package, with its own sink behind it.

    The files of `overlay` replace those it has by default: BY_MX delivers by MX hosts, SIGNING signs.
    `prepare` is given the home before the start.
    """

    name = "posthouse"

    def __init__(self, scope, parent, launcher, sink=None, overlay=None, prepare=None):
        self.port = processes.free_port()
        self.sink = sink or traffic.Sink(scope, parent)
        self.home = Path(parent) / "posthouse-home"
        self._launcher = launcher
        if not self.home.exists():
            self._configure([CONFIGURATION, overlay] if overlay else [CONFIGURATION])
        if prepare:
            prepare(self.home)
        self.process = self._start(scope)

    def _configure(self, sources):
        for source in sources:
            shutil.copytree(source, self.home / "conf", dirs_exist_ok=True)
        for path in (self.home / "conf").iterdir():
            text = path.read_text()
            text = text.replace("@SMTP_PORT@", str(self.port)).replace("@SINK_PORT@", str(self.sink.port))
            path.write_text(text)

    def _start(self, scope):
        log = self.home / "console.log"
        with log.open("wb") as output:
            process = scope.start(
                [self._launcher, "run", "--home", self.home], stdout=output, stderr=output
            )
        self.seconds_to_greeting = processes.await_greeting(self.port, process, 60, log)
        return process

    def roots(self):
        """The ids of the processes whose trees are all of this peer."""
        return [self.process.pid]

    def reopen(self, scope):
        """Stops and starts again on the same home."""
        processes.stop(self.process)
        self.process = self._start(scope)

    def settings(self):
        """The command line the launcher arrived at: heap and collector are part of the result."""
        for pid in [self.process.pid] + processes.tree(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if Path(words[0]).name == "java":
                return " ".join(w for w in words if re.match(r"-X|org\.", w))
        return "(no java process)"

    def peak_rss_mb(self):
        """The most that was ever resident, by the kernel's own account."""
        return self._status("VmHWM")

    def rss_mb(self):
        return self._status("VmRSS")

    def _status(self, key):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024 / 1e6
        raise BenchError(f"no {key} of the server")


def keep_logs(home, directory, name):
    """Copies what the server wrote before its home goes; then the home, which may be large, goes."""
    if directory:
        directory.mkdir(parents=True, exist_ok=True)
        for log in [home / "console.log", *(home / "logs").glob("*")]:
            if log.is_file():
                shutil.copy(log, directory / f"{name}-{log.name}")
    shutil.rmtree(home)
