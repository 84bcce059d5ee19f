# SPDX-License-Identifier: GPL-2.0-or-later
"""notify against real web servers, with and without TLS, and a sendmail that
keeps what it is given."""

import email
import email.policy
import json
import os
import socketserver
import threading

import pytest

from conftest import move
from labkit import netns
from labkit.run import run
from receiver import Receiver

SITES = ("--site", "dc1=192.0.2.0/24,2001:db8:1::/64",
         "--site", "dc2=198.51.100.0/24,2001:db8:2::/64")


def notify(namespace, *arguments, **variables):
    """Patiently: the machine may be loaded."""
    return namespace.hook("notify", "--timeout", 60, *arguments, **variables)


@pytest.fixture
def receiver(namespace):
    with Receiver(namespace) as server:
        yield server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Key and self-signed certificate of 127.0.0.1 in one file"""
    folder = tmp_path_factory.mktemp("tls")
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=receiver", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/key", "-out", f"{folder}/cert"])
    path = folder / "both"
    path.write_text((folder / "key").read_text() + (folder / "cert").read_text())
    return str(path)


@pytest.fixture
def mailbox(program, tmp_path):
    """(sendmail, read): a program with sendmail's interface; its arguments and the mail"""
    sendmail = program("sendmail", f'echo "$@" >>{tmp_path}/arguments\ncat >>{tmp_path}/mail\n')

    def read():
        message = email.message_from_bytes((tmp_path / "mail").read_bytes(),
                                           policy=email.policy.default)
        return (tmp_path / "arguments").read_text().strip(), message
    return sendmail, read


def test_webhook(namespace, receiver):
    code, said = notify(namespace, f"{receiver.url}/moves?token=secret",
                                **move("dc2", "dc1", FRRD_REASON_TEXT='it is "gone" \\ ü'))
    assert code == 0, said
    (path, kind, body), = receiver.posts
    assert path == "/moves?token=secret" and kind == "application/json"
    assert json.loads(body) == {
        "event": "post-announce", "group": "shop", "groupId": 1, "site": "dc2", "from": "dc1",
        "to": "dc2", "state": "active", "reason": "routes-installed",
        "reasonText": 'it is "gone" \\ ü', "time": "2026-01-31T12:00:00Z",
        "prefixes": ["192.0.2.0/24", "2001:db8:1::/64"], "prefixCount": 2}
    assert "secret" not in said and "told" in said


def test_the_password_of_a_url_is_not_shown(namespace, receiver):
    """Whatever is in it."""
    url = receiver.url.replace("http://", "http://user:se@cr@")
    _, said = notify(namespace, f"{url}/moves", **move("dc2", "dc1"))
    assert said.startswith(f"notify: {receiver.url}: ") and "cr@" not in said, said


def test_old_and_new_addresses(namespace, receiver):
    code, said = notify(namespace, *SITES, "--address", "192.0.2.10", "--address",
                                "2001:db8:1::7", "--address", "203.0.113.1", receiver.url,
                                **move("dc2", "dc1"))
    assert code == 0, said
    told = json.loads(receiver.posts[0][2])
    assert told["prefixChanges"] == [{"old": "192.0.2.0/24", "new": "198.51.100.0/24"},
                                     {"old": "2001:db8:1::/64", "new": "2001:db8:2::/64"}]
    assert told["addressChanges"] == [{"old": "192.0.2.10", "new": "198.51.100.10"},
                                      {"old": "2001:db8:1::7", "new": "2001:db8:2::7"}]
    assert told["addresses"] == ["203.0.113.1"]


def test_from_the_environment(namespace, receiver):
    code, said = notify(namespace, **move(
        "dc2", FRRD_NOTIFY=f"{receiver.url}/1 {receiver.url}/2",
        FRRD_OLD_PREFIXES="192.0.2.0/24", FRRD_NEW_PREFIXES="198.51.100.0/24"))
    assert code == 0, said
    assert [path for path, _, _ in receiver.posts] == ["/1", "/2"]
    assert json.loads(receiver.posts[0][2])["prefixChanges"] == [
        {"old": "192.0.2.0/24", "new": "198.51.100.0/24"}]


