"""Stage 4, Clips → Segments: trims, levels, pauses, chapters in one stream, and the timeline."""

from narrate.splice._stored import chapter_bounds, segment_keys
from narrate.splice.calibrate import calibrate_cast, calibrate_voice
from narrate.splice.join import pace_clips, splice_clips
from narrate.splice.sound import check_sounds
from narrate.splice.timeline import Timeline

__all__ = [
    "Timeline",
    "calibrate_cast",
    "calibrate_voice",
    "chapter_bounds",
    "check_sounds",
    "pace_clips",
    "segment_keys",
    "splice_clips",
]
