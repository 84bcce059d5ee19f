# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd as a daemon of the FRR family: options, user and capabilities, vty
socket, logs, signals. Instances that need options of their own run in the
bench's namespace under a pathspace of their own."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys

import pytest

from helpers import BOTH, status_fields, take_over
from labkit import netns
from labkit.daemon import FRR_TMP, FRR_USER, Daemon, wait_exit
from labkit.plan import PREFIX4, PREFIX6
from labkit.router import FRR_RUN, build_dir, frrd_binary, own_dir
from labkit.run import run, wait_for
from labkit.vty import VtySocket

# What an FRR daemon that changes routes or interfaces may keep at most
ALLOWED_CAPS = {12: "NET_ADMIN", 13: "NET_RAW"}


def binary():
    return frrd_binary(build_dir())


class Instance(Daemon):
    """frrd with free options, beside the bench's own."""

    extra = ()

    def argv(self):
        port = [] if "-P" in self.extra else ["-P", "0"]
        files = ["--state-file", f"{self.site_dir}/frrd.state",
                 "--journal", f"{self.site_dir}/frrd.journal"]
        return [self.binary, "-N", self.pathspace, *port, *files, *self.extra]


@pytest.fixture
def instance(bench):
    """instance("-d", ...) -> a started frrd with exactly these options (and a
    pathspace of its own, and the bench's zebra)."""
    pathspace = f"{bench.name}-x"
    run_dir = f"{FRR_RUN}/{pathspace}"
    site_dir = f"{bench.state.dir}/x"
    own_dir(run_dir)
    own_dir(site_dir)
    env = bench.router.daemon("frrd").env
    made = []

    def make(*options, zebra=True):
        daemon = Instance("frrd", binary(), bench.ns, pathspace, run_dir, site_dir, [], env)
        daemon.extra = [*options, *(["-z", f"{bench.router.run_dir}/zserv.api"] if zebra else [])]
        made.append(daemon)
        daemon.start()
        return daemon
    yield make
    for daemon in made:
        daemon.kill()
        daemon.collect_crashes()
    for path in sorted(os.listdir(run_dir)):
        os.unlink(f"{run_dir}/{path}")
    os.rmdir(run_dir)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    run(["chown", f"{FRR_USER}:{FRR_USER}", path])


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


# Options

def test_version(frrd_build):
    frr = re.search(r"version (\S+)", run(["/usr/lib/frr/zebra", "--version"]).stdout).group(1)
    for option in ("-v", "--version"):
        done = run([binary(), option])
        assert done.stdout.startswith("frrd version "), done.stdout
        assert frr in done.stdout, "an FRR daemon says which FRR it belongs to"


def test_help(frrd_build):
    text = run([binary(), "--help"]).stdout
    for option in ("--daemon", "--config_file", "--pid_file", "--socket", "--pathspace",
                   "--vty_addr", "--vty_port", "--user", "--group", "--log", "--log-level",
                   "--module", "--version"):
        assert option in text, option


def test_unknown_option_is_an_error(frrd_build):
    assert run([binary(), "--no-such-option"], check=False).returncode != 0


def test_daemon_and_pid_file(instance, bench):
    pid_file = f"{bench.state.dir}/x/other.pid"
    process = instance("-d")
    assert process.pid() and os.getppid() != process.pid()
    fields = status_fields(process.pid())
    assert fields["Name"] == "frrd"
    process.stop()

    write(f"{bench.state.dir}/x/frrd.conf", "hostname other\n")
    with netns.inside(bench.ns):
        starter = subprocess.Popen([binary(), "-d", "-N", process.pathspace, "-P", "0", "-i",
                                    pid_file, "-z", f"{bench.router.run_dir}/zserv.api"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, **process.env})
    assert starter.wait(30) == 0
    pid = int(read(pid_file))
    try:
        assert status_fields(pid)["Name"] == "frrd"
        assert not os.path.exists(process.pid_file), "-i names the only pid file"
    finally:
        os.kill(pid, signal.SIGTERM)
        assert wait_exit(pid, 20)
        shutil.rmtree(f"{FRR_TMP}/frrd.{starter.pid}", ignore_errors=True)


def test_config_file_option(instance, bench):
    path = f"{bench.state.dir}/x/named.conf"
    write(path, bench.frrd_config())
    process = instance("-d", "-f", path)
    with process.vty() as vty:
        assert vty.json("show subnet-mover json")["localSite"] == "dc1"


def test_log_options(instance, bench):
    path = f"{bench.state.dir}/x/by-option.log"
    process = instance("-d", "--log", f"file:{path}", "--log-level", "debugging")
    with process.vty() as vty:
        assert "by-option.log" in vty.run("show logging")
    wait_for(lambda: read(path), 10, "the first log line", until=lambda text: "frrd" in text)


