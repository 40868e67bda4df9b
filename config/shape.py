"""The schema walked through: its tables and settings by dotted key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def model_in(annotation: object) -> type[BaseModel] | None:
    """The table that an annotation stands for, or is a list of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := model_in(one))), None)


def leaves(
    model: type[BaseModel], at: str = "", whole: type[BaseModel] | None = None
) -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted key, without numbers; a table of the kind `whole` counts as one setting."""
    for name, info in model.model_fields.items():
        inner = model_in(info.annotation)
        if inner is None or inner is whole:
            yield f"{at}{name}", info
        else:
            yield from leaves(inner, f"{at}{name}.", whole)
