# SPDX-License-Identifier: GPL-2.0-or-later
"""retry-interval of a probe: what can be configured, what is shown, and that a probe is
down by it long before it would be by its interval."""

import json

import pytest

import probe_kit as kit
from config_helpers import BASE, Terminal, base, configured, running  # noqa: F401
from labkit.bench import WAN_PEER4
from labkit.run import run
from labkit.vty import CMD_SUCCESS

WEB = ["subnet-mover", "probe web"]
PROBES = """ probe web
  http http://192.168.1.10/
  interval 2000
  retry-interval 150
 exit
 probe near
  bfd 192.0.2.2
  interval 400
  retry-interval 200
 exit
"""
TEXT = BASE.replace(" group shop\n", PROBES + " group shop\n")


def typed(router, *lines):
    with router.vty("frrd") as vty:
        code, said = Terminal(vty).type(*lines)
    return code == CMD_SUCCESS, " ".join(said.split())


def test_shown_as_it_was(configured):
    router = configured(TEXT)
    assert running(router) == TEXT
    assert kit.shown(router, "web")["retryIntervalMs"] == 150
    assert "retryIntervalMs" not in kit.shown(router, "near")
    text = router.ask("frrd", "show subnet-mover probes web")
    assert "  Runs every 2000 ms (every 150 ms while unsettled), jitter 10 %, timeout 500 ms; " \
        "rise 2, fall 3\n" in text
    shown = json.loads(router.ask("frrd", "show configuration running json"))
    probes = {entry["name"]: entry for entry in shown["frr-subnet-mover:subnet-mover"]["probe"]}
    assert probes["web"]["retry-interval"] == 150


def test_vtysh_reads_it(base, tmp_path):
    path = tmp_path / "input.conf"
    path.write_text(TEXT, encoding="ascii")
    done = run([*base.vtysh_argv(), "-f", str(path)], check=False)
    assert done.stdout + done.stderr == ""
    assert running(base) == TEXT


@pytest.mark.parametrize("line", ["no retry-interval", "no retry-interval 150"])
def test_no(configured, line):
    router = configured(TEXT)
    assert typed(router, *WEB, line) == (True, "")
    assert running(router) == TEXT.replace("  retry-interval 150\n", "")
    assert kit.shown(router, "web")["retryIntervalMs"] == 2000
    assert "unsettled" not in router.ask("frrd", "show subnet-mover probes web")
    # then it is the interval, whatever that becomes
    assert typed(router, *WEB, "interval 3000")[0]
    assert kit.shown(router, "web")["retryIntervalMs"] == 3000
    assert typed(router, *WEB, "no retry-interval")[0]


@pytest.mark.parametrize("line, said", [
    ("retry-interval 49", "retry-interval 49 is out of range: it is a number from 50 to 86400000"),
    ("retry-interval 2001", "probe web: retry-interval 2001 is longer than interval 2000"),
    ("interval 100", "probe web: retry-interval 150 is longer than interval 100"),
])
def test_refused(configured, line, said):
    router = configured(TEXT)
    ok, answer = typed(router, *WEB, line)
    assert not ok and said in answer
    assert running(router) == TEXT
    # the same as long as the interval is no error
    assert typed(router, *WEB, "retry-interval 2000")[0]


def test_default_interval_has_to_fit(configured):
    router = configured(TEXT)
    assert typed(router, *WEB, "retry-interval 1500")[0]
    ok, answer = typed(router, *WEB, "no interval")
    assert not ok and "probe web: retry-interval 1500 is longer than interval 1000" in answer


def test_down_long_before_the_interval(bench, router):
    """Up and down within an interval of a day: only the looks between two states tell."""
    with kit.WebServer(bench.stub_ns, WAN_PEER4, 8080) as web:
        day = kit.quick("web", f"http http://{WAN_PEER4}:8080/", interval=86400000, rise=2, fall=2,
                        more=["retry-interval 50"])
        kit.configure(router, *day)
        seen = kit.wait_probe(router, "web", "up")
        assert (seen["good"], seen["bad"]) == (2, 0)
        web.answer(503)
        # A change begins anew, with a look at once
        kit.configure(router, "probe web", " timeout 2000", "exit")
        seen = kit.wait_probe(router, "web", "down", text="503")
        assert (seen["good"], seen["bad"]) == (2, 2)
