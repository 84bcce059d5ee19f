# SPDX-License-Identifier: GPL-2.0-or-later
"""What frrd-io has given up, and how it starts and ends."""

import os
import pathlib
import resource
import signal
import subprocess

import pytest

from iokit import BUILD, FRRD_IO, Io, status, wait_until

ASAN = "-fsanitize=address" in (BUILD / "Makefile").read_text(encoding="utf-8")


def test_no_privileges(io):
    found = status(io.pid)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(found[name], 16) == 0, name
    assert found["NoNewPrivs"].strip() == "1"
    if not ASAN:
        assert found["Seccomp"].strip() == "2"


def test_not_dumpable(io):
    """Nobody but root may look into it: its files in /proc belong to root."""
    prefix = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
    with Io(prefix=prefix) as other:
        assert os.stat(f"/proc/{other.pid}/maps").st_uid == 0
        limits = pathlib.Path(f"/proc/{other.pid}/limits").read_text(encoding="ascii")
        core = next(line for line in limits.splitlines() if line.startswith("Max core"))
        assert core.split()[4:6] == ["0", "0"]


def test_descriptors_are_enough(io):
    """Thousands of probes have a socket each."""
    soft, hard = resource.prlimit(io.pid, resource.RLIMIT_NOFILE)
    assert soft == min(hard, 65536)
    assert soft >= 4096


def test_single_thread(io):
    assert status(io.pid)["Threads"].strip() == "1"


def test_nothing_inherited(io):
    """Descriptors: the standard ones, the socket to frrd, and what the loop has made itself."""
    for fd in pathlib.Path(f"/proc/{io.pid}/fd").iterdir():
        target = os.readlink(fd)
        assert int(fd.name) <= 3 or target.startswith(("socket:", "anon_inode:", "pipe:")), target


def test_end_of_frrd(io):
    io.close()
    assert io.exit()["status"] == 0


@pytest.mark.parametrize("hex", [
    "00", "6472726602000800", "6472726602000800000000", "6472726601000800" + "00000000",
    "6472726602000100" + "01000000", "6472726602000b00", "ff" * 100],
    ids=["one byte", "no fields", "too short", "version", "wrong way", "type", "no message"])
def test_malformed(io, hex):
    io.expect_exit = 1
    io.send("raw", hex=hex)
    assert io.exit()["status"] == 1
    wait_until(lambda: any("a message of frrd is not valid" in line for line in io.errors))


def test_signals(io):
    """What is meant for frrd at a terminal does not end it; frrd closing the socket does."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        os.kill(io.pid, number)
    io.ping()
    io.expect_exit = None
    os.kill(io.pid, signal.SIGTERM)
    assert io.exit()["signal"] == signal.SIGTERM


def test_log_comes_to_frrd_or_stderr():
    """A socket of another type is no connection to frrd."""
    read, write = os.pipe()
    done = subprocess.run([FRRD_IO, "--fd", str(read)], pass_fds=[read], capture_output=True,
                          text=True, check=False)
    os.close(read)
    os.close(write)
    assert done.returncode == 1
    assert done.stderr.strip() == "frrd-io: the socket to frrd: Socket operation on non-socket"


def test_arguments():
    def run(*words):
        done = subprocess.run([FRRD_IO, *words], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = run("--version")
    assert code == 0 and out.startswith("frrd-io ")
    code, out, _ = run("--help")
    assert code == 0 and "--fd N" in out
    for words in ((), ("--fd",), ("--fd", "x"), ("--fd", "-1"), ("--fd", "3", "more"), ("--no",)):
        code, out, error = run(*words)
        assert code == 2 and not out and error
