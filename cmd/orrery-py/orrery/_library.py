"""The shared library below the package: calls with JSON and arrays in, JSON and arrays out."""

from __future__ import annotations

import ctypes
import json
import os
import pathlib
import threading
from typing import Any, Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


class Error(Exception):
    """What Orrery could not do."""

    __module__ = "orrery"  # where it is found


class MistakeError(Error, ValueError):
    """What was asked for cannot be meant: a value out of range, a wrong shape, a name that does not exist."""

    __module__ = "orrery"


class _Array(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_void_p), ("kind", ctypes.c_int64), ("dims", ctypes.c_int64), ("shape", ctypes.c_int64 * 8)]


class _Given(ctypes.Structure):  # as _Array, but its name is memory that is to be freed
    _fields_ = [("name", ctypes.c_void_p), ("data", ctypes.c_void_p), ("kind", ctypes.c_int64), ("dims", ctypes.c_int64), ("shape", ctypes.c_int64 * 8)]


class _Answer(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("length", ctypes.c_int64), ("arrays", ctypes.POINTER(_Given)), ("count", ctypes.c_int64)]


_KINDS: dict[str, Any] = {"d": np.float64, "f": np.float32, "q": np.int64, "B": np.uint8}
_MOST = 2**28  # numbers of an array
_lock = threading.Lock()
_loaded: ctypes.CDLL | None = None
_forked = False


def _after_fork() -> None:
    global _forked
    _forked = _loaded is not None


os.register_at_fork(after_in_child=_after_fork)


def library() -> ctypes.CDLL:
    """Return the library, which is loaded when it is first needed.

    Raises RuntimeError in a process that was forked from one that had loaded it.
    """
    global _loaded
    if _forked:
        raise RuntimeError(
            "orrery was in use when this process was forked, and its threads do not survive a fork: start processes by spawn instead, as "
            'multiprocessing.get_context("spawn"), AsyncVectorEnv(..., context="spawn") or DataLoader(..., multiprocessing_context="spawn")'
        )
    if _loaded is not None:
        return _loaded
    with _lock:
        if _loaded is None:
            path = pathlib.Path(__file__).with_name("_orrery.so")
            try:
                found = ctypes.CDLL(str(path))
            except OSError as error:
                raise ImportError(f"the shared library of orrery cannot be loaded: {error}; pip install ./cmd/orrery-py builds it, with Go and gcc") from None
            found.orrery_start.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int64, ctypes.POINTER(_Array), ctypes.c_int64]
            found.orrery_start.restype = ctypes.c_int64
            found.orrery_wait.argtypes = [ctypes.c_int64, ctypes.c_int64, ctypes.POINTER(_Answer)]
            found.orrery_wait.restype = ctypes.c_int32
            found.orrery_cancel.argtypes = [ctypes.c_int64]
            found.orrery_cancel.restype = None
            found.orrery_step.argtypes = [ctypes.c_int64]
            found.orrery_step.restype = ctypes.c_void_p
            found.orrery_drop.argtypes = [ctypes.c_int64]
            found.orrery_drop.restype = None
            found.orrery_free.argtypes = [ctypes.c_void_p]
            found.orrery_free.restype = None
            _loaded = found
    return _loaded


class _Memory:
    """Memory of the library, which is freed when no array needs it any more."""

    def __init__(self, pointer: int, shape: tuple[int, ...], kind: Any) -> None:
        self._pointer, self._free = pointer, library().orrery_free
        self._pid = os.getpid()
        self.__array_interface__ = {"data": (pointer, False), "shape": shape, "typestr": np.dtype(kind).str, "version": 3}

    def __del__(self, getpid: Callable[[], int] = os.getpid) -> None:  # modules are gone when Python ends
        if getpid() == self._pid:
            self._free(self._pointer)


def array(values: Any, name: str, kind: Any = np.float64, dims: int | None = None) -> Numbers:
    """Return values as an array that the library can read in place, which they are already or are copied to. dims is
    how many dimensions it must have, if not any number.

    Raises TypeError where they are no numbers.
    """
    try:
        found = np.asarray(values)
        if found.dtype.kind not in "biuf" or found.dtype.kind == "f" and np.dtype(kind).kind != "f":
            raise TypeError(f"{name} must be numbers, not {found.dtype}")
        if dims is not None and found.ndim != dims:
            raise MistakeError(f"{name} has the shape {found.shape}, must have {dims} dimension{'s' if dims > 1 else ''}")
        if found.size > _MOST:
            raise MistakeError(f"{name} of the shape {found.shape} is too large")
        return np.ascontiguousarray(found, dtype=kind).reshape(found.shape)
    except ValueError as error:
        if "inhomogeneous" in str(error):
            raise MistakeError(f"{name} must have rows of the same length") from None
        raise MistakeError(f"{name}: {error}") from None
    except OverflowError as error:
        raise MistakeError(f"{name}: {error}") from None


def held(it: Any, name: str) -> int:
    """Return the handle of what a Dataset, Model or Planner holds. Raises MistakeError where it is closed."""
    if not it._close.alive:
        raise MistakeError(f"{name} is closed")
    handle: int = it._handle
    return handle


