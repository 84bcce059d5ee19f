# SPDX-License-Identifier: GPL-2.0-or-later
"""Hooks in the daemon: when they run, what they are told, what waits for them,
what becomes of those that fail, hang or come too late."""

import os
import signal

import pytest

from config_helpers import Terminal
from helpers import kernel_prefixes, take_over
from hook_kit import Programs
from labkit.plan import PREFIX4
from labkit.run import run, wait_for
from test_journal import journal  # noqa: F401

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVENTS = ("pre-announce", "post-announce", "pre-withdraw", "post-withdraw")


class Hooks(Programs):
    """The programs, the lines of the group, and what the journal says."""

    def __init__(self, journal, frrd):
        super().__init__()
        self.journal, self.frrd = journal, frrd

    def configure(self, *lines):
        with self.journal.router.vty("frrd") as vty:
            Terminal(vty).paste("\n".join(["subnet-mover", "group shop",
                                           *(f"hook {line}" for line in lines)]))

    def ends(self, count, **fields):
        """The first `count` lines of the journal about hooks with these fields."""
        return wait_for(lambda: self.journal.of("hook", group="shop", **fields), 60,
                        f"{count} hooks with {fields}", until=lambda seen: len(seen) >= count,
                        interval=0.02)[:count]

    def announced(self):
        return PREFIX4 in kernel_prefixes(self.journal.router)


def operational(hooks):
    """The group's operational state."""
    state = hooks.journal.router.ask_json(
        "frrd", "show yang operational-data /frr-subnet-mover:subnet-mover-state")
    return next(group for group in state["frr-subnet-mover:subnet-mover-state"]["group"]
                if group["name"] == "shop")


@pytest.fixture
def hooks(journal, frrd):  # noqa: F811
    with Hooks(journal, frrd) as made:
        yield made


def test_events_in_order_and_what_they_are_told(hooks, frrd):
    show = hooks.program("show", "env | sort; id -u\n")
    hooks.configure(*(f"{event} 10 command {show} {event}" for event in EVENTS))
    take_over(frrd)
    hooks.ends(2)
    assert frrd.release("shop").ok
    ended = hooks.ends(4)
    assert [line["event"] for line in ended] == list(EVENTS)
    local = frrd.show()["localSite"]
    for line in ended:
        assert line["end"] == "exited" and line["code"] == 0 and not line["failed"], line
        said = line["output"].splitlines()
        for wanted in (f"FRRD_EVENT={line['event']}", "FRRD_GROUP=shop", f"FRRD_SITE={local}",
                       "LANG=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"):
            assert wanted in said, (wanted, said)
        assert any(word.startswith("FRRD_PREFIXES=") and PREFIX4 in word for word in said)
        assert said[-1] != "0"
        assert (f"FRRD_TO={local}" in said) == ("announce" in line["event"])
        assert (f"FRRD_FROM={local}" in said) == ("withdraw" in line["event"])
    order = [(line["kind"], line.get("event") or line.get("what"))
             for line in hooks.journal.lines() if line["kind"] in ("hook", "written")]
    assert order == [("hook", "pre-announce"), ("written", "announce"), ("hook", "post-announce"),
                     ("hook", "pre-withdraw"), ("written", "withdraw"), ("hook", "post-withdraw")]


def test_takeover_waits_for_pre_announce_and_frrd_does_not(hooks, frrd):
    hooks.configure(f"pre-announce 1 command {hooks.gate('gate')}")
    wait_for(lambda: frrd.group("shop"), 20, "nobody else",
             until=lambda shown: shown["prefixes"]["elsewhere"] == 0)
    assert frrd.failover("shop").ok
    hooks.wait_runs("gate")
    for _ in range(20):
        assert frrd.group("shop") and not hooks.announced()
    assert not hooks.journal.of("written")
    hooks.touch("gate-open")
    frrd.wait_installed("shop", 60)


def test_withdrawal_waits_for_pre_withdraw(hooks, frrd):
    """However long it takes: zebra was not asked for anything that it could confirm."""
    hooks.configure(f"pre-withdraw 1 command {hooks.gate('gate')}",
                    "pre-withdraw 1 timeout 60000")
    take_over(frrd)
    assert frrd.release("shop").ok
    hooks.wait_runs("gate")
    assert hooks.announced()
    shown = wait_for(lambda: frrd.group("shop"), 60, "zebra's time to pass",
                     until=lambda shown: shown["stateMs"] > 10500)
    assert shown["reason"] == "command-release" and shown["step"] == "pre-withdraw"
    assert operational(hooks)["step"] == "pre-withdraw"
    hooks.touch("gate-open")
    frrd.wait_state("shop", "standby", 60)
    assert not hooks.announced()
    assert "withdraw-unconfirmed" not in {entry["reason"] for entry in frrd.history("shop")}


