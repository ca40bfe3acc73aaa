"""Abbreviations: what is written short and said in full."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from narrate.script.european._tables import (
    LEFT,
    NUMBER,
    SPACE,
    any_of,
    choose_form,
    find,
    load_table,
)

Table = dict[str, Any]
Rule = tuple[str, Callable[[re.Match[str]], str | None]]

_LEFT = r"(?<![\w.@/-])"


def word_rules(table: Table) -> Iterator[Rule]:
    """Abbreviations before and after numbers, before names, and anywhere."""

    def say(name: str) -> Callable[[re.Match[str]], str]:
        return lambda match: _keep_stop(match, find(table[name], match["word"]))

    def say_after(match: re.Match[str]) -> str:
        forms = find(table["after_number"], match["word"]).split("|")
        form = choose_form(match["n"], forms)
        return _keep_stop(match, f"{match['n']} {form}")

    yield (
        rf"{_LEFT}(?P<word>{any_of(table['before_number'])})(?={SPACE}?[0-9])",
        lambda match: _spaced(match, find(table["before_number"], match["word"])),
    )
    yield (
        rf"{LEFT}(?P<n>{NUMBER}){SPACE}?(?P<word>{any_of(table['after_number'])})(?!\w)",
        say_after,
    )
    if "before_name" in table:
        yield (
            rf"{_LEFT}(?P<word>{any_of(table['before_name'])})(?=[\s-]?[^\W\d_a-zß-öø-ÿ])",
            say("before_name"),
        )
    if "after_letters" in table:
        yield (
            rf"(?<!\w)(?P<stem>[^\W\d_]+)(?P<word>{any_of(table['after_letters'])})(?!\w)",
            lambda match: match["stem"] + find(table["after_letters"], match["word"]),
        )
    yield rf"{_LEFT}(?P<word>{any_of(table['words'])})(?!\w)", say("words")


def _spaced(match: re.Match[str], said: str) -> str:
    """`said` with a space where the number touches it: Nr.5."""
    return said if match.string[match.end()].isspace() else f"{said} "


def _keep_stop(match: re.Match[str], said: str) -> str:
    """`said` with the full stop that ends the sentence, too."""
    rest = match.string[match.end() :]
    ends = match[0].endswith(".") and not re.search(r"\w", rest) and rest[:1] not in {",", ":", ";"}
    return f"{said}." if ends else said


@cache
def pattern(language: str) -> re.Pattern[str]:
    """What finds an abbreviation that is written without a stop."""
    words = [word for word in load_table(language)["words"] if "." not in word]
    return re.compile(rf"(?<!\w){any_of(words or ['$'])}(?!\w)")
