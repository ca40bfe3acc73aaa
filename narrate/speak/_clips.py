"""Clips as bytes for the cache: a line of JSON with rate and words, then the sound as FLAC."""

import json
from io import BytesIO

from narrate.base.model import Clip, Word


def pack_clip(clip: Clip) -> bytes:
    """`clip` without loss, in a bit more than half of its bytes."""
    heading = {
        "rate_hz": clip.rate_hz,
        "exact": clip.exact,
        "samples": len(clip.pcm) // 2,
        "words": [[*word[:4], int(word.exact)] for word in clip.words],
    }
    line = json.dumps(heading, separators=(",", ":")).encode() + b"\n"
    if not clip.pcm:
        return line
    import soundfile

    buffer = BytesIO()
    # Level 0 takes 1.8 ms for six seconds and leaves 57 %; the usual 0.5 leaves 56 %.
    with soundfile.SoundFile(
        buffer, "w", clip.rate_hz, 1, "PCM_16", format="FLAC", compression_level=0
    ) as file:
        file.buffer_write(clip.pcm, dtype="int16")
    return line + buffer.getvalue()


def unpack_clip(data: bytes) -> Clip:
    """The clip that `pack_clip` made `data` of."""
    line, _, flac = data.partition(b"\n")
    heading = json.loads(line)
    pcm = b""
    if heading["samples"]:
        import soundfile

        with soundfile.SoundFile(BytesIO(flac)) as file:
            pcm = bytes(file.buffer_read(dtype="int16"))
    words = tuple(
        Word(start, end, first, last, bool(exact))
        for start, end, first, last, exact in heading["words"]
    )
    return Clip(pcm, heading["rate_hz"], words, heading["exact"])
