"""The figures sheet as a workbook: written with typed cells for each field, and read back.

The first row, hidden, says in codes what each column is and which round it is for; the
second says so in words. A member's row begins with its address, hidden, then its name.
"""

from funding.admin.workbook.reading import Problem, Read, Refused, read
from funding.admin.workbook.writing import written

__all__ = ["Problem", "Read", "Refused", "read", "written"]
