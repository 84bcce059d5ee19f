# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of hooks: what is shown can be pasted back and loaded by vtysh,
every `no`, every error, and what preflight says about the programs."""

import os

import pytest

from config_helpers import BASE, Terminal, block, configured, running, typed  # noqa: F401
from labkit.run import run

SHOP = ["subnet-mover", "group shop"]

LINES = """  hook pre-withdraw 1 command /usr/bin/true
  hook post-withdraw 20 command /usr/bin/logger -t frrd it's "gone"
  hook post-withdraw 20 site dc1
  hook pre-announce 5 command /usr/bin/test -e /run/ready
  hook pre-announce 5 site dc1
  hook pre-announce 5 site dc2
  hook pre-announce 5 timeout 100
  hook pre-announce 5 policy abort
  hook pre-announce 65535 command /usr/bin/true
  hook pre-announce 65535 policy retry
  hook pre-announce 65535 retries 100
  hook pre-announce 65535 retry-interval 0
  hook post-announce 10 command /usr/bin/true 1 2 3
  hook post-announce 10 timeout 3600000
  hook post-announce 10 policy retry
  hook post-announce 10 retry-interval 600000
  hook on-fenced 1 command /usr/bin/true
  hook on-failure 1 command /usr/bin/true
"""


def with_hooks(lines=LINES):
    """They come before the sites of the group."""
    return BASE.replace("  prefix 192.168.1.0/24\n", "  prefix 192.168.1.0/24\n" + lines)


HOOKS = with_hooks()


def lines_of(text):
    return sorted(line for line in text.splitlines() if line.startswith("  hook"))


@pytest.fixture
def router(bench):
    """The daemon with HOOKS; the same for all tests that leave it as it was."""
    if running(bench.router) != HOOKS:
        with bench.router.vty("frrd") as vty:
            Terminal(vty).paste("no subnet-mover\n" + HOOKS)
    assert running(bench.router) == HOOKS
    return bench.router


# Round trip

def test_file_is_shown_as_it_was(configured):
    shown = running(configured(HOOKS))
    assert lines_of(shown) == lines_of(HOOKS)
    assert running(configured(shown)) == shown


def test_shown_lines_can_be_pasted(configured):
    router = configured("")
    for _ in range(2):  # once more changes nothing
        with router.vty("frrd") as vty:
            Terminal(vty).paste(HOOKS)
        assert lines_of(running(router)) == lines_of(HOOKS)


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    router.configure(HOOKS)
    assert lines_of(running(router)) == lines_of(HOOKS)
    assert block(router.vtysh("show running-config")) == running(router)


def test_defaults_are_not_shown(configured):
    router = configured(with_hooks("""  hook on-fenced 7 command /usr/bin/true
  hook on-fenced 7 timeout 10000
  hook on-fenced 7 policy continue
  hook on-fenced 7 retries 3
  hook on-fenced 7 retry-interval 1000
"""))
    assert lines_of(running(router)) == ["  hook on-fenced 7 command /usr/bin/true"]


# `no`

NO_FORMS = [
    ("no hook pre-withdraw 1", "hook pre-withdraw 1 "),
    ("no hook pre-withdraw 1 command /usr/bin/true", "hook pre-withdraw 1 "),
    ("no hook pre-announce 5", "hook pre-announce 5 "),
    ("no hook post-withdraw 20 site dc1", "hook post-withdraw 20 site"),
    ("no hook pre-announce 5 site dc2", "hook pre-announce 5 site dc2"),
    ("no hook pre-announce 5 timeout", "hook pre-announce 5 timeout"),
    ("no hook pre-announce 5 timeout 100", "hook pre-announce 5 timeout"),
    ("no hook pre-announce 5 policy", "hook pre-announce 5 policy"),
    ("no hook pre-announce 5 policy abort", "hook pre-announce 5 policy"),
    ("no hook pre-announce 65535 retries", "hook pre-announce 65535 retries"),
    ("no hook pre-announce 65535 retries 100", "hook pre-announce 65535 retries"),
    ("no hook post-announce 10 retry-interval", "hook post-announce 10 retry-interval"),
    ("no hook post-announce 10 retry-interval 600000", "hook post-announce 10 retry-interval"),
]


@pytest.mark.parametrize("line, gone", NO_FORMS, ids=[line for line, _ in NO_FORMS])
def test_no_form(router, line, gone):
    before = [text for text in lines_of(HOOKS) if not text.startswith("  " + gone)]
    ok, said = typed(router, *SHOP, line)
    assert ok, said
    assert lines_of(running(router)) == before
    with router.vty("frrd") as vty:
        Terminal(vty).paste(HOOKS)


def test_change_of_a_command(router):
    ok, said = typed(router, *SHOP, "hook on-fenced 1 command /usr/bin/false now")
    assert ok, said
    assert "hook on-fenced 1 command /usr/bin/false now\n" in running(router)
    assert typed(router, *SHOP, "hook on-fenced 1 command /usr/bin/true")[0]


def test_group_takes_its_hooks_along(configured):
    router = configured(HOOKS)
    assert typed(router, "subnet-mover", "no group shop")[0]
    assert "hook" not in running(router)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ngroup shop\nid 1")
    assert "hook" not in running(router)


# Errors

ERRORS = [
    ("hook pre-announce 9 timeout 500", "group shop: hook pre-announce 9 has no command; configure "
                                        "`hook pre-announce 9 command` first"),
    ("hook pre-announce 9 site dc1", "group shop: hook pre-announce 9 has no command"),
    ("hook pre-announce 9 command true", "a command starts with the absolute path of a program"),
    ("hook pre-announce 9 command /" + "x" * 1023, "a command has at most 1023 characters, this one "
                                                      "has 1024"),
    ("hook pre-announce 5 timeout 99", "timeout 99 is out of range: it is a number from 100 to "
                                       "3600000"),
    ("hook pre-announce 5 timeout 3600001", "from 100 to 3600000"),
    ("hook pre-announce 5 retries 0", "retries 0 is out of range: it is a number from 1 to 100"),
    ("hook pre-announce 5 retries 101", "from 1 to 100"),
    ("hook pre-announce 5 retry-interval 600001", "from 0 to 600000"),
    ("hook pre-announce 5 site nowhere", "group shop: hook pre-announce 5: there is no site "
                                         "nowhere"),
    ("hook pre-announce 5 site hub", "group shop: hook pre-announce 5: site hub is a witness, "
                                     "which owns no groups"),
    ("hook pre-announce 5 site -x", "a name consists of letters, digits"),
    *((f"hook {event} policy abort",
       f"group shop: hook {event}: `policy abort` is possible at pre-announce only")
      for event in ("pre-withdraw 1", "post-withdraw 20", "post-announce 10", "on-fenced 1",
                    "on-failure 1")),
]


@pytest.mark.parametrize("line, text", ERRORS, ids=[line[:50] for line, _ in ERRORS])
def test_error(router, line, text):
    ok, said = typed(router, *SHOP, line)
    assert not ok and text in said
    assert running(router) == HOOKS


def test_site_of_a_hook_stays(configured):
    router = configured(BASE.replace(" site hub\n", " site dc3\n  id 4\n exit\n site hub\n").replace(
        "  prefix 192.168.1.0/24\n", "  prefix 192.168.1.0/24\n"
        "  hook on-fenced 1 command /usr/bin/true\n  hook on-fenced 1 site dc3\n"))
    ok, said = typed(router, "subnet-mover", "no site dc3")
    assert not ok
    assert "site dc3 cannot be removed: group shop: hook on-fenced 1 runs there" in said
    assert typed(router, *SHOP, "no hook on-fenced 1 site dc3")[0]
    assert typed(router, "subnet-mover", "no site dc3")[0]


def test_line_that_is_refused_leaves_the_others_of_the_file(configured):
    router = configured(with_hooks("""  hook on-fenced 1 timeout 500
  hook on-fenced 1 command /usr/bin/true
  hook on-fenced 1 policy abort
  hook on-fenced 1 site nowhere
  hook on-fenced 1 retries 5
