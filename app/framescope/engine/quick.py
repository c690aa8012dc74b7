"""How is a named tuple made as quickly as a plain one? By C alone, from one tuple of its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Quick(type):
    """The class of a named tuple whose `__new__` is a tuple's own. It is called as ever, with its fields."""

    _of_fields: Callable[..., Any]  #: the named tuple's own `__new__`

    def __call__(cls, *fields: Any, **named: Any) -> Any:
        return cls._of_fields(cls, *fields, **named)


def quick(named_tuple: type[T]) -> type[T]:
    """Decorate a NamedTuple so that `maker` can make it."""
    names = {name: value for name, value in vars(named_tuple).items() if name != "__new__"}
    names["_of_fields"] = staticmethod(vars(named_tuple)["__new__"])
    names["__reduce__"] = lambda self: (type(self), tuple(self))
    names["__qualname__"] = named_tuple.__qualname__
    return cast("type[T]", Quick(named_tuple.__name__, (tuple,), names))


def maker(named_tuple: type[T]) -> Callable[[tuple[Any, ...]], T]:
    """Return what makes one from a tuple of all its fields: 0.15 us instead of 0.30."""
    return cast("Callable[[tuple[Any, ...]], T]", type.__call__.__get__(named_tuple))
