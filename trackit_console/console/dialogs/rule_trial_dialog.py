"""**Try it** of one business rule, in a dialog of its own (NOT-03)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from trackit_console.console.context import Context
from trackit_console.console.dialogs.rule_trial import RuleTrial
from trackit_console.settings.business_rules import BusinessRule


class RuleTrialDialog(QDialog):
    """**Try it** for one rule."""

    def __init__(self, context: Context, rule: BusinessRule, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Try “{rule}”").format(rule=rule.name))
        self.resize(820, 480)
        self.trial = RuleTrial(self)
        self.trial.begin(context, lambda: rule, alone=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.addWidget(self.trial)
        column.addWidget(buttons)

    def done(self, result: int) -> None:
        self.trial.cancel()
        super().done(result)
