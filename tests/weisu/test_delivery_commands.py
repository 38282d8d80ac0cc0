"""`weisu deliver`, `weisu subscriptions`, the address book and what `weisu doctor` says of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.fixtures_delivery import KEY, Hook, hook, postbox, write_address_book
from tests.fixtures_publication import make_workspace
from weisu import store
from weisu.cli import run as weisu
from weisu.delivery.address_book import path_of, read_address_book
from weisu.delivery.errors import DeliveryError
from weisu.delivery.health import faults
from weisu.settings import Workspace

ROOM = f'[recipients.room]\nchannel = "webhook"\naddress = "https{""}://room.example.org/in"\nkey = "{KEY}"\n'


@pytest.fixture(scope="module")
def web() -> Iterator[Hook]:
    with hook() as made:
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    return Workspace(tmp_path)


def run(place: Workspace, *words: str) -> int:
    return weisu([*words, "--workspace", str(place.root)])


def test_subscriptions_when_added_then_listed_and_when_removed_then_not(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    write_address_book(place, ROOM)
    options = ["--category", "市政", "--area", "东区", "--level", "2", "--daily", "--unreviewed", "--quiet", "22:00-07:00", "--lang", "en", "--by", "甲"]  # fmt: skip
    assert run(place, "subscriptions", "add", "room", "alerts", *options, "--json") == 0
    (made,) = json.loads(capsys.readouterr().out)
    assert run(place, "subscriptions", "list") == 0
    said = capsys.readouterr().out
    for word in (
        "room",
        "category 市政",
        "area 东区",
        "level 1-2",
        "daily",
        "also unreviewed",
        "quiet 22:00-07:00",
        "en",
    ):
        assert word in said
    assert run(place, "subscriptions", "add", "room", "alerts", *options) == 2
    assert "has this subscription already" in capsys.readouterr().err
    assert run(place, "subscriptions", "remove", made["subscription_id"]) == 0
    assert run(place, "subscriptions", "remove", made["subscription_id"]) == 2
    capsys.readouterr()
    assert run(place, "subscriptions", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nobody", "weekly"], "no recipient 'nobody'"),
        (["room", "yearly"], "unknown kind 'yearly'"),
        (["room", "alerts", "--level", "5"], "unknown level 5"),
        (["room", "alerts", "--quiet", "22-7"], "are no hours"),
        (["room", "alerts", "--quiet", "22:00-22:00"], "are no hours"),
        (["room", "weekly", "--lang", "fr"], "unknown language"),
    ],
)
def test_subscriptions_when_wrong_then_one_clear_line(
    place: Workspace, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    write_address_book(place, ROOM)
    assert run(place, "subscriptions", "add", *words) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_deliver_when_nothing_is_set_up_then_nothing_is_sent(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(place, "deliver", "run") == 0
    assert capsys.readouterr().out == "nothing to send\n"
    assert run(place, "deliver", "status", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"reports": [], "deliveries": []}
    assert run(place, "deliver", "test", "room") == 2


def test_deliver_when_given_up_then_exit_1_doctor_says_so_and_again_sends_it(
    tmp_path: Path, web: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    place = make_workspace(tmp_path / "city")
    place.settings_file.write_text(
        "[delivery]\nwait_hours = 336\n", encoding="utf-8"
    )  # no report: its data end long ago
    write_address_book(place, f'[recipients.room]\nchannel = "webhook"\naddress = "{web.url}/in"\nkey = "{KEY}"\n')
    assert run(place, "subscriptions", "add", "room", "alerts") == 0
    engine = store.open_store(place)
    from weisu.cli.build import utc_now

    store.append_act(
        engine, alert_id="al01", act="confirm", actor="甲", reason="核实", now=utc_now(), seen=None, mask=str
    )
    engine.dispose()
    web.answers = [(403, b"")]
    capsys.readouterr()
    assert run(place, "deliver", "run") == 1
    assert "given_up  alert-al01-1 -> room (http 403)" in capsys.readouterr().out
    assert faults(place, now=utc_now()) == ["given up lately: 1"]
    weisu(["doctor", "--json", "--workspace", str(place.root)])
    found = {f["about"]: f for f in json.loads(capsys.readouterr().out)}
    assert (found["deliveries"]["is_fine"], found["deliveries"]["says"]) == (False, "given up lately: 1")
    assert run(place, "deliver", "run") == 0
    assert run(place, "deliver", "run", "--again") == 0
    capsys.readouterr()
    assert run(place, "deliver", "status", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)["deliveries"]
    assert (row["recipient"], row["state"], row["attempts"]) == ("room", "sent", 2)
    assert faults(place, now=utc_now()) == []
    path_of(place).unlink()
    assert faults(place, now=utc_now()) == ["no address of: room"]


CONNECT = re.compile(r"sin6?_port=htons\((\d+)\)")


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_deliver_when_it_sends_then_only_the_configured_address_is_contacted(place: Workspace, web: Hook) -> None:
    log = place.root / "connects"
    book = f'[recipients.room]\nchannel = "wecom"\naddress = "wecombot://0a1b"\nhost = "{web.url}"\n'
    write_address_book(place, book)
    elsewhere = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    command = [Path(sys.executable).parent / "weisu", "deliver", "test", "room", "--workspace", place.root]
    traced = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", log, *command]
    subprocess.run(traced, check=True, capture_output=True, env=os.environ | elsewhere)
    assert set(CONNECT.findall(log.read_text())) == {web.url.rpartition(":")[2]}


def test_test_message_when_sent_over_starttls_with_login_then_it_arrives(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def knows(_server: object, _session: object, _envelope: object, _way: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"weisu", b"p4ss"), handled=False)

    monkeypatch.setenv("MAIL_PASSWORD", "p4ss")
    with postbox(tls_context=context, require_starttls=True, authenticator=knows, auth_required=True) as post:
        write_address_book(
            place,
            f'[smtp]\nhost = "127.0.0.1"\nport = {post.port}\nsender = "Weisu <weisu@example.org>"\nuser = "weisu"\npassword = "env:MAIL_PASSWORD"\n'
            '[recipients.wang]\nchannel = "mail"\naddress = "wang@example.org"\n',
        )
        assert run(place, "deliver", "test", "wang") == 2  # a certificate that nobody vouches for
        assert "smtp certificate" in capsys.readouterr().err
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert run(place, "deliver", "test", "wang", "--lang", "en") == 0
        monkeypatch.setenv("MAIL_PASSWORD", "wrong")
        assert run(place, "deliver", "test", "wang") == 2
    assert "smtp 535" in capsys.readouterr().err
    (letter,) = post.came
    assert letter["Subject"] == "Weisu: a test message"
    assert letter["Message-ID"].endswith("@example.org>")


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[mail]\n", "unknown section"),
        ("= broken s3cret", "is not valid TOML"),
        ("recipients = 3\n", "must be a section"),
        ("[recipients.a]\nchannel = 'pigeon'\naddress = 'x'\n", "a.channel is unknown"),
        ("[recipients.a]\nchannel = 'webhook'\n", "a lacks address"),
        ("[recipients.a]\nchannel = 'webhook'\naddress = 'ftp:x'\nkey = '1234567890123456'\n", "is no http"),
        ("[recipients.a]\nchannel = 'webhook'\naddress = 'https:x'\nkey = 'short s3cret'\n", "is no http"),
        ("[recipients.a]\nchannel = 'webhook'\naddress = 'http://x'\nkey = 's3cret'\n", "must have 16 characters"),
        ("[recipients.a]\nchannel = 'mail'\naddress = 'a@b'\n", "there is no .smtp."),
        (
            "[smtp]\nhost = 'x'\nsender = 'a@b'\n[recipients.a]\nchannel = 'mail'\naddress = \"a@b\\nBcc: s3cret\"\n",
            "a.address is no mail",
        ),
        ("[smtp]\nhost = 'x'\nsender = \"a@b\\nBcc: s3cret\"\n", "smtp.sender is no mail"),
        ("[smtp]\nhost = 'x'\nsender = 'a@b'\nport = '25'\n", "smtp.port must be int"),
        ("[smtp]\nhost = 'x'\nsender = 'a@b'\nsecurity = 'maybe'\n", "smtp.security is unknown"),
        ("[smtp]\nhost = 'x'\nsender = 'a@b'\nsecurity = 'none'\npassword = 's3cret'\n", "in clear"),
        ("[smtp]\nhost = 'x'\nsender = 'a@b'\npassword = 'env:NOT_THERE'\n", "the environment has no NOT_THERE"),
        ("[smtp]\nhost = 'x'\nsender = 'a@b'\npasword = 's3cret'\n", "unknown setting smtp.pasword"),
    ],
)
def test_address_book_when_wrong_then_one_clear_error_without_its_secrets(
    place: Workspace, toml: str, says: str
) -> None:
    write_address_book(place, toml)
    with pytest.raises(DeliveryError, match=says) as caught:
        read_address_book(place)
    assert "s3cret" not in str(caught.value)


def test_address_book_when_others_can_read_it_then_refused(place: Workspace) -> None:
    write_address_book(place, ROOM)
    path_of(place).chmod(0o640)
    with pytest.raises(DeliveryError, match="readable by others"):
        read_address_book(place)
