# SPDX-License-Identifier: GPL-2.0-or-later
"""Topotests: frrd between the distro's own zebra, bfdd and bgpd.

    FRRD_BUILD=build /usr/bin/python3 -m pytest tests/topotests

Fixtures
  lab      three sites (labkit.lab.Lab), one for the whole run; before each
           test it is put into its first state: links healed, everything
           running, frrd restarted with the group "shop" and nothing announced
  shop     the same three sites with `arbiter bgp` (failover_kit.Scenario): the
           daemons of FRR run, frrd waits to be loaded, and from here to the end
           a guard watches that nothing is announced twice
  shop5    the same with five sites, for a module
  bench    one router with stub links (labkit.bench.Bench), likewise
  router   the bench's router, for tests that need nothing else of it
  vtysh, vtysh_json, fib, owner_sampler, fib_monitor, stream
           the lab's tools as functions

When a test fails, the report carries the lab's status and what the daemons
logged during that test. Sanitizer reports and crash logs of frrd that appear
during a test fail it. Everything is removed at the end, also after Ctrl-C and
SIGTERM; what a killed run has left is removed by the next one.
FRRD_TEST_LOGS names a folder that keeps all files of the labs.

A test that fails while the machine stood still, or while a hypervisor gave much
of it to others, says nothing: no router of a lab could run then, and BFD called
every link dead. It is run again when it is calm, at most three times, and the
summary names it (labkit/again.py).
"""

import os
import shutil
import signal
import subprocess
import sys
import warnings

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "scripts")]

from failover_kit import Scenario  # noqa: E402
from helpers import wait_fib  # noqa: E402
from labkit import status  # noqa: E402
from labkit.again import (pytest_runtest_protocol, pytest_terminal_summary,  # noqa: E402,F401
                          pytest_unconfigure, watch)
from labkit.bench import Bench  # noqa: E402
from labkit.client import StreamProcess  # noqa: E402
from labkit.config import PATIENT_BFD_MS  # noqa: E402
from labkit.fibmon import FibMonitor  # noqa: E402
from labkit.guard import Guard  # noqa: E402
from labkit.lab import Lab  # noqa: E402
from labkit.plan import PREFIX4, PREFIX6, SITES  # noqa: E402
from labkit.router import build_dir, frrd_built  # noqa: E402
from labkit.run import LabError, Timeout, wait_for  # noqa: E402
from labkit.state import State, all_names  # noqa: E402

SCENARIOS = {}   # lab -> the scenario that runs there, for a failure's report
ACTIVE = []   # labs and benches that are up: their logs go into a failure's report
RUN_NAME = f"t{os.getpid()}"


def _interrupt(*_):
    raise KeyboardInterrupt


def pytest_configure(config):
    signal.signal(signal.SIGTERM, _interrupt)
    config.addinivalue_line("markers", "no_frrd: the test needs the distro's daemons only")
    watch()


def pytest_sessionstart(session):
    if os.geteuid() != 0:
        pytest.exit("the topotests make network namespaces: run them as root", returncode=4)
    for name in all_names():
        state = State(name)
        if state.abandoned():
            print(f"removing what an earlier run has left: {name}")
            _make(name, state.load()).down()


def _make(name, data):
    return Bench(name) if data.get("kind") == "bench" else Lab(name)


