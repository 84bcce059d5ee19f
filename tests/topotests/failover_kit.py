# SPDX-License-Identifier: GPL-2.0-or-later
"""What the failover tests are told with: faults, waiting for the owner, reasons.

A Scenario is labkit's Auto (frrd with `arbiter bgp` at every site) with a guard
that watches from the beginning to the end of the test that nothing is announced
twice.
"""

import contextlib

from labkit import config
from labkit.auto import SETTLED, Auto
from labkit.client import StreamProcess
from labkit.frrd import parse_time
from labkit.plan import LAN, PREFIX4, PREFIX6, SERVICE4
from labkit.run import LabError, wait_for

BOTH = (PREFIX4, PREFIX6)
MBB = ("handover make-before-break",)
ORDERS = {"break-before-make": (), "make-before-break": MBB}


class Scenario(Auto):
    def __init__(self, lab, guard):
        super().__init__(lab)
        self.guard = guard
        self._streams = []

    def end(self):
        for stream in self._streams:
            stream.kill()

    # The client

    def stream(self, site="dc1", to=SERVICE4, gap=20):
        """1,000 packets a second, answered by the site."""
        stream = StreamProcess(self.lab, to=to, gap=gap)
        self._streams.append(stream)
        stream.wait_site(site)
        return stream

    @staticmethod
    def more_packets(stream, count=300):
        """The stream goes on for so many packets with answers."""
        seconds = stream.events("second")
        answered = seconds[-1]["answered"] if seconds else 0
        stream.wait_event(lambda event: event["event"] == "second"
                          and event["answered"] >= answered + count, 20, f"{count} answers more")

    # Commands

    def command(self, site, line):
        """An operational command that has to be accepted."""
        answer = self.frrd(site).command(line)
        assert answer.ok, f"'{line}' at {site}: {answer.text}"
        return answer

    def switchover(self, at, to, group="shop"):
        return self.command(at, f"switchover {group} to {to}")

    # What was decided

    def decisions(self, site, group="shop"):
        """[(state, reason), ...]: the changes of state, oldest first."""
        return [(entry["to"], entry["reason"]) for entry in self.frrd(site).history(group)
                if entry["from"] != entry["to"]]

    def reasons(self, site, group="shop"):
        """The reasons of everything that was decided, oldest first."""
        return [entry["reason"] for entry in self.frrd(site).history(group)]

    def wait_reason(self, site, reason, group="shop", timeout=10):
        return wait_for(lambda: self.reasons(site, group), timeout,
                        f"reason {reason} in the history of {group} at {site}", interval=0.02,
                        until=lambda reasons: reason in reasons)

    def times(self, site, reason, group="shop"):
        """When the site decided something for this reason; seconds since 1970."""
        return [parse_time(entry["time"]) for entry in self.frrd(site).history(group)
                if entry["reason"] == reason]

    def wait_not_ready(self, site, group="shop"):
        """Everybody has heard that the site is not ready."""
        for other in self.states(group):
            wait_for(lambda at=other: self.sees(at)[site]["ready"], 5,
                     f"{other} to hear that {site} is not ready",
                     until=lambda ready: group not in ready, interval=0.02)

    def wait_decision(self, site, state, reason, group="shop", timeout=10):
        return wait_for(lambda: self.decisions(site, group), timeout,
                        f"{group} to become {state} by {reason} at {site}", interval=0.02,
                        until=lambda seen: (state, reason) in seen)

    def settle(self, owner="dc1", group="shop", ready=("dc2",)):
        """The owner is the owner, and these could take over from it."""
        self.wait_owner(owner, group)
        for site in ready:
            self.wait_ready(site, group)

    def wait_one_owner(self, group="shop", prefixes=BOTH, timeout=20):
        """Whoever it is: exactly one has it, and it stays with it for a while."""
        def owners():
            states = self.states(group)
            found = [site for site, state in states.items() if state == "active"]
            calm = all(state in ("active", *SETTLED) for state in states.values())
            return found if calm else None
        wait_for(owners, timeout, f"one owner of {group}", interval=0.05,
                 until=lambda found: found and len(found) == 1)
        # what is on its way between the sites has arrived after that
        wait_for(lambda: (owners(), self.frrd(owners()[0]).group(group)["stateMs"]), timeout,
                 "it to stay there", interval=0.05, until=lambda seen: seen[1] > 700)
        owner = owners()[0]
        self.wait_owner(owner, group, prefixes)
        return owner

    @contextlib.contextmanager
    def nothing_moves(self, owner="dc1", group="shop"):
        """In the block the owner keeps the group without a decision, and the
        hub hears of nobody else."""
        before = self.decisions(owner, group)
        pid = self.lab.router(owner).daemon("frrd").pid()
        seen = len(self.guard.owners())
        yield
        assert self.lab.router(owner).daemon("frrd").pid() == pid
        assert self.frrd(owner).state(group) == "active"
        assert self.decisions(owner, group) == before
        assert self.guard.owners()[max(0, seen - 1):] in ([owner], []), self.guard.owners()

    # A successor that does not answer: to stop a handover in the middle

    @contextlib.contextmanager
    def frrd_stopped(self, site):
        """frrd of the site is stopped in the block (SIGSTOP); zebra and bgpd go
        on, so that its markers stand."""
        self.lab.freeze(site, daemons=["frrd"])
        try:
            yield
        finally:
            self.lab.router(site).daemon("frrd").thaw()

    def set_lan(self, site, up):
        from labkit.netns import ip_batch
        ip_batch(self.lab.router(site).ns, [f"link set {LAN} {'up' if up else 'down'}"])

    # For a report

    def story(self):
        lines = []
        for site in self.lab.plan.sites:
            try:
                for group in self.frrd(site).show()["groups"]:
                    lines += [f"{site} {group} {entry['time']} {entry['event']}: "
                              f"{entry['from']} -> {entry['to']} ({entry['reason']})"
                              for entry in self.frrd(site).history(group)]
            except (LabError, OSError, KeyError) as err:
                lines.append(f"{site}: {err}")
        return "\n".join([*lines, *self.guard.timeline()])


def members(best, *others):
    """Members of a group in the order of preference, each with its LAN."""
    return config.members([best, *others])
