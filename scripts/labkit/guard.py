# SPDX-License-Identifier: GPL-2.0-or-later
"""Watches all the time that a prefix is announced once.

Two things are followed from the beginning to the end: who announces the
prefixes, as the hub's bgpd sees it (sampler), and at which sites the kernel
sends them to the LAN (fibmon). At no time may there be two, but for the spans
that are allowed: a make-before-break handover, in which two announce for a
moment because that is what it is for, and a kernel that goes on as it was
while its daemons are dead or stopped.
"""

import contextlib
import time

from .fibmon import FibMonitor, overlaps, windows
from .plan import LAN, PREFIX4, PREFIX6
from .run import LabError
from .sampler import OwnerSampler


def subtract(span, allowed):
    """What of the span no allowed span covers."""
    left = [span]
    for begin, end in allowed:
        cut = []
        for a, b in left:
            if a < begin:
                cut.append((a, min(b, begin)))
            if b > end:
                cut.append((max(a, end), b))
        left = [(a, b) for a, b in cut if a < b]
    return left


class Guard:
    def __init__(self, lab, prefixes=(PREFIX4, PREFIX6)):
        self.lab = lab
        self.prefixes = list(prefixes)
        self.sampler = OwnerSampler(lab, self.prefixes)
        self.monitors = {site: FibMonitor(lab.plan.site_ns(site)) for site in lab.plan.sites}
        self._allowed = []     # spans in which two may announce
        self._excused = {}     # site -> spans in which its kernel does not count
        self._begin = time.monotonic_ns()

    def __enter__(self):
        for monitor in self.monitors.values():
            monitor.start()
        self.sampler.__enter__()
        return self

    def __exit__(self, *_):
        self.sampler.stop()
        for monitor in self.monitors.values():
            monitor.stop()

    @contextlib.contextmanager
    def two_allowed(self):
        """A make-before-break handover is under way in the block."""
        begin = time.monotonic_ns()
        try:
            yield
        finally:
            self._allowed.append((begin, time.monotonic_ns()))

    @contextlib.contextmanager
    def excused(self, site):
        """The kernel of the site is not controlled by anybody in the block."""
        begin = time.monotonic_ns()
        try:
            yield
        finally:
            self._excused.setdefault(site, []).append((begin, time.monotonic_ns()))

    # What was seen

    def owned(self, site, prefix, until=None):
        """The spans in which the site's kernel sent the prefix to its LAN."""
        until = until or time.monotonic_ns()
        spans = windows(self.monitors[site].changes(prefix), LAN, until)
        return [rest for span in spans
                for rest in subtract(span, self._excused.get(site, []))]

    def owners(self, prefix=PREFIX4, since=0):
        """Announcers of the hub's best path in their order, without pauses."""
        order = []
        for sample in self.sampler.samples(prefix, since):
            if sample.best and (not order or order[-1] != sample.best):
                order.append(sample.best)
        return order

    def violations(self):
        """Every moment in which two had it and may not; readable."""
        until = time.monotonic_ns()
        found = []
        for prefix in self.prefixes:
            for begin, end, sites in self.sampler.doubled_spans(prefix, until):
                found += [self._text(prefix, rest, f"the hub heard {' and '.join(sites)}")
                          for rest in subtract((begin, end), self._allowed)]
            sites = list(self.monitors)
            for number, a in enumerate(sites):
                for b in sites[number + 1:]:
                    common = overlaps(self.owned(a, prefix, until), self.owned(b, prefix, until))
                    found += [self._text(prefix, rest, f"{a} and {b} sent it to their LAN")
                              for span in common for rest in subtract(span, self._allowed)]
        return found

    def _text(self, prefix, span, what):
        begin, end = span
        return (f"{prefix}: {what} for {(end - begin) / 1e6:.1f} ms, "
                f"{(begin - self._begin) / 1e6:.0f} ms after the begin")

    def check(self):
        found = self.violations()
        if found:
            raise LabError("two owners:\n  " + "\n  ".join(found))

    def timeline(self, since=None):
        """What happened to the prefixes anywhere, for a report."""
        since = since or self._begin
        events = []
        for site, monitor in self.monitors.items():
            events += [(change.ns, f"{site:4} {change.prefix:16} {change.text()}")
                       for change in monitor.changes(since=since)
                       if change.prefix in self.prefixes]
        events += [(sample.ns, f"hub hears {sample.prefix} from "
                    f"{', '.join(sorted(sample.announcers)) or 'nobody'}: "
                    f"{' | '.join(sample.paths)}")
                   for sample in self.sampler.samples(since=since)]
        return [f"+{(ns - since) / 1e6:9.1f} ms  {text}" for ns, text in sorted(events)]
