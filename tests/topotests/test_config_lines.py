# SPDX-License-Identifier: GPL-2.0-or-later
"""Many lines of one group in a file: frrd remembers what it has read of the candidate from
line to line. Each line has to be judged as if it had read all of it anew: the bad one of
many is refused with its reason, and what was refused, taken away, or changed by somebody
else is not remembered."""

import random
import signal

import pytest

from config_helpers import HEAD, Terminal, configured, running  # noqa: F401
from labkit.run import wait_for
from labkit.vty import CMD_SUCCESS

COUNT = 40

PROBES = "".join(f" probe p{i}\n  icmp 192.0.2.{i + 1}\n exit\n" for i in range(COUNT))
TRACK = """ probe bare
 exit
 track uplink
  next-hop 192.0.2.1
  probe p0
  prefix 10.7.0.0/24
 exit
"""
MAIL = """ group mail
  id 2
  prefix 10.8.0.0/24
  site dc1
   next-hop interface lan
  exit
 exit
"""
WEB = " group web\n  id 1\n" + "".join(f"  prefix 10.1.{i}.0/24\n" for i in range(COUNT)) + \
    """  site dc1
   next-hop interface lan
   attach interface lan address 10.3.0.1/24
  exit
  site dc2
   next-hop interface lan
  exit
 exit
"""
CONFIG = HEAD + PROBES + TRACK + MAIL + WEB + "exit\n"

DC1 = ["subnet-mover", "group web", "site dc1"]
DC2 = ["subnet-mover", "group web", "site dc2"]


def good_map(i):
    return f"map 10.1.{i}.0/24 10.2.{i}.0/24"


class Reading:
    """vtysh that feeds a file to frrd."""

    def __init__(self, vty):
        self.vty = vty
        vty.run("configure terminal")
        vty.run("XFRR_start_configuration")

    def ask(self, line):
        """Why the line was refused; None: it was not."""
        code, said = self.vty.ask(line)
        said = " ".join(said.split()).removeprefix("% ")
        return None if code == CMD_SUCCESS else said.split("Error description: ")[-1]

    def take(self, *lines):
        for line in lines:
            said = self.ask(line)
            assert said is None, f"'{line}' was refused: {said}"

    def end(self):
        self.vty.run("XFRR_end_configuration")


@pytest.fixture
def reading(configured):
    """reading() -> another vtysh that has begun to feed a file"""
    router = configured(CONFIG)
    opened = []

    def begin():
        opened.append(router.vty("frrd"))
        return Reading(opened[-1])

    begin.router = router
    yield begin
    for vty in opened:
        vty.close()


def maps_of(router, site="dc2"):
    """The map lines of a site of group web."""
    block = running(router).split(" group web\n")[1].split(f"  site {site}\n")[1]
    return [line.strip() for line in block.split("  exit\n")[0].splitlines() if " map " in line]


def uses_of(router):
    block = running(router).split(" group web\n")[1].split("  site dc1\n")[1].split("  exit\n")[0]
    return [line.strip() for line in block.splitlines() if " probe" in line]


# Map lines

