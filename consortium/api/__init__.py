"""REST of the ground: translates in, calls one operation, translates out."""
