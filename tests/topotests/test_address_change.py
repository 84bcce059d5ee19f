# SPDX-License-Identifier: GPL-2.0-or-later
"""A group whose services get other addresses at the recovery site: DNS records on a
real name server follow it, and people and programs are told."""

import json
import signal

import pytest

import address_kit as kit
from labkit import config
from labkit.plan import CLIENT4
from labkit.run import run, wait_for


@pytest.fixture
def names(shop, tmp_path):
    with kit.Names(shop.lab, tmp_path) as made:
        yield made


@pytest.fixture
def receiver(shop, names):
    with kit.Receiver(names.place, address=CLIENT4) as server:
        yield server


def shows(shop, site):
    return shop.lab.router(site).ask("frrd", "show subnet-mover group shop")


def switch(shop, at, to):
    shop.switchover(at, to)
    kit.wait_owner(shop, to)


def programs(shop, site, name="dns-update"):
    """Pids of the program at the site."""
    folder = shop.lab.router(site).hook_folder
    return run(["pgrep", "-f", f"{folder}/{name}"], check=False).stdout.split()


# The records

def test_records_follow_the_group_and_come_back(shop, names):
    kit.load(shop, names.lines)
    kit.wait_dns(shop, "dc1", "updated")
    assert names.at() == "dc1" and kit.change(shop, "dc2")["dns"]["state"] == "idle"
    serial = names.server.serial("example.org")
    with names.never_missing():
        shop.lab.isolate("dc1")
        kit.wait_owner_without(shop, "dc2", "dc1")
        shop.wait_fib("hub", {"to-dc2"}, (kit.NEW4, kit.NEW6))
        kit.wait_dns(shop, "dc2", "updated")
        assert names.at() == "dc2"
        # one UPDATE for all of them, and the times to live of the configuration
        assert names.server.serial("example.org") == serial + 1
        assert names.server.answers("www.example.org", "A")[0][0] == 60
        assert names.server.answers("www.example.org", "AAAA")[0][0] == 7
        shop.lab.heal()
        shop.lab.wait_converged()
        shop.wait_ready("dc1")
        switch(shop, "dc2", "dc1")
        names.wait_at("dc1")
    kit.wait_dns(shop, "dc1", "updated")
    assert "  DNS: updated " in shows(shop, "dc1")
    assert "  DNS: idle, last done " in shows(shop, "dc2")
    assert kit.state(shop, "dc2")["dns"]["state"] == "idle"
    assert kit.state(shop, "dc1")["dns"]["state"] == "updated"
    assert "updated" in kit.state(shop, "dc1")["dns"]
    line, = kit.lines_of(shop, "dc2", "dns")
    assert line["outcome"] == "updated" and "192.168.1.10" in line["output"]
    assert [line["outcome"] for line in kit.lines_of(shop, "dc1", "dns")] == \
        ["unchanged", "updated"]


def test_make_before_break(shop, names):
    """For a moment both announce; the records are the successor's from its first update on."""
    kit.load(shop, lambda site: [*names.lines(site), "handover make-before-break"])
    kit.wait_dns(shop, "dc1", "updated")
    with names.never_missing():
        switch(shop, "dc1", "dc2")
        kit.wait_dns(shop, "dc2", "updated")
    assert names.at() == "dc2" and kit.change(shop, "dc1")["dns"]["state"] == "idle"
    assert [line["outcome"] for line in kit.lines_of(shop, "dc1", "dns")] == ["unchanged"]


