"""Texts of any length in which no two sentences are alike, the same every time."""

import itertools
import random

PARTS = (
    (
        "The harbour master",
        "A neighbour",
        "The old keeper",
        "My sister",
        "The night train",
        "A gull",
    ),
    ("waited for", "never mentioned", "carried", "remembered", "painted", "lost", "found"),
    ("the lamp", "a green boat", "eleven letters", "the last ferry", "his coat", "a quiet song"),
    ("behind the market", "on the pier", "in a storm", "before breakfast", "under the stairs"),
    ("while the rain fell", "because nobody asked", "and said nothing", "as if it were spring"),
    ("for the second time that week", "until the bell rang", "long after the others had gone"),
)
SENTENCES_AN_HOUR = 680
"""Of the builtin voice."""
PARAGRAPH, CHAPTER = 6, 30


def make_text(hours):
    """A Markdown article of about so many hours, in chapters of some three minutes."""
    count = round(hours * SENTENCES_AN_HOUR)
    every = list(itertools.product(*PARTS))
    random.Random(1).shuffle(every)  # noqa: S311 a text, not a secret
    lines = ["# The long way round", ""]
    for number, parts in enumerate(itertools.islice(itertools.cycle(every), count)):
        if number % CHAPTER == 0:
            lines += [f"## Part {number // CHAPTER + 1}", ""]
        lead = "" if number < len(every) else f"In year {number // len(every)}, "
        sentence = f"{' '.join(parts)}."
        lines.append(f"{lead}{sentence if not lead else sentence[0].lower() + sentence[1:]}")
        if number % PARAGRAPH == PARAGRAPH - 1:
            lines.append("")
    return "\n".join(lines) + "\n"
