# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/lab: the command line."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys

from . import config, status
from .lab import Lab
from .plan import PREFIX4, SERVICE4, SITES, THREE
from .run import LabError
from .state import all_names

ABOUT = """Three sites of real FRR in network namespaces: dc1 (primary), dc2 (recovery) and
hub (third site), each an AS of its own, linked in a full mesh, with hosts
behind them. The service host 192.168.1.10 stands behind dc1 and behind dc2;
the site that announces 192.168.1.0/24 is reached by the client behind hub.
Up to five sites: dc3 is one more recovery site, hub2 one more third site."""

EXAMPLES = """a first walk:
  lab up                                     three sites, BGP and BFD established
  lab vtysh dc1 -c 'subnet-mover failover shop'
  lab stream --seconds 5                     the client counts: dc1 answers
  lab kill dc1                               the primary dies
  lab vtysh dc2 -c 'subnet-mover failover shop'
  lab stream --seconds 5                     now dc2 answers
  lab start dc1
  lab down

failover without an operator:
  lab up --arbiter bgp                       dc1 announces by itself
  lab stream &
  lab kill dc1                               dc2 takes over by itself
  lab vtysh dc2 -c 'show subnet-mover group shop why'
  lab start dc1
  lab vtysh hub -c 'subnet-mover switchover shop to dc1'
  lab down

Several labs can be up side by side: lab --name other up
FRRD_BUILD names the folder of frrd and vtysh-frrd (default: build/)."""


def _up(lab, args):
    with_frrd = True if args.frrd else False if args.no_frrd else None
    if args.sites:
        lab = Lab(args.name, [site.name for site in SITES[:args.sites]])
    try:
        fresh = lab.up(with_frrd, bfd_ms=args.bfd, arbiter=args.arbiter, attach=args.attach)
    except BaseException as err:
        if isinstance(err, LabError):
            print(lab.logs(15), file=sys.stderr)
        if not args.keep_on_error:
            with contextlib.suppress(LabError, OSError):
                lab.down()
        raise
    print(f"lab '{lab.name}' is up" if fresh else f"lab '{lab.name}' was up; put in order")
    print(status.as_text(status.collect(lab)))


def _down(lab, _args):
    existed = status.collect(lab)
    lab.down()
    print(f"lab '{lab.name}' is down" if existed["up"] or existed.get("partly")
          else f"lab '{lab.name}' was down already")


def _status(lab, args):
    data = status.collect(lab)
    print(json.dumps(data, indent=1) if args.json else status.as_text(data))
    return 0 if data["up"] else 3


def _list(_lab, _args):
    for name in all_names():
        print(name)


def _vtysh(lab, args):
    lab.need_up()
    router = lab.router(args.site)
    argv = router.vtysh_argv()
    for command in args.command or []:
        argv += ["-c", command]
    return subprocess.call(argv, env={**os.environ, **router.sanitizer_env()})


def _exec(lab, args):
    """A shell or a command at a site or, with --host, at the host behind it."""
    lab.need_up()
    ns = lab.plan.host_ns(args.site) if args.host else lab.plan.site_ns(args.site)
    return subprocess.call(["ip", "netns", "exec", ns, *(args.argv or ["/bin/bash"])])


def _kill(lab, args):
    lab.kill(args.site, [*args.daemons, *args.daemon])


def _start(lab, args):
    lab.start(args.site, [*args.daemons, *args.daemon])


def _heal(lab, args):
    if args.a and not args.b:
        raise LabError("heal: name both ends of the link, or none for all links")
    lab.heal(args.a, args.b)


