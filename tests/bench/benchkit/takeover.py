# SPDX-License-Identifier: GPL-2.0-or-later
"""The same faults with frrd, and planned moves.

dc1 owns the group; the fault comes, and dc2 takes over by itself. Planned moves
are given at the third site. After each, the group goes home by a
make-before-break or break-before-make switchover, which is not measured.
"""

from labkit import config
from labkit.auto import Auto
from labkit.run import LabError, wait_for

from . import outage
from .stage import DC1, DC2, HUB

GROUP = "shop"
FAULTS = (("killed", outage.crash), ("frozen", outage.freeze))
ORDERS = (("bbm", "break-before-make"), ("mbb", "make-before-break"))


def order(name):
    """The line of the group that says in which order a planned move goes."""
    return [f"handover {name}"] if name == "make-before-break" else []


def load(stage, times, handover):
    auto = Auto(stage.lab)
    auto.load(times=times, extra=order(handover))
    auto.wait_ready(DC2)
    stage.prefer()
    return auto


def switchover(lab, to):
    """A planned move, given at the third site."""
    answer = lab.frrd(HUB).switchover(GROUP, to)
    if not answer.ok:
        raise LabError(f"the switchover to {to} was refused: {answer.text}")


def home(auto):
    """Back to dc1, whoever has it."""
    auto.wait_ready(DC1)
    if auto.frrd(DC1).state(GROUP) != "active":
        switchover(auto.lab, DC1)
    auto.wait_owner(DC1)
    auto.wait_ready(DC2)


def planned(stage, times, runs, say, label):
    found = {}
    for name, handover in ORDERS:
        auto = load(stage, times, handover)
        found[name] = []
        for number in range(1, runs + 1):
            run = outage.measure(stage, DC1, DC2, lambda lab: switchover(lab, DC2),
                                 lambda: auto.wait_owner(DC2))
            tell(say, number, label, f"planned {name}", run)
            found[name].append(run)
            home(auto)
    return found


def unplanned(stage, times, runs, say, label):
    found = {name: [] for name, _ in FAULTS}
    auto = load(stage, times, "make-before-break")
    for number in range(1, runs + 1):
        for name, fault in FAULTS:
            run = outage.measure(stage, DC1, DC2, fault,
                                 lambda: auto.wait_owner(DC2, without=[DC1]))
            run["reason"] = reason(auto)
            tell(say, number, label, name, run)
            found[name].append(run)
            outage.revive(stage.lab)
            wait_for(lambda: auto.states(GROUP), 20, "dc1 to be a standby",
                     until=lambda states: states.get(DC1) == "standby")
            home(auto)
    return found


def reason(auto):
    """Why dc2 took over, as its history says."""
    entries = [entry["reason"] for entry in auto.frrd(DC2).history(GROUP)
               if entry["to"] == "claiming"]
    return entries[-1] if entries else None


def tell(say, number, label, what, run):
    say(f"  run {number} {label} {what:12s} {run['lost']:5d} packets lost, "
        f"gap {run['gapMs']:7.1f} ms")


def defaults():
    """The times that frrd has by itself: none is configured."""
    return {}


def quickest():
    """The smallest that the budget accepts."""
    return config.quickest()


def measure(stage, times, runs, say, label):
    return {**planned(stage, times, runs, say, label),
            **unplanned(stage, times, runs, say, label)}
