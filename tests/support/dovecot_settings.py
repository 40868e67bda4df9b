"""Dovecot as other people have it set up: what to give `support.dovecot.Dovecot` as `extra`."""

from __future__ import annotations

BELOW_INBOX = """
namespace inbox {
  prefix = INBOX.
  separator = .
}
"""
"""As Courier once did it: every folder is below INBOX, with dots in between."""

UNMARKED = """
namespace inbox {
  mailbox Drafts {
    auto = no
    special_use =
  }
  mailbox Sent {
    auto = no
    special_use =
  }
  mailbox Trash {
    auto = no
    special_use =
  }
}
"""
"""None of the usual folders, and none marked (RFC 6154)."""

GERMAN = f"""
{UNMARKED}
namespace inbox {{
  mailbox Entwürfe {{
    auto = subscribe
  }}
  mailbox "Gesendete Objekte" {{
    auto = subscribe
  }}
  mailbox Papierkorb {{
    auto = subscribe
  }}
}}
"""
"""German names, none of them marked."""

TEAM = """
namespace team {
  type = public
  prefix = A Team/
  separator = /
  location = maildir:@DIR@/mail/team
  subscriptions = no
  list = yes
  mailbox Drafts {
    auto = create
    special_use = \\Drafts
  }
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
"""
"""A public namespace that everybody may write to, which has marked folders too, and comes first in the alphabet."""

BARE = "imap_capability = IMAP4rev1 LITERAL+ AUTH=PLAIN\n"
"""No word of IDLE, UIDPLUS, CONDSTORE, SPECIAL-USE or NAMESPACE after log-in."""

TLS_WANTED = "disable_plaintext_auth = yes\nssl = required\n"
"""LOGINDISABLED until there is TLS, for a server on `support.served.ELSEWHERE`."""
