# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""A network of the bench's own: a namespace with a name server and thousands of mail hosts.

Whatever runs in it reaches nothing outside. It has these hosts, each of whose domains (h12.test …)
has one MX host (mx.h12.test) with an address of its own:

    h  10.1.0.0/16  healthy
    r  10.2.0.0/16  refuse connections
    w  10.3.0.0/16  slow: wait before the greeting, and before the reply to the final dot
    s  10.4.0.0/16  silent: packets are dropped
"""

import ctypes
import json
import os
import subprocess
import time
from pathlib import Path

from harness import posthouse, processes, traffic
from harness.processes import BenchError

CLONE_NEWNET = 0x40000000
CLASSES = posthouse.TREE / "src" / "target" / "test-classes"

# Two ends of a cable: packets to the other one find a host that refuses, or nobody.
HERE = """
ip link set lo up
ip link add world type veth peer name void netns {pid}
ip address add 192.0.2.1/30 dev world
ip link set world up
ip route add local 10.1.0.0/16 dev lo
ip route add local 10.3.0.0/16 dev lo
"""
THERE = """
ip link set lo up
ip address add 192.0.2.2/30 dev void
ip link set void up
ip route add local 10.2.0.0/16 dev lo
"""
TOWARDS = """
ip route add 10.2.0.0/16 via 192.0.2.2
ip route add 10.4.0.0/16 via 192.0.2.2
"""


class Network:
    """The namespace, which this process and all that it starts later are in, and its hosts."""

    port = 25  # of the sink, as the harness has it for servers with one next host

    def __init__(self, scope, directory, launcher):
        self._java = java(launcher)
        _leave()
        void = scope.start(["unshare", "--net", "sleep", "infinity"], grace=0)
        _await_namespace(void.pid)
        _shell(HERE.format(pid=void.pid))
        _shell(THERE, ["nsenter", f"--net=/proc/{void.pid}/ns/net"])
        _shell(TOWARDS)
        self._scope = scope
        self._directory = Path(directory)
        self.process = None

    def open(self, name, slow=10):
        """Starts the hosts with all counts at zero; stops those that ran before."""
        self.close()
        self._report = self._directory / f"network-{name}"
        log = self._directory / f"network-{name}.log"
        with log.open("wb") as output:
            self.process = self._scope.start(
                # Its like are other machines, which do not wait for this one's cores.
                ["nice", "-n", "-10", *self._java, "org.posthouse.bench.BenchNetwork",
                 "--report", self._report, "--slow", slow],
                stdout=output, stderr=output)
        deadline = time.monotonic() + 30
        while not (self._report.exists() and self._report.stat().st_size):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"the hosts do not start:\n{log.read_text()}")
            time.sleep(0.05)

    def close(self):
        if self.process:
            processes.stop(self.process, 1)
            self.process = None

    def counts(self):
        """The newest line of the report."""
        with self._report.open("rb") as lines:
            lines.seek(max(0, self._report.stat().st_size - 65536))
            return json.loads(lines.read().rpartition(b"\n")[0].rpartition(b"\n")[2])

    def count(self):
        return self.counts()["healthy"]["mails"]

    def await_healthy(self, mails, seconds, server):
        """The counts when so many mails have arrived at healthy hosts."""
        deadline = time.monotonic() + seconds
        while True:
            counts = self.counts()
            if counts["healthy"]["mails"] >= mails:
                return counts
            if server.poll() is not None:
                raise BenchError(f"the server ended with {server.returncode}")
            if time.monotonic() > deadline:
                raise BenchError(f"{counts['healthy']['mails']} of {mails} mails for healthy hosts "
                                 f"arrived within {seconds} s: {counts}")
            time.sleep(0.2)

    def late_seconds(self):
        """How late each mail arrived that says when it was due."""
        late = []
        for line in self._report.read_text().splitlines():
            late += json.loads(line)["late_ms"]
        return [ms / 1000 for ms in late]

    def fill(self, store, seconds, *options):
        """Fills the queue `outgoing` of a new store; returns (mails, seconds it took)."""
        command = self._java + ["org.posthouse.bench.OutgoingFill", "--store", store, *options]
        process = self._scope.start(command, stdout=subprocess.PIPE)
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            processes.stop(process, 1)
            raise BenchError(f"the queue was not filled within {seconds} s") from None
        if process.returncode:
            raise BenchError(f"the queue could not be filled ({process.returncode})")
        mails, took = output.split()[-2:]
        return int(mails), float(took)


def java(launcher):
    """What runs the Java programs of the bench: our test classes on the package's libraries."""
    if not (CLASSES / "org" / "posthouse" / "bench").is_dir():
        raise BenchError("not built: run `mvn -DskipTests package` first")
    top = launcher.parent.parent
    return ["java", "-Xmx512m", "-XX:+UseSerialGC", f"-Djava.library.path={top / 'lib' / 'native'}",
            f"-Dlogback.configurationFile={posthouse.TREE / 'src' / 'bench' / 'logback.xml'}",
            "-Dbench.log=/dev/null", "-cp", f"{CLASSES}:{top / 'lib'}/*"]


def _leave():
    if os.geteuid() != 0:
        raise BenchError("a network namespace needs root")
    for name in ("ip", "unshare", "nsenter"):
        traffic.tool(name)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        raise BenchError(f"no network namespace: {os.strerror(ctypes.get_errno())}")


def _await_namespace(pid):
    deadline = time.monotonic() + 10
    while os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        if time.monotonic() > deadline:
            raise BenchError("no second network namespace")
        time.sleep(0.01)


def _shell(script, prefix=()):
    done = subprocess.run([*prefix, "sh", "-ec", script], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise BenchError(f"the network could not be set up: {done.stdout}")
