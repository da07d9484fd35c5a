"""Planted bugs: one tenant filter, permission or guard removed at a time. Each must be noticed.

A mutant is made from the syntax tree of its module: the function that holds the place gets the changed code
while the mutant lives, and its own back afterwards.
"""

import ast
import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from rest_framework.views import APIView

from apps.core.api import ApiView
from kernel.policy import POLICY, Action, Role
from tests.isolation.routes import Route, all_routes

APPS = Path(__file__).resolve().parents[2] / "apps"
_CREATES = {"create", "bulk_create", "get_or_create", "update_or_create"}
_NARROWING = {
    "tenant_id",
    "project_id",
    "job__project_id",
    "user_id",
    "user",
    "user__is_active",
    "verified",
    "accepted_at__isnull",
    "expires_at__gt",
    "deleted_at__isnull",
    "revoked_at__isnull",
    "tenant__deleted_at__isnull",
}
_REFUSALS = {
    "NotFound",
    "PermissionDenied",
    "MissingPermission",
    "ImpersonationReadOnly",
    "ReauthenticationRequired",
    "InviteNotUsable",
    "WrongAccount",
    "AuthenticationFailed",
    "InvalidApiKey",
    "JobNotFound",
    "ModelNotFound",
}
_CHECKS = {"require", "require_owner_rights"}
_DECIDES = ("apps/tenants/access.py", "apps/tenants/authentication.py", "apps/tenants/impersonation.py")


@dataclass(frozen=True)
class Mutant:
    """A bug that can be switched on. `about` says what is missing while it is."""

    place: str  # file and line, or method and path
    about: str
    planted: Callable[[], AbstractContextManager[None]]
    function: str = ""  # qualified name of the function that is changed

    def __str__(self) -> str:
        return f"{self.place} {self.function}: {self.about}"

    @property
    def file(self) -> str:
        return self.place.partition(":")[0] if self.function else self.place

    @property
    def key(self) -> str:
        """The place without its line, which moves."""
        return f"{self.file} {self.function}: {self.about}"


def code_mutants() -> list[Mutant]:
    """Every place in the apps where leaving something out would let somebody in."""
    found: list[Mutant] = []
    for path in sorted(APPS.rglob("*.py")):
        relative = path.relative_to(APPS.parent).as_posix()
        if "/migrations/" in relative or "/management/" in relative:
            continue
        found += _mutants_of(relative, path.read_text())
    return found


