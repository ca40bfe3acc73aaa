"""The files that are the same in every book, and the templates of the others."""

from functools import cache
from importlib import resources


@cache
def read_source(name: str) -> str:
    """The text of a file in the folder epub."""
    return (resources.files("narrate.write") / "epub" / name).read_text(encoding="utf-8")
