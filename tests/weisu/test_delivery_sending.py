"""Deliveries to real servers on this machine: once per recipient and document, retried, never elsewhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.fixtures_delivery import KEY, Hook, Postbox, hook, postbox, write_address_book
from weisu import store
from weisu.accounts import add_account
from weisu.cli import run as weisu
from weisu.cli.build import utc_now
from weisu.delivery import outbox
from weisu.delivery.address_book import read_address_book
from weisu.delivery.messages import Message, content_hash
from weisu.delivery.outbox import RETRY_MINUTES, Parcel, delivery_id
from weisu.delivery.sending import one_sender, queue_message, send_due
from weisu.delivery.webhook import signature
from weisu.errors import WarehouseBusy
from weisu.settings import Workspace

NOW = dt.datetime(2026, 11, 23, 1, 0)  # 09:00 in Shanghai
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    (tmp_path / "weisu.toml").write_text("", encoding="utf-8")
    made = Workspace(tmp_path)
    made.var.mkdir(mode=0o700)
    (made.var / "report.pdf").write_bytes(b"%PDF-1.7 paper")
    (made.var / "报告.docx").write_bytes(b"PK words")
    return made


@pytest.fixture
def engine(place: Workspace) -> Iterator[sa.Engine]:
    made = store.open_store(place)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def web() -> Iterator[Hook]:
    with hook() as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(web: Hook) -> None:
    web.came, web.answers, web.on_request = [], [], None


@pytest.fixture(scope="module")
def post() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


MESSAGE = Message(
    "民情摘报\n第47期",
    ("停水诉求上升。", "Two <b>lines</b> & more"),
    "zh",
    ({"alert_id": "a1"},),
    ("report.pdf", "报告.docx"),
)


def put(place: Workspace, engine: sa.Engine, name: str, document: str = "weekly-2026-W47-zh", message: Message = MESSAGE, *,
        quiet: str = "", not_before: dt.datetime = NOW, bundle: str = "") -> bool:  # fmt: skip
    def parcel(end: str, part: Message) -> Parcel:
        key = delivery_id(name, document + end)
        sha = content_hash(part, place.var)
        return Parcel(key, bundle or key, name, "weekly", document + end, part.to_json(), sha, quiet, not_before, NOW)

    return queue_message(engine, read_address_book(place).find(name), message, parcel)


def send(place: Workspace, engine: sa.Engine, now: dt.datetime = NOW) -> list[str]:
    with one_sender(place):
        return [b.state for b in send_due(place, engine, read_address_book(place), lambda: now)]


def webhook(place: Workspace, web: Hook) -> None:
    write_address_book(
        place, f'[recipients.room]\nchannel = "webhook"\naddress = "{web.url}/in?token=t0p"\nkey = "{KEY}"\n'
    )


def mail(place: Workspace, post: Postbox) -> None:
    post.came, post.to, post.answers = [], [], []
    write_address_book(
        place,
        f'[smtp]\nhost = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\nsender = "weisu@example.org"\n'
        '[recipients.wang]\nchannel = "mail"\naddress = "wang@example.org"\n',
    )


def test_mail_when_sent_then_once_with_files_that_open_and_a_stable_id(
    place: Workspace, engine: sa.Engine, post: Postbox
) -> None:
    mail(place, post)
    assert put(place, engine, "wang")
    assert not put(place, engine, "wang")
    assert send(place, engine) == ["sent"]
    assert send(place, engine, NOW + 900 * MINUTE) == []
    (letter,) = post.came
    assert post.to == [["wang@example.org"]]
    assert letter["Subject"] == "民情摘报 第47期"
    assert letter["Message-ID"] == f"<{delivery_id('wang', 'weekly-2026-W47-zh')}@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "停水诉求上升" in letter.get_body(("plain",)).get_content()
    assert "Two &lt;b&gt;lines" in letter.get_body(("html",)).get_content()
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert files == {"report.pdf": b"%PDF-1.7 paper", "报告.docx": b"PK words"}


def test_webhook_when_sent_then_signed_and_with_files(place: Workspace, engine: sa.Engine, web: Hook) -> None:
    webhook(place, web)
    put(place, engine, "room")
    assert send(place, engine) == ["sent"]
    (path, headers, body), (said,) = web.came[0], web.json()
    assert path == "/in?token=t0p"
    assert headers["X-Weisu-Signature"] == f"sha256={signature(KEY, headers['X-Weisu-Timestamp'], body)}"
    assert int(headers["X-Weisu-Timestamp"]) == int(NOW.replace(tzinfo=dt.UTC).timestamp())
    assert headers["Idempotency-Key"] == said["delivery_id"] == delivery_id("room", "weekly-2026-W47-zh")
    assert said["facts"] == [{"alert_id": "a1"}]
    assert [f["sha256"] for f in said["files"]] == [
        hashlib.sha256(c).hexdigest() for c in (b"%PDF-1.7 paper", b"PK words")
    ]


def test_webhook_when_500_then_retried_by_rule_and_given_up_at_last(
    place: Workspace, engine: sa.Engine, web: Hook
) -> None:
    webhook(place, web)
    put(place, engine, "room")
    web.answers = [(500, b"")] * (len(RETRY_MINUTES) + 1)
    at = NOW
    for minutes in RETRY_MINUTES:
        assert send(place, engine, at) == ["failed"]
        assert send(place, engine, at + minutes * MINUTE - dt.timedelta(seconds=1)) == []
        at += minutes * MINUTE
    assert send(place, engine, at) == ["given_up"]
    assert send(place, engine, at + 5000 * MINUTE) == []
    assert outbox.begin_again(engine, outbox.bundles(engine, at), at) == 1
    assert send(place, engine, at) == ["sent"]
    assert len({body for _, _, body in web.came}) == 1
    assert len(web.came) == len(RETRY_MINUTES) + 2


@pytest.mark.parametrize(
    ("status", "state"), [(404, "given_up"), (302, "given_up"), (429, "failed"), (503, "failed"), (204, "sent")]
)
def test_webhook_when_refused_then_only_what_may_pass_is_tried_again(
    place: Workspace, engine: sa.Engine, web: Hook, status: int, state: str
) -> None:
    webhook(place, web)
    put(place, engine, "room")
    web.answers = [(status, f"{web.url}/elsewhere".encode() if status == 302 else b"")]
    assert send(place, engine) == [state]
    assert len(web.came) == 1


@pytest.mark.parametrize(("answer", "state"), [("451 later", "failed"), ("550 unknown", "given_up")])
def test_mail_when_not_taken_then_a_temporary_error_is_tried_again(
    place: Workspace, engine: sa.Engine, post: Postbox, answer: str, state: str
) -> None:
    mail(place, post)
    put(place, engine, "wang")
    post.answers = [answer]
    assert send(place, engine) == [state]
    assert send(place, engine, NOW + MINUTE) == (["sent"] if state == "failed" else [])


def test_status_when_no_server_answers_then_it_names_neither_address_nor_key(
    place: Workspace, engine: sa.Engine, web: Hook, capfd: pytest.CaptureFixture[str]
) -> None:
    write_address_book(
        place,
        f'[recipients.room]\nchannel = "webhook"\naddress = "http{""}://127.0.0.1:9/s3cret"\nkey = "{KEY}"\n'
        f'[recipients.ding]\nchannel = "dingtalk"\naddress = "dingtalk://not+a+token"\nkey = "{KEY}"\n',
    )
    put(place, engine, "room")
    put(place, engine, "ding")
    assert send(place, engine) == ["failed", "given_up"]
    kept = place.store.read_bytes() + b"".join(p.read_bytes() for p in place.var.glob("acts.sqlite-*"))
    said = "".join(capfd.readouterr()) + repr(read_address_book(place))
    for secret in ("s3cret", KEY, "not+a+token"):
        assert secret.encode() not in kept
        assert secret not in said


def test_send_when_one_fails_then_the_others_go_on(place: Workspace, engine: sa.Engine, web: Hook) -> None:
    write_address_book(
        place,
        f'[recipients.room]\nchannel = "webhook"\naddress = "{web.url}/a"\nkey = "{KEY}"\n'
        f'[recipients.desk]\nchannel = "webhook"\naddress = "{web.url}/b"\nkey = "{KEY}"\n',
    )
    put(place, engine, "room")
    put(place, engine, "desk")
    web.answers = [(500, b"")]
    assert send(place, engine) == ["failed", "sent"]


def test_send_when_a_file_was_changed_then_it_does_not_leave(place: Workspace, engine: sa.Engine, web: Hook) -> None:
    webhook(place, web)
    put(place, engine, "room")
    (place.var / "report.pdf").write_bytes(b"another")
    assert send(place, engine) == ["given_up"]
    assert web.came == []


def test_digest_when_due_then_one_message_with_all(place: Workspace, engine: sa.Engine, web: Hook) -> None:
    webhook(place, web)
    due = NOW + 60 * MINUTE
    for number in (1, 2):
        message = Message(f"预警{number}", ("甲", "乙"), "zh", ({"alert_id": f"a{number}"},))
        put(place, engine, "room", f"alert-a{number}-2", message, not_before=due, bundle="b1")
    assert send(place, engine) == []
    assert send(place, engine, due) == ["sent"]
    (said,) = web.json()
    assert (said["delivery_id"], [f["alert_id"] for f in said["facts"]]) == ("b1", ["a1", "a2"])
    assert said["text"] == "预警1\n甲\n乙\n\n预警2\n甲\n乙"


@pytest.mark.parametrize(
    ("zone", "now", "is_sent"),
    [
        ("Asia/Shanghai", dt.datetime(2026, 11, 23, 13, 59), True),  # 21:59
        ("Asia/Shanghai", dt.datetime(2026, 11, 23, 14, 0), False),  # 22:00, the first quiet minute
        ("Asia/Shanghai", dt.datetime(2026, 11, 23, 16, 30), False),  # after midnight
        ("Asia/Shanghai", dt.datetime(2026, 11, 23, 23, 0), True),  # 07:00, the first minute after
        ("America/New_York", dt.datetime(2026, 3, 7, 11, 59), False),  # 06:59 winter time
        ("America/New_York", dt.datetime(2026, 3, 8, 11, 0), True),  # 07:00 on the first day of summer time
        ("America/New_York", dt.datetime(2026, 3, 8, 10, 59), False),  # 06:59 then
        ("America/New_York", dt.datetime(2026, 11, 1, 11, 59), False),  # 06:59 on the first day of winter time
    ],
)
def test_quiet_hours_hold_over_midnight_and_when_the_clocks_change(
    place: Workspace, engine: sa.Engine, web: Hook, zone: str, now: dt.datetime, is_sent: bool
) -> None:
    place.settings_file.write_text(f'[city]\ntimezone = "{zone}"\n', encoding="utf-8")
    webhook(place, web)
    key = delivery_id("room", "alert")
    sha = content_hash(MESSAGE, place.var)
    outbox.queue(engine, Parcel(key, key, "room", "alert", "alert", MESSAGE.to_json(), sha, "22:00-07:00", now, now))
    assert send(place, engine, now) == (["sent"] if is_sent else [])


KILLED = """
import datetime as dt, os, signal, sys
from pathlib import Path
from weisu import store
from weisu.accounts import add_account
from weisu.cli import run as weisu
from weisu.cli.build import utc_now
from weisu.delivery import outbox
from weisu.delivery.address_book import read_address_book
from weisu.delivery.sending import one_sender, send_due
from weisu.settings import Workspace
place, step = Workspace(Path(sys.argv[1])), sys.argv[2]
whole = outbox.note
def note(engine, bundle, state, *rest):
    if state == step:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(engine, bundle, state, *rest)
