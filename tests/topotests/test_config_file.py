# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration from files: a file with bad lines keeps the good ones and names
the bad, and everything survives a reboot, with frrd's own file and with the
integrated frr.conf."""

import os
import re
import shutil
import signal

import pytest

from config_helpers import (BASE, FULL, Terminal, block,  # noqa: F401
                            configured, running, vtysh_file)
from labkit.daemon import FRR_USER, Daemon
from labkit.router import FRR_ETC, FRR_RUN, build_dir, frrd_binary, own_dir
from labkit.run import run, wait_for

# A file with bad lines

def refused_lines(router):
    """Numbers of the lines that were reported since the start."""
    with open(router.daemon("frrd").log_file, encoding="utf-8") as file:
        return sorted(map(int, re.findall(r"on config line (\d+):", file.read())))


def config_header_lines(router):
    """How many lines write_config() puts before the text."""
    path = router.daemon("frrd").config_file
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines().index("subnet-mover")


@pytest.fixture
def load_bad(bench):
    """load_bad(text) -> the numbers of the refused lines of the text"""
    def load(text):
        router = bench.router
        daemon = router.daemon("frrd")
        daemon.stop()
        router.write_config("frrd", text)
        with open(daemon.log_file, "w", encoding="utf-8"):
            pass
        daemon.start()
        before = config_header_lines(router)
        return [number - before for number in refused_lines(router)]
    return load


def with_bad_lines(*places):
    """BASE with lines inserted after others: (after, bad line); the text and
    the numbers of the bad lines."""
    lines = [(line, False) for line in BASE.splitlines()]
    for after, bad in places:
        lines.insert(lines.index((after, False)) + 1, (bad, True))
    return ("\n".join(line for line, _ in lines) + "\n",
            [number for number, (_, bad) in enumerate(lines, 1) if bad])


BAD_LINES = [
    (" local-site dc1", " route-table 4242"),
    (" local-site dc1", " no-such-command at all"),
    (" site dc2", "  id 1"),
    (" group mail", "  prefix 192.168.1.5/24"),
    (" group mail", "  prefix 192.168.1.0/24"),
    (" group mail", "  prefix 192.168.1.0/26"),
    (" group mail", "  id 99999"),
    (" group mail", "  auto-failover"),
    (" arbiter manual", "  takeover-delay 500"),
    ("  prefix 192.168.1.0/24", "  prefix 198.51.100.5/25"),
    ("   next-hop 192.0.2.2", "   next-hop 2001:db8::1"),
    ("   next-hop 192.0.2.2", "   next-hop blackhole"),
    ("   next-hop 192.0.2.2", "   preference 70000"),
]


@pytest.mark.parametrize("after, bad", BAD_LINES, ids=[bad.strip() for _, bad in BAD_LINES])
def test_one_bad_line(load_bad, bench, after, bad):
    text, numbers = with_bad_lines((after, bad))
    assert load_bad(text) == numbers
    assert running(bench.router) == BASE


def test_all_bad_lines_at_once(load_bad, bench):
    text, numbers = with_bad_lines(*BAD_LINES)
    assert load_bad(text) == numbers
    assert running(bench.router) == BASE


BAD_BLOCKS = [
    (" exit\n group mail", " exit\n arbiter etcd\n  takeover-delay 500\n  settle-time 5\n exit\n"
                           " group mail", 3),
    (" exit\n group mail", " exit\n plan monday\n  step 10\n  confirm\n exit\n group mail", 3),
    (" exit\n group mail", " exit\n group b@d\n  id 9\n  prefix 203.0.113.0/24\n  site dc1\n"
                           "   preference 5\n  exit\n exit\n group mail", 5),
    ("  exit\n exit\n group mail", "  exit\n  site nowhere\n   preference 5\n   next-hop blackhole\n"
                                   "  exit\n exit\n group mail", 3),
    ("  exit\n exit\n group mail", "  exit\n  site hub\n   preference 5\n  exit\n exit\n group mail",
     2),
]


@pytest.mark.parametrize("good, bad, count", BAD_BLOCKS,
                         ids=[bad.splitlines()[-3].strip() for _, bad, _ in BAD_BLOCKS])
def test_bad_block_does_not_shift_the_rest(load_bad, bench, good, bad, count):
    """The lines of a refused node belong to nobody, and its `exit` leaves it
    and nothing else."""
    assert len(load_bad(BASE.replace(good, bad, 1))) == count
    assert running(bench.router) == BASE


def test_file_without_exit_lines(load_bad, bench):
    text = "\n".join(line for line in BASE.splitlines() if line.strip() != "exit") + "\n"
    assert load_bad(text + "ip prefix-list X seq 5 permit 203.0.113.0/24\n") == []
    assert running(bench.router) == BASE


def test_file_that_ends_in_the_middle(load_bad, bench):
    """libfrr commits what is left at the end; frrd then serves terminals."""
    text = BASE[:BASE.index("  site dc1\n   next-hop interface lan")]
    assert load_bad(text) == []
    for _ in range(5):
        with bench.router.vty("frrd") as vty:
            vty.run("show version")
            assert block(vty.run("show running-config")) == text + " exit\nexit\n"
            Terminal(vty).type("hostname one")


def test_bad_line_of_libfrr_takes_no_prefixes_along(load_bad, bench):
    text = "\n".join(line for line in BASE.splitlines() if line.strip() != "exit") + \
        "\n group mail\n  prefix 203.0.113.0/24\n" + \
        "ip prefix-list X seq 5 permit 203.0.113.0/24 ge 8\n" + \
        "ip prefix-list X seq 10 permit 203.0.113.0/24\n"
    assert load_bad(text) == [len(text.splitlines()) - 1]
    assert "  prefix 203.0.113.0/24\n" in running(bench.router)
    assert "ip prefix-list X seq 10" in bench.router.ask("frrd", "show running-config")


def test_refusal_is_in_the_log_with_its_reason(load_bad, bench):
    text, _ = with_bad_lines((" group mail", "  prefix 192.168.1.0/26"))
    load_bad(text)
    with open(bench.router.daemon("frrd").log_file, encoding="utf-8") as file:
        log = file.read()
    assert "prefix 192.168.1.0/26 of group mail lies within prefix 192.168.1.0/24 of group shop" \
        in log


# The same through vtysh -f

@pytest.mark.parametrize("after, bad", BAD_LINES, ids=[bad.strip() for _, bad in BAD_LINES])
def test_vtysh_one_bad_line(configured, after, bad):
    router = configured("")
    text, numbers = with_bad_lines((after, bad))
    said = vtysh_file(router, text)
    assert f"line {numbers[0]}:" in said, said
    assert len(set(re.findall(r"^line (\d+):", said, re.M))) == 1, said
    assert running(router) == BASE


@pytest.mark.parametrize("good, bad, count", BAD_BLOCKS,
                         ids=[bad.splitlines()[-3].strip() for _, bad, _ in BAD_BLOCKS])
def test_vtysh_bad_block_does_not_shift_the_rest(configured, good, bad, count):
    router = configured("")
    said = vtysh_file(router, BASE.replace(good, bad, 1))
    assert len(set(re.findall(r"^line (\d+):", said, re.M))) == count, said
    assert running(router) == BASE


def test_vtysh_bad_line_of_libfrr_takes_no_prefixes_along(configured):
    router = configured("")
    text = "\n".join(line for line in BASE.splitlines() if line.strip() != "exit") + \
        "\n group mail\n  prefix 203.0.113.0/24\n" + \
        "ip prefix-list X seq 5 permit 203.0.113.0/24 ge 8\n"
    vtysh_file(router, text)
    assert "  prefix 203.0.113.0/24\n" in running(router)


def test_vtysh_removes_many_prefixes(configured):
    router = configured(BASE)
    many = [f"203.0.113.{n}/32" for n in range(250)]
    vtysh_file(router, "\n".join(["subnet-mover", " group shop",
                                  *[f"  prefix {p}" for p in many], " exit", "exit"]) + "\n")
    assert running(router).count("203.0.113.") == 250
    vtysh_file(router, "\n".join(["subnet-mover", " group shop",
                                  *[f"  no prefix {p}" for p in many], " exit", "exit"]) + "\n")
    assert running(router) == BASE


# SIGHUP

def test_sighup_with_a_bad_line_changes_nothing(configured):
    router = configured(BASE)
    text, _ = with_bad_lines((" group mail", "  prefix 192.168.1.0/26"))
    router.write_config("frrd", text.replace("  id 2\n  prefix 192.168.1.0/26",
                                             "  prefix 192.168.1.0/26"))
    daemon = router.daemon("frrd")
    daemon.mark()
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: daemon.tail("log", 40), 10, "the refusal in the log",
             until=lambda log: "prefix 192.168.1.0/26" in log and "nothing was changed" in log)
    assert running(router) == BASE


# Reboot: frrd and vtysh in a pathspace of their own, without -f

# vtysh goes by which program is installed as vtysh. To replace FRR's for one
# command, ours is laid over it in a mount namespace that ends with the command.
REPLACED = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
            'mount --bind "$0" /usr/bin/vtysh && exec /usr/bin/vtysh "$@"']


class Machine:
    """A machine's /etc/frr with frrd as its only daemon; `replaced` tells
    whether frrd's vtysh has taken the place of FRR's."""

    def __init__(self, bench):
        self.replaced = False
        self.pathspace = f"{bench.name}-m"
        self.etc = f"{FRR_ETC}/{self.pathspace}"
        self.run_dir = f"{FRR_RUN}/{self.pathspace}"
        self.site_dir = f"{bench.state.dir}/m"
        self.vtysh_binary = f"{build_dir()}/vtysh-frrd"
        for folder in (self.etc, self.run_dir, self.site_dir):
            own_dir(folder)
        self.write("vtysh.conf", "service integrated-vtysh-config\n")
        zapi = f"{bench.router.run_dir}/zserv.api"
        env = bench.router.daemon("frrd").env

        class WithoutFile(Daemon):
            def argv(self):
                return [self.binary, "-d", "-N", self.pathspace, "-P", "0", "-z", zapi]
        self.frrd = WithoutFile("frrd", frrd_binary(build_dir()), bench.ns, self.pathspace,
                                self.run_dir, self.site_dir, [], env)

    def path(self, name):
        return f"{self.etc}/{name}"

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        shutil.chown(self.path(name), FRR_USER, FRR_USER)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def vtysh(self, *args):
        start = REPLACED if self.replaced else []
        done = run([*start, self.vtysh_binary, "-N", self.pathspace, *args], check=False)
        return done.stdout + done.stderr

    def running(self):
        with self.frrd.vty() as vty:
            return block(vty.run("show running-config"))

    def boot(self):
        """What frr.service does: the daemons, then vtysh -b."""
        self.frrd.stop()
        self.frrd.start()
        return self.vtysh("-b")

    def remove(self):
        self.frrd.kill()
        for folder in (self.etc, self.run_dir):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def machine(bench):
    machine = Machine(bench)
    yield machine
    machine.remove()


def type_into(vtysh, text):
    commands = []
    for line in ["configure terminal", *text.splitlines(), "end"]:
        commands += ["-c", line.strip()]
    return vtysh(*commands)


def test_reboot_with_own_file(machine):
    """FRR's vtysh is kept: frrd reads and writes frrd.conf."""
    machine.write("frrd.conf", "hostname one\n")
    machine.write("frr.conf", "hostname one\n")
    machine.boot()
    assert machine.running() == ""
    type_into(machine.vtysh, FULL)
    assert machine.running() == FULL
    machine.vtysh("-c", "write memory")
    assert block(machine.read("frrd.conf")) == FULL
    assert "subnet-mover" not in machine.read("frr.conf")
    said = machine.boot()
    assert machine.running() == FULL, said
    # and once more, since writing must not depend on how it was read
    machine.vtysh("-c", "write memory")
    machine.boot()
    assert machine.running() == FULL