"""))
    assert lines_of(running(router)) == ["  hook on-fenced 1 command /usr/bin/true",
                                         "  hook on-fenced 1 retries 5"]


# Preflight

def findings(router, check):
    return [f"{found['severity']}: {found['text']}" for found in
            router.ask_json("frrd", "show subnet-mover preflight json")["findings"]
            if found["check"] == check]


@pytest.fixture
def programs():
    """A folder that is root's alone, and programs in it"""
    folder = f"/usr/local/lib/frrd-test-{os.getpid()}"
    os.makedirs(folder)
    for name, mode in (("good", 0o755), ("open", 0o775), ("plain", 0o644), ("theirs", 0o755),
                       ("closed", 0o700)):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n")
        os.chmod(path, mode)
    os.chown(os.path.join(folder, "theirs"), 12345, 12345)
    os.symlink("open", os.path.join(folder, "link"))
    os.makedirs(os.path.join(folder, "wide"))
    run(["cp", "-p", f"{folder}/good", f"{folder}/wide/good"])
    os.chmod(os.path.join(folder, "wide"), 0o777)
    yield folder
    run(["rm", "-r", folder])


def test_preflight_looks_at_the_programs(configured, programs):
    names = ("good", "open", "plain", "theirs", "link", "wide/good", "none", "", "closed")
    router = configured(with_hooks("".join(
        f"  hook post-announce {i + 1} command {programs}/{name} 1\n"
        for i, name in enumerate(names)) +
        f"  hook pre-announce 1 command {programs}/none\n  hook pre-announce 1 policy abort\n"
        f"  hook pre-withdraw 1 command {programs}/none\n  hook pre-withdraw 1 site dc2\n"))
    start = f"hook post-announce {{}}: {programs}/{{}} will not be started: {programs}/{{}}"
    assert findings(router, "hook") == [
        f"error: hook pre-announce 1: {programs}/none will not be started: "
        f"{programs}/none: No such file or directory",
        *("warning: " + start.format(*words) for words in (
            (2, "open", "open can be written by others than root"),
            (3, "plain", "plain is not executable"),
            (4, "theirs", "theirs does not belong to root"),
            (5, "link", "open can be written by others than root"),
            (6, "wide/good", "wide can be written by others than root"),
            (7, "none", "none: No such file or directory"))),
        f"warning: hook post-announce 8: {programs}/ will not be started: {programs} is not a "
        "regular file",
        "warning: " + start.format(9, "closed", "closed is not executable")]


def test_preflight_adds_up_the_times(configured):
    router = configured(with_hooks("""  hook pre-withdraw 1 command /usr/bin/true
  hook pre-withdraw 1 timeout 29999
  hook pre-announce 1 command /usr/bin/true
  hook pre-announce 1 policy retry
  hook pre-announce 2 command /usr/bin/true
  hook pre-announce 2 site dc2
"""))
    assert findings(router, "hook-time") == [
        "error: the hooks of pre-announce may take 43000 ms, and handover-timeout is 30000 ms: "
        "the old owner does not wait longer for a successor, and the group is announced nowhere "
        "until they are done"]
    router = configured(with_hooks("""  hook pre-withdraw 1 command /usr/bin/true
  hook pre-withdraw 1 timeout 30000
"""))
    assert findings(router, "hook-time") == [
        "warning: the hooks of pre-withdraw may take 30000 ms, and handover-timeout is 30000 ms: "
        "a site that asks for the group gives up before, although it moves"]
