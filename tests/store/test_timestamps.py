"""A timestamp is asked for at the authority's address only, and read without it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from threading import Event

import pytest
from asn1crypto import tsp  # type: ignore[import-untyped]
from asn1crypto.core import Sequence  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import ExitCode, UsageError
from docgen.store import timestamps
from docgen.store.timestamps import (
    AuthorityUnreachableError,
    ForgedTimestampError,
    OtherContentError,
    Timestamp,
    TimestampError,
    TimestampRefusedError,
    UnreadableRootsError,
    UnreadableTimestampError,
    read_timestamp,
    request_timestamp,
)
from tests.trust import AT, CHECKPOINT, LocalAuthority, Reply, authority, clock, clock_hand, issue, root

CONTENT = CHECKPOINT.encode()


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAuthority]:
    """Run an authority."""
    with authority() as running:
        yield running


@pytest.fixture(scope="module")
def token(local: LocalAuthority) -> bytes:
    """Stamp a checkpoint."""
    return request_timestamp(CONTENT, local.url)


def asked(reply: Callable[[bytes], Reply]) -> bytes:
    """Return a token from an authority that replies in its own way."""
    with authority(reply) as local:
        return request_timestamp(CONTENT, local.url)


def answering(body: bytes, status: int = 200) -> Callable[[bytes], Reply]:
    return lambda _: (status, {}, body)


def sending(elsewhere: str) -> Callable[[bytes], Reply]:
    return lambda _: (302, {"Location": elsewhere}, b"")


def refusal(words: str) -> bytes:
    """Return a reply without a token."""
    status = {"status": "rejection", "status_string": [words], "fail_info": {"bad_alg"}}
    content: bytes = tsp.PKIStatusInfo(status).dump()
    octets: bytes = Sequence(contents=content).dump()
    return octets


def test_a_token_says_when_and_by_whom(token: bytes) -> None:
    read = read_timestamp(token, CONTENT, root().pem)
    assert read == Timestamp(AT, "Test Clock", read.serial, "1.3.6.1.4.1.4146.2.2", trusted=True)
    assert read.moment.tzinfo is dt.UTC
    assert read.serial > 0


def test_without_a_root_that_vouches_for_it_a_token_is_not_trusted(token: bytes) -> None:
    assert not read_timestamp(token, CONTENT).trusted
    assert not read_timestamp(token, CONTENT, issue("Another Root", authority=True).pem).trusted


def test_who_may_not_stamp_the_time_is_not_trusted_to() -> None:
    hand = clock_hand(by=issue("Impostor", root()))
    token = asked(lambda query: (200, {}, hand(query)))
    assert not read_timestamp(token, CONTENT, root().pem).trusted


def test_only_the_digest_leaves_the_house(local: LocalAuthority) -> None:
    request_timestamp(CONTENT, local.url)
    query = tsp.TimeStampReq.load(local.asked[-1], strict=True)
    assert local.media[-1] == "application/timestamp-query"
    assert CONTENT not in local.asked[-1]
    assert query["cert_req"].native is True
    assert query["nonce"].native.bit_length() == 63


def test_no_question_is_asked_twice(local: LocalAuthority) -> None:
    for _ in range(2):
        request_timestamp(CONTENT, local.url)
    first, second = local.asked[-2:]
    assert first != second


def test_a_token_of_other_content_is_no_proof(token: bytes) -> None:
    with pytest.raises(OtherContentError) as refused:
        read_timestamp(token, CONTENT + b"\n")
    assert refused.value.exit_code is ExitCode.UNVERIFIED


def test_a_token_with_another_time_in_it_is_forged(token: bytes) -> None:
    stated, other = b"20261124113000Z", b"20251124113000Z"
    assert token.count(stated) == 1
    with pytest.raises(ForgedTimestampError):
        read_timestamp(token.replace(stated, other), CONTENT)


def test_no_byte_of_a_token_can_change_what_it_says(token: bytes) -> None:
    said = read_timestamp(token, CONTENT, root().pem)
    for place in range(0, len(token), 7):
        altered = bytearray(token)
        altered[place] ^= 1
        try:
            read = read_timestamp(bytes(altered), CONTENT, root().pem)
        except TimestampError:
            continue
        assert read == said or not read.trusted, place


@given(st.binary(max_size=200))
def test_what_is_no_token_is_called_so(octets: bytes) -> None:
    with pytest.raises(UnreadableTimestampError):
        read_timestamp(octets, CONTENT)


def test_roots_that_are_none_are_named(token: bytes) -> None:
    with pytest.raises(UnreadableRootsError, match="no certificates in PEM"):
        read_timestamp(token, CONTENT, b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")


def test_a_refusal_is_told_in_the_words_of_the_authority() -> None:
    with pytest.raises(TimestampRefusedError, match="refused to stamp the time: not today; bad_alg") as refused:
        asked(answering(refusal("not today")))
    assert refused.value.exit_code is ExitCode.REFUSED


def test_a_refusal_does_not_reach_the_terminal_as_it_is() -> None:
    with pytest.raises(TimestampRefusedError) as refused:
        asked(answering(refusal("\x1b[2J\u202e" + "x" * 5000)))
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(answering(b"", 500), "it answered with the status 500", id="a fault of its own"),
        pytest.param(answering(b"<html>"), "its answer is no timestamp", id="a page"),
        pytest.param(answering(b""), "its answer is no timestamp", id="nothing"),
        pytest.param(answering(b"\x30" * 100), "its answer is no timestamp", id="broken DER"),
        pytest.param(answering(bytes(timestamps.REPLY_LIMIT + 1)), "with more than 1 MiB", id="too much"),
        pytest.param(sending("http://127.0.0.1:1/"), "it sends to http://127.0.0.1:1/", id="another address"),
    ],
)
def test_an_answer_that_is_no_timestamp_is_none(reply: Callable[[bytes], Reply], why: str) -> None:
    with pytest.raises(AuthorityUnreachableError, match=why) as refused:
        asked(reply)
    assert refused.value.exit_code is ExitCode.MISSING_HERE


def test_an_answer_given_before_is_not_taken_again(local: LocalAuthority) -> None:
    request_timestamp(CONTENT, local.url)
    earlier = clock_hand()(local.asked[-1])
    with pytest.raises(AuthorityUnreachableError, match="another question than the one asked"):
        asked(answering(earlier))


def test_an_answer_over_other_content_is_not_taken() -> None:
    def other(query: bytes) -> Reply:
        asked = tsp.TimeStampReq.load(query)
        asked["message_imprint"]["hashed_message"] = bytes(32)
        return 200, {}, clock_hand()(asked.dump(force=True))

    with pytest.raises(OtherContentError):
        asked(other)


def test_an_authority_that_is_not_there_is_named() -> None:
    with authority() as gone:
        url = gone.url
    with pytest.raises(AuthorityUnreachableError, match=f"cannot be had from {url}: .*refused"):
        request_timestamp(CONTENT, url)


def test_an_authority_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "PATIENCE", 0.05)
    answered = Event()

    def silent(_: bytes) -> Reply:
        answered.wait(5)
        return 200, {}, b""

    with authority(silent) as local:
        with pytest.raises(AuthorityUnreachableError, match="timed out"):
            request_timestamp(CONTENT, local.url)
        answered.set()


@pytest.mark.parametrize("url", ["http://time.example", "file:///etc/passwd", "https://a:b@time.example", ""])
def test_the_time_is_asked_for_nowhere_else(url: str) -> None:
    with pytest.raises(UsageError, match="no address to ask for the time"):
        request_timestamp(CONTENT, url)


@pytest.mark.skipif(not which("openssl"), reason="openssl is not installed here")
def test_openssl_reads_the_token_too(token: bytes, tmp_path: Path) -> None:
    for name, content in (("token", token), ("note", CONTENT), ("root.pem", root().pem), ("other", b"other")):
        (tmp_path / name).write_bytes(content)
    verify = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-CAfile", "root.pem"]
    seen = ["-attime", str(int(AT.timestamp()))]
    genuine = subprocess.run(
        [*verify, "-data", "note", *seen], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    other = subprocess.run(
        [*verify, "-data", "other", *seen], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Verification: OK" in genuine.stdout, genuine.stderr
    assert "message imprint mismatch" in other.stderr


def test_pyhanko_is_loaded_only_when_a_token_is_there() -> None:
    code = "import sys, docgen.store.timestamps; sys.exit(any(name.startswith('pyhanko') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_clock_of_the_tests_is_vouched_for_by_their_root() -> None:
    clock().certificate.verify_directly_issued_by(root().certificate)
