# SPDX-License-Identifier: GPL-2.0-or-later
"""A snapshot of the lab, as data and as text."""

from . import wiring
from .plan import PREFIX4, PREFIX6
from .run import LabError


def _sessions(lab, site):
    try:
        sessions = lab.sessions(site)
    except (LabError, OSError, KeyError) as err:
        return {"error": str(err)}
    result = {}
    for kind in ("bgp", "bfd"):
        mine = {key: up for key, up in sessions.items() if key[0] == kind}
        result[kind] = {"up": sum(mine.values()), "of": len(mine),
                        "down": [f"IPv{f} to {other}" for (_, f, other), up in mine.items()
                                 if not up]}
    return result


def _groups(lab, site):
    if not lab.with_frrd:
        return {}
    try:
        return {name: group["state"] for name, group in lab.frrd(site).show()["groups"].items()}
    except (LabError, OSError, KeyError):
        return {}


def announcers(lab, prefix, site="hub"):
    """The sites that announce the prefix, as the hub's bgpd sees it."""
    found = set()
    for path in lab.router(site).bgp_paths(prefix):
        segments = path.get("aspath", {}).get("segments", [])
        hops = segments[-1]["list"] if segments else []
        found.add(lab.plan.asn_of(hops[-1]) if hops else site)
    return sorted(name for name in found if name)


def collect(lab):
    data = {"name": lab.name, "up": wiring.complete(lab.plan) and lab.state.exists(),
            "frrd": lab.with_frrd, "stateDir": lab.state.dir}
    if not data["up"]:
        data["partly"] = wiring.partly(lab.plan) or lab.state.exists()
        return data
    state = lab.state.load()
    cut = wiring.cut_links(lab.plan)
    data["links"] = {link.name: "cut" if link.name in cut else "up" for link in lab.plan.links}
    data["sites"] = {}
    for site, router in lab.routers.items():
        frozen = site in state["frozen"]
        entry = {"power": "off" if site in state["dead"] else "frozen" if frozen else "on",
                 "daemons": router.states()}
        if entry["power"] == "on":
            entry.update(sessions=_sessions(lab, site), groups=_groups(lab, site))
        data["sites"][site] = entry
    data["announcedBy"] = {}
    for prefix in (PREFIX4, PREFIX6):
        try:
            data["announcedBy"][prefix] = announcers(lab, prefix)
        except (LabError, OSError):
            data["announcedBy"][prefix] = None
    return data


def _site_line(site, entry):
    daemons = " ".join(name if state == "running" else f"{name}({state})"
                       for name, state in entry["daemons"].items())
    line = f"  {site:4} {entry['power']:6} {daemons}"
    sessions = entry.get("sessions")
    if sessions and "error" not in sessions:
        line += "".join(f"; {kind.upper()} {sessions[kind]['up']}/{sessions[kind]['of']}"
                        for kind in ("bgp", "bfd"))
    elif sessions:
        line += f"; {sessions['error']}"
    if entry.get("groups"):
        line += "; " + ", ".join(f"group {name} {state}"
                                 for name, state in entry["groups"].items())
    return line


def as_text(data):
    if not data["up"]:
        rest = " (but parts of it are left: run `lab down`)" if data["partly"] else ""
        return f"lab '{data['name']}' is down{rest}"
    lines = [f"lab '{data['name']}' is up, {'with' if data['frrd'] else 'without'} frrd; "
             f"configuration and logs: {data['stateDir']}"]
    lines += [_site_line(site, entry) for site, entry in data["sites"].items()]
    lines.append("  links: " + ", ".join(f"{name} {state}"
                                         for name, state in data["links"].items()))
    for prefix, sites in data["announcedBy"].items():
        who = "unknown (no answer from the hub)" if sites is None else \
            " AND ".join(sites) or "nobody"
        lines.append(f"  {prefix} announced by: {who}")
    return "\n".join(lines)
