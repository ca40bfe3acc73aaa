"""Prints tide-mills.md and the pages beside it to PDF, each with a program that people use.

Run by hand, from anywhere: ``python make.py``. It needs pandoc, pdflatex, LibreOffice, Chromium,
groff, ghostscript, qpdf and the Noto fonts from Debian, and reportlab, pillow and typst from PyPI.
Its results are committed, so that the tests need none of them. All texts are ours.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import typst
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen import canvas

HERE = Path(__file__).parent
SOURCE = HERE / "tide-mills.md"


def run(*command, cwd, stdin=None):
    subprocess.run(
        [*map(str, command)], cwd=cwd, stdin=stdin, check=True, stdout=subprocess.DEVNULL
    )


def print_latex(work):
    """Two columns, running heads with page numbers, notes, hyphens and ligatures."""
    run(
        *("pandoc", SOURCE, "-s", "-t", "latex", "-o", "latex.tex", "--number-sections"),
        *("-V", "documentclass=article", "-V", "classoption=twocolumn,a5paper,twoside"),
        *("-V", "pagestyle=headings", "-V", "fontsize=9pt", "-V", "geometry=margin=1.5cm"),
        cwd=work,
    )
    for _ in range(2):
        run("pdflatex", "-interaction=batchmode", "latex.tex", cwd=work)
    shutil.copy(work / "latex.pdf", HERE / "latex-two-columns.pdf")


def print_libreoffice(work):
    run("pandoc", SOURCE, "-s", "-o", "office.odt", cwd=work)
    run(
        *("soffice", f"-env:UserInstallation=file://{work}/profile", "--headless"),
        *("--convert-to", "pdf", "office.odt"),
        cwd=work,
    )
    shutil.copy(work / "office.pdf", HERE / "libreoffice.pdf")


def print_chromium(work, page, name):
    run(
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
        *(f"--user-data-dir={work}/browser", f"--print-to-pdf={HERE / name}", page),
        cwd=work,
    )


def print_web(work):
    """A tagged page without hyphens; the paper is small, so that it takes several pages."""
    run("pandoc", SOURCE, "-s", "-t", "html5", "-o", "web.html", cwd=work)
    page = work / "web.html"
    style = "<style>@page { size: A5; margin: 15mm } body { font: 11pt serif }</style></head>"
    page.write_text(page.read_text().replace("</head>", style))
    print_chromium(work, page, "chromium.pdf")


def print_groff(work):
    """Two columns in Times with the heads and feet of the ms macros, by way of PostScript."""
    run("pandoc", SOURCE, "-s", "-t", "ms", "-o", "groff.ms", cwd=work)
    text = (work / "groff.ms").read_text().replace(".SH 1", ".2C\n.SH 1", 1)
    (work / "groff.ms").write_text(text)
    with (work / "groff.ps").open("wb") as out:
        subprocess.run(["groff", "-k", "-ms", "-Tps", work / "groff.ms"], stdout=out, check=True)
    run("ps2pdf", "groff.ps", HERE / "groff-two-columns.pdf", cwd=work)


def print_typst(work):
    """Three columns under a letter-spaced title, a drop cap, and a table."""
    typst.compile(str(HERE / "newsletter.typ"), output=str(HERE / "typst-three-columns.pdf"))


def print_scripts(work):
    for name in ("hebrew", "arabic", "japanese"):
        print_chromium(work, HERE / f"{name}.html", f"{name}.pdf")


def draw_page(lines):
    picture = Image.new("L", (620, 880), 255)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((60, 80 + 22 * number), line, fill=0)
    return picture


def print_scan(work):
    """A picture of a page, alone and with the invisible text that OCR lays behind it."""
    lines = [
        "The ferry leaves the outer pier at seven and",
        "calls at the islands in the order of the tide.",
        "Passengers with bicycles wait at the second gate.",
    ]
    picture = draw_page(lines)
    picture.save(HERE / "scan.pdf", resolution=75)
    picture.save(work / "scan.png")
    page = canvas.Canvas(str(HERE / "scan-with-text.pdf"), pagesize=A5)
    width, height = A5
    page.drawImage(str(work / "scan.png"), 0, 0, width, height)
    text = page.beginText(40, height - 60)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 9)
    for line in lines:
        text.textLine(line)
    page.drawText(text)
    page.save()


def print_stamped(work):
    """A stamp up the side, a watermark across the page, and line numbers in the margin."""
    page = canvas.Canvas(str(HERE / "stamped.pdf"), pagesize=A5)
    width, height = A5
    paragraphs = SOURCE.read_text().split("\n\n")
    for number in range(2):
        words = paragraphs[1 + 4 * number].split()
        page.saveState()
        page.setFont("Times-Roman", 14)
        page.rotate(90)
        page.drawString(120, -20, "preprint:2026.0317v2 [hist.TECH] 17 Mar 2026")
        page.rotate(-45)
        page.setFont("Helvetica-Bold", 60)
        page.drawString(150, 100, "DRAFT")
        page.restoreState()
        page.setFont("Times-Bold", 18)
        if not number:
            page.drawString(60, height - 70, "A Gate in the Sea Wall")
        line, y = "", height - 110
        counted = 0
        page.setFont("Times-Roman", 11)
        for word in [*words, None]:
            if word is None or page.stringWidth(f"{line} {word}") > width - 120:
                counted += 1
                page.setFont("Times-Roman", 7)
                page.drawRightString(48, y, str(counted))
                page.setFont("Times-Roman", 11)
                page.drawString(60, y, line)
                line, y = "", y - 14
            line = f"{line} {word}".strip()
        page.showPage()
    page.save()


def lock(work):
    for name, user, owner in (("locked", "open", "own"), ("owner-locked", "", "own")):
        run(
            *("qpdf", "--encrypt", user, owner, "256", "--print=none", "--"),
            *(HERE / "scan-with-text.pdf", HERE / f"{name}.pdf"),
            cwd=work,
        )


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for step in (
            *(print_latex, print_libreoffice, print_web, print_groff, print_typst),
            *(print_scripts, print_scan, print_stamped, lock),
        ):
            step(work)


if __name__ == "__main__":
    main()