def test_abort(hooks, frrd):
    no = hooks.program("no", "echo the storage is not writable; exit 4\n")
    hooks.configure(f"pre-announce 1 command {no}", "pre-announce 1 policy abort",
                    f"pre-announce 2 command {no}")
    assert frrd.failover("shop").ok
    line, = hooks.ends(1)
    assert line["code"] == 4 and line["next"] == "abort"
    assert line["output"] == "the storage is not writable"
    wait_for(lambda: "the takeover is given up" in hooks.journal.log(), 20, "the log to say so")
    assert len(hooks.journal.of("hook")) == 1 and not hooks.journal.of("written", what="announce")
    assert not hooks.announced()

    shown = wait_for(lambda: frrd.group("shop"), 20, "the end of the takeover",
                     until=lambda shown: shown["reason"] == "routes-none")
    assert shown["state"] == "activating"
    assert shown["step"] == "pre-announce" and shown["forbiddenByHook"]
    text = hooks.journal.router.ask("frrd", "show subnet-mover group shop")
    assert "Step: pre-announce, a hook forbade the takeover: see the journal\n" in text
    state = operational(hooks)
    assert state["step"] == "pre-announce" and state["forbidden-by-hook"]
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby", 60)
    hooks.program("no", "exit 0\n")
    shown = take_over(frrd)
    assert "forbiddenByHook" not in shown and not operational(hooks)["forbidden-by-hook"]


def test_abort_answers_who_waits(hooks, frrd):
    hooks.configure("pre-announce 1 command /usr/bin/false", "pre-announce 1 policy abort")
    answer = frrd.command("failover shop wait")
    assert not answer.ok and "failed after" in answer.text, answer.text
    assert "-> a hook forbade the takeover: see the journal" in answer.text


def test_who_waits_gives_the_programs_their_time(hooks, frrd):
    """The limits of the programs count, and nothing else does: without them it would be
    16 s. Who asks for the group waits for the longest of all."""
    hooks.journal.router.configure("subnet-mover\n arbiter manual\n  handover-timeout 1000\n")
    hooks.configure(f"pre-announce 1 command {hooks.gate('gate')}",
                    "pre-announce 1 timeout 60000")
    with hooks.journal.router.vty("frrd", timeout=60) as vty:
        vty.send("subnet-mover failover shop wait")
        hooks.wait_runs("gate")
        wait_for(lambda: frrd.group("shop")["stateMs"], 60, "all other limits to pass",
                 until=lambda ms: ms > 17500)
        hooks.touch("gate-open")
        code, text = vty.answer()
    assert code == 0 and "active at" in text, text


def test_failure_that_does_not_matter(hooks, frrd):
    hooks.configure("pre-announce 1 command /usr/bin/false",
                    "pre-announce 2 command /nonexistent/program")
    take_over(frrd)
    false, missing = hooks.ends(2)
    assert false["code"] == 1 and false["next"] == "continue"
    assert missing["end"] == "not-run" and missing["output"], missing


def test_retry(hooks, frrd):
    third = hooks.program("third", f"cd {hooks.scratch}; echo >>runs; [ $(wc -l <runs) -ge 3 ]\n")
    hooks.configure(f"post-announce 1 command {third}", "post-announce 1 policy retry",
                    "post-announce 1 retry-interval 50", "post-announce 2 command /usr/bin/true")
    take_over(frrd)
    assert [(line["sequence"], line["repeats"], line["next"]) for line in hooks.ends(4)] == [
        (1, 0, "retry"), (1, 1, "retry"), (1, 2, "continue"), (2, 0, "continue")]


def test_time_limit(hooks, frrd):
    hang = hooks.program("hang", f"echo begun; touch {hooks.scratch}/runs\n"
                                 f"(sleep 1000; touch {hooks.scratch}/child) & sleep 1000\n")
    hooks.configure(f"post-announce 1 command {hang}", "post-announce 1 timeout 300")
    take_over(frrd)
    line, = hooks.ends(1)
    assert line["end"] == "timed-out" and line["output"] == "begun", line
    assert line["ranMs"] >= 250


