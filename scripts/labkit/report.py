# SPDX-License-Identifier: GPL-2.0-or-later
"""The file that the demo leaves: Markdown for people, JSON beside it."""

import json
import os
import platform
from datetime import datetime, timezone

from .run import LabError, run


def number(value, unit=""):
    return "–" if value is None else f"{value:g}{unit}"


def environment():
    version = run(["/usr/lib/frr/zebra", "--version"], check=False).stdout.splitlines()
    return {"frr": version[0].removeprefix("zebra version ") if version else "unknown",
            "kernel": platform.release(), "cpus": os.cpu_count(),
            "time": datetime.now(timezone.utc).isoformat(timespec="seconds")}


def table(steps):
    """One row a move, Markdown."""
    lines = ["| step | from → to | packets lost | longest gap | begin → hub's FIB, IPv4 / IPv6 "
             "| effect → hub's FIB |",
             "|---|---|---:|---:|---:|---:|"]
    for step in steps:
        hub = step["beginToHubMs"]
        lines.append(
            f"| {step['title']} | {step['from'] or 'nobody'} → {step['to']} "
            f"| {number(step['lost'])} | {number(step['longestGapMs'], ' ms')} "
            f"| {number(hub[0], ' ms')} / {number(hub[1], ' ms')} "
            f"| {number(step['effectToHubMs'], ' ms')} |")
    return "\n".join(lines)


def markdown(data):
    env, stream = data["environment"], data["stream"]
    lines = [
        "# Demo report", "",
        f"{env['time']}, FRR {env['frr']}, kernel {env['kernel']}, {env['cpus']} processors. "
        f"Result: **{data['result']}**.", "",
        f"The subnets {' and '.join(data['prefixes'])} moved between the sites dc1 and dc2; the "
        "third site hub and the client behind it watched.", "",
        table(data["steps"]), "",
        "*Packets lost* and *longest gap*: the client sends one numbered packet a millisecond and "
        "counts the answers; the gap is the time between two answers. "
        "*Begin → hub's FIB*: from the command, or from the fault, until the hub's kernel forwards "
        "to the new owner. *Effect*: from the moment the new owner's frrd began to announce, as "
        "its history says. The planned moves are make-before-break: both announce for a moment. "
        "At no other time did two sites announce; this was watched all the time at the hub and "
        "in every site's kernel.", ""]
    if stream:
        answers = ", ".join(f"{site} {count}" for site, count in sorted(stream["sites"].items()))
        lines += [f"Stream in all: {stream['sent']} packets sent, {stream['answered']} answered "
                  f"({answers}), {stream['lost']} lost; the sender was at most "
                  f"{stream['paceWorstMs']} ms late.", ""]
    for step in data["steps"]:
        lines += [f"## {step['title']}", "", step["story"], ""]
        lines += [f"- `{entry['site']}# {entry['line']}` → {entry['answer']}"
                  for entry in step["commands"]]
        for shown in step["shown"]:
            lines += ["", f"`{shown['site']}# {shown['line']}`", "", "```", *shown["text"], "```"]
        lines += ["", "| site | route before | route after |", "|---|---|---|"]
        lines += [f"| {site} | {step['before'][site]} | {step['after'][site]} |"
                  for site in step["after"]]
        lines += ["", "```", *step["timeline"], "```", ""]
    return "\n".join(lines)


def write(path, data):
    """Write path (.md) and the JSON beside it; returns both paths."""
    base = os.path.abspath(path)
    stem, extension = os.path.splitext(base)
    if extension not in (".md", ".markdown"):
        base, stem = base + ".md", base
    try:
        with open(base, "w", encoding="utf-8") as file:
            file.write(markdown(data))
        with open(stem + ".json", "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1, ensure_ascii=False)
            file.write("\n")
    except OSError as err:
        raise LabError(f"cannot write the report {base}: {err.strerror}") from err
    return base, stem + ".json"
