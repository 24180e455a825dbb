"""Work off the UI thread comes home to it: as a result, an exception or steps, and not at all when nobody is there."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Generator, Iterator
from types import FrameType

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from trackit_console.cancel import Cancel
from trackit_console.console import task as task_module
from trackit_console.console.task import Task
from trackit_console.console.tasks import Tasks
from trackit_console.console.widgets.busy_bar import BusyBar

PATIENCE_S = 20.0


class Owner(QObject):
    """Whoever asked for work: keeps what came, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[object] = []
        self.threads: set[QThread] = set()

    def take(self, what: object) -> None:
        self.came.append(what)
        self.threads.add(QThread.currentThread())


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.end(5000)


@pytest.fixture
def owner(qapp: object) -> Owner:
    return Owner()


def ended(qtbot: QtBot, task: Task) -> None:
    with qtbot.waitSignal(task.finished, timeout=20_000):
        pass


@pytest.mark.covers("T-06")
def test_work_runs_elsewhere_and_its_result_comes_home(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    ended(qtbot, tasks.run(QThread.currentThread, owner=owner, then=owner.take))
    [worker] = owner.came
    assert worker != QThread.currentThread()
    assert owner.threads == {QThread.currentThread()}


@pytest.mark.covers("T-06")
def test_an_exception_comes_home(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    def broken() -> None:
        raise KeyError("row")

    ended(qtbot, tasks.run(broken, owner=owner, then=pytest.fail, failed=owner.take))
    assert isinstance(owner.came[0], KeyError)
    assert owner.threads == {QThread.currentThread()}


def test_an_exception_that_nobody_expected_is_told_by_all_tasks(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    def broken() -> None:
        raise KeyError("row")

    with qtbot.waitSignal(tasks.unhandled) as told:
        tasks.run(broken, owner=owner)
    assert isinstance((told.args or [None])[0], KeyError)


def test_steps_come_one_by_one_before_the_answer(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    seen = threading.Event()

    def work() -> Generator[str, None, str]:
        yield "resolve"
        assert seen.wait(PATIENCE_S), "the first step was not shown while the second one ran"
        yield "connect"
        return "done"

    def show(step: object) -> None:
        owner.take(step)
        seen.set()

    ended(qtbot, tasks.run(work, owner=owner, then=owner.take, step=show))
    assert owner.came == ["resolve", "connect", "done"]
    assert owner.threads == {QThread.currentThread()}


def test_what_belongs_to_an_owner_that_is_gone_is_dropped(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    going, came = threading.Event(), list[object]()
    task = tasks.run(lambda: going.wait(PATIENCE_S), owner=owner, then=came.append, failed=came.append)
    shiboken6.delete(owner)
    going.set()
    ended(qtbot, task)
    assert came == []


@pytest.mark.covers("T-06")
def test_cancel_reaches_work_that_waits(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    waiting, woken = threading.Event(), threading.Event()

    def work(cancel: Cancel) -> str:
        cancel.on_cancel(woken.set)
        waiting.set()
        return "woken" if woken.wait(PATIENCE_S) else "left alone"

    task = tasks.run(work, owner=owner, then=owner.take, failed=owner.take)
    assert waiting.wait(PATIENCE_S)
    with qtbot.waitSignal(task.finished):
        task.drop()
    assert woken.is_set()
    assert owner.came == []


@pytest.mark.covers("T-06")
def test_what_was_done_before_the_cancel_is_told_as_done(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    asked = threading.Event()
    task = tasks.run(lambda: asked.wait(PATIENCE_S), owner=owner, then=owner.take)
    with qtbot.waitSignal(task.finished):
        task.cancel()
        asked.set()
    assert owner.came == [True]


def test_the_end_cancels_all_and_waits_for_it(tasks: Tasks, owner: Owner) -> None:
    def work(cancel: Cancel) -> None:
        woken = threading.Event()
        cancel.on_cancel(woken.set)
        assert woken.wait(PATIENCE_S)

    for _ in range(3):
        tasks.run(work, owner=owner)
    assert tasks.end(5000)


def test_nothing_begins_after_the_end(tasks: Tasks, owner: Owner) -> None:
    ran: list[bool] = []
    assert tasks.end(5000)
    tasks.run(lambda: ran.append(True), owner=owner, then=owner.take)
    assert tasks.end(5000) and not tasks.running
    assert not ran


@pytest.mark.covers("T-06")
def test_long_work_is_seen_and_said_until_it_ends(
    tasks: Tasks, owner: Owner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_module, "SLOW_MS", task_module.BUSY_MS + 100)
    bar, going = BusyBar(), threading.Event()
    qtbot.addWidget(bar)
    qtbot.addWidget(bar.words)
    qtbot.addWidget(bar.cancel_button)
    tasks.started.connect(bar.follow)
    task = tasks.run(lambda: going.wait(PATIENCE_S), owner=owner)
    assert not bar.isVisible()
    with qtbot.waitSignal(task.busy):
        pass
    assert bar.isVisible()
    assert not bar.words.isVisible()
    with qtbot.waitSignal(task.slow):
        pass
    assert (bar.words.isVisible(), bar.words.text()) == (True, "Still working…")
    bar.cancel_button.click()
    assert task.cancel_request.is_set()
    assert (bar.words.text(), bar.cancel_button.isEnabled()) == ("Cancelling…", False)
    with qtbot.waitSignal(task.finished):
        going.set()
    assert not bar.isVisible()
    assert not bar.words.isVisible()


def test_short_and_quiet_work_is_not_seen(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(tasks.started):
        ended(qtbot, tasks.run(lambda: None, owner=owner, quiet=True))
    with qtbot.waitSignal(tasks.started) as told:
        task = tasks.run(lambda: None, owner=owner)
    assert told.args == [task]
    with qtbot.assertNotEmitted(task.busy):
        ended(qtbot, task)


def test_a_worker_thread_never_deletes_what_lives_in_the_ui_thread(tasks: Tasks, owner: Owner, qtbot: QtBot) -> None:
    """Deleted there, a QObject takes locks of Qt while it waits for Python's, and the UI thread may hold them the other way round."""
    over, deleted_in = threading.Event(), list[threading.Thread]()

    def lag(frame: FrameType, event: str, _argument: object) -> None:
        # Whatever the worker still holds when its answer is out, it lets go of last.
        if event == "return" and frame.f_back is None:
            assert over.wait(PATIENCE_S)

    task = tasks.run(lambda: sys.setprofile(lag), owner=owner, then=owner.take)
    weakref.finalize(task, lambda: deleted_in.append(threading.current_thread()))
    del task
    qtbot.waitUntil(lambda: owner.came == [None] and tasks.running == 0)
    over.set()
    qtbot.waitUntil(lambda: bool(deleted_in))
    assert deleted_in == [threading.current_thread()]


@pytest.mark.covers("DB-05", "T-06")
def test_those_who_wait_in_vain_do_not_hold_up_what_is_apart(tasks: Tasks, qtbot: QtBot) -> None:
    owner, enough = Owner(), threading.Event()
    for _ in range(20):
        tasks.run(lambda: enough.wait(PATIENCE_S), owner=owner)
    tasks.run(lambda: "seen", owner=owner, then=owner.take, apart=True)
    qtbot.waitUntil(lambda: owner.came == ["seen"])
    enough.set()


@pytest.mark.covers("T-06")
def test_a_window_is_freed_while_its_work_still_hangs(qtbot: QtBot) -> None:
    window, enough = QObject(), threading.Event()
    tasks = Tasks(window)
    for apart in (False, True):
        tasks.run(lambda: enough.wait(5), owner=window, then=pytest.fail, apart=apart)
    assert not tasks.end(0)
    window.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(window), timeout=10_000)
    assert shiboken6.isValid(tasks) and tasks.running == 2
    enough.set()
    qtbot.waitUntil(lambda: not shiboken6.isValid(tasks))