def _stream(lab, args):
    lab.need_up()
    argv = lab.stream_argv(args.to, site=args.site, rate=args.rate, seconds=args.seconds,
                           gap=args.gap, as_json=args.json)
    process = subprocess.Popen(argv, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()  # it prints what it has counted
        return process.wait()


def _fib(lab, args):
    from .fibmon import FibMonitor
    lab.need_up()
    with FibMonitor(lab.plan.site_ns(args.site)) as monitor:
        for prefix in [args.prefix] if args.prefix else monitor.prefixes():
            print(f"now  {prefix}  {monitor.describe(prefix)}", flush=True)
        for change in monitor.follow():
            if not args.prefix or change.prefix == args.prefix:
                print(change.as_text(), flush=True)


def parser():
    top = argparse.ArgumentParser(prog="lab", description=ABOUT, epilog=EXAMPLES,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--name", default="lab", help="which lab (default: lab)")
    commands = top.add_subparsers(dest="what", required=True, metavar="COMMAND")

    def add(name, work, text, *sites):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(work=work)
        for site in sites:
            sub.add_argument(site, metavar=site.upper())
        return sub

    sub = add("up", _up, "bring the lab up, or put one that is up in order")
    group = sub.add_mutually_exclusive_group()
    group.add_argument("--frrd", action="store_true", help="with frrd (default when it is built)")
    group.add_argument("--no-frrd", action="store_true", help="the distro's daemons only")
    sub.add_argument("--bfd", type=int, default=config.DEFAULT_BFD_MS, metavar="MS",
                     help="BFD interval; three missed are down (default %(default)s)")
    sub.add_argument("--sites", type=int, choices=range(len(THREE), len(SITES) + 1),
                     help=f"how many (default as it is, or {len(THREE)}); the fourth is dc3, a "
                     "second recovery site, the fifth hub2, a second third site")
    sub.add_argument("--attach", action=argparse.BooleanOptionalAction, default=None,
                     help="frrd attaches the gateway addresses of the hosts")
    sub.add_argument("--arbiter", choices=("manual", "bgp"),
                     help="who moves the subnet: an operator (manual, default), or the sites by "
                     "themselves when one fails (bgp)")
    sub.add_argument("--keep-on-error", action="store_true",
                     help="leave a lab that did not come up for a look at its logs")
    add("down", _down, "remove the lab without residue")
    sub = add("status", _status, "sites, sessions, links, and who announces (exit code 3: down)")
    sub.add_argument("--json", action="store_true")
    add("list", _list, "the labs that are up")
    sub = add("vtysh", _vtysh, "vtysh of a site", "site")
    sub.add_argument("-c", dest="command", action="append", metavar="COMMAND")
    sub = add("exec", _exec, "run a command (default: a shell) in a site's namespace", "site")
    sub.add_argument("--host", action="store_true", help="in the host behind the site")
    sub.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    for name, work, text in (
            ("kill", _kill, "the router dies (silently, links included); with daemons named: "
                            "SIGKILL to these alone"),
            ("start", _start, "start what was killed")):
        sub = add(name, work, text, "site")
        sub.add_argument("daemons", nargs="*", metavar="DAEMON")
        sub.add_argument("--daemon", action="append", default=[], metavar="DAEMON")
    sub = add("freeze", lambda lab, args: lab.freeze(args.site, args.forwarding, args.daemons),
              "SIGSTOP to all daemons of a site, and its inter-site links cut; with daemons "
              "named: SIGSTOP to these alone", "site")
    sub.add_argument("daemons", nargs="*", metavar="DAEMON")
    sub.add_argument("--forwarding", action="store_true",
                     help="leave the links alone: the kernel goes on forwarding while the "
                          "daemons hang, as a real router's would")
    add("thaw", lambda lab, args: lab.thaw(args.site), "end a freeze", "site")
    add("cut", lambda lab, args: lab.cut(args.a, args.b),
        "lose every packet between two sites; carrier stays", "a", "b")
    add("isolate", lambda lab, args: lab.isolate(args.site),
        "cut all links of a site; its daemons run on", "site")
    sub = add("heal", _heal, "mend a link, or all links")
    sub.add_argument("a", nargs="?", metavar="A")
    sub.add_argument("b", nargs="?", metavar="B")
    sub = add("stream", _stream, "counted UDP packets from the client to the service host")
    sub.add_argument("--rate", type=int, default=1000, help="packets a second (default 1000)")
    sub.add_argument("--seconds", type=float, default=0, help="default: until Ctrl-C")
    sub.add_argument("--from", dest="site", default="hub", metavar="SITE")
    sub.add_argument("--to", default=SERVICE4, metavar="ADDRESS")
    sub.add_argument("--gap", type=float, default=20, metavar="MS",
                     help="report interruptions longer than this (default 20)")
    sub.add_argument("--json", action="store_true", help="one JSON object a line")
    sub = add("fib", _fib, "follow the changes of a site's FIB, with time stamps", "site")
    sub.add_argument("prefix", nargs="?", metavar="PREFIX", help=f"such as {PREFIX4}")
    return top


def main():
    args = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return args.work(Lab(args.name), args) or 0
    except LabError as err:
        print(f"lab: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
