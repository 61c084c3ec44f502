"""A document of docgen's own to seal, and the ways in which the tests seal it."""

from __future__ import annotations

import datetime as dt
from functools import cache, partial
from pathlib import Path

from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import open_desk
from docgen.actions.render import Order, make, write
from docgen.store.timestamps import request_token
from docgen.writers.seal import Authority, seal_pdf
from docgen.writers.seal_keys import Sealer, read_sealer
from tests.trust import AT, PASSWORD, LocalAuthority, firm, issue, revocation_list, root


@cache
def letter() -> bytes:
    """Return the letter of approval of the example, as it is rendered."""
    desk = open_desk(None, dt.date(2026, 11, 20), Path("/"))
    return write(make(desk, Order("letter-of-approval", (EXAMPLE / "engagement.yaml",))), "pdf", desk)


@cache
def vouched() -> Sealer:
    """Return a firm's certificate for which a root vouches, with the root's list of what it revoked."""
    crls = (revocation_list(root()),)
    return read_sealer(firm().pkcs12(PASSWORD, root()), PASSWORD, crls=crls)


@cache
def alone() -> Sealer:
    """Return a certificate for which nobody vouches."""
    return read_sealer(issue("Lantern Works").pkcs12(PASSWORD), PASSWORD)


def clock_of(local: LocalAuthority) -> Authority:
    """Return the authority that a running server is."""
    return Authority(partial(request_token, authority=local.url), root().pem)


def sealed(
    pdf: bytes | None = None, *, by: Sealer | None = None, level: str = "B-B", authority: Authority | None = None
) -> bytes:
    """Return a sealed document, by default the letter with the firm's signature alone."""
    reason = "Issued as version 1"
    return seal_pdf(pdf or letter(), by or vouched(), level=level, at=AT, reason=reason, authority=authority)
