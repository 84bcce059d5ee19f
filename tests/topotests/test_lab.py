# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab itself, with the distro's daemons only: it comes up, is what it says,
breaks the way it was told to, and goes away without residue."""

import glob
import os
import subprocess
import time

import pytest

from conftest import RUN_NAME
from helpers import ping
from labkit import netns, status, wiring
from labkit.client import StreamProcess
from labkit.config import PATIENT_BFD_MS
from labkit.fibmon import FibMonitor
from labkit.guard import Guard, subtract
from labkit.lab import Lab
from labkit.plan import LAN, PREFIX4, SERVICE4, SERVICE6, SITES
from labkit.router import REPO
from labkit.run import LabError, Timeout, wait_for

pytestmark = pytest.mark.no_frrd
SCRIPT = f"{REPO}/scripts/lab"


def residue(name):
    """Everything of a lab that a process could have left on the machine."""
    found = [ns for ns in os.listdir("/run/netns") if ns == name or ns.startswith(f"{name}-")]
    for pattern in (f"/var/run/frr/{name}-*", f"/etc/frr/{name}-*", f"/run/frrd-lab/{name}",
                    f"/run/frrd-lab/.{name}.lock"):
        found += glob.glob(pattern)
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(word.startswith(f"{name}-") or f"/frrd-lab/{name}/" in word for word in words):
            found.append(" ".join(words))
    return found


@pytest.fixture(scope="module")
def plain():
    """A lab without frrd."""
    lab = Lab(f"{RUN_NAME}p")
    try:
        lab.up(with_frrd=False, owner=os.getpid(), bfd_ms=PATIENT_BFD_MS)
        yield lab
    finally:
        lab.down()
    assert residue(lab.name) == []


@pytest.fixture
def fresh(plain):
    plain.up(with_frrd=False)
    return plain


def link_flags(lab, site, interface):
    return netns.ip_json(lab.plan.site_ns(site), "link", "show", "dev", interface)[0]["flags"]


def test_sessions_are_established(fresh):
    assert fresh.missing_sessions() == []
    for site in fresh.plan.sites:
        # BGP and BFD, IPv4 and IPv6, to two neighbors
        assert len(fresh.sessions(site)) == 8


def test_bfd_runs_as_it_was_told(fresh):
    for peer in fresh.router("hub").ask_json("bfdd", "show bfd peers json"):
        assert (peer["detect-multiplier"], peer["receive-interval"],
                peer["transmit-interval"]) == (3, PATIENT_BFD_MS, PATIENT_BFD_MS), peer


def test_up_again_changes_nothing(fresh):
    before = {site: router.states() for site, router in fresh.routers.items()}
    pids = {site: {n: d.pid() for n, d in router.daemons.items()}
            for site, router in fresh.routers.items()}
    assert fresh.up(with_frrd=False) is False
    assert pids == {site: {n: d.pid() for n, d in router.daemons.items()}
                    for site, router in fresh.routers.items()}
    assert before == {site: router.states() for site, router in fresh.routers.items()}
    assert fresh.missing_sessions() == []


def test_the_gateway_is_a_host_address(fresh):
    for site in ("dc1", "dc2"):
        router = fresh.router(site)
        assert router.fib_devices(PREFIX4) == set(), "a connected route would shadow frrd's"
        text = router.vtysh("show ip route 192.168.1.1/32")
        assert "connected" in text and LAN in text


def test_hosts_reach_their_gateway(fresh):
    """Only with the on-link route that frrd will add: here by hand."""
    for site in ("dc1", "dc2"):
        ns = fresh.plan.site_ns(site)
        netns.ip_batch(ns, ["route add 192.168.1.0/24 dev lan",
                            "route add 2001:db8:1::/64 dev lan"])
        try:
            host = fresh.plan.host_ns(site)
            assert ping(host, "192.168.1.1") and ping(host, "2001:db8:1::1")
        finally:
            netns.ip_batch(ns, ["route del 192.168.1.0/24 dev lan",
                                "route del 2001:db8:1::/64 dev lan"])


def test_the_clients_subnet_is_known(fresh):
    for site in ("dc1", "dc2"):
        for net in fresh.plan.site("hub").networks:
            # Sessions that are up have not yet said everything.
            wait_for(lambda site=site, net=net: fresh.router(site).fib_devices(net) == {"to-hub"},
                     10, f"the way from {site} to {net}")


def test_no_site_announces_the_moved_subnet(fresh):
    shown = status.collect(fresh)
    assert all(sites == [] for sites in shown["announcedBy"].values()), shown


def test_cut_is_silent_and_found_by_bfd(fresh):
    link = fresh.plan.link("dc1", "hub")
    with FibMonitor(fresh.plan.site_ns("dc1")) as monitor:
        begin = time.monotonic_ns()
        fresh.cut("dc1", "hub")
        change = monitor.wait("198.51.100.0/24", lambda c: c.devices == {"to-dc2"}, 5, since=begin)
    assert (change.ns - begin) / 1e6 < 1500
    for site in ("dc1", "hub"):
        assert "LOWER_UP" in link_flags(fresh, site, link.interface(site)), "carrier was lost"
        # No ICMP error, no goodbye: nothing comes through
        address = link.peer_address(site, 4)
        assert not ping(fresh.plan.site_ns(site), address, link.interface(site))
    assert status.collect(fresh)["links"] == {"dc1-dc2": "up", "dc1-hub": "cut", "dc2-hub": "up"}


def test_heal_one_and_all(fresh):
    for link in fresh.plan.links:
        fresh.cut(link.a, link.b)
    assert set(status.collect(fresh)["links"].values()) == {"cut"}
    fresh.heal("dc2", "dc1")  # names in either order
    assert status.collect(fresh)["links"]["dc1-dc2"] == "up"
    assert status.collect(fresh)["links"]["dc1-hub"] == "cut"
    fresh.heal()
    assert set(status.collect(fresh)["links"].values()) == {"up"}
    fresh.wait_converged()


def test_kill_a_router_is_a_silent_death(fresh):
    with FibMonitor(fresh.plan.site_ns("dc2")) as monitor:
        begin = time.monotonic_ns()
        fresh.kill("hub")
        change = monitor.wait("198.51.100.0/24", lambda c: not c.devices, 5, since=begin)
    # BFD needs two to three of its intervals (less where the last packet before came late);
    # a goodbye (FIN) would have been quicker
    assert (change.ns - begin) / 1e6 > PATIENT_BFD_MS
    assert set(fresh.router("hub").states().values()) == {"dead"}
    assert "LOWER_UP" in link_flags(fresh, "dc2", "to-hub"), "the neighbor must not notice"
    shown = status.collect(fresh)
    assert shown["sites"]["hub"]["power"] == "off"
    fresh.start("hub")
    fresh.wait_converged()


def test_a_crash_is_noticed_at_once(fresh):
    """The dead daemons' connections end, and then there is no router any more."""
    fresh.crash("hub")
    # BGP is down, and BFD has not yet missed three packets
    wait_for(lambda: fresh.sessions("dc2"), 10, "dc2 to notice before BFD does", interval=0.002,
             until=lambda up: not up["bgp", 4, "hub"] and up["bfd", 4, "hub"])
    assert status.collect(fresh)["sites"]["hub"]["power"] == "off"
    fresh.start("hub")
    fresh.wait_converged()


