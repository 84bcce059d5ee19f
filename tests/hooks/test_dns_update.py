# SPDX-License-Identifier: GPL-2.0-or-later
"""dns-update against a real name server: what it answers before and after."""

import os
import signal

import pytest

from conftest import PATH, move
from labkit.run import wait_for
from nameserver import Asker, NameServer

SITES = ("--site", "dc1=192.0.2.0/24,2001:db8:1::/64",
         "--site", "dc2=198.51.100.0/24,2001:db8:2::/64")


@pytest.fixture(scope="module")
def server_process(namespace, tmp_path_factory):
    server = NameServer(namespace, tmp_path_factory.mktemp("named"))
    yield server
    server.stop()


@pytest.fixture
def server(server_process):
    """The server with its zones as they are in the beginning."""
    server_process.stop()
    server_process.start()
    yield server_process
    server_process.stop()


@pytest.fixture
def update(namespace, server):
    """update(to, record...) -> (exit status, output)"""
    def call(to, *records, options=(), key=None, sites=SITES, variables=None, **more):
        listed = [word for record in records for word in ("--record", record)]
        return namespace.hook("dns-update", "--timeout", "60",  # on a loaded machine
                              "--key-file", key or server.good, *sites, *listed,
                              *options, **more, **(move(to) if variables is None else variables))
    return call


# Addresses

def test_addresses_keep_their_host_bits(server, update):
    code, said = update("dc2", "www.example.org/A", "www.example.org/AAAA")
    assert code == 0, said
    assert server.answers("www.example.org", "A") == [(60, "198.51.100.10")]
    assert server.answers("www.example.org", "AAAA") == [(60, "2001:db8:2::a:10")]
    assert "www.example.org. A: 192.0.2.10 -> 198.51.100.10" in said
    code, said = update("dc1", "www.example.org/A", "www.example.org/AAAA")
    assert code == 0, said
    assert server.data("www.example.org", "A") == ["192.0.2.10"]
    assert server.data("www.example.org", "AAAA") == ["2001:db8:1::a:10"]


def test_all_records_of_a_zone_change_in_one_update(server, update):
    before = server.serial("example.org")
    code, said = update("dc2", "www.example.org/A", "www.example.org/AAAA", "pair.example.org/A",
                        "_sip._tcp.example.org/SRV")
    assert code == 0, said
    assert server.data("pair.example.org", "A") == ["198.51.100.20", "198.51.100.21"]
    assert server.serial("example.org") == before + 1


def test_what_is_as_it_should_be_is_left_alone(server, update):
    assert update("dc2", "www.example.org/A")[0] == 0
    before = server.serial("example.org")
    code, said = update("dc2", "www.example.org/A", options=("--ttl", 5))
    assert code == 0 and "as it should be" in said
    assert server.serial("example.org") == before
    assert server.answers("www.example.org", "A") == [(60, "198.51.100.10")]


def test_addresses_of_nobody_stay(server, update):
    code, said = update("dc2", "mixed.example.org/A")
    assert code == 0, said
    assert server.data("mixed.example.org", "A") == ["198.51.100.30", "203.0.113.30"]


def test_ttl(server, update):
    code, said = update("dc2", "www.example.org/A/7", "pair.example.org/A", "mixed.example.org/A/0",
                        options=("--ttl", 99))
    assert code == 0, said
    assert server.answers("www.example.org", "A")[0][0] == 7
    assert {ttl for ttl, _ in server.answers("pair.example.org", "A")} == {99}
    assert server.answers("mixed.example.org", "A")[0] == (0, "198.51.100.30")


def test_two_zones(server, update):
    code, said = update("dc2", "www.example.org/A", "MAIL.example.net./a")
    assert code == 0, said
    assert server.data("www.example.org", "A") == ["198.51.100.10"]
    assert server.data("mail.example.net", "A") == ["198.51.100.25"]


