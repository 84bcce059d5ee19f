# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole lab: what scripts/lab, scripts/demo and the tests call.

Faults, and what they mean here:

  cut       the link loses every packet silently; both ends keep carrier
  kill      router death: links lost silently first, then SIGKILL to every
            daemon, then all interfaces down (so nobody hears a goodbye).
            With daemons named: only these get SIGKILL
  crash     like kill, but not silently: the kernel ends the connections of
            the dead daemons, so that neighbors hear of it at once
  freeze    SIGSTOP to every daemon, and the site's inter-site links cut. A
            real kernel would go on forwarding while its daemons hang: that is
            freeze with forwarding=True, which leaves the links alone. With
            daemons named: only these get SIGSTOP
  isolate   all links of the site are cut; its daemons run
"""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from . import config, frrd, netns, wiring
from .daemon import process_state
from .plan import Plan, SERVICE_PORT, THREE
from .router import Router, build_dir, frrd_built
from .run import LabError, need_root, wait_for
from .state import State

HERE = os.path.dirname(os.path.abspath(__file__))
FRR_PROTOCOLS = ("zebra", "bgp", "196")  # 196: zebra's static


class Lab:
    def __init__(self, name="lab", sites=None, links=None):
        """sites, links: see Plan; without them as the lab is, or the usual three."""
        need_root()
        self.name = name
        self.state = State(name)
        data = self.state.load()
        if sites is None:
            sites, links = data.get("sites", THREE), data.get("links")
        self.plan = Plan(name, sites, links, data.get("attach", False))
        self._set_routers(data)

    def _set_routers(self, data):
        self.with_frrd = data.get("frrd", False)
        self.bfd_ms = data.get("bfdMs", config.DEFAULT_BFD_MS)
        daemons = ["zebra", "bfdd", "bgpd"] + (["frrd"] if self.with_frrd else [])
        self.routers = {
            site: Router(self.plan.site_ns(site), self.plan.site_ns(site),
                         f"{self.state.dir}/{site}", daemons, data.get("build"))
            for site in self.plan.sites}

    def router(self, site):
        self.plan.site(site)
        return self.routers[site]

    def each(self, work, sites=None):
        """work(site) for all sites at the same time; the first error is raised."""
        sites = list(sites if sites is not None else self.plan.sites)
        with ThreadPoolExecutor(len(sites) or 1) as pool:
            return dict(zip(sites, pool.map(work, sites)))

    def need_up(self):
        if not (self.state.exists() and wiring.complete(self.plan)):
            raise LabError(f"the lab '{self.name}' is not up: run `lab up` first")

    # Up and down

    def up(self, with_frrd=None, bfd_ms=None, owner=None, timeout=60,
           arbiter=None, start_frrd=True, attach=None):
        """Bring the lab up. A lab that is up already is put into its first
        state: links healed, sites thawed, what is missing started again.
        attach: frrd attaches the gateway addresses, see Plan."""
        arbiter = arbiter or self.state.load().get("arbiter", "manual")
        if attach is None:
            attach = self.state.load().get("attach", False)
        self.plan = Plan(self.name, list(self.plan.sites),
                         [(link.a, link.b) for link in self.plan.links], attach)
        if with_frrd is None:  # as it is, or as it can be
            with_frrd = self.with_frrd if self.state.exists() else frrd_built()
        if attach and not with_frrd:
            raise LabError("the gateway addresses are attached by frrd: no --attach with --no-frrd")
        if with_frrd and not frrd_built():
            raise LabError(f"there is no frrd in {build_dir()}: build it first (scripts/build), "
                           "name its folder by FRRD_BUILD, or use --no-frrd")
        wanted = {"frrd": with_frrd, "build": build_dir() if with_frrd else None,
                  "bfdMs": bfd_ms or self.bfd_ms, "arbiter": arbiter, "attach": attach,
                  "sites": list(self.plan.sites),
                  "links": [[link.a, link.b] for link in self.plan.links]}
        with self.state.lock():
            data = self.state.load()
            same = wanted == {key: data.get(key) for key in wanted}
            if wiring.complete(self.plan) and self.state.exists() and same:
                fresh = False
            else:
                self._down()
                self._build(wanted, owner)
                fresh = True
            self._first_state(start_frrd)
        self.wait_converged(timeout)
        return fresh

    def _build(self, wanted, owner):
        self.state.create()
        self.state.save({**wanted, "cuts": [], "frozen": {}, "dead": []})
        if owner is not None:
            self.state.own(owner)
        self._set_routers(wanted)
        wiring.build(self.plan)
        for name, router in self.routers.items():
            site = self.plan.site(name)
            router.prepare()
            router.write_config("zebra", config.zebra(site))
            router.write_config("bfdd", config.bfdd(wanted["bfdMs"]))
            router.write_config("bgpd", config.bgpd(self.plan, site))
            if self.with_frrd:
                router.write_config("frrd", config.story(self.plan, name, wanted["arbiter"],
                                                         wanted["bfdMs"], wanted["attach"]))

    def _first_state(self, start_frrd):
        with self.state.change() as data:
            dead = data["dead"]
            data.update(cuts=[], frozen={}, dead=[])
        for router in self.routers.values():
            router.signal(signal.SIGCONT)
        for site in dead:
            self._switch_on(site)
        self._apply_links()
        self.each(lambda site: self.routers[site].start(
            None if start_frrd else set(self.routers[site].daemons) - {"frrd"}))
        for site in self.plan.sites:
            if self.plan.site(site).host.role == "srv":
                self.start_responder(site)

    def down(self):
        """Remove everything; no error when there is nothing."""
        with self.state.lock():
            self._down()

    def _down(self):
        for lab in (Lab(self.name), self):  # as it is, if that is not as it shall be
            for router in lab.routers.values():
                router.signal(signal.SIGCONT)
                router.signal(signal.SIGKILL)
            for router in lab.routers.values():
                router.remove()
            wiring.destroy(lab.plan)
        self.state.remove()

    def addresses(self, site, interface):
        """{"192.168.1.1/32", ...} on an interface of a site's router."""
        shown = netns.ip_json(self.router(site).ns, "address", "show", "dev", interface)
        return {f"{entry['local']}/{entry['prefixlen']}" for entry in shown[0]["addr_info"]
                if "local" in entry}

    # The echo service of the service hosts

    def _responder_pid_file(self, site):
        return f"{self.state.dir}/{site}/responder.pid"

    def responder_pid(self, site):
        try:
            with open(self._responder_pid_file(site), encoding="ascii") as file:
                pid = int(file.read())
            if os.stat(f"/proc/{pid}/ns/net").st_ino != netns.inode(self.plan.host_ns(site)):
                return None
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return pid if process_state(pid) not in (None, "Z") else None

    def start_responder(self, site):
        """No error when it runs."""
        if self.responder_pid(site):
            return
        argv = [sys.executable, f"{HERE}/responder.py", site, str(SERVICE_PORT)]
        with open(f"{self.state.dir}/{site}/responder.log", "ab") as log, \
                netns.inside(self.plan.host_ns(site)):
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=log, start_new_session=True)
        with process.stdout:
            if process.stdout.readline() != b"ready\n":
                raise LabError(f"the echo service behind {site} did not start: see {log.name}")
        with open(self._responder_pid_file(site), "w", encoding="ascii") as file:
            file.write(str(process.pid))
        process.returncode = 0  # it outlives us; no warning about that

    # Convergence

    def sessions(self, site):
        """{('bgp', 4, 'dc2'): True, ('bfd', 6, 'hub'): False, ...} of a site."""
        router = self.router(site)
        found = {}
        summary = router.ask_json("bgpd", "show bgp summary json")
        bfd = {peer["peer"]: peer["status"] for peer in
               router.ask_json("bfdd", "show bfd peers json")}
        for link in self.plan.links_of(site):
            for family, key in ((4, "ipv4Unicast"), (6, "ipv6Unicast")):
                address = link.peer_address(site, family)
                peer = summary.get(key, {}).get("peers", {}).get(address, {})
                found["bgp", family, link.other(site)] = peer.get("state") == "Established"
                found["bfd", family, link.other(site)] = bfd.get(address) == "up"
        return found

    def missing_sessions(self, sites=None):
        """What is not established yet, readable; an empty list is good."""
        missing = []
        for site in sites if sites is not None else self.plan.sites:
            missing += [f"{site}: {kind} IPv{family} to {other}"
                        for (kind, family, other), up in self.sessions(site).items() if not up]
        return missing

    def wait_converged(self, timeout=60):
        """All sessions up, and the hub's own network known at the other sites."""
        wait_for(self.missing_sessions, timeout, "all BGP and BFD sessions",
                 until=lambda missing: not missing, interval=0.1)
        hub = self.plan.site("hub")
        wait_for(lambda: [(site, net) for site in self.plan.sites for net in hub.networks
                          if site != "hub" and not self.routers[site].fib(net)],
                 timeout, "the client's subnet at all sites", until=lambda left: not left)

    # Faults

    def _apply_links(self):
        data = self.state.load()
        down = set(data.get("cuts", []))
        for site, links in data.get("frozen", {}).items():
            down.update(links)
        wiring.set_links(self.plan, down)

    def cut(self, a, b):
        self.need_up()
        link = self.plan.link(a, b)
        with self.state.lock(), self.state.change() as data:
            data["cuts"] = sorted({*data["cuts"], link.name})
        self._apply_links()

    def heal(self, a=None, b=None):
        """Let packets through again; without names on all links. The links of
        a frozen site stay cut until thaw()."""
        self.need_up()
        gone = {self.plan.link(a, b).name} if a and b else \
            {link.name for link in self.plan.links}
        with self.state.lock(), self.state.change() as data:
            data["cuts"] = sorted(set(data["cuts"]) - gone)
        self._apply_links()

    def isolate(self, site):
        self.need_up()
        links = [link.name for link in self.plan.links_of(site)]
        with self.state.lock(), self.state.change() as data:
            data["cuts"] = sorted({*data["cuts"], *links})
        self._apply_links()

    def freeze(self, site, forwarding=False, daemons=()):
        self.need_up()
        router = self.router(site)
        for name in daemons:
            router.daemon(name).freeze()
        if daemons:
            return
        links = [] if forwarding else [link.name for link in self.plan.links_of(site)]
        with self.state.lock():
            with self.state.change() as data:
                data["frozen"][site] = links
            self._apply_links()
            router.signal(signal.SIGSTOP)
            wait_for(router.states, 5, f"the daemons of {site} to stop",
                     until=lambda states: "running" not in states.values(), interval=0.005)

    def thaw(self, site):
        self.need_up()
        router = self.router(site)
        with self.state.lock():
            with self.state.change() as data:
                data["frozen"].pop(site, None)
            router.signal(signal.SIGCONT)
            self._apply_links()

    def crash(self, site):
        """The router dies, and its neighbors hear their connections end. The
        daemons get SIGKILL together and end together."""
        self.need_up()
        router = self.router(site)
        with self.state.lock():
            with self.state.change() as data:
                data["dead"] = sorted({*data["dead"], site})
            router.kill()
            wiring.set_site_interfaces(self.plan, site, up=False)

    def kill(self, site, daemons=()):
        """Kill the named daemons; without names the router dies."""
        self.need_up()
        router = self.router(site)
        for name in daemons:
            router.daemon(name)
        with self.state.lock():
            if daemons:
                router.kill(daemons)
                return
            with self.state.change() as data:
                data["dead"] = sorted({*data["dead"], site})
                data["frozen"].pop(site, None)
            data = self.state.load()
            wiring.set_links(self.plan, {*data["cuts"], *[link.name for link in
                                                          self.plan.links_of(site)]})
            router.signal(signal.SIGKILL)
            wiring.set_site_interfaces(self.plan, site, up=False)
            router.kill()
            self._apply_links()

    def start(self, site, daemons=()):
        """Start what is dead: the named daemons, or the whole router."""
        self.need_up()
        router = self.router(site)
        for name in daemons:
            router.daemon(name)
        with self.state.lock():
            with self.state.change() as data:
                was_dead = site in data["dead"]
                if was_dead and not daemons:
                    data["dead"].remove(site)
            if was_dead and daemons:
                raise LabError(f"{site} is switched off: `start {site}` first")
            if was_dead:
                self._switch_on(site)
            router.start(daemons or None)

    def _switch_on(self, site):
        """A router that boots has no routes of its previous life."""
        self.routers[site].flush_stale(FRR_PROTOCOLS)
        wiring.set_site_interfaces(self.plan, site, up=True)

    # frrd at all sites

    def frrd(self, site):
        return frrd.Frrd(self.router(site))

    def write_frrd(self, site, groups=None, options=(), arbiter=(), **more):
        """frrd's configuration file, rendered from the arguments (see
        config.frrd); the default is the group of the story, `arbiter manual`."""
        text = config.frrd(self.plan, site, groups, options, arbiter, **more)
        self.routers[site].write_config("frrd", text)

    def load_frrd(self, groups=None, options=(), arbiter=(), sites=None):
        """Restart frrd with that configuration; what it knew is forgotten."""
        def load(site):
            self.stop_frrd(site)
            self.write_frrd(site, groups, options, arbiter)
            self.start_frrd(site)
        self.each(load, sites)

    def stop_frrd(self, site):
        self.routers[site].daemon("frrd").stop()
        self.routers[site].forget()

    def start_frrd(self, site):
        self.routers[site].daemon("frrd").start()
        self.frrd(site).wait_ready()

    def findings(self):
        found = {}
        for router in self.routers.values():
            found.update(router.findings())
        return found

    def logs(self, lines=60):
        return "\n".join(router.logs(lines) for router in self.routers.values())

    # The client

    def stream_argv(self, to, site="hub", rate=1000, seconds=0, gap=20, as_json=True):
        argv = [sys.executable, f"{HERE}/stream.py", "--ns", self.plan.host_ns(site), "--to", to,
                "--rate", str(rate), "--seconds", str(seconds), "--gap", str(gap)]
        return argv + (["--json"] if as_json else [])
