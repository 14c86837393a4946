"""Papers of projects."""