def _mutants_of(relative: str, source: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    for number, (line, about, _) in enumerate(_changes(relative, tree)):
        yield Mutant(
            f"{relative}:{line}",
            about,
            partial(_planted, relative, source, number),
            _live_function(relative, tree, line).__code__.co_qualname,
        )


def permission_mutants() -> list[Mutant]:
    """Every view's method once without its permission asked."""
    return [
        Mutant(route.name, f"no permission {route.action}", partial(_unasked, route))
        for route in all_routes()
        if route.action is not None
    ]


@contextmanager
def _unasked(route: Route) -> Iterator[None]:
    view: Any = route.view
    own = view.__dict__.get("initial")

    def initial(self: ApiView, request: Any, *args: Any, **kwargs: Any) -> None:
        if request.method != route.method.upper():
            before(self, request, *args, **kwargs)
            return
        APIView.initial(self, request, *args, **kwargs)
        self.caller = self.find_caller()

    before = view.initial
    view.initial = initial
    try:
        yield
    finally:
        if own is None:
            del view.initial
        else:
            view.initial = own


def policy_mutants() -> list[Mutant]:
    """Each cell of the policy flipped."""
    return [
        Mutant(
            f"{role}",
            f"{'no' if action in POLICY[role] else 'with'} {action}",
            partial(_flipped, role, action),
        )
        for role in Role
        for action in Action
    ]


@contextmanager
def _flipped(role: Role, action: Action) -> Iterator[None]:
    own = POLICY[role]
    POLICY[role] = own ^ {action}
    try:
        yield
    finally:
        POLICY[role] = own


# --- places ---------------------------------------------------------------------------------------

Change = tuple[int, str, Callable[[], None]]  # line, what is missing, doing it to the tree


def _changes(relative: str, tree: ast.Module) -> list[Change]:
    """Every mutation of a module, in the order of the walk; each can be applied to this tree once."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    inside = [node for node in ast.walk(tree) if _is_in_function(node, parents)]
    found: list[Change] = []
    for node in inside:
        found += _without_tenant_filter(node, parents)
        found += _without_narrowing(node, relative)
        found += _without_guard(node)
        found += _without_check(node, parents)
        if relative in _DECIDES:
            found += _without_condition(node)
    return found


def _is_in_function(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef):
            return True
    return False


def _without_tenant_filter(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[Change]:
    """`Model.objects.for_tenant(t)` becomes `Model.all_tenants.all()`, unless it only creates."""
    match node:
        case ast.Call(func=ast.Attribute(attr="for_tenant", value=ast.Attribute() as manager) as method):
            parent = parents.get(node)
            if isinstance(parent, ast.Attribute) and parent.attr in _CREATES:
                return

            def change() -> None:
                manager.attr, method.attr, node.args = "all_tenants", "all", []

            yield node.lineno, "no tenant filter", change


def _without_narrowing(node: ast.AST, relative: str) -> Iterator[Change]:
    """A `filter` without one of its conditions on whose it is or whether it still holds."""
    # what sweepers and services look for is their own business; what is read must be there still
    wanted = (
        _NARROWING
        if relative.endswith(("selectors.py", "access.py"))
        else _NARROWING - {"deleted_at__isnull"}
    )
    match node:
        case ast.Call(func=ast.Attribute(attr="filter" | "get" | "exclude"), keywords=keywords):
            for keyword in keywords:
                if keyword.arg in wanted:

                    def change(keyword: ast.keyword = keyword) -> None:
                        keywords.remove(keyword)

                    yield keyword.value.lineno, f"no {keyword.arg}", change


def _without_guard(node: ast.AST) -> Iterator[Change]:
    """`if …: raise NotFound` never raises."""
    match node:
        case ast.If(body=[*_, ast.Raise(exc=ast.Call(func=ast.Name(id=error)))]) if error in _REFUSALS:

            def change() -> None:
                node.test = ast.copy_location(ast.Constant(False), node.test)

            yield node.lineno, f"no {error}", change


def _without_check(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[Change]:
    """`caller.require(action)` is not called."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) as call):
            if name in _CHECKS:

                def change() -> None:
                    node.value = ast.copy_location(ast.Constant(None), call)

                yield node.lineno, f"no {name}()", change


def _without_condition(node: ast.AST) -> Iterator[Change]:
    """One part of an `and` is always true; an `or` always is. Defaults (`x or ''`) are no conditions."""
    match node:
        case ast.BoolOp(values=values):
            defaults = (ast.Constant, ast.List, ast.Dict, ast.Call)
            is_and = isinstance(node.op, ast.And)
            if not is_and and any(isinstance(value, defaults) for value in values[1:]):
                return
            weakened = range(len(values)) if is_and else range(1)
            for index in weakened:

                def change(index: int = index) -> None:
                    values[index] = ast.copy_location(ast.Constant(True), values[index])

                yield values[index].lineno, f"no {ast.unparse(values[index])}", change


# --- planting -------------------------------------------------------------------------------------


@contextmanager
def _planted(relative: str, source: str, number: int) -> Iterator[None]:
    tree = ast.parse(source)
    line, _, change = _changes(relative, tree)[number]
    function = _live_function(relative, tree, line)
    change()
    compiled = compile(ast.fix_missing_locations(tree), relative, "exec")
    own = function.__code__
    function.__code__ = _code_named(compiled, own.co_qualname)
    try:
        yield
    finally:
        function.__code__ = own


def _live_function(relative: str, tree: ast.Module, line: int) -> FunctionType:
    module: Any = importlib.import_module(
        relative.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    )
    owner, body = module, tree.body
    while True:
        [node] = [
            node for node in body if node.lineno <= line <= (node.end_lineno or 0) or _decorated(node, line)
        ]
        if isinstance(node, ast.ClassDef):
            owner, body = getattr(owner, node.name), node.body
            continue
        assert isinstance(node, ast.FunctionDef), f"{relative}:{line}"
        return _unwrapped(owner.__dict__[node.name] if isinstance(owner, type) else getattr(owner, node.name))


def _decorated(node: ast.stmt, line: int) -> bool:
    return any(each.lineno <= line <= (each.end_lineno or 0) for each in getattr(node, "decorator_list", []))


def _unwrapped(found: Any) -> FunctionType:
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType), found
    return found


def _code_named(code: CodeType, name: str) -> CodeType:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == name:
                return constant
            try:
                return _code_named(constant, name)
            except LookupError:
                continue
    raise LookupError(name)
