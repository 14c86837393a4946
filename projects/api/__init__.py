"""The interface to calls, proposals and projects."""
