"""What we say ourselves: announcements in the article's language."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def _table(language: str) -> dict[str, Any]:
    tables = _tables()
    return tables.get(language.partition("-")[0].lower(), tables["en"])


def say(phrase: str, language: str, filled: str = "") -> str:
    """The announcement called `phrase` in `language` (English where we have none)."""
    text = str(_table(language)[phrase]).replace("{}", filled.rstrip())
    # A name that ends in its own mark ("Inc.", "Who cares?") needs no second one.
    return text[:-1] if filled.rstrip()[-1:] in {".", "!", "?", "…"} else text


def say_date(day: date, language: str) -> str:
    """`day` as it is said in `language`."""
    table = _table(language)
    name = table["months"][day.month - 1]
    return str(table["date"]).format(year=day.year, month=name, day=day.day)
