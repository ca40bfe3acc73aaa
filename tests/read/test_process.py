"""Readers run apart: whatever one does, its parent says it in a line and nobody is left behind."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import misbehaviour
import pytest
from web import children

from narrate.base.errors import LimitError, NothingToSay, ReadError
from narrate.base.model import Article
from narrate.read._process import Limits, call_apart, run_apart

HERE = Path(__file__).parent
LITTLE = Limits(memory_bytes=1 << 29, cpu_seconds=1, wall_seconds=60)


@pytest.fixture(autouse=True)
def before():
    """The children that other tests have left to this process; none may come to them."""
    before = children()
    yield before
    assert children() == before


def test_results_come_one_by_one_and_are_ours():
    results = run_apart(misbehaviour.articles, 3, name="x")
    first = next(results)
    assert isinstance(first, Article)
    assert first.blocks[0].text == "Some words."
    assert [article.title for article in results] == ["Article 1", "Article 2"]


def test_a_result_is_waited_for_only_as_long_as_it_is_wanted(before):
    results = run_apart(misbehaviour.articles, 1_000_000, name="x")
    assert next(results).title == "Article 0"
    assert len(children() - before) == 1
    del results
    assert children() == before


def test_time_between_results_is_not_the_childs():
    results = run_apart(misbehaviour.pid_and_more, name="x", limits=Limits(wall_seconds=5))
    next(results)
    time.sleep(5.5)
    assert next(results) == 0


def test_what_is_said_is_handed_on(caplog):
    with caplog.at_level(logging.WARNING, "narrate"):
        assert list(run_apart(misbehaviour.say_and_give, "Two items: 100 %", name="x")) == [1]
    assert caplog.messages == ["Two items: 100 %"]


def test_what_a_library_prints_is_no_answer(capfd):
    assert list(run_apart(misbehaviour.print_and_give, name="x")) == [1]
    assert capfd.readouterr() == ("", "")


def test_an_error_of_ours_comes_back_as_it_was():
    with pytest.raises(NothingToSay) as caught:
        call_apart(misbehaviour.raise_ours, name="x")
    assert str(caught.value) == "this: it is blank (write something)"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (misbehaviour.raise_other, "KeyError"),
        (misbehaviour.recurse, "RecursionError"),
        (misbehaviour.abort, "SIGABRT"),
        (misbehaviour.leave, "exit code 7"),
        (misbehaviour.exit_politely, "exit code 1"),
        (misbehaviour.give_garbage, "exit code 0"),
        (misbehaviour.give_a_stranger, "exit code"),
    ],
)
def test_a_crash_is_one_line_with_its_reason(function, words):
    with pytest.raises(ReadError) as caught:
        call_apart(function, name="story.pdf", limits=LITTLE)
    assert str(caught.value).startswith("story.pdf: ")
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("function", "limits", "words"),
    [
        (misbehaviour.spin, LITTLE, "1 s of processor time"),
        (misbehaviour.take_memory, LITTLE, "512 MB of memory"),
        (misbehaviour.sleep, Limits(wall_seconds=1), "too long"),
        (misbehaviour.kill, LITTLE, "memory"),
    ],
)
def test_a_limit_is_one_line(function, limits, words):
    with pytest.raises(LimitError) as caught:
        call_apart(function, name="story.pdf", limits=limits)
    assert words in str(caught.value)
    assert caught.value.exit_code == 4


def test_the_limit_on_memory_is_set():
    assert call_apart(misbehaviour.read_memory_limit, name="x") == 1 << 30


def test_without_limits_of_the_system_it_works_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "resource.py").write_text("raise ImportError('not on this platform')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "resource", raising=False)
    assert len(list(run_apart(misbehaviour.articles, 2, name="x"))) == 2


def test_an_interpreter_that_cannot_be_started_is_said(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ReadError, match="cannot be started"):
        call_apart(misbehaviour.leave, name="x")


def run_parent(function):
    """A process of its own that waits for a child: its Popen, and the child's number."""
    code = (
        "import misbehaviour\n"
        "from narrate.read._process import run_apart\n"
        f"results = run_apart(misbehaviour.{function}, name='x')\n"
        "print(next(results), flush=True)\n"
        "import time; time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
    return parent, int(parent.stdout.readline())


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_child_ends_with_its_parent(sent):
    parent, child = run_parent("pid_and_more")
    assert is_running(child)
    parent.send_signal(sent)
    parent.communicate(timeout=60)
    for _ in range(500):
        if not is_running(child):
            return
        time.sleep(0.02)
    raise AssertionError("the child outlives its parent")


def test_a_child_costs_little():
    import resource

    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def cost(work):
        begun = spent()
        work()
        return spent() - begun

    bare = [sys.executable, "-c", "import email.parser, ssl, importlib.metadata"]
    python = min(cost(lambda: subprocess.run(bare, check=True)) for _ in range(3))
    child = min(cost(lambda: call_apart(os.getpid, name="x")) for _ in range(3))
    assert child < 4 * python