def test_a_name_server_that_is_down(shop, names):
    """The group moves all the same; the records follow when the server is back."""
    kit.load(shop, names.lines)
    kit.wait_dns(shop, "dc1", "updated")
    names.server.stop()
    switch(shop, "dc1", "dc2")
    failing = wait_for(lambda: kit.change(shop, "dc2")["dns"], 60, "several tries", interval=0.05,
                       until=lambda dns: dns.get("failures", 0) >= 3)
    assert failing["state"] == "failing" and CLIENT4 in failing["problem"]
    assert "  DNS: failing for " in shows(shop, "dc2")
    assert f"times): {failing['problem']}" in shows(shop, "dc2")
    router = shop.lab.router("dc2")
    assert "  DNS: failing for " in router.ask("frrd", "show subnet-mover group shop why")
    why = router.ask_json("frrd", "show subnet-mover group shop why json")
    assert why["addressChange"]["dns"]["state"] == "failing"
    wait_for(lambda: shows(shop, "dc2"), 20, "the next try to be announced",
             until=lambda text: "; next try in " in text)
    log = shop.lab.router("dc2").daemon("frrd").log_file
    with open(log, encoding="utf-8") as file:
        assert sum("the DNS is not updated" in line for line in file) == 1
    names.server.start()
    names.wait_at("dc2", timeout=90)
    kit.wait_dns(shop, "dc2", "updated")
    assert [line["outcome"] for line in kit.lines_of(shop, "dc2", "dns")] == ["failed", "updated"]


def test_a_wrong_key(shop, names):
    """The group stays where it is, and `show` has the server's words."""
    kit.load(shop, lambda site: names.lines(site, key="bad" if site == "dc2" else "good"))
    switch(shop, "dc1", "dc2")
    kit.wait_dns(shop, "dc2", "failing", problem="NOTAUTH: it does not accept the key")
    assert names.at() == "dc1"
    router = shop.lab.router("dc2")
    good = names.key(router.site_dir, "good")
    said = router.configure(f"subnet-mover\ngroup shop\naddress-change dns-key-file {good}\n")
    assert not said
    # what is configured takes effect without waiting for the next try
    kit.wait_dns(shop, "dc2", "updated")
    names.wait_at("dc2")


def test_the_owner_changes_while_an_update_hangs(shop, names):
    """What the old owner runs is ended, and the records are those of the new one."""
    kit.load(shop, names.lines)
    kit.wait_dns(shop, "dc1", "updated")
    names.server.process.send_signal(signal.SIGSTOP)
    switch(shop, "dc1", "dc2")
    wait_for(lambda: programs(shop, "dc2"), 20, "dns-update to run at dc2")
    shop.wait_ready("dc1")
    wait_for(lambda: shop.frrd("dc2").switchover("shop", "dc1").ok, 20,
             "the handover to be over, so that it may go back", until=bool)
    kit.wait_dns(shop, "dc2", "idle")
    wait_for(lambda: programs(shop, "dc2"), 20, "it to end", until=lambda pids: not pids)
    kit.wait_owner(shop, "dc1")
    names.server.process.send_signal(signal.SIGCONT)
    kit.wait_dns(shop, "dc1", "updated", timeout=60)
    names.wait_at("dc1")
    assert not [line for line in kit.lines_of(shop, "dc2", "dns") if line["outcome"] == "updated"]


def test_an_owner_without_quorum_updates_nothing(shop, names):
    """From the moment in which it sees nobody, before its fence: the others will own it."""
    kit.load(shop, names.lines)
    kit.wait_dns(shop, "dc1", "updated")
    names.server.process.send_signal(signal.SIGSTOP)
    router = shop.lab.router("dc1")
    assert not router.configure("subnet-mover\ngroup shop\n"
                                "address-change record sip-dc1.example.org a\n")
    wait_for(lambda: programs(shop, "dc1"), 20, "dns-update to run at dc1")
    shop.lab.isolate("dc1")
    kit.wait_dns(shop, "dc1", "idle")
    wait_for(lambda: programs(shop, "dc1"), 20, "it to end", until=lambda pids: not pids)
    names.server.process.send_signal(signal.SIGCONT)
    kit.wait_owner_without(shop, "dc2", "dc1")
    names.wait_at("dc2")
    shop.lab.heal()


def test_a_late_update_of_an_old_owner_is_put_right(shop, names):
    """The server carries one out that it got before: the owner looks again."""
    kit.load(shop, names.lines)
    kit.wait_dns(shop, "dc1", "updated")
    late = (f"server {CLIENT4}\nzone example.org\nupdate delete www.example.org A\n"
            "update add www.example.org 60 A 192.168.2.10\n"
            "update add www.example.org 60 A 192.168.2.11\nsend\n")
    done = names.place.start(["nsupdate", "-k", names.server.good], stdin=-1, text=True)
    done.communicate(late)
    assert done.returncode == 0
    names.wait_at("dc1", timeout=90)
    assert kit.lines_of(shop, "dc1", "dns")[-1]["outcome"] == "updated"