@pytest.mark.parametrize("mode, owner", [(0o775, 0), (0o757, 0), (0o755, 12345), (0o644, 0)])
def test_program_that_is_not_root_s_alone(hooks, frrd, mode, owner):
    path = hooks.program("theirs", f"touch {hooks.scratch}/ran\n", mode)
    os.chown(path, owner, 0)
    os.chmod(path, mode)
    hooks.configure(f"pre-announce 1 command {path}")
    take_over(frrd)
    line, = hooks.ends(1)
    assert line["end"] == "not-run" and line["output"], line
    assert not hooks.touched("ran")


def test_group_that_has_moved_on(hooks, frrd):
    """What runs for an earlier step is ended, and the programs of the next step begin when
    it has: a late program would undo their work."""
    late = hooks.program("late", f"touch {hooks.scratch}/late-runs\nexec 2>/dev/null\n"
                                 "trap 'echo told' TERM\n"
                                 "while :; do sleep 0.02; done\n")
    hooks.configure(f"post-announce 1 command {late}",
                    f"post-announce 2 command {hooks.program('never', 'exit 0')}",
                    f"post-withdraw 1 command {hooks.program('next', f'pgrep -f {late}')}")
    take_over(frrd)
    hooks.wait_runs("late")
    assert frrd.release("shop").ok
    ended, after = hooks.ends(2)
    assert (ended["event"], ended["sequence"], ended["end"], ended["why"]) == (
        "post-announce", 1, "cancelled", "the group is withdrawn")
    assert ended["output"] == "told" and ended["ranMs"] >= 900
    assert after["event"] == "post-withdraw" and after["end"] == "exited"
    assert after["output"] == "", "the late program ran beside it"
    frrd.wait_state("shop", "standby", 60)
    assert len(hooks.journal.of("hook")) == 2
    assert "ended early: the group is withdrawn" in hooks.journal.log()


def test_withdrawal_does_not_wait_for_a_late_program(hooks, frrd):
    late = hooks.program("late", f"touch {hooks.scratch}/late-runs\ntrap '' TERM\n"
                                 "while :; do sleep 0.02; done\n")
    hooks.configure(f"post-announce 1 command {late}",
                    "post-withdraw 1 command /usr/bin/true")
    take_over(frrd)
    hooks.wait_runs("late")
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby", 60)
    late, after = hooks.ends(2)
    written = hooks.journal.wait("decision", group="shop", to="standby")
    assert written["monoUs"] < late["monoUs"] < after["monoUs"]


def test_frrd_io_runs_before_it_is_needed(hooks, frrd):
    """A fence does not wait for its start."""
    def helper():
        return run(["pgrep", "-P", str(hooks.journal.daemon.pid()), "frrd-io"],
                   check=False).stdout.split()
    assert not helper()
    hooks.configure("on-fenced 1 command /usr/bin/true")
    wait_for(helper, 20, "frrd-io to run", until=bool, interval=0.02)


def test_frrd_io_dies_under_a_hook(hooks, frrd):
    hooks.configure(f"pre-announce 1 command {hooks.gate('gate')}")
    assert frrd.failover("shop").ok
    hooks.wait_runs("gate")
    helper = run(["pgrep", "-P", str(hooks.journal.daemon.pid()), "frrd-io"]).stdout.split()
    os.kill(int(helper[0]), signal.SIGKILL)
    line, = hooks.ends(1)
    assert line["end"] == "not-run" and "frrd-io" in line["output"]
    frrd.wait_installed("shop", 60)


def test_supplied_hook(hooks, frrd):
    """It is executed by descriptor, without a path of its own."""
    with open(f"{REPO}/scripts/hooks/notify", encoding="utf-8") as file:
        notify = hooks.program("notify", "")
        with open(notify, "w", encoding="utf-8") as copy:
            copy.write(file.read())
    sendmail = hooks.program("sendmail", f"cat >{hooks.scratch}/mail\n")
    hooks.configure(f"post-announce 1 command {notify} --sendmail {sendmail} "
                    "mailto:noc@example.org")
    take_over(frrd)
    line, = hooks.ends(1)
    assert line["code"] == 0 and line["output"] == "notify: mailto:noc@example.org: told", line
    with open(f"{hooks.scratch}/mail", encoding="utf-8") as file:
        mail = file.read()
    assert f"Subject: frrd: group shop is announced at {frrd.show()['localSite']}" in mail
    assert PREFIX4 in mail


