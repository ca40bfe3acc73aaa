"""Make the article of this folder in every format, with the programs that people use.

    python tests/read/formats/make.py

It needs pandoc, LibreOffice and Chromium (Debian: pandoc libreoffice-writer-nogui chromium). The
results are committed: the tests need none of these.
"""

import json
import os
import subprocess
import tempfile
from email.message import EmailMessage
from pathlib import Path

HERE = Path(__file__).parent
TITLE = "The Bell Buoys of Øresund"
AUTHOR = "Zoë Ångström"
DATE = "2026-03-17"
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1773705600"}


def run(*command, cwd=HERE):
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, cwd=cwd, env=ENVIRONMENT, **silent)


def pandoc(output, *options, title=""):
    # The article's first heading is its title; a title of its own would be a second one.
    run("pandoc", "article.md", "-M", f"title={title}", "-o", output, *options)


def make_html():
    meta = ("-M", f"pagetitle={TITLE}", "-V", f"author-meta={AUTHOR}", "-V", f"date-meta={DATE}")
    pandoc("article.html", "--standalone", *meta)


def make_epub():
    cover = ("--epub-cover-image", "buoy.png")
    pandoc("article.epub", "-t", "epub3", "--toc", *cover, title=TITLE)
    pandoc("article.epub2.epub", "-t", "epub2", "--toc", *cover, title=TITLE)


def make_documents():
    # Here the first heading is a title by its style, as people write in word processors.
    for name in ("article.docx", "article.odt"):
        run("pandoc", "article.md", "--shift-heading-level-by=-1", "-o", name)
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        options = ("--headless", "--convert-to", "docx", "--outdir", folder)
        run("soffice", profile, *options, "article.odt")
        (HERE / "article.writer.docx").write_bytes(Path(folder, "article.docx").read_bytes())


def make_pdf():
    page = (HERE / "article.html").as_uri()
    chromium("--no-pdf-header-footer", f"--print-to-pdf={HERE / 'article.pdf'}", page)


def chromium(*options):
    run("chromium", "--headless", "--no-sandbox", "--disable-gpu", *options)


def make_mhtml():
    """Save the page as a browser does, which it is asked for over its debugging pipe."""
    asked, ask = os.pipe()
    answer, answered = os.pipe()

    def set_pipes():
        os.dup2(asked, 3)
        os.dup2(answered, 4)

    command = ["chromium", "--headless", "--no-sandbox", "--remote-debugging-pipe"]
    browser = subprocess.Popen(
        command,
        pass_fds=(3, 4),
        preexec_fn=set_pipes,  # noqa: PLW1509 there are no threads here
        stderr=subprocess.DEVNULL,
    )
    with os.fdopen(ask, "wb") as to, os.fdopen(answer, "rb") as back:
        send = Session(to, back)
        target = send("Target.createTarget", url=(HERE / "article.html").as_uri())
        send.session = send("Target.attachToTarget", flatten=True, **target)["sessionId"]
        send("Page.enable")
        send.wait("Page.loadEventFired")
        snapshot = send("Page.captureSnapshot", format="mhtml")["data"]
        snapshot = snapshot.replace(HERE.as_uri(), "https://example.org")
        (HERE / "article.mhtml").write_bytes(snapshot.encode())
        send.session = None
        send("Browser.close")
    browser.wait()


class Session:
    """Talks the DevTools protocol: JSON messages that end in NUL."""

    def __init__(self, to, back):
        self.to, self.back, self.session, self.count = to, back, None, 0
        self.events = []

    def __call__(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        self.to.flush()
        while (answer := self.receive()).get("id") != self.count:
            self.events.append(answer.get("method"))
        return answer["result"]

    def wait(self, event):
        while event not in self.events:
            self.events.append(self.receive().get("method"))

    def receive(self):
        message = bytearray()
        while (byte := self.back.read(1)) != b"\0":
            message += byte
        return json.loads(message)


def make_mail():
    mail = EmailMessage()
    mail["Subject"] = TITLE
    mail["From"] = f"{AUTHOR} <zoe@example.org>"
    mail["To"] = "readers@example.org"
    mail["Date"] = "Tue, 17 Mar 2026 08:00:00 +0000"
    plain = subprocess.run(
        ["pandoc", "article.md", "-t", "plain"], check=True, cwd=HERE, capture_output=True
    )
    mail.set_content(plain.stdout.decode())
    mail.add_alternative((HERE / "article.html").read_text(encoding="utf-8"), subtype="html")
    mail.set_boundary("the-bell-buoys")
    (HERE / "article.eml").write_bytes(mail.as_bytes())


def make_feed():
    body = subprocess.run(
        ["pandoc", "article.md", "-t", "html"], check=True, cwd=HERE, capture_output=True
    )
    page = body.stdout.decode().replace("]]>", "]]]]><![CDATA[>")
    (HERE / "article.rss").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
        '  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        "<title>Sea Marks</title><link>https://example.org/</link>"
        "<description>On lights and bells</description><language>en</language>\n"
        f"<item><title>{TITLE}</title><link>https://example.org/bell-buoys</link>"
        f"<dc:creator>{AUTHOR}</dc:creator><pubDate>Tue, 17 Mar 2026 08:00:00 +0000</pubDate>\n"
        f"<content:encoded><![CDATA[{page}]]></content:encoded></item>\n</channel></rss>\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    make_html()
    make_epub()
    make_documents()
    make_pdf()
    make_mhtml()
    make_mail()
    make_feed()