def test_zone_that_is_given(server, update):
    code, said = update("dc2", "www.example.org/A", options=("--zone", "example.org"))
    assert code == 0, said
    code, said = update("dc2", "mail.example.net/A", options=("--zone", "example.org"))
    assert code == 1 and "refused the update" in said
    assert server.data("mail.example.net", "A") == ["192.0.2.25"]


def test_wildcard_record(server, update):
    code, said = update("dc2", "*.wild.example.org/A")
    assert code == 0, said
    assert server.data("any.wild.example.org", "A") == ["198.51.100.99"]


def test_server_with_an_ipv6_address_and_a_port(server, update):
    code, said = update("dc2", "www.example.org/A", options=("--server", "::1", "--port", 53))
    assert code == 0, said
    assert server.data("www.example.org", "A") == ["198.51.100.10"]


def test_never_without_a_record(server, update, namespace):
    with Asker(namespace, "www.example.org") as asker:
        for to in ("dc2", "dc1") * 5:
            code, said = update(to, "www.example.org/A", "www.example.org/AAAA")
            assert code == 0, said
        wait_for(lambda: asker.asked, 60, "500 answers", until=lambda n: n >= 500)
    assert not asker.empty, asker.empty[:5]


def test_pairs_from_the_environment(server, update):
    variables = {"FRRD_OLD_PREFIXES": "192.0.2.0/24 2001:db8:1::/64",
                 "FRRD_NEW_PREFIXES": "198.51.100.0/24 2001:db8:2::/64",
                 "FRRD_RECORDS": "www.example.org/A/33 _sip._tcp.example.org/SRV",
                 "FRRD_DNS_SERVER": "127.0.0.1", "FRRD_DNS_PORT": "53",
                 "FRRD_DNS_ZONE": "example.org", "FRRD_DNS_KEY_FILE": server.good}
    code, said = update("dc2", sites=(), variables=variables)
    assert code == 0, said
    assert server.answers("www.example.org", "A") == [(33, "198.51.100.10")]
    assert server.data("_sip._tcp.example.org", "SRV")[0].startswith("10 5 5060 sip-dc2")


def pairs(server, *moved, records):
    """The environment of an address change: moved are (old, new) prefixes."""
    return {"FRRD_OLD_PREFIXES": " ".join(old for old, _ in moved),
            "FRRD_NEW_PREFIXES": " ".join(new for _, new in moved),
            "FRRD_RECORDS": records, "FRRD_DNS_SERVER": "127.0.0.1",
            "FRRD_DNS_KEY_FILE": server.good}


def test_the_longest_old_prefix_counts(server, update):
    """Whatever the order; and what has moved stays, though a wider old prefix is around it."""
    moved = (("192.0.2.0/24", "198.51.100.0/24"), ("192.0.2.20/31", "198.51.100.70/31"),
             ("198.51.0.0/16", "203.0.0.0/16"))
    for listed in (moved, moved[::-1]):
        for _ in range(2):  # once more changes nothing
            code, said = update("dc2", sites=(), variables=pairs(
                server, *listed, records="www.example.org/a/60 pair.example.org/a/60"))
            assert code == 0, said
            assert server.data("www.example.org", "A") == ["198.51.100.10"]
            assert server.data("pair.example.org", "A") == ["198.51.100.70", "198.51.100.71"]


def test_two_old_sites_and_one_new(server, update):
    """Addresses of both become those of the new owner, and two that become one are one."""
    moved = (("192.0.2.0/24", "198.51.100.0/24"), ("203.0.113.0/24", "198.51.100.0/24"))
    code, said = update("dc3", sites=(), variables=pairs(
        server, *moved, records="mixed.example.org/A/9 far.example.org/A/8"))
    assert code == 0, said
    assert server.answers("mixed.example.org", "A") == [(9, "198.51.100.30")]
    assert server.answers("far.example.org", "A") == [(8, "198.51.100.40")]


# SRV

