"""How people write a number: in full, with separators, rounded with a letter or a word, or as a power of ten."""

import random
from decimal import ROUND_HALF_UP, Decimal

_UNITS = ((10**9, ("B", " billion")), (10**6, ("M", " million")), (10**3, ("K", " thousand")))


def in_full(value: int, syntax: str, draw: random.Random) -> str:
    separator = draw.choice({"latex": ["", "{,}", r"\,"], "python": ["", "_"]}.get(syntax, ["", ",", ","]))
    return f"{value:,}".replace(",", separator)


def rounded(value: int, syntax: str, draw: random.Random, wrong: int = 0, words: bool = True) -> str | None:
    """The value to a few digits, its last one off by `wrong`; None where so few digits would be all, or nearly a tie."""
    unit, letter, word = next(((unit, *names) for unit, names in _UNITS if value >= unit), (0, "", ""))
    if not unit:
        return None
    power = len(str(value)) - 1
    scientific = draw.random() < 0.3
    decimals = draw.choice((1, 2, 2, 3) if scientific or value < 10 * unit else (0, 1, 2) if value >= 100 * unit else (1, 2))
    exact = Decimal(value).scaleb(-power) if scientific else Decimal(value) / unit
    last = Decimal(1).scaleb(-decimals)
    shown = exact.quantize(last, ROUND_HALF_UP)
    if shown == exact or abs(exact - shown) * 20 > 9 * last or shown + wrong * last <= 0:
        return None
    shown += wrong * last
    if wrong and str(shown).endswith("0"):  # ≈ 120M may state two digits
        return None
    if scientific:
        raised = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return {"latex": rf"{shown} \times 10^{{{power}}}", "unicode": f"{shown} × 10{raised}"}.get(syntax, f"{shown}e{power}")
    if syntax == "latex":
        return draw.choice([rf"{shown}\text{{{letter}}}", f"{shown}{letter}", rf"{shown}\,\mathrm{{{letter}}}"])
    return f"{shown}{draw.choice([letter, letter, word, f'{letter} parameters', f'{word} parameters'] if words else [letter])}"


def one_digit_wrong(value: int, draw: random.Random) -> int:
    """The value with one of its digits mistyped, or two neighbours exchanged."""
    digits = str(value)
    swaps = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1] and digits[place + 1] != "0"]
    if swaps and draw.random() < 0.3:
        place = draw.choice(swaps)
        return int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
    place = draw.randrange(len(digits))
    others = [digit for digit in "0123456789" if digit != digits[place] and not (place == 0 and digit == "0")]
    return int(digits[:place] + draw.choice(others) + digits[place + 1 :])
