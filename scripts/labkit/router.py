# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemons of one namespace: start and stop them, speak to them, ask for
their routes. Used by the lab for each site, and by the single-router bench."""

import contextlib
import glob
import json
import os
import shutil
import signal
import tempfile

from . import config, netns
from .daemon import FRR_USER, Daemon
from .run import LabError, run

FRR_SBIN = "/usr/lib/frr"
FRR_RUN = "/var/run/frr"
FRR_ETC = "/etc/frr"
REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# zebra first, because the others connect to it; frrd last, and stopped first.
START_ORDER = ("zebra", "staticd", "bfdd", "bgpd", "frrd")
OPTIONS = {"zebra": ["-s", "90000000"]}

# EC_FRRD_INVARIANT in frrd/frrd_errors.h: what must hold after every step did not.
INVARIANT = "[EC 436207625]"


def build_dir():
    return os.path.abspath(os.environ.get("FRRD_BUILD") or f"{REPO}/build")


def frrd_binary(build):
    """The daemon in a build folder, where automake puts it, or straight there."""
    inner = f"{build}/frrd/frrd"
    return inner if os.path.isfile(inner) else f"{build}/frrd"


def frrd_built():
    path = frrd_binary(build_dir())
    return os.path.isfile(path) and os.access(path, os.X_OK)


def own_dir(path, mode=0o755):
    os.makedirs(path, mode=mode, exist_ok=True)
    shutil.chown(path, FRR_USER, FRR_USER)


class Router:
    def __init__(self, ns, pathspace, site_dir, daemons, build=None):
        self.ns = ns
        self.build = build or build_dir()
        self.pathspace = pathspace
        self.site_dir = site_dir
        self.run_dir = f"{FRR_RUN}/{pathspace}"
        self.etc_dir = f"{FRR_ETC}/{pathspace}"
        names = [name for name in START_ORDER if name in daemons]
        self.daemons = {name: self._daemon(name) for name in names}

    def _daemon(self, name):
        env = self.sanitizer_env() if name == "frrd" else {}
        binary = frrd_binary(self.build) if name == "frrd" else f"{FRR_SBIN}/{name}"
        options = self.frrd_options() if name == "frrd" else OPTIONS.get(name, ())
        return Daemon(name, binary, self.ns, self.pathspace, self.run_dir,
                      self.site_dir, list(options), env)

    def frrd_options(self):
        return ["--state-file", self.state_file, "--journal", self.journal_file,
                "--hook-folder", self.hook_folder]

    # Sanitizers: frrd of an ASan build leaves its findings in the site folder.

    def sanitizer_env(self):
        """FRR daemons change their user, after which the kernel lets nobody
        trace them, which LeakSanitizer needs; so no leak check by default."""
        env = {}
        for kind, default in (("ASAN", "detect_leaks=0"), ("UBSAN", "print_stacktrace=1")):
            options = [default, os.environ.get(f"{kind}_OPTIONS", ""),
                       f"log_path={self.site_dir}/{kind.lower()}"]
            env[f"{kind}_OPTIONS"] = ":".join(option for option in options if option)
        return env

    def findings(self):
        """What must not be there: sanitizer reports, crash logs, and broken
        rules in frrd's log, as {path: text}."""
        for daemon in self.daemons.values():
            daemon.collect_crashes()
        found = {}
        for pattern in ("asan.*", "ubsan.*", "*.crash.*"):
            for path in sorted(glob.glob(f"{self.site_dir}/{pattern}")):
                with open(path, encoding="utf-8", errors="replace") as file:
                    found[path] = file.read()
        for path in glob.glob(f"{self.site_dir}/frrd.log"):
            with open(path, encoding="utf-8", errors="replace") as file:
                broken = [line for line in file if INVARIANT in line]
            if broken:
                found[path] = "".join(broken)
        return found

    # Life of the daemons

    def prepare(self):
        own_dir(self.site_dir)
        own_dir(self.run_dir)
        # For vtysh; each daemon keeps its own file, so `write` writes that.
        own_dir(self.etc_dir)
        with open(f"{self.etc_dir}/vtysh.conf", "w", encoding="utf-8") as file:
            file.write("no service integrated-vtysh-config\n")

    def daemon(self, name):
        if name not in self.daemons:
            raise LabError(f"{self.ns} runs no '{name}'; it has {', '.join(self.daemons)}")
        return self.daemons[name]

    def add_daemon(self, name):
        """One more of FRR's; it is not started."""
        self.daemons[name] = self._daemon(name)
        return self.daemons[name]

    def remove_daemon(self, name):
        del self.daemons[name]

    def write_config(self, name, text):
        """Replace a daemon's configuration file; it is read at the next start."""
        daemon = self.daemon(name)
        path = daemon.config_file
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(config.header(self.pathspace, daemon.log_file) + text)
        shutil.chown(path + ".new", FRR_USER, FRR_USER)
        os.chmod(path + ".new", 0o640)
        os.replace(path + ".new", path)

    def start(self, names=None):
        for name, daemon in self.daemons.items():
            if names is None or name in names:
                daemon.start()

    def stop(self, names=None):
        """SIGTERM, in reverse order; all are ended even when one resists."""
        errors = []
        for name, daemon in reversed(self.daemons.items()):
            if names is None or name in names:
                try:
                    daemon.stop()
                except LabError as err:
                    errors.append(str(err))
        if errors:
            raise LabError("; ".join(errors))

    def kill(self, names=None):
        chosen = [d for name, d in self.daemons.items() if names is None or name in names]
        for daemon in chosen:  # all at once, then wait
            daemon.signal(signal.SIGKILL)
        for daemon in chosen:
            daemon.kill()

    def restart(self, name):
        self.daemon(name).stop()
        self.daemon(name).start()

    def signal(self, number):
        for daemon in self.daemons.values():
            daemon.signal(number)

    # What frrd writes down

    @property
    def state_file(self):
        return f"{self.site_dir}/frrd.state"

    @property
    def journal_file(self):
        return f"{self.site_dir}/frrd-journal.jsonl"

    @property
    def hook_folder(self):
        """Where frrd looks for dns-update and notify. Only root may write to it and to
        the folders above it; a test that needs the programs makes it."""
        return f"/usr/local/lib/frrd-lab-{self.pathspace}"

    def forget(self):
        """A frrd that starts now knows nothing of its previous life."""
        for pattern in (self.state_file, self.journal_file):
            for path in glob.glob(pattern + "*"):
                os.unlink(path)

    def state_text(self):
        with open(self.state_file, encoding="utf-8") as file:
            return file.read()

    def journal(self):
        """The entries of frrd's journal, oldest first."""
        entries = []
        for path in sorted(glob.glob(self.journal_file + "*"), reverse=True):
            with open(path, encoding="utf-8") as file:
                entries += [json.loads(line) for line in file if line.endswith("\n")]
        return entries

    def remove(self):
        """End everything and remove the folders outside the state folder."""
        with contextlib.suppress(LabError):
            self.kill()
        shutil.rmtree(self.run_dir, ignore_errors=True)
        shutil.rmtree(self.etc_dir, ignore_errors=True)

    def states(self):
        return {name: daemon.state() for name, daemon in self.daemons.items()}

    # Speaking to the daemons

    def vtysh_argv(self):
        own = f"{self.build}/vtysh-frrd"
        vtysh = own if "frrd" in self.daemons and os.access(own, os.X_OK) else "vtysh"
        return [vtysh, "-N", self.pathspace]

    def vtysh_run(self, *commands, check=False):
        """Run commands by vtysh, in one go; the finished process."""
        argv = self.vtysh_argv()
        for command in commands:
            argv += ["-c", command]
        return run(argv, check=check, env={**os.environ, **self.sanitizer_env()})

    def vtysh(self, *commands):
        """What vtysh prints for the commands."""
        done = self.vtysh_run(*commands)
        return done.stdout + done.stderr

    def vtysh_json(self, command):
        text = self.vtysh_run(command).stdout
        try:
            return json.loads(text) if text.strip() else {}
        except ValueError as err:
            raise LabError(f"'{command}' at {self.ns} is no JSON: {text[:500]}") from err

    def configure(self, text):
        """Load configuration lines into the running daemons by vtysh; a line
        that is refused is an error that carries vtysh's words."""
        with tempfile.NamedTemporaryFile("w", suffix=".conf", dir=self.site_dir) as file:
            file.write(text.strip("\n") + "\n")
            file.flush()
            os.chmod(file.name, 0o644)
            done = run([*self.vtysh_argv(), "-f", file.name], check=False,
                       env={**os.environ, **self.sanitizer_env()})
        said = (done.stdout + done.stderr).strip()
        if done.returncode != 0:
            raise LabError(f"configuration refused at {self.ns}: {said}")
        return said

    def vty(self, name, timeout=20):
        return self.daemon(name).vty(timeout)

    def ask(self, name, line):
        with self.vty(name) as vty:
            return vty.run(line)

    def ask_json(self, name, line):
        with self.vty(name) as vty:
            return vty.json(line)

    # Routes

    def fib(self, prefix):
        """The kernel's routes for exactly this prefix."""
        family = "-6" if ":" in prefix else "-4"
        return netns.ip_json(self.ns, family, "route", "show", "exact", prefix)

    def fib_devices(self, prefix):
        """The interfaces that the kernel sends this prefix to; 'blackhole'
        stands for a route that drops."""
        names = set()
        for route in self.fib(prefix):
            if route.get("type") in ("blackhole", "unreachable", "prohibit"):
                names.add(route["type"])
            for hop in route.get("nexthops", [route]):
                if "dev" in hop and route.get("type") != "blackhole":
                    names.add(hop["dev"])
        return names

    def flush_stale(self, protocols=("zebra",)):
        """Remove TABLE routes from the kernel that a killed zebra has left: a
        new zebra 8.4 takes them for kernel routes and does not sweep them. To
        be called while nothing is announced. (`ip -6 route flush` cannot
        delete routes with a nexthop object.)"""
        for family in ("-4", "-6"):
            lines = []
            for protocol in protocols:
                show = run(["ip", "-j", family, "-n", self.ns, "route", "show", "proto", protocol])
                for route in json.loads(show.stdout.strip() or "[]"):
                    lines.append(f"route del {route.get('type', '')} {route['dst']} "
                                 f"metric {route.get('metric', 0)}")
            if lines:
                run(["ip", family, "-n", self.ns, "-force", "-batch", "-"], check=False,
                    stdin="\n".join(lines) + "\n")

    def phantoms(self):
        """Kernel routes that zebra believes in and the kernel does not have: zebra 8.4
        may miss that one has gone (flush_stale), and prefers it to ours for ever."""
        found = set()
        for word, family in (("ip", "-4"), ("ipv6", "-6")):
            kept = {route["dst"] for route in netns.ip_json(self.ns, family, "route", "show")}
            host = "/128" if word == "ipv6" else "/32"
            kept = {dst if "/" in dst or dst == "default" else dst + host for dst in kept}
            for prefix in self.ask_json("zebra", f"show {word} route kernel json"):
                if prefix not in kept and not ("default" in kept and prefix in ("0.0.0.0/0", "::/0")):
                    found.add(prefix)
        return found

    def zebra_routes(self, prefix):
        """zebra's entries for exactly this prefix."""
        family = "ipv6" if ":" in prefix else "ip"
        answer = self.ask_json("zebra", f"show {family} route {prefix} json")
        return answer.get(prefix, [])

    def bgp_paths(self, prefix):
        family = "ipv6" if ":" in prefix else "ipv4"
        answer = self.ask_json("bgpd", f"show bgp {family} unicast {prefix} json")
        return answer.get("paths", []) if answer.get("prefix", prefix) == prefix else []

    def own_bgp_prefixes(self):
        """What this bgpd originates from redistributed routes, whoever is best."""
        found = set()
        for family in ("ipv4", "ipv6"):
            routes = self.ask_json("bgpd", f"show bgp {family} unicast json").get("routes", {})
            for prefix, paths in routes.items():
                if any(path.get("origin") == "incomplete" and not path.get("path")
                       for path in paths):
                    found.add(prefix)
        return found

    def table_counters(self):
        """(routes added, updated, deleted) that zebra has counted for its
        clients of type table since it started, IPv4 and IPv6 together."""
        total = (0, 0, 0)
        for block in self.ask("zebra", "show zebra client").split("Client: ")[1:]:
            if block.split()[0] != "table":
                continue
            for line in block.splitlines():
                parts = line.split()
                if parts[:1] in (["IPv4"], ["IPv6"]) and len(parts) == 4:
                    total = tuple(a + int(b) for a, b in zip(total, parts[1:]))
        return total

    def retained(self):
        """Would zebra keep the routes of both sessions of frrd when it dies?"""
        return self.ask("zebra", "show zebra client").count("Graceful Restart(") == 2

    def mark_logs(self):
        for daemon in self.daemons.values():
            daemon.mark()

    def logs(self, lines=60):
        """The last lines of every daemon's log and early output."""
        text = []
        for daemon in self.daemons.values():
            for kind in ("log", "out"):
                tail = daemon.tail(kind, lines)
                if tail not in ("(nothing)", "(empty)"):
                    text.append(f"--- {self.pathspace} {daemon.name}.{kind}\n{tail}")
        return "\n".join(text)
