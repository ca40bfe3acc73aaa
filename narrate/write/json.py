"""The transcript as JSON for podcast players, a segment a sentence.

Format: podcast:transcript 1.0.0,
https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md
"""

import json
from pathlib import Path

from narrate.base.cast import speaker_name
from narrate.base.model import Cue, Recording
from narrate.write._audio import clean_text, file_error
from narrate.write._text import DEFAULT, TextSettings

KIND = "json"
SUFFIX = ".transcript.json"
MIME = "application/json"


def write(recording: Recording, path: Path, settings: TextSettings = DEFAULT) -> None:  # noqa: ARG001 there is nothing to choose
    """Write the transcript; raise WriteError if that fails."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write('{"version":"1.0.0","segments":[')
            for number, cue in enumerate(recording.cues):
                file.write(",\n" if number else "\n")
                json.dump(_describe(cue), file, ensure_ascii=False)
            file.write("\n]}\n")
    except OSError as error:
        raise file_error(path, error) from error


def _describe(cue: Cue) -> dict[str, object]:
    speaker = clean_text(speaker_name(cue.cast))
    return {
        **({"speaker": speaker} if speaker else {}),
        "startTime": cue.start_ms / 1000,
        "endTime": cue.end_ms / 1000,
        "body": " ".join(clean_text(cue.text).split()),
    }
