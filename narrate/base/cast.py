"""Who speaks what: the voice of each utterance, by its language, then by its part."""

from narrate.base.model import Script, Utterance, Voice

SPEAKER, LANGUAGE = "speaker:", "language:"
"""What stands before a speaker's name, and before a BCP 47 tag, in the name of a part."""


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP 47 tag, in lower case: de for de-AT; empty for an empty one."""
    return tag.replace("_", "-").partition("-")[0].lower()


def find_voice(voice: Voice, utterance: Utterance) -> Voice:
    """The voice that speaks `utterance` where `voice` is the narrator.

    A voice of its language speaks what is in another language than the narrator's, then the one
    that is cast for its part, else the narrator.
    """
    return _choose(voice, utterance.language, utterance.cast) if voice.cast else voice


def voices_of(voice: Voice, script: Script) -> tuple[Voice, ...]:
    """The voices that `script` needs where `voice` is the narrator, who comes first."""
    roles = dict.fromkeys((said.language, said.cast) for said in script.utterances)
    return tuple(dict.fromkeys((voice, *(_choose(voice, *role) for role in roles))))


def _choose(voice: Voice, language: str, part: str) -> Voice:
    cast = dict(voice.cast)
    names = [part, *(name for name in cast if _stands_for(name, part))]
    if language and primary_language(language) != primary_language(voice.language):
        tags = language.replace("_", "-").lower(), primary_language(language)
        names = [*(f"{LANGUAGE}{tag}" for tag in tags), *names]
    return next((cast[name] for name in names if name in cast), voice)


def _stands_for(name: str, part: str) -> bool:
    """Whether "speaker:ada" stands for the part "speaker:Ada Byrne"."""
    words = set(speaker_name(name).casefold().split())
    return bool(words) and words <= set(speaker_name(part).casefold().split())


def speaker_name(part: str) -> str:
    """The name in a part like "speaker:Ada Byrne"; empty for any other part."""
    return part.removeprefix(SPEAKER) if part.startswith(SPEAKER) else ""
