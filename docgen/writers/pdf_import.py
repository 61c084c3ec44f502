"""Shortcuts on the way into WeasyPrint, which halve the time its import takes."""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

_DEFERRED = ("fontTools.subset", "fontTools.varLib.instancer")
"""What WeasyPrint imports and calls only for fonts that HarfBuzz does not subset."""


class _Deferred(ModuleType):
    """Stands in for a module, which is imported when something of it is called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*given: Any, **named: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*given, **named)

        return call


@contextmanager
def shortcuts() -> Iterator[None]:
    """Leave out, while WeasyPrint is imported, what it mostly does without.

    It tries several names for each library and each failure starts a linker; the last name needs no
    search. Where the libraries are elsewhere its import raises OSError, and works without shortcuts.
    """
    search = ctypes.util.find_library
    stand_ins = {name: _Deferred(name) for name in _DEFERRED if name not in sys.modules}
    sys.modules.update(stand_ins)
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search
        for name in stand_ins:
            sys.modules.pop(name, None)