def test_vty_address_and_port(instance, bench):
    process = instance("-d", "-A", "127.0.0.1", "-P", "2699")
    listening = run(["ip", "netns", "exec", bench.ns, "cat", "/proc/net/tcp"]).stdout
    assert "0100007F:0A8B" in listening, "127.0.0.1 port 2699"
    process.stop()


def test_starts_without_zebra(instance, bench):
    """It waits for zebra, says so, and connects when zebra is there."""
    conf = f"{bench.state.dir}/x/frrd.conf"
    write(conf, bench.frrd_config())
    process = instance("-d", "-f", conf, "-z", f"{bench.state.dir}/x/nobody.api", zebra=False)
    with process.vty() as vty:
        assert vty.json("show subnet-mover json")["zebra"] == "disconnected"


def test_second_instance_is_refused(bench, router):
    """By libfrr's lock on the pid file; the first one is not disturbed."""
    pid = router.daemon("frrd").pid()
    with netns.inside(bench.ns):
        process = subprocess.Popen(router.daemon("frrd").argv(), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True,
                                   env={**os.environ, **router.daemon("frrd").env})
    said = process.communicate(timeout=30)[0]
    shutil.rmtree(f"{FRR_TMP}/frrd.{process.pid}", ignore_errors=True)
    assert "already running" in said, said
    assert router.daemon("frrd").pid() == pid
    with VtySocket(router.daemon("frrd").vty_path, "frrd") as vty:
        assert vty.json("show subnet-mover json")["zebra"] == "connected"


# Checking a configuration

# Whoever is started and outlives its parent becomes a child of this program.
SUBREAPER = """
import ctypes, os, subprocess, sys
assert ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER
code = subprocess.run(sys.argv[1:]).returncode
left = 0
try:
    while os.wait():
        left += 1
except ChildProcessError:
    sys.exit(code or 100 * bool(left))
"""
WITH_PROGRAMS = """
 probe web
  http http://192.0.2.1/
 exit
 group shop
  hook pre-withdraw 1 command /usr/bin/true
  site dc1
   probe web
  exit
 exit
exit
"""


