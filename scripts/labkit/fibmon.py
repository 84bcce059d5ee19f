# SPDX-License-Identifier: GPL-2.0-or-later
"""A site's FIB with time stamps, followed by netlink.

    with FibMonitor("lab-hub") as monitor:
        ... give a command ...
        change = monitor.wait(prefix, lambda c: c.devices == {"to-dc2"}, since=t0, timeout=5)
        print(change.ns - t0)

Time stamps are taken when the kernel's message is read, some 0.1 ms after
the change; they are CLOCK_MONOTONIC nanoseconds, so they compare with those
of other processes on this machine, and with other monitors.

When a link goes down or an address goes, the kernel drops IPv4 routes without
a message for each; the monitor then reads the whole table again.
"""

import queue
import select
import socket
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from . import netns, nlroute
from .patience import Deadline
from .run import LabError, Timeout


@dataclass(frozen=True)
class Change:
    """The route to a prefix as it is from this moment on."""
    ns: int               # CLOCK_MONOTONIC
    wall: float           # seconds since 1970
    prefix: str
    devices: frozenset    # interfaces; "blackhole" and such; empty: no route
    gateways: tuple = ()

    def text(self):
        if not self.devices:
            return "no route"
        via = f" via {', '.join(self.gateways)}" if self.gateways else ""
        return "dev " + ", ".join(sorted(self.devices)) + via

    def as_text(self):
        stamp = datetime.fromtimestamp(self.wall).isoformat(timespec="milliseconds")
        return f"{stamp}  {self.prefix}  {self.text()}"


