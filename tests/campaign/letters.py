"""The mails of the soak: a rejection by a person, which a draft follows, and a private mail, which nothing follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_REJECTION = """\
From: Imke Baart <imke.baart@{company}.example>
To: Sam Rivera <sam@example.org>
Subject: Your interview as Data Engineer
Date: {date}
Message-ID: {id}
In-Reply-To: <sam-{number}@example.org>

Dear Sam,

Thank you for coming in last week and for the good conversation with the team about your work as a Data Engineer.
Unfortunately, we have decided to move forward with another candidate whose experience is closer to what we need.
We will not be taking your application further. I wish you all the best in your search.

Kind regards
Imke Baart
"""

_PRIVATE = """\
From: Noor <noor@choir.example>
To: sam@example.org
Subject: Rehearsal on Thursday
Date: {date}
Message-ID: {id}

Hi Sam,

we start half an hour later on Thursday, the hall is taken until eight. Bring the blue folder, please.

See you there, Noor
"""


def rejection(number: int) -> tuple[str, bytes]:
    """Message-ID and octets."""
    company = f"heron{number}"
    return _mail(_REJECTION, f"<answer-{number}@{company}.example>", number=number, company=company)


def private(number: int, lines: int = 0) -> tuple[str, bytes]:
    """Message-ID and octets; so many lines longer than it need be."""
    message_id, raw = _mail(_PRIVATE, f"<choir-{number}@choir.example>")
    return message_id, raw + b"And so on, and so on, until the last of us has found the room.\r\n" * lines


def _mail(text: str, message_id: str, **values: object) -> tuple[str, bytes]:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    return message_id, text.format(id=message_id, date=date, **values).replace("\n", "\r\n").encode()
