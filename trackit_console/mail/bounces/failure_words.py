"""The words with which systems say that a message did not arrive, is late, or something else that is no bounce.

All are compared in lower case, with single blanks and straight apostrophes.
"""

from __future__ import annotations

_FAILED = (
    # English
    "n't be delivered", "not be delivered", "not delivered", "n't delivered", "not been delivered", "not yet been delivered",
    "not been able to deliver", "n't able to deliver", "not able to deliver", "unable to deliver", "inability to deliver",
    "undeliver", "undelivrable", "non-deliver", "nondeliver", "not deliver", "n't deliver", "no delivery", "postponed due to",
    "delivery fail", "delivery has failed", "delivery error", "delivery problem", "delivery delay", "delivery is delayed",
    "delivery to the following", "delivery unsuccessful", "delivery aborted", "delivery status notification (fail",
    "delivery status notification (delay", "delivery has been delayed", "delivery was delayed", "delivery warning",
    "failed to deliver", "failure to deliver", "failed delivery", "fail to deliver", "failed mail", "mail fail", "message fail",
    "problem delivering", "error delivering", "errors delivering", "did not reach", "n't reach", "not be reached", "n't be reached",
    "returned mail", "mail returned", "message returned", "returned to sender", "returning message", "returned message",
    "returning your", "return to sender", "returned to you", "being returned", "failure notice", "failure notification",
    "fatal error", "permanent error", "permanent failure", "transient error", "transient non-fatal", "unrecoverable error",
    "could not send", "could not be sent", "n't be sent", "not send your", "n't send your", "not be routed", "unable to send",
    "unable to relay", "unable to route", "error sending", "error while sending", "mail error", "message error", "mail system error",
    "bounced", "bounce notif", "message delayed", "delayed mail", "mail delayed", "unknown user", "user unknown", "unknown recipient",
    "unknown address", "unknown or illegal", "no such user", "user not known", "recipient not found", "mailbox full",
    "mailbox is full", "mailbox unavailable", "over quota", "unrouteable", "unroutable", "host unknown", "not possible to deliver",
    "invalid final delivery", "automatically rejected", "message rejected", "mail rejected", "was rejected by", "been rejected by",
    # German
    "nicht zugestellt", "unzustellbar", "nicht zustellbar", "nicht übermittelt", "nicht ausgeliefert", "zustellung fehl",
    "zustellfehler", "zustellung ist fehl", "nicht erreicht", "zustellung verzögert", "zustellung der nachricht", "zurückgesandt",
    # French
    "n'a pas pu être", "n'ont pas pu être", "n'a pas été remis", "non remis", "non distribu", "non délivr", "échec de", "echec de",
    "impossible de remettre", "retour à l'expéditeur", "n'est pas parvenu", "n'a pu être", "n'a pas été distribu", "n'a pas été délivr",
    # Spanish, Portuguese, Italian
    "no se pudo entregar", "no se ha podido entregar", "no ha podido ser", "no pudo ser", "no entregado", "no se puede entregar",
    "error de entrega", "entrega fallida", "devuelto al remitente", "fallo en la entrega", "no se entregó", "no fue entregado",
    "sin entregar", "no ha llegado", "não pôde ser", "nao pode ser", "não foi entregue", "não pode ser entregue",
    "falha na entrega", "falha de entrega", "não foi possível entregar", "não entregue", "erro na entrega", "non recapitabil",
    "non è stato possibile", "mancata consegna", "mancato recapito", "impossibile recapitare", "impossibile consegnare",
    "non consegnat", "consegna non", "non recapitat", "errore di consegna", "non può essere",
    # Dutch, Scandinavian, Finnish
    "niet worden bezorgd", "niet bezorgd", "onbestelbaar", "niet afgeleverd", "worden afgeleverd", "bezorging mislukt",
    "inte levereras", "ikke leveres", "olevererbar", "oleverbart", "ikke leveret", "ikke levert", "kunne ikke sendes",
    "ei voitu toimittaa", "toimitus epäonnistui",
    # Eastern Europe, Turkish
    "niedostarcz", "nie można dostarczyć", "nie została dostarczona", "nie dostarczon", "nie może zostać dostarcz", "nedoruč",
    "nelze doručit", "nebyla doručena", "nebylo možné doručit", "kézbesíthetetlen", "nem kézbesíthető", "не доставлен",
    "не удалось доставить", "не может быть доставлен", "недоставлен", "не было доставлено", "невозможно доставить",
    "teslim edilemedi", "iletilemedi", "gönderilemedi", "nu a putut fi livrat",
    # East Asia
    "配信できま", "配信不能", "届けること", "送信できま", "配送できま", "配達できま", "エラーメール", "メールエラー", "宛先不明", "届きません",
    "届かな", "お届けできません", "配信エラー", "送信エラー", "退信", "无法投递", "未能送达", "无法送达", "無法傳遞", "无法传递", "投递失败",
    "未送达", "被退回", "無法投遞", "배달되지", "배달할 수", "전송 실패", "전달되지", "반송",
)  # fmt: skip
# Said of a delivery, but of other things too: half the weight.
_MAYBE_FAILED = (
    "rejected", "refused", "not accept", "n't accept", "errors occurred", "error occurred", "error occured", "error:", "following error",
    "blocked", "not known", "not found", "n't exist", "not exist", "exceeded", "no longer", "not listed in", "time out", "timed out",
    "gave up", "giving up", "given up", "unsuccessful", "not sent", "not receive", "n't receive", "not valid", "invalid", "disabled",
    "inactive", "discontinued", "delivery report", "delivery notification", "delivery attempt", "failed", "failure", "not allowed",
    "delivery status", "unknown", "fehlgeschlagen", "konnte nicht", "konnten nicht", "zurückgewiesen", "nicht angenommen", "nicht gefunden",
    "verzögert", "abgelehnt", "n'a pas pu", "n'a pas été", "échec", "rejeté", "impossible", "retardé", "no se pudo", "no se ha podido",
    "no se puede", "rechazad", "retrasad", "não foi", "falha", "devolvid", "rejeitad", "atrasad", "impossibile", "respint", "in ritardo",
    "kon niet", "mislukt", "geweigerd", "vertraagd", "kunne ikke", "kunde inte", "kan inte", "kan ikke", "försen", "forsinket",
    "ei voitu", "opóźni", "nie można", "sikertelen", "не удалось", "не найден", "отклонен", "задерж", "存在しない", "見つかりません", "无法发送",
)  # fmt: skip
_DELAYED = (
    "warning: could not send", "will continue to try", "still trying", "will keep trying", "keep trying", "be retried",
    "will retry", "continue to be attempted", "continue trying", "not yet been delivered", "not yet delivered",
    "delivery is delayed", "delivery delay", "been delayed", "is delayed", "was delayed", "message delayed", "delayed mail", "(delay)",
    "delayed message", "mail delayed", "temporarily deferred", "do not need to resend", "don't need to resend", "no need to resend",
    "no action is required on your part", "warning message only", "this is a warning", "remain in the queue", "remains in the queue",
    "not necessary to resend", "delayed:", "remains undelivered", "further attempts", "attempts will continue", "transient non-fatal",
    "verzögert", "noch nicht zugestellt", "retardé", "retrasad", "in ritardo", "atrasad", "vertraagd", "försen", "forsinket",
    "opóźni", "задерж", "遅延", "延迟", "延遲",
)  # fmt: skip
_GAVE_UP = (
    "giving up", "gave up", "given up", "not going to try", "won't try", "not try again", "no further attempts", "fatal errors",
    "could not be delivered for", "will not be retried", "not be attempted", "delivery failed", "permanent",
)  # fmt: skip
_ARRIVED = (
    "successfully delivered", "successful delivery", "successful mail delivery", "delivered successfully", "been delivered to",
    "was delivered to", "notification (success)", "(success)", "successfully relayed", "relayed to", "delivery receipt",
    "your message was delivered", "delivery to these recipients", "delivered:", "relayed:", "erfolgreich zugestellt", "remis avec succès",
    "entregado correctamente", "entregue com êxito", "consegnato correttamente",
)  # fmt: skip
_NO_BOUNCE = (
    # Challenges
    "confirm that you are", "confirm your message", "confirm you are", "verify that you are", "verify you are", "verify your e",
    "are a real person", "are human", "not a spammer", "spamarrest", "spam arrest", "captcha", "challenge", "one-time", "whitelist request",
    "to have your message delivered", "for your message to be delivered", "to complete delivery", "requires confirmation",
    "sender verification", "sender authentication request", "requires that you", "please authenticate", "boxbe",
    # Moderation of mailing lists
    "moderator", "awaiting approval", "awaits approval", "pending approval", "modération", "moderatie", "moderaci", "freigabe",
    "not allowed to post", "non-member", "nonmember", "members only", "subscribers only", "post to this list", "subscribe to",
    # Receipts, absences, quarantine
    "has been received", "we have received", "we received your", "your message was received", "your mail was received", "request was received", "thank you for your", "thank you for contacting",
    "out of office", "out of the office", "on vacation", "on holiday", "on leave", "currently away", "abwesen", "autorepl", "auto-repl",
    "wir haben ihre nachricht erhalten", "eingegangen", "bien reçu", "hemos recibido", "recebemos", "abbiamo ricevuto", "ontvangen",
    "quarantine",
    # Of the mailbox of whom it is for
    "your mailbox", "your inbox", "your quota", "your storage", "ihr postfach", "votre boîte", "su buzón", "sua caixa",
    "la tua casella", "uw postvak",
)  # fmt: skip
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc", "'''")


def comparable(text: str) -> str:
    """`text` as the functions of this module want it."""
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


def failure_weight(text: str) -> int:
    """2 if the text says that a message did not arrive, 1 if it may mean that, 0 if it says nothing of the kind."""
    return 2 if _has(text, _FAILED) else int(_has(text, _MAYBE_FAILED))


def says_delayed(subject: str, text: str) -> bool:
    """Whether the system goes on trying. A text that says it gave up may tell of delays as well."""
    return _has(subject, _DELAYED) or (_has(text, _DELAYED) and not _has(text, _GAVE_UP))


def says_arrived(text: str) -> bool:
    """Whether it confirms a delivery."""
    return _has(text, _ARRIVED)


def says_something_else(text: str) -> bool:
    """Whether it is a challenge to the sender, the notice of a list's moderator, a receipt, or a note of absence."""
    return _has(text, _NO_BOUNCE)


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)
