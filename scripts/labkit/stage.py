# SPDX-License-Identifier: GPL-2.0-or-later
"""What the demo's story is told with: the lab, a guard that watches who
announces, the client's stream, and one record for each step."""

from .auto import Auto
from .client import StreamProcess
from .frrd import parse_time
from .guard import Guard
from .plan import LAN, PREFIX4, PREFIX6, SERVICE_GATEWAY
from .run import LabError, wait_for
from .sampler import read_paths

GROUP = "shop"
PREFIXES = (PREFIX4, PREFIX6)
TIMEOUT = 30


def say(text=""):
    print(text, flush=True)


def indent(text, by="   "):
    return by + text.replace("\n", "\n" + by)


def route_text(change):
    """A route as a person would say it."""
    if change is None or not change.devices:
        return "no route"
    names = sorted(change.devices)
    if names == [LAN]:
        return f"own LAN (dev {LAN})"
    if all(name.startswith("to-") for name in names):
        return "via " + " and ".join(name.removeprefix("to-") for name in names)
    return change.text()


class Stage:
    def __init__(self, lab, rate):
        self.lab = lab
        self.auto = Auto(lab)
        self.rate = rate
        self.guard = Guard(lab, PREFIXES)
        self.stream = None
        self.steps = []
        self._step = None

    def __enter__(self):
        self.guard.__enter__()
        return self

    def __exit__(self, *_):
        if self.stream:
            self.stream.kill()
        self.guard.__exit__()

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
        say(indent(story))
        self._step = {"title": title, "story": story.replace("\n", " "), "from": old, "to": new,
                      "commands": [], "before": self.routes(), "timeline": [], "shown": [],
                      "lost": None, "longestGapMs": None, "beginToHubMs": [None, None],
                      "effectToHubMs": None, "owners": []}
        self.print_routes("before", self._step["before"])

    def routes(self):
        return {site: route_text(monitor.now(PREFIX4))
                for site, monitor in self.guard.monitors.items()}

    @staticmethod
    def print_routes(when, routes):
        say(f"   {PREFIX4} {when}:  " +
            "   ".join(f"{site}: {text}" for site, text in routes.items()))

    def command(self, site, line):
        """Give a command to a site's frrd; it must be accepted."""
        answer = self.lab.frrd(site).command(line)
        said = " ".join(answer.text.split()) or ("done" if answer.ok else "refused")
        say(f"   {site}# subnet-mover {line}\n        {said}")
        self._step["commands"].append({"site": site, "line": f"subnet-mover {line}",
                                       "answer": said, "accepted": answer.ok})
        if not answer.ok:
            raise LabError(f"'{line}' at {site} was refused: {said}")
        return answer

    def show(self, site, what, lines=14):
        """What an operator at the site would read: its first or last lines."""
        line = f"show subnet-mover group {GROUP} {what}"
        text = [row.rstrip() for row in self.lab.router(site).ask("frrd", line).splitlines()
                if row.strip()]
        text = text[-lines:] if what == "history" else text[:lines]
        say(f"   {site}# {line}\n" + indent("\n".join(text), "        "))
        self._step["shown"].append({"site": site, "line": line, "text": text})

    def note(self, text):
        say(f"   {text}")
        self._step["timeline"].append(text)

    def finish(self, since_ns, service=True):
        """Wait until everybody follows and the client is answered, then report
        what happened since the command or the fault. service=False: the
        client had no service before."""
        step, new = self._step, self._step["to"]
        frrd = self.lab.frrd(new)
        frrd.wait_installed(GROUP, TIMEOUT)
        self.wait_everywhere(new)
        reached = [self._reached(new, prefix) for prefix in PREFIXES]
        settled = max(ns for ns, _ in reached)
        self.stream.wait_event(
            lambda event: event["event"] == "second" and event["site"] == new
            and event["lastAnswerNs"] > settled, TIMEOUT, f"the client to be answered by {new}")
        if step["from"] != new:
            step["beginToHubMs"] = [round((ns - since_ns) / 1e6, 1) for ns, _ in reached]
            effect = self._effect(frrd)
            step["effectToHubMs"] = None if effect is None else \
                round((max(wall for _, wall in reached) - effect) * 1000, 1)
        if service:
            gaps = self.stream.gaps(since_ns)
            step["lost"] = sum(gap["lost"] for gap in gaps)
            step["longestGapMs"] = max((gap["ms"] for gap in gaps), default=0.0)
        self._tell(since_ns, service)
        self.steps.append(step)

    def _reached(self, new, prefix):
        """(monotonic, wall) time from which the way from the hub to the new
        owner's LAN has been whole."""
        changes = [self.guard.monitors[site].now(prefix) for site in ("hub", new)]
        last = max(changes, key=lambda change: change.ns)
        return last.ns, last.wall

    @staticmethod
    def _effect(frrd):
        """When the new owner began to announce, as its history says."""
        times = [parse_time(entry["time"]) for entry in frrd.history(GROUP)
                 if entry["to"] == "activating" and entry["from"] != "activating"]
        return times[-1] if times else None

    def wait_everywhere(self, new):
        """The hub's best path begins at the new owner itself, and all sites
        that are alive send both prefixes there and are at rest. (While routes
        move, old paths are heard through a third site for a moment, on the
        same interface.)"""
        wanted = str(self.lab.plan.site(new).asn)
        with self.lab.router("hub").vty("bgpd") as vty:
            for prefix in PREFIXES:
                family = "ipv6" if ":" in prefix else "ipv4"
                wait_for(lambda p=prefix, f=family: read_paths(
                             self.lab.plan, vty.json(f"show bgp {f} unicast {p} json"), p, 0),
                         TIMEOUT, f"the hub's best path to {prefix} to be {wanted}",
                         until=lambda sample: sample.best == new and sample.paths[0] == wanted,
                         interval=0.005)
        dead = [site for site, router in self.lab.routers.items()
                if set(router.states().values()) == {"dead"}]
        self.auto.wait_owner(new, GROUP, PREFIXES, TIMEOUT, without=dead)
        self.wait_gateway(new, dead)

    def gateways(self, dead=()):
        """The sites whose LAN has all the gateway addresses, and those with some."""
        found = {site: self.lab.addresses(site, LAN) & set(SERVICE_GATEWAY)
                 for site in self.lab.plan.members if site not in dead}
        return ([site for site, have in found.items() if len(have) == len(SERVICE_GATEWAY)],
                [site for site, have in found.items() if have])

    def wait_gateway(self, new, dead):
        """The gateway is behind the owner and nowhere else."""
        if self.lab.plan.attach:
            wait_for(lambda: self.gateways(dead), TIMEOUT, f"the gateway to be behind {new} only",
                     until=lambda found: found == ([new], [new]), interval=0.01)

    def _timeline(self, since_ns):
        """Every change of a route, and of the client's luck, since then."""
        events = []
        for site, monitor in self.guard.monitors.items():
            for change in monitor.changes(since=since_ns):
                if change.prefix in PREFIXES:
                    events.append((change.ns, f"{site:4} {change.prefix:16} {route_text(change)}"))
        for gap in self.stream.gaps(since_ns):
            if not gap["lost"]:
                continue
            events.append((gap["endNs"], f"client answered by {gap['after']}, after {gap['ms']} ms "
                                         f"without an answer ({gap['lost']} lost)"))
        return [f"+{(ns - since_ns) / 1e6:7.1f} ms  {text}" for ns, text in sorted(events)]

    def _tell(self, since_ns, service):
        step = self._step
        lines = self._timeline(since_ns)
        step["timeline"] += lines
        for line in lines:
            say(f"   {line}")
        step["after"] = self.routes()
        self.print_routes("after", step["after"])
        step["owners"] = self.guard.owners(PREFIX4, since_ns)
        if step["from"] == step["to"]:
            say(f"   => {step['to']} still announces; the hub heard of nobody else")
        else:
            v4, v6 = step["beginToHubMs"]
            say(f"   => {step['to']} announces. Hub's FIB followed after {v4} ms (IPv4) and "
                f"{v6} ms (IPv6)" + ("" if step["effectToHubMs"] is None else
                                     f", {step['effectToHubMs']} ms after {step['to']} began to "
                                     "announce"))
        if self.lab.plan.attach:
            say(f"   => the gateway of the hosts ({SERVICE_GATEWAY[0].split('/')[0]}) is behind "
                f"{step['to']}, and nowhere else")
        if service:
            say(f"   => client: {step['lost']} packets lost, longest gap "
                f"{step['longestGapMs']} ms")
        else:
            say("   => client: has service now (it had none before)")
