"""Every write of projects, one verb per function."""
