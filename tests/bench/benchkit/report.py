# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers into tables and JSON."""

from statistics import median

from .memory import TARGET_BYTES

RATIO_TARGET = 1.1
FOLLOW_TARGET_MS = 150


def values(runs, key):
    return [run[key] for run in runs if run.get(key) is not None]


def spread(numbers):
    return (f"{median(numbers):9.2f} {min(numbers):9.2f} {max(numbers):9.2f}" if numbers
            else f"{'-':>9} {'-':>9} {'-':>9}")


def table(title, rows):
    """rows: (label, numbers)."""
    width = max(len(label) for label, _ in rows)
    lines = [title, f"  {'':{width}}    median       min       max"]
    return lines + [f"  {label:{width}} {spread(numbers)}" for label, numbers in rows]


def ratio(found, key, of=median):
    frrd, bare = values(found["frrd"], key), values(found["bare"], key)
    return round(of(frrd) / of(bare), 3) if frrd and bare else None


def verdict(value, target):
    if value is None:
        return "not measured"
    return f"{value:g} (target at most {target:g}: {'met' if value <= target else 'MISSED'})"


def moves_summary(found):
    return {"announceRatio": ratio(found, "announceMs"), "moveRatio": ratio(found, "moveMs"),
            "announceRatioOfMinima": ratio(found, "announceMs", min),
            "moveRatioOfMinima": ratio(found, "moveMs", min)}


def moves_text(found):
    bare, frrd = found["bare"], found["frrd"]
    summary = moves_summary(found)
    return table(f"{found['prefixes']} prefixes, {len(frrd)} runs each, ms from the command:", [
        ("announce until the hub has all: bare loop", values(bare, "announceMs")),
        ("announce until the hub has all: frrd", values(frrd, "announceMs")),
        ("  of this until frrd's first ZAPI write", [us / 1000 for us in
                                                     values(frrd, "announceOwnUs")]),
        ("move until the hub has all: bare loop", values(bare, "moveMs")),
        ("move until the hub has all: frrd", values(frrd, "moveMs")),
        ("  of this until gone at dc2: bare loop", values(bare, "moveGoneMs")),
        ("  of this until gone at dc2: frrd", values(frrd, "moveGoneMs")),
        ("withdraw and announce at once: bare loop", values(bare, "atOnceMs")),
    ]) + [f"  ratio of the medians, announce: {verdict(summary['announceRatio'], RATIO_TARGET)}"
          f"; of the minima {summary['announceRatioOfMinima']}",
          f"  ratio of the medians, move:     {verdict(summary['moveRatio'], RATIO_TARGET)}"
          f"; of the minima {summary['moveRatioOfMinima']}"]


def single_summary(found):
    frrd = found["frrd"]
    follow = values(frrd, "announceMs")
    return {"commandToZapiUs": median(values(frrd, "announceOwnUs") or [0]) or None,
            "commandToSocketMs": median(values(frrd, "announceShareMs") or [0]) or None,
            "announceMs": median(follow) if follow else None}


def single_text(found):
    bare, frrd = found["bare"], found["frrd"]
    own = [us / 1000 for us in values(frrd, "announceOwnUs")]
    return table(f"one prefix, {len(frrd)} runs each, ms from the command:", [
        ("frrd's share, announce: to the ZAPI write, by frrd", own),
        ("frrd's share, announce: seen from outside", values(frrd, "announceShareMs")),
        ("frrd's share, release: seen from outside", values(frrd, "releaseShareMs")),
        ("takeover: route gone at dc2 to ZAPI write", values(frrd, "takeoverShareMs")),
        ("announce until the hub follows: bare loop", values(bare, "announceMs")),
        ("announce until the hub follows: frrd", values(frrd, "announceMs")),
        ("move until the hub follows: bare loop", values(bare, "moveMs")),
        ("move until the hub follows: frrd", values(frrd, "moveMs")),
    ]) + [f"  the hub follows an announcement within ms: "
          f"{verdict(single_summary(found)['announceMs'], FOLLOW_TARGET_MS)}"]


def memory_summary(found):
    return {"ownBytesWorst": max((row["ownBytes"] for row in found), default=None)}


def memory_text(found):
    lines = ["bytes a prefix:",
             f"  {'lines':11} {'prefixes':>9}  {'state':9} {'own':>11} {'in libfrr':>10} "
             f"{'libyang and rest':>17} {'resident':>9}"]
    for row in found:
        lines.append(f"  {row['source']:11s} {row['prefixes']:9d}  {row['state']:9s} "
                     f"{row['ownBytes']:11.1f} {row['libfrrBytes']:10.1f} "
                     f"{row['restBytes']:17.1f} {row['residentBytes']:9.1f}")
    worst = max(found, key=lambda row: row["ownBytes"], default=None)
    if worst:
        parts = ", ".join(f"{kind} {size:g}" for kind, size in worst["ownTypes"].items())
        lines += [f"  own, worst: {verdict(worst['ownBytes'], TARGET_BYTES)}",
                  f"    {worst['state']}, {worst['prefixes']} by {worst['source']} lines: {parts}"]
    return lines


def missed(found):
    """The targets that were measured and not met."""
    checks = []
    if "moves" in found:
        summary = moves_summary(found["moves"])
        checks += [("announce", summary["announceRatio"], RATIO_TARGET),
                   ("move", summary["moveRatio"], RATIO_TARGET)]
    if "single" in found:
        checks.append(("single", single_summary(found["single"])["announceMs"], FOLLOW_TARGET_MS))
    if "memory" in found:
        worst = memory_summary(found["memory"]["rows"])["ownBytesWorst"]
        checks.append(("memory", worst, TARGET_BYTES))
    return [name for name, value, target in checks if value is None or value > target]
