"""What all tests share: articles, voices, the command line, and no network."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from narrate.base.voice import load_voice

TESTS = Path(__file__).parent
ARTICLES = TESTS / "articles"


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Refuse every connection that is not to this machine: offline is a promise."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a connection to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(scope="session")
def tone(tmp_path_factory):
    """The profile of a voice that says every text as a tone."""
    path = tmp_path_factory.mktemp("voices") / "tone.toml"
    path.write_text(
        'engine = "engines.tone"\nmodel = "sine"\nlanguage = "en"\ncharacters_per_second = 20.0\n'
    )
    return path


@pytest.fixture(scope="session")
def tone_voice(tone):
    return load_voice(str(tone))


@pytest.fixture
def run(tmp_path):
    """The command line in a process of its own, in an empty folder: run("make", "story.txt")."""

    def run_command(*arguments, stdin=b"", cwd=tmp_path, **environment):
        path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH", "")]))
        ours = {name: value for name, value in os.environ.items() if "NARRATE_" not in name}
        ours["XDG_CONFIG_HOME"] = str(tmp_path / "config")
        ours["XDG_CACHE_HOME"] = str(tmp_path.with_name(f"{tmp_path.name}-cache"))
        return subprocess.run(
            [sys.executable, "-m", "narrate", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=cwd,
            env={**ours, "PYTHONPATH": path, "PYTHONWARNINGS": "error", **environment},
            timeout=300,
            check=False,
        )

    return run_command


@pytest.fixture(scope="module")
def browser():
    """Chromium as the system has it; without it the test is skipped, but never in CI."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        assert not os.environ.get("CI"), "chromium is to be installed by .ci/run"
        pytest.skip("chromium is not installed")
    options = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def tool():
    """A program that is not ours, by its name; without it the test is skipped, but never in CI."""

    def find(name):
        path = shutil.which(name)
        if path is None:
            assert not os.environ.get("CI"), f"{name} is to be installed by .ci/run"
            pytest.skip(f"{name} is not installed")
        return path

    return find
