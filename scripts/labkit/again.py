# SPDX-License-Identifier: GPL-2.0-or-later
"""Hooks of pytest, for a conftest.py to import: a test that fails while the machine
stood still (stalls.py) says nothing. It is run again when it is calm, at most three
times, and the summary names it. watch() goes into pytest_configure()."""

import pytest
from _pytest.runner import runtestprotocol

from .config import PATIENT_BFD_MS
from .patience import Since
from .stalls import StallWatch

MUCH = 0.25                          # of the processors: then nothing is in time
DETECTION_MS = 3 * PATIENT_BFD_MS    # then BFD of the labs calls a link dead
STALLS = StallWatch()
AGAIN = []                           # lines of the summary


def watch():
    """Begin to look whether the machine stands still."""
    STALLS.__enter__()


def pytest_unconfigure(config):
    STALLS.__exit__()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for attempts_left in (3, 2, 1, 0):
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        since = Since()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        excuse = _excuse(since)
        if not attempts_left or not excuse or not any(report.failed for report in reports):
            break
        AGAIN.append(f"{item.nodeid}: {excuse}; {_why(reports)}")
        STALLS.wait_calm()
        item._initrequest()  # its fixtures are made anew
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _excuse(since):
    """What the machine did to a test that began then; empty: nothing of note."""
    taken_ms = STALLS.worst_ms(since.begin, DETECTION_MS)
    if taken_ms >= DETECTION_MS / 2:
        return f"the machine stood still for {taken_ms:.0f} of {DETECTION_MS} ms"
    if since.stolen_share() >= MUCH:
        return f"others had {since.stolen_share():.0%} of the processors"
    return ""


def _why(reports):
    """The error of the attempt that does not count, in a line."""
    text = next(report.longreprtext for report in reports if report.failed)
    return next((line for line in reversed(text.splitlines()) if line.startswith("E ")), "")[:300]


def pytest_terminal_summary(terminalreporter):
    for line in AGAIN:
        terminalreporter.write_line(f"RUN AGAIN {line}")
