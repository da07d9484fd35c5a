"""OpenAI's cursor paging: `after`, `limit`, `order`."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers

from apps.core.inputs import IdField, QueryInput

M = TypeVar("M", bound=Model)


class ListOutput(serializers.Serializer[Any]):
    """One page of a list."""  # the schema says it of each heir; an heir adds `data`

    object = serializers.CharField()
    has_more = serializers.BooleanField()


class IdListOutput(ListOutput):
    """One page of a list, with the ids that `before` and `after` take."""

    first_id = serializers.CharField(allow_null=True)
    last_id = serializers.CharField(allow_null=True)


def limit_field(default: int, most: int) -> serializers.IntegerField:
    """How many rows a page has."""
    return serializers.IntegerField(min_value=1, max_value=most, default=default)


class PageQuery(QueryInput):
    """OpenAI's cursors: rows after one id, or before one."""

    limit = limit_field(20, 100)
    order = serializers.ChoiceField(choices=["asc", "desc"], required=False)
    after = IdField(required=False, allow_blank=True, help_text="The id after which the page starts.")
    before = IdField(required=False, allow_blank=True, help_text="The id before which the page ends.")


def paginate(
    rows: "QuerySet[M]", query: dict[str, Any], *, newest_first: bool = True, by: str = "id"
) -> tuple[list[M], bool]:
    """Return one page and whether more follow. Ids are time-ordered, so they order the rows.

    `query` is a checked PageQuery; `by` is the column that holds the id which callers see; `before` pages the
    other way.
    """
    limit = query["limit"]
    order = query.get("order") or ("desc" if newest_first else "asc")
    later, earlier = ("gt", "lt") if order == "asc" else ("lt", "gt")
    if after := query.get("after"):
        rows = rows.filter(**{f"{by}__{later}": after})
    if before := query.get("before"):
        rows = rows.filter(**{f"{by}__{earlier}": before})
    is_backwards = bool(before and not after)
    is_ascending = (order == "asc") != is_backwards
    found = list(rows.order_by(by if is_ascending else f"-{by}")[: limit + 1])
    page = found[:limit]
    return page[::-1] if is_backwards else page, len(found) > limit


def page_of(data: list[dict[str, Any]], query: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """As `paginate`, of a short list that is there already: its order stands, an unknown cursor ends it."""
    ids = [each["id"] for each in data]
    limit, after, before = query["limit"], query.get("after"), query.get("before")
    if after:
        data = data[ids.index(after) + 1 :] if after in ids else []
    elif before:
        data = data[: ids.index(before)] if before in ids else []
        return data[-limit:], len(data) > limit
    return data[:limit], len(data) > limit


def as_list(data: list[dict[str, Any]], has_more: bool, *, with_ids: bool = True) -> dict[str, Any]:
    """OpenAI's list shape. Jobs and events lists carry no ids."""
    answer: dict[str, Any] = {"object": "list", "data": data, "has_more": has_more}
    if with_ids:
        answer["first_id"] = data[0]["id"] if data else None
        answer["last_id"] = data[-1]["id"] if data else None
    return answer
