"""Writes symparams/typeset/widths.toml: the widths of Computer Modern, from the font metrics of a TeX installation.

Run it as `python latex/widths.py`; it needs kpsewhich. Widths are in thousandths of an em, at 10 pt.
"""

import struct
import subprocess
from pathlib import Path

TARGET = Path(__file__).parents[1] / "symparams" / "typeset" / "widths.toml"
LOW = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
HIGH = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"


def metrics(font: str) -> dict[int, int]:
    """Code of a character → its width with its italic correction (TeX: The Program, § 540 tells the format)."""
    path = subprocess.run(["kpsewhich", f"{font}.tfm"], capture_output=True, text=True, check=True).stdout.strip()
    data = Path(path).read_bytes()
    _, header, first, last, widths, heights, depths, italics, *_ = struct.unpack(">12H", data[:24])
    start = 24 + 4 * header
    table = start + 4 * (last - first + 1)

    def numbers(offset: int, count: int) -> list[float]:
        return [entry / 2**20 for entry in struct.unpack(f">{count}i", data[offset : offset + 4 * count])]

    wide = numbers(table, widths)
    slant = numbers(table + 4 * (widths + heights + depths), italics)
    found = {}
    for place in range(last - first + 1):
        index, _, third, _ = data[start + 4 * place : start + 4 * place + 4]
        if index:
            found[first + place] = round(1000 * (wide[index] + slant[third >> 2]))
    return found


def main() -> None:
    italic, upright = metrics("cmmi10"), metrics("cmr10")
    letters = [chr(code) for code in (*range(65, 91), *range(97, 123))]
    lines = ["# Widths of Computer Modern in thousandths of an em; python latex/widths.py writes this file.", "", "[italic]"]
    lines += [f"{letter} = {italic[ord(letter)]}" for letter in letters]
    lines += [f"{name} = {italic[11 + place]}" for place, name in enumerate(LOW.split())]
    lines += [f"{name} = {upright[place]}" for place, name in enumerate(HIGH.split())]
    lines += ["", "[upright]"]
    quoted = {'"': "'\"'", "\\": "'\\'"}
    lines += [f"{quoted.get(chr(code), f'{chr(34)}{chr(code)}{chr(34)}')} = {upright[code]}" for code in range(33, 127)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
