"""Papers and files about proposals and projects."""
