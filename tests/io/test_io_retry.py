# SPDX-License-Identifier: GPL-2.0-or-later
"""retry-interval: how soon a probe runs again while its state is not settled.

With an interval of a day, what comes at all comes for that reason."""

import pytest

from iokit import Io
from netkit import RIGHT4, Net

DAY = {"interval_ms": 86400000, "retry_ms": 50}
DROP = "table inet t {{ chain c {{ type filter hook input priority 0; {} drop; }}; }}"


@pytest.fixture
def net():
    with Net() as made:
        yield made


@pytest.fixture
def io(net):
    with Io(prefix=net.prefix) as running:
        yield running


def of(io, number):
    return [r for r in io.results if r["id"] == number]


def collect(io, number, count):
    while len(of(io, number)) < count:
        io.result(number)
    return of(io, number)


def nothing_more(io, number, count):
    """Another probe, which runs every 50 ms, tells that time has passed."""
    io.probe(99, "tcp", host=RIGHT4, port=9, interval_ms=50)
    collect(io, 99, 30)
    assert len(of(io, number)) == count


def drop_first(net, packets):
    """So many echo requests are not answered, and then all are."""
    net.nft(DROP.format(f"icmp type echo-request limit rate 1/day burst {packets} packets"))


@pytest.mark.parametrize("kind, options", [
    ("icmp", {"host": "203.0.113.1"}),
    ("tcp", {"host": RIGHT4, "port": 9}),
    ("http", {"url": f"http://{RIGHT4}:9/"}),
    ("exec", {"command": "/bin/false"})])
def test_until_settled(io, kind, options):
    """The first `fall` results come quickly, and then the probe runs once a day."""
    io.probe(1, kind, rise=2, fall=3, **DAY, **options)
    collect(io, 1, 3)
    nothing_more(io, 1, 3)
    assert not any(r["good"] for r in of(io, 1))


@pytest.mark.parametrize("dropped, results", [
    (0, [True, True]),
    (1, [False, True, True]),
    (2, [False, False, True, True]),
    (3, [False, False, False])])
def test_rise_and_fall(net, io, dropped, results):
    """Rows are counted as frrd counts them: by both, and anew when they are broken."""
    if dropped:
        drop_first(net, dropped)
    io.probe(1, "icmp", host=RIGHT4, timeout_ms=2000, rise=2, fall=3, **DAY)
    collect(io, 1, len(results))
    nothing_more(io, 1, len(results))
    assert [r["good"] for r in of(io, 1)] == results


def test_not_configured(io):
    """Without a retry-interval it is the interval."""
    io.probe(1, "tcp", host=RIGHT4, port=9, interval_ms=86400000, rise=2, fall=3)
    collect(io, 1, 1)
    nothing_more(io, 1, 1)


def test_settled_and_back_to_the_plan(net, io):
    """Up; then it fails: three looks, the retry-interval apart, and the next run is that
    of the plan again."""
    io.probe(1, "icmp", host=RIGHT4, interval_ms=4000, retry_ms=800, timeout_ms=50, rise=1,
             fall=3)
    first = next(r for r in iter(lambda: io.result(1), None) if r["good"])
    net.nft(DROP.format("icmp type echo-request"))
    while sum(not r["good"] for r in of(io, 1) if r["at_us"] > first["at_us"]) < 4:
        io.result(1)
    bad = [r["at_us"] for r in of(io, 1) if not r["good"] and r["at_us"] > first["at_us"]]
    # These are ends: one that comes late leaves less to the next.
    assert bad[1] - bad[0] >= 300_000 and bad[2] - bad[1] >= 300_000
    assert bad[2] - bad[0] < 4_000_000
    assert bad[3] - bad[2] > 1_500_000


def test_one_run_for_each_of_the_plan(io):
    """After retries, too; jitter makes some of them early."""
    io.probe(1, "icmp", host=RIGHT4, interval_ms=100, retry_ms=50, timeout_ms=20000, jitter=50,
             rise=4, fall=200)
    results = collect(io, 1, 30)[4:]
    begins = [r["at_us"] - r["latency_us"] for r in results if r["good"]]
    # The first may be late, and the last early by half an interval.
    assert begins[-1] - begins[0] > (len(begins) - 8) * 100_000


def test_at_the_end_of_a_long_run(net, io):
    """A run that takes longer than the retry-interval: the next one begins at its end."""
    net.nft(DROP.format("tcp dport 80"))
    io.probe(1, "tcp", host=RIGHT4, port=80, timeout_ms=300, rise=1, fall=4, **DAY)
    ends = [r["at_us"] for r in collect(io, 1, 4)]
    assert all(after - before >= 300_000 for before, after in zip(ends, ends[1:]))
    nothing_more(io, 1, 4)


def test_changed_while_unsettled(io):
    """A change begins anew: what was counted before does not count."""
    io.probe(1, "tcp", host=RIGHT4, port=9, generation=1, rise=2, fall=200, **DAY)
    collect(io, 1, 3)
    io.probe(1, "tcp", host=RIGHT4, port=9, generation=2, rise=2, fall=2, **DAY)
    for _ in range(2):
        io.result(1, generation=2)
    count = len(of(io, 1))
    nothing_more(io, 1, count)
    assert sum(r["generation"] == 2 for r in of(io, 1)) == 2
