"""What may be chosen of a report on money."""

from consortium.rules.asking import Plain


class DuesParameters(Plain):
    """`open_items`: whether every open charge is listed, member by member."""

    open_items: bool = True
