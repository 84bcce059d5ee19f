# SPDX-License-Identifier: GPL-2.0-or-later
"""Attachments: interfaces that are up, and addresses that they carry, only while the
site owns the group. What is on the wire is seen by tcpdump, the order of addresses
and routes by one `ip monitor`. Three sites: test_attach_sites.py."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import time

import pytest

from attach_kit import (BOTH_GATEWAYS, GATEWAY4, GATEWAY6, GW, HOST4, HOST6, Gateway,
                        advertisements, attach_lines, capture, garps, group, listening, mac,
                        wait_listening)
from labkit import netns
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import run, wait_for

ETH_P_ARP = 0x0806


@pytest.fixture
def gateway(bench):
    return Gateway(bench)


# Takeover and release

def test_attached_while_owner(gateway):
    gateway.load()
    assert gateway.wait_attachment("detached")["exists"]
    gateway.wait_here([])
    gateway.own()
    assert gateway.attachments()[GW]["state"] == "attached"
    gateway.wait_here(BOTH_GATEWAYS)
    gateway.release()
    gateway.wait_here([])
    assert gateway.attachments()[GW]["state"] == "detached"


def monitor(gateway):
    """Addresses and routes in the order in which the kernel changed them."""
    return listening(["ip", "-o", "-n", gateway.ns, "monitor", "address", "route"], None)


def is_route(line, deleted):
    return PREFIX4 in line and f"dev {LAN}" in line and "table local" not in line and \
        line.startswith("Deleted") == deleted


def order(lines, deleted):
    """("address", "route") or the other way round."""
    found = []
    for line in lines:
        what = "address" if f" {GW} " in line and GATEWAY4 in line and "inet " in line and \
            line.startswith("Deleted") == deleted else "route" if is_route(line, deleted) else None
        if what and what not in found:
            found.append(what)
    return tuple(found)


@pytest.mark.parametrize("attach_order, taken", [
    ("attach-first", ("address", "route")), ("announce-first", ("route", "address"))])
def test_order(gateway, attach_order, taken):
    """On release the routes always go first."""
    gateway.load(extra=[f"attach-order {attach_order}"])
    with monitor(gateway) as seen:
        wait_listening(gateway.ns, seen)
        gateway.own()
        wait_for(lambda: order(seen(), False), 10, "address and route", interval=0.02,
                 until=lambda found: len(found) == 2)
        assert order(seen(), False) == taken
        gateway.release()
        wait_for(lambda: order(seen(), True), 10, "both to go", interval=0.02,
                 until=lambda found: len(found) == 2)
        assert order(seen(), True) == ("route", "address")


def test_on_the_wire(gateway):
    """ARP announcements (RFC 5227) and unsolicited neighbour advertisements (RFC 4861),
    as many as configured, from the interface's own MAC address."""
    gateway.load(*attach_lines(*BOTH_GATEWAYS, options=["advertisements 4",
                                                        "advertisement-interval 50"]))
    gateway4, gateway6 = (address.split("/")[0] for address in BOTH_GATEWAYS)
    with capture(gateway.bench.stub_ns, f"{GW}-peer", "arp or icmp6") as seen:
        gateway.own()
        wait_for(seen, 10, "the advertisements", interval=0.05,
                 until=lambda lines: len(garps(lines, gateway4)) >= 4
                 and len(advertisements(lines, gateway6)) >= 4)
        # the count is the end: another announcement would have come before this answer
        run(["ip", "netns", "exec", gateway.bench.stub_ns, "ip", "neighbor", "flush", "all"])
        assert len(garps(seen(), gateway4)) == 4
        assert len(advertisements(seen(), gateway6)) == 4
        text = " ".join(seen())
    own = mac(gateway.ns, GW)
    assert f"{own} > ff:ff:ff:ff:ff:ff" in text and f"{own} > 33:33:00:00:00:01" in text
    assert "hlim 255" in text
    assert f"destination link-address option (2), length 8 (1): {own}" in text


