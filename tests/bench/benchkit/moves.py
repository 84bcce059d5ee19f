# SPDX-License-Identifier: GPL-2.0-or-later
"""N prefixes announced and moved, by frrd and by the bare ZAPI loop, in turns.

Measured from the command:

  announce  nobody announces; then dc1 does
  move      dc1 announces; break before make to dc2. frrd: dc2 has been told
            (it is claiming), then dc1 is told to release in favour of dc2. The
            bare loop does the same as a perfect operator would: withdraw at
            dc1, and in the moment when dc2's kernel has lost the last of the
            routes, announce at dc2
  at once   for comparison, bare loop only: withdraw at one site and announce
            at the other together, without a look at the other side. This is
            not what break before make means; it shows what the order costs

until the last change of the hub's FIB, after which all routes lead to the new
site, or until that site's own FIB has all of them, whichever is later. (The
last change, because when dc1 withdraws the hub turns to dc2 too early, for a
moment: to the path through dc2 that leads back to dc1. Whether the hub has all
routes in the right direction says nothing as long as dc2 has none.)
"""

from contextlib import ExitStack

from labkit.plan import LAN
from labkit.run import LabError, Timeout

from .child import FibWatch, ZapiLoop
from .stage import DC1, DC2, FIRST, GROUP, HUB, toward


class Watches:
    """fib_watch at all three sites."""

    def __init__(self, stage, count, stack):
        self._stage = stage
        self._at = {site: stack.enter_context(
            FibWatch(stage.build, stage.lab.plan.site_ns(site), FIRST, count))
            for site in (DC1, DC2, HUB)}
        self.timeout = 60 + count / 500

    def expect(self, site, condition):
        self._at[site].expect(condition)

    def answer(self, site, timeout=None):
        """When the last change came that made it true, in microseconds."""
        return self._at[site].answer(timeout or self.timeout)["lastUs"]

    def wait(self, site, condition):
        self.expect(site, condition)
        return self.answer(site)

    def settled(self, owner):
        """Wait until one site's prefixes are everywhere and nothing moves any
        more: when did the owner and the hub take their final form?"""
        where = {site: LAN if site == owner else toward(owner) for site in self._at}
        for site, interface in where.items():
            self.wait(site, f"all {interface}")
        self._stage.wait_quiet()
        return max(self.wait(site, f"all {where[site]}") for site in (owner, HUB))

    def settled_none(self):
        for site in self._at:
            self.wait(site, "none")
        self._stage.wait_quiet()


def ms(since_us, until_us):
    return round((until_us - since_us) / 1000, 2)


def bare_run(stage, watches, count, with_at_once=True):
    """One run of the bare loop; frrd is not running."""
    with ExitStack() as stack:
        dc1, dc2 = (stack.enter_context(ZapiLoop(stage.build, stage.lab.router(site), FIRST,
                                                 count, LAN)) for site in (DC1, DC2))
        result = {}
        watches.settled_none()

        begin = dc1.send("announce")
        loop = dc1.answer(watches.timeout)
        result["announceMs"] = ms(begin, watches.settled(DC1))
        result["announceSendMs"] = ms(loop["firstWriteUs"], loop["lastWriteUs"])
        result["announceInstalledMs"] = ms(begin, loop["lastNotifyUs"])

        watches.expect(DC2, "none")
        begin = dc1.send("withdraw")
        result["moveGoneMs"] = ms(begin, watches.answer(DC2))
        dc2.send("announce")
        result["moveMs"] = ms(begin, watches.settled(DC2))
        dc1.answer(watches.timeout)
        dc2.answer(watches.timeout)

        if with_at_once:
            begin = dc1.send("announce")
            dc2.send("withdraw")
            result["atOnceMs"] = ms(begin, watches.settled(DC1))
            dc1.answer(watches.timeout)
            dc2.answer(watches.timeout)
        (dc1 if with_at_once else dc2).send("withdraw")
        watches.settled_none()
    return result


def accepted(answer, what):
    if not answer.ok:
        raise LabError(f"frrd refused '{what}': {answer.text}")
    return answer.sent_ns // 1000


def own_timing(stage, site):
    """What frrd says of its last announcement, in microseconds: from the command
    to the first ZAPI write. None: it says nothing."""
    shown = stage.lab.router(site).ask_json("frrd", f"show subnet-mover group {GROUP} json")
    return shown.get("timing", {}).get("commandToZapiUs")


def frrd_run(stage, watches, count):
    """One run of frrd; it is loaded and stands by at dc1 and dc2."""
    dc1, dc2 = stage.frrd(DC1), stage.frrd(DC2)
    result = {}
    watches.settled_none()

    begin = accepted(dc1.failover(GROUP), "failover")
    result["announceMs"] = ms(begin, watches.settled(DC1))
    result["announceOwnUs"] = own_timing(stage, DC1)

    accepted(dc2.switchover(GROUP, DC2), "switchover at the successor")
    stage.wait_claiming(DC2, count)
    stage.wait_quiet()
    watches.expect(DC2, "none")
    begin = accepted(dc1.switchover(GROUP, DC2), "switchover at the owner")
    try:
        result["moveGoneMs"] = ms(begin, watches.answer(DC2))
    except Timeout:
        result["moveGoneMs"] = None
    result["moveMs"] = ms(begin, watches.settled(DC2))

    accepted(dc2.release(GROUP), "release")
    watches.settled_none()
    return result


def measure(stage, count, runs, say, by_prefix_list=False):
    """Alternate; which of the two goes first changes from run to run."""
    found = {"prefixes": count, "bare": [], "frrd": [], "errors": []}

    def bare():
        stage.stop_frrd()
        return bare_run(stage, watches, count)

    def frrd():
        stage.load_frrd(count, by_prefix_list=by_prefix_list)
        return frrd_run(stage, watches, count)

    with ExitStack() as stack:
        watches = Watches(stage, count, stack)
        stage.prefer()
        for number in range(1, runs + 1):
            order = [("bare", bare), ("frrd", frrd)]
            for name, run in order if number % 2 else reversed(order):
                result = run()
                found[name].append(result)
                say(f"  run {number} {name:5s} announce {result['announceMs']:8.1f} ms   "
                    f"move {result['moveMs']:8.1f} ms  (gone at dc2 after "
                    f"{result['moveGoneMs']} ms)")
        stage.stop_frrd()
    return found
