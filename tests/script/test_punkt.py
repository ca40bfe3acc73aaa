import subprocess
import sys

CODE = """
import sys
from narrate.script.sentences import split
print(split("He saw Mr. Ames at 5 p.m. on Monday. It rained."))
print(len([name for name in sys.modules if name.partition(".")[0] == "nltk"]))
print("nltk.corpus" in sys.modules, "numpy" in sys.modules)
import nltk
print(nltk.sent_tokenize, nltk.probability.FreqDist("aab")["a"], "nltk.corpus" in sys.modules)
print(split("He saw Ms. Wu. It rained."))
"""


def test_the_splitter_comes_without_the_rest_of_nltk_and_leaves_it_whole():
    lines = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert lines[:3] == [
        "['He saw Mr. Ames at 5 p.m. on Monday.', 'It rained.']",
        "0",
        "False False",
    ]
    assert lines[3].startswith("<function sent_tokenize")
    assert lines[3].endswith(" 2 True")
    assert lines[4] == "['He saw Ms. Wu.', 'It rained.']"
