"""Bounces as many mail systems write them, with what is to be read from each. Addresses and wording are made up."""

from __future__ import annotations

from dataclasses import dataclass

OUR_ID = "out-7@desk.example"
OUR_MESSAGE = f"""\
Received: from desk.example (desk.example [192.0.2.7]) by relay.example; Tue, 3 Nov 2026 09:00:00 +0100
From: Help Desk <help@desk.example>
To: kim@gone.example
Subject: [Ticket - 7] Toner
Message-ID: <{OUR_ID}>

Tomorrow.
"""


@dataclass(frozen=True)
class Report:
    """A report in words. `returned` says how the message comes back: `part`, `quoted`, `>` or `` (not at all)."""

    sender: str
    subject: str
    text: str
    status: str
    returned: str = "part"
    permanent: bool = True
    recipients: tuple[str, ...] = ("kim@gone.example",)
    headers: str = ""
    subtype: str = "plain"

    def raw(self) -> bytes:
        """The message as it arrives."""
        head = f"From: {self.sender}\nTo: help@desk.example\nSubject: {self.subject}\nMIME-Version: 1.0\n{self.headers}"
        body = f"Content-Type: text/{self.subtype}; charset=utf-8\n\n{self.text}\n"
        if self.returned == "part":
            parts = f"--cut\n{body}\n--cut\nContent-Type: message/rfc822\n\n{OUR_MESSAGE}\n--cut--\n"
            return f'{head}Content-Type: multipart/mixed; boundary="cut"\n\n{parts}'.encode()
        quoted = {"": "", "quoted": OUR_MESSAGE, ">": "".join(f"> {line}\n" for line in OUR_MESSAGE.splitlines())}
        indented = "".join(f"    {line}\n" for line in OUR_MESSAGE.splitlines())
        return f"{head}{body}\n{quoted.get(self.returned, indented)}".encode()


NULL = "Return-Path: <>\n"
DAEMON = "Mail Delivery System <MAILER-DAEMON@relay.example>"
POSTMASTER = "postmaster@relay.example"

