# SPDX-License-Identifier: GPL-2.0-or-later
"""Did the machine stand still? A hypervisor may give its processors to somebody
else for hundreds of milliseconds, and nothing of a lab runs then.

    with StallWatch() as watch:
        begin = time.monotonic()
        ...
        watch.worst_ms(begin, 600)    of the worst 600 ms, so much was taken away

A process for each processor, at real-time priority where that is allowed, finds
out (wakeup.py). What else runs in the lab does not delay it, so what it lacks was
taken from all.
"""

import os
import subprocess
import sys
import threading
import time

from .daemon import REALTIME, may_be_realtime

STEP_MS = 10
LATE_MS = 20          # a delay below this is usual
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wakeup.py")


def worst_window(gaps, window_ms):
    """gaps: [(end, length), ...] in ms, in their order. The most of them that lies
    within one window."""
    worst = 0
    for number, (last, _) in enumerate(gaps):
        begin, total = last - window_ms, 0
        for end, length in reversed(gaps[:number + 1]):
            if end <= begin:
                break
            total += min(length, end - begin)
        worst = max(worst, total)
    return worst


class StallWatch:
    def __init__(self):
        self._processes = []
        self._readers = []
        self._gaps = {}

    def __enter__(self):
        first = REALTIME if may_be_realtime() else []
        for cpu in sorted(os.sched_getaffinity(0)):
            process = subprocess.Popen(
                [*first, sys.executable, "-I", "-S", PROGRAM, str(cpu), str(STEP_MS), str(LATE_MS)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            self._gaps[cpu] = []
            reader = threading.Thread(target=self._read, args=(process, self._gaps[cpu]))
            reader.start()
            self._processes.append(process)
            self._readers.append(reader)
        return self

    @staticmethod
    def _read(process, gaps):
        for line in process.stdout:
            end, length = line.split()
            gaps.append((float(end), float(length)))

    def __exit__(self, *_):
        for process, reader in zip(self._processes, self._readers):
            process.kill()
            process.wait()
            reader.join()
            process.stdout.close()

    def worst_ms(self, begin, window_ms):
        """begin: time.monotonic()"""
        return max((worst_window([gap for gap in list(gaps) if gap[0] > begin * 1000], window_ms)
                    for gaps in self._gaps.values()), default=0)

    def wait_calm(self, calm_s=3, timeout=60):
        """Until hardly anything was taken away for so long, or the time is over."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            time.sleep(calm_s)
            if self.worst_ms(time.monotonic() - calm_s, 1000) < 100:
                return
