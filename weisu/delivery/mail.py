"""Mail over the house's own server, with files; the standard library, because apprise lets nobody choose the Message-ID."""

from __future__ import annotations

import datetime as dt
import html
import mimetypes
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from weisu.delivery.address_book import Mailbox, Recipient
from weisu.delivery.errors import Undelivered
from weisu.delivery.messages import Message

SECONDS = 60
PERMANENT = 500  # SMTP replies from here on


def send(box: Mailbox, recipient: Recipient, message: Message, *, key: str, queued_at: dt.datetime, var: Path) -> None:
    """Send one mail to one recipient.

    Args:
        key: makes the Message-ID; the same at every attempt.
        queued_at: the Date of the mail, naive UTC; the same at every attempt.

    Raises:
        Undelivered: not taken by the server; final for an SMTP 5xx.
    """
    letter = compose(box, recipient, message, key=key, queued_at=queued_at, var=var)
    try:
        with _connected(box) as server:
            server.send_message(letter)
    except smtplib.SMTPResponseException as error:
        raise Undelivered(f"smtp {error.smtp_code}", is_final=error.smtp_code >= PERMANENT) from None
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise Undelivered(f"smtp {code}", is_final=code >= PERMANENT) from None
    except smtplib.SMTPNotSupportedError:
        raise Undelivered("smtp without TLS or login", is_final=True) from None
    except ssl.SSLError:
        raise Undelivered("smtp certificate") from None
    except TimeoutError:
        raise Undelivered("timeout") from None
    except (OSError, smtplib.SMTPException):
        raise Undelivered("no connection") from None


def compose(
    box: Mailbox, recipient: Recipient, message: Message, *, key: str, queued_at: dt.datetime, var: Path
) -> EmailMessage:
    """The mail: text, the same as HTML, and the files."""
    letter = EmailMessage()
    letter["Subject"] = " ".join(message.subject.split())
    letter["From"], letter["To"] = box.sender, recipient.address
    letter["Date"] = format_datetime(queued_at.replace(tzinfo=dt.UTC))
    letter["Message-ID"] = f"<{key}@{box.sender.rpartition('@')[2].strip('> ')}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    letter.set_content(message.body)
    letter.add_alternative(_as_html(message), subtype="html")
    for file in message.files:
        path = var / file
        kind, _, form = (mimetypes.guess_type(path.name)[0] or "application/octet-stream").partition("/")
        letter.add_attachment(path.read_bytes(), maintype=kind, subtype=form, filename=path.name)
    return letter


def _as_html(message: Message) -> str:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in message.lines if line)
    return (
        f'<!doctype html><html lang="{message.lang}"><head><meta charset="utf-8"></head>'
        f"<body><h1>{html.escape(message.subject)}</h1>{paragraphs}</body></html>"
    )


@contextmanager
def _connected(box: Mailbox) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()  # SSL_CERT_FILE names an authority of the house
    if box.security == "tls":
        server = smtplib.SMTP_SSL(box.host, box.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(box.host, box.port, timeout=SECONDS)
    try:
        if box.security == "starttls":
            server.starttls(context=context)
        if box.user:
            server.login(box.user, box.password)
        yield server
        with suppress(OSError, smtplib.SMTPException):  # it was taken: how the talk ends does not matter
            server.quit()
    finally:
        server.close()
