"""What is said of each kind of structure, and how long the silences are: data with three sources.

The user's [read] table wins over the voice's, and that over defaults.toml.
"""

import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError
from narrate.base.model import Voice


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("defaults.toml").read_text(encoding="utf-8"))


def find_policies(voice: Voice) -> dict[str, str]:
    """How each kind is read with `voice`. Raises UsageError for an unknown kind or policy."""
    choices: dict[str, list[str]] = _defaults()["choices"]
    policies = {kind: known[0] for kind, known in choices.items()}
    for kind, policy in voice.read:
        if kind not in choices:
            raise UsageError(f"[read] {kind}", "there is no such kind", _near(kind, choices))
        if policy not in choices[kind]:
            known = ", ".join(choices[kind])
            raise UsageError(f"[read] {kind} = {policy}", "that cannot be", f"one of: {known}")
        policies[kind] = policy
    return policies


def find_pauses(voice: Voice) -> dict[str, int]:
    """Milliseconds of silence by place, at the voice's speed. Raises UsageError as above."""
    pauses: dict[str, int] = dict(_defaults()["pauses"])
    for place, pause in voice.pauses:
        if place not in pauses:
            raise UsageError(f"[pauses] {place}", "there is no such place", _near(place, pauses))
        if pause < 0:
            raise UsageError(f"[pauses] {place} = {pause}", "a pause cannot be negative")
        pauses[place] = pause
    return {place: round(pause / voice.speed) for place, pause in pauses.items()}


def _near(word: str, known: dict[str, Any]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
