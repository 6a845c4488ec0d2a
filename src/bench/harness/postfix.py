# Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree.
"""A private Postfix instance: own configuration, queue and data; nothing in /etc/postfix is changed."""

import os
import subprocess
from pathlib import Path

from harness import processes, traffic
from harness.processes import BenchError

# What any relay for loopback needs, and nothing that costs it time: no DNS, no address rewriting,
# no content filter, no login, no TLS. Log lines go to syslog, which is cheaper than a log file.
BASE = """\
compatibility_level = 3.6
config_directory = {conf}
queue_directory = {queue}
data_directory = {data}
command_directory = {command}
daemon_directory = {daemon}
myhostname = postfix.bench.test
mydestination =
local_transport = error:this relay keeps no mailboxes
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_peername_lookup = no
smtp_tls_security_level = none
smtpd_tls_security_level = none
alias_maps =
alias_database =
biff = no
message_size_limit = 20480000
default_process_limit = 250
smtpd_client_connection_count_limit = 0
"""

# "default" keeps Postfix' own pace; "lean" stops pacing its input and handing idle connections
# from process to process, which costs more than it saves on loopback; "raised" also lifts what
# may hold it back under one fast destination.
LEAN = """\
in_flow_delay = 0
smtp_connection_cache_on_demand = no
"""
VARIANTS = {
    "postfix-default": "",
    "postfix-lean": LEAN,
    "postfix-raised": LEAN
    + """\
default_destination_concurrency_limit = 100
initial_destination_concurrency = 50
qmgr_message_active_limit = 40000
""",
}

SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
{log}"""


class Postfix:
    """One instance, started in the foreground, with its own sink behind it, and a milter if given."""

    def __init__(self, scope, parent, variant, seconds, log_file=None, milter=None):
        if os.geteuid() != 0:
            raise BenchError("the Postfix peer needs root: its daemons change their user")
        self.name = variant
        self.port = processes.free_port()
        self.sink = traffic.Sink(scope, parent)
        self.milter = milter
        self._top = Path(parent) / variant
        self.conf = self._top / "conf"
        self._configure(variant, log_file)
        self.process = self._start(scope, seconds)
        processes.await_greeting(self.port, self.process, 20)

    def _configure(self, variant, log_file):
        for name in ("conf", "queue", "data"):
            (self._top / name).mkdir(parents=True)
        for path in (self._top, self.conf, self._top / "queue"):
            path.chmod(0o755)
        subprocess.run(["chown", "postfix", self._top / "data"], check=True)
        text = BASE.format(
            conf=self.conf,
            queue=self._top / "queue",
            data=self._top / "data",
            command=_stock("command_directory"),
            daemon=_stock("daemon_directory"),
            sink=self.sink.port,
        )
        if log_file:
            text += f"maillog_file = {log_file}\nmaillog_file_prefixes = /\n"
        if self.milter:
            text += self.milter.main_cf()
        (self.conf / "main.cf").write_text(text + VARIANTS[variant])
        log_service = "postlog unix-dgram n - n - 1 postlogd\n" if log_file else ""
        (self.conf / "master.cf").write_text(SERVICES.format(port=self.port, log=log_service))

    def _start(self, scope, seconds):
        check = self._run("postfix", "-c", self.conf, "check")
        if check.returncode != 0:
            raise BenchError(f"postfix check: {check.stdout}")
        # -e: even if this harness is killed outright, the instance ends by itself.
        master = Path(_stock("daemon_directory")) / "master"
        return scope.start(
            [master, "-c", self.conf, "-e", seconds],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": str(self.conf)},
        )

    def _run(self, *command):
        return subprocess.run(
            [traffic.tool(command[0]), *map(str, command[1:])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    def roots(self):
        """The ids of the processes whose trees are all of this peer."""
        return [self.process.pid] + ([self.milter.process.pid] if self.milter else [])

    def settings(self):
        return self._run("postconf", "-c", self.conf, "-n").stdout

    def queued(self):
        """Mails still in the queue directories."""
        total = 0
        for name in ("maildrop", "incoming", "active", "deferred"):
            for _, _, files in os.walk(self._top / "queue" / name):
                total += len(files)
        return total

    @staticmethod
    def version():
        return _stock("mail_version")


def _stock(parameter):
    """A compiled-in value of the installed Postfix."""
    shown = subprocess.run(
        [traffic.tool("postconf"), "-d", "-h", parameter], stdout=subprocess.PIPE, text=True
    )
    return shown.stdout.strip()
