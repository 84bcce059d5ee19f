# SPDX-License-Identifier: GPL-2.0-or-later
"""One prefix: how long from the command to frrd's write to zebra, and from the
command until the third site's kernel follows.

frrd's share is taken twice: by frrd itself (the "timing" of its JSON: from the
reading of the command to the write) and from outside (from the moment before
the command is sent to frrd's vty until the message comes by between frrd and
zebra; this has the vty and the witness in it).
"""

from contextlib import ExitStack

from .moves import Watches, accepted, bare_run, ms, own_timing
from .proxy import Proxy
from .stage import DC1, DC2, GROUP, MEMBERS

PER_ROUND = 5


def share_ms(proxy, kind, begin_us):
    seen_ns = proxy.first(kind, begin_us * 1000)
    return None if seen_ns is None else ms(begin_us, seen_ns / 1000)


def frrd_move(stage, watches, proxies):
    dc1, dc2 = stage.frrd(DC1), stage.frrd(DC2)
    result = {}
    watches.settled_none()

    begin = accepted(dc1.failover(GROUP), "failover")
    result["announceMs"] = ms(begin, watches.settled(DC1))
    result["announceShareMs"] = share_ms(proxies[DC1], "add", begin)
    result["announceOwnUs"] = own_timing(stage, DC1)

    accepted(dc2.switchover(GROUP, DC2), "switchover at the successor")
    stage.wait_claiming(DC2, 1)
    stage.wait_quiet()
    watches.expect(DC2, "none")
    begin = accepted(dc1.switchover(GROUP, DC2), "switchover at the owner")
    gone = watches.answer(DC2)
    result["moveGoneMs"] = ms(begin, gone)
    result["moveMs"] = ms(begin, watches.settled(DC2))
    result["releaseShareMs"] = share_ms(proxies[DC1], "delete", begin)
    # zebra tells frrd when its own table has lost the route, a little before the kernel's has
    taken = proxies[DC2].first("add", begin * 1000)
    result["takeoverShareMs"] = taken and ms(gone, taken / 1000)

    accepted(dc2.release(GROUP), "release")
    watches.settled_none()
    return result


def measure(stage, runs, say):
    found = {"prefixes": 1, "bare": [], "frrd": []}
    with ExitStack() as stack:
        watches = Watches(stage, 1, stack)
        stage.prefer()
        proxies, options = {}, {}
        for site in MEMBERS:
            router = stage.lab.router(site)
            path = f"{router.run_dir}/bench-zserv.api"
            proxies[site] = stack.enter_context(Proxy(path, f"{router.run_dir}/zserv.api"))
            options[site] = ["-z", path]
        while len(found["frrd"]) < runs:
            todo = min(PER_ROUND, runs - len(found["frrd"]))
            stage.stop_frrd()
            for _ in range(todo):
                found["bare"].append(bare_run(stage, watches, 1, with_at_once=False))
            stage.load_frrd(1, options=options)
            for _ in range(todo):
                found["frrd"].append(frrd_move(stage, watches, proxies))
            say(f"  {len(found['frrd'])} of {runs}")
        stage.stop_frrd()
    return found
