# SPDX-License-Identifier: GPL-2.0-or-later
"""Subprocesses, errors, and the one way of waiting: poll a condition."""

import json
import os
import subprocess
import time

from .patience import Deadline


class LabError(Exception):
    """Something the person in front of the lab should read as it is."""


class Timeout(LabError):
    """A condition did not come true in time."""


def need_root():
    if os.geteuid() != 0:
        raise LabError("network namespaces need root: run this as root")


def run(argv, check=True, stdin=None, timeout=60, env=None):
    """Run a command to its end; its output is text."""
    try:
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True,
                              timeout=timeout, env=env, errors="replace")
    except FileNotFoundError as err:
        raise LabError(f"{argv[0]}: not found; is the package installed?") from err
    except subprocess.TimeoutExpired as err:
        raise Timeout(f"{' '.join(argv)}: no end within {timeout} s") from err
    if check and done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "no output")
        raise LabError(f"{' '.join(argv)}: exit code {done.returncode}: {said}")
    return done


def run_json(argv, **kwargs):
    text = run(argv, **kwargs).stdout
    return json.loads(text) if text.strip() else []


def shorten(value, limit=2000):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[:limit] + f" ... ({len(text)} characters)"


def wait_for(get, timeout, what, until=bool, interval=0.05):
    """Poll get() until until(value) holds; return that value. timeout: seconds of an
    idle machine (patience.py).

    An error in get() or until() counts as "not yet". When the time is over
    the exception names what was waited for and the last value seen.
    """
    deadline = Deadline(timeout)
    while True:
        try:
            seen = get()
            if until(seen):
                return seen
            last = shorten(seen)
        except (LabError, OSError, ValueError, KeyError, TypeError, IndexError) as err:
            last = f"{type(err).__name__}: {shorten(str(err))}"
        if deadline.over():
            raise Timeout(f"waited {timeout:g} s for {what}; last seen: {last}")
        time.sleep(interval)
