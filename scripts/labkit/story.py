# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/demo: a subnet moves between three real routers, told as it happens."""

import argparse
import contextlib
import os
import signal
import sys
import time

from . import report
from .lab import Lab
from .plan import PREFIX4, PREFIX6
from .run import LabError
from .stage import PREFIXES, Stage, say

PICTURE = f"""
      client 198.51.100.10 --- hub  AS 65003       the third site: it only watches
                              /   \\
            AS 65001       dc1 --- dc2       AS 65002
            primary         |       |        recovery
                 192.168.1.10       192.168.1.10   the service, behind each of them

 Real zebra, bgpd and bfdd of FRR at each site, eBGP with BFD (3 x 50 ms) between them,
 and frrd. Only the site that announces {PREFIX4} and {PREFIX6} is
 reached. The client sends a numbered packet every millisecond and counts the answers."""


def announce(stage):
    stage.begin("The primary announces", "An operator takes the group over at dc1.", None, "dc1")
    stage.wait_seen_elsewhere("dc1", 0)
    stage.finish(stage.command("dc1", "failover shop"), service=False)
    stage.let_it_run()


def planned_move(stage, old, new, title, story):
    stage.begin(title, story, old, new)
    stage.wait_seen_elsewhere(new, len(PREFIXES))
    if stage.steps and len(stage.steps) == 1:
        say("   (first a mistake, to see that it is refused)")
        stage.command(new, "failover shop", expect=False)
    stage.command(new, f"switchover shop to {new}")
    stage.lab.frrd(new).wait_state("shop", "claiming")
    stage.finish(stage.command(old, f"switchover shop to {new}"))
    stage.lab.frrd(old).wait_state("shop", "standby")
    stage.let_it_run()


def failure(stage):
    stage.begin("The primary fails", "The router of dc1 dies without a word: links, daemons, all. "
                "BFD notices,\nand an operator takes the group over at dc2.", "dc1", "dc2")
    stage.wait_seen_elsewhere("dc2", len(PREFIXES))
    killed = time.monotonic_ns()
    stage.lab.kill("dc1")
    stage.wait_seen_elsewhere("dc2", 0)
    seen = (time.monotonic_ns() - killed) / 1e6
    stage.note(f"dc1 killed; {seen:.0f} ms later frrd at dc2 sees nobody announce the group")
    stage.finish(stage.command("dc2", "failover shop"), since_ns=killed)
    stage.let_it_run()


def failback(stage):
    say("\n   dc1 is switched on again ...")
    stage.lab.start("dc1")
    stage.lab.wait_converged()
    state = stage.lab.frrd("dc1").state("shop")
    say(f"   dc1 is back, its group is {state}: it announces nothing by itself")
    if state != "standby":
        raise LabError(f"dc1 came back {state}")
    planned_move(stage, "dc2", "dc1", "Failback", "The same two commands bring the group home.")


def tell(stage):
    stage.start_stream()
    announce(stage)
    planned_move(stage, "dc1", "dc2", "Planned move to the recovery site",
                 "The successor is told first and waits; then the owner is told and withdraws.")
    planned_move(stage, "dc2", "dc1", "Planned move back", "The same, the other way round.")
    failure(stage)
    failback(stage)


def show_end(stage, stream):
    say("\n== Summary")
    row = "   {:34} {:13} {:>6} {:>12} {:>15} {:>14}"
    say(row.format("move", "from -> to", "lost", "longest gap", "command to hub", "effect to hub"))
    for step in stage.steps:
        say(row.format(step["title"], f"{step['from'] or 'nobody'} -> {step['to']}",
                       report.number(step["lost"]), report.number(step["longestGapMs"], " ms"),
                       report.number(max(step["commandToHubMs"]), " ms"),
                       report.number(step["effectToHubMs"], " ms")))
    say("   (a planned move is break-before-make: the withdrawal travels to the successor first, "
        "then its\n    announcement to the hub; 'effect' is when the new owner's frrd begins to "
        "announce)")
    say(f"   stream: {stream['sent']} packets sent, {stream['answered']} answered, "
        f"{stream['lost']} lost; answered by " +
        ", ".join(f"{site} {count}" for site, count in sorted(stream["sites"].items())))


def perform(lab, rate, data):
    say("Bringing three sites up ...")
    begin = time.monotonic()
    lab.up(with_frrd=True, owner=None if data["kept"] else os.getpid())
    for site in lab.routers:
        lab.frrd(site).wait_ready()
    lab.load_frrd()  # a lab that was left running begins the story anew
    say(f"   up after {time.monotonic() - begin:.1f} s: all BGP and BFD sessions established")
    with Stage(lab, rate) as stage:
        data["steps"] = stage.steps
        tell(stage)
        data["stream"] = stage.stream.finish()
        show_end(stage, data["stream"])


def arguments():
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--report", default="demo-report.md", metavar="FILE",
                        help="the report (default ./demo-report.md; FILE.json goes beside it)")
    parser.add_argument("--keep", action="store_true",
                        help="leave the lab running: see scripts/lab --name NAME status")
    parser.add_argument("--name", default="demo", help="name of the lab (default: demo)")
    parser.add_argument("--rate", type=int, default=1000, help="packets a second (default 1000)")
    return parser.parse_args()


def _interrupt(*_):
    raise KeyboardInterrupt


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, _interrupt)
    data = {"result": "interrupted", "environment": report.environment(), "stream": None,
            "prefixes": list(PREFIXES), "rate": args.rate, "kept": args.keep, "steps": []}
    lab, code = None, 1
    say(PICTURE + "\n")
    try:
        lab = Lab(args.name)
        perform(lab, args.rate, data)
        data["result"], code = "every move was followed by the hub and by the client", 0
    except LabError as err:
        data["result"] = f"failed: {err}"
        say(f"\ndemo: {err}")
        if lab is not None and lab.state.exists():
            say(lab.logs(15))
    except KeyboardInterrupt:
        say("\ndemo: interrupted")
        code = 130
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if lab is not None:
            if args.keep and code == 0:
                say(f"\nThe lab is left running: scripts/lab --name {args.name} status "
                    f"(end it with `scripts/lab --name {args.name} down`)")
            else:
                with contextlib.suppress(KeyboardInterrupt):
                    lab.down()
    try:
        say("Report: " + " and ".join(report.write(args.report, data)))
    except LabError as err:
        print(f"demo: {err}", file=sys.stderr)
        return code or 1
    return code


if __name__ == "__main__":
    sys.exit(main())