def number(value: Any, name: str) -> float:
    """Return a number. Raises TypeError where it is none and MistakeError where it is too large."""
    try:
        return float(value)
    except OverflowError:
        raise MistakeError(f"{name} is too large") from None
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, not {value!r}") from None


def whole(value: Any, name: str, least: int | None = None) -> int:
    """Return a whole number. Raises TypeError where it is none, and MistakeError where it is less than the least."""
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} {value!r} must be a whole number")
    try:
        found = int(value.__index__())
    except TypeError:  # of an array
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}") from None
    if least is not None and found < least:
        raise MistakeError(f"{name} {found} must be at least {least}")
    return found


def path(value: Any, name: str) -> str:
    """Return a path as text. Raises TypeError where it is none."""
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path, not {type(value).__name__}")
    found = os.fspath(value)
    if not isinstance(found, str):
        raise TypeError(f"{name} must be text, not {type(found).__name__}")
    return found


def told(progress: Any) -> None:
    """Raise TypeError where what is told of progress cannot be called."""
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be callable, not {type(progress).__name__}")


def mapping(value: Any, name: str) -> dict[str, Any]:
    """Return a dict of what a caller names, of which None is an empty one. Raises TypeError where it is none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, (str, os.PathLike)) for key in value):
        raise TypeError(f"{name} must be a dict with names, not {type(value).__name__}")
    return dict(value)


def numbers(value: Any) -> Any:
    """Return what JSON can hold of NumPy's numbers."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no number, text, list or dict")


def call(method: str, request: Mapping[str, Any], arrays: Mapping[str, Numbers] | None = None, progress: Callable[[Any], None] | None = None) -> tuple[Any, dict[str, Numbers]]:
    """Call a method and return its answer and the arrays that go with it.

    arrays must be C-contiguous, of float64, float32, int64 or uint8. Ctrl-C ends the call: KeyboardInterrupt is raised when the library has stopped.
    """
    lib = library()
    try:
        text = json.dumps(request, default=numbers, allow_nan=False).encode()
    except ValueError:
        raise MistakeError("all numbers must be finite") from None
    given = list((arrays or {}).items())
    rows = (_Array * max(len(given), 1))()
    for row, (name, values) in zip(rows, given):
        if not values.flags.c_contiguous or values.ndim > 8:
            raise TypeError(f"{name} must be contiguous, of 8 dimensions at most")
        row.name, row.data, row.dims = name.encode(), values.__array_interface__["data"][0], values.ndim
        row.kind = ord(next(k for k, t in _KINDS.items() if values.dtype == t))
        row.shape[: values.ndim] = values.shape
    job = lib.orrery_start(method.encode(), text, len(text), rows, len(given))
    answer = _Answer()
    interrupted: BaseException | None = None
    while True:
        try:
            if lib.orrery_wait(job, 50, ctypes.byref(answer)):
                break
            if answer.text:
                told = _take(lib, answer)
                if progress is not None and interrupted is None:
                    progress(told)
        except BaseException as error:  # Ctrl-C, or what progress raises: the library must be done with the arrays first
            interrupted = interrupted or error
            lib.orrery_cancel(job)
    result = _take(lib, answer)
    found = _arrays(lib, answer)
    if interrupted is not None:
        raise interrupted
    if "error" in result:
        raise _error(result["fault"], result["error"])
    return result["answer"], found


def _take(lib: ctypes.CDLL, answer: _Answer) -> Any:
    text = ctypes.string_at(answer.text, answer.length)
    lib.orrery_free(answer.text)
    answer.text = None
    return json.loads(text)


def _arrays(lib: ctypes.CDLL, answer: _Answer) -> dict[str, Numbers]:
    found: dict[str, Numbers] = {}
    for i in range(answer.count):
        a = answer.arrays[i]
        name = ctypes.string_at(a.name).decode()
        lib.orrery_free(a.name)
        kind, shape = _KINDS[chr(a.kind)], tuple(a.shape[: a.dims])
        found[name] = np.asarray(_Memory(a.data, shape, kind)) if a.data else np.empty(shape, kind)
    if answer.count:
        lib.orrery_free(ctypes.cast(answer.arrays, ctypes.c_void_p))
    return found


def _error(fault: str, words: str) -> BaseException:
    if fault == "mistake":
        return MistakeError(words)
    files = {"missing": FileNotFoundError, "exists": FileExistsError, "denied": PermissionError}
    if fault in files:
        return files[fault](words)
    if fault == "interrupted":
        return KeyboardInterrupt(words)
    return Error(words)


def raise_words(pointer: int) -> None:
    """Raise what the library says, and free it."""
    text = ctypes.string_at(pointer).decode()
    library().orrery_free(pointer)
    raise MistakeError(text)


def drop(handle: int) -> None:
    """Forget what has a handle, if the process still can."""
    if _loaded is not None and not _forked:
        _loaded.orrery_drop(handle)
