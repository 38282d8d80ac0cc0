"""One POST to one address: no proxy, no redirect, so that nothing but what is configured is ever contacted."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from weisu.delivery.errors import Undelivered

SECONDS = 30
MAY_PASS = (408, 425, 429)  # of the 4xx, those that ask to come back
MOST_BYTES = 1_000_000  # of an answer


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """POST and give the answer's body.

    Raises:
        Undelivered: no connection, no answer in time, or another status than 2xx; final for 3xx and most 4xx.
    """
    try:
        request = urllib.request.Request(url, data=body, headers={"User-Agent": "weisu", **headers}, method="POST")
        with _OPENER.open(request, timeout=SECONDS) as answer:
            return answer.read(MOST_BYTES)
    except urllib.error.HTTPError as error:
        error.close()
        raise Undelivered(f"http {error.code}", is_final=error.code < 500 and error.code not in MAY_PASS) from None
    except TimeoutError:
        raise Undelivered("timeout") from None
    except (OSError, http.client.HTTPException):
        raise Undelivered("no connection") from None
    except ValueError:
        raise Undelivered("not an address", is_final=True) from None


def post_json(url: str, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """POST JSON and read JSON.

    Raises:
        Undelivered: as `post`, or the answer is no JSON object.
    """
    body = json.dumps(content, ensure_ascii=False).encode()
    return answered(post(url, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}))


def answered(body: bytes) -> dict[str, Any]:
    """An answer as JSON; see `post_json`."""
    try:
        read = json.loads(body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Undelivered("no JSON answer")
    return read
