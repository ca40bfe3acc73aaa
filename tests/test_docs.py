"""What the documents say is true: their commands run, their tables are complete."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from narrate.base import plugins
from narrate.base.voice import list_voices
from narrate.cli import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEFAULTS = ROOT / "narrate" / "script" / "defaults.toml"
CHOICES = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))["choices"]
DOCUMENTS = {
    "page.html": "article.html",
    "book.epub": "article.epub",
    "letter.docx": "article.docx",
    "paper.pdf": "article.pdf",
    "mail.eml": "article.eml",
    "feed.rss": "article.rss",
}
"""Files that the commands name, and those of tests/read/formats that stand for them."""
COMMAND_LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("narrate ")
]


def test_the_readme_shows_commands():
    assert len(COMMAND_LINES) >= 5


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_of_the_readme_runs(run, tmp_path, line):
    shutil.copytree(ROOT / "tests" / "articles", tmp_path / "tests" / "articles")
    shutil.copy(ROOT / "tests" / "articles" / "short-note.txt", tmp_path / "story.txt")
    shutil.copy(ROOT / "tests" / "articles" / "letters.md", tmp_path / "story.md")
    formats = ROOT / "tests" / "read" / "formats"
    for name, made in DOCUMENTS.items():
        shutil.copy(formats / made, tmp_path / name)
    arguments = shlex.split(line, comments=True)[1:]
    if arguments[0] in {"export", "feed"}:
        run("make", "story.txt", "--title", "A Story", "-q")
    if arguments == ["feed", "output"]:
        named = ("--url", "https://example.org/", "--title", "Talks", "--email", "me@example.org")
        run("feed", "output", "--init", *named)
    done = run(*arguments, stdin=b"A few words from somewhere else.")
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_in_the_readme(name):
    assert f"narrate {name}" in README


@pytest.mark.parametrize("name", [path.stem for path in list_voices()])
def test_a_voice_is_in_the_readme(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("kind", plugins.names("write"))
def test_a_format_is_in_the_readme(kind):
    assert f"`{kind}`" in README


@pytest.mark.parametrize("kind", CHOICES)
def test_a_policy_is_in_the_readme_with_all_its_choices(kind):
    assert f"| {kind} | {', '.join(CHOICES[kind])} |" in README


def test_the_picture_of_the_terminal_shows_what_is_printed():
    script = ROOT / "tests" / "readme" / "draw_terminal.py"
    drawn = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert drawn.stdout == script.with_name("terminal.svg").read_text(encoding="utf-8")


def test_no_document_names_the_host_of_a_package_registry():
    for path in [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / ".ci" / "run"]:
        assert not re.search(r"pypi\.org|npmjs|debian\.org", path.read_text(encoding="utf-8"))
