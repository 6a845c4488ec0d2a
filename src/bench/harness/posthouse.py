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
    """One server, started from its package, with its own sink behind it."""

    name = "posthouse"

    def __init__(self, scope, parent, launcher, sink=None):
        self.port = processes.free_port()
        self.sink = sink or traffic.Sink(scope, parent)
        self.home = Path(parent) / "posthouse-home"
        self._launcher = launcher
        if not self.home.exists():
            self._configure()
        self.process = self._start(scope)

    def _configure(self):
        shutil.copytree(CONFIGURATION, self.home / "conf")
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
