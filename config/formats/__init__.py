"""How dates are written; the rest is Django's own."""
