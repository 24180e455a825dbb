"""A private Dovecot for IMAP and POP3: own configuration, ports and files, as root or as an ordinary user (2.3 and 2.4)."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from tests.servers.certificates import ServerCertificate

PASSWORD = "dovecots-password"
PATIENCE = 10.0
"""Seconds that Dovecot gets to start or to stop."""


@dataclass(frozen=True)
class Account:
    """A user of the server; every name is one, and all but a few have the same password."""

    name: str
    password: str = PASSWORD


ODD_ACCOUNTS = {
    "a domain": Account("CORP\\support"),
    "quotes and blanks": Account('sup"port', 'p"a\\s s(w*)'),
    "umlauts": Account("jürgen@example.com", "pässwörd €"),
}
"""Names and passwords that IMAP's grammar makes hard to send."""

_COMMON = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
instance_name = trackit-test-{imap}
listen = 127.0.0.1
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_chars =
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 200
namespace inbox {{
  inbox = yes
  separator = {delimiter}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
"""

_VERSION_2_3 = """
protocols = imap pop3
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%n
mail_save_crlf = yes
maildir_very_dirty_syncs = yes
mail_plugins = listescape
pop3_uidl_format = %08Xu%08Xv
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={root}/home/%n
}}
"""

_VERSION_2_4 = """dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {{
  imap = yes
  pop3 = yes
}}
ssl = yes
ssl_server_cert_file = {certificate}
ssl_server_key_file = {certificate}
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {root}/mail/%{{user | username}}
mailbox_list_storage_escape_char = "^"
passdb passwd-file {{
  passwd_file_path = {root}/users
  default_password_scheme = PLAIN
}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {mail_uid}
    gid = {mail_gid}
    home = {root}/home/%{{user | username}}
  }}
}}
"""


class Dovecot:
    """Running from `start` to `stop`; the ports are those of plain and STARTTLS, and of SSL.

    `root` is an empty folder that every user of the computer may pass through. `delimiter` stands between the names of
    nested folders (RFC 3501 section 5.1.1); another one than a slash leaves slashes to the names themselves.
    """

    host = "localhost"
    password = PASSWORD

    def __init__(
        self, root: Path, certificate: ServerCertificate, capabilities: Sequence[str] = (), delimiter: str = "/"
    ) -> None:
        self._root = root
        self._certificate = certificate
        self._capabilities = capabilities
        self.delimiter = delimiter
        self.imap, self.imaps, self.pop3, self.pop3s = free_ports(4)
        self._numbers = itertools.count(1)

    @staticmethod
    def installed() -> bool:
        """Whether this computer has it (Debian: dovecot-imapd, dovecot-pop3d)."""
        return _program() is not None

    # ------------------------------------------------------------------ running

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._root.mkdir(mode=0o755, parents=True, exist_ok=True)
        for folder in ("run", "state", "mail", "home"):
            (self._root / folder).mkdir(exist_ok=True)
        configuration = self._root / "dovecot.conf"
        configuration.write_text(self._configuration())
        odd = [f"{_escaped(account.name.lower())}:{{PLAIN}}{account.password}\n" for account in ODD_ACCOUNTS.values()]
        (self._root / "users").write_text("".join(odd), encoding="utf-8")
        self._make_ready_for_mail()
        command = [_program() or "dovecot", "-F", "-c", str(configuration)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not self._answers_in_time():
            self.stop()
            raise TimeoutError(f"Dovecot does not answer\n{self._log()}")

    def stop(self) -> None:
        """Ends it and waits until it is gone."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()  # it misses a signal that comes while it starts
            self._process.wait()

    def _answers_in_time(self) -> bool:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.imap), timeout=1) as sock:
            return sock.recv(4) == b"* OK"
        return False

    def _log(self) -> str:
        log = self._root / "dovecot.log"
        return log.read_text() if log.exists() else ""

    def _configuration(self) -> str:
        # One configuration has the version in its first line, the other refuses that line.
        template = _VERSION_2_4 if _version() >= (2, 4) else _VERSION_2_3
        return (template + _COMMON).format(
            root=self._root, certificate=self._certificate.file, **self._values()
        ) + self._advertised()

    def _advertised(self) -> str:
        """What the server tells of once somebody has signed in; empty: all that it can. A block would add to what 2.4 can."""
        return f"imap_capability = {' '.join(self._capabilities)}\n" if self._capabilities else ""

    def _values(self) -> dict[str, Any]:
        import grp  # these two are not on Windows, and Dovecot is not either
        import pwd

        owner = pwd.getpwuid(os.geteuid())
        root = owner.pw_uid == 0
        mail = pwd.getpwnam("dovecot") if root else owner
        internal = "dovecot" if root else owner.pw_name
        return {
            "password": PASSWORD,
            "delimiter": self.delimiter,
            "internal": internal,
            "internal_group": grp.getgrgid(mail.pw_gid).gr_name,
            "login": "dovenull" if root else owner.pw_name,
            "mail": mail.pw_name,
            "mail_group": grp.getgrgid(mail.pw_gid).gr_name,
            "mail_uid": mail.pw_uid,
            "mail_gid": mail.pw_gid,
            "imap": self.imap,
            "imaps": self.imaps,
            "pop3": self.pop3,
            "pop3s": self.pop3s,
        }

    def _make_ready_for_mail(self) -> None:
        if os.geteuid() == 0:
            import pwd

            mail = pwd.getpwnam("dovecot")
            for folder in ("mail", "home"):
                os.chown(self._root / folder, mail.pw_uid, mail.pw_gid)

    # ------------------------------------------------------------------ as other mail programs see it

    def new_account(self) -> Account:
        """A user that nobody else uses."""
        return Account(f"support{next(self._numbers)}@example.com")

    @contextlib.contextmanager
    def client(self, user: str, folder: str | None = "INBOX") -> Iterator[Any]:
        """Another program in the user's mailbox, with `folder` open."""
        with IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=PATIENCE) as client:
            client.login(user, PASSWORD)
            if folder:
                client.select_folder(folder)
            yield client

    def append(self, user: str, raw: bytes, folder: str = "INBOX", flags: Sequence[bytes] = (), when: Any = None) -> None:
        """A message arrives."""
        with self.client(user, None) as client:
            client.append(folder, raw, flags, when)

    def append_all(self, user: str, raws: Sequence[bytes], folder: str = "INBOX") -> None:
        """Messages arrive, in this order."""
        with self.client(user, None) as client:
            for raw in raws:
                client.append(folder, raw)

    def folder(self, user: str, name: str = "INBOX") -> list[bytes]:
        """The messages in a folder, oldest first."""
        with self.client(user, name) as client:
            messages = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [messages[uid][b"BODY[]"] for uid in sorted(messages)]

    def flags(self, user: str, name: str = "INBOX") -> list[set[bytes]]:
        """The marks of each message in a folder, oldest first, without Recent."""
        with self.client(user, name) as client:
            marks = client.get_flags(client.search("ALL"))
            return [set(marks[uid]) - {rb"\Recent"} for uid in sorted(marks)]

    def counts(self, user: str) -> dict[str, int]:
        """How many messages each folder holds."""
        with self.client(user, None) as client:
            names = [name for flags, _, name in client.list_folders() if b"\\Noselect" not in flags]
            return {name: client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] for name in names}

    def copy_mail(self, user: str, other: str) -> None:
        """Gives `other` the mail of `user` in place of their own, with all its numbers, as a backup is made and restored."""
        shutil.rmtree(self._maildir(other), ignore_errors=True)
        subprocess.run(["cp", "-a", self._maildir(user), self._maildir(other)], check=True)  # with the owner

    def make_unreadable(self, user: str, number: int) -> None:
        """Damages a message of the Inbox, counted from 0: it stays listed, but Dovecot cannot read it any more."""
        maildir = self._maildir(user)
        files = [*maildir.glob("cur/*"), *maildir.glob("new/*")]
        sorted(files, key=_arrival)[number].chmod(0)

    def _maildir(self, user: str) -> Path:
        return self._root / "mail" / user.partition("@")[0]


def _arrival(file: Path) -> list[int]:
    """Seconds and microseconds at the beginning of a Maildir file's name, by which the files are in order."""
    return [int(part) for part in re.findall(r"\d+", file.name)[:2]]


def _escaped(name: str) -> str:
    """As Dovecot looks it up in a passwd-file."""
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _program() -> str | None:
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def _version() -> tuple[int, ...]:
    said = subprocess.run([_program() or "dovecot", "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in said.split()[0].split(".")[:2])


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
    ports = [int(sock.getsockname()[1]) for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports
