# SPDX-License-Identifier: GPL-2.0-or-later
"""Storms: a thousand probes change together, again and again, while frrd has a group to
look after and people ask it things."""

import contextlib
import os
import signal
import socket
import threading
import time

import pytest

import probe_kit as kit
from labkit import config, netns
from labkit.bench import LAN, WAN_PEER4
from labkit.run import wait_for

COUNT = 1000
PORT = 8080
USED = 100
NAMES = [f"p{number}" for number in range(COUNT)]


class Server:
    """Takes connections, a thousand a second if need be; stopped, it refuses them."""

    def __init__(self, ns):
        self.ns = ns
        self.socket = self.thread = None

    def start(self):
        with netns.inside(self.ns):
            self.socket = socket.create_server((WAN_PEER4, PORT), backlog=4096)
        self.thread = threading.Thread(target=self.serve, args=(self.socket,), daemon=True)
        self.thread.start()

    @staticmethod
    def serve(listener):
        with contextlib.suppress(OSError):
            while True:
                listener.accept()[0].close()

    def stop(self):
        if self.socket:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)  # wakes accept()
            self.thread.join()
            self.socket.close()
            self.socket = None


@pytest.fixture
def server(bench):
    made = Server(bench.stub_ns)
    made.start()
    yield made
    made.stop()


def storm_probes():
    """A thousand, asking one server; the group uses some, since a file with a line for each is
    read slowly."""
    lines = [line for name in NAMES
             for line in kit.quick(name, f"tcp {WAN_PEER4} port {PORT}", interval=1000,
                                   timeout=900, rise=1, fall=1)]
    member = [f"next-hop interface {LAN}", *(f"probe {name}" for name in NAMES[:USED]), "probes any"]
    return lines, config.frrd_group("shop", 1, ["192.168.1.0/24"], {"dc1": (100, member)})


def wait_all(router, state, timeout=90):
    """Asking for all of them takes a while of its own; so not often."""
    wait_for(lambda: {probe["state"] for probe in kit.shown(router)["probes"].values()}, timeout,
             f"all probes to be {state}", until=lambda states: states == {state}, interval=0.5)


def answer_ms(router):
    """How long frrd takes for a question."""
    began = time.monotonic()
    router.ask("frrd", "show subnet-mover group shop")
    return (time.monotonic() - began) * 1000


def test_all_probes_change_together(bench, router, frrd, server):
    lines, group = storm_probes()
    bench.load_frrd(group, options=lines)
    wait_all(router, "up")
    assert frrd.failover("shop").ok
    frrd.wait_state("shop", "active", 20)
    first, decided = kit.wait_io(router)["pid"], len(frrd.history("shop"))
    slowest = []
    for _ in range(2):
        server.stop()
        slowest += [answer_ms(router) for _ in range(20)]
        wait_all(router, "down")
        server.start()
        slowest += [answer_ms(router) for _ in range(20)]
        wait_all(router, "up")
    # frrd-io was neither lost nor ended, and the group went on
    assert kit.io(router)["pid"] == first and kit.io(router)["restarts"] == 0
    assert frrd.state("shop") == "active"
    assert max(slowest) < 5000, f"frrd took {max(slowest):.0f} ms to answer"
    assert len(frrd.history("shop")) <= decided + 4, frrd.history("shop")
    changes = {probe["changes"] for probe in kit.shown(router)["probes"].values()}
    assert changes == {5}, changes


def test_frrd_io_dies_in_a_storm(bench, router, server):
    """What it had said stays; the new one hears of all probes."""
    lines, group = storm_probes()
    bench.load_frrd(group, options=lines)
    wait_all(router, "up")
    pid = kit.wait_io(router)["pid"]
    server.stop()
    os.kill(pid, signal.SIGKILL)
    kit.wait_io(router, other_than=pid)
    wait_all(router, "down")
    pid = kit.io(router)["pid"]
    os.kill(pid, signal.SIGSTOP)
    server.start()
    kit.wait_io(router, other_than=pid)
    wait_all(router, "up")
