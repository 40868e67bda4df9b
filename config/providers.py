"""Mail providers as a table of facts: server, port, and what kind of password a program needs there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

PasswordKind = Literal["plain password", "app password", "oauth2 only", "bridge", "no imap"]
Encryption = Literal["tls", "starttls"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `domains` are exact address domains; `family` matches a brand under any country's ending.

    `advice` is one sentence: what to do before Highroad can log in, and on which page. `exchangers` are the ends of the
    MX hosts of domains of one's own that this provider looks after.
    """

    name: str
    domains: tuple[str, ...]
    host: str
    password: PasswordKind
    advice: str
    family: str = ""
    port: int = 993
    security: Encryption = "tls"
    exchangers: tuple[str, ...] = ()


_PLAIN: Final = "Use the password of the mailbox; with two-step log-in on, make an application password instead."
_HOSTED: Final = (
    "Use the mailbox's own password as set in the provider's customer area; not that of the customer account."
)
_ENDING: Final = r"\.(?:com|(?:com?\.)?[a-z]{2})"

PROVIDERS: Final[tuple[Provider, ...]] = (
    Provider(
        "Gmail",
        ("gmail.com", "googlemail.com", "google.com"),
        "imap.gmail.com",
        "app password",
        "Gmail wants an app password: turn on 2-Step Verification, then make one at Google Account, Security, "
        "App passwords (myaccount.google.com/apppasswords).",
        exchangers=("google.com", "googlemail.com"),
    ),
    Provider(
        "Outlook.com",
        ("msn.com", "windowslive.com", "livemail.tw"),
        "outlook.office365.com",
        "oauth2 only",
        "Microsoft takes no password from mail programs, only OAuth 2; and IMAP must be allowed at "
        "Outlook.com, Settings, Mail, Forwarding and IMAP.",
        family=r"(?:outlook|hotmail|live)",
        exchangers=("protection.outlook.com", "mx.microsoft"),
    ),
    Provider(
        "iCloud Mail",
        ("icloud.com", "me.com", "mac.com"),
        "imap.mail.me.com",
        "app password",
        "iCloud wants an app-specific password: make one at account.apple.com, Sign-In and Security, "
        "App-Specific Passwords.",
        exchangers=("mail.icloud.com",),
    ),
    Provider(
        "Yahoo Mail",
        ("ymail.com", "rocketmail.com", "myyahoo.com", "yahoo.com.hk"),
        "imap.mail.yahoo.com",
        "app password",
        "Yahoo wants an app password: make one at Yahoo Account, Security, App password.",
        family=r"yahoo(?!\.co\.jp)",
        exchangers=("yahoodns.net",),
    ),
    Provider(
        "AOL Mail",
        ("aol.com", "aim.com", "aol.de", "aol.fr", "aol.co.uk", "verizon.net"),
        "imap.aol.com",
        "app password",
        "AOL wants an app password: make one at AOL Account Security, App password.",
    ),
    Provider(
        "AT&T Mail",
        (
            "att.net",
            "sbcglobal.net",
            "bellsouth.net",
            "ameritech.net",
            "pacbell.net",
            "swbell.net",
            "currently.com",
            "prodigy.net",
        ),
        "imap.mail.att.net",
        "app password",
        "AT&T wants a secure mail key: make one at myAT&T, Profile, Sign-in info, Secure mail key.",
    ),
    Provider(
        "Fastmail",
        ("fastmail.com", "fastmail.fm", "fastmail.net", "fastmail.org", "messagingengine.com", "sent.com"),
        "imap.fastmail.com",
        "app password",
        "Fastmail wants an app password: make one at Settings, Privacy & Security, Manage app passwords.",
        exchangers=("messagingengine.com",),
    ),
    Provider(
        "GMX",
        ("gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.eu", "gmx.org", "gmx.info", "gmx.biz"),
        "imap.gmx.net",
        "plain password",
        "Allow access first at GMX, E-Mail, Settings, POP3/IMAP; with two-factor log-in on, make an "
        "application-specific password at Mein Account, Sicherheit.",
    ),
    Provider(
        "GMX.com",
        ("gmx.com", "gmx.us", "gmx.co.uk", "gmx.fr", "gmx.es"),
        "imap.gmx.com",
        "plain password",
        "Allow access first at GMX, Settings, POP3 & IMAP; with two-factor log-in on, make an "
        "application-specific password.",
    ),
    Provider(
        "mail.com",
        ("mail.com", "email.com", "usa.com", "post.com", "engineer.com", "consultant.com"),
        "imap.mail.com",
        "plain password",
        "IMAP at mail.com is part of the paid plan; allow it at Settings, POP3/IMAP.",
    ),
    Provider(
        "WEB.DE",
        ("web.de", "email.de"),
        "imap.web.de",
        "plain password",
        "Allow access first at WEB.DE, E-Mail, Einstellungen, POP3/IMAP; with two-factor log-in on, make an "
        "application-specific password at Mein Account, Sicherheit.",
    ),
    Provider(
        "Telekom Mail",
        ("t-online.de", "magenta.de"),
        "secureimap.t-online.de",
        "app password",
        "Telekom wants its separate e-mail password, not the one of the website: set it at Telekom Kundencenter, "
        "Passwort für E-Mail-Programme.",
    ),
    Provider(
        "freenet Mail",
        ("freenet.de",),
        "mx.freenet.de",
        "plain password",
        "Allow access first at freenet Mail, Einstellungen, POP3/IMAP/SMTP.",
    ),
    Provider(
        "mailbox.org", ("mailbox.org",), "imap.mailbox.org", "plain password", _PLAIN, exchangers=("mailbox.org",)
    ),
    Provider(
        "Posteo",
        ("posteo.de", "posteo.net", "posteo.org", "posteo.eu", "posteo.at", "posteo.ch", "posteo.uk"),
        "posteo.de",
        "plain password",
        "Use the password of the mailbox; access for mail programs can be switched off at Settings, Password and "
        "security, and must be on.",
    ),
    Provider(
        "Proton Mail",
        ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        "127.0.0.1",
        "bridge",
        "Proton Mail is read through Proton Mail Bridge, which must run on this machine (it needs a paid plan): take "
        "the password and the exported TLS certificate (ca_file) from Bridge, Mailbox details.",
        port=1143,
        security="starttls",
        exchangers=("protonmail.ch",),
    ),
    Provider(
        "Zoho Mail",
        ("zoho.com", "zohomail.com"),
        "imap.zoho.com",
        "plain password",
        "Allow access first at Zoho Mail, Settings, Mail Accounts, IMAP; with two-factor log-in on, make an "
        "application-specific password at accounts.zoho.com, Security.",
        exchangers=("zoho.com",),
    ),
    Provider(
        "Zoho Mail (EU)",
        ("zoho.eu", "zohomail.eu"),
        "imap.zoho.eu",
        "plain password",
        "Allow access first at Zoho Mail, Settings, Mail Accounts, IMAP; with two-factor log-in on, make an "
        "application-specific password at accounts.zoho.eu, Security.",
        exchangers=("zoho.eu",),
    ),
    Provider(
        "Yandex Mail",
        ("yandex.com", "yandex.ru", "yandex.net", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru", "narod.ru"),
        "imap.yandex.com",
        "app password",
        "Allow IMAP at Yandex Mail, Settings, Email clients, and make an app password at Yandex ID, Security.",
        exchangers=("mx.yandex.net", "mx.yandex.ru"),
    ),
    Provider(
        "Mail.ru",
        ("mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru"),
        "imap.mail.ru",
        "app password",
        "Mail.ru wants a password for external applications: make one at Mail.ru account, Security.",
        exchangers=("emx.mail.ru",),
    ),
    Provider(
        "Naver Mail",
        ("naver.com",),
        "imap.naver.com",
        "app password",
        "Allow IMAP at Naver Mail, Settings, POP3/IMAP, and with two-step log-in on make an application password.",
    ),
    Provider("Orange", ("orange.fr", "wanadoo.fr"), "imap.orange.fr", "plain password", _PLAIN),
    Provider("Free", ("free.fr",), "imap.free.fr", "plain password", _PLAIN),
    Provider("La Poste", ("laposte.net",), "imap.laposte.net", "plain password", _PLAIN),
    Provider("Bluewin", ("bluewin.ch",), "imaps.bluewin.ch", "plain password", _PLAIN),
    Provider("Seznam", ("seznam.cz", "email.cz", "post.cz"), "imap.seznam.cz", "plain password", _PLAIN),
    Provider("Runbox", ("runbox.com",), "mail.runbox.com", "plain password", _PLAIN, exchangers=("runbox.com",)),
    Provider("Disroot", ("disroot.org",), "disroot.org", "plain password", _PLAIN),
    Provider("Riseup", ("riseup.net",), "mail.riseup.net", "plain password", _PLAIN),
    Provider(
        "StartMail",
        ("startmail.com",),
        "imap.startmail.com",
        "app password",
        "StartMail wants a device password: make one at Settings, IMAP.",
    ),
    *(
        Provider(name, (), host, "plain password", _HOSTED, exchangers=exchangers)
        for name, host, exchangers in (
            ("Migadu", "imap.migadu.com", ("migadu.com",)),
            ("Infomaniak", "mail.infomaniak.com", ("infomaniak.com", "infomaniak.ch")),
            ("Gandi", "mail.gandi.net", ("mail.gandi.net",)),
            ("OVHcloud", "ssl0.ovh.net", ("mail.ovh.net",)),
            ("IONOS (DE)", "imap.ionos.de", ("ionos.de", "kundenserver.de")),
            ("IONOS", "imap.ionos.com", ("ionos.com", "1and1.com")),
            ("STRATO", "imap.strato.de", ("rzone.de",)),
            ("Hostinger", "imap.hostinger.com", ("hostinger.com",)),
            ("Namecheap Private Email", "mail.privateemail.com", ("privateemail.com",)),
            ("Rackspace Email", "secure.emailsrvr.com", ("emailsrvr.com",)),
            ("one.com", "imap.one.com", ("one.com",)),
        )
    ),
    Provider(
        "Tuta",
        ("tuta.com", "tuta.io", "tutanota.com", "tutanota.de", "tutamail.com", "keemail.me"),
        "",
        "no imap",
        "Tuta offers no IMAP, so Highroad cannot read it; use another mailbox for applications.",
        exchangers=("tutanota.de",),
    ),
    Provider(
        "HEY",
        ("hey.com",),
        "",
        "no imap",
        "HEY offers no IMAP, so Highroad cannot read it; forward the mail to another mailbox.",
    ),
)


def provider_for(address: str) -> Provider | None:
    """The provider of an address by its domain. A domain of one's own is None, wherever it may be hosted."""
    domain = address.rpartition("@")[2].strip().lower()
    return next((one for one in PROVIDERS if _serves(one, domain)), None)


def provider_at(host: str) -> Provider | None:
    """The provider that runs an IMAP server, also for a domain of one's own; None for loopback and the unknown."""
    name = host.strip().lower()
    return next((one for one in PROVIDERS if name not in {"", "127.0.0.1"} and one.host == name), None)


def provider_by_exchanger(exchanger: str) -> Provider | None:
    """The provider that a domain of one's own has its mail taken in by, given an MX host."""
    name = exchanger.strip().lower().rstrip(".")
    return next((one for one in PROVIDERS if any(_below(name, end) for end in one.exchangers)), None)


def _below(name: str, end: str) -> bool:
    return name == end or name.endswith(f".{end}")


def _serves(provider: Provider, domain: str) -> bool:
    if domain in provider.domains:
        return True
    return bool(provider.family) and re.fullmatch(provider.family + _ENDING, domain) is not None