def test_an_isolated_site_runs_on(fresh):
    fresh.isolate("dc1")
    assert status.collect(fresh)["links"] == {"dc1-dc2": "cut", "dc1-hub": "cut", "dc2-hub": "up"}
    assert set(fresh.router("dc1").states().values()) == {"running"}
    wait_for(lambda: fresh.missing_sessions(["dc1"]), 10, "dc1 to lose all sessions",
             until=lambda missing: len(missing) == 8)
    fresh.heal()
    fresh.wait_converged()


def test_freeze_one_daemon(fresh):
    fresh.freeze("dc2", daemons=["bfdd"])
    assert fresh.router("dc2").states() == {"zebra": "running", "bfdd": "frozen",
                                            "bgpd": "running"}
    assert wiring.cut_links(fresh.plan) == []
    fresh.router("dc2").daemon("bfdd").thaw()
    fresh.wait_converged()


def announce(lab, site, on):
    """The subnet is announced by bgpd itself, with the route that it needs."""
    word = "" if on else "no "
    lab.router(site).vtysh("configure terminal", f"router bgp {lab.plan.site(site).asn}",
                           "address-family ipv4 unicast", f"{word}network {PREFIX4}")
    netns.ip_batch(lab.plan.site_ns(site),
                   [f"route {'add' if on else 'del'} {PREFIX4} dev {LAN}"])


