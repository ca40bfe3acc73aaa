"""Words that are said otherwise than they are written: the user's and the voice's own lists.

A lexicon is a TOML table of words or phrases and what to say for them:

    "Soleimani" = "so lay maani"
    "sql" = "sequel"
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from narrate.base.errors import UsageError
from narrate.base.spans import compose, replace_spans
from narrate.script.normalize import Spoken, speakable


def pronounce(text: str, language: str, lexicons: Sequence[str] = ()) -> Spoken:
    """`text` as it is to be said in `language` (BCP 47), by the files `lexicons`, then by rules.

    The longest entry wins, and of the same entry in several files that of the last. An entry in
    lower case also stands for the word with a capital; any other only for itself. Raises
    UsageError for a file that cannot be used.
    """
    edits = _find_entries(text, tuple(lexicons)) if lexicons else []
    said, early = replace_spans(text, edits)
    spoken = speakable(said, language)
    return Spoken(spoken.text, compose(spoken.map, early) if early else spoken.map)


def _find_entries(text: str, lexicons: tuple[str, ...]) -> list[tuple[int, int, str]]:
    table, pattern = _load(lexicons)
    edits = []
    for match in pattern.finditer(text) if pattern else ():
        word = match.group()
        said = table.get(word) or table.get(word[:1].lower() + word[1:])
        if said:
            edits.append((*match.span(), said))
    return edits


@cache
def _load(lexicons: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str] | None]:
    """All entries, and what finds one of them as a whole word."""
    table: dict[str, str] = {}
    for path in lexicons:
        table |= _read(Path(path))
    forms = {form for word in table for form in (word, word[:1].upper() + word[1:])}
    # Only a word in lower case stands for one with a capital, too.
    forms = {form for form in forms if form in table or form.lower() in table}
    if not forms:
        return table, None
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return table, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _read(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"lexicon {path}", f"it cannot be read: {error}") from error
    for word, said in table.items():
        if not isinstance(said, str) or not said.strip() or not word.strip():
            raise UsageError(f"lexicon {path}", f"{word} must have what to say for it", "as text")
    return table
