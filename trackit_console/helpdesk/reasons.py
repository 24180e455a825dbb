"""The reasons for decisions about messages: each has a code, which is stored, and a sentence, which is shown.

Sentences are translated when they are shown, not when they are stored.
"""

from __future__ import annotations

from enum import StrEnum

from trackit_console.domain.records import AppliedReason, Priority, Status
from trackit_console.helpdesk.labels import label_of
from trackit_console.mail.parse_warning_sentences import warning_phrase
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, problem_phrases


class Reason(StrEnum):
    """Codes of reasons. They are public (the activity of the command line) and stored, so they are never renamed."""

    SUBJECT_TOO_LONG = "subject_too_long"
    PROCESSING_FAILED = "processing_failed"
    NOT_STORABLE = "not_storable"
    NOT_DOWNLOADABLE = "not_handed_over"
    UNKNOWN_SENDER = "unknown_sender"
    SENDER_RULE = "sender_rule"
    SUBJECT_RULE = "subject_rule"
    NOT_ACCEPTED = "not_accepted"
    ENDED_THE_PROCESS = "broke_down"
    TAKEN_BEFORE = "taken_before"
    TAKEN_ELSEWHERE = "taken_elsewhere"
    KEYWORD_IN_SUBJECT = "keyword_in_subject"
    KEYWORD_IN_BODY = "keyword_in_body"
    KEYWORD_WITHOUT_RECORD = "keyword_without_record"
    OTHER_KEYWORDS = "other_keywords"
    REPLY = "reply"
    REOPENED = "reopened"
    CLOSED_TOO_LONG = "closed_too_long"
    NO_KEYWORD = "no_keyword"
    KNOWN_REQUESTOR = "known_requestor"
    NEW_REQUESTOR = "new_requestor"
    NO_REQUESTOR = "no_requestor"
    FROM_TECHNICIAN = "from_technician"
    ASSIGNED_TECHNICIAN = "assigned_technician"
    TEMPLATE = "template"
    TEMPLATE_GONE = "template_gone"
    RESTRICTED_FILE = "restricted_file"
    REPAIRED = "repaired"
    TOO_LARGE = "too_large"
    REFUSED_BY_SERVER = "refused_by_server"
    TAKEN_ALREADY = "taken_already"
    TAKEN_RECORD_GONE = "taken_record_gone"
    OWN_ADDRESS = "own_address"
    AUTOMATIC = "automatic"
    NO_TICKET_FOR_AUTOMATIC = "no_ticket_for_automatic"
    NOT_ANSWERED = "not_answered"
    MANY_ABOUT_RECORD = "many_about_record"
    MANY_OF_SAME_TEXT = "many_of_same_text"
    MANY_OF_SAME_TEXT_IN_A_DAY = "many_of_same_text_in_a_day"
    MANY_OF_SENDER = "many_of_sender"
    MANY_IN_MAILBOX = "many_in_mailbox"
    BOUNCE_OF_OURS = "bounce_of_ours"
    BOUNCE_OF_OURS_TO_NOBODY = "bounce_of_ours_to_nobody"
    STRANGER = "stranger"
    STRANGER_NEW_TICKET = "stranger_new_ticket"
    CLOSED = "closed"
    ROUTED_BY_HAND = "routed_by_hand"
    CLOSED_BY_HAND = "closed_by_hand"
    REOPENED_BY_HAND = "reopened_by_hand"
    ASSIGNED_BY_HAND = "assigned_by_hand"
    UNASSIGNED_BY_HAND = "unassigned_by_hand"
    PRIORITY_BY_HAND = "priority_by_hand"
    WAITING_BY_HAND = "waiting_by_hand"
    CONTINUED_BY_HAND = "continued_by_hand"
    CONTINUED = "continued"
    NO_DUE_TIME = "no_due_time"
    RESPONSE_DUE = "response_due"
    RESPONSE_OVERDUE = "response_overdue"
    CLOSING_DUE = "closing_due"
    CLOSING_OVERDUE = "closing_overdue"
    TOO_MANY_ROUNDS = "too_many_rounds"
    RULE_SET_STATUS = "rule_set_status"
    RULE_SET_PRIORITY = "rule_set_priority"
    RULE_SET_CATEGORY = "rule_set_category"
    RULE_ASSIGNED = "rule_assigned"
    RULE_UNASSIGNED = "rule_unassigned"
    RULE_NOTED = "rule_noted"
    RULE_CREATED = "rule_created"
    RULE_CREATED_FOR = "rule_created_for"
    RULE_CREATED_THIS = "rule_created_this"
    RULE_OF_LINKED = "rule_of_linked"
    RULE_CREATES_NO_MORE = "rule_creates_no_more"
    RULE_TECHNICIAN_UNKNOWN = "rule_technician_unknown"
    RULE_NEVER_DUE = "rule_never_due"
    DELAYED_FAILED = "delayed_failed"
    PROCESSING_STOPPED = "processing_stopped"
    PROCESSING_RESUMED = "processing_resumed"
    EMAIL_COMMAND = "email_command"
    EMAIL_COMMAND_OFF = "email_command_off"
    EMAIL_COMMAND_REFUSED = "email_command_refused"
    COMMAND_CREATED = "command_created"
    COMMAND_SET = "command_set"
    COMMAND_NOTED = "command_noted"
    COMMAND_PRIVATE = "command_private"
    COMMAND_DELETED = "command_deleted"
    COMMAND_OF_STRANGER = "command_of_stranger"
    COMMAND_WITHOUT_RECORD = "command_without_record"
    DELETE_WITHOUT_KEYWORD = "delete_without_keyword"
    DELETE_WITH_SEVERAL_KEYWORDS = "delete_with_several_keywords"
    RECORD_OF_ANOTHER = "record_of_another"
    RECORD_STAYS_CLOSED = "record_stays_closed"
    NO_TRUSTED_SERVER = "no_trusted_server"
    SENDER_NOT_CONFIRMED = "sender_not_confirmed"
    LINE_UNKNOWN = "line_unknown"
    LINE_WITH_TOO_MANY_WORDS = "line_with_too_many_words"
    LINE_WITHOUT_VALUE = "line_without_value"
    LINE_TOO_LONG = "line_too_long"
    LINE_CHOICES = "line_choices"
    LINE_WITHOUT_DATE = "line_without_date"
    LINE_WITHOUT_ADDRESS = "line_without_address"
    LINE_NOT_OF_MODULE = "line_not_of_module"
    LINE_OF_OTHER_RECORD = "line_of_other_record"
    LINES_EXCLUDE_EACH_OTHER = "lines_exclude_each_other"
    LINE_FOR_TECHNICIANS = "line_for_technicians"
    TECHNICIAN_UNKNOWN = "technician_unknown"
    TECHNICIAN_AMBIGUOUS = "technician_ambiguous"
    ADDRESS_TAKEN = "address_taken"
    ADDRESS_OF_HELP_DESK = "address_of_help_desk"
    MAIL_STOPPED_BY_SENDER_RULE = "mail_stopped_by_sender_rule"
    MAIL_STOPPED_BY_SUBJECT_RULE = "mail_stopped_by_subject_rule"
    MANY_MAILS_TO_RECIPIENT = "many_mails_to_recipient"
    MANY_MAILS_ABOUT_RECORD = "many_mails_about_record"
    MANY_ANSWERS_IN_A_DAY = "many_answers_in_a_day"
    MAIL_WITHOUT_TEMPLATE = "mail_without_template"
    NOBODY_IS_TOLD = "nobody_is_told"
    NO_FROM_ADDRESS = "no_from_address"
    RECIPIENT_WITHOUT_ADDRESS = "recipient_without_address"
    RECIPIENT_IS_HELP_DESK = "recipient_is_help_desk"
    RECIPIENT_DID_IT = "recipient_did_it"
    RECIPIENT_IS_NO_TECHNICIAN = "recipient_is_no_technician"
    RECIPIENT_GOT_REPLY = "recipient_got_reply"
    REPLY_STOPPED_BY_SENDER_RULE = "reply_stopped_by_sender_rule"
    REPLY_STOPPED_BY_SUBJECT_RULE = "reply_stopped_by_subject_rule"
    REPLY_TO_NOBODY = "reply_to_nobody"
    REPLY_WITHOUT_RECIPIENT = "reply_without_recipient"
    REPLY_RECIPIENT_GONE = "reply_recipient_gone"
    WRITTEN_BY_REQUESTOR = "written_by_requestor"
    WRITTEN_BY = "written_by"
    DONE_BY_RULE = "done_by_rule"


