# SPDX-License-Identifier: GPL-2.0-or-later
"""The scheduler: when runs begin, that none waits for another, what happens to results
that nobody fetches, and standing still."""

import collections
import contextlib
import os
import signal
import time

import pytest

from iokit import status, wait_until
from netfixtures import io, net  # noqa: F401
from netkit import RIGHT4

FAST = {"interval_ms": 100, "timeout_ms": 20000}


def starts(io, number):
    """Begins of the runs of a probe with good results, in microseconds."""
    return [r["at_us"] - r["latency_us"] for r in io.results if r["id"] == number and r["good"]]


def collect(io, number, count):
    while sum(r["id"] == number for r in io.results) < count:
        io.result(number)


def test_no_drift(io):
    """Run n begins at first + n * interval, or later; never before, whatever has been."""
    io.probe(1, "icmp", host=RIGHT4, **FAST)
    collect(io, 1, 30)
    begins = starts(io, 1)
    # How late each is after a plan that begins with the first.
    late = [(at - begins[0]) % 100_000 for at in begins]
    # The first may have been late itself: then others are "early", by that.
    first = max([100_000 - value for value in late if value > 50_000], default=0)
    assert min((value + first) % 100_000 for value in late) < 20_000
    steps = [(at - begins[0] + first) // 100_000 for at in begins]
    assert steps == sorted(set(steps)), "two runs in one interval"


def test_spread(io):
    """Probes that are made together do not run together."""
    for number in range(1, 201):
        io.probe(number, "icmp", host=RIGHT4, interval_ms=1000, timeout_ms=30000)
    for number in range(1, 201):
        io.result(number)
    begins = sorted(starts(io, number)[0] for number in range(1, 201))
    assert begins[-1] - begins[0] > 500_000
    tenths = collections.Counter((at - begins[0]) // 100_000 for at in begins)
    assert max(tenths.values()) < 100


@pytest.mark.parametrize("options, step", [
    ({"interval_ms": 1000, "jitter": 10}, 25_000), ({"interval_ms": 700}, 25_000),
    ({"interval_ms": 400}, 10_000)])
def test_shared_wake_ups(io, options, step):
    """Runs are planned for multiples of a step, so that many begin together."""
    for number in range(1, 101):
        io.probe(number, "icmp", host=RIGHT4, timeout_ms=20000, **options)
    for number in range(1, 101):
        collect(io, number, 3)
    behind = sorted(at % step for number in range(1, 101) for at in starts(io, number))
    # Some are late on a busy machine; without a step half of them were behind half of it.
    assert behind[len(behind) // 2] < step * 0.35


def test_jitter(io):
    """Also while the state is not settled, when there is no retry-interval."""
    io.probe(1, "icmp", host=RIGHT4, jitter=50, rise=255, **FAST)
    collect(io, 1, 40)
    begins = starts(io, 1)
    gaps = [after - before for before, after in zip(begins, begins[1:])]
    assert max(gaps) - min(gaps) > 30_000
    # It moves single runs, not the plan.
    assert begins[-1] - begins[0] > 0.8 * 100_000 * (len(begins) - 1)


def test_no_overlap(net, io):
    """A timeout longer than the interval: the next run waits for its turn."""
    net.nft("table inet t { chain c { type filter hook input priority 0; tcp dport 80 drop; }; }")
    io.probe(1, "tcp", host=RIGHT4, port=80, interval_ms=50, timeout_ms=500)
    collect(io, 1, 3)
    ends = [r["at_us"] for r in io.results]
    for before, after in zip(ends, ends[1:]):
        assert after - before >= 500_000


def test_owed(net, io):
    """A run is still going when the next is due: that one begins at its end, and does not
    wait for the one after it."""
    net.nft("table inet t { chain c { type filter hook input priority 0; tcp dport 80 drop; }; }")
    io.probe(1, "tcp", host=RIGHT4, port=80, interval_ms=400, timeout_ms=600)
    collect(io, 1, 6)
    ends = [r["at_us"] for r in io.results]
    gaps = [after - before for before, after in zip(ends, ends[1:])]
    # Left out, the runs would begin every 800 ms.
    assert min(gaps) >= 600_000
    assert min(gaps) < 790_000


def test_owed_once(net, io):
    """The first run, which is not answered, ends 100 ms before the second planned run, and
    two are due meanwhile. One comes at once, and not another one 100 ms after it."""
    net.nft("table inet t { chain c { type filter hook input priority 0; "
            "icmp type echo-request limit rate 1/day burst 1 packets drop; }; }")
    io.probe(1, "icmp", host=RIGHT4, interval_ms=1000, timeout_ms=2900)
    collect(io, 1, 3)
    assert [r["good"] for r in io.results[:3]] == [False, True, True]
    first, second = starts(io, 1)[:2]
    assert second - first >= 500_000


def test_hanging_delays_none(net, io):
    """Three hundred probes hang; the one beside them is answered every time."""
    net.nft("table inet t { chain c { type filter hook input priority 0; tcp dport 80 drop; }; }")
    for number in range(2, 302):
        io.probe(number, "tcp", host=RIGHT4, port=80, interval_ms=1000, timeout_ms=60000)
    io.probe(1, "icmp", host=RIGHT4, **FAST)
    collect(io, 1, 20)
    assert all(r["good"] for r in io.results if r["id"] == 1)
    assert not [r for r in io.results if r["id"] != 1]
    io.ping()


def test_change_and_delete(io):
    io.probe(1, "icmp", host=RIGHT4, generation=1, **FAST)
    assert io.result(1)["generation"] == 1
    io.probe(1, "tcp", host=RIGHT4, port=9, generation=2, **FAST)
    result = io.result(1, generation=2)
    assert result["text"] == "Connection refused"
    io.delete(1)
    io.delete(1)
    io.delete(77)
    io.ping(2)
    # What was made before the answer has been read; nothing comes after it.
    count = len(io.results)
    io.probe(2, "icmp", host=RIGHT4, **FAST)
    for _ in range(5):
        io.result(2)
    assert all(r["id"] == 2 for r in io.results[count:])
    assert all(r["generation"] == 2 for r in io.results
               if r["id"] == 1 and r["text"] == "Connection refused")


def test_change_while_it_hangs(net, io):
    net.nft("table inet t { chain c { type filter hook input priority 0; tcp dport 80 drop; }; }")
    for number in range(1, 101):
        io.probe(number, "tcp", host=RIGHT4, port=80, interval_ms=50, timeout_ms=60000)
    io.ping(1)
    wait_until(lambda: sockets(io.pid) > 90)
    for number in range(1, 101):
        io.delete(number)
    io.ping(2)
    wait_until(lambda: sockets(io.pid) < 20)
    assert not io.results


def sockets(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_kib(pid):
    return int(status(pid)["VmRSS"].split()[0])


def test_nobody_reads(io):
    """frrd does not read: memory does not grow, and the newest result of each probe is
    there when it reads again."""
    io.ping()
    io.send("reading", on=False)
    for number in range(1, 301):
        io.probe(number, "icmp", host=RIGHT4, interval_ms=50, timeout_ms=20000)
    # The socket is full when the process has stopped sending: its processor time goes on,
    # its results do not come out.
    begin = processor(io.pid)
    wait_until(lambda: processor(io.pid) > begin + 100)
    first = resident_kib(io.pid)
    begin = processor(io.pid)
    wait_until(lambda: processor(io.pid) > begin + 200)
    assert resident_kib(io.pid) < first + 2048
    # A change while nothing is read. The results of before come first, the one of now
    # last, and only once.
    for number in range(1, 301):
        io.probe(number, "tcp", host=RIGHT4, port=9, generation=2, interval_ms=86400000,
                 timeout_ms=20000)
    begin = processor(io.pid)
    wait_until(lambda: all_begun(io.pid, begin))
    io.send("reading", on=True)
    for number in range(1, 301):
        assert io.result(number, generation=2)["text"] == "Connection refused"
    io.ping(5)
    newest = {r["id"]: r["generation"] for r in io.results}
    assert set(newest.values()) == {2}
    assert len(newest) == 300


def processor(pid):
    """Milliseconds of processor time."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e6


def all_begun(pid, begin):
    """Some work was done, and now nothing is left to do."""
    return processor(pid) > begin and sockets(pid) < 30


def test_many_pings(io):
    """Only the newest has to be answered when there are too many to answer each."""
    for number in range(1, 2001):
        io.send("ping", number=number)
    while io.wait(lambda m: m["type"] == "pong")["number"] != 2000:
        pass


@contextlib.contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: status(pid)["State"].startswith("T"))
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_standing_still(io):
    """Stopped for many intervals: the runs that were missed are not made up for."""
    io.probe(1, "icmp", host=RIGHT4, **FAST)
    collect(io, 1, 3)
    with stopped(io.pid):
        # Two seconds by the probe's own clock, which goes on meanwhile.
        wait_until(lambda: monotonic_us() > io.results[-1]["at_us"] + 2_000_000)
    count = len(io.results)
    collect(io, 1, count + 10)
    assert all(r["good"] for r in io.results)
    begins = starts(io, 1)[count:]
    # Twenty were missed: one comes at once, the others in their rhythm.
    assert begins[-1] - begins[0] > 500_000


def monotonic_us():
    return time.monotonic_ns() // 1000


def test_gathered(io):
    """Results that come up together travel together."""
    for number in range(1, 201):
        io.probe(number, "icmp", host=RIGHT4, interval_ms=50, timeout_ms=20000)
    for number in range(1, 201):
        io.result(number)
    with stopped(io.pid):
        wait_until(lambda: monotonic_us() > io.results[-1]["at_us"] + 300_000)
    seen = len(io.results)
    while len(io.results) < seen + 2000:
        io.wait(lambda m: m["type"] == "result")
    assert io.most_results > 10
