from symparams.formulas import read
from symparams.notation.dialects import DIALECTS

def readings(text, names=(), syntax=None, functions=()):
    try:
        f = read(text, names, syntax)
        return (f,)
    except Exception as e:
        first = e
    more = dict.fromkeys([*names, *(n for ns in DIALECTS.values() for n in ns if n != "O")])
    return (read(text, tuple(more), syntax),)
