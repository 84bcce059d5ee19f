# SPDX-License-Identifier: GPL-2.0-or-later
"""One move or fault as the client sees it.

A stream of 1,000 packets a second runs from the third site to the service. In
the middle of it something happens, and another site answers from then on. What
counts is what the client lost: packets without an answer, and the longest time
between two answers.
"""

import random
import time

from labkit.client import StreamProcess
from labkit.plan import PREFIX4, PREFIX6
from labkit.run import LabError, wait_for

from .stage import DC1, DC2, HUB, toward

PREFIXES = (PREFIX4, PREFIX6)
BEFORE_MS = 500     # of undisturbed answers before it happens
AFTER_MS = 400      # and after everybody has followed
FOLLOW_TIMEOUT = 40


def crash(lab):
    """The primary is killed: all its processes at once. Its kernel ends their
    connections and then its interfaces go down."""
    lab.crash(DC1)


def freeze(lab):
    """The primary is frozen: it says nothing any more, and carriers stay."""
    lab.freeze(DC1)


def revive(lab):
    """Whatever happened to dc1: it is there again."""
    states = set(lab.router(DC1).states().values())
    if "frozen" in states:
        lab.thaw(DC1)
    lab.start(DC1)
    lab.wait_converged()


def wait_route(lab, owner, timeout=FOLLOW_TIMEOUT):
    """The hub sends both prefixes to the owner."""
    router = lab.router(HUB)
    wait_for(lambda: [router.fib_devices(prefix) for prefix in PREFIXES], timeout,
             f"the hub to send {' and '.join(PREFIXES)} to {owner}",
             until=lambda seen: all(devices == {toward(owner)} for devices in seen),
             interval=0.02)


def answered(stream, milliseconds):
    """So much time passes in the stream."""
    until = time.monotonic_ns() + milliseconds * 1_000_000
    stream.wait_event(lambda event: event["event"] == "second" and event["lastAnswerNs"] > until,
                      20, f"{milliseconds} ms of answers")


def measure(stage, old, new, what, settle=None):
    """The stream runs; what(lab) moves the service from old to new. Returns
    what the client lost. settle() returns when the move has come to its end."""
    lab = stage.lab
    stage.prefer()
    stage.wait_quiet()
    stream = StreamProcess(lab, gap=5)
    try:
        stream.wait_site(old)
        answered(stream, BEFORE_MS)
        # at any time between two BFD packets, and between two runs of a probe
        time.sleep(random.random() * 0.1)
        begin = time.monotonic_ns()
        what(lab)
        stream.wait_site(new, FOLLOW_TIMEOUT)
        wait_route(lab, new)
        if settle:
            settle()
        answered(stream, AFTER_MS)
        summary = stream.finish()
    finally:
        stream.kill()
    return result(summary, begin, new)


def result(summary, begin, new):
    gaps = [gap for gap in summary["gaps"] if gap["endNs"] >= begin]
    after = [gap["endNs"] for gap in gaps if gap["after"] == new]
    if summary["sites"].keys() - {DC1, DC2}:
        raise LabError(f"answered by {summary['sites']}")
    return {"lost": summary["lost"], "duplicates": summary["duplicates"],
            "gapMs": max((gap["ms"] for gap in gaps), default=0.0),
            "answeredAfterMs": round((min(after) - begin) / 1e6, 1) if after else None,
            "paceWorstMs": summary["paceWorstMs"]}
