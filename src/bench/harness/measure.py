# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""One measurement: a number of mails through one peer, from the first connection to the last arrival."""

import resource
import threading
import time

from harness import machine, processes, traffic
from harness.processes import BenchError


class MemorySampler:
    """The highest memory of the process trees together while the block runs, looked at twice a second."""

    def __init__(self, roots):
        self._roots = roots
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.resident = self.proportional = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _watch(self):
        while True:
            each = [processes.memory_bytes(root) for root in self._roots]
            self.resident = max(self.resident, sum(one[0] for one in each))
            self.proportional = max(self.proportional, sum(one[1] for one in each))
            if self._done.wait(0.5):
                return


class CpuMeter:
    """CPU of the peer, and of everything on the machine that is not part of the measurement."""

    def __init__(self, peer):
        self._peer = peer
        self._begin = self._read()

    def _read(self):
        waited = resource.getrusage(resource.RUSAGE_CHILDREN)
        harness = time.process_time() + waited.ru_utime + waited.ru_stime
        ours = harness + processes.cpu_seconds(self._peer.sink.process.pid)
        peer = sum(processes.cpu_seconds(root) for root in self._peer.roots())
        return peer, ours, machine.busy_seconds()

    def read(self):
        """(peer, others) in CPU seconds since this meter was made."""
        peer, ours, busy = (now - then for now, then in zip(self._read(), self._begin))
        return peer, max(0.0, busy - peer - ours)


def run(scope, peer, count, sessions, keep, text_file, seconds=300):
    """Sends `count` mails; returns the figures of one round as a dictionary."""
    arrived = peer.sink.count()
    meter = CpuMeter(peer)
    begin = time.monotonic()
    with MemorySampler(peer.roots()) as memory:
        source = traffic.source(scope, peer.port, count, sessions, keep, text_file)
        accepted = _await_source(source, peer, begin, seconds)
        complete = peer.sink.await_count(arrived + count, begin + seconds)
        delivered = time.monotonic() - begin
    if not complete:
        got = peer.sink.count() - arrived
        raise BenchError(f"{peer.name}: {got} of {count} mails arrived within {seconds} s")
    cpu, others = meter.read()
    return {
        "peer": peer.name,
        "count": count,
        "accepted_per_s": count / accepted,
        "delivered_per_s": count / delivered,
        "cpu_s_per_1000": cpu * 1000 / count,
        "peak_rss_mb": memory.resident / 1e6,
        "peak_pss_mb": memory.proportional / 1e6,
        "other_cpu_cores": others / delivered,
        "extra_copies": peer.sink.count() - arrived - count,
    }


def _await_source(source, peer, begin, seconds):
    try:
        output, _ = source.communicate(timeout=seconds)
    except Exception:
        processes.stop(source, 1)
        raise BenchError(f"{peer.name}: smtp-source was not done within {seconds} s") from None
    if source.returncode != 0:
        raise BenchError(f"{peer.name}: smtp-source: {output.decode(errors='replace')}")
    return time.monotonic() - begin
