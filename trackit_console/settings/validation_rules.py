"""The validation rules, each with its message (IN-07, T-04).

Dialogs, import and command line show the same messages.
"""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP

CONTEXT = "settings"

RULES: dict[str, str] = {
    "required": QT_TRANSLATE_NOOP("settings", "This is required."),
    "wrong_type": QT_TRANSLATE_NOOP("settings", "This must be {expected}."),
    "unknown_field": QT_TRANSLATE_NOOP("settings", "There is no setting of this name. Correct its spelling or remove it."),
    "not_a_choice": QT_TRANSLATE_NOOP("settings", "Choose one of: {choices}."),
    "whole_number": QT_TRANSLATE_NOOP("settings", "Enter a whole number from {least} to {most}."),
    "kept_too_short": QT_TRANSLATE_NOOP("settings", "Enter at least {least} days, or 0 to keep it for ever."),
    "too_long": QT_TRANSLATE_NOOP("settings", "Enter at most {most} characters."),
    "too_short": QT_TRANSLATE_NOOP("settings", "Enter more than one character."),
    "one_line": QT_TRANSLATE_NOOP("settings", "Enter a single line without control characters."),
    "control_character": QT_TRANSLATE_NOOP(
        "settings", "Line {line}, column {column}: there is a control character, which mail cannot have. Delete it."
    ),
    "unknown_token": QT_TRANSLATE_NOOP(
        "settings",
        "Line {line}, column {column}: there is no token {token}. Insert one from the list. A brace that is meant as such is "
        "written twice.",
    ),
    "token_like_another": QT_TRANSLATE_NOOP(
        "settings", "Line {line}, column {column}: there is no token {token}. Did you mean {suggestion}?"
    ),
    "token_not_closed": QT_TRANSLATE_NOOP(
        "settings",
        "Line {line}, column {column}: the token that begins here has no closing brace. A brace that is meant as such is written "
        "twice.",
    ),
    "token_not_opened": QT_TRANSLATE_NOOP(
        "settings",
        "Line {line}, column {column}: the closing brace has no opening one. A brace that is meant as such is written twice.",
    ),
    "token_of_many_lines": QT_TRANSLATE_NOOP(
        "settings",
        "Line {line}, column {column}: {token} has several lines, and a subject has only one. Use it in the text instead.",
    ),
    "email_address": QT_TRANSLATE_NOOP("settings", "Enter an email address such as userName@domain.com."),
    "principal_name": QT_TRANSLATE_NOOP("settings", "Enter the account in the form userName@domain.com."),
    "server_name": QT_TRANSLATE_NOOP(
        "settings", "Enter a server name such as mail.example.com or an IP address, without https:// and without a port."
    ),
    "guid": QT_TRANSLATE_NOOP(
        "settings", "Enter the id as Microsoft Entra shows it, for example 9f1b6c1e-4f0c-4a5e-9a35-0d7f2c8f7c11."
    ),
    "secret_id": QT_TRANSLATE_NOOP(
        "settings",
        "This is the secret's ID. Paste its Value, which Microsoft Entra shows only once, right after the secret was created. "
        "If it was not copied then, create a new secret.",
    ),
    "tenant_domain": QT_TRANSLATE_NOOP(
        "settings",
        "This is a domain. Enter the directory's ID: the Microsoft Entra admin center shows it under Overview, as Tenant ID.",
    ),
    "user_id": QT_TRANSLATE_NOOP(
        "settings", "Enter the mailbox's address (userName@domain.com) or its object id in Microsoft Entra."
    ),
    "web_address": QT_TRANSLATE_NOOP("settings", "Enter a web address that begins with http:// or https://."),
    "secure_web_address": QT_TRANSLATE_NOOP("settings", "Enter a web address that begins with https://."),
    "web_server": QT_TRANSLATE_NOOP(
        "settings",
        "The server or the port in this address is not valid. Enter it like http://server:80/path; a port is 1 to 65535.",
    ),
    "ews_url": QT_TRANSLATE_NOOP("settings", "Enter the address as https://serverName/EWS/Exchange.asmx."),
    "fingerprint": QT_TRANSLATE_NOOP("settings", "Enter the certificate's SHA-256 fingerprint: 64 hexadecimal digits."),
    "file_type": QT_TRANSLATE_NOOP("settings", "Enter a file type as its ending without the dot, for example exe."),
    "time_zone": QT_TRANSLATE_NOOP(
        "settings", "There is no time zone of this name. Enter one such as Europe/Berlin, America/New_York or UTC."
    ),
    "full_path": QT_TRANSLATE_NOOP("settings", "Enter the full path of a folder, such as D:\\Backups or \\\\server\\share."),
    "time_of_day": QT_TRANSLATE_NOOP("settings", "Enter a time from 00:00 to 23:59, for example 09:30."),
    "closing_time": QT_TRANSLATE_NOOP("settings", "Enter a time from 00:00 to 24:00, for example 17:30."),
    "closes_before_opens": QT_TRANSLATE_NOOP(
        "settings",
        "The closing time must be after the opening time. For hours that pass midnight, make two entries: one until 24:00, and one "
        "from 00:00 on the next day.",
    ),
    "hours_overlap": QT_TRANSLATE_NOOP("settings", "On {day}, these hours overlap with those from {opens} to {closes}."),
    "hours_required": QT_TRANSLATE_NOOP("settings", "Enter the opening hours of at least one day."),
    "weekday_required": QT_TRANSLATE_NOOP("settings", "Choose at least one day of the week."),
    "quiet_hours_incomplete": QT_TRANSLATE_NOOP("settings", "Enter when the quiet hours begin and when they end, or neither."),
    "quiet_hours_equal": QT_TRANSLATE_NOOP("settings", "Quiet hours cannot end at the time at which they begin."),
    "always_quiet": QT_TRANSLATE_NOOP("settings", "Leave at least one day of the week on which email may be sent."),
    "starttls_with_ssl": QT_TRANSLATE_NOOP(
        "settings", "STARTTLS is for connections that do not use SSL from the start. Clear Use SSL or STARTTLS."
    ),
    "oauth_in_clear": QT_TRANSLATE_NOOP(
        "settings", "Microsoft 365 accepts sign-ins over encrypted connections only. Tick Use SSL or STARTTLS."
    ),
    "cloud_addresses": QT_TRANSLATE_NOOP("settings", "For another cloud, enter its sign-in address and its Graph address."),
    "secret_or_certificate": QT_TRANSLATE_NOOP("settings", "Use either a client secret or a certificate, not both."),
    "account_required": QT_TRANSLATE_NOOP("settings", "The server requires authentication: enter the user account name."),
    "template_required": QT_TRANSLATE_NOOP("settings", "Select the ticket template for the ticket that reports the stop."),
    "sql_server": QT_TRANSLATE_NOOP(
        "settings", "Enter the server like sql01.example.com or sql01\\HELPDESK. Its port goes into the field Port."
    ),
    "strict_is_checked": QT_TRANSLATE_NOOP(
        "settings", "With strict encryption the certificate is always checked. Turn the check on, or choose Mandatory."
    ),
    "sql_sign_in": QT_TRANSLATE_NOOP("settings", "SQL Server authentication needs a user name."),
    "passwords_differ": QT_TRANSLATE_NOOP("settings", "The two passwords are not the same. Type both again."),
    "password_required": QT_TRANSLATE_NOOP("settings", "Enter the password of this account."),
    "account_taken": QT_TRANSLATE_NOOP(
        "settings", "Mailbox {other} already reads this account on this server. An account is read by one mailbox only."
    ),
    "name_taken": QT_TRANSLATE_NOOP("settings", "Another mailbox has this name. Choose a different one."),
    "from_address": QT_TRANSLATE_NOOP(
        "settings", "The From Address must be one of the addresses configured for incoming email: {addresses}."
    ),
    "from_address_without_mailbox": QT_TRANSLATE_NOOP(
        "settings", "The From Address must be an address configured for incoming email. Add an incoming mailbox first."
    ),
    "template_taken": QT_TRANSLATE_NOOP("settings", "There is a template {value} already. Choose a different name."),
    "definition_taken": QT_TRANSLATE_NOOP("settings", "There is one with the name {name} already. Choose a different name."),
    "recipients_required": QT_TRANSLATE_NOOP("settings", "Choose at least one recipient."),
    "recipients_without_record": QT_TRANSLATE_NOOP(
        "settings", "This event is about a mailbox and not about a record: choose all technicians, or enter addresses."
    ),
    "due_time_required": QT_TRANSLATE_NOOP("settings", "Enter a time for the first response, for closing, or for both."),
    "reminder_without_due_time": QT_TRANSLATE_NOOP(
        "settings",
        "A reminder is about a due time that is not set. Enter that time, or choose the other due time for the reminder.",
    ),
    "reminder_too_early": QT_TRANSLATE_NOOP(
        "settings", "A reminder would be sent before the record exists. Make its distance shorter than the time until it is due."
    ),
    "actions_required": QT_TRANSLATE_NOOP("settings", "Add at least one action."),
    "template_unknown": QT_TRANSLATE_NOOP("settings", "There is no notification template {template}. Choose one of the list."),
    "technician_unknown": QT_TRANSLATE_NOOP("settings", "There is no technician with the address {address}."),
    "address_taken": QT_TRANSLATE_NOOP("settings", "{value} belongs to {owner} already."),
    "secret_unreadable": QT_TRANSLATE_NOOP(
        "settings", "What is stored here cannot be opened with this computer's key. Type it again."
    ),
    "csv_quotation": QT_TRANSLATE_NOOP(
        "settings", "A quotation mark is not closed, or a value is far too long. Correct the line in the file."
    ),
    "csv_too_many_cells": QT_TRANSLATE_NOOP(
        "settings", "There are more values than columns. Put quotation marks around a value that contains the separator."
    ),
    "csv_doubled": QT_TRANSLATE_NOOP("settings", "Line {line} has this already."),
    "doubled": QT_TRANSLATE_NOOP("settings", "{value} is in the list more than once."),
}
