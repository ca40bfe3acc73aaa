import time

import pytest

from narrate.read._tex import read_tex
from narrate.read.markdown import read_markdown


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("x^2", "x²"),
        ("e^{i\\pi} + 1 = 0", "e to the power of i pi + 1 = 0"),
        ("\\frac{a+b}{2}", "a+b over 2"),
        ("\\sqrt{\\frac{1}{n}}", "the square root of 1 over n"),
        ("a_1 \\leq b_{max}", "a 1 ≤ b max"),
        ("90^\\circ", "90°"),
        ("2x", "2 x"),
        ("\\alpha \\times \\mathbf{v}", "alpha × v"),
        ("{", ""),
        ("\\", ""),
    ],
)
def test_a_formula_becomes_text(formula, text):
    assert read_tex(formula) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("The area is $x^2$ here.", "The area is x² here."),
        ("It is $$\\frac{a}{b}$$ then.", "It is a over b then."),
        ("Let $n$ be one.", "Let n be one."),
        ("It cost $5 and then $10 more.", "It cost $5 and then $10 more."),
        ("From $5-$10, or US$5 to A$6.", "From $5-$10, or US$5 to A$6."),
        ("Water is H~2~O.", "Water is H2O."),
        ("This is ==marked== now; a == b and c == d.", "This is marked now; a == b and c == d."),
        ("It is ~~gone~~ here.", "It is gone here."),
        ("\x1b[31mred\x1b[0m and \x1b]0;title\x07plain", "red and plain"),
    ],
)
def test_what_is_beyond_commonmark_is_understood(markdown, text):
    assert [block.text for block in read_markdown(markdown).blocks] == [text]


def test_superscripts_and_subscripts_are_spans():
    (block,) = read_markdown("10^6^ m of H~2~O").blocks
    spans = [(block.text[span.start : span.end], span.kind) for span in block.spans]
    assert spans == [("6", "superscript"), ("2", "subscript")]


def test_front_matter_that_is_broken_is_kept_and_said():
    article = read_markdown('---\ntitle: "open\nauthor: [a\n---\n\nHello there.\n')
    assert [block.kind for block in article.blocks] == ["code", "para"]
    assert "front matter" in article.remarks[0]


@pytest.mark.parametrize(
    "text", ["$a " * 9000, "$" * 20000, "==a" * 9000, "~a" * 9000, "^a" * 9000]
)
def test_marks_without_an_end_take_linear_time(text):
    before = time.process_time()
    read_markdown(text[: len(text) // 4])
    quarter = time.process_time() - before
    before = time.process_time()
    read_markdown(text)
    assert time.process_time() - before < 8 * quarter + 0.1
