# SPDX-License-Identifier: GPL-2.0-or-later
"""The journal: every line is JSON and carries what a drill needs; rotation,
crashes, full and unwritable disks."""

import glob
import json
import os
import re
import shutil
import time
from datetime import datetime

import pytest

from helpers import take_over
from labkit.daemon import FRR_USER
from labkit.run import run, wait_for

COMMON = {"time", "monoUs", "bootId", "pid", "seq", "site", "kind"}


class Journal:
    """frrd of the bench with its journal in a folder of the test's own."""

    def __init__(self, bench, folder):
        self.router = bench.router
        self.bench = bench
        self.daemon = bench.router.daemon("frrd")
        self.folder = folder
        self.path = f"{folder}/journal.jsonl"
        self.state = f"{folder}/state"
        self.more = []

    def start(self):
        self.daemon.options = ["--state-file", self.state, "--journal", self.path, *self.more]
        self.daemon.start()
        self.bench.frrd.wait_ready()

    def files(self):
        """Oldest first."""
        return [path for path in [f"{self.path}.{n}" for n in (4, 3, 2, 1)] + [self.path]
                if os.path.exists(path)]

    def lines(self):
        """Every line of every file; each has to be JSON with the common fields."""
        entries = []
        for path in self.files():
            with open(path, encoding="utf-8") as file:
                text = file.read()
            assert text == "" or text.endswith("\n"), f"{path} ends in the middle of a line"
            entries += [json.loads(line) for line in text.splitlines()]
        for entry in entries:
            assert COMMON <= set(entry), entry
        return entries

    def of(self, kind, **fields):
        return [entry for entry in self.lines() if entry["kind"] == kind and
                all(entry.get(key) == value for key, value in fields.items())]

    def wait(self, kind, timeout=5, **fields):
        return wait_for(lambda: self.of(kind, **fields), timeout, f"{kind} {fields}",
                        until=bool, interval=0.01)[-1]

    def log(self):
        with open(self.daemon.log_file, encoding="utf-8", errors="replace") as file:
            return file.read()[self.begin:]

    def mark(self):
        self.begin = 0
        self.begin = len(self.log())


@pytest.fixture
def journal(bench):
    folder = f"{bench.state.dir}/journal"
    os.makedirs(folder)
    shutil.chown(folder, FRR_USER, FRR_USER)
    made = Journal(bench, folder)
    before = made.daemon.options
    made.daemon.stop()
    made.mark()
    made.start()
    yield made
    made.daemon.stop()
    made.daemon.options = before
    shutil.rmtree(folder)
    made.daemon.start()


def restart(journal):
    journal.daemon.stop()
    for path in journal.files():
        os.unlink(path)
    journal.start()


# What it says

def test_a_move_in_the_journal(journal, frrd):
    begin_us = time.monotonic_ns() // 1000
    take_over(frrd)
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby")
    assert frrd.hold("shop", "somebody \"works\" \\ there").ok
    assert not frrd.failover("shop").ok
    journal.wait("command", command="failover", accepted=False)
    end_us = time.monotonic_ns() // 1000

    steps = [(d["from"], d["to"], d["reason"]) for d in journal.of("decision", group="shop")]
    wanted = [("activating", "active", "routes-installed"),
              ("active", "releasing", "command-release"),
              ("releasing", "standby", "routes-withdrawn"),
              ("standby", "standby", "command-hold")]
    assert steps[-4:] == wanted and steps[0][0] == "standby", steps
    for decision in journal.of("decision"):
        assert decision["event"] and decision["text"]
    assert journal.of("decision", reason="command-hold")[0]["note"] == "somebody \"works\" \\ there"

    announced = journal.of("written", what="announce")[-1]
    assert begin_us <= announced["commandUs"] <= announced["writtenUs"] <= end_us
    assert announced["writtenUs"] - announced["commandUs"] < 100_000
    assert journal.of("written", what="withdraw")

    commands = [(c["command"], c["accepted"]) for c in journal.of("command")]
    assert commands[-4:] == [("failover", True), ("release", True), ("hold", True),
                             ("failover", False)]
    refused = journal.of("command", accepted=False)[-1]
    assert refused["reason"] == "held" and refused["text"] and refused["origin"]

    boot = open("/proc/sys/kernel/random/boot_id", encoding="ascii").read().strip()
    entries = journal.lines()
    for entry in entries:
        assert entry["bootId"] == boot and entry["site"] in ("dc1", "")
        assert entry["pid"] == journal.daemon.pid()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry["time"])
        wall = datetime.fromisoformat(entry["time"].replace("Z", "+00:00")).timestamp()
        mono = entry["monoUs"] / 1e6
        assert abs((time.time() - time.monotonic()) - (wall - mono)) < 1, "one moment, two clocks"
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["monoUs"] for entry in entries] == sorted(e["monoUs"] for e in entries)


def test_life_of_the_daemon(journal, router):
    journal.wait("daemon", event="started")
    journal.wait("daemon", event="zebra-up")
    router.restart("zebra")
    journal.wait("daemon", event="zebra-down")
    journal.daemon.stop()
    assert [entry["event"] for entry in journal.of("daemon")][-2:] == ["stopping", "stopped"]


