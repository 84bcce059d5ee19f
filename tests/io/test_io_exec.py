# SPDX-License-Identifier: GPL-2.0-or-later
"""exec probes and programs that frrd has run (RUN): what may be run, with what, and how it ends."""

import os
import pathlib
import shutil
import signal
import tempfile

import pytest

from iokit import Io, children, status, wait_until

PATIENT = {"interval_ms": 50, "timeout_ms": 60000}

CAP_NET_ADMIN = 1 << 12


@pytest.fixture
def folder():
    """A folder whose whole path is root's: not below /tmp, where everybody may write."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="frrd-test-", dir="/usr/local"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def script(folder, text, name="program", shell="/bin/sh"):
    path = folder / name
    path.write_text(f"#!{shell}\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def run(io, command, id=1, **fields):
    io.run(id, command, **fields)
    return io.done(id)


def gone(pid):
    """Has this process ended? A zombie that nobody has waited for yet has, too."""
    try:
        return status(pid)["State"].startswith(("Z", "X"))
    except (FileNotFoundError, ProcessLookupError):
        return True


def runner(io):
    """The process that starts programs."""
    [pid] = children(io.pid)
    return pid


# --- probes ------------------------------------------------------------------------------

@pytest.mark.parametrize("text, good, said", [
    ("exit 0", True, "exit status 0"),
    ("echo all is well; echo second line", True, "exit status 0: all is well"),
    ("exit 3", False, "exit status 3"),
    ("echo disk full >&2; exit 1", False, "exit status 1: disk full"),
    ("kill -9 $$", False, "ended by signal 9 (Killed)"),
    (r"printf 'a\033[31mb\377'", True, "exit status 0: a?[31mb?"),
])
def test_probe(io, folder, text, good, said):
    io.probe(1, "exec", command=script(folder, text), **PATIENT)
    result = io.result(1)
    assert (result["good"], result["text"]) == (good, said)


def test_probe_refused(io, folder):
    io.probe(1, "exec", command=str(folder / "nothing"), **PATIENT)
    result = io.result(1)
    assert not result["good"]
    assert result["text"] == f"not run: {folder}/nothing: No such file or directory"


def test_probe_hung(io, folder):
    """It comes to its timeout and is ended; the next run waits for that; others run on."""
    log = folder / "log"
    hung = script(folder, f"trap '' TERM; echo begin $$ >>{log}; while :; do sleep 0.1; done", "hung")
    io.probe(1, "exec", command=hung, interval_ms=700, timeout_ms=600)
    io.probe(2, "exec", command="/usr/bin/true", **PATIENT)
    for _ in range(4):
        assert io.result(1)["text"] == "timed out after 600 ms"
    begun = [int(line.split()[1]) for line in log.read_text(encoding="ascii").splitlines()]
    assert all(gone(pid) for pid in begun[:-1]), "two at a time"
    assert len([r for r in io.results if r["id"] == 2 and r["good"]]) > 1
    io.delete(1)
    wait_until(lambda: all(gone(pid) for pid in begun))


def test_hung_probes_leave_room_for_hooks(io, folder):
    hung = script(folder, "exec sleep 1000")
    for id in range(1, 401):
        io.probe(id, "exec", command=hung, interval_ms=86400000, timeout_ms=600000)
    wait_until(lambda: len(children(runner(io))) == 192)
    assert run(io, "/usr/bin/echo hook")["output"] == "hook\n"
    assert len(children(runner(io))) == 192


# --- what a program finds ------------------------------------------------------------------

def test_arguments_without_shell(io):
    done = run(io, "/usr/bin/printf  %s,  a;b $HOME *  'c d'")
    assert done["output"] == "a;b,$HOME,*,'c,d',"
    assert (done["end"], done["code"], done["truncated"]) == ("exited", 0, False)


def test_environment(io):
    done = run(io, "/usr/bin/env", env=["FRRD_GROUP=shop", "FRRD_REASON_TEXT=a b=c $d"])
    assert sorted(done["output"].splitlines()) == [
        "FRRD_GROUP=shop", "FRRD_REASON_TEXT=a b=c $d", "LANG=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]


def test_largest_environment(io):
    env = [f"FRRD_{n}=" + "x" * 900 for n in range(64)]
    done = run(io, "/usr/bin/env", env=env)
    assert done["truncated"] and len(done["output"]) == 16384


def test_surroundings(io, folder):
    """No descriptors but three, no input, own session, root folder."""
    text = "ls -l /proc/self/fd; cat; pwd; umask; ps -o pid=,pgid=,sid= -p $$"
    lines = run(io, script(folder, text))["output"].splitlines()
    numbers = [line.split()[8] for line in lines if " -> " in line]
    # 3 is the folder that ls reads.
    assert numbers == ["0", "1", "2", "3"]
    assert any(line.endswith("0 -> /dev/null") for line in lines)
    assert lines[-3:-1] == ["/", "0022"]
    assert len(set(lines[-1].split())) == 1


def test_signals_are_as_usual(io):
    done = run(io, "/usr/bin/cat /proc/self/status")
    fields = dict(line.split(":\t", 1) for line in done["output"].splitlines())
    assert int(fields["SigIgn"], 16) == 0 and int(fields["SigBlk"], 16) == 0


def sets(text):
    fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    assert fields["NoNewPrivs"] == "1"
    return {name: int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}


def test_rights(io, folder):
    """A hook has CAP_NET_ADMIN where frrd-io had it, a probe's program has nothing."""
    have = sets(run(io, "/usr/bin/cat /proc/self/status")["output"])
    assert have["CapEff"] == have["CapPrm"] == have["CapAmb"] == have["CapBnd"] == CAP_NET_ADMIN
    out = folder / "status"
    io.probe(1, "exec", command=script(folder, f"cat /proc/self/status >{out}"), **PATIENT)
    assert io.result(1)["good"]
    have = sets(out.read_text(encoding="ascii"))
    assert have["CapEff"] == have["CapPrm"] == have["CapAmb"] == have["CapInh"] == 0


