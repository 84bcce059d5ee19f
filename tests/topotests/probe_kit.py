# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes of frrd in tests: lines of configuration, what they say, servers that
they ask."""

import json
import os
import subprocess
import sys

from helpers import status_fields
from labkit.run import wait_for

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "web_server.py")


def block(*lines):
    """Lines under `subnet-mover`."""
    return "\n".join(["subnet-mover", *(f" {line}" for line in lines), "exit"])


def configure(router, *lines):
    """Lines under `subnet-mover`, all accepted."""
    said = router.configure(block(*lines))
    assert not said, said


def quick(name, *kind, interval=100, timeout=1000, rise=2, fall=2, more=()):
    """A probe that runs often."""
    return [f"probe {name}", *(f" {line}" for line in kind), f" interval {interval}",
            f" timeout {timeout}", f" rise {rise}", f" fall {fall}",
            *(f" {line}" for line in more), "exit"]


def shown(router, name=None):
    """The probes as `show … json` has them; or one."""
    answer = router.ask_json("frrd", "show subnet-mover probes json")
    return answer["probes"][name] if name else answer


def io(router):
    return shown(router)["frrdIo"]


def wait_io(router, timeout=20, other_than=None):
    """frrd-io runs, as another process than before; its state."""
    return wait_for(lambda: io(router), timeout, "frrd-io to run", interval=0.05,
                    until=lambda seen: seen["state"] == "running"
                    and seen.get("pid") not in (None, other_than))


def wait_probe(router, name, state, timeout=20, text=None):
    return wait_for(lambda: shown(router, name), timeout,
                    f"probe {name} to be {state}" + (f" ({text})" if text else ""), interval=0.02,
                    until=lambda seen: seen["state"] == state and (text or "") in seen["text"])


def track(router, name):
    return router.ask_json("frrd", f"show subnet-mover track {name} json")["tracks"][name]


def wait_track(router, name, state, statuses=None, timeout=20):
    """statuses: prefix -> status of its route."""
    def right(seen):
        return seen["state"] == state and (statuses is None or {
            prefix: route["status"] for prefix, route in seen["routes"].items()} == statuses)
    return wait_for(lambda: track(router, name), timeout,
                    f"track {name} to be {state} with {statuses}", until=right, interval=0.02)


def capabilities(pid, which="CapEff"):
    return int(status_fields(pid)[which], 16)


class WebServer:
    """A web server in a namespace, of which the status can be set. It is a process
    of its own, for the namespace; `with` ends it. certificate: files of the
    certificate and its key, then it speaks TLS."""

    def __init__(self, ns, address, port, certificate=()):
        self.ns, self.address, self.port = ns, address, port
        self.certificate = certificate
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.ns, sys.executable, SERVER,
             self.address, str(self.port), *map(str, self.certificate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        assert self.process.stdout.readline() == "ready\n"

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def answer(self, status):
        """From now on."""
        self.process.stdin.write(f"{json.dumps(status)}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "set\n"

    def signal(self, number):
        os.kill(self.process.pid, number)
