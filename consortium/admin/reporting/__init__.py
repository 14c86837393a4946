"""Reports at the desk: schedules, and the reports themselves."""

from consortium.admin.reporting import reports, schedules

__all__ = ["reports", "schedules"]
