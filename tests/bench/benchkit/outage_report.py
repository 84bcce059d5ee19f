# SPDX-License-Identifier: GPL-2.0-or-later
"""Outages into a table and a verdict."""

from statistics import median

from .idle import TARGET_PERCENT

KINDS = (("mbb", "planned, make-before-break"), ("bbm", "planned, break-before-make"),
         ("killed", "primary killed"), ("frozen", "primary frozen, silent"))
SETTINGS = (("quickest", "smallest takeover-delay"), ("defaults", "default timers"))
# Packets lost at 1,000 a second, at most: with the smallest takeover-delay.
TARGETS = {"mbb": 0, "killed": 300, "frozen": 450}
DEAD = (("refused", "service killed, port refuses"), ("hung", "service hangs, never answers"))
# From the death of the service until the other one answers, at most.
DEAD_TARGET_MS = 400


def values(runs, key="lost"):
    return [run[key] for run in runs]


def spread(runs, key):
    numbers = values(runs, key)
    return {"median": round(median(numbers), 2), "min": min(numbers), "max": max(numbers)}


def summary(found):
    """{setting: {kind: {lost, gapMs, ratioToFloor}}}, and of a dead service
    {"service": {kind: {lost, gapMs, outageMs, grantedMs}}}"""
    result = {}
    for setting in ("floor", *[name for name, _ in SETTINGS]):
        for kind, runs in found.get(setting, {}).items():
            entry = {"runs": len(runs), "lost": spread(runs, "lost"),
                     "gapMs": spread(runs, "gapMs")}
            floor = found.get("floor", {}).get(kind)
            if floor and setting != "floor":
                entry["ratioToFloor"] = round(entry["lost"]["median"] /
                                              median(values(floor)), 2)
            result.setdefault(setting, {})[kind] = entry
    if "service" in found:
        result["service"] = {
            kind: {"runs": len(runs), "lost": spread(runs, "lost"), "gapMs": spread(runs, "gapMs"),
                   "outageMs": spread(runs, "answeredAfterMs"),
                   "grantedMs": spread(runs, "grantedMs")}
            for kind, runs in found["service"].items()}
    return result


def missed(found):
    every = summary(found)
    quickest = every.get("quickest", {})
    bad = [kind for kind, target in TARGETS.items()
           if kind in quickest and quickest[kind]["lost"]["median"] > target]
    bad += [kind for kind, entry in every.get("service", {}).items()
            if entry["outageMs"]["median"] > DEAD_TARGET_MS]
    if "idle" in found and found["idle"]["frrdWorstPercent"] >= TARGET_PERCENT:
        bad.append("idle")
    return bad


def _row(label, entry, target=None):
    lost, gap = entry["lost"], entry["gapMs"]
    ratio = f"{entry['ratioToFloor']:g}" if "ratioToFloor" in entry else ""
    verdict = ""
    if target is not None:
        verdict = f"at most {target}: {'met' if lost['median'] <= target else 'MISSED'}"
    return (f"  {label:30} {lost['median']:6g} {lost['min']:5d} ..{lost['max']:5d}   "
            f"{gap['median']:7.1f} {gap['min']:7.1f} ..{gap['max']:7.1f}   {ratio:>6}  {verdict}")


def text(found):
    every = summary(found)
    lines = []
    for setting, title in (("floor", "floor: plain FRR, standby announced with a longer path"),
                           *[(name, f"frrd, {words}") for name, words in SETTINGS]):
        if setting not in every:
            continue
        runs = next(iter(every[setting].values()))["runs"]
        lines += ["", f"{title}, {runs} runs each, 1,000 packets a second:",
                  f"  {'':30} {'packets lost':>20}   {'longest gap, ms':>25}   {'/floor':>6}"]
        lines += [_row(label, every[setting][kind],
                       TARGETS.get(kind) if setting == "quickest" else None)
                  for kind, label in KINDS if kind in every[setting]]
    if "service" in every:
        lines += ["", *_service(every["service"])]
    if "idle" in found:
        lines += ["", *_idle(found["idle"])]
    return lines


def _service(kinds):
    runs = next(iter(kinds.values()))["runs"]
    lines = [f"frrd, smallest takeover-delay: the service dies, its router lives, {runs} runs "
             "each, 1,000 packets a second:",
             f"  {'':30} {'packets lost':>20}   {'outage, ms':>25}   "
             f"{'until dc1 granted, ms':>25}"]
    for kind, label in DEAD:
        entry = kinds[kind]
        lost, outage, granted = entry["lost"], entry["outageMs"], entry["grantedMs"]
        met = "met" if outage["median"] <= DEAD_TARGET_MS else "MISSED"
        lines.append(f"  {label:30} {lost['median']:6g} {lost['min']:5d} ..{lost['max']:5d}   "
                     f"{outage['median']:7.1f} {outage['min']:7.1f} ..{outage['max']:7.1f}   "
                     f"{granted['median']:7.1f} {granted['min']:7.1f} ..{granted['max']:7.1f}   "
                     f"at most {DEAD_TARGET_MS} ms: {met}")
    return lines


def _idle(idle):
    lines = [f"idle with {idle['groups']} groups, percent of one core over {idle['seconds']} s:",
             f"  {'':6} {'frrd':>8} {'zebra':>8} {'without':>8} {'bgpd':>8} {'without':>8}"]
    for site, shares in idle["with"].items():
        before = idle["without"][site]
        lines.append(f"  {site:6} {shares['frrd']:8.3f} {shares['zebra']:8.3f} "
                     f"{before['zebra']:8.3f} {shares['bgpd']:8.3f} {before['bgpd']:8.3f}")
    met = "met" if idle["frrdWorstPercent"] < TARGET_PERCENT else "MISSED"
    return lines + [f"  frrd, worst: {idle['frrdWorstPercent']:g} % "
                    f"(target below {TARGET_PERCENT:g} %: {met})"]
