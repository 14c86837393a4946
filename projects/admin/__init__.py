"""The secretariat's screens of projects."""

from projects.admin import calls, proposals, questions

__all__ = [
    "calls",
    "proposals",
    "questions",
]
