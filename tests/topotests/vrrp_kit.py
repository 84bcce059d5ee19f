# SPDX-License-Identifier: GPL-2.0-or-later
"""VRRP for tests: two sites that share a LAN and an address by keepalived, as two routers of
one building would, and FRR's vrrpd at a single router."""

import contextlib
import os
import signal
import subprocess

from labkit import netns
from labkit.run import run, wait_for

SHARED = "shared"  # the interface, at both
LEVELS = {"dc1": 200, "dc2": 100}
OWN = {"dc1": "198.18.1.2", "dc2": "198.18.1.3"}
VIRTUAL4 = "198.18.1.1"

# Without macvlan interfaces: the address is simply added and removed.
KEEPALIVED = """global_defs {{
  router_id {site}
  vrrp_garp_master_refresh 0
}}
vrrp_instance lan {{
  interface {interface}
  state BACKUP
  virtual_router_id 7
  priority {level}
  advert_int 0.2
  version 3
  virtual_ipaddress {{
    {virtual}/32
  }}
}}
"""


# FRR's own: the address is on a macvlan interface, which is up at the master only.
VRRPD = f"""interface {SHARED}
 vrrp 7 version 3
 vrrp 7 priority 100
 vrrp 7 advertisement-interval 200
 vrrp 7 ip {VIRTUAL4}
exit
"""
VRRPD_INTERFACE = "vrrp4"


class Keepalived:
    """One keepalived, in any namespace."""

    def __init__(self, ns, name, level, interface, folder):
        self.worker_file = folder / f"{name}-vrrp.pid"
        conf = folder / f"{name}.conf"
        conf.write_text(KEEPALIVED.format(site=name, interface=interface, level=level,
                                          virtual=VIRTUAL4))
        with netns.inside(ns), open(folder / f"{name}.log", "wb") as log:
            self.process = subprocess.Popen(
                ["keepalived", "--dont-fork", "--log-console", "--vrrp", f"--use-file={conf}",
                 f"--pid={folder}/{name}.pid", f"--vrrp_pid={self.worker_file}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def signal_worker(self, number):
        """To the child that speaks VRRP. SIGSTOP: it hangs, and its address stays."""
        os.kill(int(self.worker_file.read_text()), number)

    def stop(self):
        """It says that it leaves."""
        with contextlib.suppress(OSError):
            self.signal_worker(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def vrrpd(router):
    """FRR's vrrpd at the router, whose interface to the LAN is there; without a rival it
    is the master."""
    netns.ip_batch(router.ns, [
        f"link add {VRRPD_INTERFACE} link {SHARED} address 00:00:5e:00:01:07 type macvlan "
        "mode bridge", f"address add {VIRTUAL4}/24 dev {VRRPD_INTERFACE}",
        f"link set {VRRPD_INTERFACE} up"])
    daemon = router.add_daemon("vrrpd")
    router.write_config("vrrpd", VRRPD)
    daemon.start()
    try:
        yield
    finally:
        daemon.stop()
        router.remove_daemon("vrrpd")
        netns.ip_batch(router.ns, [f"link del {VRRPD_INTERFACE}"])


class Vrrp:
    def __init__(self, lab, folder):
        self.lab = lab
        self.folder = folder
        self.running = {}

    def ns(self, site):
        return self.lab.router(site).ns

    def wire(self):
        """The LAN between the two."""
        run(["ip", "-n", self.ns("dc1"), "link", "add", SHARED, "type", "veth", "peer", "name",
             SHARED, "netns", self.ns("dc2")])
        for site, address in OWN.items():
            netns.ip_batch(self.ns(site), [f"address add {address}/24 dev {SHARED}",
                                           f"link set {SHARED} up"])

    def unwire(self):
        for site in list(self.running):
            self.stop(site)
        run(["ip", "-n", self.ns("dc1"), "link", "del", SHARED], check=False)

    def start(self, site):
        self.running[site] = Keepalived(self.ns(site), site, LEVELS[site], SHARED, self.folder)

    def stop(self, site):
        self.running.pop(site).stop()

    def has(self, site):
        return f"{VIRTUAL4}/32" in self.lab.addresses(site, SHARED)

    def wait_master(self, wanted, timeout=30):
        wait_for(lambda: [site for site in OWN if self.has(site)], timeout,
                 f"{wanted} to have {VIRTUAL4}", until=lambda found: found == [wanted],
                 interval=0.02)


@contextlib.contextmanager
def vrrp(lab, folder):
    """The LAN, and no keepalived yet."""
    made = Vrrp(lab, folder)
    made.wire()
    try:
        yield made
    finally:
        made.unwire()
