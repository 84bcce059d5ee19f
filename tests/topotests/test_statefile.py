# SPDX-License-Identifier: GPL-2.0-or-later
"""The state file: what outlives the process, damaged files, full and unwritable
folders. The arbiter is an operator, for what is kept is the same with all."""

import glob
import json
import os
import random
import re
import shutil
import signal
import time
import zlib

import pytest

from helpers import take_over
from labkit import config
from labkit.daemon import FRR_USER
from labkit.patience import Since
from labkit.run import run, wait_for

REASON = "somebody works at the lines"


class Files:
    """frrd of the bench with its files in a folder of the test's own."""

    def __init__(self, bench, folder):
        self.bench = bench
        self.router = bench.router
        self.daemon = bench.router.daemon("frrd")
        self.folder = folder
        self.state = f"{folder}/frrd.state"

    def start(self):
        self.daemon.options = ["--state-file", self.state,
                               "--journal", f"{self.folder}/frrd.journal"]
        self.daemon.start()
        self.bench.frrd.wait_ready()

    def restart(self):
        self.daemon.stop()
        self.start()

    def crash(self):
        self.daemon.kill()
        self.start()

    def content(self):
        """The file's object; fails when header and payload do not agree."""
        with open(self.state, "rb") as file:
            header, payload = file.read().split(b"\n", 1)
        header = json.loads(header)
        assert header["format"] == "frrd-state" and header["version"] == 1
        assert header["length"] == len(payload)
        assert int(header["crc32"], 16) == zlib.crc32(payload)
        return json.loads(payload)

    def group(self, name="shop"):
        try:
            return self.content()["groups"].get(name)
        except FileNotFoundError:
            return None

    def wait(self, what, until, timeout=5):
        return wait_for(self.group, timeout, what, interval=0.005,
                        until=lambda group: group is not None and until(group))

    def aside(self):
        return sorted(glob.glob(self.state + ".corrupt-*"))

    def log(self):
        with open(self.daemon.log_file, encoding="utf-8", errors="replace") as file:
            return file.read()[self.begin:]

    def mark(self):
        self.begin = 0
        self.begin = len(self.log())


def own_folder(path):
    os.makedirs(path, exist_ok=True)
    shutil.chown(path, FRR_USER, FRR_USER)
    return path


@pytest.fixture
def files(bench):
    made = Files(bench, own_folder(f"{bench.state.dir}/files"))
    before = made.daemon.options
    made.daemon.stop()
    made.mark()
    made.start()
    yield made
    made.daemon.stop()
    made.daemon.options = before
    os.chmod(made.folder, 0o755)
    shutil.rmtree(made.folder)
    made.daemon.start()


def held(frrd):
    return frrd.group("shop")["held"]


# What is kept

