# SPDX-License-Identifier: GPL-2.0-or-later
"""Who announces a prefix, asked at the hub again and again.

When the hub's bgpd does not answer for a while (a test has killed it), that is
a sample without announcers and with known=False.

A thread keeps a connection to the hub's bgpd and asks for the paths to each
prefix every few milliseconds. What counts as an announcer is the origin AS of
a path (the last one in the AS path), not the neighbor it came from: while
routes move, old paths are heard through the third site for a moment.
"""

import threading
import time
from dataclasses import dataclass

from .run import LabError


ANSWER_TIMEOUT = 2


@dataclass(frozen=True)
class Sample:
    ns: int
    prefix: str
    announcers: frozenset   # names of sites
    best: str               # announcer of the best path, or None
    paths: tuple            # AS paths as text, best first
    known: bool = True


def read_paths(plan, answer, prefix, ns):
    paths = answer.get("paths", []) if answer.get("prefix", prefix) == prefix else []
    paths = sorted(paths, key=lambda path: not path.get("bestpath", {}).get("overall"))
    announcers, best, texts = set(), None, []
    for path in paths:
        as_path = path.get("aspath", {})
        hops = [asn for segment in as_path.get("segments", []) for asn in segment["list"]]
        site = plan.asn_of(hops[-1]) if hops else "here"
        announcers.add(site)
        texts.append(as_path.get("string", ""))
        if path.get("bestpath", {}).get("overall"):
            best = site
    return Sample(ns, prefix, frozenset(announcers), best, tuple(texts))


class OwnerSampler:
    def __init__(self, lab, prefixes, site="hub", every=0.01):
        self._lab = lab
        self._prefixes = list(prefixes)
        self._site = site
        self._every = every
        self._stop = threading.Event()
        self._error = None
        self._lock = threading.Lock()
        self._samples = []      # only where something changed
        self.asked = 0
        self._thread = threading.Thread(target=self._work, name="owner sampler", daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stop.set()
        self._thread.join(10)

    def _work(self):
        last = {}
        while not self._stop.is_set():
            try:
                with self._lab.router(self._site).vty("bgpd", ANSWER_TIMEOUT) as vty:
                    while not self._stop.is_set():
                        for prefix in self._prefixes:
                            self._take(last, self._ask(vty, prefix))
                        self._stop.wait(self._every)
            except (LabError, OSError) as err:
                self._error = err
                now = time.monotonic_ns()
                for prefix in self._prefixes:
                    self._take(last, Sample(now, prefix, frozenset(), None, (), known=False))
                self._stop.wait(self._every)

    def _ask(self, vty, prefix):
        family = "ipv6" if ":" in prefix else "ipv4"
        answer = vty.json(f"show bgp {family} unicast {prefix} json")
        self.asked += 1
        return read_paths(self._lab.plan, answer, prefix, time.monotonic_ns())

    def _take(self, last, sample):
        seen = (sample.announcers, sample.best, sample.paths, sample.known)
        if last.get(sample.prefix) != seen:
            last[sample.prefix] = seen
            with self._lock:
                self._samples.append(sample)

    def samples(self, prefix=None, since=0):
        if self._error and not self.asked:
            raise LabError(f"owner sampler: {self._error}") from self._error
        with self._lock:
            return [sample for sample in self._samples
                    if sample.ns >= since and prefix in (None, sample.prefix)]

    def owners(self, prefix):
        """The announcers in the order they were seen, None for nobody."""
        order = []
        for sample in self.samples(prefix):
            if sample.known and (not order or order[-1] != sample.best):
                order.append(sample.best)
        return order

    def doubled(self):
        """The samples with more than one announcer: should be none."""
        return [sample for sample in self.samples() if len(sample.announcers) > 1]

    def doubled_spans(self, prefix, until):
        """[(from_ns, to_ns, announcers), ...]: when there was more than one."""
        samples = self.samples(prefix)
        ends = [sample.ns for sample in samples[1:]] + [until]
        return [(sample.ns, end, sorted(sample.announcers))
                for sample, end in zip(samples, ends) if len(sample.announcers) > 1]
