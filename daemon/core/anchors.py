"""Anchors: a few messages of a folder whose identities are remembered by UID.

A server that was put back from a backup gives UIDs away a second time, under the same UIDVALIDITY. RFC 9051, 2.3.1.1,
forbids that, and it happens all the same: then an anchor's UID is another message's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

_NEWEST: Final = 3


def chosen(held: Mapping[int, bytes], new: Mapping[int, bytes]) -> dict[int, bytes]:
    """The messages to remember out of those held and new ones, by UID: the newest, where UIDs are reused first, and a
    few older ones far from each other.
    """
    both = {**held, **new}
    uids = sorted(both)
    newest, rest = uids[-_NEWEST:], uids[:-_NEWEST]
    older = (rest[0], rest[len(rest) // 2]) if rest else ()
    return {uid: both[uid] for uid in (*dict.fromkeys(older), *newest)}


def told(held: Mapping[int, bytes], found: Mapping[int, bytes]) -> Literal["same", "other", "nothing"]:
    """What messages found under the UIDs of anchors tell: `other` if one is another now, `nothing` if none is left."""
    common = held.keys() & found.keys()
    if any(held[uid] != found[uid] for uid in common):
        return "other"
    return "same" if common else "nothing"
