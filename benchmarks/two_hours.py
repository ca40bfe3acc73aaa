"""CPU and wall time of a two-hour recording, against espeak-ng piped into ffmpeg.

usage: python benchmarks/two_hours.py [ROUNDS]

The text has some 1,700 sentences, no two of them alike, in paragraphs of six.
"""

import random
import sys
import tempfile
from pathlib import Path

from short_article import compare

SENTENCES, PARAGRAPH = 1_700, 6
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


def make_text():
    """Paragraphs of sentences that all differ, the same every time."""
    chance = random.Random(1)  # noqa: S311 a text, not a secret
    seen, sentences = set(), []
    while len(sentences) < SENTENCES:
        sentence = " ".join(chance.choice(part) for part in PARTS)
        if sentence not in seen:
            seen.add(sentence)
            sentences.append(f"{sentence}.")
    paragraphs = (sentences[at : at + PARAGRAPH] for at in range(0, SENTENCES, PARAGRAPH))
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "two-hours.txt"
        article.write_text(make_text(), encoding="utf-8")
        compare(article, int(sys.argv[1]) if len(sys.argv) > 1 else 1)
