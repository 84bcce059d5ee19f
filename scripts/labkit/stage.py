# SPDX-License-Identifier: GPL-2.0-or-later
"""What the demo's story is told with: the lab, its FIB monitors, the client's
stream, and one record for each move."""

import time

from .client import StreamProcess
from .fibmon import FibMonitor
from .frrd import parse_time
from .plan import LAN, PREFIX4, PREFIX6
from .run import LabError, wait_for

PREFIXES = (PREFIX4, PREFIX6)
SITES = ("dc1", "dc2", "hub")
HUB_TIMEOUT = 30


def say(text=""):
    print(text, flush=True)


def route_text(change):
    """A route as a person would say it."""
    if change is None or not change.devices:
        return "no route"
    names = sorted(change.devices)
    if names == [LAN]:
        return f"own LAN (dev {LAN}): announced from here"
    if all(name.startswith("to-") for name in names):
        return "via " + " and ".join(name.removeprefix("to-") for name in names)
    return change.text()


class Stage:
    def __init__(self, lab, rate):
        self.lab = lab
        self.rate = rate
        self.monitors = {site: FibMonitor(lab.plan.site_ns(site)) for site in SITES}
        self.stream = None
        self.steps = []
        self._step = None
        self._begin_ns = 0

    def __enter__(self):
        for monitor in self.monitors.values():
            monitor.start()
        return self

    def __exit__(self, *_):
        if self.stream:
            self.stream.kill()
        for monitor in self.monitors.values():
            monitor.stop()

    # The client

    def start_stream(self):
        self.stream = StreamProcess(self.lab, rate=self.rate, gap=10)

    def let_it_run(self, packets=1000):
        """Until the client has sent that many packets more."""
        seconds = self.stream.events("second")
        sent = seconds[-1]["sent"] if seconds else 0
        self.stream.wait_event(lambda event: event["event"] == "second"
                               and event["sent"] >= sent + packets, 30, "the client's packets")

    # One step of the story

    def begin(self, title, story, old, new):
        say(f"\n== {len(self.steps) + 1}. {title}")
        say("   " + story.replace("\n", "\n   "))
        self._step = {"title": title, "story": story.replace("\n", " "), "from": old, "to": new,
                      "commands": [], "before": self.routes(), "timeline": [],
                      "lost": None, "longestGapMs": None}
        self._begin_ns = time.monotonic_ns()
        self.print_routes("before", self._step["before"])

    def routes(self):
        return {site: route_text(monitor.now(PREFIX4)) for site, monitor in self.monitors.items()}

    @staticmethod
    def print_routes(when, routes):
        say(f"   {PREFIX4} {when}:  " +
            "   ".join(f"{site}: {text}" for site, text in routes.items()))

    def command(self, site, line, expect=True):
        """Give a command to a site's frrd; it must be accepted (or refused)."""
        answer = self.lab.frrd(site).command(line)
        said = " ".join(answer.text.split()) or ("done" if answer.ok else "refused")
        say(f"   {site}# subnet-mover {line}\n        {said}")
        self._step["commands"].append({"site": site, "line": f"subnet-mover {line}",
                                       "answer": said, "accepted": answer.ok})
        if answer.ok is not expect:
            raise LabError(f"'{line}' at {site} was {'refused' if expect else 'accepted'}: {said}")
        return answer

    def note(self, text):
        say(f"   {text}")
        self._step["timeline"].append(text)

    def wait_seen_elsewhere(self, site, count):
        """frrd of the site sees so many prefixes announced by somebody else."""
        frrd = self.lab.frrd(site)
        wait_for(lambda: frrd.group("shop"), HUB_TIMEOUT,
                 f"frrd at {site} to see {count} prefixes of the group elsewhere", interval=0.01,
                 until=lambda group: group["prefixes"]["elsewhere"] == count
                 and group["prefixes"]["untracked"] == 0)

    def finish(self, answer, since_ns=None, service=True):
        """After the deciding command: wait until the hub follows, the new
        owner has everything installed and the client is answered; then report
        the step. service=False: the client had no service before."""
        step, new = self._step, self._step["to"]
        device = frozenset({f"to-{new}"})
        hub = [self.monitors["hub"].wait(prefix, lambda change: change.devices == device,
                                         HUB_TIMEOUT, since=answer.sent_ns)
               for prefix in PREFIXES]
        frrd = self.lab.frrd(new)
        frrd.wait_installed("shop")
        self.stream.wait_site(new)
        step["commandToHubMs"] = [round((change.ns - answer.sent_ns) / 1e6, 1) for change in hub]
        effect = self._effect(frrd)
        step["effectToHubMs"] = None if effect is None else \
            round((max(change.wall for change in hub) - effect) * 1000, 1)
        if service:
            gaps = self.stream.gaps(since_ns or self._begin_ns)
            step["lost"] = sum(gap["lost"] for gap in gaps)
            step["longestGapMs"] = max((gap["ms"] for gap in gaps), default=0.0)
        self.wait_everywhere(new)
        self._tell(since_ns or answer.sent_ns, service)
        self.steps.append(step)
        self._step = None

    @staticmethod
    def _effect(frrd):
        """When the new owner began to announce, as its history says."""
        times = [parse_time(entry["time"]) for entry in frrd.history("shop")
                 if entry["to"] == "activating" and entry["from"] != "activating"]
        return times[-1] if times else None

    def wait_everywhere(self, new):
        """All sites alive send both prefixes to the new owner."""
        for site, monitor in self.monitors.items():
            if set(self.lab.router(site).states().values()) == {"dead"}:
                continue
            device = LAN if site == new else f"to-{new}"
            for prefix in PREFIXES:
                wait_for(lambda m=monitor, p=prefix: m.now(p), HUB_TIMEOUT,
                         f"{site} to send {prefix} to {device}", interval=0.01,
                         until=lambda now, d=device: now is not None and now.devices == {d})

    def _timeline(self, since_ns):
        """Every change of a route, and of the client's luck, since then."""
        events = []
        for site, monitor in self.monitors.items():
            for change in monitor.changes(since=since_ns):
                if change.prefix in PREFIXES:
                    events.append((change.ns, f"{site:4} {change.prefix:16} {route_text(change)}"))
        for event in self.stream.events("site"):
            if event["ns"] >= since_ns:
                events.append((event["ns"], f"client's first answer from {event['site']}"))
        return [f"+{(ns - since_ns) / 1e6:7.1f} ms  {text}" for ns, text in sorted(events)]

    def _tell(self, since_ns, service):
        step = self._step
        lines = self._timeline(since_ns)
        step["timeline"] += lines
        for line in lines:
            say(f"   {line}")
        step["after"] = self.routes()
        self.print_routes("after", step["after"])
        v4, v6 = step["commandToHubMs"]
        say(f"   => {step['to']} announces. Hub's FIB followed {v4} ms (IPv4) and {v6} ms (IPv6) "
            f"after the command" + ("" if step["effectToHubMs"] is None else
                                    f", {step['effectToHubMs']} ms after its effect"))
        if service:
            say(f"   => client: {step['lost']} packets lost, longest gap "
                f"{step['longestGapMs']} ms")
        else:
            say("   => client: has service now (it had none before)")
