"""Addresses, handles and tags: they go first, since they hold the signs of every other rule."""

import re

from narrate.script.english.number_words import cardinal, digits
from narrate.script.english.rule import DIGITS, Rule, before, words

_SIGNS = {
    ".": "dot",
    "/": "slash",
    "-": "dash",
    "_": "underscore",
    "@": "at",
    "~": "tilde",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    "%": "percent",
    ":": "colon",
    "+": "plus",
}
_PIECE = re.compile(r"[0-9]+|[^\W\d_]+|[^\w\s]|_")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+?(?=[A-Z0-9_]|\b)")
# Shorter endings are said as letters: "uk" as U K, but "co" and "me" as words.
_WORDS_OF_TWO = {"co", "me", "go", "my"}


def say_address(address: str) -> str:
    """An address in words: its scheme, "www." and closing slash are not said."""
    shown = re.sub(r"\A(?:[a-z]+://)?(?:www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
    said = []
    for piece in _PIECE.findall(shown):
        if piece[0] in "0123456789":
            said.append(_number(piece))
        elif len(piece) == 2 and piece.islower() and piece not in _WORDS_OF_TWO:
            said.append(piece.upper())
        else:
            said.append(_SIGNS.get(piece, piece))
    return " ".join(said)


def _number(piece: str) -> str:
    return digits(piece) if piece[0] == "0" or len(piece) > 4 else cardinal(int(piece))


def _say_name(match: re.Match[str]) -> str:
    """@realDonaldTrump as "at real Donald Trump", #MeToo as "hashtag Me Too"."""
    sign = "at" if match.group()[0] == "@" else "hashtag"
    pieces = _CAMEL.findall(match["name"].replace("_", " "))
    return " ".join([sign, *(_number(p) if p[0] in "0123456789" else p for p in pieces)])


def _say_fixed(match: re.Match[str]) -> str | None:
    """What is always said so; a unit behind its number is left to the measures."""
    if match.group() in words("unit_alone") and before(match).rstrip(" \xa0")[-1:].isdigit():
        return None
    return str(words("fixed")[match.group()])


RULES = (
    # Two square brackets open phonemes in espeak-ng and Piper.
    Rule("brackets", frozenset("["), r"\[(?:\[)+", lambda _: "["),
    Rule(
        "address",
        frozenset("/"),
        r"(?<!\w)(?:https?|ftp)://[^\s<>\"“”]{1,2000}(?<![.,;:!?)\]}'’*_])",
        lambda match: say_address(match.group()),
    ),
    Rule(
        "e-mail",
        frozenset("@"),
        r"(?<![\w.+-])(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
        lambda match: say_address(match.group().removeprefix("mailto:")),
    ),
    Rule(
        "bare address",
        frozenset("."),
        r"""(?<![\w.@/-])(?:www\.(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,12}
            |(?:[A-Za-z0-9-]{1,63}\.){1,4}«domain»)(?![\w-])(?!\.\w)
            (?:/(?:[\w./?=&%\#~+-]{0,500}[\w/])?)?""",
        lambda match: say_address(match.group()),
    ),
    Rule("handle", frozenset("@"), r"(?<![\w@/.])@(?P<name>[A-Za-z]\w{0,60})", _say_name),
    Rule(
        "tag",
        frozenset("#"),
        r"(?<![\w&\#])\#(?P<name>[0-9_]{0,20}[A-Za-z]\w{0,100})",
        _say_name,
    ),
    Rule(
        "fixed expression",
        DIGITS | frozenset("/#&W"),
        r"(?<![\w/.])(?<![0-9]-)«fixed»(?:(?<=/)(?=[ \w])|(?<!/)(?![\w/])(?![-.][0-9]))",
        _say_fixed,
    ),
)
