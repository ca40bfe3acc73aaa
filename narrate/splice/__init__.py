"""Stage 4, Clips → Segments: trims, pauses, chapters in one stream, and the timeline of it all."""

from narrate.splice._trim import trim_clip
from narrate.splice.join import splice_clips
from narrate.splice.timeline import Timeline

__all__ = ["Timeline", "splice_clips", "trim_clip"]