REPORTS = {
    "qmail": Report(
        "MAILER-DAEMON@relay.example",
        "failure notice",
        "Hi. This is the qmail-send program at relay.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<kim@gone.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n",
        "5.1.1",
        "quoted",
    ),
    "exim": Report(
        DAEMON,
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to all of its recipients. The following address failed:\n\n"
        "  kim@gone.example\n    host mx.gone.example [192.0.2.9]\n    SMTP error from remote mail server after RCPT TO:<kim@gone.example>:\n"
        "    550 no such user\n\n------ This is a copy of the message, including all the headers. ------\n",
        "5.1.1",
        "quoted",
    ),
    "exim, delayed": Report(
        DAEMON,
        "Warning: message 1abcde-0001 delayed 24 hours",
        "A message that you sent has not yet been delivered to one of its recipients after 24 hours.\n\n"
        "The address to which it has not been delivered is:\n\n  kim@gone.example\n\nNo action is required on your part.\n",
        "4.0.0",
        "",
        permanent=False,
    ),
    "postfix, without a report": Report(
        DAEMON,
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host relay.example.\n\nI'm sorry to have to inform you that your message could not\n"
        "be delivered. For further assistance, please send mail to <postmaster@relay.example>\n\n"
        "<kim@gone.example>: host mx.gone.example[192.0.2.9] said: 452 4.2.2 Mailbox\n    full (in reply to RCPT TO command)\n",
        "4.2.2",
        permanent=False,
    ),
    "sendmail": Report(
        "Mail Delivery Subsystem <MAILER-DAEMON@relay.example>",
        "Returned mail: see transcript for details",
        "   ----- The following addresses had permanent fatal errors -----\n<kim@gone.example>\n    (reason: 550 5.7.1 Access denied)\n\n"
        "   ----- Transcript of session follows -----\n>>> DATA\n<<< 550 5.7.1 Access denied\n\n   ----- Original message follows -----\n",
        "5.7.1",
        "quoted",
    ),
    "exchange 2003": Report(
        "System Administrator <postmaster@gone.example>",
        "Undeliverable: Toner",
        "Your message did not reach some or all of the intended recipients.\n\n      Subject:\tToner\n      Sent:\t11/3/2026 9:00 AM\n\n"
        "The following recipient(s) could not be reached:\n\n      kim@gone.example on 11/3/2026 9:01 AM\n"
        "            The e-mail account does not exist at the organization this message was sent to.\n            <mx.gone.example #5.1.1>\n",
        "5.1.1",
    ),
    "exchange, names the recipients of the message first": Report(
        "System Administrator <postmaster@gone.example>",
        "Undeliverable: Toner",
        "Your message\n\n  To:      lee@gone.example\n  Cc:      kim@gone.example\n  Subject: Toner\n\n"
        "did not reach the following recipient(s):\n\nkim@gone.example on Tue, 3 Nov 2026 09:00:00 +0100\n    The recipient name is not recognized\n",
        "5.0.0",
    ),
    "exchange, html only": Report(
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@gone.example>",
        "Undeliverable: Toner",
        "<html><body><p><b>Delivery has failed to these recipients or groups:</b></p><p><a href='mailto:kim@gone.example'>kim@gone.example</a>"
        "<br>The email address wasn't found.</p><p>Diagnostic information for administrators:<br>Generating server: mx.gone.example</p>"
        "<p>kim@gone.example<br>#550 5.1.10 RESOLVER.ADR.RecipientNotFound ##</p><p>Original message headers:</p>"
        f"<pre>Received: from relay.example (192.0.2.1) by mx.gone.example\nMessage-ID: &lt;{OUR_ID}&gt;\nFrom: help@desk.example</pre></body></html>",
        "5.1.10",
        "",
        subtype="html",
    ),
    "domino": Report(
        "Postmaster@gone.example",
        "DELIVERY FAILURE: User kim (kim@gone.example) not listed in Domino Directory",
        "Your message\n\n  Subject: Toner\n\nwas not delivered to:\n\n  kim@gone.example\n\nbecause:\n\n"
        "  User kim (kim@gone.example) not listed in Domino Directory\n",
        "5.1.1",
    ),
    "groupwise": Report(
        "Mailer-Daemon@gone.example",
        "Message status - undeliverable",
        "The message that you sent was undeliverable to the following:\n\tkim@gone.example (user not found)\n",
        "5.1.1",
    ),
    "gmail": Report(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to kim@gone.example because the address couldn't be found.\n\n"
        "The response from the remote server was:\n550 5.1.1 The email account that you tried to reach does not exist.\n",
        "5.1.1",
        "",
        headers=f"X-Failed-Recipients: kim@gone.example\nIn-Reply-To: <{OUR_ID}>\nReferences: <{OUR_ID}>\n",
    ),
    "yahoo": Report(
        "MAILER-DAEMON@yahoo.example",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n<kim@gone.example>:\n"
        "Remote host said: 552 the mailbox is full [RCPT_TO]\n\n--- Below this line is a copy of the message.\n",
        "5.2.2",
        "quoted",
    ),
    "courier": Report(
        '"Courier mail server at relay.example" <@>',
        "NOTICE: mail delivery status.",
        "This is a delivery status notification from relay.example, running the Courier mail server.\n\nUNDELIVERABLE MAIL\n\n"
        "Your message to the following recipients cannot be delivered:\n\n<kim@gone.example>:\n    mx.gone.example [192.0.2.9]:\n"
        "<<< 550 User unknown.\n",
        "5.1.1",
        headers=NULL,
    ),
    "iis smtp": Report(
        POSTMASTER,
        "Delivery Status Notification (Failure)",
        "This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed.\n\n"
        "       kim@gone.example\n",
        "5.0.0",
    ),
    "mailenable": Report(
        "Postmaster <postmaster@relay.example>",
        "Message Delivery Failure",
        "MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be reached:\n\n"
        "\tRecipient: [SMTP:kim@gone.example]\n\tReason: Remote SMTP Server Returned: 550 Mailbox unavailable\n",
        "5.1.1",
    ),
    "mdaemon": Report(
        "MDaemon@relay.example",
        "Permanent Delivery Failure",
        "The attached message had PERMANENT fatal delivery errors!\n\nAfter one or more unsuccessful delivery attempts the attached\n"
        "message has been removed from the mail queue.\n\nFailed address: kim@gone.example\n\n--- Session Transcript ---\n"
        " Tue 2026-11-03: --> RCPT To:<kim@gone.example>\n Tue 2026-11-03: <-- 550 <kim@gone.example>, Recipient unknown\n",
        "5.1.1",
    ),
    "kerio": Report(
        "Mail Delivery Subsystem <postmaster@relay.example>",
        "Undeliverable mail",
        "Your message was not delivered to the following recipients:\n\nkim@gone.example: 550 5.1.1 User unknown\n",
        "5.1.1",
    ),
    "surgemail": Report(
        "postmaster@relay.example",
        "Undeliverable: kim@gone.example",
        "Your Message\n\nTo:      <kim@gone.example>\n\nSubject: Toner\n\nDid not reach the following recipient: kim@gone.example\n",
        "5.0.0",
        ">",
        headers="Return-Path: <MAILER-DAEMON@relay.example>\n",
    ),
    "mail.ru": Report(
        "mailer-daemon@corp.mail.example",
        "Mail failure.",
        "Это письмо создано автоматически сервером.\n\nК сожалению, Ваше письмо не может быть доставлено одному из получателей:\n\n"
        "kim@gone.example\nПочтовый ящик переполнен.\n",
        "5.2.2",
        "indented",
    ),
    "gmx": Report(
        "GMX Mailer Daemon <mailer-daemon@gmx.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one\n"
        'or more of its recipients. The following address failed:\n\n"kim@gone.example":\nSMTP error: 554 mailbox over quota\n',
        "5.2.2",
    ),
    "german": Report(
        "Systemadministrator <postmaster@gone.example>",
        "Unzustellbar: Toner",
        "Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.\n\nFolgende Empfänger konnten nicht erreicht werden:\n\n"
        "kim@gone.example am 03.11.2026 09:00\n    Das Postfach ist voll\n",
        "5.2.2",
    ),
    "french": Report(
        "Administrateur système <postmaster@gone.example>",
        "Non remis : Toner",
        "Votre message n'a pas été remis aux destinataires suivants :\n\nkim@gone.example\n    550 5.1.1 Utilisateur inconnu\n",
        "5.1.1",
    ),
    "spanish": Report(
        POSTMASTER,
        "No se pudo entregar: Toner",
        "No se ha podido entregar su mensaje a los siguientes destinatarios:\n\nkim@gone.example\n#5.2.2 buzón lleno\n",
        "5.2.2",
    ),
    "portuguese": Report(
        POSTMASTER,
        "Não foi possível entregar: Toner",
        "A sua mensagem não pôde ser entregue aos seguintes destinatários:\n\nkim@gone.example\n550 5.1.1 usuário desconhecido\n",
        "5.1.1",
    ),
    "italian": Report(
        POSTMASTER,
        "Mancata consegna: Toner",
        "Impossibile recapitare il messaggio ai seguenti destinatari:\n\nkim@gone.example\n550 5.1.1 utente sconosciuto\n",
        "5.1.1",
    ),
    "dutch": Report(
        POSTMASTER,
        "Onbestelbaar: Toner",
        "Uw bericht kon niet worden afgeleverd bij de volgende geadresseerden:\n\nkim@gone.example\n550 5.1.1\n",
        "5.1.1",
    ),
    "japanese": Report(
        POSTMASTER,
        "配信不能: Toner",
        "次の宛先にメールを配信できませんでした。\n\nkim@gone.example\n550 5.1.1 宛先不明\n",
        "5.1.1",
    ),
    "chinese": Report(
        POSTMASTER,
        "系统退信",
        "抱歉，您的邮件被退回来了。无法发送到 kim@gone.example\n收件人邮件地址不存在 550 5.1.1\n",
        "5.1.1",
    ),
    "amazon ses": Report(
        "MAILER-DAEMON@eu-west-1.amazonses.example",
        "Delivery Status Notification (Failure)",
        "An error occurred while trying to deliver the mail to the following recipients:\nkim@gone.example\n",
        "5.0.0",
        headers=NULL,
    ),
    "barracuda": Report(
        "Barracuda Spam Firewall <postmaster@barracuda.gone.example>",
        "**Message you sent blocked by our bulk email filter**",
        "Your message to: kim@gone.example\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN\nDELIVERED:\n\n"
        "Subject: Toner\n",
        "5.7.1",
    ),
    "mimecast": Report(
        "Postmaster <postmaster@gone.example>",
        "[Postmaster] Email Delivery Failure",
        "This is a message from the Email Security System. We have been unable to deliver your message to the recipient kim@gone.example\n"
        "The server said: 550 Rejected by header based manually Blocked Senders\n",
        "5.7.1",
        headers=NULL,
    ),
    "symantec": Report(
        "Symantec_Mail_Security_for_SMTP@gone.example",
        "Delivery failure notification",
        "Your message with Subject: Toner\ncould not be delivered to the following recipients:\n\nkim@gone.example\n\nPlease do not resend your original message.\n",
        "5.0.0",
    ),
    "aol": Report(
        "Mail Delivery Subsystem <MAILER-DAEMON@AOL.example>",
        "Returned mail: User unknown",
        "Your mail is not being accepted.\n\n   ----- The following addresses had permanent fatal errors -----\n<kim@gone.example>\n\n"
        "<<< 550 MAILBOX NOT FOUND\n550 <kim@gone.example>... User unknown\n",
        "5.1.1",
    ),
    "x.400": Report(
        "System Administrator <postmaster@gone.example>",
        "Undeliverable: Toner",
        "Your message did not reach the following recipient(s):\n\nc=XX;a= ;p=GOV;o=Office;dda:SMTP=kim@gone.example; on Tue, 3 Nov 2026\n"
        "    The recipient name is not recognized\n",
        "5.0.0",
    ),
    "report without its part": Report(
        DAEMON,
        "Returned mail",
        "The message could not be delivered.\n\nReporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; kim@gone.example\n"
        "Action: failed\nStatus: 5.4.4\n",
        "5.4.4",
    ),
    "from nobody": Report(
        "<>", "Mail Error", "Your mail cannot be delivered to the following address: kim@gone.example\n", "5.0.0"
    ),
    "from an address for bounces": Report(
        "bounces@relay.example",
        "Your mail was returned to sender",
        "We could not deliver it to kim@gone.example: 550 5.1.1\n",
        "5.1.1",
    ),
    "two recipients": Report(
        DAEMON,
        "Undeliverable",
        "Your message could not be delivered to:\n\n<kim@gone.example>: 550 5.1.1 unknown\n<lee@gone.example>: 550 5.1.1 unknown\n",
        "5.1.1",
        recipients=("kim@gone.example", "lee@gone.example"),
    ),
    "words of no known language": Report(
        DAEMON, "Viestisi palasi", "<kim@gone.example>:\n550 5.1.1 Tuntematon\n", "5.1.1", "quoted"
    ),
    "headers of our message first": Report(
        POSTMASTER,
        "Delivery Notification: Delivery has failed",
        f"This report relates to a message you sent with the following header fields:\n\n  Message-id: <{OUR_ID}>\n"
        "  From: help@desk.example\n  To: kim@gone.example\n\nYour message cannot be delivered to the following recipients:\n\n"
        "  Recipient address: kim@gone.example\n  Diagnostic code: smtp;550 5.1.1 unknown\n",
        "5.1.1",
        "",
    ),
}
