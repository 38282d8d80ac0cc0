"""The robots of 企业微信, 钉钉 and 飞书 against a local server in the place of theirs (`host`): what they say, sign and refuse."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging.config
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures_delivery import Hook, hook
from weisu.delivery import robots
from weisu.delivery.address_book import Recipient
from weisu.delivery.errors import Undelivered
from weisu.delivery.messages import Message

ADDRESSES = {"wecom": "wecombot://0a1b-2c3d", "dingtalk": "dingtalk://70ken", "feishu": "feishu://70k-en"}
PATHS = {"wecom": "/cgi-bin/webhook/send?key=0a1b-2c3d", "dingtalk": "/robot/send?access_token=70ken", "feishu": "/open-apis/bot/v2/hook/70k-en"}  # fmt: skip


@pytest.fixture(scope="module")
def web() -> Iterator[Hook]:
    with hook() as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(web: Hook) -> None:
    web.came, web.answers = [], []


def say(web: Hook, channel: str, message: Message, *, key: str = "", var: Path = Path()) -> None:
    robots.send(Recipient("room", channel, ADDRESSES[channel], key, web.url), message, var=var)


def text_of(body: dict) -> str:
    return body["content"]["text"] if "content" in body else body["text"]["content"]


@pytest.mark.parametrize("channel", ADDRESSES)
def test_robot_when_spoken_to_then_one_text_at_its_own_path(web: Hook, channel: str) -> None:
    say(web, channel, Message("预警", ("停水", "两处"), "zh"))
    (path, _, _), (body,) = web.came[0], web.json()
    assert path == PATHS[channel]
    assert text_of(body) == "预警\n停水\n两处"


@pytest.mark.parametrize(("channel", "name"), [("wecom", "errcode"), ("dingtalk", "errcode"), ("feishu", "code")])
def test_robot_when_it_refuses_with_http_200_then_not_delivered(web: Hook, channel: str, name: str) -> None:
    web.answers = [(200, json.dumps({name: 45009, "errmsg": "of a room"}).encode())]
    with pytest.raises(Undelivered, match=f"^{name} 45009$"):
        say(web, channel, Message("预警", (), "zh") if channel != "wecom" else Message("预警", ("行",), "zh"))


@pytest.mark.parametrize("channel", ADDRESSES)
def test_robot_when_the_answer_is_a_page_then_not_delivered(web: Hook, channel: str) -> None:
    web.answers = [(200, b"<html>login</html>")]
    with pytest.raises(Undelivered, match="no JSON answer"):
        say(web, channel, Message("预警", ("行",), "zh"))


def test_dingtalk_when_it_has_a_key_then_signed_and_encoded_once(web: Hook) -> None:
    say(web, "dingtalk", Message("预警", ("行",), "zh"), key="SEC0123")
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(web.came[0][0]).query)
    stamp = asked["timestamp"][0]
    expected = hmac.new(b"SEC0123", f"{stamp}\nSEC0123".encode(), hashlib.sha256).digest()
    assert base64.b64decode(asked["sign"][0], validate=True) == expected


def test_feishu_when_it_has_a_key_then_signed(web: Hook) -> None:
    say(web, "feishu", Message("预警", ("行",), "zh"), key="s3cret")
    (body,) = web.json()
    expected = hmac.new(f"{body['timestamp']}\ns3cret".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(body["sign"]) == expected


def test_wecom_when_it_is_a_file_then_handed_in_and_shown(web: Hook, tmp_path: Path) -> None:
    (tmp_path / "周报.pdf").write_bytes(b"%PDF\r\n--x")
    say(web, "wecom", Message("周报", (), "zh", files=("周报.pdf",)), var=tmp_path)
    (up, headers, body), (shown, _, told) = web.came
    assert up == "/cgi-bin/webhook/upload_media?key=0a1b-2c3d&type=file"
    mark = headers["Content-Type"].partition("boundary=")[2].encode()
    assert body.split(b"--" + mark)[1].partition(b"\r\n\r\n")[2] == b"%PDF\r\n--x\r\n"
    assert 'filename="周报.pdf"'.encode() in body
    assert shown == PATHS["wecom"]
    assert json.loads(told) == {"msgtype": "file", "file": {"media_id": "m1"}}


@pytest.mark.parametrize("channel", ADDRESSES)
def test_text_when_long_or_calling_then_cut_within_the_limit_and_calls_nobody(web: Hook, channel: str) -> None:
    say(web, channel, Message("预警", ("<@all> <at user_id='all'>@13800001111", "长" * 9000), "zh"))
    told = text_of(web.json()[0])
    assert len(told.encode()) <= robots.MOST_BYTES[channel]
    assert told.endswith("…")
    assert "@" not in told
    assert "<" not in told


@pytest.mark.parametrize("address", ["dingtalk://not+a+token", "nonsense", ""])
def test_address_when_it_is_none_then_given_up_and_never_logged(
    address: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})  # as Prefect does at its start
    with pytest.raises(Undelivered, match="not an address") as caught:
        robots.send(Recipient("room", "dingtalk", address, "k3y!"), Message("甲", ("乙",), "zh"), var=Path())
    assert caught.value.is_final
    said = "".join(capfd.readouterr()) + caplog.text
    assert "not+a+token" not in said
    assert "k3y" not in said


def test_robot_when_no_host_is_given_then_the_public_service_is_meant() -> None:
    """Not sent: only where it would go."""
    found = {c: robots._robot(Recipient("room", c, a)) for c, a in ADDRESSES.items()}
    assert found["wecom"].api_url.startswith("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=")
    assert found["dingtalk"].notify_url.startswith("https://oapi.dingtalk.com/robot/send?")
    assert found["feishu"].notify_url.startswith("https://open.feishu.cn/open-apis/bot/v2/hook/")
