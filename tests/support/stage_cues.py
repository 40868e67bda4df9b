"""The pieces of which every sentence that a pattern of frames/stage.txt finds holds one: how frames/cues.txt is made.

`python tests/support/stage_cues.py > classifiers/frames/cues.txt`
"""

from re import _constants as codes
from re import _parser as parser

from classifiers.frames import sections

HEAD = """# Line by line as in stage.txt: every sentence that a pattern finds holds one of these pieces.
# Made from stage.txt by `python tests/support/stage_cues.py > classifiers/frames/cues.txt`; a test compares."""


def written():
    """The text of frames/cues.txt as stage.txt asks for it."""
    kept = [(name, lines) for name, _, lines in sections("stage") if name != "if"]
    return "\n".join([HEAD, *(row for name, lines in kept for row in (f"[{name}]", *map(cues, lines)))]) + "\n"


def cues(pattern):
    """The fewest pieces of which one stands in whatever a pattern finds."""
    needed = needed_by(parser.parse(pattern))
    assert needed, f"nothing is certain to stand in what this finds: {pattern}"
    return " ".join(sorted(one for one in needed if not any(other in one for other in needed - {one})))


def needed_by(parts):
    """Pieces of which one stands in every match; None when no piece is certain."""
    held, run = [], ""
    for kind, value in (*parts, (None, None)):
        if kind is codes.LITERAL:
            run += chr(value)
            continue
        held += [{max(run.split(), key=len)}] if len(run.strip()) > 1 else []
        run = ""
        held += filter(None, [within(kind, value)])
    return max(held, key=lambda one: (min(5, *map(len, one)), -len(one)), default=None)


def within(kind, value):
    """The same for a group, an alternation or what is repeated at least once."""
    if kind is codes.SUBPATTERN:
        return needed_by(value[3])
    if kind is codes.BRANCH:
        held = [needed_by(one) for one in value[1]]
        return set().union(*held) if all(held) else None
    return needed_by(value[2]) if kind in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] else None


if __name__ == "__main__":
    print(written(), end="")
