"""What is read across tables: the docket, the age of the last tick, the checks."""

from consortium.reports.health import tick_age

__all__ = ["tick_age"]
