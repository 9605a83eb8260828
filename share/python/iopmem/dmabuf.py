# SPDX-License-Identifier: MIT
from __future__ import annotations

import os

from ._closing import Closing
from .error import Code, Error


class DmaBuf(Closing):
    """A dma-buf of a part of a file: the descriptor of it, which is closed with the object.

    It holds the file's lease until the last descriptor of it is closed, in whatever process, and
    the last driver has let go; see iopmem_file_dmabuf in iopmem(3).
    """

    def __init__(self, fd: int) -> None:
        # A list, since taking from it is one step whatever threads do.
        self._fds = [fd]

    def fileno(self) -> int:
        """The descriptor, which stays the object's: for ioctl(2), or to send to another process."""
        try:
            return self._fds[0]
        except IndexError:
            raise Error(Code.INVALID, "the dma-buf is closed") from None

    def detach(self) -> int:
        """Gives the descriptor away: it is the caller's to close."""
        try:
            return self._fds.pop()
        except IndexError:
            raise Error(Code.INVALID, "the dma-buf is closed") from None

    @property
    def closed(self) -> bool:
        return not self._fds

    def close(self) -> None:
        """Closes the descriptor; again does nothing."""
        if self._fds:
            os.close(self.detach())

    def __repr__(self) -> str:
        return "<closed dma-buf>" if self.closed else f"<dma-buf, descriptor {self._fds[0]}>"
