"""Demonstration data: made by the same operations people use, up to today."""
