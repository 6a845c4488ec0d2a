# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""Facts about the machine, and what a sync to the device costs on it."""

import os
import platform
import statistics
import time
from pathlib import Path


def file_system(path):
    """(type, device) of the file system that holds `path`."""
    device = os.stat(path).st_dev
    best = ("", "?", "?")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        source, point, kind = line.split()[:3]
        inside = point == "/" or str(path) == point or str(path).startswith(point + "/")
        if inside and len(point) >= len(best[0]) and os.path.exists(point):
            if os.stat(point).st_dev == device:
                best = (point, kind, source)
    return best[1], best[2]


def sync_milliseconds(directory, rounds=200):
    """Milliseconds of 4 KiB append + fdatasync, as (min, median, 99th percentile)."""
    path = Path(directory) / "sync-cost"
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    block = os.urandom(4096)
    times = []
    try:
        for _ in range(rounds):
            begin = time.perf_counter()
            os.write(handle, block)
            os.fdatasync(handle)
            times.append((time.perf_counter() - begin) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    times.sort()
    return times[0], statistics.median(times), times[int(rounds * 0.99) - 1]


def busy_seconds():
    """CPU seconds that all cores together spent working since boot."""
    user, nice, system, _, _, irq, softirq = (
        int(ticks) for ticks in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def device_bytes_written(path):
    """Bytes written to the block device that holds `path` since boot, or None without one."""
    device = os.stat(path).st_dev
    numbers = [str(os.major(device)), str(os.minor(device))]
    for line in Path("/proc/diskstats").read_text().splitlines():
        fields = line.split()
        if fields[:2] == numbers:
            return int(fields[9]) * 512  # sectors of /proc/diskstats are 512 bytes on any device
    return None


def facts(directory):
    kind, device = file_system(directory)
    low, middle, high = sync_milliseconds(directory)
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": models[0] if models else platform.machine(),
        "memory_mb": memory,
        "kernel": platform.release(),
        "file_system": f"{kind} on {device}",
        "sync_ms": {"min": round(low, 3), "median": round(middle, 3), "p99": round(high, 3)},
        "load_average": round(os.getloadavg()[0], 2),
    }


def print_facts(values):
    sync = values["sync_ms"]
    print(f"machine: {values['cores']} cores ({values['cpu']}), {values['memory_mb']} MB, "
          f"Linux {values['kernel']}")
    print(f"both queues on {values['file_system']}; 4 KiB append + fdatasync: "
          f"min {sync['min']} ms, median {sync['median']} ms, p99 {sync['p99']} ms")
    print(f"load average before the start: {values['load_average']}"
          + ("  (others are at work here: trust the ratios only)"
             if values["load_average"] > 0.5 else ""))