def test_frrd_ends_while_hooks_run(hooks, frrd):
    hooks.configure(f"post-announce 1 command {hooks.gate('gate')}")
    take_over(frrd)
    hooks.wait_runs("gate")
    hooks.journal.daemon.stop()
    wait_for(lambda: run(["pgrep", "-f", f"{hooks.folder}/gate"], check=False).stdout, 20,
             "the program to end", until=lambda pids: not pids)
    line, = hooks.ends(1)
    assert line["end"] == "cancelled" and line["why"] == "the group is withdrawn"
    hooks.journal.start()


def in_pre_withdraw(hooks, frrd):
    """A release waits for a program that would take a minute."""
    hooks.configure(f"pre-withdraw 1 command {hooks.gate('gate')}",
                    "pre-withdraw 1 timeout 60000")
    take_over(frrd)
    assert frrd.release("shop").ok
    hooks.wait_runs("gate")


def test_zebra_goes_during_pre_withdraw(hooks, frrd):
    """There is nothing left to withdraw in order; and a new zebra gets nothing."""
    in_pre_withdraw(hooks, frrd)
    router = hooks.journal.router
    router.kill(["zebra"])
    line, = hooks.ends(1)
    assert line["end"] == "cancelled"
    assert line["why"] == "zebra is gone, and its routes with it"
    router.flush_stale()
    router.start(["zebra"])
    frrd.wait_state("shop", "standby", 30)
    assert not hooks.announced()
    assert len(hooks.journal.of("written", what="announce")) == 1


def test_group_is_removed_during_pre_withdraw(hooks, frrd):
    in_pre_withdraw(hooks, frrd)
    with hooks.journal.router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\nno group shop")
    line, = hooks.ends(1)
    assert line["end"] == "cancelled"
    assert line["why"] == "its prefixes are not configured any more"
    wait_for(hooks.announced, 20, "the routes to go", until=lambda there: not there)


def test_frrd_ends_during_pre_withdraw(hooks, frrd):
    """Programs have 5 seconds then, also those that were there before."""
    in_pre_withdraw(hooks, frrd)
    hooks.journal.daemon.signal(signal.SIGTERM)
    wait_for(hooks.journal.daemon.pid, 20, "frrd to end", until=lambda pid: pid is None)
    line, = hooks.ends(1)
    assert line["end"] == "cancelled" and line["why"] == "frrd ends"
    assert "all routes are withdrawn" in hooks.journal.log()
    hooks.journal.start()


def test_frrd_ends_during_pre_announce(hooks, frrd):
    """There is nothing to withdraw, and nothing to wait for."""
    hooks.configure(f"pre-announce 1 command {hooks.gate('gate')}",
                    "pre-announce 1 timeout 60000")
    wait_for(lambda: frrd.group("shop"), 20, "nobody else",
             until=lambda shown: shown["prefixes"]["elsewhere"] == 0)
    assert frrd.failover("shop").ok
    hooks.wait_runs("gate")
    hooks.journal.daemon.stop()
    line, = hooks.ends(1)
    assert line["end"] == "cancelled" and line["why"] == "the group is withdrawn"
    assert not hooks.journal.of("written", what="announce")
    assert "all routes are withdrawn" in hooks.journal.log()
    hooks.journal.start()


def test_attachment_is_removed_that_held_a_takeover_up(hooks, frrd):
    """Nothing of the group needs the interface any more: it is announced."""
    with hooks.journal.router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ngroup shop\nsite dc1\n"
                            "attach interface nowhere address 192.168.1.77/32")
        assert frrd.failover("shop").ok
        shown = wait_for(lambda: frrd.group("shop"), 20, "the takeover to fail",
                         until=lambda shown: shown["reason"] == "routes-none")
        assert shown["step"] == "attach" and "forbiddenByHook" not in shown
    with hooks.journal.router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ngroup shop\nsite dc1\nno attach interface nowhere")
    frrd.wait_installed("shop", 20)
    assert frrd.group("shop")["step"] == "owner"


def test_end_waits_for_post_withdraw(hooks, frrd):
    """The process does; the routes do not."""
    hooks.configure(f"post-withdraw 1 command {hooks.gate('gate')}")
    take_over(frrd)
    pid = hooks.journal.daemon.pid()
    hooks.journal.daemon.signal(signal.SIGTERM)
    hooks.wait_runs("gate")
    assert not hooks.announced() and hooks.journal.daemon.pid() == pid
    hooks.touch("gate-open")
    line, = hooks.ends(1)
    assert line["end"] == "exited"
    wait_for(hooks.journal.daemon.pid, 20, "frrd to end", until=lambda pid: pid is None)
    assert "all routes are withdrawn" in hooks.journal.log()
    assert "without zebra's confirmation" not in hooks.journal.log()
    hooks.journal.start()
