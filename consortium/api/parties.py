"""The short forms in which one row shows another."""

from typing import Any

from rest_framework import serializers


class PartySerializer(serializers.Serializer[Any]):
    """Who a row is about: the address, and the name in the reader's language."""

    uid = serializers.UUIDField(read_only=True)
    name = serializers.CharField(source="__str__", read_only=True)


class OfConsortium(serializers.Serializer[Any]):
    """What every row of a consortium shows first."""

    uid = serializers.UUIDField(read_only=True)
    consortium = serializers.SlugField(source="consortium.slug", read_only=True)


class OfMember(OfConsortium):
    """What every row of a member shows first."""

    member = PartySerializer(read_only=True)