def test_show_journal(journal, router, frrd):
    take_over(frrd)
    shown = router.ask_json("frrd", "show subnet-mover journal 3 json")
    assert len(shown["lines"]) == 3
    assert shown["lines"] == journal.lines()[-3:], "what waited was written first"
    assert shown["path"] == journal.path and shown["problem"] == "" and shown["dropped"] == 0
    assert "routes-installed" in router.ask("frrd", "show subnet-mover journal")


# Rotation

def test_rotation(journal, router, frrd):
    journal.more = ["--journal-size", "8"]
    restart(journal)
    for _ in range(60):
        assert frrd.hold("shop", "x" * 60).ok
        assert frrd.resume("shop").ok
    journal.daemon.stop()
    assert len(journal.files()) == 5, journal.files()
    assert not os.path.exists(f"{journal.path}.5")
    for path in journal.files():
        assert os.path.getsize(path) <= 8192, path
    numbers = [entry["seq"] for entry in journal.lines()]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "nothing is missing"
    journal.start()
    shown = router.ask_json("frrd", "show subnet-mover journal 50 json")
    assert len(shown["lines"]) == 50, "also from the older files"


def test_moved_away_and_deleted(journal, frrd):
    """What logrotate and people do: the next line is in a new file."""
    assert frrd.hold("shop").ok
    journal.wait("command", command="hold")
    os.rename(journal.path, f"{journal.folder}/elsewhere")
    assert frrd.resume("shop").ok
    journal.wait("command", command="resume")
    assert not journal.of("command", command="hold")
    os.unlink(journal.path)
    assert frrd.hold("shop").ok
    journal.wait("command", command="hold")
    info = os.stat(journal.path)
    assert info.st_mode & 0o027 == 0, "not for everybody"


# Crashes

def test_killed_while_writing(journal, frrd):
    for _ in range(5):
        for _ in range(20):
            assert frrd.hold("shop", "y" * 100).ok
            assert frrd.resume("shop").ok
        journal.daemon.kill()
        journal.start()
        journal.wait("daemon", event="started", pid=journal.daemon.pid())
        journal.lines()


def test_half_a_line_is_removed(journal):
    journal.daemon.stop()
    before = len(journal.lines())
    with open(journal.path, "a", encoding="utf-8") as file:
        file.write('{"time":"2026-01-01T00:00:00.0')
    journal.start()
    journal.wait("daemon", event="started", pid=journal.daemon.pid())
    assert len(journal.lines()) > before


# Disks

def test_unwritable_folder(journal, frrd):
    journal.daemon.stop()
    os.unlink(journal.path)
    shutil.chown(journal.folder, "root", "root")
    journal.mark()
    journal.start()
    try:
        assert frrd.hold("shop").ok
        wait_for(journal.log, 5, "the error", until=lambda log: re.search(
            r"EC \d+\] journal .*Permission denied", log))
        for _ in range(5):
            assert frrd.resume("shop").ok and frrd.hold("shop").ok
        assert len(re.findall(r"journal .*Permission denied", journal.log())) == 1, "said once"
        shown = journal.router.ask_json("frrd", "show subnet-mover journal json")
        assert shown["dropped"] > 0 and "Permission denied" in shown["problem"]
    finally:
        shutil.chown(journal.folder, FRR_USER, FRR_USER)
    assert frrd.resume("shop").ok
    assert journal.wait("dropped")["lines"] >= shown["dropped"]
    journal.wait("command", command="resume")
    assert journal.router.ask_json("frrd", "show subnet-mover journal json")["problem"] == ""


@pytest.fixture
def small_disk(bench):
    path = f"{bench.state.dir}/small"
    os.makedirs(path)
    run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "frrd-test", path])
    yield path
    run(["umount", "-l", path])
    os.rmdir(path)


def test_full_disk(journal, frrd, small_disk):
    """Whole lines until it is full; the loss is counted, and told when there is
    room again."""
    journal.daemon.stop()
    journal.path = f"{small_disk}/journal.jsonl"
    journal.mark()
    journal.start()
    ballast = f"{small_disk}/ballast"
    with open(ballast, "wb", buffering=0) as file:
        file.write(bytes(48 * 1024))

    def toggle():
        assert frrd.hold("shop", "z" * 100).ok and frrd.resume("shop").ok
        return journal.log()
    wait_for(toggle, 20, "a full disk", interval=0,
             until=lambda log: "No space left" in log)
    for _ in range(20):
        toggle()
    journal.router.ask("frrd", "show subnet-mover journal 1")  # it is at rest then
    journal.lines()
    assert len(re.findall("No space left", journal.log())) == 1, "said once"
    os.unlink(ballast)
    assert frrd.hold("shop").ok
    journal.wait("command", command="hold", note=None)
    wait_for(journal.log, 5, "the good news", until=lambda log: "written again" in log)
    dropped = sum(entry["lines"] for entry in journal.of("dropped"))
    assert dropped >= 20
    there = [entry["seq"] for entry in journal.lines() if entry["kind"] != "dropped"]
    assert len(there) == len(set(there)) == max(there) - dropped, \
        "every line is there or counted"
    journal.daemon.stop()


def test_owner_works_without_a_disk(journal, frrd):
    journal.daemon.stop()
    journal.path = f"{journal.folder}/none/journal.jsonl"
    journal.state = f"{journal.folder}/none/state"
    journal.start()
    take_over(frrd)
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby")
    assert glob.glob(f"{journal.folder}/none*") == []
