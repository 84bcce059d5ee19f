# SPDX-License-Identifier: GPL-2.0-or-later
"""What a prefix costs in memory.

libfrr counts what is allocated, by type; `show memory` lists it. frrd's own
state is its group "frrd" plus the buckets of its hash table, which libfrr
counts under a type of its own. What a process holds beyond libfrr's count is
libyang's tree for the most part (and malloc's overhead, and what it keeps for
later): the growth of the resident set less the growth of libfrr's count.

All numbers are differences between frrd with N prefixes and frrd with one,
in the same state, divided by N - 1.
"""

import re
from contextlib import ExitStack

from .moves import Watches, accepted
from .stage import DC1, DC2, GROUP

TARGET_BYTES = 200
HASH_TYPE = "Typed-hash bucket"
_LINE = re.compile(r"(?P<name>.{30,}?): +(?P<count>\d+) +(?:variable|\d+)? +(?P<bytes>\d+)"
                   r" +(?P<peak_count>\d+) +(?P<peak>\d+)\s*$")


def parse(text):
    """{group: {type: (count, bytes)}} of `show memory`."""
    groups, types = {}, None
    for line in text.splitlines():
        if line.startswith("--- qmem "):
            types = groups.setdefault(line.removeprefix("--- qmem ").removesuffix(" ---"), {})
        elif types is not None and (match := _LINE.match(line)):
            types[match["name"].strip()] = int(match["count"]), int(match["bytes"])
    return groups


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def sample(stage, site):
    router = stage.lab.router(site)
    text = router.ask("frrd", "show memory")
    groups = parse(text)
    own = {kind: size for name, types in groups.items() if name == "frrd"
           for kind, (_, size) in types.items()}
    buckets = sum(types.get(HASH_TYPE, (0, 0))[1] for types in groups.values())
    counted = sum(size for types in groups.values() for _, size in types.values())
    return {"own": sum(own.values()) + buckets, "ownTypes": {**own, HASH_TYPE: buckets},
            "libfrr": counted - sum(own.values()) - buckets,
            "resident": resident(router.daemon("frrd").pid())}


def samples(stage, count, by_prefix_list):
    """In each state that matters: standby; active at the owner; claiming at
    the successor, where every prefix is known to be announced elsewhere."""
    timeout = 120 + count / 200
    stage.load_frrd(count, by_prefix_list=by_prefix_list)
    dc1, dc2 = stage.frrd(DC1), stage.frrd(DC2)
    found = {"standby": sample(stage, DC1)}
    with ExitStack() as stack:
        watches = Watches(stage, count, stack)
        accepted(dc1.failover(GROUP), "failover")
        watches.settled(DC1)
        dc1.wait_installed(GROUP, timeout)
        found["active"] = sample(stage, DC1)
        accepted(dc2.switchover(GROUP, DC2), "switchover at the successor")
        stage.wait_claiming(DC2, count, timeout)
        found["claiming"] = sample(stage, DC2)
        accepted(dc2.release(GROUP), "release at the successor")
        accepted(dc1.release(GROUP), "release at the owner")
        watches.settled_none()
    stage.stop_frrd()
    return found


def per_prefix(many, one, count):
    def share(key):
        return round((many[key] - one[key]) / (count - 1), 1)
    kinds = {kind: round((size - one["ownTypes"].get(kind, 0)) / (count - 1), 1)
             for kind, size in many["ownTypes"].items()}
    return {"ownBytes": share("own"), "libfrrBytes": share("libfrr"),
            "restBytes": round(share("resident") - share("own") - share("libfrr"), 1),
            "residentBytes": share("resident"),
            "ownTypes": {kind: size for kind, size in sorted(kinds.items()) if size >= 0.1}}


def measure(stage, counts, list_counts, say):
    found = []
    for by_prefix_list in (False, True):
        source = "prefix-list" if by_prefix_list else "prefix"
        one = samples(stage, 1, by_prefix_list)
        for count in list_counts if by_prefix_list else counts:
            many = samples(stage, count, by_prefix_list)
            for state, taken in many.items():
                found.append({"source": source, "prefixes": count, "state": state,
                              **per_prefix(taken, one[state], count)})
            say(f"  {count} prefixes by {source} lines")
    return found