def test_hosts_follow_the_announcement(gateway):
    """A host that has the old owner's MAC address in its table has the new one at once."""
    gateway.load()
    stub, peer = gateway.bench.stub_ns, f"{GW}-peer"
    gateway4, gateway6 = (address.split("/")[0] for address in BOTH_GATEWAYS)
    netns.ip_batch(stub, [f"neighbor replace {address} lladdr 02:00:00:00:00:01 dev {peer} "
                          "nud reachable" for address in (gateway4, gateway6)])
    gateway.own()
    wait_for(lambda: {entry["dst"]: entry.get("lladdr") for entry in
                      netns.ip_json(stub, "neighbor", "show", "dev", peer)}, 10,
             "the host to learn the new address", interval=0.05,
             until=lambda known: {known.get(gateway4), known.get(gateway6)} ==
             {mac(gateway.ns, GW)})


def test_advertised_again_when_the_carrier_is_back(gateway):
    gateway.load()
    gateway.own()
    stub, peer = gateway.bench.stub_ns, f"{GW}-peer"
    with capture(stub, peer, "arp") as seen:
        netns.ip_batch(stub, [f"link set {peer} down"])
        wait_for(lambda: netns.ip_json(gateway.ns, "link", "show", "dev", GW)[0]["operstate"], 10,
                 "the carrier to go", until=lambda state: state != "UP", interval=0.02)
        netns.ip_batch(stub, [f"link set {peer} up"])
        wait_for(seen, 15, "an announcement", interval=0.05,
                 until=lambda lines: garps(lines, GATEWAY4.split("/", maxsplit=1)[0]))


# What was there before

def test_address_that_was_there_before_is_left_alone(gateway):
    gateway.ip(f"address add {GATEWAY4} dev {GW}")
    gateway.load()
    gateway.own()
    gateway.wait_here(BOTH_GATEWAYS)
    states = {a["address"]: a["ours"] for a in gateway.attachments()[GW]["addresses"]}
    assert states == {GATEWAY4: False, GATEWAY6: True}
    gateway.release()
    gateway.wait_here([GATEWAY4])


def test_address_that_somebody_else_put_there_meanwhile(gateway):
    """Who removes frrd's address and adds it himself keeps it, unless frrd was faster and
    the address is frrd's again."""
    gateway.load(*attach_lines(GATEWAY4))
    gateway.own()
    mine = subprocess.run(["ip", "-n", gateway.ns, "-batch", "-"], text=True, check=False,
                          input=f"address del {GATEWAY4} dev {GW}\n"
                                f"address add {GATEWAY4} dev {GW}\n",
                          capture_output=True).returncode == 0
    wait_for(lambda: gateway.attachments()[GW]["addresses"][0], 10, "frrd to look",
             until=lambda a: a["present"] and a["ours"] != mine, interval=0.02)
    gateway.release()
    gateway.wait_here([GATEWAY4] if mine else [])


def test_address_that_was_taken_away_comes_back(gateway):
    gateway.load(*attach_lines(GATEWAY4))
    gateway.own()
    gateway.ip(f"address del {GATEWAY4} dev {GW}")
    gateway.wait_here([GATEWAY4])
    gateway.wait_attachment("attached")
    assert gateway.frrd.state("shop") == "active"


# frrd ends

def test_crash_while_attached(gateway):
    gateway.ip(f"address add 192.168.1.253/32 dev {GW}")
    gateway.load(*attach_lines(*BOTH_GATEWAYS, "192.168.1.253/32"))
    gateway.own()
    wait_for(gateway.kept, 10, "the state file", interval=0.02,
             until=lambda kept: kept and len(kept[0]["addresses"]) == 2)
    gateway.crash()
    gateway.wait_here([*BOTH_GATEWAYS, "192.168.1.253/32"])
    gateway.start()
    assert gateway.frrd.state("shop") == "standby"
    gateway.wait_here(["192.168.1.253/32"])
    wait_for(gateway.kept, 10, "the state file to forget", until=lambda kept: not kept)


def test_crash_without_a_state_file(gateway):
    """The kernel knows whose address it is as well."""
    gateway.load()
    gateway.own()
    gateway.crash()
    os.unlink(gateway.router.state_file)
    gateway.start()
    gateway.wait_here([])


def test_crash_and_the_line_is_gone(gateway):
    gateway.load(*attach_lines(GATEWAY4))
    gateway.own()
    wait_for(gateway.kept, 10, "the state file", interval=0.02, until=bool)
    gateway.crash()
    gateway.router.write_config("frrd", gateway.bench.frrd_config(group()))
    gateway.start()
    gateway.wait_here([])


def test_clean_end_detaches(gateway):
    gateway.load()
    gateway.own()
    gateway.router.stop(["frrd"])
    gateway.wait_here([])