def test_the_guard_sees_two_announcers(fresh):
    """In bgpd of the hub, and in the kernels, unless it was allowed."""
    with Guard(fresh, [PREFIX4]) as guard:
        announce(fresh, "dc1", True)
        wait_for(lambda: guard.owners(), 10, "dc1", until=lambda seen: seen == ["dc1"])
        assert guard.violations() == []
        with guard.two_allowed():
            announce(fresh, "dc2", True)
            wait_for(guard.sampler.doubled, 10, "both to be seen by the hub")
            announce(fresh, "dc2", False)
            wait_for(lambda: guard.sampler.samples()[-1].announcers, 10, "dc2 to be gone",
                     until=lambda seen: seen == {"dc1"})
        guard.check()
        announce(fresh, "dc2", True)
        wait_for(guard.violations, 10, "both ways of seeing it",
                 until=lambda found: any("hub heard dc1 and dc2" in text for text in found) and
                 any("dc1 and dc2 sent it" in text for text in found))
        with pytest.raises(LabError, match="two owners"):
            guard.check()
        for site in ("dc1", "dc2"):
            announce(fresh, site, False)


def test_spans_without_what_is_allowed():
    assert subtract((0, 10), []) == [(0, 10)]
    assert subtract((0, 10), [(2, 3), (5, 12)]) == [(0, 2), (3, 5)]
    assert subtract((4, 6), [(0, 10)]) == []
    assert subtract((4, 6), [(6, 10), (0, 4)]) == [(4, 6)]


def test_five_sites():
    lab = Lab(f"{RUN_NAME}q", [site.name for site in SITES])
    try:
        lab.up(with_frrd=False, owner=os.getpid(), bfd_ms=PATIENT_BFD_MS)
        assert len(lab.plan.links) == 10 and len(lab.plan.namespaces) == 11
        for site in lab.plan.sites:
            assert len(lab.sessions(site)) == 16
        # whoever looks at it later sees the same lab
        assert Lab(lab.name).plan.sites == lab.plan.sites
        # and a lab of another shape takes its place
        four = Lab(lab.name, ["dc1", "dc2", "hub", "dc3"],
                   [("dc1", "hub"), ("dc2", "hub"), ("dc3", "hub")])
        four.up(with_frrd=False, owner=os.getpid(), bfd_ms=PATIENT_BFD_MS)
        assert [link.name for link in four.plan.links] == ["dc1-hub", "dc2-hub", "hub-dc3"]
        assert len(four.sessions("hub")) == 12 and len(four.sessions("dc3")) == 4
    finally:
        Lab(lab.name).down()
    assert residue(lab.name) == []


def test_kill_and_start_one_daemon(fresh):
    pids = {name: daemon.pid() for name, daemon in fresh.router("dc1").daemons.items()}
    fresh.kill("dc1", ["bgpd"])
    assert fresh.router("dc1").states() == {"zebra": "running", "bfdd": "running", "bgpd": "dead"}
    fresh.start("dc1", ["bgpd"])
    assert fresh.router("dc1").daemon("bgpd").pid() not in (None, pids["bgpd"])
    assert fresh.router("dc1").daemon("zebra").pid() == pids["zebra"]
    fresh.wait_converged()


def test_a_frozen_site_forwards_nothing(fresh):
    fresh.freeze("dc2")
    assert set(fresh.router("dc2").states().values()) == {"frozen"}
    links = status.collect(fresh)["links"]
    assert links == {"dc1-dc2": "cut", "dc1-hub": "up", "dc2-hub": "cut"}
    fresh.heal()  # mends what was cut by hand, not what the freeze has cut
    assert status.collect(fresh)["links"] == links
    wait_for(lambda: fresh.missing_sessions(["hub"]), 10, "the hub to lose four sessions",
             until=lambda missing: len(missing) == 4)
    fresh.thaw("dc2")
    assert set(fresh.router("dc2").states().values()) == {"running"}
    fresh.wait_converged()


def test_freeze_with_forwarding_leaves_the_links_alone(fresh):
    fresh.freeze("dc2", forwarding=True)
    assert set(status.collect(fresh)["links"].values()) == {"up"}
    link = fresh.plan.link("dc2", "hub")
    assert ping(fresh.plan.site_ns("hub"), link.address("dc2", 4))
    fresh.thaw("dc2")
    fresh.wait_converged()


