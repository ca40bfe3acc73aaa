"""What is made to do harm: each a line, an exit code, and bounds on time and memory."""

import contextlib
import gzip
import io
import logging
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web import Answer, children, serve

from narrate.base.errors import NarrateError
from narrate.read import docx, email, epub, feed, html, pdf, read_articles
from narrate.read._limits import MOST_CPU_SECONDS, MOST_MEMORY_BYTES

MAIL = Path(__file__).parent / "mail"
CODE = """
import resource, sys
from narrate.cli import main
code = main(sys.argv[1:])
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, file=sys.stderr)
raise SystemExit(code)
"""


def laughs(root="html", of="<p>{}</p>"):
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
    )
    return f"<?xml version='1.0'?><!DOCTYPE {root} [{entities}]>" + of.format("Hi &l11; there.")


def xxe(root, of):
    return (
        f"<?xml version='1.0'?><!DOCTYPE {root} [<!ENTITY x SYSTEM 'file:///etc/hostname'>"
        "<!ENTITY y SYSTEM 'http://127.0.0.1:9/'>]>" + of.format("Some words &x; &y; are here.")
    )


def bomb(size, *names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name in names:
            packed.writestr(name, bytes(size))
    return file.getvalue()


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="{}" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def epub_with(opf="a.opf", **members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        packed.writestr("META-INF/container.xml", CONTAINER.format(opf))
        for name, text in members.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), text)
    return file.getvalue()


def escaping_epub():
    file = io.BytesIO(epub_with("../../../../etc/passwd"))
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("../../../../tmp/narrate-was-here", "x")
        packed.writestr("/tmp/narrate-was-here", "x")  # noqa: S108 it must not be written
    return file.getvalue()


def rss(text):
    item = f"<item><title>T</title><description>{text}</description></item>"
    return f"<rss version='2.0'><channel>{item}</channel></rss>"


UNIQUE = "".join(f"<span>word{n} </span>" for n in range(100_000))
DEEP = (
    "<div>" * 300 + "<p>Deep down there are a few words that are to be read.</p>" + "</div>" * 300
)
TABLES = "<table><tr><td>" * 500 + "words" + "</td></tr></table>" * 500

