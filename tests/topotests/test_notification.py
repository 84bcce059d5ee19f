# SPDX-License-Identifier: GPL-2.0-or-later
"""YANG notifications, as a module of FRR hears them that is loaded into frrd (notify_log.c):
it makes each into a tree of the model, has libyang check it, and logs it as JSON."""

import json
import re

import pytest

import probe_kit as kit
from labkit.bench import WAN_PEER4
from labkit.router import build_dir
from labkit.run import wait_for

PORT = 8080


@pytest.fixture
def listening(bench):
    """The router, whose frrd has the module."""
    daemon = bench.router.daemon("frrd")
    module = ["-M", f"{build_dir()}/tests/topotests/notify_log.so"]
    daemon.options += module
    try:
        bench.load_frrd()
        daemon.mark()
        yield bench.router
        assert "notification refused" not in daemon.tail("log", 10000)
    finally:
        del daemon.options[-len(module):]


def told(router, name):
    """What was told under this name since the start of the test, in order."""
    key = f"frr-subnet-mover:{name}"
    found = re.findall(r"notification (\{.*\})$", router.daemon("frrd").tail("log", 10000), re.M)
    return [content[key] for content in map(json.loads, found) if key in content]


def wait_told(router, name, count):
    return wait_for(lambda: told(router, name), 20, f"{count} notifications {name}", interval=0.05,
                    until=lambda seen: len(seen) >= count)


def test_probe_change(bench, listening):
    """Each change of the state, with the result that led to it, and nothing else."""
    router = listening
    with kit.WebServer(bench.stub_ns, WAN_PEER4, PORT) as web:
        kit.configure(router, *kit.quick("web", f"http http://{WAN_PEER4}:{PORT}/"))
        kit.wait_probe(router, "web", "up")
        web.answer(503)
        kit.wait_probe(router, "web", "down")
        web.answer(200)
        kit.wait_probe(router, "web", "up")
    kit.wait_probe(router, "web", "down", text="refused")
    assert wait_told(router, "probe-change", 4) == [
        {"probe": "web", "from": "unknown", "to": "up", "text": "HTTP 200"},
        {"probe": "web", "from": "up", "to": "down", "text": "HTTP 503"},
        {"probe": "web", "from": "down", "to": "up", "text": "HTTP 200"},
        {"probe": "web", "from": "up", "to": "down", "text": "connect: Connection refused"}]


def test_probe_of_another_kind(listening):
    """A probe that begins anew is unknown, which is told as well."""
    router = listening
    kit.configure(router, *kit.quick("any", "exec /bin/true"))
    kit.wait_probe(router, "any", "up")
    kit.configure(router, "probe any", " interface absent0", "exit")
    kit.wait_probe(router, "any", "down")
    assert wait_told(router, "probe-change", 3) == [
        {"probe": "any", "from": "unknown", "to": "up", "text": "exit status 0"},
        {"probe": "any", "from": "up", "to": "unknown", "text": "has not run yet"},
        {"probe": "any", "from": "unknown", "to": "down",
         "text": "interface absent0 does not exist"}]


def test_moves_and_refusals(bench, listening):
    """What a group does is told, and a command that changes nothing as well."""
    assert bench.frrd.failover("shop").ok
    changes = wait_for(lambda: told(listening, "state-change"), 20, "the group to be active",
                       interval=0.05, until=lambda seen: seen and seen[-1]["to"] == "active")
    assert {change["group"] for change in changes} == {"shop"}
    for before, after in zip(changes, changes[1:]):
        assert before["to"] == after["from"]
    text = bench.frrd.failover("shop").text
    assert wait_told(listening, "command-refused", 1) == [
        {"group": "shop", "command": "failover", "reason": "already-owner", "text": text}]