def test_dry_run_starts_nothing(bench):
    """Hooks and probes are run by frrd-io, which is not started for a check."""
    os.makedirs(f"{bench.state.dir}/x", exist_ok=True)
    path = f"{bench.state.dir}/x/check.conf"
    write(path, f"{bench.frrd_config()}\nsubnet-mover{WITH_PROGRAMS}")
    pathspace = f"{bench.name}-check"
    check = [sys.executable, "-c", SUBREAPER, binary(), "-C", "-N", pathspace, "-f", path]
    done = run([*check, "--log", "stdout"], check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "refused" not in done.stdout, done.stdout
    assert not os.path.exists(f"/var/lib/frr/{pathspace}")
    # and what is wrong is found
    write(path, f"{bench.frrd_config()}\nsubnet-mover{WITH_PROGRAMS.replace('probe web', 'prob', 1)}")
    assert "No such command on config line" in run([*check, "--log", "stdout"]).stdout


# User and capabilities

def test_runs_as_frr_with_least_capabilities(router, frrd):
    take_over(frrd)  # also while it works
    fields = status_fields(router.daemon("frrd").pid())
    uid = int(run(["id", "-u", FRR_USER]).stdout)
    gid = int(run(["id", "-g", FRR_USER]).stdout)
    assert set(map(int, fields["Uid"].split())) == {uid}
    assert set(map(int, fields["Gid"].split())) == {gid}
    effective, permitted = int(fields["CapEff"], 16), int(fields["CapPrm"], 16)
    assert effective == 0, f"capabilities are raised only while they are needed: {effective:x}"
    extra = [bit for bit in range(64) if permitted >> bit & 1 and bit not in ALLOWED_CAPS]
    assert not extra, f"capabilities that frrd does not need: {extra}"
    assert int(fields["CapInh"], 16) == 0


def test_files_belong_to_frr(router):
    uid = int(run(["id", "-u", FRR_USER]).stdout)
    for path in (router.daemon("frrd").vty_path, router.daemon("frrd").pid_file):
        assert os.stat(path).st_uid == uid, path


# The vty socket

def test_vty_socket(router):
    path = router.daemon("frrd").vty_path
    info = os.stat(path)
    assert stat.S_ISSOCK(info.st_mode)
    assert not info.st_mode & stat.S_IRWXO, "only user frr and group frrvty"
    with VtySocket(path, "frrd") as vty:
        assert "frrd" in vty.run("show version") or "FRRouting" in vty.run("show version")
        vty.run("show debugging")
        vty.run("show logging")
        vty.run("show memory")


def test_debug_switches(router):
    with router.vty("frrd") as vty:
        for what in ("fsm", "zebra", "config"):
            vty.run(f"debug subnet-mover {what}")
            assert what in vty.run("show debugging").lower()
            vty.run(f"no debug subnet-mover {what}")
            assert what not in vty.run("show debugging").lower()


def test_many_vty_connections(router):
    sockets = [router.vty("frrd") for _ in range(20)]
    for vty in sockets:
        assert vty.json("show subnet-mover json")["localSite"] == "dc1"
    for vty in sockets:
        vty.close()


# Logs and signals

def test_log_rotation_on_sigusr1(router, frrd):
    daemon = router.daemon("frrd")
    old = daemon.log_file + ".1"
    os.rename(daemon.log_file, old)
    try:
        daemon.signal(signal.SIGUSR1)
        wait_for(lambda: os.path.exists(daemon.log_file), 10, "a new log file")
        with router.vty("frrd") as vty:
            vty.run("debug subnet-mover fsm")
        take_over(frrd)
        wait_for(lambda: read(daemon.log_file), 10, "new lines in the new file",
                 until=lambda text: "shop" in text)
        assert os.stat(daemon.log_file).st_uid == int(run(["id", "-u", FRR_USER]).stdout)
    finally:
        os.unlink(old)
        with router.vty("frrd") as vty:
            vty.run("no debug subnet-mover fsm")


def test_sighup_reads_the_file_again(bench, router, frrd):
    from labkit import config
    take_over(frrd)
    pid = router.daemon("frrd").pid()
    groups = config.shop() + config.frrd_group("mail", 2, ["198.51.100.128/25"],
                                               {"dc1": (200, ["next-hop blackhole"])})
    router.write_config("frrd", bench.frrd_config(groups=groups, options=["distance 30"]))
    router.daemon("frrd").signal(signal.SIGHUP)
    shown = wait_for(frrd.show, 10, "the new group",
                     until=lambda shown: "mail" in shown["groups"])
    assert shown["distance"] == 30
    assert shown["groups"]["shop"]["state"] == "active", "what did not change is not touched"
    assert router.daemon("frrd").pid() == pid
    frrd.wait_installed("shop")


def test_sighup_removed_lines_vanish(bench, router, frrd):
    from labkit import config
    take_over(frrd)
    # the group loses its IPv6 prefix, and the site hub goes
    text = bench.frrd_config(groups=config.shop(prefixes=[PREFIX4]))
    text = text.replace(" site hub\n  id 3\n  witness\n exit\n", "")
    assert "site hub" not in text and PREFIX6 not in text
    router.write_config("frrd", text)
    router.daemon("frrd").signal(signal.SIGHUP)
    wait_for(frrd.routes, 10, "the prefix to vanish", until=lambda r: set(r) == {PREFIX4})
    running = router.ask("frrd", "show running-config")
    assert "site hub" not in running and PREFIX4 in running
    assert frrd.state("shop") == "active"
    assert router.fib_devices(BOTH[0]) and not router.fib_devices(BOTH[1])
    # and now everything
    router.write_config("frrd", "")
    router.daemon("frrd").signal(signal.SIGHUP)
    wait_for(lambda: router.ask("frrd", "show running-config"), 10, "an empty configuration",
             until=lambda text: "subnet-mover" not in text)
    wait_for(lambda: router.fib_devices(PREFIX4), 10, "no route", until=lambda devs: not devs)


def test_sighup_with_the_same_file_changes_nothing(router, frrd):
    take_over(frrd)
    before = router.table_counters()
    running = router.ask("frrd", "show running-config")
    for _ in range(3):
        router.daemon("frrd").signal(signal.SIGHUP)
        assert frrd.state("shop") == "active"
    assert router.ask("frrd", "show running-config") == running
    assert router.table_counters() == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_clean_end(router, frrd, number):
    take_over(frrd)
    daemon = router.daemon("frrd")
    pid = daemon.pid()
    daemon.signal(number)
    assert wait_exit(pid, 20)
    assert router.fib_devices(PREFIX4) == set()


def test_sigterm_with_zebra_gone_does_not_hang(router, frrd):
    take_over(frrd)
    router.kill(["zebra"])
    wait_for(lambda: frrd.show()["zebra"], 10, "frrd to notice",
             until=lambda state: state == "disconnected")
    pid = router.daemon("frrd").pid()
    router.daemon("frrd").signal(signal.SIGTERM)
    assert wait_exit(pid, 20), "nobody is there to confirm the withdrawal"
    said = router.daemon("frrd").tail("log").rpartition("terminating on signal")[2]
    assert "all routes are withdrawn" not in said and "without zebra's confirmation" in said


def test_sigterm_with_zebra_frozen_ends_in_time(router, frrd):
    take_over(frrd)
    zebra = router.daemon("zebra")
    zebra.signal(signal.SIGSTOP)
    try:
        pid = router.daemon("frrd").pid()
        router.daemon("frrd").signal(signal.SIGTERM)
        assert wait_exit(pid, 30), "a hanging zebra must not keep frrd for ever"
        said = router.daemon("frrd").tail("log").rpartition("terminating on signal")[2]
        assert "all routes are withdrawn" not in said
        assert "group shop: ending at the step withdraw, without zebra's confirmation" in said
    finally:
        zebra.signal(signal.SIGCONT)
