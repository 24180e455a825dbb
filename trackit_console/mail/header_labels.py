"""The labels of the header lines that mail programs write above a quoted or forwarded message, in many languages (MSG-07)."""

from __future__ import annotations

from enum import Enum, auto


class Label(Enum):
    """What a header line is about."""

    FROM = auto()
    SENT = auto()
    DATE = auto()
    """Like SENT, but people write it about anything."""
    TO = auto()
    CC = auto()
    SUBJECT = auto()
    OTHER = auto()
    """Reply-To, importance, attachments: they stand in a block but do not make one."""
    TECHNICAL = auto()
    """No program shows it above a quoted message: somebody has pasted the headers of a message."""


_LABELS = {
    Label.FROM: "From|Von|De|Da|Van|Från|Fra|Frå|Lähettäjä|Od|Feladó|Expéditeur|Remitente|Remetente|Mittente|Afzender|Absender|Avsändare"
    "|Avsender|Afsender|Από|Kimden|Gönderen|От|От кого|Від|Від кого|Saatja|Nuo|Dari|Từ|จาก|מאת|من|发件人|寄件者|寄件人|發件人|差出人|送信者"
    "|보낸 사람|보낸사람",
    Label.SENT: "Sent|Sent at|Date sent|Gesendet|Gesendet am|Envoyé|Envoyé le|Date d'envoi|Enviado|Enviado el|Enviado em"
    "|Enviada|Enviada em|Enviada el|Fecha de envío|Data de envio|Inviato|Data invio|Verzonden|Verzonden op|Skickat|Skickat den"
    "|Sendt|Lähetetty|Wysłano|Wysłane|Data wysłania|Odesláno|Odoslané|Poslano|Poslato|Poslané|Послато|Elküldve|Küldve|Trimis"
    "|Trimis la|Στάλθηκε|Εστάλη|Απεσταλμένα|Gönderildi|Gönderilen|Gönderme Tarihi|Отправлено|Надіслано|Відправлено|Изпратено"
    "|Saadetud|Nosūtīts|Išsiųsta|Dikirim|Đã gửi|Đã gửi vào|ส่ง|ส่งแล้ว|נשלח|تاريخ الإرسال|تم الإرسال|发送时间|发送日期|发件时间|寄件日期|傳送時間"
    "|已傳送|發送時間|送信日時|送信日|보낸 날짜|보낸날짜",
    Label.DATE: "Date|Message du|Fecha|Data|Dato|Datum|Датум|Päiväys|Päivämäärä|Dátum|Dată|Ημερομηνία|Tarih|Дата|Kuupäev"
    "|Datums|Tanggal|Ngày|วันที่|תאריך|التاريخ|日期|时间|日時|日付|날짜",
    Label.TO: "To|An|À|A|Para|Destinataire|Destinatario|Aan|Till|Til|Vastaanottaja|Do|Komu|Pro|Címzett|Către|Catre|Προς|Kime|Alıcı|Кому|За|До"
    "|Za|Prima|Primatelj|Kellele|Kam|Kepada|Tới|Đến|ถึง|אל|إلى|收件人|收件者|宛先|받는 사람|받는사람|받는이",
    Label.CC: "Cc|Bcc|Kopie|Copie à|Copie|Cópia|Copia|Kopia|Kopi|Kopio|DW|UDW|Kopija|Másolatot kap|Másolat|Κοινοποίηση|Κοιν.|Bilgi|Копия|Копія|抄送"
    "|副本|참조|עותק|نسخة",
    Label.SUBJECT: "Subject|Betreff|Betr|Betr.|Objet|Sujet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Aihe|Temat|Předmět|Predmet|Vec"
    "|Tárgy|Subiect|Θέμα|Konu|Тема|Относно|Предмет|Naslov|Zadeva|Teema|Tēma|Tema|Subjek|Perihal|Chủ đề|Tiêu đề|เรื่อง|หัวเรื่อง|נושא"
    "|الموضوع|主题|主旨|主題|标题|件名|제목",
    Label.OTHER: "Reply-To|Reply To|Antwort an|Répondre à|Responder a|Responder para|Rispondi a|Risposta|Antwoord aan|Svara till|Odpověď komu"
    "|Importance|Priority|Wichtigkeit|Priorität|Importancia|Importância|Priorità|Priorité|Attachments|Attachment|Anlagen|Anhänge"
    "|Pièces jointes|Pièce jointe|Datos adjuntos|Anexos|Allegati|Bijlagen|Bilagor|Załączniki|Organization|Flag Status|On Behalf Of"
    "|Im Auftrag von|Mailed-By|Newsgroups|Sensitivity|重要性|附件|添付ファイル|Вложения",
    Label.TECHNICAL: "Received|Return-Path|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding|DKIM-Signature|Delivered-To"
    "|Received-SPF|Authentication-Results|ARC-Seal|In-Reply-To|References|User-Agent|X-Mailer|List-Unsubscribe|X-Originating-IP"
    "|X-Spam-Status|X-Spam-Score|Envelope-To|Return-path|X-Received",
}
LABELS = {name.casefold(): label for label, names in _LABELS.items() for name in names.split("|")}
"""A label in lower case, without its colon, and what it means."""
