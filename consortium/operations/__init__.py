"""Every business write of the ground, one verb per function."""
