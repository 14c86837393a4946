"""The secretariat's screens of projects."""

from projects.admin import competitors, decisions, reviews

__all__ = [
    "competitors",
    "decisions",
    "reviews",
]