BAD_MAPS = [
    ("map 10.1.20.0/24 10.8.0.0/24",
     "prefix 10.8.0.0/24 of group web (at site dc2 in place of 10.1.20.0/24) is in group mail "
     "already"),
    ("map 10.1.20.0/24 10.2.7.0/24",
     "group web site dc2: 10.1.20.0/24 and 10.1.7.0/24 would both be announced as 10.2.7.0/24"),
    ("map 10.1.20.0/24 10.1.30.0/24",
     "group web site dc2: 10.1.30.0/24 and 10.1.20.0/24 would both be announced as 10.1.30.0/24"),
    ("map 10.1.20.0/24 10.2.20.0/25",
     "group web site dc2: 10.1.20.0/24 cannot be mapped to 10.2.20.0/25: they have different "
     "lengths"),
    ("map 10.1.20.0/24 224.0.0.0/24",
     "group web site dc2: 10.1.20.0/24 cannot be mapped to 224.0.0.0/24, which are no addresses "
     "of hosts"),
    ("map 10.9.0.0/24 10.2.20.0/24",
     "group web site dc2: `map 10.9.0.0/24 10.2.20.0/24` covers no prefix of the group"),
    ("map 10.1.20.0/24 100.64.20.0/24",
     "prefix 100.64.20.0/24 of group web (at site dc2 in place of 10.1.20.0/24) lies within "
     "marker-range 100.64.0.0/16, whose addresses are the sites' markers"),
    ("map 10.1.20.0/24 10.7.0.0/24",
     "prefix 10.7.0.0/24 is in group web (at site dc2 in place of 10.1.20.0/24) and in track "
     "uplink: it can be announced by one of them only"),
    ("map 10.1.20.0/25 10.8.0.0/25",
     "group web site dc2: `map 10.1.20.0/25 10.8.0.0/25` covers no prefix of the group"),
    ("map 10.0.0.0/8 10.0.0.0/9",
     "group web site dc2: 10.0.0.0/8 cannot be mapped to 10.0.0.0/9: they have different lengths"),
]