SIP = "_sip._tcp.example.org"
AT_DC1 = ["10 5 5060 sip-dc1.example.org.", "20 5 5060 sip-dc2.example.org.",
          "30 5 5060 sip-hub.example.org."]
AT_DC2 = ["10 5 5060 sip-dc2.example.org.", "20 5 5060 sip-dc1.example.org.",
          "30 5 5060 sip-hub.example.org."]


def test_srv_priorities_are_exchanged_once(server, update):
    assert server.data(SIP, "SRV") == AT_DC1
    for to, wanted in (("dc1", AT_DC1), ("dc2", AT_DC2), ("dc2", AT_DC2), ("dc1", AT_DC1)):
        code, said = update(to, f"{SIP}/SRV")
        assert code == 0, said
        assert server.data(SIP, "SRV") == wanted


def test_srv_without_a_target_at_the_new_owner(server, update):
    code, said = update("dc2", "_lone._tcp.example.org/SRV")
    assert code == 1 and "no target has an address in a prefix of the new owner" in said
    code, said = update("dc1", "_lone._tcp.example.org/SRV")
    assert code == 0, said


def test_srv_with_equal_priorities(server, update):
    code, said = update("dc2", "_same._tcp.example.org/SRV")
    assert code == 1 and "have priority 10, there is nothing to exchange" in said


# What goes wrong

@pytest.mark.parametrize("record, text", [
    ("nobody.example.org/A", "nobody.example.org. A: there is no such name"),
    ("sip-dc1.example.org/AAAA", "sip-dc1.example.org. AAAA: the name has no such record"),
    ("alias.example.org/A", "the name is an alias"),
    ("far.example.org/A", "203.0.113.40 lies in none of the prefixes"),
    ("www.example.com/A", "www.example.com. A: 127.0.0.1 says REFUSED"),
])
def test_a_record_that_cannot_be_changed_does_not_stop_the_others(server, update, record, text):
    code, said = update("dc2", record, "www.example.org/A")
    assert code == 1 and text in said
    assert server.data("www.example.org", "A") == ["198.51.100.10"]


@pytest.mark.parametrize("key", ["bad", "stranger"])
def test_wrong_key(server, update, key):
    code, said = update("dc2", "www.example.org/A", key=getattr(server, key))
    assert code == 1 and said
    assert server.data("www.example.org", "A") == ["192.0.2.10"]


def test_without_a_key(server, namespace):
    code, said = namespace.hook("dns-update", *SITES, "--record", "www.example.org/A",
                                **move("dc2"))
    assert code == 1 and "refused the update" in said and "REFUSED" in said
    assert server.data("www.example.org", "A") == ["192.0.2.10"]


def test_key_file_that_is_not_there(update):
    code, said = update("dc2", "www.example.org/A", key="/nonexistent.key")
    assert code == 1 and "key file /nonexistent.key: No such file or directory" in said


def test_server_that_is_not_there(namespace):
    code, said = namespace.hook("dns-update", "--server", "127.0.0.9", *SITES, "--record",
                                "www.example.org/A", **move("dc2"))
    assert code == 1 and "dns-update: 127.0.0.9: " in said and "refused" in said


def test_server_that_is_not_there_is_asked_once(namespace):
    code, said = namespace.hook("dns-update", "--server", "127.0.0.9", *SITES, "--record",
                                "www.example.org/A", "--record", "pair.example.org/A",
                                **move("dc2"))
    assert code == 1 and len(said.splitlines()) == 1, said


def test_server_that_hangs(server, update):
    server.process.send_signal(signal.SIGSTOP)
    code, said = update("dc2", "www.example.org/A", options=("--timeout", "1"))
    assert code == 1 and "no answer of 127.0.0.1 in time" in said
    server.process.send_signal(signal.SIGCONT)
    assert server.data("www.example.org", "A") == ["192.0.2.10"]


