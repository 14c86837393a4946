"""Every business write of calls, proposals and projects."""
