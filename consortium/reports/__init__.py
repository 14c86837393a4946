"""What is read across tables: the docket, the checks, and how the installation is."""

from consortium.reports.health import backlog, tick_age

__all__ = ["backlog", "tick_age"]
