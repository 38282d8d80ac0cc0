"""企业微信, 钉钉 and 飞书: apprise knows the robots' addresses, keys and signatures; what they answer is read here.

apprise (1.13) takes HTTP 200 for delivered, but these services refuse with HTTP 200 and a code in the body; it follows redirects, and it encodes
the signature of 钉钉 twice.  So each robot overrides `send` and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import time
import urllib.parse
import uuid
from pathlib import Path
from typing import Any

from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from weisu.delivery.address_book import Recipient
from weisu.delivery.errors import Undelivered
from weisu.delivery.http import answered, post, post_json
from weisu.delivery.messages import Message

MOST_BYTES = {"wecom": 2048, "dingtalk": 15_000, "feishu": 15_000}  # of one text
CUT = "…"


class WeCom(NotifyWeComBot):
    """A robot of a 企业微信 group."""

    def send(self, body: str, **_: Any) -> bool:
        """Say a text; raises Undelivered."""
        return _accepted(post_json(self.api_url, {"msgtype": "text", "text": {"content": body}}), "errcode")

    def send_file(self, path: Path) -> None:
        """Hand in a file, then show it; raises Undelivered."""
        mark = uuid.uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="media"; filename="{path.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + path.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        url = self.api_url.replace("/send?", "/upload_media?", 1) + "&type=file"
        taken = answered(post(url, body, {"Content-Type": f"multipart/form-data; boundary={mark}"}))
        _accepted(taken, "errcode")
        shown = {"msgtype": "file", "file": {"media_id": taken.get("media_id", "")}}
        _accepted(post_json(self.api_url, shown), "errcode")


class DingTalk(NotifyDingTalk):
    """A robot of a 钉钉 group; it takes no files."""

    def send(self, body: str, **_: Any) -> bool:
        """Say a text, signed where there is a key; raises Undelivered."""
        url = self.notify_url.format(token=self.token)
        if self.secret:
            stamp, signed = self.get_signature()  # encoded for a URL already
            url += f"&timestamp={stamp}&sign={signed}"
        return _accepted(post_json(url, {"msgtype": "text", "text": {"content": body}}), "errcode")


class Feishu(NotifyFeishu):
    """A robot of a 飞书 group; it takes no files."""

    signing_key = ""

    def send(self, body: str, **_: Any) -> bool:
        """Say a text, signed where there is a key; raises Undelivered."""
        content: dict[str, Any] = {"msg_type": "text", "content": {"text": body}}
        if self.signing_key:
            stamp = str(int(time.time()))
            digest = hmac.new(f"{stamp}\n{self.signing_key}".encode(), b"", hashlib.sha256).digest()
            content |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
        return _accepted(post_json(self.notify_url.format(token=self.token).rstrip("/"), content), "code")


logging.getLogger("apprise").addFilter(
    lambda _: False
)  # it logs the keys that it refuses; Prefect enables disabled loggers anew
ROBOTS = {"wecom": WeCom, "dingtalk": DingTalk, "feishu": Feishu}


def send(recipient: Recipient, message: Message, *, var: Path) -> None:
    """Say the message in the robot's group; for 企业微信 a message without lines is its file.

    Raises:
        Undelivered: not reached, refused, or the address is none of this robot.
    """
    robot = _robot(recipient)
    if isinstance(robot, WeCom) and not message.lines:
        robot.send_file(var / message.files[0])
    else:
        if not robot.notify(body=_fitted(message, recipient.channel)):
            raise Undelivered("not taken by apprise", is_final=True)


def _robot(recipient: Recipient) -> WeCom | DingTalk | Feishu:
    kind = ROBOTS[recipient.channel]
    found = kind.parse_url(recipient.address)
    try:
        robot = kind(**(found or {}) | ({"secret": recipient.key} if kind is DingTalk and recipient.key else {}))
    except TypeError:  # apprise's word for an address or key that cannot be one
        raise Undelivered("not an address", is_final=True) from None
    if recipient.host:
        robot.notify_url = _moved(robot.notify_url, recipient.host)
        robot.api_url = _moved(getattr(robot, "api_url", ""), recipient.host)
    if isinstance(robot, Feishu):
        robot.signing_key = recipient.key
    return robot


def _moved(url: str, host: str) -> str:
    """The address at a private installation: `https://host[:port]`, the path stays."""
    here = urllib.parse.urlsplit(host)
    return urllib.parse.urlunsplit(urllib.parse.urlsplit(url)._replace(scheme=here.scheme, netloc=here.netloc))


def _fitted(message: Message, channel: str) -> str:
    """Subject and sentences within the robot's limit; nothing in it can call (@) a person or all."""
    told = "\n".join((message.subject, *message.lines)).replace("<", "＜").replace("@", "＠")
    most = MOST_BYTES[channel]
    if len(told.encode()) <= most:
        return told
    return told.encode()[: most - len(CUT.encode())].decode(errors="ignore") + CUT


def _accepted(answer: dict[str, Any], name: str) -> bool:
    code = answer.get(name, answer.get("StatusCode"))
    if code != 0:
        raise Undelivered(f"{name} {str(code)[:12]}")  # may pass: most are limits of rate
    return True
