"""The style sheet of the console, made from the colours of a theme."""

from __future__ import annotations

from dataclasses import fields
from string import Template

from trackit_console.console.colours import Tokens
from trackit_console.console.icons import image_file

# In Qt a later rule wins over an earlier one that is as specific: `:disabled` and `:focus` stand behind the plain rule.
_SHEET = Template("""
QWidget { font-size: 14px; color: $text; }
QMainWindow, QDialog, QWidget#page_host, QScrollArea#page_scroll { background: $bg; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QDialog QFrame[pane="foot"] { background: $pane; border-top: 1px solid $line; }
QDialog QFrame[pane="result"] { background: $bg; border-left: 1px solid $line; }
QDialog { background: $pane; }
QFrame[card="true"] { background: $pane; border: 1px solid $line; border-radius: 8px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: 22px; font-weight: 600; }
QLabel[role="tile"] { font-size: 16px; font-weight: 600; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="label"] { font-size: 13px; font-weight: 500; }
QLabel[role="caption"], QLabel[role="hint"] { font-size: 12px; color: $dim; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="error"] { font-size: 12px; color: $bad; }
QLabel[role="icon"] { background: $soft; border-radius: 8px; }
QLabel[role="problem"] { color: $bad; font-weight: 500; }
QLabel[role="success"] { color: $ok; font-weight: 500; }
QLabel[role="remedy"] { background: $bad_soft; color: $text; border-left: 4px solid $bad; padding: 8px 10px; font-size: 13px; }
QLabel[notice] { color: $text; padding: 8px 10px; font-size: 13px; }
QLabel[notice="warn"] { background: $warn_soft; border-left: 4px solid $warn; }
QLabel[notice="dim"] { background: $bg; border-left: 4px solid $line; }
QLabel[notice="ok"] { background: $ok_soft; border-left: 4px solid $ok; }
QLabel[pill] { border-radius: 10px; padding: 2px 10px; min-height: 17px; font-size: 12px; font-weight: 500; }
QLabel[pill="ok"] { background: $ok_soft; color: $ok; }
QLabel[pill="bad"] { background: $bad_soft; color: $bad; }
QLabel[pill="warn"] { background: $warn_soft; color: $warn; }
QLabel[pill="dim"] { background: $bg; color: $dim; }
QFrame[banner="true"] { background: $warn_soft; border-radius: 6px; }
QFrame[banner="true"] QLabel { color: $warn; }
QFrame#header { background: $header; }
QFrame#header QLabel { color: $on_header; }
QFrame#header QLabel[pill="ok"] { color: $ok; } QFrame#header QLabel[pill="bad"] { color: $bad; }
QFrame#header QLabel[pill="warn"] { color: $warn; } QFrame#header QLabel[pill="dim"] { color: $dim; }
QFrame#header QPushButton { background: transparent; border-color: $on_header; color: $on_header; min-height: 24px; }
QFrame#header QPushButton[quiet="true"] { border-color: transparent; font-weight: 400; padding: 0 6px; }
QFrame#header QPushButton[quiet="true"]:hover { border-color: $on_header; }
QFrame#header QPushButton:focus { border: 2px solid $on_header; min-height: 22px; }
QFrame#header QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 4px; color: $on_header; }
QFrame#header QToolButton:hover, QFrame#header QToolButton:focus { border-color: $on_header; }
QFrame#header QToolButton::menu-indicator { image: none; }
QPushButton { background: $pane; border: 1px solid $edge; border-radius: 5px; padding: 0 14px; min-height: 30px; }
QPushButton:hover { background: $soft; }
QPushButton:focus { border: 2px solid $accent; padding: 0 13px; min-height: 28px; }
QPushButton:disabled { color: $dim; border-color: $line; }
QPushButton[primary="true"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: 500; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $line; border-color: $line; color: $dim; }
QPushButton[link="true"], QToolButton[link="true"] { background: transparent; border: none; color: $accent; padding: 0; min-height: 24px; text-align: left; }
QPushButton[link="true"]:hover, QToolButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus, QToolButton[link="true"]:focus { border: 1px solid $accent; border-radius: 3px; }
QLineEdit, QSpinBox, QDateEdit, QComboBox { background: $field; border: 1px solid $edge; border-radius: 5px; padding: 0 10px; min-height: 30px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit { placeholder-text-color: $dim; }
QLineEdit:focus, QSpinBox:focus, QDateEdit:focus, QComboBox:focus { border: 2px solid $accent; padding: 0 9px; min-height: 28px; }
QLineEdit:disabled, QSpinBox:disabled, QDateEdit:disabled, QComboBox:disabled { color: $dim; border-color: $line; }
QPlainTextEdit[readOnly="false"] { border-color: $edge; }
QPlainTextEdit[readOnly="false"]:focus { border: 2px solid $accent; padding: 5px; }
QLineEdit[wrong="true"], QSpinBox[wrong="true"], QDateEdit[wrong="true"], QComboBox[wrong="true"], QPlainTextEdit[wrong="true"] { border-left: 4px solid $bad; padding-left: 7px; }
QComboBox QLineEdit, QSpinBox QLineEdit { border: none; min-height: 24px; padding: 0 8px; background: transparent; }
QComboBox QLineEdit { padding: 0; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 26px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$arrow_down"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $pane; border: 1px solid $edge; selection-background-color: $soft; selection-color: $text; outline: none; }
QSpinBox { padding: 0; }
QSpinBox:focus { padding: 0; }
QSpinBox::up-button, QSpinBox::down-button { width: 20px; border: none; background: transparent; }
QSpinBox::up-arrow { image: url("$arrow_up"); width: 10px; height: 10px; }
QSpinBox::down-arrow { image: url("$arrow_down"); width: 10px; height: 10px; }
QCheckBox { spacing: 8px; min-height: 22px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox::indicator, QTableView::indicator, QListView::indicator { width: 16px; height: 16px; border: 1px solid $edge; border-radius: 4px; background: $field; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QCheckBox:focus { border-color: $accent; }
QRadioButton { spacing: 8px; min-height: 22px; border: 1px solid transparent; border-radius: 4px; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $edge; border-radius: 8px; background: $field; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $field; }
QRadioButton:focus { border-color: $accent; }
QCheckBox:disabled { color: $dim; }
QCheckBox::indicator:disabled, QListView::indicator:disabled { border-color: $line; background: $bg; }
QTableView { background: $pane; border: none; gridline-color: $line; selection-background-color: $soft; selection-color: $text; outline: none; }
QTableView::item { border-bottom: 1px solid $line; padding: 0 10px; }
QTableView::item:selected { background: $soft; color: $text; }
QTableView:focus { border: 1px solid $accent; }
QListWidget { background: $field; border: 1px solid $edge; border-radius: 5px; padding: 4px; outline: none; }
QListWidget::item { padding: 5px 6px; border-radius: 4px; }
QListWidget::item:selected { background: $soft; color: $text; }
QListWidget:focus { border: 2px solid $accent; padding: 3px; }
QTreeWidget { background: $field; border: 1px solid $edge; border-radius: 5px; padding: 4px; outline: none; show-decoration-selected: 1; }
QTreeWidget::item { padding: 4px 6px; }
QTreeWidget::item:selected { background: $soft; color: $text; }
QTreeWidget:focus { border: 2px solid $accent; padding: 3px; }
QListWidget QLineEdit { min-height: 0; padding: 0 4px; }
QListWidget[wrong="true"] { border-left: 4px solid $bad; }
QHeaderView { background: $pane; }
QHeaderView::section { background: $pane; color: $dim; font-size: 12px; font-weight: 500; border: none; border-bottom: 1px solid $line; padding: 6px 10px; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $dim; padding: 6px 2px; margin-right: 20px; border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QSplitter::handle { background: transparent; }
QMenu { background: $pane; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $soft; }
QMenu::item:disabled { color: $dim; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { background: $pane; color: $text; border: 1px solid $edge; padding: 4px 6px; }
QTextBrowser, QPlainTextEdit { background: $field; border: 1px solid $line; border-radius: 5px; padding: 6px; }
QScrollBar:vertical { background: transparent; width: 12px; } QScrollBar:horizontal { background: transparent; height: 12px; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: transparent; border: none; border-radius: 1px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
""")


def style_sheet(tokens: Tokens) -> str:
    """The style sheet with the colours of `tokens`; arrows are files, because style sheets accept no other images."""
    # With forward slashes: a style sheet takes the backslashes of a Windows path for escapes.
    arrows = {f"arrow_{way}": image_file(f"chevron-{way}", tokens.dim).as_posix() for way in ("up", "down")}
    arrows["check"] = image_file("check", tokens.on_accent).as_posix()
    return _SHEET.substitute({each.name: getattr(tokens, each.name) for each in fields(Tokens)} | arrows)
