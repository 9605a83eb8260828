# SPDX-License-Identifier: MIT
from __future__ import annotations

import warnings
from types import TracebackType
from typing import TypeVar

_Self = TypeVar("_Self", bound="Closing")


class Closing:
    """What is closed by `with`, or by itself with a ResourceWarning."""

    @property
    def closed(self) -> bool:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not self.closed:
            unclosed = repr(self)
            self.close()
            warnings.warn(f"unclosed {unclosed}", ResourceWarning, stacklevel=2)
