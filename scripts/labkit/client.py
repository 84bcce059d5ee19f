# SPDX-License-Identifier: GPL-2.0-or-later
"""The packet stream as a process that is read while it runs."""

import json
import subprocess
import threading

from .patience import Deadline
from .plan import SERVICE4
from .run import LabError, Timeout, wait_for


class StreamProcess:
    """stream.py --json in the client's namespace; see there for the events."""

    def __init__(self, lab, to=SERVICE4, rate=1000, seconds=0, gap=20):
        argv = lab.stream_argv(to, rate=rate, seconds=seconds, gap=gap)
        # A session of its own: Ctrl-C is for us, who then end the stream
        self._process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True,
                                         start_new_session=True)
        self._lock = threading.Condition()
        self._events = []
        self._thread = threading.Thread(target=self._read, name="stream", daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._process.stdout:
            with self._lock:
                self._events.append(json.loads(line))
                self._lock.notify_all()
        with self._lock:
            self._lock.notify_all()

    def events(self, kind=None):
        with self._lock:
            return [event for event in self._events if kind in (None, event["event"])]

    def wait_event(self, wanted, timeout, what):
        """The first event for which wanted(event) holds."""
        deadline = Deadline(timeout)
        with self._lock:
            while True:
                for event in self._events:
                    if wanted(event):
                        return event
                # The time may have been stolen, so whoever woke up asks.
                if not self._lock.wait(deadline.left()) and deadline.over():
                    raise Timeout(f"waited {timeout:g} s for {what}; the stream's last events: "
                                  f"{self._events[-5:]}")

    def wait_site(self, site, timeout=15):
        """Until the answers come from the site."""
        def answered_by():
            sites = self.events("site")
            return sites[-1]["site"] if sites else None
        wait_for(answered_by, timeout, f"the client to be answered by {site}",
                 until=lambda seen: seen == site, interval=0.01)

    def gaps(self, since_ns=0):
        """The gaps that ended after that time."""
        return [gap for gap in self.events("gap") if gap["endNs"] >= since_ns]

    def finish(self):
        """End the stream; its summary."""
        self._process.terminate()
        self._process.wait(20)
        self._thread.join(10)
        summary = self.events("summary")
        if not summary:
            raise LabError("the stream ended without a summary")
        return summary[0]

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