def test_end_without_zebra_detaches(gateway):
    gateway.load()
    gateway.own()
    gateway.router.kill(["zebra"])
    gateway.router.stop(["frrd"])
    gateway.wait_here([])


# Interfaces come and go

def test_no_interface(gateway):
    """Not announced with attach-first; it is when the interface appears."""
    gateway.bench.del_stub(GW)
    gateway.load()
    answer = gateway.frrd.failover("shop")
    assert answer.ok and "taking over, first step attach, then 2 prefixes" in answer.text
    shown = gateway.wait_attachment("failed")
    assert not shown["exists"] and "no such interface" in shown["problem"]
    assert set(gateway.frrd.statuses("shop").values()) == {"idle"}
    text = gateway.router.ask("frrd", "show subnet-mover group shop")
    assert f"Attachment {GW}: failed" in text and "there is no such interface" in text
    gateway.bench.add_stub(GW, (), (HOST4, HOST6))
    gateway.frrd.wait_state("shop", "active", 20)
    gateway.wait_here(BOTH_GATEWAYS)


def test_another_site_took_over_meanwhile(gateway):
    """What could not be attached at once is announced only if nobody else does."""
    gateway.bench.del_stub(GW)
    gateway.load()
    gateway.take()
    gateway.wait_attachment("failed")
    elsewhere = [f"ip route {PREFIX4} blackhole 5", f"ipv6 route {PREFIX6} blackhole 5"]
    said = gateway.router.configure("\n".join(elsewhere))
    assert not said, said
    gateway.bench.add_stub(GW, (), (HOST4, HOST6))
    gateway.wait_attachment("attached")
    wait_for(lambda: set(gateway.frrd.statuses("shop").values()), 15, "the routes to be lost",
             until=lambda found: found == {"lost"}, interval=0.02)
    gateway.release()
    gateway.wait_here([])


def test_release_without_zebra_detaches(gateway):
    gateway.load()
    gateway.own()
    gateway.router.kill(["zebra"])
    answer = gateway.frrd.release("shop")
    assert answer.ok, answer.text
    gateway.wait_here([])
    assert gateway.frrd.state("shop") == "releasing"


def test_ipv6_address_with_another_length(gateway):
    """IPv6 has an address once on an interface."""
    gateway.load(*attach_lines(GATEWAY6))
    gateway.own()
    said = gateway.router.configure("\n".join([
        "subnet-mover", "group shop", "site dc1",
        f"no attach interface {GW} address {GATEWAY6}",
        f"attach interface {GW} address {GATEWAY6.replace('128', '120')}"]))
    assert not said, said
    gateway.wait_here([GATEWAY6.replace("128", "120")])
    gateway.release()
    gateway.wait_here([])


def test_interface_removed_and_back(gateway):
    gateway.load()
    gateway.own()
    gateway.bench.del_stub(GW)
    gateway.wait_attachment("failed")
    gateway.bench.add_stub(GW, (), (HOST4, HOST6))
    gateway.wait_attachment("attached")
    gateway.wait_here(BOTH_GATEWAYS)
    gateway.release()
    gateway.wait_here([])


def test_interface_renamed_and_back(gateway):
    gateway.load()
    gateway.own()
    gateway.ip(f"link set {GW} down", f"link set {GW} name other", "link set other up")
    gateway.wait_attachment("failed")
    gateway.wait_here([], interface="other")
    gateway.ip("link set other down", f"link set other name {GW}", f"link set {GW} up")
    gateway.wait_attachment("attached")
    gateway.wait_here(BOTH_GATEWAYS)


def test_carrier(gateway):
    """The interface is up while the site is the owner; two groups share it."""
    gateway.ip(f"link set {GW} down")
    line = [f"attach interface {GW} carrier"]
    second = "198.51.100.0/25"
    gateway.bench.load_frrd(group(*line, prefixes=(PREFIX4,), interface=GW) +
                            group(*line, name="mail", number=2, prefixes=(second,)))
    gateway.wait_known()
    gateway.wait_known("mail")

    def up():
        return "UP" in netns.ip_json(gateway.ns, "link", "show", "dev", GW)[0]["flags"]
    assert not up()
    gateway.own()  # although its next-hop is this interface
    assert up()
    gateway.own("mail")
    gateway.release()
    assert up()
    gateway.release("mail")
    wait_for(up, 10, f"{GW} to be down", until=lambda is_up: not is_up, interval=0.02)


