"""A figure as somebody types it, read as its input's kind says."""

from consortium import money
from funding.rules.dues import Levy
from funding.rules.inputs import UNDECLARED, Figure, NotAnOption

YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def figure(levy: Levy, name: str, text: str) -> Figure:
    """Return the value a text stands for; of an input unknown to the levy, a number.

    Raises NotAnAmount, NotAnOption.
    """
    domain = levy.scope.get(name)
    if text == UNDECLARED:
        return None
    if domain is None or domain.numeric:
        return money.parse(text)
    if True not in domain.options:
        return text
    if text not in YES_NO:
        raise NotAnOption(input=name, value=text[:40], choices=["yes", "no"])
    return YES_NO[text]
