"""Every business write of dues and money, one verb per function."""