def _keep_files(thing):
    folder = os.environ.get("FRRD_TEST_LOGS")
    if folder and thing.state.exists():
        shutil.copytree(thing.state.dir, os.path.join(folder, thing.name), dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.sock", "*.vty"))


def _bring_up(thing, **kwargs):
    """Up for the length of the run; torn down also when it does not come up."""
    try:
        try:
            thing.up(owner=os.getpid(), **kwargs)
        except Timeout as err:
            # That the distro's daemons find each other is not what is tested (but in
            # test_lab.py); on a busy machine BFD may not get there.
            warnings.warn(f"the lab is built once more: {err}")
            thing.down()
            thing.up(owner=os.getpid(), **kwargs)
        ACTIVE.append(thing)
        yield thing
        _end_frrd(thing)
    except LabError as err:
        raise LabError(f"{err}\n{thing.logs(30)}") from err
    finally:
        if thing in ACTIVE:
            ACTIVE.remove(thing)
        _keep_files(thing)
        thing.down()


def _end_frrd(thing):
    """A clean end, so that a sanitizer build can report what it found."""
    routers = thing.routers.values() if isinstance(thing, Lab) else [thing.router]
    for router in routers:
        router.signal(signal.SIGCONT)
        router.stop(["frrd"])
    _fail_on_findings(thing, {})


def _fail_on_findings(thing, before):
    new = {path: text for path, text in thing.findings().items() if text != before.get(path)}
    if new:
        pytest.fail("sanitizer reports or crash logs:\n" +
                    "\n".join(f"--- {path}\n{text[:8000]}" for path, text in new.items()))


@pytest.fixture(scope="session")
def frrd_build():
    if not frrd_built():
        pytest.fail(f"there is no frrd in {build_dir()}: build it, or set FRRD_BUILD")
    return build_dir()


@pytest.fixture(scope="session")
def lab_of_the_run(frrd_build):
    yield from _bring_up(Lab(RUN_NAME), with_frrd=True, bfd_ms=PATIENT_BFD_MS)


@pytest.fixture(scope="session")
def bench_of_the_run(frrd_build):
    yield from _bring_up(Bench(f"{RUN_NAME}b"))


def _forget(router):
    """Nothing is announced now; remove what a zebra that died in an earlier
    test has left behind: routes in the kernel, and routes that bgpd still
    believes to be redistributed. True when bgpd had to be restarted, or everything."""
    router.flush_stale()
    try:
        wait_for(router.phantoms, 2, "zebra to see what has gone", until=lambda left: not left)
    except Timeout:
        running = {name for name in router.daemons if router.daemon(name).running()}
        router.stop(running)
        router.start(running)
        return True
    try:
        wait_for(router.own_bgp_prefixes, 2, "bgpd to forget", until=lambda left: not left)
        return False
    except Timeout:
        router.restart("bgpd")
        return True


def _first_state(lab, **kwargs):
    """Everything of FRR runs, and nobody announces anything."""
    for router in lab.routers.values():
        router.mark_logs()
        router.signal(signal.SIGCONT)
        # Without zebra nobody confirms that its routes are gone: no use to wait for that
        (router.stop if router.daemon("zebra").running() else router.kill)(["frrd"])
    try:
        lab.up(with_frrd=True, timeout=20, **kwargs)
    except Timeout:  # the test before has left it in a bad state: a new one
        lab.down()
        lab.up(with_frrd=True, owner=os.getpid(), **kwargs)
    for router in lab.routers.values():
        if _forget(router):
            lab.wait_converged()
    for site in lab.routers:
        wait_fib(lab, site, set())


@pytest.fixture
def lab(lab_of_the_run):
    lab = lab_of_the_run
    before = lab.findings()
    _first_state(lab, start_frrd=False)
    lab.load_frrd()
    yield lab
    _fail_on_findings(lab, before)


def _scenario(lab):
    before = lab.findings()
    _first_state(lab, start_frrd=False)
    with Guard(lab) as guard:
        scenario = SCENARIOS[lab.name] = Scenario(lab, guard)
        yield scenario
        scenario.end()
        guard.check()
    _fail_on_findings(lab, before)


@pytest.fixture
def shop(lab_of_the_run):
    yield from _scenario(lab_of_the_run)


@pytest.fixture(scope="module")
def five_sites(frrd_build):
    yield from _bring_up(Lab(f"{RUN_NAME}v", [site.name for site in SITES]), with_frrd=True,
                         bfd_ms=PATIENT_BFD_MS)


@pytest.fixture
def shop5(five_sites):
    yield from _scenario(five_sites)


@pytest.fixture
def bench(bench_of_the_run):
    bench = bench_of_the_run
    bench.router.mark_logs()
    before = bench.findings()
    bench.restore()
    bench.load_frrd()
    _forget(bench.router)
    yield bench
    _fail_on_findings(bench, before)


@pytest.fixture
def router(bench):
    return bench.router


@pytest.fixture
def frrd(bench):
    """frrd of the single router."""
    return bench.frrd


@pytest.fixture
def vtysh(lab):
    """vtysh(site, command, ...) -> what it prints"""
    return lambda site, *commands: lab.router(site).vtysh(*commands)


@pytest.fixture
def vtysh_json(lab):
    """vtysh_json(site, command) -> the parsed answer"""
    return lambda site, command: lab.router(site).vtysh_json(command)


@pytest.fixture
def fib(lab):
    """fib(site, prefix) -> the interfaces that the kernel uses for exactly
    this prefix; an empty set when it has no route"""
    return lambda site, prefix: lab.router(site).fib_devices(prefix)


@pytest.fixture
def fib_monitor(lab):
    """fib_monitor(site) -> a running FibMonitor, stopped at the end"""
    monitors = []

    def make(site):
        monitor = FibMonitor(lab.plan.site_ns(site))
        monitor.start()
        monitors.append(monitor)
        return monitor
    yield make
    for monitor in monitors:
        monitor.stop()


@pytest.fixture
def owner_sampler(lab):
    """A running OwnerSampler for both prefixes at the hub. At the end of the
    test it must not have seen two announcers at once, unless the test has set
    sampler.two_expected."""
    from labkit.sampler import OwnerSampler
    with OwnerSampler(lab, [PREFIX4, PREFIX6]) as sampler:
        sampler.two_expected = False
        yield sampler
        sampler.stop()
        if not sampler.two_expected:
            assert sampler.doubled() == [], "two sites announced the same prefix"


@pytest.fixture
def stream(lab):
    """stream(to=ADDRESS) -> a running StreamProcess of the client host"""
    running = []

    def make(**kwargs):
        process = StreamProcess(lab, **kwargs)
        running.append(process)
        return process
    yield make
    for process in running:
        process.kill()


def _concerned(thing, names):
    """Does a test with these fixtures use the lab or bench?"""
    if isinstance(thing, Bench):
        return "bench" in names
    if thing.name == f"{RUN_NAME}v":
        return "shop5" in names
    return thing.name != RUN_NAME or "lab" in names or "shop" in names


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    for thing in ACTIVE:
        if not _concerned(thing, item.fixturenames):
            continue
        try:
            if isinstance(thing, Lab):
                report.sections.append((f"status of {thing.name}",
                                        status.as_text(status.collect(thing))))
            if {"shop", "shop5"} & set(item.fixturenames) and thing.name in SCENARIOS:
                report.sections.append((f"story of {thing.name}", SCENARIOS[thing.name].story()))
            report.sections.append((f"logs of {thing.name}", thing.logs(80)))
        except (LabError, OSError, subprocess.SubprocessError) as err:
            report.sections.append((f"{thing.name}", f"no status: {err}"))
