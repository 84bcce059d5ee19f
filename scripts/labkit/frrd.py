# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd seen from outside: its JSON, its operational commands, its state."""

import time
from dataclasses import dataclass
from datetime import datetime

from .run import wait_for


def parse_time(text):
    """RFC 3339 with milliseconds -> seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


@dataclass
class Answer:
    """What came back from an operational command, and when it was sent."""
    code: int          # 0: done; see enum cmd_return in FRR's lib/command.h
    text: str
    sent_ns: int       # CLOCK_MONOTONIC
    sent_wall: float   # seconds since 1970

    @property
    def ok(self):
        return self.code == 0


class Frrd:
    """frrd of one router."""

    def __init__(self, router):
        self.router = router

    def wait_ready(self, timeout=20):
        """Connected to zebra."""
        return wait_for(self.show, timeout, f"frrd at {self.router.ns} to reach zebra",
                        until=lambda shown: shown["zebra"] == "connected")

    # Commands: the line reaches frrd's vty as vtysh would send it

    def command(self, line):
        with self.router.vty("frrd") as vty:
            answer = Answer(0, "", time.monotonic_ns(), time.time())
            answer.code, text = vty.ask(f"subnet-mover {line}")
        answer.text = text.strip()
        return answer

    def failover(self, group, force=None):
        return self.command(f"failover {group}" + (f" force reason {force}" if force else ""))

    def switchover(self, group, to):
        return self.command(f"switchover {group} to {to}")

    def release(self, group):
        return self.command(f"release {group}")

    def hold(self, group, reason=None):
        return self.command(f"hold {group}" + (f" reason {reason}" if reason else ""))

    def resume(self, group):
        return self.command(f"resume {group}")

    # Shows

    def _json(self, line):
        return self.router.ask_json("frrd", line)

    def show(self):
        return self._json("show subnet-mover json")

    def group(self, name):
        groups = self.show()["groups"]
        if name not in groups:
            raise KeyError(f"frrd at {self.router.ns} has no group {name}: {list(groups)}")
        return groups[name]

    def state(self, name):
        return self.group(name)["state"]

    def routes(self, group=None):
        """Status entries by prefix."""
        what = f" group {group}" if group else ""
        answer = self._json(f"show subnet-mover routes{what} json")
        return {route["prefix"]: route for route in answer["routes"]}

    def statuses(self, group=None):
        return {prefix: route["status"] for prefix, route in self.routes(group).items()}

    def history(self, name):
        """Oldest first."""
        entries = self._json(f"show subnet-mover group {name} history json")["history"]
        return sorted(entries, key=lambda entry: parse_time(entry["time"]))

    def why(self, name):
        return self._json(f"show subnet-mover group {name} why json")

    def wait_state(self, name, state, timeout=10):
        return wait_for(lambda: self.group(name), timeout,
                        f"group {name} to be {state} at {self.router.ns}",
                        until=lambda group: group["state"] == state, interval=0.02)

    def wait_installed(self, name, timeout=10):
        """Active, and zebra has confirmed every prefix."""
        return wait_for(
            lambda: self.group(name), timeout,
            f"every prefix of {name} to be installed at {self.router.ns}", interval=0.02,
            until=lambda group: group["state"] == "active" and
            group["prefixes"]["total"] == group["prefixes"]["installed"] > 0)

    def wait_status(self, prefix, status, timeout=10):
        wanted = {status} if isinstance(status, str) else set(status)
        return wait_for(lambda: self.routes().get(prefix), timeout,
                        f"{prefix} to be {' or '.join(sorted(wanted))} at {self.router.ns}",
                        until=lambda route: route and route["status"] in wanted, interval=0.02)