@pytest.mark.parametrize("service", [SERVICE4, SERVICE6])
def test_the_stream_counts(fresh, service):
    """The subnet is announced by bgpd itself here, first at dc1, then nowhere."""
    router, family = fresh.router("dc1"), 6 if ":" in service else 4
    prefix = "2001:db8:1::/64" if family == 6 else PREFIX4
    network = ["configure terminal", "router bgp 65001", f"address-family ipv{family} unicast"]
    netns.ip_batch(router.ns, [f"route add {prefix} dev lan"])
    process = None
    try:
        router.vtysh(*network, f"network {prefix}")
        wait_for(lambda: fresh.router("hub").fib_devices(prefix), 10, "the hub's route",
                 until=lambda devices: devices == {"to-dc1"})
        process = StreamProcess(fresh, to=service, rate=1000)
        process.wait_site("dc1")
        process.wait_event(lambda e: e["event"] == "second" and e["answered"] > 500, 10,
                           "500 answers")
        router.vtysh(*network, f"no network {prefix}")
        gone = time.monotonic_ns()
        wait_for(lambda: fresh.router("hub").fib_devices(prefix), 10, "no route at the hub",
                 until=lambda devices: not devices)
        process.wait_event(lambda e: e["event"] == "second" and e["sent"] - e["answered"] > 300,
                           10, "300 lost packets")
        summary = process.finish()
    finally:
        if process:
            process.kill()
        router.vtysh(*network, f"no network {prefix}")
        netns.ip_batch(router.ns, [f"route del {prefix} dev lan"])
    assert summary["sent"] == summary["answered"] + summary["lost"]
    assert summary["sites"] == {"dc1": summary["answered"]}
    assert summary["lost"] > 300
    assert summary["duplicates"] == 0
    last = summary["gaps"][-1]
    assert last["after"] is None and last["startNs"] > gone - 1e9
    # 1,000 a second: the gap in ms and the packets lost in it are the same number,
    # if the machine lets the stream send when it wants to
    assert last["lost"] / 2 < last["ms"] < last["lost"] * 2, last


def test_vtysh_by_the_script(fresh):
    done = subprocess.run([SCRIPT, "--name", fresh.name, "vtysh", "hub", "-c", "show bgp summary"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "65001" in done.stdout and "65002" in done.stdout
    assert done.stderr == ""


def test_wrong_names_are_explained(fresh):
    for argv, word in ((["vtysh", "dc9"], "dc9"), (["cut", "dc1", "dc1"], "dc1"),
                       (["kill", "dc1", "ospfd"], "ospfd")):
        done = subprocess.run([SCRIPT, "--name", fresh.name, *argv], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 1 and word in done.stderr and "Traceback" not in done.stderr
    with pytest.raises(LabError, match="not beginning"):
        Lab("Bad/Name")


def test_wait_for_reports_the_last_value():
    with pytest.raises(Timeout, match="the moon; last seen: 42"):
        wait_for(lambda: 42, 0.1, "the moon", until=lambda value: value == 43)


def test_script_up_status_down_without_residue():
    name = f"{RUN_NAME}s"

    def script(*argv):
        return subprocess.run([SCRIPT, "--name", name, *argv], capture_output=True, text=True,
                              check=False)
    try:
        assert script("status").returncode == 3
        up = script("up", "--no-frrd")
        assert up.returncode == 0, up.stderr
        assert "is up, without frrd" in up.stdout
        assert script("status").returncode == 0
        # A process of the user's in the lab must not survive it either
        user = subprocess.Popen(["ip", "netns", "exec", f"{name}-hub", "tail", "-f", "/dev/null"])
        down = script("down")
        assert down.returncode == 0, down.stderr
        assert user.wait(10) != 0
    finally:
        script("down")
    assert residue(name) == []
    assert script("status").returncode == 3
    again = script("down")
    assert again.returncode == 0 and "already" in again.stdout
    assert residue(name) == []


def test_an_interrupted_up_leaves_nothing():
    name = f"{RUN_NAME}i"
    process = subprocess.Popen([SCRIPT, "--name", name, "up", "--no-frrd"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: os.path.exists(f"/run/netns/{name}-hub"), 10, "the lab to be half up",
                 interval=0.005)
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode != 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        Lab(name).down()
    assert residue(name) == []
