"""OpenAI's cursor paging: `after`, `limit`, `order`."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from kernel.errors import InvalidRequest

M = TypeVar("M", bound=Model)


class ListOutput(serializers.Serializer[Any]):
    """One page of a list."""  # the schema says it of each heir; an heir adds `data`

    object = serializers.CharField()
    has_more = serializers.BooleanField()


class IdListOutput(ListOutput):
    """One page of a list, with the ids that `before` and `after` take."""

    first_id = serializers.CharField(allow_null=True)
    last_id = serializers.CharField(allow_null=True)


def paginate(
    rows: "QuerySet[M]",
    request: Request,
    *,
    default_limit: int,
    max_limit: int,
    newest_first: bool = True,
    by: str = "id",
) -> tuple[list[M], bool]:
    """Return one page and whether more follow. Ids are time-ordered, so they order the rows.

    `by` is the column that holds the id which callers see; `before` pages the other way.

    Raises:
        InvalidRequest: `limit` or `order` is out of bounds.
    """
    query = request.query_params
    limit = _limit(query.get("limit"), default_limit, max_limit)
    order = query.get("order") or ("desc" if newest_first else "asc")
    if order not in ("asc", "desc"):
        raise InvalidRequest("'order' must be 'asc' or 'desc'.", param="order")
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


def _limit(text: str | None, default: int, highest: int) -> int:
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= highest:
        raise InvalidRequest(f"'limit' must be an integer between 1 and {highest}.", param="limit")
    return int(text)


def as_list(data: list[dict[str, Any]], has_more: bool, *, with_ids: bool = True) -> dict[str, Any]:
    """OpenAI's list shape. Jobs and events lists carry no ids."""
    answer: dict[str, Any] = {"object": "list", "data": data, "has_more": has_more}
    if with_ids:
        answer["first_id"] = data[0]["id"] if data else None
        answer["last_id"] = data[-1]["id"] if data else None
    return answer