def test_crash_while_it_is_set_up(gateway):
    """It is up, and its address is asked for: neither outlives the attempt."""
    def up():
        return "UP" in netns.ip_json(gateway.ns, "link", "show", "dev", GW)[0]["flags"]
    gateway.ip(f"link set {GW} down")
    gateway.load(*attach_lines(GATEWAY4, options=["carrier", "duplicate-check"]),
                 prefixes=(PREFIX4,), interface=GW)
    assert not up()
    gateway.take()
    wait_for(up, 10, f"{GW} to be up", interval=0.001)
    wait_for(gateway.kept, 10, "the state file to say so", interval=0.001,
             until=lambda kept: kept and kept[0]["raised"])
    gateway.crash()
    assert up()
    gateway.start()
    wait_for(up, 10, f"{GW} to be down", until=lambda is_up: not is_up, interval=0.02)
    gateway.wait_here([])


# Duplicates

def test_duplicate_ipv4(gateway):
    """Somebody else has the address: not attached, not announced, who it is is said;
    and it is attached when he is gone."""
    stub, peer = gateway.bench.stub_ns, f"{GW}-peer"
    netns.ip_batch(stub, [f"address add {GATEWAY4} dev {peer}"])
    gateway.load(*attach_lines(GATEWAY4, options=["duplicate-check"]))
    gateway.take()
    shown = gateway.wait_attachment("failed")
    assert f"{GATEWAY4} is used by somebody else: {mac(stub, peer)}" in shown["problem"]
    assert set(gateway.frrd.statuses("shop").values()) == {"idle"}
    gateway.wait_here([])
    netns.ip_batch(stub, [f"address del {GATEWAY4} dev {peer}"])
    gateway.frrd.wait_state("shop", "active", 40)
    gateway.wait_here([GATEWAY4])


def test_duplicate_answers_while_frrd_is_held_up(gateway):
    """The time for an answer is over before frrd can read it."""
    stub, peer = gateway.bench.stub_ns, f"{GW}-peer"
    gateway.load(*attach_lines(GATEWAY4, options=["duplicate-check"]))
    frrd = gateway.bench.router.daemon("frrd")
    wanted, hardware = socket.inet_aton("192.168.1.254"), bytes.fromhex(
        mac(stub, peer).replace(":", ""))
    with netns.inside(stub):
        arp = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
    with arp:
        arp.bind((peer, ETH_P_ARP))
        arp.settimeout(20)
        gateway.take()
        probes = 0
        while probes < 3:
            frame = arp.recv(128)
            probes += frame[20:22] == b"\0\1" and frame[38:42] == wanted
        frrd.signal(signal.SIGSTOP)
        try:
            asker = frame[6:12]
            arp.send(asker + hardware + struct.pack("!HHHBBH", ETH_P_ARP, 1, 0x0800, 6, 4, 2) +
                     hardware + wanted + asker + bytes(4))
            time.sleep(0.5)  # frrd waits for 200 ms
        finally:
            frrd.signal(signal.SIGCONT)
    shown = gateway.wait_attachment("failed")
    assert f"{GATEWAY4} is used by somebody else: {mac(stub, peer)}" in shown["problem"]
    gateway.wait_here([])


def test_probe_on_the_wire(gateway):
    gateway.load(*attach_lines(GATEWAY4, options=["duplicate-check", "advertisements 0"]))
    with capture(gateway.bench.stub_ns, f"{GW}-peer", "arp") as seen:
        gateway.own()
        probes = wait_for(lambda: re.findall(r"who-has 192\.168\.1\.254(?: \([^)]*\))? tell "
                                             r"0\.0\.0\.0", " ".join(seen())), 10, "the probes",
                          until=lambda found: len(found) >= 3, interval=0.05)
        assert len(probes) == 3
        assert not garps(seen(), "192.168.1.254")