outbox.note = note
with one_sender(place):
    send_due(place, store.open_store(place), read_address_book(place), lambda: dt.datetime(2026, 11, 23, 1, 0))
"""


@pytest.mark.parametrize(("step", "times"), [("started", 1), ("sent", 2)])
def test_send_when_killed_between_steps_then_the_second_carries_the_same_id(
    place: Workspace, engine: sa.Engine, web: Hook, step: str, times: int
) -> None:
    """`sent` is the one moment at which a message has left and nobody noted it: it comes again, and its id tells."""
    webhook(place, web)
    put(place, engine, "room")
    died = subprocess.run([sys.executable, "-c", KILLED, str(place.root), step], check=False, env=os.environ)
    assert died.returncode == -signal.SIGKILL
    assert send(place, engine) == ["sent"]
    assert len(web.came) == times
    assert len({headers["Idempotency-Key"] for _, headers, _ in web.came}) == 1
    assert len({body for _, _, body in web.came}) == 1
    assert send(place, engine, NOW + 900 * MINUTE) == []


def test_send_when_another_process_sends_then_refused(place: Workspace, engine: sa.Engine) -> None:
    with one_sender(place), pytest.raises(WarehouseBusy, match="another delivery is running"):
        send(place, engine)


def test_outbox_when_rows_are_written_then_no_build_is_stale(place: Workspace, engine: sa.Engine, web: Hook) -> None:
    before = store.version(place)
    webhook(place, web)
    put(place, engine, "room")
    send(place, engine)
    assert store.version(place) == before == "empty"


@pytest.mark.parametrize("table", ["delivery_outbox", "delivery_attempts"])
def test_outbox_when_changed_by_hand_then_the_database_refuses(
    place: Workspace, engine: sa.Engine, web: Hook, table: str
) -> None:
    webhook(place, web)
    put(place, engine, "room")
    send(place, engine)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as con:
        con.execute(sa.text(f"delete from {table}"))


def test_status_when_a_part_was_left_out_then_it_names_it(
    place: Workspace, engine: sa.Engine, web: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    now = utc_now()
    book = f'[recipients.room]\nchannel = "webhook"\naddress = "{web.url}/in"\nkey = "{KEY}"\naccount = "ana"\n'
    write_address_book(place, book)
    add_account(engine, name="ana", role="district_officer", area_key="东区", password=None, changed_by="b", now=now)
    for number, area in ((1, "东区/一街"), (2, "西区"), (3, "*")):
        message = Message(f"预警{number}", ("甲",), "en", ({"alert_id": f"a{number}", "area_key": area},))
        key, sha = delivery_id("room", f"alert-a{number}-2"), content_hash(message, place.var)
        outbox.queue(engine, Parcel(key, "b1", "room", "alert", f"alert-a{number}-2", message.to_json(), sha, "", now, now))  # fmt: skip
    assert send(place, engine, now) == ["sent_in_part"]
    assert [fact["alert_id"] for fact in web.json()[0]["facts"]] == ["a1"]
    assert web.json()[0]["text"].endswith("Left out, as this account may no longer see them: 2.")
    assert weisu(["deliver", "status", "--workspace", str(place.root)]) == 0
    said = capsys.readouterr().out
    assert "sent_in_part" in said
    assert "(2 of 3 no longer allowed), left out: alert-a2-2, alert-a3-2" in said