def test_hold_and_history_survive_a_crash(files, frrd):
    take_over(frrd)
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby")
    assert frrd.hold("shop", REASON).ok
    files.wait("the hold in the file", lambda group: group["held"])
    before = frrd.history("shop")
    assert len(before) >= 3
    files.crash()
    assert held(frrd)
    assert REASON in files.router.ask("frrd", "show subnet-mover group shop")
    assert not frrd.failover("shop").ok
    kept = frrd.history("shop")[:len(before)]
    assert [(h["time"], h["reason"]) for h in kept] == [(h["time"], h["reason"]) for h in before]
    # and numbers go on where they were
    group = files.wait("the refusal", lambda group: len(group["history"]) > len(before))
    numbers = [entry["number"] for entry in group["history"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert frrd.resume("shop").ok
    files.wait("the end of the hold", lambda group: not group["held"])
    files.crash()
    assert not held(frrd)


def test_hold_survives_a_clean_restart(files, frrd):
    assert frrd.hold("shop", REASON).ok
    files.daemon.stop()
    assert files.group()["held"] and files.group()["note"] == REASON
    files.start()
    assert held(frrd)


def test_a_hold_is_on_disk_soon(files, frrd):
    """The answer does not wait for the disk, but the disk comes soon."""
    took = []
    for _ in range(10):
        for command, want in ((frrd.hold, True), (frrd.resume, False)):
            assert command("shop").ok
            begin = Since()
            files.wait("the command in the file", lambda group, want=want: group["held"] == want)
            took.append(begin.counted_s())
    assert sorted(took)[len(took) // 2] < 0.1, took


def test_owner_is_kept_until_the_clean_end(files, frrd):
    take_over(frrd)
    files.wait("the owner in the file", lambda group: group["owned"])
    files.daemon.kill()
    assert files.group()["owned"]
    files.start()
    take_over(frrd)
    files.wait("the owner in the file", lambda group: group["owned"])
    files.daemon.stop()
    assert not files.group()["owned"], "it has withdrawn"


def test_only_the_last_64_decisions(files, frrd):
    for _ in range(40):
        assert frrd.hold("shop").ok
        assert frrd.resume("shop").ok
    files.daemon.stop()
    numbers = [entry["number"] for entry in files.group()["history"]]
    assert len(numbers) == 64
    assert numbers == list(range(numbers[0], numbers[0] + 64)) and numbers[-1] >= 80
    files.start()
    assert len(frrd.history("shop")) == 64


def test_group_that_is_not_configured_for_a_while(files, bench, frrd):
    """frrd starts with a file that lacks the group, as it does when vtysh
    brings the configuration later."""
    assert frrd.hold("shop", REASON).ok
    files.daemon.stop()
    files.router.write_config("frrd", bench.frrd_config(groups=config.frrd_group(
        "mail", 2, ["198.51.100.0/24"], {"dc1": (200, ["next-hop blackhole"])})))
    files.start()
    assert frrd.hold("mail").ok
    wait_for(lambda: files.group("mail"), 5, "the new group in the file",
             until=lambda group: group and group["held"], interval=0.01)
    assert files.group("shop")["held"]
    files.daemon.stop()
    files.router.write_config("frrd", bench.frrd_config())
    files.start()
    assert held(frrd)
    assert not frrd.failover("shop").ok
    # the group comes while frrd runs
    files.daemon.stop()
    files.router.write_config("frrd", bench.frrd_config(groups=[]))
    files.start()
    files.router.write_config("frrd", bench.frrd_config())
    files.daemon.signal(signal.SIGHUP)
    wait_for(frrd.show, 10, "the group to be read",
             until=lambda shown: "shop" in shown["groups"])
    assert held(frrd)


def test_group_that_is_deleted_is_forgotten(files, frrd):
    assert frrd.hold("shop", REASON).ok
    files.wait("the hold in the file", lambda group: group["held"])
    files.router.configure("subnet-mover\n no group shop\nexit")
    files.daemon.stop()
    assert files.group() is None
    files.start()
    files.daemon.stop()
    files.start()
    assert not held(frrd), "a group of the same name is another one"


# Crashes

def test_killed_at_any_moment(files, frrd):
    """The file is the old one or the new one, never half of it."""
    rng = random.Random(3)
    for _ in range(12):
        want = not held(frrd)
        for _ in range(rng.randint(1, 6)):
            assert (frrd.hold if want else frrd.resume)("shop").ok
            want = not want
        if rng.random() < 0.7:  # somewhere in the writing
            deadline = time.monotonic() + rng.random() * 0.06
            while time.monotonic() < deadline:
                pass
        files.daemon.kill()
        if os.path.exists(files.state):
            files.content()
        files.start()
        assert files.aside() == []


# Files that are no state files

def _broken(kind, good):
    middle = len(good) // 2
    header = good.index(b"\n") + 1
    return {
        "empty": b"",
        "one byte": good[:1],
        "half a header": good[:header // 2],
        "header without newline": good[:header - 1],
        "header alone": good[:header],
        "one byte of the payload": good[:header + 1],
        "half": good[:middle],
        "last byte missing": good[:-1],
        "a byte more": good + b"\n",
        "changed in the header": good[:12] + b"x" + good[13:],
        "changed in the payload": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:],
        "changed at the end": good[:-1] + b" ",
        "next version": good.replace(b'"version":1', b'"version":2', 1),
        "no header": good[header:],
        "zeros": bytes(len(good)),
        "text": b"hello world\n",
        "good header, no JSON": _with_header(b"not json"),
        "good header, no groups": _with_header(b'{"groups":[]}'),
        "group without fields": _with_header(b'{"groups":{"shop":{}}}'),
        "wrong type": _with_header(b'{"groups":{"shop":7}}'),
    }[kind]


def _with_header(payload):
    return (f'{{"format":"frrd-state","version":1,"length":{len(payload)},'
            f'"crc32":"{zlib.crc32(payload):08x}"}}\n').encode() + payload


KINDS = ["empty", "one byte", "half a header", "header without newline", "header alone",
         "one byte of the payload", "half", "last byte missing", "a byte more",
         "changed in the header", "changed in the payload", "changed at the end",
         "next version", "no header", "zeros", "text", "good header, no JSON",
         "good header, no groups", "group without fields", "wrong type"]


def test_damaged_file(files, frrd):
    """Every kind: set aside as it was, reported with its code, started without,
    and written anew."""
    assert frrd.hold("shop", REASON).ok
    files.daemon.stop()
    with open(files.state, "rb") as file:
        good = file.read()
    for number, kind in enumerate(KINDS):
        data = _broken(kind, good)
        with open(files.state, "wb") as file:
            file.write(data)
        shutil.chown(files.state, FRR_USER, FRR_USER)
        files.mark()
        files.start()
        aside = files.aside()
        assert len(aside) == number + 1, f"{kind}: {aside}"
        newest = max(aside, key=lambda path: (os.stat(path).st_ctime_ns, path))
        with open(newest, "rb") as file:
            assert file.read() == data, kind
        assert re.search(r"state file .*set aside as", files.log()), f"{kind}: {files.log()}"
        assert not held(frrd), kind
        assert frrd.hold("shop").ok
        files.daemon.stop()
        assert files.group()["held"], kind


def test_error_code_is_explained(files, frrd):
    files.daemon.stop()
    with open(files.state, "w", encoding="utf-8") as file:
        file.write("x")
    files.mark()
    files.start()
    code = re.search(r"\[EC (\d+)\].*state file", files.log()).group(1)
    said = files.router.ask("frrd", f"show error {code}")
    assert "State file" in said and "Check" in said, said


def test_file_of_somebody_else(files, frrd):
    """It cannot be read; the folder is frrd's own, so it is set aside."""
    files.daemon.stop()
    shutil.chown(files.state, "root", "root")
    os.chmod(files.state, 0o600)
    files.mark()
    files.start()
    assert len(files.aside()) == 1
    assert "Permission denied" in files.log()
    assert frrd.hold("shop").ok
    files.wait("the hold in the file", lambda group: group["held"])


def test_dry_run_leaves_no_traces(files):
    files.daemon.stop()
    with open(files.state, "w", encoding="utf-8") as file:
        file.write("x")
    done = run([files.daemon.binary, "-C", "-f", files.daemon.config_file, "--state-file",
                files.state, "--journal", f"{files.folder}/dry.journal"], check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert files.aside() == [] and not os.path.exists(f"{files.folder}/dry.journal")
    os.unlink(files.state)


# Folders and disks

def test_unwritable_folder(files, frrd):
    files.daemon.stop()
    os.unlink(files.state)
    shutil.chown(files.folder, "root", "root")
    files.mark()
    files.start()
    try:
        assert frrd.hold("shop", REASON).ok
        wait_for(files.log, 5, "the error", until=lambda log: re.search(
            r"EC \d+\] state file .*Permission denied", log))
        assert held(frrd), "the daemon works all the same"
        assert "Permission denied" in frrd.show()["stateFileProblem"]
        take = len(re.findall("state file .*Permission denied", files.log()))
        assert frrd.resume("shop").ok and frrd.hold("shop", REASON).ok
        assert len(re.findall("state file .*Permission denied", files.log())) == take, "said once"
    finally:
        shutil.chown(files.folder, FRR_USER, FRR_USER)
    files.wait("a file after all", lambda group: group["held"], timeout=15)
    wait_for(files.log, 5, "the good news", until=lambda log: "written again" in log)
    assert frrd.show()["stateFileProblem"] == ""


def test_no_such_folder(files, frrd):
    files.daemon.stop()
    files.state = f"{files.folder}/none/frrd.state"
    files.mark()
    files.start()
    assert frrd.hold("shop").ok
    wait_for(files.log, 5, "the error", until=lambda log: re.search(
        r"EC \d+\] state file .*No such file", log))
    assert held(frrd)


@pytest.fixture
def small_disk(bench):
    """A file system of 64 KiB."""
    path = own_folder(f"{bench.state.dir}/small")
    run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "frrd-test", path])
    yield path
    run(["umount", "-l", path])
    os.rmdir(path)


def fill(path):
    """Returns the name of the file that takes all that is left."""
    ballast = f"{path}/ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def test_full_disk(files, frrd, small_disk):
    files.daemon.stop()
    files.state = f"{small_disk}/frrd.state"
    files.start()
    assert frrd.hold("shop", REASON).ok
    files.wait("the hold in the file", lambda group: group["held"])
    ballast = fill(small_disk)
    files.mark()
    assert frrd.resume("shop").ok
    wait_for(files.log, 5, "the error", until=lambda log: "No space left" in log)
    assert files.group()["held"], "the old file is whole"
    assert not os.path.exists(files.state + ".new")
    assert not held(frrd)
    os.unlink(ballast)
    files.wait("the end of the hold", lambda group: not group["held"], timeout=15)
    files.daemon.stop()
