# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the hooks' tests: a namespace, and a hook as frrd runs it."""

import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "scripts"))

from labkit import netns  # noqa: E402  the path comes first
from labkit.again import (pytest_runtest_protocol, pytest_terminal_summary,  # noqa: E402,F401
                          pytest_unconfigure, watch)
from labkit.run import run  # noqa: E402

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"  # the one that frrd gives to hooks


def pytest_configure(config):
    watch()


class Namespace:
    def __init__(self, name):
        self.name = name

    def start(self, argv, **kwargs):
        """A process that lives in the namespace."""
        with netns.inside(self.name):
            return subprocess.Popen(argv, **kwargs)

    def hook(self, name, *arguments, path=PATH, timeout=60, **variables):
        """Run a hook to its end: (exit status, output and errors)."""
        env = {"PATH": path, "LANG": "C", **variables}
        argv = [os.path.join(TOP, "scripts", "hooks", name), *map(str, arguments)]
        with netns.inside(self.name):
            done = subprocess.run(argv, env=env, capture_output=True, text=True, cwd="/",
                                  stdin=subprocess.DEVNULL, timeout=timeout, check=False)
        return done.returncode, done.stdout + done.stderr


def move(to, owner_before="", event="post-announce", **more):
    """The environment of a hook."""
    return {"FRRD_EVENT": event, "FRRD_GROUP": "shop", "FRRD_GROUP_ID": "1", "FRRD_SITE": to,
            "FRRD_FROM": owner_before, "FRRD_TO": to, "FRRD_REASON": "routes-installed",
            "FRRD_REASON_TEXT": "zebra has installed the routes",
            "FRRD_PREFIXES": "192.0.2.0/24 2001:db8:1::/64", "FRRD_PREFIX_COUNT": "2",
            "FRRD_STATE": "active", "FRRD_TIME": "2026-01-31T12:00:00Z", **more}


@pytest.fixture(scope="session")
def namespace():
    name = f"frrd-hooks-{os.getpid()}"
    netns.create(name)
    try:
        run(["ip", "-n", name, "link", "set", "lo", "up"])
        yield Namespace(name)
    finally:
        netns.delete(name)


@pytest.fixture
def program(tmp_path):
    """program(name, text) -> path of a shell script that stands for another program"""
    def make(name, text):
        path = tmp_path / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)
    return make
