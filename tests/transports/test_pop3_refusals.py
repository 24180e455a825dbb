"""What POP3 servers mean when they refuse a sign-in: by code, then by the words of well-known providers (IN-10)."""

from __future__ import annotations

import pytest

from tests.servers.faults import scripted
from tests.servers.pop3_script import Pop3Script
from tests.transports.pop3_mailboxes import mailbox
from tests.transports.test_refusals import failed, kind_of
from trackit_console.cancel import Cancel
from trackit_console.transports.check import check_mailbox

SIGN_IN = {
    "code: wrong password": ("[AUTH] Authentication failed.", "wrong_password"),
    "code: busy": ("[IN-USE] mailbox already in use by pid 12345", "account_busy"),
    "code: too soon": ("[LOGIN-DELAY] wait", "account_throttled"),
    "code: temporary": ("[SYS/TEMP] Temporary authentication failure.", "server_busy"),
    "code: permanent": ("[SYS/PERM] Permanent system error", "folder_refused"),
    "code with a level that is not known": ("[SYS/OTHER] down", "server_busy"),
    "a code before words": ("[SYS/TEMP] account locked", "server_busy"),
    "words before a general code": ("[AUTH] Your password has expired", "password_expired"),
    "a code inside the words is none": ("no such user [IN-USE]", "wrong_password"),
    "Gmail: wrong password": ("[AUTH] Username and password not accepted.", "wrong_password"),
    "Gmail: app password": ("[AUTH] Application-specific password required: https://support.google.com/", "app_password_needed"),
    "Gmail: web login": ("[AUTH] Web login required: https://support.google.com/mail/answer/78754", "web_login_required"),
    "Gmail: POP off": (
        "[SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and enable your account "
        "for POP access.",
        "protocol_not_allowed",
    ),
    "Exchange: wrong password": ("Logon failure: unknown user name or bad password.", "wrong_password"),
    "Exchange: in clear": ("Command is not valid in this state.", "sign_in_not_allowed"),
    "Exchange: blocked": ('Authentication failure. [Error="LogonDenied-BasicAuthBlocked"]', "basic_auth_off"),
    "Exchange: disabled": ("Logon failure: account currently disabled.", "account_locked"),
    "Outlook.com: too soon": ("login allowed only every 15 minutes", "account_throttled"),
    "Hotmail: too often": (
        "Exceeded the login limit for a 15 minute period. Reduce the frequency of requests.",
        "account_throttled",
    ),
    "Yandex, which does not know either": ("[AUTH] login failure or POP3 disabled, try later.", "wrong_password"),
    "Mail.ru": ("NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security", "app_password_needed"),
    "QQ": ("Login fail. A secure connection is requiered(such as ssl).", "sign_in_not_allowed"),
    "NetEase": ("\u8bf7\u4f7f\u7528\u6388\u6743\u7801\u767b\u5f55", "app_password_needed"),
    "Zoho": ("You are yet to enable POP for your account. Please contact your administrator", "protocol_not_allowed"),
    "GMX": ("POP3 access is disabled for this mailbox", "protocol_not_allowed"),
    "Dovecot: clear text": (
        "[AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
        "sign_in_not_allowed",
    ),
    "Courier: connections": ("Maximum connection limit reached from ::ffff:192.0.2.1", "account_busy"),
    "Qpopper": (".support.pop lock busy!  Is another session active?  (11)", "account_busy"),
    "Cyrus": ("[IN-USE] Unable to lock maildrop: Mailbox is locked by POP server", "account_busy"),
    "locked, without a code": ("Unable to lock maildrop", "account_busy"),
    "an account that is locked": ("account is locked", "account_locked"),
    "does not know the command": ("Unknown command: USER", "sign_in_not_allowed"),
}


@pytest.mark.covers("IN-10", "MON-04")
@pytest.mark.parametrize(("words", "code"), SIGN_IN.values(), ids=SIGN_IN)
def test_a_refused_sign_in_is_named_and_what_passes_by_itself_is_no_wrong_password(words: str, code: str) -> None:
    script = Pop3Script(answers={"PASS": f"-ERR {words}\r\n".encode()})
    with scripted(script) as server:
        step = failed([*check_mailbox(mailbox(server.port), None, Cancel())])
    assert (step.name.value, step.code) == ("sign_in", code)
    kind = kind_of(step)
    assert not (kind.transient and kind.authentication)