def test_rights_of_another_user(folder):
    """As frrd runs it: another user, capabilities by the ambient set."""
    folder.chmod(0o755)
    with Io(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
             "--inh-caps", "+net_admin,+net_raw", "--ambient-caps", "+net_admin,+net_raw"]) as io:
        have = sets(run(io, "/usr/bin/cat /proc/self/status")["output"])
        assert have["CapEff"] == have["CapPrm"] == have["CapAmb"] == CAP_NET_ADMIN
        assert run(io, script(folder, "id -u"), id=2)["output"] == "65534\n"
        io.probe(1, "exec", command="/usr/bin/grep CapEff /proc/self/status", **PATIENT)
        assert io.result(1)["text"].endswith("0000000000000000")
        # Without any capability hooks run as well.
    with Io(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]) as io:
        assert sets(run(io, "/usr/bin/cat /proc/self/status")["output"])["CapEff"] == 0


def test_script_by_its_name(io, folder):
    assert run(io, script(folder, 'echo "$0"') + " x")["output"] == f"{folder}/program\n"
    (folder / "link").symlink_to("program")
    assert run(io, f"{folder}/link", id=2)["output"] == f"{folder}/program\n"


# --- what may be run -----------------------------------------------------------------------

def refused(io, command):
    done = run(io, command)
    assert done["end"] == "not-run", done
    return done["output"]


def test_refused(io, folder):
    program = pathlib.Path(script(folder, "echo ran"))
    assert run(io, str(program))["output"] == "ran\n"
    assert "No such file" in refused(io, f"{folder}/nothing")
    assert "not a regular file" in refused(io, str(folder))
    assert "not a regular file" in refused(io, "/")
    os.mkfifo(folder / "fifo", 0o755)
    os.chmod(folder / "fifo", 0o755)
    assert "not a regular file" in refused(io, f"{folder}/fifo")
    assert "Not a directory" in refused(io, f"{program}/more")
    program.chmod(0o775)
    assert "can be written by others" in refused(io, str(program))
    program.chmod(0o757)
    assert "can be written by others" in refused(io, str(program))
    program.chmod(0o644)
    assert "not executable" in refused(io, str(program))
    program.chmod(0o755)
    os.chown(program, 65534, 0)
    assert "does not belong to root" in refused(io, str(program))


def test_refused_folders(io, folder):
    inner = folder / "inner"
    inner.mkdir(mode=0o755)
    program = script(inner, "echo ran")
    assert run(io, program)["output"] == "ran\n"
    inner.chmod(0o777)
    assert refused(io, program) == f"{inner} can be written by others than root"
    inner.chmod(0o755)
    folder.chmod(0o1777)
    assert refused(io, program) == f"{folder} can be written by others than root"
    folder.chmod(0o755)
    os.chown(inner, 65534, 0)
    assert refused(io, program) == f"{inner} does not belong to root"


def test_links(io, folder):
    """A link is followed where only root could have made it, and what it leads to is judged."""
    program = script(folder, "echo ran")
    (folder / "absolute").symlink_to(program)
    (folder / "up").symlink_to(f"../{folder.name}/./program")
    (folder / "loop").symlink_to("loop")
    for name in ("absolute", "up"):
        assert run(io, f"{folder}/{name}")["output"] == "ran\n"
    assert "Too many levels" in refused(io, f"{folder}/loop")
    with tempfile.TemporaryDirectory(dir="/tmp") as open_folder:
        other = script(pathlib.Path(open_folder), "echo other")
        (folder / "out").symlink_to(other)
        assert refused(io, f"{folder}/out") == "/tmp can be written by others than root"
        link = pathlib.Path(open_folder) / "in"
        link.symlink_to(program)
        assert refused(io, str(link)) == "/tmp can be written by others than root"


