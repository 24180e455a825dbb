"""What stops a visit besides the mail server and the database, and what cannot be done with quarantined messages and reports."""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class PostActionRefused(Problem):
    """Mail was taken in, but the server did not let it be marked, deleted or moved (MON-06)."""

    context = "monitor"
    code = "post_action_refused"
    sentence = QT_TRANSLATE_NOOP(
        "monitor", "{number} processed messages could not be marked, deleted or moved on the mail server: {words}"
    )
    remedy = QT_TRANSLATE_NOOP(
        "monitor",
        "The tickets were made, and nothing is taken twice. Give the account the right to change the folder, or room for the "
        "processed messages. It is tried again by itself.",
    )


class SettingsRefused(Problem):
    """The stored settings of a mailbox break a rule of this version, so it is not visited."""

    context = "monitor"
    code = "settings_refused"
    sentence = QT_TRANSLATE_NOOP("monitor", "The stored settings of this mailbox cannot be used: {field}: {words}")
    remedy = QT_TRANSLATE_NOOP("monitor", "Edit the mailbox, correct the field that is marked, and save it.")


class UnexpectedError(Problem):
    """A fault of this program stopped the visit; the other mailboxes go on."""

    context = "monitor"
    code = "unexpected_error"
    sentence = QT_TRANSLATE_NOOP("monitor", "Something unexpected happened while the mailbox was read.")
    remedy = QT_TRANSLATE_NOOP("monitor", "It is tried again by itself. If it happens again, report the details from the log.")


class DecidedMeanwhile(Problem):
    """The message does not wait in quarantine any more: another admin tried it again, added it to a record, or discarded it."""

    context = "monitor"
    code = "decided_meanwhile"
    sentence = QT_TRANSLATE_NOOP("monitor", "Somebody else decided about this message meanwhile. Nothing was changed now.")
    remedy = QT_TRANSLATE_NOOP("monitor", "Look at the list of messages for what became of it.")


class NotDownloadedYet(Problem):
    """The message was never handed over by the server as a whole, so it cannot be added to a record."""

    context = "monitor"
    code = "not_downloaded_yet"
    sentence = QT_TRANSLATE_NOOP("monitor", "The mail server never handed over the whole of this message.")
    remedy = QT_TRANSLATE_NOOP("monitor", "Press Try again: the email monitor asks the server for it once more.")


class MailboxGone(Problem):
    """The message was never handed over as a whole, and nobody visits its mailbox any more."""

    context = "monitor"
    code = "mailbox_gone"
    sentence = QT_TRANSLATE_NOOP(
        "monitor", "The mailbox of this message was deleted here, so the mail server cannot be asked for the message any more."
    )
    remedy = QT_TRANSLATE_NOOP(
        "monitor", "Read the message on the mail server, where it still is, then discard it here. Nothing was changed."
    )


class AccountChanged(MailboxGone):
    """The message was never handed over as a whole, and its mailbox reads another account or folder now."""

    code = "account_changed"
    sentence = QT_TRANSLATE_NOOP(
        "monitor", "The mailbox of this message reads another account or folder now, where the message is not."
    )
    remedy = QT_TRANSLATE_NOOP(
        "monitor", "Read the message in the former account, where it still is, then discard it here. Nothing was changed."
    )


class NoSenderForReports(Problem):
    """A report is to be sent, and there is no outgoing account that it could be from (NOT-02)."""

    context = "monitor"
    code = "no_sender_for_reports"
    sentence = QT_TRANSLATE_NOOP("monitor", "The report cannot be sent, because no outgoing email account is set up.")
    remedy = QT_TRANSLATE_NOOP("monitor", "Set up outgoing email. A report that is due is sent as soon as you have.")


class ReportFailed(Problem):
    """A fault of this program kept a report from being made; the others are sent (NOT-02)."""

    context = "monitor"
    code = "report_failed"
    sentence = QT_TRANSLATE_NOOP("monitor", "Something unexpected happened while the report was made. It was not sent.")
    remedy = QT_TRANSLATE_NOOP(
        "monitor",
        "It is tried again by its schedule, and is then about the whole time. If it happens again, report the details from the log.",
    )


class MailNotSent(Problem):
    """A fault of this program kept a mail from being sent; the others go on."""

    context = "monitor"
    code = "mail_not_sent"
    sentence = QT_TRANSLATE_NOOP("monitor", "Something unexpected happened while the mail was sent.")
    remedy = QT_TRANSLATE_NOOP("monitor", "It is tried again by itself. If it happens again, report the details from the log.")
