# SPDX-License-Identifier: GPL-2.0-or-later
"""The counted packet stream: a client sends numbered UDP packets at an even
pace (1,000 a second) to the service host, and counts what comes back.

Terms: a packet is lost when no answer came until the end (plus half a second
of grace). A gap is the time between two answers that follow each other, when
it is longer than --gap milliseconds; the longest gap is what a user of the
service would have felt. Time that passes before the first answer and after
the last one counts as a gap too.

Runs as a process of its own, so that nothing else disturbs its pace:
  stream.py --ns NAMESPACE --to ADDRESS [--rate N] [--seconds N] [--json]
With --json it prints one JSON object a line: "site" when another site begins
to answer, "gap" when a gap has ended, "second" once a second, "summary" last.
SIGTERM or SIGINT ends the stream; the summary is printed all the same.
"""

import argparse
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from array import array

if __package__:
    from .netns import inside
    from .plan import SERVICE_PORT
else:  # started as a file
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from labkit.netns import inside
    from labkit.plan import SERVICE_PORT

HEADER = struct.Struct("!8sQ")
GRACE_NS = 500_000_000
MAX_BURST = 64
SECOND = 1_000_000_000


def ms(nanoseconds):
    return round(nanoseconds / 1e6, 1)


class Stream:
    """State of one run; times are CLOCK_MONOTONIC nanoseconds."""

    def __init__(self, emit, rate, seconds, gap_ms):
        self.emit = emit
        self.interval = SECOND // rate
        self.total = int(rate * seconds) if seconds else None
        self.gap_ns = int(gap_ms * 1e6)
        self.token = os.urandom(8)
        self.stop = False
        self.sent_at = array("Q")
        self.answered = bytearray()
        self.sites = {}
        self.duplicates = self.late_ns = self.rtt_sum = self.rtt_max = self.send_errors = 0
        self.last_site = None
        self.last_seq = -1
        self.gaps = []
        self.start = self.last_arrival = 0

    def run(self, sock, target):
        self.start = self.last_arrival = time.monotonic_ns()
        next_second = self.start + SECOND
        end = None
        while end is None or time.monotonic_ns() < end:
            now = time.monotonic_ns()
            if end is None:
                now = self._send_due(sock, target, now)
                if self.stop or len(self.sent_at) == self.total:
                    end = now + GRACE_NS
            elif self.answered.count(0) == 0:
                break
            due = end if end else self.start + len(self.sent_at) * self.interval
            if select.select([sock], [], [], max(0, due - now) / 1e9)[0]:
                self._receive(sock)
            if now >= next_second:
                next_second += SECOND
                self.emit("second", sent=len(self.sent_at), answered=self._count(),
                          site=self.last_site, lastAnswerNs=self.last_arrival)
        sent_until = self.sent_at[-1] if self.sent_at else self.start
        if sent_until - self.last_arrival > self.gap_ns:
            self._gap(sent_until, len(self.sent_at), None)
        self.emit("summary", **self.summary())

    def _send_due(self, sock, target, now):
        for _ in range(MAX_BURST):
            seq = len(self.sent_at)
            due = self.start + seq * self.interval
            if now < due or seq == self.total or self.stop:
                break
            self.late_ns = max(self.late_ns, now - due)
            self.sent_at.append(now)
            self.answered.append(0)
            try:
                sock.sendto(HEADER.pack(self.token, seq), target)
            except OSError:
                self.send_errors += 1  # no route just now: counts as lost
            now = time.monotonic_ns()
        return now

    def _receive(self, sock):
        while True:
            try:
                data = sock.recv(2048)
            except BlockingIOError:
                return
            except OSError:
                continue
            now = time.monotonic_ns()
            if len(data) < HEADER.size:
                continue
            token, seq = HEADER.unpack_from(data)
            if token != self.token or seq >= len(self.sent_at):
                continue
            self._answer(seq, data[HEADER.size:].decode(errors="replace"), now)

    def _answer(self, seq, site, now):
        if self.answered[seq]:
            self.duplicates += 1
            return
        self.answered[seq] = 1
        self.sites[site] = self.sites.get(site, 0) + 1
        rtt = now - self.sent_at[seq]
        self.rtt_sum += rtt
        self.rtt_max = max(self.rtt_max, rtt)
        if now - self.last_arrival > self.gap_ns:
            self._gap(now, seq, site)
        if site != self.last_site:
            self.emit("site", site=site, before=self.last_site, ns=now)
            self.last_site = site
        self.last_arrival = now
        self.last_seq = max(self.last_seq, seq)

    def _gap(self, until, seq, site):
        lost = self.answered[self.last_seq + 1:seq].count(0)
        gap = {"startNs": self.last_arrival, "endNs": until, "lost": lost,
               "ms": ms(until - self.last_arrival), "before": self.last_site, "after": site}
        self.gaps.append(gap)
        self.emit("gap", **gap)

    def _count(self):
        return sum(self.sites.values())

    def summary(self):
        answered = self._count()
        longest = max((gap["ms"] for gap in self.gaps), default=0.0)
        return {"sent": len(self.sent_at), "answered": answered,
                "lost": len(self.sent_at) - answered, "duplicates": self.duplicates,
                "longestGapMs": longest, "gaps": self.gaps, "sites": self.sites,
                "sendErrors": self.send_errors,
                "rttMeanMs": round(self.rtt_sum / answered / 1e6, 2) if answered else None,
                "rttMaxMs": ms(self.rtt_max), "paceWorstMs": ms(self.late_ns)}


def open_socket(ns, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with inside(ns):
        sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return sock


def readable(event, fields):
    if event == "site":
        return f"now answered by {fields['site']}"
    if event == "gap":
        return (f"gap of {fields['ms']} ms, {fields['lost']} packets lost "
                f"(answered by {fields['before'] or 'nobody'}, then "
                f"{fields['after'] or 'nobody'})")
    if event != "summary":
        return None
    sites = ", ".join(f"{site} {count}" for site, count in sorted(fields["sites"].items()))
    return (f"sent {fields['sent']}, answered {fields['answered']}, lost {fields['lost']}, "
            f"longest gap {fields['longestGapMs']} ms\nanswered by: {sites or 'nobody'}\n"
            f"round trip mean {fields['rttMeanMs']} ms, worst {fields['rttMaxMs']} ms; "
            f"a packet left at most {fields['paceWorstMs']} ms late")


def main():
    parser = argparse.ArgumentParser(description="counted UDP packet stream")
    parser.add_argument("--ns", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--port", type=int, default=SERVICE_PORT)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--gap", type=float, default=20.0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if not 1 <= args.rate <= 20000:
        parser.error("--rate is 1 to 20000 packets a second")

    def emit(event, **fields):
        if args.json:
            line = json.dumps({"event": event, **fields})
        else:
            line = readable(event, fields)
        if line:
            try:
                print(line, flush=True)
            except BrokenPipeError:
                stream.stop = True

    stream = Stream(emit, args.rate, args.seconds, args.gap)

    def finish(*_):
        stream.stop = True

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    try:
        os.nice(-10)
    except OSError:
        pass
    stream.run(open_socket(args.ns, args.to), (args.to, args.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