def test_change_of_addresses(namespace, receiver, mailbox):
    """As frrd tells it: the longest old prefix counts, and records have names."""
    sendmail, read = mailbox
    code, said = notify(
        namespace, "--sendmail", sendmail, "--address", "192.0.2.129", f"{receiver.url}/moves",
        "mailto:noc@example.org", **move(
            "dc2", "dc1", event="address-change",
            FRRD_OLD_PREFIXES="192.0.2.0/24 192.0.2.128/25",
            FRRD_NEW_PREFIXES="198.51.100.0/24 203.0.113.0/25",
            FRRD_RECORDS="www.example.org/a/60 _sip._tcp.example.org/srv/60"))
    assert code == 0, said
    facts = json.loads(receiver.posts[0][2])
    assert facts["records"] == [{"name": "www.example.org", "type": "A"},
                                {"name": "_sip._tcp.example.org", "type": "SRV"}]
    assert facts["addressChanges"] == [{"old": "192.0.2.129", "new": "203.0.113.1"}]
    message = read()[1]
    assert message["Subject"] == "frrd: group shop has other addresses now at dc2"
    assert "  192.0.2.0/24 -> 198.51.100.0/24\n" in message.get_content()
    assert "  _sip._tcp.example.org SRV\n" in message.get_content()


def test_mail(namespace, mailbox):
    sendmail, read = mailbox
    code, said = notify(namespace, "--sendmail", sendmail, "--mail-from",
                                "frrd@dc2.example.org", *SITES, "--address", "192.0.2.10",
                                "mailto:ops@example.org", **move("dc2", "dc1"))
    assert code == 0, said
    arguments, mail = read()
    assert arguments == "-oi -t"
    assert mail["To"] == "ops@example.org" and mail["From"] == "frrd@dc2.example.org"
    assert mail["Subject"] == "frrd: group shop is announced at dc2"
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"]
    text = mail.get_content()
    for line in ("Owner before: dc1", "Owner now:    dc2", "  2001:db8:1::/64",
                 "  192.0.2.0/24 -> 198.51.100.0/24", "  192.0.2.10 -> 198.51.100.10",
                 "Reason:       zebra has installed the routes"):
        assert line in text.splitlines()


