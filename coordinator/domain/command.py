"""What every command has. A command is imperative and comes from outside, so pydantic checks its form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,20}$")]
"""An area's code."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._/@#-]{1,160}$")]
"""An id that the coordinator has given out."""

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._-]{0,120}$")]
"""A reference into the vault: free text and photos stand there, never in the log (rule 5)."""

Reason = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
"""A coded reason; words a person typed go to the vault."""

Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 60)]


class Command(BaseModel):
    """An order or a report. `area` is the place it concerns: it picks the scope and the rights."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    area: Code


def type_of(command: Command) -> str:
    return type(command).__name__
