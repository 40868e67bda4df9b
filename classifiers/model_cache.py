"""The trained model on disk: skops without any trusted type, behind a checksum, written atomically with mode 0600."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from classifiers.corpus import files
from classifiers.hashing import WIDTH
from classifiers.model import Model, Weights
from classifiers.model_vectors import Array
from classifiers.values import LABELS
from classifiers.wordset import word_set

TRUSTED: Final[tuple[str, ...]] = ()
"""Types that skops may build besides its own defaults (numpy arrays and plain values): none."""

SHAPING: Final = word_set(
    "concepts corpus features fill hashing history htmltext language mail model_cache model_vectors octets senders"
    " signs swaps text train values variations wordset"
)
"""The modules whose code shapes what is learnt. Who reads facts off a mail, or words a report, does not."""

_LARGEST: Final = 64 * 2**20
_DIGEST: Final = 32
_BROKEN: Final = (
    UntrustedTypesFoundException,
    zipfile.BadZipFile,
    zlib.error,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    AttributeError,
    NotImplementedError,
)


class CacheFault(ValueError):
    """A cached model that cannot be used; the message says why in a few words."""


def key_of() -> str:
    """What the base model depends on, as 32 hex digits: corpus, the code and word lists that learn from it,
    libraries.
    """
    digest = hashlib.sha256(f"scikit-learn {version('scikit-learn')} numpy {version('numpy')}".encode())
    for path, text in [*_code(), *files()]:
        digest.update(f"\0{path}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()[:32]


def code_of(modules: Iterable[str]) -> str:
    """What some modules of this package say, as 32 hex digits."""
    here = (resources.files("classifiers").joinpath(f"{name}.py").read_bytes() for name in sorted(modules))
    return hashlib.sha256(b"\0".join(here)).hexdigest()[:32]


def _code() -> list[tuple[str, str]]:
    root = resources.files("classifiers")
    here = [root.joinpath(f"{name}.py") for name in sorted(SHAPING)]
    data = [entry for folder in ("fills", "concepts", "swaps") for entry in _inside(folder)]
    return sorted((entry.name, entry.read_text("utf-8")) for entry in [*here, *data])


def _inside(folder: str) -> list[Any]:
    place = resources.files("classifiers").joinpath(folder)
    return [entry for entry in place.iterdir() if entry.name.endswith(".txt")] if place.is_dir() else []


def store(path: Path, model: Model) -> None:
    """Write a model: to a new file of mode 0600 in the same folder, then renamed over the old one."""
    used = np.flatnonzero(np.abs(model.weights.coefficients).sum(axis=1))
    content = {
        "about": json.dumps([model.key, model.trained, model.corpus, model.corrections]),
        "used": used.astype(np.int32),
        "rarity": model.weights.rarity[used],
        "coefficients": model.weights.coefficients[used],
        "intercepts": model.weights.intercepts,
        "calibration": model.weights.calibration,
        "offsets": model.weights.offsets,
    }
    _write(path, skops.io.dumps(content))


def _write(path: Path, packed: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".model-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(packed).digest() + packed)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def base_path(folder: Path, key: str) -> Path:
    """Where the base model of a key is kept."""
    return folder / f"model-{key}.skops"


def learnt_path(folder: Path, key: str, fingerprint: str) -> Path:
    """Where the model is kept that learnt from a set of corrections besides."""
    return folder / f"model-{key}-{fingerprint}.skops"


def tidy(folder: Path, keep: int = 3) -> None:
    """Remove all but the newest base models and the newest learnt one; one that is gone meanwhile is no fault."""
    aged = sorted(folder.glob("model-*.skops"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    learnt = [path for path in aged if path.stem.count("-") > 1]
    base = [path for path in aged if path not in learnt]
    for path in [*base[keep:], *learnt[1:]]:
        path.unlink(missing_ok=True)


def cached(path: Path, key: str, say: Callable[[str], None]) -> Model | None:
    """The model of a file; None if there is none, and, said so, if it cannot be used."""
    try:
        return fetch(path, key)
    except FileNotFoundError:
        return None
    except CacheFault as fault:
        say(f"The cached model {path.name} is set aside: {fault}. A new one is made.")
        return None


def fetch(path: Path, key: str) -> Model:
    """Read a model back. Raises FileNotFoundError, or CacheFault when the file is cut off, changed or of another"
    " version.
    """
    with path.open("rb") as file:
        raw = file.read(_LARGEST)
    if hashlib.sha256(raw[_DIGEST:]).digest() != raw[:_DIGEST]:
        raise CacheFault("it is damaged or was changed")
    try:
        return _model(skops.io.loads(raw[_DIGEST:], trusted=list(TRUSTED)), key)
    except _BROKEN as error:
        raise CacheFault("it holds something else than a model of this version") from error


def _model(content: Mapping[str, Any], key: str) -> Model:
    held, trained, corpus, corrections = json.loads(content["about"])
    if held != key:
        raise CacheFault("it belongs to another corpus, code or library version")
    spread = (_spread(content["used"], content[name]) for name in ("rarity", "coefficients"))
    weights = Weights(
        *spread, *(np.asarray(content[name], np.float32) for name in ("intercepts", "calibration", "offsets"))
    )
    eight = len(LABELS)
    shapes = (weights.coefficients.shape, weights.intercepts.shape, weights.calibration.shape, weights.offsets.shape)
    if shapes != ((WIDTH, eight), (2 * eight,), (2 * eight, eight), (eight,)):
        raise CacheFault("its shape is wrong")
    return Model(str(held), str(trained), int(corpus), int(corrections), weights)


def _spread(used: Array, rows: Array) -> Array:
    whole = np.zeros((WIDTH, *rows.shape[1:]), np.float32)
    whole[used] = rows
    return whole
