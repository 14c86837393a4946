"""Looking ahead over REST: the day asked for, and what was found."""

from typing import Any

from rest_framework import serializers

from consortium.api.fields import DayField


class FastForwardRequest(serializers.Serializer[Any]):
    to = DayField(help_text="The last day to let pass; at most two years ahead.")


class AheadSumSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    amount = serializers.DecimalField(max_digits=20, decimal_places=3)


class AheadCountSerializer(serializers.Serializer[Any]):
    """How many, and what they come to by unit, where the caller may see amounts."""

    count = serializers.IntegerField()
    amounts = AheadSumSerializer(many=True)


class AheadThingSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="In the reader's language.")
    to = serializers.CharField(help_text="Whom it is about or for; empty for nobody.")
    amount = serializers.DecimalField(max_digits=20, decimal_places=3, allow_null=True)
    unit = serializers.CharField()


class AheadGroupSerializer(AheadCountSerializer):
    """What a sweep left of one kind, as far as the caller may see it."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    named = AheadThingSerializer(many=True)
    more = serializers.IntegerField(help_text="Things not among `named`.")


class AheadSweepSerializer(serializers.Serializer[Any]):
    sweep = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    handled = serializers.IntegerField()
    left = AheadGroupSerializer(many=True)


class AheadDaySerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    sweeps = AheadSweepSerializer(many=True)


class AheadFigureSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    now = AheadCountSerializer()
    then = AheadCountSerializer()


class AheadSerializer(serializers.Serializer[Any]):
    """What would happen from the day after `since`; `reached` is before `to` if it took too long.

    Everything of it was undone: nothing was written, sent or filed.
    """

    consortium = serializers.SlugField()
    since = serializers.DateField()
    to = serializers.DateField()
    reached = serializers.DateField()
    complete = serializers.BooleanField()
    days = AheadDaySerializer(many=True)
    stands = AheadFigureSerializer(many=True)
