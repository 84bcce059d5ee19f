# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon's vty socket, spoken to directly.

It is what vtysh does behind its prompt: a line ended by a zero byte goes out,
text ended by three zero bytes and a return code comes back. Starting vtysh
for each question takes some 30 ms of processor time; this takes none, so
that polling does not disturb what is measured.
"""

import json
import socket

from .run import LabError

# lib/command.h
CMD_SUCCESS = 0


class VtyError(LabError):
    """A daemon refused a command; its words are the message."""

    def __init__(self, daemon, command, code, text):
        super().__init__(f"{daemon}: '{command}': {text.strip() or f'code {code}'}")
        self.code = code
        self.text = text.strip()


class VtySocket:
    def __init__(self, path, daemon, timeout=20):
        self.daemon = daemon
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sock.settimeout(timeout)
        try:
            self._sock.connect(path)
            self._ask("enable")
        except OSError as err:
            self._sock.close()
            raise LabError(f"{daemon} does not answer on {path}: {err.strerror or err}") from err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._sock.close()

    def send(self, line):
        """Send a command without waiting for its answer."""
        self._sock.sendall(line.encode() + b"\0")

    def _ask(self, line):
        self.send(line)
        return self.answer()

    def answer(self):
        """(code, text) of what was sent."""
        answer = bytearray()
        while True:
            chunk = self._sock.recv(1 << 16)
            if not chunk:
                raise LabError(f"{self.daemon} closed its vty before it had answered")
            answer += chunk
            if len(answer) >= 4 and answer[-4:-1] == b"\0\0\0":
                return answer[-1], answer[:-4].decode(errors="replace")

    def ask(self, line):
        """Send a command; return (code, text)."""
        try:
            return self._ask(line)
        except OSError as err:
            raise LabError(f"{self.daemon}: '{line}': {err.strerror or err}") from err

    def run(self, line):
        """Send a command that has to succeed; return its text."""
        code, text = self.ask(line)
        if code != CMD_SUCCESS:
            raise VtyError(self.daemon, line, code, text)
        return text

    def json(self, line):
        """The JSON answer; zebra returns a warning code with "{}" for a
        route that it does not have, which is no error here."""
        code, text = self.ask(line)
        try:
            return json.loads(text.strip() or "{}")
        except ValueError as err:
            if code != CMD_SUCCESS:
                raise VtyError(self.daemon, line, code, text) from err
            raise LabError(f"{self.daemon}: '{line}' is no JSON: {text[:300]}") from err
