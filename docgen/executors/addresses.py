"""Which executor an address means."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from docgen.errors import UsageError
from docgen.executors.work import Executor, Limits

MOST_WORKERS = 128
"""More processes than this on one machine are a slip of the pen."""


class AddressError(UsageError):
    """No executor has such an address."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"There is no executor “{address}”. It is one of: serial (in this process, for looking into faults); local "
            f"(as many processes as there are processors) or local:N (N from 1 to {MOST_WORKERS}); "
            "dask://HOST:PORT; dask+tls://HOST:PORT."
        )


def executor(address: str, limits: Limits, preload: Sequence[str] = ()) -> Executor:
    """Return the executor at an address; `preload` names modules that its processes load once, before the first task.

    Raises AddressError, and for a cluster what Cluster raises.
    """
    if address == "serial":
        from docgen.executors.performing import Serial

        return Serial(limits)
    if match := re.fullmatch(r"local(?::([1-9][0-9]{0,2}))?", address):
        from docgen.executors.local import Local

        count = int(match[1]) if match[1] else min(len(os.sched_getaffinity(0)), MOST_WORKERS)
        if count > MOST_WORKERS:
            raise AddressError(address)
        return Local(count, limits, preload)
    target = _cluster(address)
    from docgen.executors.cluster import Cluster

    return Cluster(target, limits, preload)


def _cluster(address: str) -> str:
    """Return Dask's own form of an address."""
    try:
        parts = urlsplit(address)
        scheme = {"dask": "tcp", "dask+tls": "tls"}[parts.scheme]
        if not (parts.hostname and parts.port) or parts.username is not None or parts.path + parts.query:
            raise AddressError(address)
    except (KeyError, ValueError):
        raise AddressError(address) from None
    return f"{scheme}://{parts.netloc}"
