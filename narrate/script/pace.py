"""How long it will take to say something."""

from narrate.base.model import Script, Utterance, Voice


def estimate_s(utterance: Utterance, voice: Voice) -> float:
    """Seconds that `voice` will need for `utterance` and the silence after it.

    From the pace that was measured for the voice; single sentences differ by a third, articles by
    a few per cent.
    """
    speech = len(utterance.spoken) / (voice.characters_per_second * voice.speed)
    return speech + utterance.pause_ms / 1000


def estimate_ms(script: Script, voice: Voice) -> int:
    """Milliseconds that a recording of `script` in `voice` will take."""
    return round(1000 * sum(estimate_s(utterance, voice) for utterance in script.utterances))
