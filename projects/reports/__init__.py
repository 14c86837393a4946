"""What is read of calls, proposals and projects."""
