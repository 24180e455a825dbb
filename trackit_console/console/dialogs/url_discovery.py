"""**Auto-discover Exchange Web Service** in the mailbox dialog: searches, shows what was tried, fills in the URL (IN-08)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from trackit_console.console.display_text import translated
from trackit_console.console.message_boxes import ask, show_problem
from trackit_console.console.operations.discovery import Discovered, DiscoverUrl, Wanted
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.transports.steps import StepState

if TYPE_CHECKING:
    from trackit_console.transports.autodiscover import DiscoveryStep


class UrlDiscovery(QObject):
    """The button `discover_button` and the line `discover_text` of the form `ui`; one search at a time.

    `wanted` reads the form, None if it has no address yet; `found` gets the URL.
    """

    def __init__(
        self,
        ui: Any,
        tasks: Tasks,
        discover: DiscoverUrl,
        wanted: Callable[[], Wanted | None],
        found: Callable[[str], None],
        dialog: QDialog,
    ) -> None:
        super().__init__(dialog)
        self._button, self._line = ui.discover_button, ui.discover_text
        self._tasks, self._discover, self._dialog = tasks, discover, dialog
        self._wanted, self._found = wanted, found
        self._task: Task | None = None
        self._button.clicked.connect(self._pressed)
        dialog.finished.connect(self.cancel)
        self._say("")

    def retranslate(self) -> None:
        """Sets the button's text; what was found out stays until the next search."""
        self._button.setText(self.tr("Stop discovering") if self._task is not None else self.tr("Auto-discover"))

    def cancel(self) -> None:
        """Stops the search, if there is one."""
        if self._task is not None:
            self._task.drop()
            self._say("")

    def _pressed(self) -> None:
        if self._task is not None:
            self.cancel()
        elif (wanted := self._wanted()) is None:
            self._say(self.tr("Enter the User Account Name first, in the form userName@domain.com."))
        else:
            self._search(wanted)

    def _search(self, wanted: Wanted) -> None:
        self._task = self._tasks.run(
            partial(self._discover, wanted),
            owner=self._dialog,
            then=partial(self._ended, wanted),
            failed=self._failed,
            step=self._show_step,
            quiet=True,
        )
        self._task.finished.connect(self._finished)
        self.retranslate()

    def _show_step(self, step: DiscoveryStep) -> None:
        if step.state is StepState.RUNNING and self._task is not None:
            self._say(self.tr("Asking {address} …").format(address=step.address))

    def _ended(self, wanted: Wanted, discovered: Discovered) -> None:
        from trackit_console.transports.autodiscover import not_found  # loads requests and lxml, which the dialog does without

        if discovered.url is not None:
            self._found(discovered.url)
            self._say(self.tr("Found. Test the connection next."))
        elif discovered.kept_from and self._agreed(wanted, discovered.kept_from):
            self._search(replace(wanted, hosts=wanted.hosts.union(discovered.kept_from)))
        else:
            self._say("\n".join([translated(not_found(wanted.address)), self.tr("What was tried:"), *_lines(discovered.tried)]))

    def _agreed(self, wanted: Wanted, hosts: Sequence[str]) -> bool:
        words = self.tr(
            "{hosts} asks for the password of {address}, but does not belong to its domain. Send the password there only if you "
            "know that your mail is kept there."
        ).format(hosts=", ".join(hosts), address=wanted.address)
        buttons = [self.tr("Send the password"), self.tr("Do not send")]
        return ask(self._dialog, self.tr("Auto-discover Exchange Web Service"), words, buttons) == 0

    def _failed(self, problem: Exception) -> None:
        self._say("")
        show_problem(self._dialog, problem)

    def _finished(self) -> None:
        # A search that was begun anew by the answer to the last one goes on.
        if self.sender() is self._task:
            self._task = None
            self.retranslate()

    def _say(self, words: str) -> None:
        self._line.setText(words)
        self._line.setVisible(bool(words))


def _lines(tried: Sequence[DiscoveryStep]) -> list[str]:
    return [f"• {step.address}: {translated(step.detail) if step.detail else ''}".rstrip() for step in tried]