# Each: the file's name, what is in it, the exit codes that are right, and what may not be said.
HOSTILE = {
    "laughs.html": (laughs(of="<html><body><p>{}</p></body></html>").encode(), {0, 2, 3}),
    "laughs.rss": (laughs("rss", rss("{}")).encode(), {0, 2, 3}),
    "laughs.epub": (epub_with(a_opf=laughs("package", "<package>{}</package>")), {2, 3, 4}),
    "xxe.xhtml": (xxe("html", "<html><body><p>{}</p></body></html>").encode(), {0, 2}),
    "xxe.rss": (xxe("rss", rss("{}")).encode(), {0, 2}),
    "xxe.epub": (epub_with(a_opf=xxe("package", "<package>{}</package>")), {2, 3}),
    "bomb.epub": (bomb(400_000_000, "META-INF/container.xml"), {4}),
    "bomb.docx": (bomb(400_000_000, "[Content_Types].xml", "word/document.xml"), {2, 4}),
    "members.epub": (bomb(1, "META-INF/container.xml", *map(str, range(5_000))), {4}),
    "escape.epub": (escaping_epub(), {2, 3}),
    "gzip.html": (gzip.compress(bytes(50_000_000)), {2}),
    "deep.html": (f"<!doctype html><title>Deep</title>{DEEP}".encode(), {0}),
    "deeper.html": (("<!doctype html>" + "<div>" * 5_000 + "words").encode(), {0, 2, 3, 4}),
    "spans.html": (f"<!doctype html><title>S</title><p>{UNIQUE}</p>".encode(), {0, 4}),
    "tables.html": (f"<!doctype html><title>T</title>{TABLES}".encode(), {0, 2, 3, 4}),
    "open.html": (b"<!doctype html>" + b"<a b=" * 100_000, {0, 2, 3, 4}),
    "multiparts.eml": (
        b"From: a@b.example\nDate: Sun, 1 Mar 2026 10:00:00 +0000\nMIME-Version: 1.0\n"
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)
        ),
        {2, 3, 4},
    ),
    "headers.eml": (
        b"From: a@b.example\nDate: x\n" + b"X: y\n" * 200_000 + b"\nwords.\n",
        {0, 4},
    ),
    "subject.eml": (
        b"From: a@b.example\nDate: x\nSubject: "
        + b"=?utf-8?q?=C3=A9?= " * 20_000
        + b"\n\nwords.\n",
        {0, 4},
    ),
    "quotes.eml": (
        b"From: a@b.example\nDate: x\nSubject: Re: x\n\n" + b">" * 2_000_000 + b"\nwords wrote:\n",
        {0, 3, 4},
    ),
    "cut.epub": (epub_with(a_opf="<package/>")[:-40], {2}),
    "cut.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", {2}),
    "cut.docx": (bomb(10, "[Content_Types].xml", "word/document.xml")[:-30], {2}),
    "page.png": (b"<!doctype html><title>T</title><p>Some words that are in a page.</p>", {0}),
    "noise.pdf": (b"%PDF-1.4\n" + bytes(range(256)) * 4_000, {2}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_line_or_an_article_within_bounds(tmp_path, name):
    data, codes = HOSTILE[name]
    (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", CODE, "preview", name, "-q"],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")},
        timeout=300,
        check=False,
    )
    *errors, figures = done.stderr.decode().splitlines()
    assert done.returncode in codes, errors
    assert len(errors) == (1 if done.returncode else 0), errors
    assert all(error.startswith("narrate: ") for error in errors)
    cpu_seconds, memory_bytes = map(float, figures.split())
    assert cpu_seconds < MOST_CPU_SECONDS + 3
    assert memory_bytes <= MOST_MEMORY_BYTES
    host = Path("/etc/hostname").read_text().strip().encode()
    assert host not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_deep_page_is_read():
    (article,) = html.read(HOSTILE["deep.html"][0], "deep.html")
    assert "to be read" in article.blocks[-1].text


@pytest.mark.parametrize("name", ["cut.pdf", "bomb.epub", "multiparts.eml", "deep.html"])
def test_no_child_is_left_by_it(tmp_path, name):
    (tmp_path / name).write_bytes(HOSTILE[name][0])
    before = children()
    with contextlib.suppress(NarrateError):
        next(read_articles(tmp_path / name))
    assert children() == before


def test_a_hostile_server_is_a_line(run):
    answers = {
        "/bomb": Answer(gzip.compress(bytes(60_000_000)), Content_Encoding="gzip"),
        "/circle": Answer(status=302, Location="/circle"),
        "/file": Answer(status=302, Location="file:///etc/passwd"),
        "/headers": Answer(b"x", X="y" * 100_000),
        "/picture": Answer(b"\x89PNG\r\n\x1a\n" + bytes(50), Content_Type="text/html"),
        "/empty": Answer(b"", Content_Type="text/html"),
    }
    codes = {"/bomb": 4, "/circle": 4, "/file": 2, "/headers": 2, "/picture": 2, "/empty": 3}
    with serve(answers) as server:
        for path, code in codes.items():
            done = run("preview", server.url + path, "--allow-private")
            assert done.returncode == code, done.stderr.decode()
            assert done.stderr.count(b"\n") == 1
            assert done.stderr.startswith(b"narrate: http://127.0.0.1")


READERS = (docx, email, epub, feed, html, pdf)
WHOLE = [path.read_bytes() for path in sorted(MAIL.iterdir())]
WHOLE += [data for data, _ in HOSTILE.values() if len(data) < 20_000]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(READERS), st.sampled_from(WHOLE), st.data())
def test_nothing_but_our_own_errors_comes_of_damaged_files(reader, whole, data):
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    cut = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=20))
    damaged = whole[:cut] + noise + whole[cut + data.draw(st.integers(0, 40)) :]
    assert reader.recognise(damaged) in (True, False)
    with contextlib.suppress(NarrateError):
        for article in reader.read(damaged, "damaged"):
            assert isinstance(article.blocks, tuple)
