# SPDX-License-Identifier: GPL-2.0-or-later
"""A process of its own: sleeps a moment on one processor again and again, and
writes a line whenever it woke up late. See stalls.py.

Arguments: the processor, how long it sleeps, and what is late; milliseconds.
A line: when it woke up (monotonic clock) and how late that was; milliseconds.
It ends with its parent.
"""

import os
import sys
import time


def main(cpu, step_ms, late_ms):
    os.sched_setaffinity(0, {int(cpu)})
    parent = os.getppid()
    last = time.monotonic()
    while os.getppid() == parent:
        time.sleep(step_ms / 1000)
        now = time.monotonic()
        late = (now - last) * 1000 - step_ms
        if late > late_ms:
            print(f"{now * 1000:.1f} {late:.1f}", flush=True)
        last = now


main(*(float(arg) for arg in sys.argv[1:]))
