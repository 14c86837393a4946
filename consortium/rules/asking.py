"""What may be chosen of a report."""

from pydantic import BaseModel, ConfigDict


class Plain(BaseModel):
    """A report of which nothing can be chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")
