"""OpenAI's cursor paging: `after`, `limit`, `order`."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from kernel.errors import InvalidRequest

M = TypeVar("M", bound=Model)


def paginate(
    rows: "QuerySet[M]", request: Request, *, default_limit: int, max_limit: int, newest_first: bool = True
) -> tuple[list[M], bool]:
    """Return one page and whether more follow. Ids are time-ordered, so they order the rows.

    Raises:
        InvalidRequest: `limit` or `order` is out of bounds.
    """
    query = request.query_params
    limit = _limit(query.get("limit"), default_limit, max_limit)
    order = query.get("order") or ("desc" if newest_first else "asc")
    if order not in ("asc", "desc"):
        raise InvalidRequest("'order' must be 'asc' or 'desc'.", param="order")
    if after := query.get("after"):
        rows = rows.filter(**{"id__gt" if order == "asc" else "id__lt": after})
    found = list(rows.order_by("id" if order == "asc" else "-id")[: limit + 1])
    return found[:limit], len(found) > limit


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