def test_an_owner_that_goes_on_after_a_restart(shop, names, receiver):
    """It looks at the records again, and tells nobody again."""
    kit.load(shop, lambda site: names.lines(site, f"notify {receiver.url}/moves"))
    kit.wait_dns(shop, "dc1", "updated")
    wait_for(lambda: len(receiver.posts), 20, "the webhook to be told")
    shop.wait_retained("dc1")
    shop.lab.kill("dc1", ["frrd"])
    shop.lab.start("dc1", ["frrd"])
    kit.wait_owner(shop, "dc1")
    assert "resumed" in shop.reasons("dc1")
    kit.wait_dns(shop, "dc1", "updated")
    assert kit.change(shop, "dc1")["notify"][0]["state"] == "idle"
    assert len(receiver.posts) == 1


def test_map_lines_change_while_it_is_the_owner(shop, names):
    """Without a map there is nothing to do; with one the records follow at once."""
    kit.load(shop, names.lines, maps={})
    switch(shop, "dc1", "dc2")
    assert kit.change(shop, "dc2")["dns"]["state"] == "idle" and names.at() == "dc1"
    for line in kit.MAP["dc2"]:
        assert not shop.lab.router("dc2").configure(
            f"subnet-mover\ngroup shop\nsite dc2\n{line}\n")
    names.wait_at("dc2")
    kit.wait_dns(shop, "dc2", "updated")


# Those who are told

def test_a_webhook_is_told_once_a_takeover(shop, names, receiver):
    """Whatever becomes of another target, and of the DNS."""
    targets = (f"notify {receiver.url}/moves?key=secret", f"notify {receiver.url}/status/503",
               f"notify http://{CLIENT4}:1/nobody")
    kit.load(shop, lambda site: names.lines(site, *targets, key="bad"))
    switch(shop, "dc1", "dc2")
    told = wait_for(lambda: kit.change(shop, "dc2")["notify"], 90, "the others to be given up",
                    interval=0.2, until=lambda seen: [one["state"] for one in seen] ==
                    ["told", "failed", "failed"])
    assert told[0]["target"] == receiver.url and "503" in told[1]["problem"]
    assert "secret" not in json.dumps(told) and "secret" not in shows(shop, "dc2")
    listed = kit.state(shop, "dc2")["notify"]
    assert [(one["number"], one["state"]) for one in listed] == \
        [(1, "told"), (2, "failed"), (3, "failed")]
    assert listed[0]["target"] == receiver.url and "503" in listed[1]["problem"]
    posts = [json.loads(body) for path, _, body in receiver.posts if path.startswith("/moves")]
    # dc1 at the start, dc2 after the move
    assert [(post["from"], post["to"]) for post in posts] == [("", "dc1"), ("dc1", "dc2")]
    assert posts[1]["event"] == "address-change"
    assert posts[1]["prefixChanges"] == [
        {"old": "192.168.1.0/24", "new": "192.168.2.0/24"},
        {"old": "2001:db8:1::/64", "new": "2001:db8:2::/64"}]
    assert {"name": "www.example.org", "type": "AAAA"} in posts[1]["records"]
    # the first try and three more
    assert sum(path == "/status/503" for path, _, body in receiver.posts
               if json.loads(body)["to"] == "dc2") == 4
    outcomes = [(line["target"], line["outcome"]) for line in kit.lines_of(shop, "dc2", "notify")]
    assert outcomes.count((receiver.url, "told")) == 1
    assert kit.wait_dns(shop, "dc2", "failing")


def test_quorum_is_lost_before_a_target_is_told(shop, names, receiver):
    """Who stays the owner tells it afterwards, and not those who know."""
    slow = {**config.QUICK, "takeover-delay": 7400, "fence-delay": 7000, "settle-time": 8200}
    down = f"http://{CLIENT4}:1/nobody"
    kit.load(shop, lambda site: names.lines(site, f"notify {receiver.url}", f"notify {down}"),
             times=slow)

    def told():
        return [one["state"] for one in kit.change(shop, "dc1")["notify"]]
    wait_for(told, 30, "one to be told", until=lambda seen: seen == ["told", "failing"])
    shop.lab.isolate("dc1")
    wait_for(told, 7, "the loss of the quorum", interval=0.05,
             until=lambda seen: seen == ["told", "idle"])
    shop.lab.heal()
    wait_for(told, 30, "the other one to be tried again", interval=0.05,
             until=lambda seen: seen == ["told", "failing"])
    assert len(receiver.posts) == 1 and "fenced" not in shop.reasons("dc1")