def other(tmp_path, server, times):
    """An nsupdate before whose first `times` runs somebody else changes the record."""
    count, path = tmp_path / "count", tmp_path / "nsupdate"
    count.write_text("0")
    path.write_text(f"""#!/bin/sh
n=$(cat {count}); n=$((n + 1)); echo $n >{count}
if [ $n -le {times} ]; then
	printf 'server 127.0.0.1\\nupdate add pair.example.org 300 A 192.0.2.10%s\\nsend\\n' $n |
		/usr/bin/nsupdate -k {server.good} || exit 99
fi
exec /usr/bin/nsupdate "$@"
""")
    path.chmod(0o755)
    return f"{tmp_path}:{PATH}"


def test_change_of_somebody_else_is_not_lost(server, update, tmp_path):
    code, said = update("dc2", "pair.example.org/A", path=other(tmp_path, server, 2))
    assert code == 0, said
    assert server.data("pair.example.org", "A") == [
        "198.51.100.101", "198.51.100.102", "198.51.100.20", "198.51.100.21"]


def test_changes_of_somebody_else_without_an_end(server, update, tmp_path):
    code, said = update("dc2", "pair.example.org/A", path=other(tmp_path, server, 99))
    assert code == 1 and "somebody else is changing the records, given up after 3 tries" in said
    assert "192.0.2.20" in server.data("pair.example.org", "A")


def test_dry_run(server, update):
    code, said = update("dc2", "www.example.org/A", options=("--dry-run",))
    assert code == 0
    assert "zone example.org.\nprereq yxrrset www.example.org. A 192.0.2.10\n" \
           "update delete www.example.org. A 192.0.2.10\n" \
           "update add www.example.org. 60 A 198.51.100.10\nsend\n" in said
    assert server.data("www.example.org", "A") == ["192.0.2.10"]


# Command lines, without a server

@pytest.mark.parametrize("arguments, text", [
    ((), "no records"),
    (("--record", "www.example.org/A"), "no prefixes"),
    (("--record", "www.example.org", *SITES), "a record is NAME/TYPE"),
    (("--record", "www.example.org/MX", *SITES), "the type is one of A, AAAA, SRV"),
    (("--record", "www.example.org/A/-1", *SITES), "the TTL is a number"),
    (("--record", "www.example.org/A/2147483648", *SITES), "the TTL is a number"),
    (("--record", "a b/A", *SITES), "not a name"),
    (("--record", "www\nsend/A", *SITES), "not a name"),
    (("--record", "a/A", "--site", "dc2=192.0.2.1/24"), "host bits"),
    (("--record", "a/A", "--site", "dc2"), "it is SITE=PREFIX"),
    (("--record", "a/A", "--site", "dc1=192.0.2.0/24"), "the new owner is dc2"),
    (("--record", "a/A", "--site", "dc1=192.0.2.0/24", "--site", "dc2=192.0.2.0/25"),
     "one family and one length"),
    (("--record", "a/A", "--site", "dc1=192.0.2.1/32", "--site", "dc2=2001:db8::/32"),
     "one family and one length"),
    (("--record", "a/A", "--site", "dc1=192.0.2.0/24,192.0.3.0/24", "--site",
      "dc2=198.51.100.0/24"), "they go in pairs"),
    (("--record", "a/A", "--port", "many", *SITES), "invalid int value"),
])
def test_command_line(namespace, arguments, text):
    code, said = namespace.hook("dns-update", *arguments, **move("dc2"))
    assert code == 2 and text in said


def test_owner_is_not_known(namespace):
    code, said = namespace.hook("dns-update", *SITES, "--record", "a/A", **move(""))
    assert code == 2 and "the new owner is not known" in said


def test_nothing_is_left_behind(server, update, namespace):
    before = set(os.listdir("/tmp"))
    assert update("dc2", "www.example.org/A")[0] == 0
    assert not [name for name in set(os.listdir("/tmp")) - before if "nsupdate" in name]
