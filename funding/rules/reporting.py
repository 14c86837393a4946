"""What may be chosen of a report on money."""

from pydantic import BaseModel, ConfigDict


class Plain(BaseModel):
    """A report of which nothing can be chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DuesParameters(Plain):
    """`open_items`: whether every open charge is listed, member by member."""

    open_items: bool = True