def test_replaced_by_a_link(io, folder):
    """What was good once is looked at again each time."""
    program = script(folder, "exit 0")
    io.probe(1, "exec", command=program, **PATIENT)
    assert io.result(1)["good"]
    mine = pathlib.Path(script(folder, "exit 0", "mine"))
    os.chown(mine, 65534, 65534)
    (folder / "new").symlink_to("mine")
    os.rename(folder / "new", program)
    result = io.wait(lambda m: m["type"] == "result" and not m["good"])
    assert result["text"] == f"not run: {mine} does not belong to root"


def test_cannot_be_executed(io, folder):
    plain = folder / "plain"
    plain.write_text("no program\n", encoding="ascii")
    plain.chmod(0o755)
    assert refused(io, str(plain)) == "cannot be executed: Exec format error"
    assert refused(io, script(folder, "", shell="/nothing/sh")) == \
        "cannot be executed: No such file or directory"


# --- how it ends ---------------------------------------------------------------------------

def test_exit_status_and_signal(io, folder):
    done = run(io, script(folder, "exit 42"))
    assert (done["end"], done["code"]) == ("exited", 42)
    done = run(io, script(folder, "kill -SEGV $$"))
    assert (done["end"], done["code"]) == ("signalled", signal.SIGSEGV)


def test_timeout(io, folder):
    done = run(io, script(folder, "echo before; sleep 1000; echo after"), timeout_ms=1000)
    assert (done["end"], done["output"]) == ("timed-out", "before\n")
    assert done["ran_ms"] >= 900


def test_timeout_without_regard_for_sigterm(io, folder):
    done = run(io, script(folder, "trap 'echo term' TERM; while :; do sleep 0.05; done"), timeout_ms=1000)
    assert done["end"] == "timed-out" and done["ran_ms"] >= 1900
    assert done["output"].endswith("term\n")


def test_timeout_of_a_stopped_one(io, folder):
    done = run(io, script(folder, "kill -STOP $$"), timeout_ms=300)
    assert done["end"] == "timed-out"


def test_kill(io, folder):
    ready = folder / "ready"
    io.run(7, script(folder, f"echo x; : >{ready}; exec sleep 1000"))
    wait_until(ready.exists)
    io.send("run-kill", id=7)
    done = io.done(7)
    assert (done["end"], done["code"], done["output"]) == ("signalled", signal.SIGTERM, "x\n")
    # It has ended already, and one that never was: nothing happens.
    io.send("run-kill", id=7)
    io.send("run-kill", id=8)
    assert run(io, "/usr/bin/echo still here", id=9)["output"] == "still here\n"
    assert io.find(lambda m: m["type"] == "run-done", 0.2) is None


def test_output_flood(io, folder):
    done = run(io, script(folder, "head -c 20000000 /dev/zero | tr '\\0' x"))
    assert (done["end"], done["code"], done["truncated"]) == ("exited", 0, True)
    assert done["output"] == "x" * 16384
    done = run(io, script(folder, "head -c 16384 /dev/zero | tr '\\0' y"), id=2)
    assert done["output"] == "y" * 16384 and not done["truncated"]


def test_endless_output_delays_no_other(io):
    io.run(1, "/usr/bin/yes", timeout_ms=3000)
    for id in range(2, 12):
        assert run(io, "/usr/bin/echo x", id=id)["output"] == "x\n"
    done = io.done(1)
    assert done["end"] == "timed-out" and done["truncated"]


def test_children_that_stay(io, folder):
    """What a program leaves behind in its group is ended with it, and nobody waits for it."""
    done = run(io, script(folder, "sleep 1000 & echo $!; (trap '' TERM HUP; sleep 1000) & echo $!"))
    assert done["end"] == "exited"
    pids = [int(line) for line in done["output"].split()]
    assert len(pids) == 2
    wait_until(lambda: all(gone(pid) for pid in pids))


def test_child_that_left_the_group(io, folder):
    """It keeps the pipe open; the result comes all the same."""
    log = folder / "log"
    done = run(io, script(folder, f"setsid sh -c 'echo $$ >{log}; exec sleep 1000' &\n"
                                  f"while [ ! -s {log} ]; do sleep 0.05; done; cat {log}; echo done"))
    pid, word = done["output"].split()
    try:
        assert (done["end"], word) == ("exited", "done")
    finally:
        os.kill(int(pid), signal.SIGKILL)