class FibMonitor:
    """Follows one namespace in a thread of its own."""

    def __init__(self, ns):
        self.ns = ns
        self._lock = threading.Condition()
        self._entries = {}     # prefix -> {(metric, type, hops): Change fields}
        self._now = {}         # prefix -> Change
        self._log = []         # every change since the start, in order
        self._followers = []
        self._error = None
        self._wake_r, self._wake_w = socket.socketpair()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"fib {ns}", daemon=True)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self._thread.start()
        self._ready.wait(20)
        self._check()

    def stop(self):
        self._wake_w.close()
        if self._thread.is_alive():
            self._thread.join(5)

    def _check(self):
        if self._error:
            raise LabError(f"FIB monitor of {self.ns}: {self._error}") from self._error

    # The thread: it lives in the namespace

    def _work(self):
        groups = nlroute.RTMGRP_IPV4_ROUTE | nlroute.RTMGRP_IPV6_ROUTE | nlroute.RTMGRP_LINK | \
            nlroute.RTMGRP_IPV4_IFADDR
        try:
            netns.enter(self.ns)
            with nlroute.open_socket(groups) as events:
                self._read_table()
                self._ready.set()
                while True:
                    readable, _, _ = select.select([events, self._wake_r], [], [])
                    if self._wake_r in readable:
                        return
                    if self._take(events.recv(1 << 17)):
                        self._read_table()
        except (OSError, LabError) as err:
            self._error = err
        finally:
            self._wake_r.close()
            self._ready.set()
            with self._lock:
                self._lock.notify_all()

    def _read_table(self):
        """Make what is known equal to the kernel's table."""
        fresh = {}
        for family in (socket.AF_INET, socket.AF_INET6):
            with nlroute.open_socket() as sock:
                nlroute.ask_dump(sock, family, 1)
                more = True
                while more:
                    for message in nlroute.parse(sock.recv(1 << 17)):
                        if message is nlroute.END:
                            more = False
                        else:
                            key = (message.metric, message.type, message.hops)
                            fresh.setdefault(message.prefix, {})[key] = message
        ns, wall = time.monotonic_ns(), time.time()
        with self._lock:
            gone = self._entries.keys() - fresh.keys()
            self._entries = fresh
            for prefix in [*gone, *list(fresh)]:
                self._changed(prefix, fresh.get(prefix, {}), ns, wall)
            self._lock.notify_all()

    def _take(self, data):
        """True when the table has to be read again."""
        ns, wall = time.monotonic_ns(), time.time()
        stale = False
        with self._lock:
            for message in nlroute.parse(data):
                if message is nlroute.STALE:
                    stale = True
                elif message is not nlroute.END:
                    self._apply(message, ns, wall)
            self._lock.notify_all()
        return stale

    def _apply(self, message, ns, wall):
        entries = self._entries.setdefault(message.prefix, {})
        key = (message.metric, message.type, message.hops)
        if message.kind == nlroute.RTM_DELROUTE:
            entries.pop(key, None)
        else:
            if message.replace:  # IPv4 and IPv6 replace what has the same metric
                for old in [k for k in entries if k[0] == message.metric]:
                    del entries[old]
            entries[key] = message
        if not entries:
            del self._entries[message.prefix]
        self._changed(message.prefix, entries, ns, wall)

    def _changed(self, prefix, entries, ns, wall):
        devices, gateways = set(), []
        if entries:
            best = min(metric for metric, _, _ in entries)
            for metric, kind, hops in entries:
                if metric != best:
                    continue
                if kind != "unicast":
                    devices.add(kind)
                    continue
                for index, gateway in hops:
                    devices.add(self._interface(index))
                    if gateway:
                        gateways.append(gateway)
        change = Change(ns, wall, prefix, frozenset(devices), tuple(gateways))
        before = self._now.get(prefix)
        if (before.devices, before.gateways) == (change.devices, change.gateways) if before \
                else not devices:
            return
        if devices:
            self._now[prefix] = change
        else:
            del self._now[prefix]
        self._log.append(change)
        for follower in self._followers:
            follower.put(change)

    @staticmethod
    def _interface(index):
        try:
            return socket.if_indextoname(index)
        except OSError:
            return f"interface {index}"

    # Questions, from any thread

    def now(self, prefix):
        """The present route, or None."""
        self._check()
        with self._lock:
            return self._now.get(prefix)

    def describe(self, prefix):
        change = self.now(prefix)
        return change.text() if change else "no route"

    def prefixes(self):
        with self._lock:
            return sorted(self._now)

    def count(self, prefixes, devices=None):
        """How many of the prefixes have a route (to exactly these devices)."""
        self._check()
        with self._lock:
            routes = [self._now.get(prefix) for prefix in prefixes]
        return sum(1 for route in routes
                   if route and (devices is None or route.devices == devices))

    def changes(self, prefix=None, since=0):
        self._check()
        with self._lock:
            return [change for change in self._log
                    if change.ns >= since and prefix in (None, change.prefix)]

    def follow(self):
        """Endless iterator over the changes from now on."""
        mine = queue.Queue()
        with self._lock:
            self._followers.append(mine)
        try:
            while True:
                try:
                    yield mine.get(timeout=1)
                except queue.Empty:
                    self._check()
        finally:
            with self._lock:
                self._followers.remove(mine)

    def wait(self, prefix, wanted, timeout, since=0):
        """The first change of the prefix since then for which wanted(change)
        holds. since=0 takes the present route too."""
        deadline = Deadline(timeout)
        with self._lock:
            while True:
                for change in self._log:
                    if change.ns >= since and change.prefix == prefix and wanted(change):
                        return change
                self._check()
                # The time may have been stolen, so whoever woke up asks.
                if not self._lock.wait(deadline.left()) and deadline.over():
                    seen = "; ".join(f"+{(c.ns - since) / 1e6:.1f} ms {c.text()}"
                                     for c in self._log
                                     if c.prefix == prefix and c.ns >= since) or "no change"
                    raise Timeout(f"waited {timeout:g} s for the route to {prefix} in {self.ns}; "
                                  f"seen: {seen}; now: {self._now.get(prefix)}")


def windows(changes, device, until):
    """The spans of time [(from_ns, to_ns), ...] in which the route pointed to
    the device. With device=LAN these are the times a site owned the prefix."""
    spans, begin = [], None
    for change in changes:
        on = device in change.devices
        if on and begin is None:
            begin = change.ns
        elif not on and begin is not None:
            spans.append((begin, change.ns))
            begin = None
    if begin is not None:
        spans.append((begin, until))
    return spans


def overlaps(first, second):
    """The spans that two lists of spans have in common."""
    common = []
    for a in first:
        for b in second:
            begin, end = max(a[0], b[0]), min(a[1], b[1])
            if begin < end:
                common.append((begin, end))
    return common