def test_own_file_is_written_by_frrd_alone(machine):
    """Without any vtysh that knows frrd: through its vty, as telnet would."""
    machine.write("frrd.conf", FULL)
    machine.boot()
    with machine.frrd.vty() as vty:
        Terminal(vty).paste("subnet-mover\n distance 19\nexit")
        vty.run("end")
        vty.run("write memory")
    assert block(machine.read("frrd.conf")) == FULL.replace("distance 18", "distance 19")


def test_reboot_with_the_integrated_file(machine):
    """FRR's vtysh is replaced: frrd is a part of frr.conf."""
    machine.replaced = True
    machine.write("frr.conf", "hostname one\n")
    machine.boot()
    type_into(machine.vtysh, FULL)
    assert machine.running() == FULL
    said = machine.vtysh("-c", "write memory")
    assert block(machine.read("frr.conf")) == FULL, said
    assert not os.path.exists(machine.path("frrd.conf"))
    said = machine.boot()
    assert machine.running() == FULL, said
    assert block(machine.vtysh("-c", "show running-config")) == FULL


def test_frrd_conf_wins_with_the_replaced_vtysh(machine):
    machine.replaced = True
    machine.write("frrd.conf", BASE)
    machine.write("frr.conf", "hostname one\n")
    machine.boot()
    assert machine.running() == BASE
    type_into(machine.vtysh, "subnet-mover\n distance 19\nexit")
    machine.vtysh("-c", "write memory")
    changed = BASE.replace(" site dc1\n", " distance 19\n site dc1\n", 1)
    assert block(machine.read("frrd.conf")) == changed
    assert "subnet-mover" not in machine.read("frr.conf")
    machine.boot()
    assert machine.running() == changed


def test_boot_with_bad_lines_in_the_integrated_file(machine):
    machine.replaced = True
    text, numbers = with_bad_lines(*BAD_LINES)
    machine.write("frr.conf", text)
    said = machine.boot()
    assert sorted(set(map(int, re.findall(r"^line (\d+):", said, re.M)))) == numbers, said
    assert machine.running() == BASE


def test_many_prefixes_survive(machine):
    machine.replaced = True
    lines = [f"  prefix 198.18.{n // 64}.{n % 64 * 4}/30" for n in range(5000)]
    text = BASE.replace("  prefix 192.168.1.0/24\n", "\n".join(lines) + "\n")
    machine.write("frr.conf", text)
    machine.boot()
    assert machine.running() == text
    os.rename(machine.path("frr.conf"), machine.path("frrd.conf"))
    machine.boot()
    assert machine.running() == text
