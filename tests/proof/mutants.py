"""Mutants: the code as it would be with one small mistake in it, put in its place for a moment.

Owns the mistakes that are made (comparisons, conditions, set operations, constants, statements and
entries left out) and how one is put in: a function is given the code of its mutant, so that
whoever has imported it runs the mutant too; a constant of a module is given another value. Knows
nothing of what is tested.
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

Variant = tuple[str, ast.AST]

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
}
COMBINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Sub: ast.BitAnd,
    ast.Add: ast.Sub,
    ast.Mult: ast.FloorDiv,
}
NAMES = {"any": "all", "all": "any"}
STATEMENTS = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise)


@dataclass(frozen=True)
class Mutant:
    """One mistake: `change` in the function or constant `name` of `module`."""

    module: ModuleType
    name: str
    change: str
    _put: Callable[[], Callable[[], None]]

    def __str__(self) -> str:
        return f"{self.module.__name__}.{self.name}: {self.change}"

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The mutant instead of the code, while the block runs."""
        take_back = self._put()
        try:
            yield
        finally:
            take_back()


def of_function(module: ModuleType, name: str) -> Iterator[Mutant]:
    """Every mutant of a function, a method (`Class.method`) or a property of a module."""
    found: Any = module
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    function: FunctionType = inspect.unwrap(found.fget if isinstance(found, property) else found)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    for change, mutated in _mutated(_bare(tree)):
        yield Mutant(module, name, change, _putting(function, _code(mutated)))


def of_constant(module: ModuleType, name: str) -> Iterator[Mutant]:
    """Every mutant of a constant of a module, and of the constants that are made of it."""
    constants = [
        each
        for each in ast.parse(inspect.getsource(module)).body
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    ]
    at = next(n for n, each in enumerate(constants) if ast.unparse(each.targets[0]) == name)
    for change, mutated in _mutated(ast.Expression(constants[at].value)):
        values = {name: _value(mutated, vars(module))}
        for later in constants[at + 1 :]:
            if any(isinstance(n, ast.Name) and n.id in values for n in ast.walk(later.value)):
                made_of = _value(ast.Expression(later.value), {**vars(module), **values})
                values[ast.unparse(later.targets[0])] = made_of
        yield Mutant(module, name, change, _setting(module, values))


def _value(tree: ast.AST, names: dict[str, Any]) -> Any:
    assert isinstance(tree, ast.Expression)
    code = compile(ast.fix_missing_locations(tree), "<mutant>", "eval")
    return eval(code, dict(names))  # noqa: S307  our own code, with one mistake


def _putting(function: FunctionType, code: CodeType) -> Callable[[], Callable[[], None]]:
    def put() -> Callable[[], None]:
        before = function.__code__
        function.__code__ = code
        return lambda: setattr(function, "__code__", before)

    return put


def _setting(module: ModuleType, values: dict[str, Any]) -> Callable[[], Callable[[], None]]:
    def put() -> Callable[[], None]:
        before = {name: getattr(module, name) for name in values}
        vars(module).update(values)
        return lambda: vars(module).update(before)

    return put


def _bare(tree: ast.FunctionDef) -> ast.FunctionDef:
    """Without what decides nothing when it runs: decorators, annotations, the docstring."""
    tree.decorator_list, tree.returns = [], None
    for argument in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs):
        argument.annotation = None
    if ast.get_docstring(tree) is not None:
        del tree.body[0]
    return tree


def _code(tree: ast.AST) -> CodeType:
    assert isinstance(tree, ast.FunctionDef)
    whole = compile(ast.fix_missing_locations(ast.Module([tree], [])), "<mutant>", "exec")
    return next(each for each in whole.co_consts if isinstance(each, CodeType))


def _mutated(tree: ast.AST) -> Iterator[Variant]:
    """The tree with one mistake, for every mistake, each named by what stood there before."""
    for number, node in enumerate(ast.walk(tree)):
        for replacement in _variants(node):
            again = copy.deepcopy(tree)
            place = next(each for at, each in enumerate(ast.walk(again)) if at == number)
            yield (
                f"{_said(node)} -> {_said(replacement)}",
                _Replacing(place, replacement).visit(again),
            )


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())[:160]


class _Replacing(ast.NodeTransformer):
    def __init__(self, place: ast.AST, by: ast.AST) -> None:
        self._place, self._by = place, by

    def visit(self, node: ast.AST) -> ast.AST:
        return copy.deepcopy(self._by) if node is self._place else self.generic_visit(node)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand instead of this node by mistake."""
    if isinstance(node, STATEMENTS):
        yield ast.Pass()
    for kind, make in _MAKERS.items():
        if isinstance(node, kind):
            yield from make(node)


def _with(node: Any, **changed: Any) -> Any:
    """A copy of a node with other fields."""
    made = copy.copy(node)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        for other in COMPARED[type(operator)]:
            yield _with(node, ops=[*node.ops[:at], other(), *node.ops[at + 1 :]])


def _bool_op(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for rest in _without_one(node.values):
        yield rest[0] if len(rest) == 1 else _with(node, values=rest)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _bin_op(node: ast.BinOp) -> Iterator[ast.AST]:
    yield _with(node, op=COMBINED[type(node.op)]())


def _condition(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    for instead in (ast.Constant(True), ast.Constant(False), ast.UnaryOp(ast.Not(), node.test)):
        yield _with(node, test=instead)


def _comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for at, condition in enumerate(node.ifs):
        for instead in (ast.Constant(True), ast.UnaryOp(ast.Not(), condition)):
            yield _with(node, ifs=[*node.ifs[:at], instead, *node.ifs[at + 1 :]])


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(f"{node.value}?")


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None:
        yield ast.Return(ast.Constant(None))


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for rest in _without_one(node.keywords):
        yield _with(node, keywords=rest)


def _name(node: ast.Name) -> Iterator[ast.AST]:
    if node.id in NAMES:
        yield ast.Name(NAMES[node.id], ast.Load())


def _several(node: ast.Set | ast.Tuple | ast.List) -> Iterator[ast.AST]:
    if not isinstance(getattr(node, "ctx", None), ast.Store):
        for rest in _without_one(node.elts):
            yield _with(node, elts=rest) if rest else ast.Tuple([], ast.Load())


def _dict(node: ast.Dict) -> Iterator[ast.AST]:
    for keys, values in zip(_without_one(node.keys), _without_one(node.values), strict=True):
        yield _with(node, keys=keys, values=values)


def _without_one(several: list[Any]) -> Iterator[list[Any]]:
    for at in range(len(several)):
        yield [*several[:at], *several[at + 1 :]]


_MAKERS: dict[Any, Callable[[Any], Iterator[ast.AST]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary,
    ast.BinOp: _bin_op,
    (ast.If, ast.IfExp): _condition,
    ast.comprehension: _comprehension,
    ast.Constant: _constant,
    ast.Return: _return,
    ast.Call: _call,
    ast.Name: _name,
    (ast.Set, ast.Tuple, ast.List): _several,
    ast.Dict: _dict,
}
