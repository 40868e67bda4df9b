"""A secret on its way from where the person keeps it to the one log-in that it is for."""

from __future__ import annotations

from typing import NoReturn, Self


class Secret:
    """A context manager: after `with` it is spent, and empty. It says nothing of itself.

    Python cannot overwrite a str: what was its memory is given back, and used anew by whatever comes next. Copies that
    others made of the text are theirs to let go of.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: str | None = text

    @property
    def text(self) -> str:
        """The secret itself. Raises ValueError, a fault of the program, once it is spent."""
        if self._text is None:
            raise ValueError("this secret is spent")
        return self._text

    @property
    def spent(self) -> bool:
        """Whether nothing is held any more."""
        return self._text is None

    def spend(self) -> None:
        """Let go of it. Twice is once."""
        self._text = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.spend()

    def __repr__(self) -> str:
        return "Secret(spent)" if self.spent else "Secret(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
