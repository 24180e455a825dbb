"""Restricted file types as people know them. A type that an admin added is called by its ending."""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP, CodedPhrase, Phrase, coded_phrase

_NAMES = {
    "bat": QT_TRANSLATE_NOOP("helpdesk", "Batch file (bat)"),
    "chm": QT_TRANSLATE_NOOP("helpdesk", "Windows help file (chm)"),
    "cmd": QT_TRANSLATE_NOOP("helpdesk", "Batch file (cmd)"),
    "com": QT_TRANSLATE_NOOP("helpdesk", "DOS program (com)"),
    "cpl": QT_TRANSLATE_NOOP("helpdesk", "Control Panel item (cpl)"),
    "dll": QT_TRANSLATE_NOOP("helpdesk", "Program library (dll)"),
    "exe": QT_TRANSLATE_NOOP("helpdesk", "Windows program (exe)"),
    "hta": QT_TRANSLATE_NOOP("helpdesk", "HTML application (hta)"),
    "jar": QT_TRANSLATE_NOOP("helpdesk", "Java program (jar)"),
    "js": QT_TRANSLATE_NOOP("helpdesk", "JavaScript program (js)"),
    "jse": QT_TRANSLATE_NOOP("helpdesk", "Encoded script (jse)"),
    "jsp": QT_TRANSLATE_NOOP("helpdesk", "Java server page (jsp)"),
    "lnk": QT_TRANSLATE_NOOP("helpdesk", "Windows shortcut (lnk)"),
    "msc": QT_TRANSLATE_NOOP("helpdesk", "Management console (msc)"),
    "msi": QT_TRANSLATE_NOOP("helpdesk", "Windows installer (msi)"),
    "msp": QT_TRANSLATE_NOOP("helpdesk", "Windows installer patch (msp)"),
    "pif": QT_TRANSLATE_NOOP("helpdesk", "Shortcut to a DOS program (pif)"),
    "ps1": QT_TRANSLATE_NOOP("helpdesk", "PowerShell script (ps1)"),
    "reg": QT_TRANSLATE_NOOP("helpdesk", "Registry entries (reg)"),
    "scr": QT_TRANSLATE_NOOP("helpdesk", "Screen saver, a program (scr)"),
    "sct": QT_TRANSLATE_NOOP("helpdesk", "Windows script component (sct)"),
    "vb": QT_TRANSLATE_NOOP("helpdesk", "Visual Basic script (vb)"),
    "vbe": QT_TRANSLATE_NOOP("helpdesk", "Encoded script (vbe)"),
    "vbs": QT_TRANSLATE_NOOP("helpdesk", "Visual Basic script (vbs)"),
    "wsc": QT_TRANSLATE_NOOP("helpdesk", "Windows script component (wsc)"),
    "wsf": QT_TRANSLATE_NOOP("helpdesk", "Windows script file (wsf)"),
    "wsh": QT_TRANSLATE_NOOP("helpdesk", "Settings of a Windows script (wsh)"),
}
_PHRASES: dict[str, CodedPhrase] = {
    ending: coded_phrase(f"file_type_{ending}", "helpdesk", text) for ending, text in _NAMES.items()
}


def file_type_name(ending: str) -> Phrase | str:
    """What files with this ending are, to be kept as the fact of a reason."""
    return _PHRASES[ending]() if ending in _PHRASES else ending
