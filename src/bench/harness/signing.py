# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""DKIM on both sides: one key, one list of fields, and another implementation that verifies."""

import json
import os
import re
import subprocess
import time

from harness import posthouse, traffic
from harness.processes import BenchError

DOMAIN = "client.bench.test"
# As DkimSign signs by default; each name once more than there are fields of it.
FIELDS = ("From,Sender,Reply-To,To,Cc,Subject,Date,Message-ID,In-Reply-To,References,MIME-Version,"
          "Content-Type,Content-Transfer-Encoding,List-Unsubscribe,List-Unsubscribe-Post")
VERIFY = posthouse.TREE / "mailets" / "src" / "test" / "resources" / "dkimpy" / "verify.py"
# Debian's own, for another Python does not see Debian's packages.
PYTHON = "/usr/bin/python3"

OPENDKIM = """\
Mode s
Domain {domain}
Selector {selector}
KeyFile {key}
Canonicalization relaxed/relaxed
SignatureAlgorithm rsa-sha256
SignHeaders {fields}
OversignHeaders {fields}
Socket local:{socket}
UMask 000
RequireSafeKeys no
Syslog no
"""


class Key:
    """Keys that Posthouse makes in its own home."""

    def __init__(self, launcher, *options, selector="bench"):
        self._launcher = launcher
        self._options = options
        self.selector = selector
        self.file = self._dns = None

    def make(self, home):
        """Makes it, and puts it into the table and into a DNS that is a file."""
        made = subprocess.run(
            [self._launcher, "dkim", "new", DOMAIN, "--json", "--home", home,
             "--selector", self.selector, *self._options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if made.returncode != 0:
            raise BenchError(f"posthouse dkim new: {made.stdout}")
        record = json.loads(made.stdout)
        self.file = home / "conf" / "dkim" / f"{DOMAIN}.{self.selector}.pem"
        self._dns = home / "dns"
        with self._dns.open("a") as dns:
            dns.write(f"{record['name']}\t{record['value']}\n")

    def verify(self, name, mail):
        """Ends the run unless every signature of a mail holds; returns how many there are."""
        verified = subprocess.run([PYTHON, VERIFY, "dkim", self._dns, mail],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if "No module named" in verified.stdout:
            raise BenchError("dkimpy is missing: apt-get install python3-dkim python3-nacl")
        words = verified.stdout.split()
        if not words or set(words) != {"pass"}:
            raise BenchError(f"{name}: dkimpy says of the signatures: {verified.stdout or 'there are none'}")
        return len(words)

    def shape(self, name, mail):
        """What must be alike in two signatures for their costs to compare: a=, c=, h=."""
        if self.verify(name, mail) != 1:
            raise BenchError(f"{name}: not one signature")
        text = re.sub(r"\r?\n[ \t]+", "", mail.read_text(errors="replace"))
        field = re.search(r"^DKIM-Signature:(.*)$", text, re.M | re.I).group(1).replace(" ", "")
        tags = dict(tag.split("=", 1) for tag in field.split(";") if "=" in tag)
        names = ":".join(sorted(tags["h"].lower().split(":")))
        return f"a={tags['a']} c={tags['c']} h={names}"


class OpenDkim:
    """Signs for Postfix as a milter on a local socket; its own process, its own configuration."""

    def __init__(self, scope, parent, key):
        self._socket = parent / "opendkim.socket"
        self._conf = parent / "opendkim.conf"
        log = parent / "opendkim.log"
        self._conf.write_text(OPENDKIM.format(domain=DOMAIN, selector=key.selector, key=key.file,
                                              fields=FIELDS, socket=self._socket))
        with log.open("wb") as output:
            self.process = scope.start([traffic.tool("opendkim"), "-f", "-x", self._conf],
                                       stdout=output, stderr=output)
        deadline = time.monotonic() + 20
        while not self._socket.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"opendkim does not listen: {log.read_text()}")
            time.sleep(0.05)
        os.chmod(self._socket, 0o666)  # smtpd has another user

    def main_cf(self):
        # A mail that was not signed must not count: without the milter none is accepted.
        return f"smtpd_milters = unix:{self._socket}\nmilter_default_action = tempfail\n"

    def settings(self):
        return self._conf.read_text()
