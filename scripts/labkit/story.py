# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/demo: a subnet moves between three real routers, by command and by
itself, told as it happens."""

import argparse
import contextlib
import os
import signal
import sys
import time

from . import config, report
from .lab import Lab
from .plan import PREFIX4, PREFIX6
from .run import LabError
from .stage import GROUP, PREFIXES, Stage, say

PICTURE = f"""
      client 198.51.100.10 --- hub  AS 65003       the third site: it votes
                              /   \\
            AS 65001       dc1 --- dc2       AS 65002
            primary         |       |        recovery
                 192.168.1.10       192.168.1.10   the service, behind each of them

 Real zebra, bgpd and bfdd of FRR at each site, eBGP with BFD (3 x 100 ms) between them,
 and frrd. Only the site that announces {PREFIX4} and {PREFIX6} is
 reached, and only its LAN has the gateway addresses of the hosts (192.168.1.1): frrd
 attaches them. The client sends a numbered packet every millisecond and counts the
 answers. There is nothing else between the sites: they see each other by routes in BGP."""

WELL = "every move was followed by the hub and by the client, and two sites announced at no " \
       "time but in a make-before-break handover"

# `handover` of the group, and the smallest times that the budget accepts.
GROUP_LINES = ["handover make-before-break"]
BFD_MS = 100
TIMES = config.quickest(BFD_MS)


def announce(stage):
    stage.begin("The primary announces", "frrd starts at all sites. Nobody owns the group; dc1, "
                "which has the\nbest rank, sees a majority, waits, and announces. No command is "
                "given.", None, "dc1")
    begin = time.monotonic_ns()
    stage.auto.load(times=TIMES, extra=GROUP_LINES)
    stage.finish(begin, service=False)
    stage.auto.wait_ready("dc2")
    stage.let_it_run()


def planned_move(stage, old, new, title, story):
    """Loses nothing, which is what make-before-break is for."""
    stage.begin(title, story, old, new)
    stage.auto.wait_ready(new)
    with stage.guard.two_allowed():
        stage.finish(stage.command("hub", f"switchover {GROUP} to {new}").sent_ns)
    stage.let_it_run()
    if stage.steps[-1]["lost"]:
        raise LabError(f"{stage.steps[-1]['lost']} packets lost by a planned move")


def cut(stage):
    stage.begin("A cable is cut", "The link between dc1 and dc2 loses every packet. dc2 does not "
                "hear dc1 any more,\nbut the hub does: nothing may move.", "dc1", "dc1")
    before = stage.lab.frrd("dc2").history(GROUP)
    begin = time.monotonic_ns()
    stage.lab.cut("dc1", "dc2")
    stage.auto.wait_fib("dc2", {"to-hub"})
    stage.let_it_run()
    stage.lab.heal()
    stage.lab.wait_converged()
    stage.finish(begin)
    if stage.lab.frrd("dc2").history(GROUP) != before or stage.steps[-1]["owners"] not in \
            ([], ["dc1"]):
        raise LabError("something was decided, and nothing should have been")
    stage.auto.wait_ready("dc2")


def failure(stage):
    stage.begin("The primary fails", "The router of dc1 dies without a word: links, daemons, all. "
                "BFD notices, the routes\nof dc1 go, its claim and its beacon with them, and dc2 "
                "takes over by itself.", "dc1", "dc2")
    killed = time.monotonic_ns()
    stage.lab.kill("dc1")
    stage.finish(killed)
    stage.show("dc2", "history")
    stage.show("dc2", "why", lines=40)
    if stage.guard.owners(PREFIX4, killed)[-1:] != ["dc2"] or \
            stage.guard.owners(PREFIX4, killed).count("dc2") != 1:
        raise LabError(f"dc2 announced not exactly once: {stage.guard.owners(PREFIX4, killed)}")
    stage.let_it_run()


def comes_back(stage):
    say("\n   dc1 is switched on again ...")
    stage.lab.start("dc1")
    stage.lab.wait_converged()
    stage.auto.wait_ready("dc1")
    state = stage.lab.frrd("dc1").state(GROUP)
    say(f"   dc1 is back, its group is {state}: it takes nothing back by itself (failback manual)")
    if state != "standby":
        raise LabError(f"dc1 came back {state}")


def tell(stage):
    stage.start_stream()
    announce(stage)
    planned_move(stage, "dc1", "dc2", "Planned move to the recovery site",
                 "One command, here at the hub: dc2 asks, dc1 grants, dc2 announces, and only "
                 "then\ndc1 withdraws. No packet may be lost.")
    planned_move(stage, "dc2", "dc1", "Planned move back", "The same, the other way round.")
    cut(stage)
    failure(stage)
    comes_back(stage)
    planned_move(stage, "dc2", "dc1", "Failback", "The same command brings the group home.")


def show_end(stage, stream):
    say("\n== Summary")
    row = "   {:34} {:13} {:>6} {:>12} {:>14} {:>14}"
    say(row.format("step", "from -> to", "lost", "longest gap", "begin to hub", "effect to hub"))
    for step in stage.steps:
        say(row.format(step["title"], f"{step['from'] or 'nobody'} -> {step['to']}",
                       report.number(step["lost"]), report.number(step["longestGapMs"], " ms"),
                       report.number(max(step["beginToHubMs"], key=lambda ms: ms or 0), " ms"),
                       report.number(step["effectToHubMs"], " ms")))
    say("   ('begin' is the command or the fault, until the hub's FIB has followed; 'effect' is "
        "when the new owner's\n    frrd begins to announce)")
    say(f"   stream: {stream['sent']} packets sent, {stream['answered']} answered, "
        f"{stream['lost']} lost; answered by " +
        ", ".join(f"{site} {count}" for site, count in sorted(stream["sites"].items())))


def perform(lab, rate, data):
    say("Bringing three sites up ...")
    begin = time.monotonic()
    lab.up(with_frrd=True, bfd_ms=BFD_MS, owner=None if data["kept"] else os.getpid(),
           arbiter="bgp", start_frrd=False, attach=True)
    lab.each(lab.stop_frrd)  # a lab that was left running begins the story anew
    say(f"   up after {time.monotonic() - begin:.1f} s: all BGP and BFD sessions established")
    with Stage(lab, rate) as stage:
        data["steps"] = stage.steps
        tell(stage)
        data["stream"] = stage.stream.finish()
        stage.guard.check()
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
        data["result"], code = WELL, 0
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