def test_duplicate_ipv6(gateway):
    """The kernel looks for it, where the interface has that switched on."""
    stub, peer = gateway.bench.stub_ns, f"{GW}-peer"
    netns.sysctl(gateway.ns, {f"net.ipv6.conf.{GW}.accept_dad": 1})
    netns.ip_batch(stub, [f"address add {GATEWAY6} dev {peer} nodad"])
    gateway.load(*attach_lines(GATEWAY6, options=["duplicate-check"]))
    gateway.take()
    shown = gateway.wait_attachment("failed", timeout=30)
    assert f"{GATEWAY6} is used by somebody else" in shown["problem"]
    gateway.wait_here([])
    netns.ip_batch(stub, [f"address del {GATEWAY6} dev {peer}"])
    gateway.frrd.wait_state("shop", "active", 60)
    gateway.wait_here([GATEWAY6])


# Configuration while the site is the owner

def test_lines_are_added_and_removed_while_owner(gateway):
    gateway.load(*attach_lines(GATEWAY4))
    gateway.own()

    def configure(*lines):
        said = gateway.router.configure("\n".join(["subnet-mover", "group shop", "site dc1",
                                                   *lines]))
        assert not said, said
    configure(f"attach interface {GW} address {GATEWAY6}")
    gateway.wait_here(BOTH_GATEWAYS)
    configure(f"no attach interface {GW} address {GATEWAY4}")
    gateway.wait_here([GATEWAY6])
    configure(f"no attach interface {GW}")
    gateway.wait_here([])
    assert not gateway.attachments()
    assert gateway.frrd.state("shop") == "active"


def test_group_removed_while_owner(gateway):
    gateway.load()
    gateway.own()
    said = gateway.router.configure("subnet-mover\nno group shop")
    assert not said, said
    gateway.wait_here([])


def test_operational_state(gateway):
    gateway.load()
    gateway.own()
    state = gateway.router.ask_json(
        "frrd", "show yang operational-data /frr-subnet-mover:subnet-mover-state")
    shop = next(group for group in state["frr-subnet-mover:subnet-mover-state"]["group"]
                if group["name"] == "shop")
    assert shop["attachment"] == [{"interface": GW, "state": "attached",
                                   "address": list(BOTH_GATEWAYS)}]


def test_journal(gateway):
    gateway.load()
    gateway.own()
    gateway.release()

    def states():
        with open(gateway.router.journal_file, encoding="utf-8") as file:
            entries = [json.loads(line) for line in file if line.endswith("\n")]
        return [(entry["interface"], entry["state"]) for entry in entries
                if entry["kind"] == "attachment"]
    wait_for(states, 10, "the journal", interval=0.05,
             until=lambda seen: seen[-2:] == [(GW, "attached"), (GW, "detached")])


def findings(gateway):
    shown = gateway.router.ask_json("frrd", "show subnet-mover preflight json")
    return [(finding["severity"], finding["text"]) for finding in shown["findings"]
            if finding["check"] == "attach"]


def test_preflight(gateway):
    """A site that does not attach the same; an address and an interface of before."""
    other = ["  site dc2", "   next-hop 192.0.2.2", "   next-hop 2001:db8:ff12::2"]
    lines = group(*attach_lines(*BOTH_GATEWAYS), f"attach interface {LAN} carrier",
                  "attach interface none")
    gateway.ip(f"address add {GATEWAY4} dev {GW}")
    gateway.bench.load_frrd(lines[:-1] + other + [
        f"   attach interface eth0 address {GATEWAY4}", "  exit", " exit"])
    gateway.wait_known()
    found = findings(gateway)
    for severity, words in [
            ("warning", f"{GATEWAY6} is attached at site dc1 and not here"),
            ("warning", f"interface {GW} has {GATEWAY4}, which frrd did not add"),
            ("warning", f"interface {LAN} is up, although this site is not the owner"),
            ("warning", "the attachment of interface none has no address and no carrier"),
            ("error", "the interface none, which is attached while this site is the owner, does "
                      "not exist")]:
        assert [text for kind, text in found if kind == severity and text.startswith(words)], \
            (words, found)
    assert not [text for _, text in found if text.startswith(f"{GATEWAY4} is attached")]


def test_no_capability_is_kept_in_force(gateway):
    """The event loop raises them for moments; the kernel's thread has one of them."""
    gateway.load()
    gateway.own()
    tasks = f"/proc/{gateway.router.daemon('frrd').pid()}/task"
    sets = []
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/status", encoding="ascii") as file:
            sets += [line.split()[1] for line in file if line.startswith("CapEff")]
    assert sorted(int(text, 16) for text in sets)[-1] == 1 << 12  # CAP_NET_ADMIN
    assert sum(int(text, 16) != 0 for text in sets) == 1
