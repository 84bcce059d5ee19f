# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration and state by the model instead of the command line: the examples
of the model, loaded into frrd in transactional mode, and its operational data."""

import json
import os
import re

import pytest

from config_helpers import BASE, Terminal, configured  # noqa: F401
from helpers import take_over
from labkit.daemon import Daemon
from labkit.router import FRR_RUN, REPO, build_dir, frrd_binary, own_dir
from labkit.vty import CMD_SUCCESS

EXAMPLES = f"{REPO}/yang/examples/valid"
ROOT = "/frr-subnet-mover:subnet-mover"

# Configurations that the model lets pass and the daemon does not: it says what
# is missing.
REFUSED = {"config-line-by-line.xml": "group shop: local-site is not configured"}


def examples(kind):
    return sorted(name for name in os.listdir(EXAMPLES)
                  if name.startswith(f"{kind}-") and name.endswith((".xml", ".json")))


@pytest.fixture
def transactional(bench):
    """A vty of a frrd in transactional mode, in configuration mode."""
    pathspace = f"{bench.name}-t"
    run_dir, site_dir = f"{FRR_RUN}/{pathspace}", f"{bench.state.dir}/t"
    own_dir(run_dir)
    own_dir(site_dir)
    with open(f"{site_dir}/frrd.conf", "w", encoding="utf-8"):
        pass
    daemon = Daemon("frrd", frrd_binary(build_dir()), bench.ns, pathspace, run_dir, site_dir,
                    ["--tcli", "-z", f"{bench.router.run_dir}/zserv.api"],
                    bench.router.daemon("frrd").env)
    daemon.start()
    with daemon.vty() as vty:
        vty.run("configure terminal")
        yield vty
    daemon.kill()
    for name in os.listdir(run_dir):
        os.unlink(f"{run_dir}/{name}")
    os.rmdir(run_dir)


def readable_copy(bench, name, replace=None):
    """An example where frrd, which runs as frr, can read it: the checkout may
    lie below a folder that only root may enter."""
    path = f"{bench.state.dir}/t/{name}"
    with open(f"{EXAMPLES}/{name}", encoding="utf-8") as source:
        text = source.read()
    for old, new in (replace or {}).items():
        text = text.replace(old, new)
    with open(path, "w", encoding="utf-8") as copy:
        copy.write(text)
    return path


def load(vty, path):
    kind = path.rpartition(".")[2]
    vty.run(f"configuration load file {kind} {path} replace")
    code, said = vty.ask("commit")
    return code == CMD_SUCCESS, said


@pytest.mark.parametrize("name", examples("config"))
def test_example_is_accepted(transactional, bench, name):
    # the model does not know how ids and ranges, and the prefixes of groups, have
    # to go together
    path = readable_copy(bench, name, {"<id>33554431</id>": "<id>511</id>",
                                       "0.0.0.0/0": "198.18.0.0/15"})
    accepted, said = load(transactional, path)
    if name in REFUSED:
        assert not accepted and REFUSED[name] in said
        return
    assert accepted, said
    shown = transactional.run("do show running-config")
    assert "\nsubnet-mover\n" in shown
    # what is shown is accepted line by line, too, and gives the same
    text = shown[shown.index("subnet-mover\n"):]
    text = text[:text.index("\nexit\n") + len("\nexit\n")]
    for line in ["no subnet-mover", *text.splitlines()]:
        code, said = transactional.ask(line)
        assert code == CMD_SUCCESS, f"{line}: {said}"
    code, said = transactional.ask("commit")
    assert "No configuration changes to commit" in said, said


@pytest.mark.parametrize("name", examples("later"))
def test_example_of_a_later_version_is_refused(transactional, bench, name):
    accepted, said = load(transactional, readable_copy(bench, name))
    assert not accepted and "is not available in this version" in said
    assert "subnet-mover" not in transactional.run("do show running-config")


def test_usable_nodes_are_the_ones_with_callbacks():
    """All nodes have callbacks, or frrd would not start; those of nodes that
    come later refuse. So what is left has to be what the model calls usable."""
    with open(f"{REPO}/frrd/frrd_nb.c", encoding="utf-8") as file:
        table = file.read()
    used = set()
    for path, callbacks in re.findall(r'CONFIG\("([^"]*)"\),\s*\.cbs = \{(.*?)\},', table, re.S):
        if ".create" in callbacks or ".modify" in callbacks:
            used.add(f"/subnet-mover{path}")
    used.update(f"/subnet-mover{path}"
                for path in re.findall(r'^\t+LEAF(?:_DEFAULT)?\("([^"]*)"', table, re.M))
    with open(f"{REPO}/tests/yang/usable", encoding="utf-8") as file:
        usable = {line.split()[0] for line in file if line.startswith("/")}
    keys = {"/subnet-mover/site/name", "/subnet-mover/probe/name", "/subnet-mover/track/name",
            "/subnet-mover/track/probes/probe/name", "/subnet-mover/group/name",
            "/subnet-mover/group/prefix/prefix", "/subnet-mover/group/member/site", "/subnet-mover/group/hook/event",
            "/subnet-mover/group/hook/sequence",
            "/subnet-mover/group/address-change/record/name",
            "/subnet-mover/group/address-change/record/type",
            "/subnet-mover/group/member/probes/probe/name",
            "/subnet-mover/group/member/attach/interface",
            "/subnet-mover/group/member/map/from"}
    assert used - {"/subnet-mover"} == usable - keys


def test_two_rules_broken_by_one_transaction(transactional, bench):
    """The rules are about configurations, not about lines."""
    path = f"{bench.state.dir}/t/two.json"
    group = {"member": [{"site": "dc1"}], "prefix": [{"prefix": "192.0.2.0/24"}]}
    for name, change, said in (
            ("same prefix", {}, "prefix 192.0.2.0/24 of group b is in group a already"),
            ("overlap", {"prefix": [{"prefix": "192.0.2.0/25"}]}, "lies within prefix 192.0.2.0/24"),
            ("unknown site", {"prefix": [], "member": [{"site": "x"}]},
             "group b: there is no site x")):
        config = {"frr-subnet-mover:subnet-mover": {
            "local-site": "dc1", "site": [{"name": "dc1"}], "arbiter": {"type": "manual"},
            "group": [{"name": "a", **group}, {"name": "b", **group, **change}]}}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        accepted, answer = load(transactional, path)
        assert not accepted and said in answer, name


def test_map_line_without_its_other_end(transactional, bench):
    path = f"{bench.state.dir}/t/map.json"
    config = {"frr-subnet-mover:subnet-mover": {
        "local-site": "dc1", "site": [{"name": "dc1"}], "arbiter": {"type": "manual"},
        "group": [{"name": "a", "prefix": [{"prefix": "192.0.2.0/24"}],
                   "member": [{"site": "dc1", "map": [{"from": "192.0.2.0/24"}]}]}]}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    accepted, answer = load(transactional, path)
    assert not accepted
    assert "group a site dc1: `map 192.0.2.0/24` does not say what it is mapped to" in answer
    assert "subnet-mover" not in transactional.run("do show running-config")


def test_two_prefixes_that_change_places(transactional, bench):
    """A file with these lines could not be read, one line after the other."""
    path = f"{bench.state.dir}/t/swap.json"
    a, b = "192.0.2.0/24", "198.51.100.0/24"
    config = {"frr-subnet-mover:subnet-mover": {
        "local-site": "dc1", "site": [{"name": "dc1"}], "arbiter": {"type": "manual"},
        "group": [{"name": "a", "prefix": [{"prefix": a}, {"prefix": b}],
                   "member": [{"site": "dc1", "map": [{"from": a, "to": b},
                                                      {"from": b, "to": a}]}]}]}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    accepted, answer = load(transactional, path)
    assert not accepted
    assert f"group a site dc1: {a} cannot be mapped to {b}, which is a prefix of the group" in answer
    assert "subnet-mover" not in transactional.run("do show running-config")


def test_operational_data(configured, bench):  # noqa: F811
    router = configured(BASE)
    take_over(bench.frrd)
    with router.vty("frrd") as vty:
        data = vty.json(f"show yang operational-data {ROOT}-state")["frr-subnet-mover:"
                                                                   "subnet-mover-state"]
        shown = vty.json("show subnet-mover json")
    assert data["zebra"] == "connected" and data["local-site"] == "dc1"
    assert data["arbiter"] == "manual"
    assert [(site["name"], site["local"], site["witness"]) for site in data["site"]] == [
        ("dc1", True, False), ("dc2", False, False), ("hub", False, True)]
    groups = {group["name"]: group for group in data["group"]}
    assert set(groups) == set(shown["groups"])
    for name, group in groups.items():
        assert group["state"] == shown["groups"][name]["state"]
        assert group["reason"] == shown["groups"][name]["reason"]
        assert group["prefixes"] == shown["groups"][name]["prefixes"]
        assert group["member"] is True
    assert groups["shop"]["state"] == "active" and groups["mail"]["state"] == "standby"
    assert [entry["to"] for entry in groups["shop"]["history"]][-1] == "active"
    routes = {route["prefix"]: route for route in data["route"]}
    assert routes["192.168.1.0/24"]["status"] == "installed"
    assert routes["198.51.100.0/25"]["group"] == "mail"
    assert routes["198.51.100.0/25"]["group-prefix"] == "198.51.100.0/25"
    assert routes["198.51.100.0/25"]["site"] == ["dc1", "dc2"]
    assert len(routes) == 3


def test_shared_candidate_of_terminals(configured):  # noqa: F811
    """Two people at once: each line is a transaction, none takes the other's along."""
    router = configured(BASE)
    with router.vty("frrd") as one, router.vty("frrd") as two:
        first, second = Terminal(one), Terminal(two)
        first.type("subnet-mover", "group shop")
        second.type("subnet-mover", "no group shop")
        code, said = first.type("prefix 203.0.113.0/24")
        assert code != CMD_SUCCESS and "group shop does not exist" in said