SENTENCES: dict[Reason, str] = {
    Reason.SUBJECT_TOO_LONG: QT_TRANSLATE_NOOP(
        "helpdesk", "The subject has {length} characters; more than {limit} are not processed."
    ),
    Reason.PROCESSING_FAILED: QT_TRANSLATE_NOOP("helpdesk", "The message could not be processed."),
    Reason.NOT_STORABLE: QT_TRANSLATE_NOOP("helpdesk", "The database refused to store the message."),
    Reason.NOT_DOWNLOADABLE: QT_TRANSLATE_NOOP(
        "helpdesk", "The server announced the message but did not hand it over, {tries} times. It stays in the mailbox."
    ),
    Reason.ENDED_THE_PROCESS: QT_TRANSLATE_NOOP("helpdesk", "The email monitor broke down over this message, {tries} times."),
    Reason.UNKNOWN_SENDER: QT_TRANSLATE_NOOP("helpdesk", "The sender is unknown, and mail from unknown senders is refused."),
    Reason.SENDER_RULE: QT_TRANSLATE_NOOP("helpdesk", "Sender rule “{rule}” matches the sender."),
    Reason.SUBJECT_RULE: QT_TRANSLATE_NOOP("helpdesk", "Subject rule “{rule}” matches the subject."),
    Reason.NOT_ACCEPTED: QT_TRANSLATE_NOOP("helpdesk", "The sender is not among those whose mail is accepted."),
    Reason.TAKEN_BEFORE: QT_TRANSLATE_NOOP("helpdesk", "The same message was taken from this mailbox before."),
    Reason.TOO_LARGE: QT_TRANSLATE_NOOP(
        "helpdesk", "The message has {size} MB; more than {limit} MB are not downloaded. It stays in the mailbox."
    ),
    Reason.REFUSED_BY_SERVER: QT_TRANSLATE_NOOP(
        "helpdesk", "The mail server refused to hand over the message, {tries} times. It stays in the mailbox."
    ),
    Reason.TAKEN_ALREADY: QT_TRANSLATE_NOOP("helpdesk", "The same message came again; it is in {record} already."),
    Reason.TAKEN_RECORD_GONE: QT_TRANSLATE_NOOP("helpdesk", "The same message came again; its record was deleted."),
    Reason.OWN_ADDRESS: QT_TRANSLATE_NOOP("helpdesk", "The message comes from an address of this help desk itself."),
    Reason.AUTOMATIC: QT_TRANSLATE_NOOP("helpdesk", "No person wrote this message ({sign})."),
    Reason.NO_TICKET_FOR_AUTOMATIC: QT_TRANSLATE_NOOP(
        "helpdesk", "It belongs to no record, and Loop protection makes no ticket of such mail."
    ),
    Reason.NOT_ANSWERED: QT_TRANSLATE_NOOP("helpdesk", "The message is not answered ({sign})."),
    Reason.MANY_ABOUT_RECORD: QT_TRANSLATE_NOOP(
        "helpdesk",
        "Within an hour, {limit} messages of this sender came about this record: nothing is answered until there are fewer.",
    ),
    Reason.MANY_OF_SAME_TEXT: QT_TRANSLATE_NOOP(
        "helpdesk", "Within an hour, {limit} messages came with this subject and text: nothing is answered until there are fewer."
    ),
    Reason.MANY_OF_SAME_TEXT_IN_A_DAY: QT_TRANSLATE_NOOP(
        "helpdesk",
        "Within 24 hours, {limit} messages came with this subject and text: nothing is answered until there are fewer.",
    ),
    Reason.MANY_OF_SENDER: QT_TRANSLATE_NOOP(
        "helpdesk", "Within an hour, {limit} messages of this sender came: nothing is answered until there are fewer."
    ),
    Reason.MANY_IN_MAILBOX: QT_TRANSLATE_NOOP(
        "helpdesk", "Within an hour, {limit} messages came in this mailbox: nothing is answered until there are fewer."
    ),
    Reason.BOUNCE_OF_OURS: QT_TRANSLATE_NOOP("helpdesk", "A message of {record} did not reach {recipients} (status {status})."),
    Reason.BOUNCE_OF_OURS_TO_NOBODY: QT_TRANSLATE_NOOP(
        "helpdesk", "A message of {record} was not delivered (status {status}); the report does not say to whom."
    ),
    Reason.STRANGER: QT_TRANSLATE_NOOP(
        "helpdesk", "The sender has nothing to do with {record} so far; only the keyword names it."
    ),
    Reason.STRANGER_NEW_TICKET: QT_TRANSLATE_NOOP(
        "helpdesk", "The sender has nothing to do with {record}, so this is a new ticket."
    ),
    Reason.CLOSED: QT_TRANSLATE_NOOP("helpdesk", "{record} is closed, so this is a new ticket."),
    Reason.ROUTED_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} added the message to {record}."),
    Reason.CLOSED_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} closed this."),
    Reason.REOPENED_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} reopened this."),
    Reason.ASSIGNED_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} assigned this to {technician}."),
    Reason.UNASSIGNED_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} assigned this to nobody."),
    Reason.PRIORITY_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} set the priority to {priority}."),
    Reason.WAITING_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} set this to waiting."),
    Reason.CONTINUED_BY_HAND: QT_TRANSLATE_NOOP("helpdesk", "{name} continued this."),
    Reason.CONTINUED: QT_TRANSLATE_NOOP("helpdesk", "{record} was waiting and is open again."),
    Reason.NO_DUE_TIME: QT_TRANSLATE_NOOP(
        "helpdesk", "Service level {level} gives no due time. {problem} Check the page Business Hours."
    ),
    Reason.RESPONSE_DUE: QT_TRANSLATE_NOOP("helpdesk", "By service level {level}, the first response is due at {due}."),
    Reason.RESPONSE_OVERDUE: QT_TRANSLATE_NOOP("helpdesk", "By service level {level}, the first response was due at {due}."),
    Reason.CLOSING_DUE: QT_TRANSLATE_NOOP("helpdesk", "By service level {level}, this is to be closed by {due}."),
    Reason.CLOSING_OVERDUE: QT_TRANSLATE_NOOP("helpdesk", "By service level {level}, this was to be closed by {due}."),
    Reason.TOO_MANY_ROUNDS: QT_TRANSLATE_NOOP(
        "helpdesk",
        "Business rules answered each other {rounds} times and were stopped: {rules}. Change their conditions so that one does not "
        "undo what the other does.",
    ),
    Reason.RULE_SET_STATUS: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” set the status to {status}."),
    Reason.RULE_SET_PRIORITY: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” set the priority to {priority}."),
    Reason.RULE_SET_CATEGORY: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” set the category to “{category}”."),
    Reason.RULE_ASSIGNED: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” assigned this to {technician}."),
    Reason.RULE_UNASSIGNED: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” assigned this to nobody."),
    Reason.RULE_NOTED: QT_TRANSLATE_NOOP("helpdesk", "Added by business rule “{rule}”."),
    Reason.RULE_CREATED: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” created a linked {module}: “{subject}”."),
    Reason.RULE_CREATED_FOR: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” created this for {record}."),
    Reason.RULE_CREATED_THIS: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” created this."),
    Reason.RULE_OF_LINKED: QT_TRANSLATE_NOOP("helpdesk", "This is linked with {record}, which the rule is about."),
    Reason.RULE_CREATES_NO_MORE: QT_TRANSLATE_NOOP(
        "helpdesk", "Business rule “{rule}” created no record for this one, because business rule “{by}” created this one."
    ),
    Reason.RULE_TECHNICIAN_UNKNOWN: QT_TRANSLATE_NOOP(
        "helpdesk",
        "Business rule “{rule}” could not assign this: there is no technician with the address {address}. Choose another one in the "
        "rule.",
    ),
    Reason.RULE_NEVER_DUE: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” does not act after its delay. {why}"),
    Reason.DELAYED_FAILED: QT_TRANSLATE_NOOP(
        "helpdesk", "What “{source}” was to do here later failed, and is not tried again. The log file says why."
    ),
    Reason.PROCESSING_STOPPED: QT_TRANSLATE_NOOP(
        "helpdesk", "Email processing of mailbox {mailbox} has stopped: the sign-in failed {tries} times in a row. {error}"
    ),
    Reason.PROCESSING_RESUMED: QT_TRANSLATE_NOOP("helpdesk", "Email processing of mailbox {mailbox} works again."),
    Reason.EMAIL_COMMAND: QT_TRANSLATE_NOOP("helpdesk", "Email command: {lines}"),
    Reason.EMAIL_COMMAND_OFF: QT_TRANSLATE_NOOP(
        "helpdesk", "Email commands of this kind are turned off, so this was read as text: {lines}"
    ),
    Reason.EMAIL_COMMAND_REFUSED: QT_TRANSLATE_NOOP("helpdesk", "Nothing was done by this email command: {lines}"),
    Reason.COMMAND_CREATED: QT_TRANSLATE_NOOP("helpdesk", "{module} “{subject}” was created."),
    Reason.COMMAND_SET: QT_TRANSLATE_NOOP("helpdesk", "{field} is “{value}” now."),
    Reason.COMMAND_NOTED: QT_TRANSLATE_NOOP("helpdesk", "The text was added as a note."),
    Reason.COMMAND_PRIVATE: QT_TRANSLATE_NOOP("helpdesk", "The note is for technicians alone."),
    Reason.COMMAND_DELETED: QT_TRANSLATE_NOOP("helpdesk", "{record} was deleted."),
    Reason.COMMAND_OF_STRANGER: QT_TRANSLATE_NOOP(
        "helpdesk", "Email commands are for technicians and requestors; the sender is neither."
    ),
    Reason.COMMAND_WITHOUT_RECORD: QT_TRANSLATE_NOOP(
        "helpdesk", "The command needs a record: put its keyword into the subject, such as [Ticket - 12]."
    ),
    Reason.DELETE_WITHOUT_KEYWORD: QT_TRANSLATE_NOOP(
        "helpdesk", "Deleting needs the keyword of the record in the subject; a reply is not enough."
    ),
    Reason.DELETE_WITH_SEVERAL_KEYWORDS: QT_TRANSLATE_NOOP(
        "helpdesk", "The message names {keywords}; to delete a record, name that one alone."
    ),
    Reason.RECORD_OF_ANOTHER: QT_TRANSLATE_NOOP(
        "helpdesk", "{record} is not a record of this requestor, who may change only those of their own."
    ),
    Reason.RECORD_STAYS_CLOSED: QT_TRANSLATE_NOOP(
        "helpdesk", "{record} stays closed: by the settings, further mail about it is a new ticket."
    ),
    Reason.NO_TRUSTED_SERVER: QT_TRANSLATE_NOOP(
        "helpdesk", "The sender cannot be checked: no trusted server is named on the page Email Commands."
    ),
    Reason.SENDER_NOT_CONFIRMED: QT_TRANSLATE_NOOP(
        "helpdesk", "The trusted server {server} does not confirm that {address} sent this message; the address may be forged."
    ),
    Reason.LINE_UNKNOWN: QT_TRANSLATE_NOOP("helpdesk", "“{line}” is not understood: it begins with no command and no field."),
    Reason.LINE_WITH_TOO_MANY_WORDS: QT_TRANSLATE_NOOP("helpdesk", "“{line}” is not understood: it has too many words."),
    Reason.LINE_WITHOUT_VALUE: QT_TRANSLATE_NOOP("helpdesk", "“{line}” says no value."),
    Reason.LINE_TOO_LONG: QT_TRANSLATE_NOOP("helpdesk", "“{line}” is too long: {limit} characters at most."),
    Reason.LINE_CHOICES: QT_TRANSLATE_NOOP("helpdesk", "“{line}” is not understood: write one of {choices}."),
    Reason.LINE_WITHOUT_DATE: QT_TRANSLATE_NOOP(
        "helpdesk", "“{line}” has no date that can mean one day only: write 2026-12-31 or 2026-12-31 14:00."
    ),
    Reason.LINE_WITHOUT_ADDRESS: QT_TRANSLATE_NOOP("helpdesk", "“{line}” has no email address."),
    Reason.LINE_NOT_OF_MODULE: QT_TRANSLATE_NOOP("helpdesk", "“{line}” does not fit: {module} has no such field."),
    Reason.LINE_OF_OTHER_RECORD: QT_TRANSLATE_NOOP("helpdesk", "“{line}” names another record than {record}."),
    Reason.LINES_EXCLUDE_EACH_OTHER: QT_TRANSLATE_NOOP("helpdesk", "“{line}” and “{other}” cannot stand together."),
    Reason.LINE_FOR_TECHNICIANS: QT_TRANSLATE_NOOP(
        "helpdesk", "“{line}” is for technicians; requestors may create tickets, and close and reopen their own."
    ),
    Reason.TECHNICIAN_UNKNOWN: QT_TRANSLATE_NOOP("helpdesk", "“{line}”: no technician has this name or address."),
    Reason.TECHNICIAN_AMBIGUOUS: QT_TRANSLATE_NOOP(
        "helpdesk", "“{line}”: several technicians have this name; write the email address."
    ),
    Reason.ADDRESS_TAKEN: QT_TRANSLATE_NOOP("helpdesk", "“{line}”: {record} has this address already."),
    Reason.ADDRESS_OF_HELP_DESK: QT_TRANSLATE_NOOP("helpdesk", "“{line}” has an address of the help desk itself."),
    Reason.MAIL_STOPPED_BY_SENDER_RULE: QT_TRANSLATE_NOOP(
        "helpdesk", "“{mail}” was not sent to {recipient}: sender rule “{rule}” matches the recipient."
    ),
    Reason.MAIL_STOPPED_BY_SUBJECT_RULE: QT_TRANSLATE_NOOP(
        "helpdesk", "“{mail}” was not sent to {recipient}: subject rule “{rule}” matches its subject."
    ),
    Reason.MANY_MAILS_TO_RECIPIENT: QT_TRANSLATE_NOOP(
        "helpdesk",
        "“{mail}” was not sent to {recipient}: within an hour, {limit} mails went there. Loop protection allows no more.",
    ),
    Reason.MANY_MAILS_ABOUT_RECORD: QT_TRANSLATE_NOOP(
        "helpdesk",
        "“{mail}” was not sent to {recipient}: within an hour, {limit} mails about this record went there. "
        "Loop protection allows no more.",
    ),
    Reason.MANY_ANSWERS_IN_A_DAY: QT_TRANSLATE_NOOP(
        "helpdesk",
        "“{mail}” was not sent to {recipient}: within a day, {limit} mails went there. Mail from outside is then no longer answered, "
        "since a program may be answering each mail.",
    ),
    Reason.MAIL_WITHOUT_TEMPLATE: QT_TRANSLATE_NOOP(
        "helpdesk",
        "“{mail}” was not sent: there is no template “{template}”, or it has errors. Correct it, or choose another one.",
    ),
    Reason.NOBODY_IS_TOLD: QT_TRANSLATE_NOOP(
        "helpdesk", "Nothing is sent: a program wrote the message, it asks for no answer, or too much mail came."
    ),
    Reason.NO_FROM_ADDRESS: QT_TRANSLATE_NOOP(
        "helpdesk", "Nothing is sent: outgoing email has no From Address. Enter one on the page Outgoing Email."
    ),
    Reason.RECIPIENT_WITHOUT_ADDRESS: QT_TRANSLATE_NOOP("helpdesk", "“{recipient}” is no address that email can be sent to."),
    Reason.RECIPIENT_IS_HELP_DESK: QT_TRANSLATE_NOOP("helpdesk", "{recipient} is an address of the help desk itself."),
    Reason.RECIPIENT_DID_IT: QT_TRANSLATE_NOOP("helpdesk", "{recipient} did it; nobody is told of what they did themselves."),
    Reason.RECIPIENT_IS_NO_TECHNICIAN: QT_TRANSLATE_NOOP(
        "helpdesk", "The note is for technicians alone, and {recipient} is not the address of one."
    ),
    Reason.RECIPIENT_GOT_REPLY: QT_TRANSLATE_NOOP("helpdesk", "The note was sent to {recipient} as a reply already."),
    Reason.REPLY_STOPPED_BY_SENDER_RULE: QT_TRANSLATE_NOOP(
        "helpdesk", "Nothing is sent to {recipient}: sender rule “{rule}” of Email Filters matches the address."
    ),
    Reason.REPLY_STOPPED_BY_SUBJECT_RULE: QT_TRANSLATE_NOOP(
        "helpdesk", "Nothing is sent to {recipient}: subject rule “{rule}” of Email Filters matches the subject."
    ),
    Reason.REPLY_TO_NOBODY: QT_TRANSLATE_NOOP("helpdesk", "The record has no requestor, and nobody has written about it."),
    Reason.REPLY_WITHOUT_RECIPIENT: QT_TRANSLATE_NOOP("helpdesk", "Nobody is chosen to send it to."),
    Reason.REPLY_RECIPIENT_GONE: QT_TRANSLATE_NOOP("helpdesk", "{recipient} does not take part in the record any more."),
    Reason.WRITTEN_BY_REQUESTOR: QT_TRANSLATE_NOOP("helpdesk", "The requestor wrote an email."),
    Reason.WRITTEN_BY: QT_TRANSLATE_NOOP("helpdesk", "{name} wrote an email."),
    Reason.DONE_BY_RULE: QT_TRANSLATE_NOOP("helpdesk", "Business rule “{rule}” did it."),
    Reason.TAKEN_ELSEWHERE: QT_TRANSLATE_NOOP("helpdesk", "Another mailbox took the same message for {record}."),
    Reason.KEYWORD_IN_SUBJECT: QT_TRANSLATE_NOOP("helpdesk", "Keyword [{keyword}] in the subject."),
    Reason.KEYWORD_IN_BODY: QT_TRANSLATE_NOOP("helpdesk", "Keyword [{keyword}] in the text."),
    Reason.KEYWORD_WITHOUT_RECORD: QT_TRANSLATE_NOOP("helpdesk", "Keyword [{keyword}] names no record, so this is a new ticket."),
    Reason.OTHER_KEYWORDS: QT_TRANSLATE_NOOP("helpdesk", "The message also names {keywords}."),
    Reason.REPLY: QT_TRANSLATE_NOOP("helpdesk", "Answers a message of {record}."),
    Reason.REOPENED: QT_TRANSLATE_NOOP("helpdesk", "{record} was closed and is open again."),
    Reason.CLOSED_TOO_LONG: QT_TRANSLATE_NOOP(
        "helpdesk", "{record} was closed more than {days} days ago, so this is a new ticket."
    ),
    Reason.NO_KEYWORD: QT_TRANSLATE_NOOP("helpdesk", "No keyword and no reply, so this is a new ticket."),
    Reason.KNOWN_REQUESTOR: QT_TRANSLATE_NOOP("helpdesk", "The sender is the requestor {name}."),
    Reason.NEW_REQUESTOR: QT_TRANSLATE_NOOP("helpdesk", "The sender was unknown and is a requestor now."),
    Reason.NO_REQUESTOR: QT_TRANSLATE_NOOP("helpdesk", "The ticket has no requestor: the sender is unknown."),
    Reason.FROM_TECHNICIAN: QT_TRANSLATE_NOOP(
        "helpdesk", "In the context of technician {name}, to whom the sender's address is mapped."
    ),
    Reason.ASSIGNED_TECHNICIAN: QT_TRANSLATE_NOOP("helpdesk", "In the context of the technician to whom {record} is assigned."),
    Reason.TEMPLATE: QT_TRANSLATE_NOOP("helpdesk", "Ticket template {template}."),
    Reason.TEMPLATE_GONE: QT_TRANSLATE_NOOP("helpdesk", "Ticket template {template} no longer exists: default values."),
    Reason.RESTRICTED_FILE: QT_TRANSLATE_NOOP("helpdesk", "“{name}” was not added: files of type {type} are restricted."),
    Reason.REPAIRED: QT_TRANSLATE_NOOP("helpdesk", "The message was damaged and read as well as possible: {problem}"),
}


def applied(reason: Reason, **facts: object) -> AppliedReason:
    """`reason` with the facts of its sentence: text, numbers, or another `AppliedReason`."""
    return AppliedReason(reason.value, facts)


def reason_phrase(reason: AppliedReason) -> Phrase:
    """The sentence of a stored reason and of those nested in it. An unknown code of a newer version is shown unchanged."""
    facts = {name: _fact(name, value) for name, value in reason.facts.items()}
    if reason.code in Reason.__members__.values():
        return Phrase("helpdesk", SENTENCES[Reason(reason.code)], facts)
    context, _, code = reason.code.partition(".")
    return problem_phrases(context, code, facts)[0] if code else Phrase("helpdesk", reason.code, facts)


def _fact(name: str, value: object) -> object:
    if isinstance(value, AppliedReason):
        return reason_phrase(value)
    if name == "priority" and value in Priority.__members__.values():
        return label_of(Priority(str(value)))
    if name == "status" and value in Status.__members__.values():
        return label_of(Status(str(value)))
    return warning_phrase(value) if name == "problem" and isinstance(value, str) else value
