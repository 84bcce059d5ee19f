# SPDX-License-Identifier: GPL-2.0-or-later
"""How long to wait on a machine that others use, too.

A time that is ample on idle processors is not when a hypervisor gives three
quarters of them to somebody else, or when four labs start at once. A Deadline
counts only the share of the time in which the machine did run what wanted to
run; nobody waits longer on an idle one.
"""

import os
import time

MOST_LOST = 0.85      # whatever the kernel says, some of the time counts


def lost_s():
    """(stolen, waited): seconds since the machine was started, per processor, that
    a hypervisor gave to others (proc(5), /proc/stat), and seconds in which something
    waited for a processor (the kernel's pressure stall information, "some")."""
    with open("/proc/stat", encoding="ascii") as file:
        stolen = int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK") / os.cpu_count()
    try:
        with open("/proc/pressure/cpu", encoding="ascii") as file:
            waited = int(file.readline().rsplit("total=", 1)[1]) / 1e6
    except OSError:   # a kernel without it
        waited = 0.0
    return stolen, waited


class Since:
    """What the machine had to give since this object was made."""

    def __init__(self):
        self.begin = time.monotonic()
        self._stolen, self._waited = lost_s()

    def stolen_share(self):
        """0 to 1: of the processors, what others had."""
        wall = time.monotonic() - self.begin
        return (lost_s()[0] - self._stolen) / wall if wall > 0 else 0.0

    def counted_s(self):
        """The time that passed, without what was lost of it."""
        wall = time.monotonic() - self.begin
        stolen, waited = lost_s()
        lost = max(stolen - self._stolen, waited - self._waited)
        return wall - min(lost, MOST_LOST * wall)


class Deadline:
    """seconds: of an idle machine."""

    def __init__(self, seconds):
        self._seconds = seconds
        self._since = Since()

    def left(self):
        """Seconds of an idle machine; 0 when it is over."""
        return max(0.0, self._seconds - self._since.counted_s())

    def over(self):
        return self._since.counted_s() >= self._seconds
