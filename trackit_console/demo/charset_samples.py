"""Sample mail in legacy character sets (MSG-07)."""

from __future__ import annotations

import base64
from datetime import datetime

from trackit_console.demo.message_builder import BASE64, PLAIN_TEXT, MessageSpec, by_hand, lines
from trackit_console.demo.sample_people import MEI, written


def windows_1251(name: str, at: datetime, keyword: str) -> bytes:
    """Subject and text in windows-1251, the text as 8-bit bytes."""
    text = lines("Здравствуйте!", "", "Принтер в бухгалтерии печатает пустые листы.", "", "Ольга")
    spec = MessageSpec(name, "Olga <olga@branch.example>", "Не работает принтер", at)
    body = text.encode("windows-1251")
    return by_hand(spec, "windows-1251", body, PLAIN_TEXT.format("windows-1251"), "Content-Transfer-Encoding: 8bit")


def iso_2022_jp(name: str, at: datetime, keyword: str) -> bytes:
    """Subject and text in ISO-2022-JP, the traditional encoding of Japanese mail."""
    text = lines("田中です。", "", "パスワードを忘れました。再設定をお願いします。")
    spec = MessageSpec(name, written(MEI), "パスワードの再設定", at)
    body = text.encode("iso-2022-jp")
    return by_hand(spec, "iso-2022-jp", body, PLAIN_TEXT.format("ISO-2022-JP"), "Content-Transfer-Encoding: 7bit")


def gb18030(name: str, at: datetime, keyword: str) -> bytes:
    """Subject and text in GB18030."""
    text = lines("您好：", "", "会议室的投影仪无法连接，请帮忙检查。", "", "李伟")
    spec = MessageSpec(name, "Li Wei <li.wei@branch.example>", "会议室投影仪无法连接", at)
    body = base64.encodebytes(text.encode("gb18030")).replace(b"\n", b"\r\n")
    return by_hand(spec, "gb18030", body, PLAIN_TEXT.format("GB18030"), BASE64)


def thai(name: str, at: datetime, keyword: str) -> bytes:
    """Thai in windows-874, a name that Python does not know."""
    body = base64.encodebytes("เครื่องพิมพ์เสีย\r\n".encode("cp874")).replace(b"\n", b"\r\n")
    spec = MessageSpec(name, "Somchai <somchai@branch.example>", "Printer in Bangkok", at)
    return by_hand(spec, "us-ascii", body, 'Content-Type: text/plain; charset="windows-874"', "Content-Transfer-Encoding: base64")


def korean(name: str, at: datetime, keyword: str) -> bytes:
    """Korean under one of its many names."""
    body = lines("프린터가 작동하지 않습니다.").encode("cp949")
    spec = MessageSpec(name, "Min <min@branch.example>", "Printer in Seoul", at)
    return by_hand(
        spec, "us-ascii", body, 'Content-Type: text/plain; charset="ks_c_5601-1987"', "Content-Transfer-Encoding: 8bit"
    )