# More than run at a time

AT_A_TIME, TARGETS = 8, 12


@pytest.fixture
def held(shop, names):
    with kit.Held(names.place, address=CLIENT4) as server:
        yield server


def states(shop, site):
    return [one["state"] for one in kit.change(shop, site)["notify"]]


def begin_to_tell(shop, names, held):
    """dc1 has told twelve targets and hands over to dc2, which tells them; none of them
    answers, nor does the name server."""
    targets = [f"notify {held.url}/{number}" for number in range(1, TARGETS + 1)]
    kit.load(shop, lambda site: names.lines(site, *targets))
    kit.wait_dns(shop, "dc1", "updated")
    wait_for(lambda: states(shop, "dc1"), 30, "dc1 to have told all of them",
             until=lambda seen: seen == ["told"] * TARGETS)
    held.holding = True
    names.server.process.send_signal(signal.SIGSTOP)
    switch(shop, "dc1", "dc2")


def wait_held(held, numbers):
    wait_for(lambda: held.waiting("dc2"), 9, f"the targets {numbers} to be told", interval=0.02,
             until=lambda seen: seen == {f"/{number}" for number in numbers})


def test_many_targets_are_told_one_after_the_other(shop, names, held):
    """Eight programs at a time, of which dns-update is the first one; the next one begins
    when one has ended, in the order of the configuration."""
    begin_to_tell(shop, names, held)
    running = [*range(1, AT_A_TIME)]
    wait_held(held, running)
    assert len(programs(shop, "dc2")) > 0 and states(shop, "dc2") == ["pending"] * TARGETS
    names.server.process.send_signal(signal.SIGCONT)
    for number in range(AT_A_TIME, TARGETS + 1):
        running.append(number)
        wait_held(held, running)
        assert states(shop, "dc2").count("pending") == len(running) + TARGETS - number
        held.answer("dc2", f"/{running.pop(0)}")
    for number in running:
        held.answer("dc2", f"/{number}")
    wait_for(lambda: states(shop, "dc2"), 20, "dc2 to have told all of them",
             until=lambda seen: seen == ["told"] * TARGETS)
    names.wait_at("dc2")
    assert held.most == AT_A_TIME
    told = sorted(int(path[1:]) for path, _, body in held.posts if json.loads(body)["to"] == "dc2")
    assert told == [*range(1, TARGETS + 1)]


def test_the_owner_goes_before_all_targets_are_told(shop, names, held):
    """What runs is ended, and what waits is never started; the next owner tells all of them."""
    begin_to_tell(shop, names, held)
    wait_held(held, range(1, AT_A_TIME))
    shop.wait_ready("dc1")
    wait_for(lambda: shop.frrd("dc2").switchover("shop", "dc1").ok, 7,
             "the handover to be over, so that it may go back", interval=0.1, until=bool)
    wait_for(lambda: states(shop, "dc2"), 7, "dc2 to give up", interval=0.02,
             until=lambda seen: seen == ["idle"] * TARGETS)
    wait_for(lambda: programs(shop, "dc2") + programs(shop, "dc2", "notify"), 20,
             "what ran to end", until=lambda pids: not pids)
    names.server.process.send_signal(signal.SIGCONT)
    held.holding = False
    kit.wait_owner(shop, "dc1")
    wait_for(lambda: states(shop, "dc1"), 30, "dc1 to have told all of them",
             until=lambda seen: seen == ["told"] * TARGETS)
    names.wait_at("dc1")
    told = [path for path, _, body in held.posts if json.loads(body)["to"] == "dc2"]
    assert sorted(told) == [f"/{number}" for number in range(1, AT_A_TIME)]
    assert not kit.lines_of(shop, "dc2", "notify")