def test_closed_output(io, folder):
    """A program that closes its output is not over yet."""
    done = run(io, script(folder, "exec >&- 2>&-; sleep 0.5; exit 5"))
    assert (done["end"], done["code"]) == ("exited", 5) and done["ran_ms"] >= 400


def test_many_at_once(io, folder):
    """300 programs: 256 at a time, and each ends exactly once."""
    go = folder / "go"
    program = script(folder, f"while [ ! -e {go} ]; do sleep 0.2; done; echo $1")
    for id in range(1, 301):
        io.run(id, f"{program} {id}", timeout_ms=600000)
    wait_until(lambda: len(children(runner(io))) == 256, 180)
    # One that waits can be ended, too.
    io.send("run-kill", id=300)
    done = io.done(300)
    assert (done["end"], done["output"]) == ("not-run", "ended before it began")
    assert len(children(runner(io))) == 256
    go.touch()
    for id in range(1, 300):
        done = io.done(id, 180)
        assert (done["end"], done["output"]) == ("exited", f"{id}\n")
    io.ping()
    assert io.find(lambda m: m["type"] == "run-done", 0.2) is None


def test_too_many_wait(io):
    for id in range(1, 256 + 1024 + 2):
        io.run(id, "/usr/bin/sleep 1000", timeout_ms=3600000)
    done = io.wait(lambda m: m["type"] == "run-done")
    assert (done["end"], done["output"]) == ("not-run", "too many programs wait already")


# --- the end of frrd-io ----------------------------------------------------------------------

def start_long_ones(io, folder):
    """Two programs, one of them deaf and with a child. Their process ids, then the child's; the runner's."""
    logs = folder / "log1", folder / "log2"
    io.run(1, script(folder, f"echo $$ >{logs[0]}; exec sleep 1000", "one"))
    io.run(2, script(folder, f"trap '' TERM; sleep 1000 & echo $$ $! >{logs[1]}; wait; wait", "two"))

    def pids():
        return [int(word) for log in logs if log.exists() for word in log.read_text(encoding="ascii").split()]

    wait_until(lambda: len(pids()) == 3)
    return pids(), runner(io)


def test_end_of_frrd(folder):
    with Io() as io:
        pids, runner_pid = start_long_ones(io, folder)
        io.close()
        assert io.exit()["status"] == 0
        wait_until(lambda: all(gone(pid) for pid in [*pids, runner_pid]))


def test_end_of_main_part(folder):
    with Io() as io:
        io.expect_exit = None
        pids, runner_pid = start_long_ones(io, folder)
        os.kill(io.pid, signal.SIGKILL)
        assert io.exit()["signal"] == signal.SIGKILL
        wait_until(lambda: all(gone(pid) for pid in [*pids, runner_pid]))


def test_end_of_runner(folder):
    """frrd-io ends as well, for frrd to start a new one; the programs do not outlive it."""
    with Io() as io:
        io.expect_exit = 1
        pids, runner_pid = start_long_ones(io, folder)
        os.kill(runner_pid, signal.SIGKILL)
        assert io.exit()["status"] == 1
        # By the kernel: the leaders. What they have started is theirs to end.
        wait_until(lambda: all(gone(pid) for pid in pids[:2]))
        for pid in pids[2:]:
            if not gone(pid):
                os.kill(pid, signal.SIGKILL)


def test_runner_that_stands_still(io, folder):
    """Probes of other kinds run on, and nothing is lost."""
    os.kill(runner(io), signal.SIGSTOP)
    try:
        for id in range(1, 301):
            io.run(id, "/usr/bin/echo x", env=["A=" + "x" * 3000])
        io.probe(1, "exec", command="/usr/bin/true", interval_ms=100, timeout_ms=100)
        assert io.result(1)["text"] == "timed out after 100 ms"
        io.ping()
    finally:
        os.kill(runner(io), signal.SIGCONT)
    for id in range(1, 301):
        assert io.done(id, 180)["output"] == "x\n"
    io.probe(1, "exec", command="/usr/bin/true", generation=2, **PATIENT)
    assert io.result(1, generation=2)["good"]


def test_no_descriptors_are_left(io):
    def descriptors(pid):
        return len(os.listdir(f"/proc/{pid}/fd"))

    run(io, "/usr/bin/true")
    # The runner says that a program has ended before it forgets it; of this one it has nothing.
    run(io, "/nothing")
    before = descriptors(runner(io)), descriptors(io.pid)
    for id in range(2, 30):
        run(io, ("/usr/bin/true", "/nothing", "/usr/bin/sleep 100")[id % 3], id=id, timeout_ms=100)
    wait_until(lambda: (descriptors(runner(io)), descriptors(io.pid)) == before)
    assert not children(runner(io))