@pytest.mark.parametrize("bad, why", BAD_MAPS, ids=[bad for bad, _ in BAD_MAPS])
def test_bad_map_line_in_the_middle(reading, bad, why):
    """It is refused with its reason; the lines before and behind it count."""
    file = reading()
    file.take(*DC2, *(good_map(i) for i in range(20)))
    assert file.ask(bad) == why
    file.take(*(good_map(i) for i in range(20, COUNT)), "exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router) == [good_map(i) for i in range(COUNT)]


def test_a_map_line_behind_others_than_map_lines(reading):
    """The prefixes of the other groups have not been looked at for these."""
    file = reading()
    file.take(*DC2, "next-hop interface wan")
    assert file.ask(BAD_MAPS[0][0]) == BAD_MAPS[0][1]
    file.take("next-hop interface lan", good_map(0))
    assert "would both be announced as 10.1.2.0/24" in file.ask("map 10.1.1.0/24 10.1.2.0/24")
    file.take("exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router) == [good_map(0)]


def test_bad_map_lines_one_after_the_other(reading):
    file = reading()
    file.take(*DC2, *(good_map(i) for i in range(20)))
    for bad, why in BAD_MAPS * 2:
        assert file.ask(bad) == why
    file.take(good_map(20), "exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router) == [good_map(i) for i in range(21)]


def test_an_attached_address_is_looked_at(reading):
    """dc1 has 10.3.0.1/24 on its interface."""
    file = reading()
    file.take(*DC1, "map 10.1.1.0/24 10.2.1.0/24")
    assert file.ask("map 10.1.2.0/24 10.3.0.0/24").startswith(
        "group web site dc1: the connected route of address 10.3.0.1/24 would stand before prefix "
        "10.3.0.0/24 of the group")
    file.take("exit", "site dc2", "map 10.1.2.0/24 10.3.0.0/24", "exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router, "dc1") == ["map 10.1.1.0/24 10.2.1.0/24"]
    assert maps_of(reading.router) == ["map 10.1.2.0/24 10.3.0.0/24"]


def test_prefixes_leave_before_others_come(reading):
    """One line moves many prefixes, and others go to where some of them were; but to none
    that is a prefix of the group."""
    file = reading()
    file.take(*DC2, "map 10.1.0.0/24 10.1.200.0/24")
    assert file.ask("map 10.1.1.0/24 10.1.0.0/24") == OWN_PLACE.format("10.1.1.0/24",
                                                                       "10.1.0.0/24")
    file.take("map 10.1.1.0/24 10.2.0.0/24", "map 10.1.0.0/16 10.2.0.0/16",
              "map 10.1.0.0/16 10.4.0.0/16", "map 10.1.0.0/24 10.4.0.0/24")
    assert "would both be announced as 10.4.5.0/24" in file.ask("map 10.1.6.0/24 10.4.5.0/24")
    file.take("map 10.1.5.0/24 10.5.5.0/24", "map 10.1.6.0/24 10.4.5.0/24", "exit", "exit",
              "group mail", "prefix 10.2.5.0/24", "prefix 10.1.200.0/24")
    assert file.ask("prefix 10.4.5.0/24") == \
        "prefix 10.4.5.0/24 of group mail is in group web (at site dc2 in place of 10.1.6.0/24) " \
        "already"
    assert "is in group web already" in file.ask("prefix 10.1.5.0/24")
    file.take("prefix 10.4.6.0/24", "exit", "exit")
    file.end()
    assert set(maps_of(reading.router)) == {
        "map 10.1.0.0/16 10.4.0.0/16", "map 10.1.0.0/24 10.4.0.0/24",
        "map 10.1.1.0/24 10.2.0.0/24", "map 10.1.5.0/24 10.5.5.0/24",
        "map 10.1.6.0/24 10.4.5.0/24"}


OWN_PLACE = "group web site dc2: {} cannot be mapped to {}, which is a prefix of the group as well"


def test_the_first_map_line_of_a_site(reading):
    """What it leaves where it is counts for those that follow; a prefix line comes before it,
    so that the facts are there."""
    file = reading()
    file.take(*DC2[:2], "prefix 10.1.100.0/24", "site dc2", good_map(0))
    assert file.ask("map 10.1.1.0/24 10.1.2.0/24") == \
        "group web site dc2: 10.1.2.0/24 and 10.1.1.0/24 would both be announced as 10.1.2.0/24"
    file.take("exit", "prefix 10.1.101.0/24", "site dc1", good_map(0), "exit", "site dc2")
    assert "would both be announced as 10.1.101.0/24" in file.ask("map 10.1.1.0/24 10.1.101.0/24")
    file.take("exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router) == maps_of(reading.router, "dc1") == [good_map(0)]


def test_a_map_line_removed_and_added_again(reading):
    file = reading()
    file.take(*DC2, *(good_map(i) for i in range(20)))
    assert "would both be announced as 10.2.3.0/24" in file.ask("map 10.1.21.0/24 10.2.3.0/24")
    file.take("no map 10.1.3.0/24", "map 10.1.21.0/24 10.2.3.0/24")
    assert file.ask(good_map(3)) == "group web site dc2: 10.1.21.0/24 and 10.1.3.0/24 would both " \
                                    "be announced as 10.2.3.0/24"
    file.take("no map 10.1.21.0/24", good_map(3), *(good_map(i) for i in range(20, COUNT)),
              "exit", "exit", "exit")
    file.end()
    assert sorted(maps_of(reading.router)) == sorted(good_map(i) for i in range(COUNT))


def test_prefix_lines_between_map_lines(reading):
    """Both bring up to date what is remembered for the other."""
    file = reading()
    file.take(*DC2, good_map(0), good_map(1), "exit", "prefix 10.1.100.0/24",
              "no prefix 10.1.30.0/24")
    assert "would both be announced as 10.2.1.0/24" in file.ask("prefix 10.2.1.0/24")
    file.take("prefix 10.6.0.0/24", "site dc2", "map 10.1.100.0/24 10.2.100.0/24")
    assert "covers no prefix" in file.ask("map 10.1.30.0/24 10.2.30.0/24")
    assert "would both be announced as 10.2.1.0/24" in file.ask("map 10.6.0.0/24 10.2.1.0/24")
    file.take("map 10.6.0.0/24 10.2.30.0/24", "exit", "no prefix 10.1.39.0/24")
    assert "would cover no prefix of the group any more" in file.ask("no prefix 10.1.100.0/24")
    file.take("exit", "exit")
    file.end()
    assert maps_of(reading.router) == [
        "map 10.1.0.0/24 10.2.0.0/24", "map 10.1.1.0/24 10.2.1.0/24",
        "map 10.1.100.0/24 10.2.100.0/24", "map 10.6.0.0/24 10.2.30.0/24"]


def test_a_refused_prefix_line_is_not_remembered(reading):
    """It is fine at dc1, where another one becomes the same then."""
    file = reading()
    file.take(*DC2[:2], "prefix 10.9.0.0/24", "site dc1", "map 10.9.0.0/16 10.2.0.0/16", "exit",
              "site dc2", good_map(1), "exit")
    assert "would both be announced as 10.2.1.0/24" in file.ask("prefix 10.2.1.0/24")
    file.take("prefix 10.9.1.0/24", "exit", "exit")
    file.end()
    assert "  prefix 10.9.1.0/24\n" in running(reading.router)


def test_a_prefix_line_counts_for_the_next_map_line(reading):
    """Without a refused line in between, after which all is read anew."""
    file = reading()
    file.take(*DC2, good_map(0), good_map(1), "exit", "prefix 10.1.100.0/24",
              "no prefix 10.1.30.0/24", "exit", "group mail", "prefix 10.2.100.0/24", "exit",
              *DC2[1:])
    assert file.ask("map 10.1.0.0/16 10.2.0.0/16") == \
        "prefix 10.2.100.0/24 of group web (at site dc2 in place of 10.1.100.0/24) is in group " \
        "mail already"
    file.take(good_map(2), good_map(3), "exit", "no prefix 10.1.31.0/24")
    assert "`map 10.1.3.0/24 10.2.3.0/24` would cover no prefix" in \
        file.ask("no prefix 10.1.3.0/24")
    file.take("site dc2", good_map(4), good_map(5), "exit", "no prefix 10.1.31.0/24",
              "no prefix 10.1.32.0/24", "site dc2")
    assert "covers no prefix of the group" in file.ask(good_map(32))
    file.take(good_map(2), good_map(3), "exit", "no prefix 10.1.100.0/24", "site dc2",
              "map 10.1.0.0/16 10.2.0.0/16", "exit", "exit", "exit")
    file.end()
    assert "map 10.1.0.0/16 10.2.0.0/16" in maps_of(reading.router)


def test_map_lines_before_the_prefixes(reading):
    """Whether they cover one is known when all prefixes are read. One that does not must not
    take the group along."""
    file = reading()
    file.take("subnet-mover", "no group web", "group web", "id 1", "site dc1",
              "next-hop interface lan", "exit", "site dc2", "next-hop interface lan",
              "map 10.9.0.0/24 10.2.9.0/24", good_map(1), "map 10.9.1.0/24 10.2.9.0/24",
              good_map(0), "exit", "prefix 10.1.0.0/24", "prefix 10.1.1.0/24", "exit")
    said = " ".join(file.vty.ask("exit")[1].split())
    for i in 0, 1:
        assert f"group web site dc2: `map 10.9.{i}.0/24 10.2.9.0/24` covers no prefix of the " \
            "group" in said
    assert "10.1." not in said
    file.end()
    assert sorted(maps_of(reading.router)) == [good_map(0), good_map(1)]
    assert "  prefix 10.1.1.0/24\n" in running(reading.router)


def test_a_useless_map_line_before_the_prefixes_at_boot(configured):
    router = configured(HEAD + MAIL + f""" group web
  id 1
  site dc1
   next-hop interface lan
   map 10.9.0.0/24 10.2.9.0/24
   {good_map(1)}
  exit
  prefix 10.1.1.0/24
 exit
exit
""")
    assert maps_of(router, "dc1") == [good_map(1)]
    assert "configuration line refused: group web site dc1: `map 10.9.0.0/24 10.2.9.0/24` covers " \
        "no prefix of the group" in router.daemon("frrd").tail("log", 60)


def test_records_leave_room_for_map_lines(reading):
    """Together they are bounded by what dns-update can be told."""
    name = "www-0123456789-0123456789-0123456789-0123456789"
    file = reading()
    file.take(*DC2[:2], "address-change dns-server 192.0.2.53")
    count = 0
    while file.ask(f"address-change record {name}-{count:03}.example.org a") is None:
        count += 1
    assert count > 100
    file.take(f"no address-change record {name}-000.example.org a",
              f"no address-change record {name}-001.example.org a", "site dc2")
    said = [file.ask(good_map(i)) for i in range(9)]
    fitting = said.index(next(filter(None, said)))
    assert fitting >= 2 and all("dns-update can be told" in why for why in said[fitting:])
    file.take("exit", "exit", "exit")
    file.end()
    assert len(maps_of(reading.router)) == fitting


def test_the_group_removed_in_between(reading):
    file = reading()
    file.take(*DC2, good_map(0), good_map(1), "exit", "exit", "no group web")
    file.take("group web", "id 1", "prefix 10.1.1.0/24", "site dc2", "next-hop interface lan")
    assert "covers no prefix" in file.ask(good_map(0))
    file.take("map 10.1.1.0/24 10.2.0.0/24", "exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router) == ["map 10.1.1.0/24 10.2.0.0/24"]


# Probes

def test_bad_use_of_a_probe_in_the_middle(reading):
    file = reading()
    file.take(*DC1, *(f"probe p{i}" for i in range(20)))
    assert file.ask("probe nobody") == "group web site dc1: there is no probe nobody"
    assert file.ask("probe bare").startswith(
        "group web site dc1: probe bare does not say what it checks")
    file.take(*(f"probe p{i}" for i in range(20, COUNT)), "exit", "exit", "exit")
    file.end()
    assert uses_of(reading.router) == [f"probe p{i}" for i in range(COUNT)]


def test_probes_at_least_counts_every_line(reading):
    """Those refused do not count, those named twice count once."""
    file = reading()
    file.take(*DC1, "probe p0 standby", "probe p1 standby", "probe p1 standby", "probe p0 standby")
    assert file.ask("probes at-least 3") == \
        "group web site dc1: `probes at-least 3`, but only 2 probes count"
    assert file.ask("probe nobody") is not None
    assert "only 2 probes count" in file.ask("probes at-least 3")
    file.take("probes at-least 2", "probe p2 standby")
    for _ in range(2):
        assert file.ask("probe p3 owner") == \
            "group web site dc1: `probes at-least 2`, but only 1 probe counts at the owner"
        assert "only 1 probe counts at the owner" in file.ask("probe p2")
    file.take("probe p4 standby", "exit", "exit", "exit")
    file.end()
    assert uses_of(reading.router) == ["probe p0 standby", "probe p1 standby", "probe p2 standby",
                                       "probe p4 standby", "probes at-least 2"]


def test_a_role_that_changes_is_no_probe_more(reading):
    file = reading()
    file.take(*DC1, "probe p0", "probe p1", "probe p2", "probes at-least 2", "probe p3",
              "probe p4 owner", "probe p1 owner", "probe p2 owner")
    assert file.ask("probe p3 owner") == \
        "group web site dc1: `probes at-least 2`, but only 1 probe counts at a standby"
    file.take("probe p4", "probe p3 owner", "exit", "exit", "exit")
    file.end()
    assert uses_of(reading.router) == ["probe p0", "probe p1 owner", "probe p2 owner",
                                       "probe p3 owner", "probe p4", "probes at-least 2"]


def test_a_probe_is_completed_between_its_uses(reading):
    file = reading()
    file.take(*DC1, "probe p0", "exit", "exit", "probe bare")
    assert "retry-interval 5000 is longer than interval" in file.ask("retry-interval 5000")
    file.take("tcp 192.0.2.9 port 80", "exit", "probe late", "exit", *DC1[1:], "probe bare")
    assert "probe late does not say what it checks" in file.ask("probe late")
    file.take("exit", "exit", "probe late", "icmp 192.0.2.10", "exit", *DC1[1:], "probe late",
              "exit", "exit", "exit")
    file.end()
    assert uses_of(reading.router) == ["probe p0", "probe bare", "probe late"]


def test_a_probe_removed_between_its_uses(reading):
    file = reading()
    file.take(*DC1, "probe p1", "exit", "exit", "no probe p2")
    assert file.ask("no probe p1") is not None
    file.take(*DC1[1:], "probe p3")
    assert file.ask("probe p2") == "group web site dc1: there is no probe p2"
    file.take("probe p1", "no probe p1", "exit", "exit", "no probe p1", *DC1[1:])
    assert file.ask("probe p1") == "group web site dc1: there is no probe p1"
    file.take("exit", "exit", "exit")
    file.end()
    assert uses_of(reading.router) == ["probe p3"]


def test_probes_of_a_track(reading):
    file = reading()
    file.take("subnet-mover", "track uplink", "probe p1", "probe p2", "probes at-least 3")
    assert file.ask("probe nobody") == "track uplink: there is no probe nobody"
    file.take("probe p3", "prefix 10.7.1.0/24")
    assert "is in group mail and in track uplink" in file.ask("prefix 10.8.0.0/24")
    file.take("exit", *DC2[1:], "map 10.1.0.0/24 10.7.2.0/24")
    assert "and in track uplink" in file.ask("map 10.1.1.0/24 10.7.1.0/24")
    file.take("exit", "exit", "exit")
    file.end()
    assert " probes at-least 3\n" in running(reading.router)


# Others change the candidate, too

def test_lines_that_say_nothing_new(reading):
    """The same file again, with bad lines in it."""
    once = reading()
    once.take(*DC2, *(good_map(i) for i in range(20)), "exit", "exit", "exit")
    once.end()
    before = running(reading.router)
    again = reading()
    again.take(*DC2, *(good_map(i) for i in range(10)))
    assert "would both be announced as 10.2.0.0/24" in again.ask("map 10.1.1.0/24 10.2.0.0/24")
    again.take(*(good_map(i) for i in range(20)), "exit", "exit")
    again.take("arbiter manual")
    for _ in range(2):
        assert again.ask("hold-down 60000").startswith("arbiter manual: hold-down belongs to")
    again.take("exit", "exit")
    again.end()
    assert running(reading.router) == before


def test_two_sessions_read_at_once(reading):
    """All terminals share one candidate, whoever changes it."""
    one, two = reading(), reading()
    one.take(*DC2, good_map(0), good_map(1))
    two.take(*DC2)
    assert "would both be announced as 10.2.0.0/24" in two.ask("map 10.1.5.0/24 10.2.0.0/24")
    two.take("map 10.1.5.0/24 10.2.9.0/24")
    assert "would both be announced as 10.2.9.0/24" in one.ask(good_map(9))
    two.take("no map 10.1.5.0/24")
    one.take(good_map(9), "exit", "site dc1", "probe p1", "probe p2")
    two.take("exit", "exit", "no probe p3")
    assert one.ask("probe p3") == "group web site dc1: there is no probe p3"
    one.take("probe p4", "exit", "exit", "exit")
    two.take("exit")
    one.end()
    two.end()
    assert maps_of(reading.router) == [good_map(i) for i in (0, 1, 9)]
    assert uses_of(reading.router) == ["probe p1", "probe p2", "probe p4"]


def test_somebody_types_while_a_file_is_read(reading):
    file = reading()
    file.take(*DC2, good_map(0), good_map(1))
    with reading.router.vty("frrd") as vty:
        Terminal(vty).type("subnet-mover", "group mail", "prefix 10.2.2.0/24")
    assert "is in group mail already" in file.ask(good_map(2))
    with reading.router.vty("frrd") as vty:
        code, said = Terminal(vty).type("no subnet-mover")
        assert code == CMD_SUCCESS, said
    assert file.ask(good_map(3)) is not None
    file.end()
    assert running(reading.router) == ""


def test_somebody_types_a_bad_line_while_a_file_is_read(reading):
    """libfrr replaces the candidate then, and the open lines of the file are lost."""
    file = reading()
    file.take(*DC2, *(good_map(i) for i in range(10)))
    with reading.router.vty("frrd") as vty:
        code, said = Terminal(vty).type("ip prefix-list X seq 5 permit 10.0.0.0/24 ge 8")
        assert code != CMD_SUCCESS, said
    file.take("map 10.1.20.0/24 10.2.0.0/24", good_map(21), "exit", "exit", "exit")
    file.end()
    assert maps_of(reading.router) == ["map 10.1.20.0/24 10.2.0.0/24", good_map(21)]


def test_reading_again_checks_what_a_removal_left(reading):
    """On SIGHUP a removal is an edit that nobody checks: the next line finds out."""
    router = reading.router
    text = CONFIG.replace("   attach interface lan address 10.3.0.1/24\n",
                          "   attach interface lan address 10.3.0.1/24\n   probe p1\n")
    text = text[:-len("exit\n")] + " probe p1\n  no icmp\n exit\n probe p2\n  interval 2000\n exit\n" \
        " group web\n  site dc1\n   probe p1\n  exit\n exit\nexit\n"
    router.write_config("frrd", text)
    daemon, before = router.daemon("frrd"), running(router)
    daemon.mark()
    daemon.signal(signal.SIGHUP)
    log = wait_for(lambda: daemon.tail("log", 60), 10, "the refusal in the log",
                   until=lambda said: "lines refused, nothing was changed" in said)
    assert "group web site dc1: probe p1 does not say what it checks" in log
    assert running(router) == before


# By chance

IN_WEB, IN_MAIL = ((), ()), (("exit", "group mail"), ("exit", "group web"))


def in_site(name):
    return (f"site {name}",), ("exit",)


def some_lines(rng, count):
    """Lines of two groups, many of them bad: there are few networks. With the lines that
    lead from group web to the place of each, and back."""
    def network(length):
        low = rng.randrange(8) * 16 if length < 24 else rng.randrange(6)
        return f"10.{rng.choice((1, 2, 4, 7, 8))}.{low if length > 16 else 0}.0/{length}"

    for _ in range(count):
        kind = rng.choice(("map",) * 6 + ("prefix",) * 3 + ("probe",) * 2 + ("no", "more"))
        length = rng.choice((16, 20, 24, 24))
        no = rng.choice(("", "", "no "))
        site, group = in_site(rng.choice(("dc1", "dc2"))), rng.choice((IN_WEB, IN_MAIL))
        if kind == "map":
            yield site, f"map {network(length)} {network(length)}"
        elif kind == "prefix":
            yield group, f"{no}prefix {network(24)}"
        elif kind == "probe":
            yield site, rng.choice((f"probe p{rng.randrange(50)} "
                                    f"{rng.choice(('owner', 'standby', 'both'))}",
                                    f"probes at-least {rng.randrange(1, 4)}"))
        elif kind == "more":
            yield group, f"{no}allow-more-specific"
        else:
            yield site, f"no map {network(length)}"


EXCHANGE = HEAD + """ group mail
  id 2
  prefix 10.8.0.0/24
  site dc1
   next-hop interface lan
  exit
 exit
 group web
  id 1
  prefix 10.1.0.0/24
  prefix 10.1.1.0/24
  prefix 10.1.2.0/24
  prefix 10.9.0.0/24
  site dc1
   next-hop interface lan
  exit
  site dc2
   next-hop interface lan
  exit
 exit
exit
"""


def lines_that_exchange(rng, count):
    """So few networks that prefixes often go to where others are, stay, or come from."""
    def network(length):
        return f"10.1.{rng.randrange(2) * 4 if length == 22 else rng.randrange(8)}.0/{length}"

    for _ in range(count):
        kind = rng.choice(("map",) * 6 + ("prefix",) * 3 + ("no",) * 2 + ("next-hop",))
        length = rng.choice((22, 24, 24, 24, 24))
        site, group = in_site(rng.choice(("dc1", "dc2"))), rng.choice((IN_WEB,) * 4 + (IN_MAIL,))
        if kind == "map":
            yield site, f"map {network(length)} {network(length)}"
        elif kind == "prefix":
            yield group, f"{rng.choice(('', 'no '))}prefix {network(24)}"
        elif kind == "next-hop":
            yield site, f"next-hop interface {rng.choice(('lan', 'wan'))}"
        else:
            yield site, f"no map {network(length)}"


REASONS = (" cannot be mapped to ", " would both be announced as ", " no prefix of the group",
           " already", " lies within ")


def plain(said):
    """Why it was refused: of several lines that are broken at once, either may be named."""
    return next((reason for reason in REASONS if said and reason in said), said)


def answers(ask, lines):
    """What is said of each line; None: it was accepted."""
    found = []
    for (there, back), line in lines:
        for step in there:
            assert ask(step) is None
        found.append(plain(ask(line)))
        for step in back:
            assert ask(step) is None
    return found


CHANCES = [(CONFIG.replace("   attach interface lan address 10.3.0.1/24\n", ""), some_lines, seed) for seed in range(3)] + \
    [(EXCHANGE, lines_that_exchange, seed) for seed in range(3)]


@pytest.mark.parametrize("config, draw, seed", CHANCES,
                         ids=[f"{draw.__name__}-{seed}" for _, draw, seed in CHANCES])
def test_a_file_is_judged_as_what_is_typed(reading, configured, config, draw, seed):
    """Typed, each line is checked with everything else, by its transaction."""
    lines = list(draw(random.Random(seed), 150))
    start = "subnet-mover", "group web"
    configured(config)
    file = reading()
    file.take(*start)
    by_file = answers(file.ask, lines)
    file.take("exit", "exit")
    file.end()
    shown = running(reading.router)
    router = configured(config)
    with router.vty("frrd") as vty:
        typist = Reading.__new__(Reading)
        typist.vty = vty
        vty.run("configure terminal")
        typist.take(*start)
        typed = answers(typist.ask, lines)
    differ = [(line[1], one, other) for line, one, other in zip(lines, by_file, typed)
              if one != other]
    assert not differ
    assert sorted(shown.splitlines()) == sorted(running(router).splitlines())
    assert 20 < by_file.count(None) < len(lines) - 20


@pytest.mark.parametrize("seed", range(6))
def test_a_file_in_any_order_loses_what_is_refused_only(reading, seed):
    """Nothing that was accepted line by line is lost when all is committed."""
    rng = random.Random(seed)
    lines = [((), f"prefix 10.1.{i}.0/24") for i in range(4)] + \
        [(f"site dc{rng.randrange(2) + 1}", f"map 10.1.{rng.randrange(6)}.0/24 "
          f"10.{rng.randrange(2) + 1}.{rng.randrange(6)}.0/24") for _ in range(8)] + \
        [("site dc2", "metric 10"), ("site dc1", "map 10.1.0.0/16 10.2.0.0/16")]
    rng.shuffle(lines)
    file = reading()
    file.take("subnet-mover", "no group web", "group web", "id 1", "site dc1",
              "next-hop interface lan", "exit", "site dc2", "next-hop interface lan", "exit")
    kept = {}
    for site, line in lines:
        file.take(*([site] if site else []))
        if file.ask(line) is None:
            kept[site, " ".join(line.split()[:2])] = line
        file.take(*(["exit"] if site else []))
    file.take("exit")
    _, useless = file.vty.ask("exit")
    file.end()
    shown = [line for line in running(reading.router).split(" group web\n")[1].splitlines()
             if line.split()[:1] in (["map"], ["metric"]) or line.startswith("  prefix")]
    assert sorted(line.strip() for line in shown) == \
        sorted(line for line in kept.values() if f"`{line}`" not in useless)
