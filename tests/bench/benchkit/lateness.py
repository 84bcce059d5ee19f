# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd-io with many probes: processor time, and how late runs begin.

frrd-io does not tell what it had planned, and need not: the runs of a probe without
jitter are planned at phase + n * interval, so the earliest of them, each taken back to
the first interval, shows the phase, and what the others are behind it is lateness.
"""

import collections
import os
import socket
import statistics
import threading
import time

from iokit import Io
from labkit import netns

TARGET_PERCENT = 3.0
TARGET_P99_MS = 10.0
TARGET = "127.0.0.1"


def used_ns(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def ticks(pid):
    """User and system time in seconds."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return [int(word) / os.sysconf("SC_CLK_TCK") for word in words[11:13]]


class Server(threading.Thread):
    """Takes connections and drops them."""

    def __init__(self, ns):
        super().__init__(daemon=True)
        with netns.inside(ns):
            self.socket = socket.socket()
        self.socket.bind((TARGET, 0))
        self.socket.listen(4096)
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.close()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self.socket.close()


def run_for(io, seconds):
    """The results of so many seconds, and what they cost."""
    first = len(io.results)
    begin, before, parts = time.monotonic(), used_ns(io.pid), ticks(io.pid)
    while time.monotonic() < begin + seconds:
        io.find(lambda message: False, seconds=1)
        io.seen.clear()
    passed = time.monotonic() - begin
    share = (used_ns(io.pid) - before) / 1e9 / passed * 100
    user, system = ((now - then) / passed * 100 for now, then in zip(ticks(io.pid), parts))
    return io.results[first:], {"percent": round(share, 2), "user": round(user, 2),
                                "system": round(system, 2)}


def lateness_us(results, interval_us):
    begins = collections.defaultdict(list)
    for result in results:
        if result["good"]:
            begins[result["id"]].append(result["at_us"] - result["latency_us"])
    found = []
    for times in begins.values():
        # Modulo the interval, from half an interval before the first.
        base = times[0] - interval_us // 2
        offsets = [(at - base) % interval_us for at in times]
        found += [offset - min(offsets) for offset in offsets]
    return sorted(found)


def measure(kind, count, interval, seconds):
    ns = f"t{os.getpid()}probes"
    server = None
    netns.create(ns)
    try:
        netns.ip_batch(ns, ["link set lo up"])
        server = Server(ns)
        with Io(prefix=("ip", "netns", "exec", ns)) as io:
            for number in range(1, count + 1):
                io.probe(number, kind, host=TARGET, port=server.port, interval_ms=interval,
                         timeout_ms=max(500, interval // 2))
            run_for(io, 2 + interval / 1000)
            results, cost = run_for(io, seconds)
    finally:
        if server:
            server.stop()
        netns.delete(ns)
    late = lateness_us(results, interval * 1000)
    return {"runs": len(results), "good": len(late), "cpu": cost,
            "latencyUsMedian": statistics.median(r["latency_us"] for r in results if r["good"]),
            "lateMs": {name: round(late[min(len(late) - 1, int(len(late) * share))] / 1000, 2)
                       for name, share in (("median", .5), ("p99", .99), ("max", 1))}}


def missed(found):
    return [kind for kind in ("icmp", "tcp") if kind in found
            and (found[kind]["cpu"]["percent"] >= TARGET_PERCENT
                 or found[kind]["lateMs"]["p99"] >= TARGET_P99_MS
                 or found[kind]["good"] < found[kind]["runs"])]


def text(found):
    lines = [f"{found['count']} probes every {found['intervalMs']} ms, {found['seconds']} s",
             "", "        runs    good   cpu %  (user  system)   late, ms: median     p99     max"]
    for kind in ("icmp", "tcp"):
        if kind in found:
            one, late = found[kind], found[kind]["lateMs"]
            cost = one["cpu"]
            lines.append(f"  {kind:4} {one['runs']:7d} {one['good']:7d} {cost['percent']:7.2f}"
                         f"  ({cost['user']:5.2f} {cost['system']:6.2f})"
                         f"   {late['median']:16.2f} {late['p99']:7.2f} {late['max']:7.2f}"
                         f"  {'MISSED' if kind in missed(found) else 'met'}")
    lines += ["", f"targets: less than {TARGET_PERCENT:g} % of one core, and the 99th percentile "
              f"of lateness below {TARGET_P99_MS:g} ms; all runs good"]
    return "\n".join(lines)