class MailServer(socketserver.ThreadingTCPServer):
    """As much SMTP as it takes to receive a mail."""
    daemon_threads = True

    class RequestHandlerClass(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 mail.example.org\r\n")
            while line := self.rfile.readline().strip():
                self.server.lines.append(line.decode())
                if line.upper() == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while (line := self.rfile.readline()) != b".\r\n":
                        self.server.mail += line
                answer = b"550 no such user" if line.startswith(b"rcpt TO:<nobody@") else \
                    b"221 bye" if line.upper() == b"QUIT" else b"250 ok"
                self.wfile.write(answer + b"\r\n")

    def __init__(self, ns):
        with netns.inside(ns.name):
            super().__init__(("127.0.0.1", 0), self.RequestHandlerClass)
        self.lines, self.mail = [], b""
        self.name = f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def mail_server(namespace):
    with MailServer(namespace) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_mail_by_smtp(namespace, mail_server):
    code, said = notify(namespace, "--smtp", mail_server.name, "--mail-from",
                                "frrd@dc2.example.org", "mailto:ops@example.org",
                                **move("dc2", "dc1"))
    assert code == 0, said
    assert "rcpt TO:<ops@example.org>" in mail_server.lines
    mail = email.message_from_bytes(mail_server.mail, policy=email.policy.default)
    assert mail["Subject"] == "frrd: group shop is announced at dc2"
    assert mail["From"] == "frrd@dc2.example.org"
    assert "Owner before: dc1" in mail.get_content()


def test_smtp_that_refuses(namespace, mail_server):
    code, said = notify(namespace, "--smtp", mail_server.name, "mailto:nobody@example.org",
                                **move("dc2"))
    assert code == 1 and "no such user" in said
    code, said = notify(namespace, "--smtp", "127.0.0.9:1", "mailto:ops@example.org",
                                **move("dc2"))
    assert code == 1 and "127.0.0.9:1: " in said and "refused" in said


def test_more_prefixes_than_named(namespace, mailbox):
    sendmail, read = mailbox
    code, said = notify(namespace, "--sendmail", sendmail, "mailto:ops@example.org",
                                **move("dc2", FRRD_PREFIX_COUNT="5000"))
    assert code == 0, said
    text = read()[1].get_content()
    assert "Prefixes (5000):" in text and "and others" in text


@pytest.mark.parametrize("event, words", [
    ("pre-withdraw", "is about to be withdrawn"), ("on-fenced", "is fenced"),
    ("on-failure", "failed to move")])
def test_subject(namespace, mailbox, event, words):
    sendmail, read = mailbox
    assert notify(namespace, "--sendmail", sendmail, "mailto:ops@example.org",
                          **move("dc1", event=event))[0] == 0
    assert read()[1]["Subject"] == f"frrd: group shop {words} at dc1"


def test_all_are_told_whatever_happens_to_the_others(namespace, receiver, mailbox):
    sendmail, read = mailbox
    code, said = notify(
        namespace, "--sendmail", sendmail, "http://127.0.0.9:1/", f"{receiver.url}/status/500",
        f"{receiver.url}/last", "mailto:ops@example.org", **move("dc2"))
    assert code == 1
    assert [path for path, _, _ in receiver.posts] == ["/status/500", "/last"]
    assert read()[1]["To"] == "ops@example.org"
    assert "http://127.0.0.9:1: " in said and "error: 500" in said


def test_redirect_is_a_refusal(namespace, receiver):
    """Nobody followed it, so nobody was told; curl counts 3xx as good."""
    code, said = notify(namespace, f"{receiver.url}/status/302", **move("dc2"))
    assert code == 1 and "answered 302" in said


def test_receiver_that_hangs(namespace, receiver):
    code, said = notify(namespace, "--timeout", "0.5", f"{receiver.url}/hang",
                                **move("dc2"))
    assert code == 1 and ("timed out" in said or "no answer within" in said)


def test_sendmail_that_fails(namespace, program):
    failing = program("sendmail", "cat >/dev/null; echo mailbox full >&2; exit 75\n")
    code, said = notify(namespace, "--sendmail", failing, "mailto:ops@example.org",
                                **move("dc2"))
    assert code == 1 and "mailto:ops@example.org: mailbox full" in said
    code, said = notify(namespace, "--sendmail", "/nonexistent", "mailto:ops@example.org",
                                **move("dc2"))
    assert code == 1 and "/nonexistent: No such file or directory" in said


def test_https(namespace, certificate):
    with Receiver(namespace, certificate) as server:
        code, said = notify(namespace, "--ca-file", certificate, server.url, **move("dc2"))
        assert code == 0, said
        code, said = notify(namespace, server.url, **move("dc2"))
        assert code == 1 and "certificate" in said
        name = server.url.replace("127.0.0.1", "localhost")
        code, said = notify(namespace, "--ca-file", certificate, name, **move("dc2"))
        assert code == 1 and "SSL" in said
        assert len(server.posts) == 1


@pytest.mark.parametrize("arguments, text", [
    ((), "whom to tell?"),
    (("ftp://example.org/",), "not mailto:ADDRESS"),
    (("mailto:a\nBcc: b@example.org",), "not mailto:ADDRESS"),
    (("http://example.org/\noutput = /etc/passwd",), "not mailto:ADDRESS"),
    (("mailto:a@example.org", "--address", "moon"), "'moon' does not appear to be"),
    (("mailto:a@example.org", "--smtp", "host:port"), "it is HOST or HOST:PORT"),
    (("mailto:a@example.org", "--site", "dc1"), "it is SITE=PREFIX"),
])
def test_command_line(namespace, arguments, text):
    code, said = namespace.hook("notify", *arguments, **move("dc2"))
    assert code == 2 and text in said


def test_quotes_in_a_url(namespace, receiver, tmp_path):
    """Nothing in a URL becomes an option of curl."""
    victim = tmp_path / "victim"
    code, said = notify(namespace, f'{receiver.url}/"output={victim}"\\', **move("dc2"))
    assert code == 0 or "URL" in said
    assert not os.path.exists(victim)
