# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of address change need: a name server and a web server behind the
hub, the programs where frrd looks for them, and what frrd says about both."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading

from labkit import config, netns
from labkit.daemon import FRR_USER
from labkit.plan import CLIENT4, PREFIX4, PREFIX6
from labkit.router import REPO
from labkit.run import wait_for

sys.path.append(f"{REPO}/tests/hooks")
from nameserver import Asker, NameServer  # noqa: E402  the path comes first
from receiver import Receiver  # noqa: E402

NEW4, NEW6 = "192.168.2.0/24", "2001:db8:2::/64"
MAP = {"dc2": [f"map {PREFIX4} {NEW4}", f"map {PREFIX6} {NEW6}"]}
ZONE = """$TTL 300
@ IN SOA ns hostmaster 1 3600 600 86400 30
@ IN NS ns
ns IN A 127.0.0.1
www 300 IN A 192.168.1.10
www 300 IN A 192.168.1.11
www 300 IN AAAA 2001:db8:1::10
sip-dc1 300 IN A 192.168.1.50
sip-dc2 300 IN A 192.168.2.50
_sip._tcp 300 IN SRV 10 5 5060 sip-dc1
_sip._tcp 300 IN SRV 20 5 5060 sip-dc2
"""
RECORDS = ("record www.example.org a", "record www.example.org aaaa ttl 7",
           "record _sip._tcp.example.org srv swap-priority")
AT = {"dc1": (["192.168.1.10", "192.168.1.11"], ["2001:db8:1::10"],
              ["10 5 5060 sip-dc1.example.org.", "20 5 5060 sip-dc2.example.org."]),
      "dc2": (["192.168.2.10", "192.168.2.11"], ["2001:db8:2::10"],
              ["10 5 5060 sip-dc2.example.org.", "20 5 5060 sip-dc1.example.org."])}


class Place:
    """A namespace, as the name server wants it."""

    def __init__(self, name):
        self.name = name

    def start(self, argv, **kwargs):
        with netns.inside(self.name):
            return subprocess.Popen(argv, **kwargs)


class Held(Receiver):
    """Lets everybody wait for an answer once `holding` is set."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.holding = False
        self.held = {}  # (site that tells, path) -> what its answer waits for
        self.most = 0   # answers that waited together, of one site

    def posted(self, path, body):
        if not self.holding:
            return
        site, answer = json.loads(body)["to"], threading.Event()
        self.held[site, path] = answer
        self.most = max(self.most, len(self.waiting(site)))
        answer.wait()

    def waiting(self, site):
        """The paths to which the site has posted and not got an answer."""
        return {path for owner, path in list(self.held) if owner == site}

    def answer(self, site, path):
        self.held.pop((site, path)).set()

    def __exit__(self, *args):
        self.holding = False
        for answer in self.held.values():
            answer.set()
        super().__exit__(*args)


class Names:
    """The name server at the client's host, and the programs of dc1 and dc2."""

    def __init__(self, lab, folder):
        self.lab, self.routers = lab, [lab.router(site) for site in ("dc1", "dc2")]
        self.place = Place(lab.plan.host_ns("hub"))
        self.server = NameServer(self.place, folder, CLIENT4, ZONE)

    def __enter__(self):
        for router in self.routers:
            os.makedirs(router.hook_folder)
            for name in ("dns-update", "notify"):
                shutil.copy(f"{REPO}/scripts/hooks/{name}", router.hook_folder)
            for name in ("good", "bad"):
                path = self.key(router.site_dir, name)
                shutil.copy(f"{self.server.folder}/{name}.key", path)
                shutil.chown(path, FRR_USER, FRR_USER)
                os.chmod(path, 0o600)
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop()
        for router in self.routers:
            shutil.rmtree(router.hook_folder)

    @staticmethod
    def key(site_dir, name):
        return f"{site_dir}/{name}.key"

    def lines(self, site, *more, key="good", records=RECORDS):
        """`address-change` of the group at this site."""
        file = self.key(self.lab.router(site).site_dir, key)
        return [f"address-change {line}" for line in
                (f"dns-server {CLIENT4}", "dns-zone example.org", f"dns-key-file {file}",
                 *records, *more)]

    def at(self):
        """The site whose addresses and priorities the records have; None: mixed."""
        seen = (self.server.data("www.example.org", "A"),
                self.server.data("www.example.org", "AAAA"),
                self.server.data("_sip._tcp.example.org", "SRV"))
        return next((site for site, wanted in AT.items() if seen == wanted), None)

    def wait_at(self, site, timeout=30):
        wait_for(self.at, timeout, f"the records to be those of {site}", interval=0.1,
                 until=lambda seen: seen == site)

    @contextlib.contextmanager
    def never_missing(self):
        """In the block each question for the address of www has an answer."""
        with Asker(self.place, "www.example.org") as asker:
            yield
        assert asker.asked > 10 and not asker.empty, asker.empty[:3]


def group(lines, maps=None):
    """The group of the story with these lines and with maps of its members."""
    maps = MAP if maps is None else maps
    members = {site: (preference, [*member, *maps.get(site, ())])
               for site, (preference, member) in config.members(["dc1", "dc2"]).items()}
    return config.frrd_group("shop", 1, (PREFIX4, PREFIX6), members, ("auto-failover", *lines))


def load(shop, lines, maps=None, times=None):
    """frrd everywhere, owner dc1; lines: site -> lines of the group there."""
    shop.lab.each(shop.lab.stop_frrd)
    for site in shop.lab.plan.sites:
        shop.write(site, groups=group(lines(site), maps), times=times)
    for sites in (("dc1", "hub"), ("dc2",)):
        shop.lab.each(shop.lab.start_frrd, sites)
        shop.wait_state("dc1", "active", timeout=40)
    shop.wait_ready("dc2")


def change(shop, site):
    return shop.frrd(site).group("shop")["addressChange"]


def state(shop, site):
    """The same in the operational state."""
    data = shop.lab.router(site).ask_json(
        "frrd", "show yang operational-data /frr-subnet-mover:subnet-mover-state")
    return next(group["address-change"]
                for group in data["frr-subnet-mover:subnet-mover-state"]["group"]
                if group["name"] == "shop")


def wait_dns(shop, site, state, problem="", timeout=30):
    return wait_for(lambda: change(shop, site)["dns"], timeout,
                    f"the DNS to be {state} at {site}", interval=0.05,
                    until=lambda dns: dns["state"] == state and problem in dns.get("problem", ""))


def wait_owner(shop, site, timeout=20):
    """Without a word about prefixes: they are others at each site."""
    shop.wait_owner(site, prefixes=(), timeout=timeout)


def wait_owner_without(shop, site, gone):
    """The same while another site is cut off."""
    shop.wait_owner(site, prefixes=(), without=[gone])


def lines_of(shop, site, kind):
    """What the journal of the site says about dns or notify, oldest first."""
    return [entry for entry in shop.lab.router(site).journal() if entry["kind"] == kind]
