# SPDX-License-Identifier: GPL-2.0-or-later
"""A dead service behind a living router.

Routing notices nothing of it. A probe at dc1 does, dc1 grants the group to dc2,
and the service behind dc2 answers from then on. The stream measures the service
itself: the echo responder and the web server that the probe asks are one thing
here, which dies, or hangs, as a whole.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

from labkit import config, netns
from labkit.auto import Auto
from labkit.daemon import wait_exit
from labkit.frrd import parse_time
from labkit.plan import SERVICE4
from labkit.run import LabError, wait_for

from . import outage
from .stage import DC1, DC2, MEMBERS, prefer
from .takeover import GROUP, home, order, tell

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "topotests",
                      "web_server.py")
PORT = 8080
PROBE = ["probe web", f" http http://{SERVICE4}:{PORT}/", " interval 100", " timeout 70",
         " fall 2", " jitter 10", "exit"]
# Killed: the kernel closes the port, which refuses connections. Stopped: the
# kernel still takes connections, and nobody ever answers.
FAULTS = (("refused", signal.SIGKILL), ("hung", signal.SIGSTOP))


class Service:
    """The echo responder of the lab and a web server, in the host behind a site."""

    def __init__(self, lab, site):
        self.lab, self.site = lab, site
        self._web = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._end_web()  # the responder is the lab's

    def start(self):
        self.lab.start_responder(self.site)
        with netns.inside(self.lab.plan.host_ns(self.site)):
            self._web = subprocess.Popen([sys.executable, SERVER, SERVICE4, str(PORT)],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._web.stdout.readline() != b"ready\n":
            raise LabError(f"the web server behind {self.site} did not start")
        # Like the daemons that depend on it: a late answer is a bad result
        for pid in self.pids():
            prefer(pid)

    def pids(self):
        return self._web.pid, self.lab.responder_pid(self.site)

    def again(self):
        """After a fault."""
        self._end_web()
        responder = self.lab.responder_pid(self.site)
        if responder:  # hung
            os.kill(responder, signal.SIGKILL)
            wait_exit(responder, 5)
        self.start()

    def _end_web(self):
        self._web.kill()
        with self._web:  # reaps it and closes its pipes
            pass


def probes(auto, site):
    return auto.lab.router(site).ask_json("frrd", "show subnet-mover probes json")


def wait_up(auto):
    """dc1 sees its service, and dc2, through the network, the same one."""
    for site in MEMBERS:
        wait_for(lambda at=site: probes(auto, at)["probes"]["web"]["state"], 20,
                 f"probe web at {site} to be up", until=lambda state: state == "up")


def load(stage, times):
    """Any number of moves in an hour: damping would hold the sixth one back."""
    auto = Auto(stage.lab)
    extra = ("auto-failover", "damping max-moves 0", *order("make-before-break"))
    auto.load(times=times, options=PROBE,
              groups=config.shop(extra=extra, member=["probe web owner"]))
    auto.wait_ready(DC2)
    wait_up(auto)
    stage.prefer()
    for site in MEMBERS:
        prefer(probes(auto, site)["frrdIo"]["pid"])
    return auto


def granted_ms(auto, died):
    """How long after the service's death dc1 granted the group to dc2 for it."""
    times = [parse_time(entry["time"]) for entry in auto.frrd(DC1).history(GROUP)
             if entry["reason"] == "grant-unhealthy" and "probe web" in entry.get("note", "")]
    if not times or times[-1] < died - 0.001:  # the history has whole milliseconds
        raise LabError("the group did not leave dc1 because of the probe")
    return round((times[-1] - died) * 1000, 1)


def one_run(stage, auto, service, number):
    pids = service.pids()
    died = []

    def fault(_):
        died.append(time.time())
        for pid in pids:
            os.kill(pid, number)

    run = outage.measure(stage, DC1, DC2, fault, lambda: auto.wait_owner(DC2))
    run["grantedMs"] = granted_ms(auto, died[0])
    return run


def measure(stage, times, runs, say):
    found = {name: [] for name, _ in FAULTS}
    with ExitStack() as stack:
        services = {site: stack.enter_context(Service(stage.lab, site)) for site in MEMBERS}
        auto = load(stage, times)
        for number in range(1, runs + 1):
            for name, fault in FAULTS:
                run = one_run(stage, auto, services[DC1], fault)
                tell(say, number, "service", name, run)
                found[name].append(run)
                services[DC1].again()
                home(auto)
                wait_up(auto)
    return found
