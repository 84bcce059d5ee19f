# SPDX-License-Identifier: GPL-2.0-or-later
"""How long frrd takes to read a file with many lines of one group.

`frrd -C` reads and commits the file as it does at its start, and ends. Its processor time
counts, less that of a file without these lines. Each kind is read with N and with 2 N
lines in one run, one after the other: their ratio is 2 where the time grows with the
lines, and 4 where it grows with their square, whatever else the machine does.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time

from labkit.router import build_dir, frrd_binary
from labkit.run import LabError

TARGET_S = 2.0      # of processor time, for 1,000 lines
TARGET_RATIO = 3.0  # twice as many lines

HEAD = """subnet-mover
 local-site dc1
 site dc1
  id 1
 exit
 site dc2
  id 2
 exit
 arbiter manual
 exit
"""


def prefix(number, first=10):
    return f"{first}.{number // 65536}.{number // 256 % 256}.{number % 256}/32"


def group(prefixes, here=(), there=()):
    lines = [" group bench", "  id 1", *(f"  prefix {p}" for p in prefixes), "  site dc1",
             "   next-hop interface lan", *(f"   {line}" for line in here), "  exit",
             "  site dc2", "   next-hop interface lan", *(f"   {line}" for line in there),
             "  exit", " exit"]
    return "".join(line + "\n" for line in lines)


def with_prefixes(count):
    return group([prefix(i) for i in range(max(1, count))])


def with_maps(count):
    return group([prefix(i) for i in range(max(1, count))],
                 there=[f"map {prefix(i)} {prefix(i, 11)}" for i in range(count)])


def with_probes(count):
    probes = "".join(f" probe p{i}\n  icmp 192.0.2.{i % 250 + 1}\n exit\n" for i in range(count))
    return probes + group([prefix(0)], here=[f"probe p{i}" for i in range(count)])


KINDS = {"prefixes": ("`prefix` lines", with_prefixes),
         "maps": ("prefixes, as many `map` lines", with_maps),
         "probes": ("probes, as many lines that use them", with_probes)}


class Reader:
    """frrd -C with one file after the other."""

    def __init__(self):
        self.frrd = frrd_binary(build_dir())
        if not os.access(self.frrd, os.X_OK):
            raise LabError(f"there is no {self.frrd}: build it first (make)")
        self.dir = tempfile.mkdtemp(prefix="frrd-load-")
        os.chmod(self.dir, 0o777)  # it does not stay root

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir)

    def read(self, text):
        """(seconds of processor time, seconds) for a file in which no line is refused."""
        path, log = f"{self.dir}/frrd.conf", f"{self.dir}/log"
        with open(path, "w", encoding="ascii") as file:
            file.write(HEAD + text + "exit\n")
        begin = time.monotonic()
        with open(log, "w+", encoding="utf-8", errors="replace") as said:
            child = subprocess.Popen(
                [self.frrd, "-C", "-f", path, "-i", f"{self.dir}/pid", "--vty_socket", self.dir,
                 "--state-file", f"{self.dir}/state", "--log", "stdout"], stdout=said, stderr=said)
            _, status, used = os.wait4(child.pid, 0)
            passed = time.monotonic() - begin
            child.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            found = said.read()
        if child.returncode or "refused" in found:
            raise LabError(f"frrd -C ended with {child.returncode}: {found[:500]}")
        return used.ru_utime + used.ru_stime, passed


def measure(kind, count, runs, say):
    make = KINDS[kind][1]
    found = []
    with Reader() as reader:
        for run in range(1, runs + 1):
            nothing, _ = reader.read(make(0))
            once, once_passed = reader.read(make(count))
            twice, _ = reader.read(make(2 * count))
            found.append({"emptyS": nothing, "onceS": once - nothing, "twiceS": twice - nothing,
                          "ratio": (twice - nothing) / (once - nothing),
                          "oncePassedS": once_passed})
            say(f"  {kind} {run} of {runs}: {once - nothing:.3f} s, twice as many "
                f"{twice - nothing:.3f} s")
    return {"runs": found, **{key: round(statistics.median(run[key] for run in found), 3)
                              for key in found[0]}}


def missed(found):
    """The targets that were not met; that of the time is for 1,000 lines."""
    return [kind for kind in KINDS if kind in found
            and (found[kind]["onceS"] > TARGET_S * max(1, found["count"] / 1000)
                 or found[kind]["ratio"] > TARGET_RATIO)]


def text(found):
    count = found["count"]
    lines = [f"one group, medians, seconds of processor time less those without the lines "
             f"({min(found[kind]['emptyS'] for kind in KINDS if kind in found):.2f}):", "",
             f"  {'':36} {count:8d} {2 * count:8d}    ratio    passed with {count}"]
    for kind, (what, _) in KINDS.items():
        if kind in found:
            one = found[kind]
            lines.append(f"  {what:36} {one['onceS']:8.3f} {one['twiceS']:8.3f} "
                         f"{one['ratio']:8.2f} {one['oncePassedS']:14.2f}"
                         f"  {'MISSED' if kind in missed(found) else 'met'}")
    lines += ["", f"targets: {TARGET_S:g} s for 1,000 lines, a ratio of at most {TARGET_RATIO:g} "
              "(linear: 2, by the square: 4)"]
    return "\n".join(lines)
