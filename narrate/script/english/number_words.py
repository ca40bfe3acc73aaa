"""English number words, as Americans say them.

All functions take plain digits ("0042", "3.14") or integers and give lower-case words; none of
them looks at the text around the number.
"""

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = (
    *("", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion"),
    *(" sextillion", " septillion", " octillion", " nonillion", " decillion"),
)
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
LARGEST = 10**36
"""From here on a number is said digit by digit."""
LONGEST = 15
"""Digits in a row; a longer number is an identifier, unless commas part its thousands."""


def cardinal(number: int) -> str:
    """1234 as "one thousand two hundred thirty-four"; digit by digit from `LARGEST` on."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= LARGEST:
        return digits(str(number))
    if number == 0:
        return _ONES[0]
    groups = []
    for scale in _SCALES:
        number, below = divmod(number, 1000)
        if below:
            groups.append(_below_thousand(below) + scale)
    return " ".join(reversed(groups))


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest:
        words.append(_ONES[rest])
    return " ".join(words)


def ordinal(number: int) -> str:
    """21 as "twenty-first"."""
    words = cardinal(number)
    head, last = re.fullmatch(r"(.*?)([a-z]+)", words).groups()  # type: ignore[union-attr] # letters end every number
    if last in _ORDINALS:
        return f"{head}{_ORDINALS[last]}"
    return f"{head}{last[:-1]}ieth" if last.endswith("y") else f"{head}{last}th"


def plural(word: str) -> str:
    """Put the last word of `word` in the plural: sixties, hundreds, sixths."""
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x")) else f"{word}s"


def digits(number: str) -> str:
    """Spell "0199" as "zero one nine nine"; what is no digit is left out."""
    return " ".join(_ONES[int(digit)] for digit in number if digit in "0123456789")


def pairs(number: str) -> str:
    """Say "737" as "seven thirty-seven", "1040" as "ten forty", "101" as "one oh one".

    The way of years, rooms, roads and aircraft: two digits at a time from the right.
    """
    value = int(number)
    if number[0] == "0" or value >= 10_000:
        return digits(number)
    if value < 100 or value % 1000 == 0:
        return cardinal(value)
    head, tail = divmod(value, 100)
    if tail == 0:
        return f"{cardinal(head)} hundred"
    return f"{cardinal(head)} {two_digits(tail)}"


def two_digits(number: int) -> str:
    """The last two digits of a year or a time: 5 as "oh five"."""
    return f"oh {_ONES[number]}" if number < 10 else cardinal(number)


def year(number: int) -> str:
    """2019 as "twenty nineteen", 2005 as "two thousand five", 1908 as "nineteen oh eight"."""
    thousands, rest = divmod(number, 1000)
    if number >= 10_000 or (thousands and rest < 10):
        return cardinal(number)
    return pairs(str(number))


def decade(number: int) -> str:
    """1990 as "nineteen nineties", 1800 as "eighteen hundreds", 90 as "nineties"."""
    return plural(year(number))


def decimal(number: str) -> str:
    """Say "1,234.5" as "one thousand two hundred thirty-four point five", ".5" as "point five"."""
    whole, point, after = number.replace(",", "").partition(".")
    if len(whole) > 1 and whole[0] == "0" and not point:
        return digits(whole)
    words = ""
    if whole:
        counts = len(whole) <= LONGEST or "," in number
        words = cardinal(int(whole)) if counts else digits(whole)
    return f"{words} point {digits(after)}".strip() if point else words


def fraction(numerator: int, denominator: int) -> str:
    """3 and 4 as "three quarters", 1 and 2 as "one half", 120 and 80 as "... over eighty"."""
    if denominator < 2 or (numerator > denominator > 32):
        return f"{cardinal(numerator)} over {cardinal(denominator)}"
    if denominator == 2:
        part = "half" if numerator == 1 else "halves"
    else:
        part = "quarter" if denominator == 4 else ordinal(denominator)
        if denominator in {100, 1000}:
            part = part.removeprefix("one ")
        part = part if numerator == 1 else plural(part)
    return f"{cardinal(numerator)} {part}"


_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral in capitals, None where it is not written by the rules."""
    if not numeral or not _ROMAN.fullmatch(numeral):
        return None
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
