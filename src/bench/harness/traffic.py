# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""Mail in front (smtp-source) and behind (smtp-sink), both from Debian's package postfix."""

import base64
import os
import re
import shutil
import subprocess
import time

from harness import processes
from harness.processes import BenchError

SIZES = {"4K": 4096, "50K": 50 * 1024, "100K": 100 * 1024, "1M": 1024 * 1024}
PACKAGES = {"opendkim": "opendkim", "ip": "iproute2", "unshare": "util-linux", "nsenter": "util-linux"}
COUNTER = re.compile(rb"mesg=(\d+)")


def tool(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        package = PACKAGES.get(name, "postfix")
        raise BenchError(f"{name} is missing: apt-get install {package}")
    return found


def message_text(size, salt=None):
    """`size` bytes of header and random base64 lines, so that no layer can compress it away."""
    header = (
        "From: Bench <sender@client.bench.test>\n"
        "To: <recipient@next.bench.test>\n"
        "Subject: bench\n"
        "Date: Thu, 01 Jan 2026 00:00:00 +0000\n"
        f"Message-ID: <{salt or 'same'}@client.bench.test>\n\n"
    )
    octets = os.urandom((size - len(header)) * 57 // 78 + 57)
    body = base64.encodebytes(octets).decode("ascii")
    # The wire form has CRLF, so a line of 76 characters takes 78 octets.
    lines, left = [], size - len(header) - header.count("\n")
    for line in body.splitlines():
        if left <= 2:
            break
        lines.append(line[: left - 2])
        left -= len(lines[-1]) + 2
    return header + "\n".join(lines) + "\n"


class Sink:
    """An smtp-sink whose running counter goes to a file: reading it costs the sink nothing."""

    def __init__(self, scope, directory):
        self.port = processes.free_port()
        self._scope = scope
        self._directory = directory
        self._counter = directory / f"sink-{self.port}"
        self.process = self._start("-c")

    def _start(self, *options):
        with self._counter.open("wb") as output:
            process = self._scope.start(
                [tool("smtp-sink"), "-u", "nobody", *options, "-m", "2000",
                 f"127.0.0.1:{self.port}", "1024"],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        processes.await_greeting(self.port, process, 10, self._counter)
        return process

    def capture(self, send, seconds=60):
        """Calls `send` and returns the file with the mail that arrives; the counter starts anew."""
        kept = self._directory / f"kept-{self.port}"
        kept.mkdir()
        kept.chmod(0o777)  # the sink runs as nobody
        processes.stop(self.process)
        self.process = self._start("-c", "-d", f"{kept}/mail.")
        send()
        arrived = self.await_count(1, time.monotonic() + seconds)
        time.sleep(0.2)  # the count comes before the reply, and who has no reply sends again
        processes.stop(self.process)
        self.process = self._start("-c")
        if not arrived:
            raise BenchError(f"no mail arrived at port {self.port} within {seconds} s")
        return next(kept.iterdir())

    def count(self):
        with self._counter.open("rb") as counter:
            counter.seek(max(0, self._counter.stat().st_size - 200))
            found = COUNTER.findall(counter.read())
        return int(found[-1]) if found else 0

    def await_count(self, target, deadline):
        """True when `target` mails have arrived before the monotonic time `deadline`."""
        while self.count() < target:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def source(scope, port, count, sessions, keep, text_file, recipient="recipient@next.bench.test"):
    """Starts an smtp-source; without `keep` it opens a connection for each mail."""
    command = [tool("smtp-source"), "-4", "-s", sessions, "-m", count, "-F", text_file]
    command += ["-M", "client.bench.test", "-f", "sender@client.bench.test"]
    command += ["-t", recipient]
    if keep:
        command.append("-d")
    return scope.start(
        command + [f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
