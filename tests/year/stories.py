"""The scenario table: how the applications of the year go, how often each way, and which drafts are due for each.

People: ats (the employer's applicant tracking system, which nobody reads), hr (a no-reply of the employer itself), rec
(the recruiter), mgr (the hiring manager), int1 and int2 (more interviewers).
"""

from __future__ import annotations

from year.scenario import (
    Story,
    after_a_talk,
    again,
    asks,
    checks,
    connects,
    does,
    follows,
    keeps_in_touch,
    mail,
    own,
    reflects,
    reflects_on_silence,
    thanks,
    thanks_and_asks,
)

_APPLIED = mail("ack", "ats")
_INVITED = mail("invite", "rec", days=9, meets=8)
_YES = own("own_yes", "invite", 0.2)
_TALK = (_APPLIED, _INVITED, _YES)
_NO = mail("rejection_met", "rec", "interview", 6)
_SAID_NO = "rejection_met"

MACHINES = (
    Story("an ATS says no", 12, (_APPLIED, mail("rejection_ats", "ats", days=16))),
    Story("the employer's no-reply says no", 4, (_APPLIED, mail("rejection_ats", "hr", days=24))),
    Story(
        "two ATS mails say no", 3,
        (_APPLIED, mail("rejection_ats", "ats", days=12), mail("rejection_ats", "hr", days=13, key="again")),
    ),
    Story("nobody ever answers", 7, (_APPLIED,)),
    Story("an old rejection, from before Highroad", 2, (_APPLIED, mail("rejection", "rec", days=12)), season="before"),
)  # fmt: skip

PEOPLE = (
    Story(
        "a person says no", 6, (_APPLIED, mail("rejection", "rec", days=14)),
        (thanks(("rec",), "rejection"),),
    ),
    Story(
        "a person says no, and Sam deletes the draft", 2, (_APPLIED, mail("rejection", "rec", days=11)),
        (thanks(("rec",), "rejection", then="delete"),),
    ),
    Story(
        "a person says no, and Sam lets the draft lie", 2, (_APPLIED, mail("rejection", "rec", days=19)),
        (thanks(("rec",), "rejection", then="ignore"),),
    ),
    Story(
        "a person confirms and says no", 3, (mail("ack_personal", "rec"), mail("rejection", "rec", days=17)),
        (thanks(("rec",), "rejection"),),
    ),
    Story(
        "the rejection comes before its acknowledgement", 2,
        (mail("rejection", "rec", days=3), mail("ack", "ats", "rejection", 0.3)),
        (thanks(("rec",), "rejection"),),
    ),
    Story(
        "Sam answers at once", 2,
        (_APPLIED, mail("rejection", "rec", days=10), own("own_thanks", "rejection", 0.1)),
    ),
    Story("Sam skips it", 2, (_APPLIED, mail("rejection", "rec", days=13), does("skip", "rejection", 0.2))),
    Story(
        "a person says no while Sam is away", 3, (_APPLIED, mail("rejection", "rec", days=14)),
        (thanks(("rec",), "rejection"),), season="away",
    ),
    Story(
        "somebody else says no in their name", 1,
        (_APPLIED, mail("rejection", "rec", days=9, forged="dmarc")),
    ),
    Story(
        "an answer would go elsewhere", 1,
        (_APPLIED, mail("rejection", "rec", days=9, forged="reply-to")),
    ),
    Story(
        "two applications at one employer", 2,
        (
            _APPLIED, mail("ack", "ats", days=2, role=1, key="ack2"), mail("rejection", "rec", days=15),
            mail("rejection_ats", "ats", days=40, role=1, key="rejection2"),
        ),
        (thanks(("rec",), "rejection", hides=("{role2}",)),), applications=2,
    ),
    Story(
        "two applications at one employer, and a no that names neither", 1,
        (_APPLIED, mail("ack", "ats", days=2, role=1, key="ack2"), mail("rejection_bare", "rec", days=15)),
        (thanks(("rec",), "rejection_bare", hides=("{role2}",)),), applications=2, tongue="en",
    ),
)  # fmt: skip

TALKS = (
    Story("an interview, then no", 9, (*_TALK, _NO), after_a_talk("rec", _SAID_NO)),
    Story(
        "an interview with two, then no", 5,
        (_APPLIED, mail("invite", "rec", days=8, meets=7, cc=("mgr",)), _YES, _NO),
        (thanks(("mgr",), _SAID_NO), asks("rec", _SAID_NO), connects(_SAID_NO), reflects(_SAID_NO)),
    ),
    Story(
        "two rounds and a panel, then no", 3,
        (
            *_TALK, mail("round2", "rec", "interview", 3, meets=7, cc=("mgr", "int1", "int2")),
            own("own_yes", "round2", 0.2, key="yes2"), mail("rejection_met", "rec", "round2", 13),
        ),
        (thanks(("mgr", "int1", "int2"), _SAID_NO), asks("rec", _SAID_NO), connects(_SAID_NO), reflects(_SAID_NO)),
    ),
    Story(
        "an interview, then an ATS says no", 4, (*_TALK, mail("rejection_ats", "ats", "interview", 7)),
        after_a_talk("rec", "rejection_ats"),
    ),
    Story(
        "an interview, then two ATS mails say no", 2,
        (
            *_TALK, mail("rejection_ats", "ats", "interview", 5),
            mail("rejection_ats", "hr", "rejection_ats", 0.1, key="again"),
        ),
        after_a_talk("rec", "rejection_ats"),
    ),
    Story(
        "an interview moved, then no", 2,
        (*_TALK, mail("moved", "rec", "invite", 4, meets=9), mail("rejection_met", "rec", "interview", 6)),
        after_a_talk("rec", _SAID_NO),
    ),
    Story(
        "an interview, then no by telephone", 3, (*_TALK, does("reject", "interview", 5.1)),
        after_a_talk("rec", "reject"),
    ),
    Story(
        "an interview, and Sam answers the no at once", 2, (*_TALK, _NO, own("own_thanks", _SAID_NO, 0.1)),
        (connects(_SAID_NO), reflects(_SAID_NO)),
    ),
    Story(
        "an interview, and Sam deletes the thanks", 3, (*_TALK, _NO),
        (
            thanks_and_asks("rec", _SAID_NO, then="delete"), connects(_SAID_NO), reflects(_SAID_NO),
            follows(("rec",), _SAID_NO),
        ),
    ),
    Story(
        "an interview with notes, then no", 2,
        (*_TALK, does("note", "interview", 0.5, "event sourcing"), _NO),
        (
            thanks_and_asks("rec", _SAID_NO, says=("event sourcing",)), connects(_SAID_NO),
            reflects(_SAID_NO, says=("event sourcing",)),
        ),
    ),
    Story(
        "an interview with a private note, then no", 1,
        (*_TALK, does("note", "interview", 0.5, "the office was cold", key="private"), _NO),
        (
            thanks_and_asks("rec", _SAID_NO, hides=("cold",)), connects(_SAID_NO, hides=("cold",)),
            reflects(_SAID_NO, says=("the office was cold",)),
        ),
    ),
    Story(
        "an interview, then no, and they tell why", 3,
        (*_TALK, _NO, mail("advice", "rec", "thank_you sent", 3, reply=True)),
        after_a_talk("rec", _SAID_NO, then="send"),
    ),
    Story(
        "a task at home, then no", 3,
        (
            _APPLIED, mail("assessment", "rec", days=7), own("own_task", "assessment", 4),
            mail("rejection", "rec", "own_task", 8, reply=True),
        ),
        (thanks_and_asks("rec", "rejection"), reflects("rejection")),
    ),
)  # fmt: skip

LONG = (
    Story(
        "an interview, then silence", 3, _TALK,
        (checks("rec", "interview"), reflects_on_silence()),
    ),
    Story(
        "an interview whose date comes late, then silence", 2,
        (
            _APPLIED, mail("invite_open", "rec", days=7), own("own_yes", "invite_open", 0.3),
            mail("date", "rec", "own_yes", 5, meets=9),
        ),
        (checks("rec", "interview", then="ignore"), reflects_on_silence()),
    ),
    Story("a person confirms, then silence", 3, (mail("ack_personal", "rec"),), (checks("rec", "ack_personal"),)),
    Story(
        "a person confirms, and says no when asked", 2,
        (mail("ack_personal", "rec"), mail("rejection", "rec", "status_check sent", 4, reply=True)),
        (
            checks("rec", "ack_personal", then="send"), thanks_and_asks("rec", "rejection"), reflects("rejection"),
        ),
    ),
    Story(
        "an interview, no, and then another chance", 3,
        (
            *_TALK, _NO, mail("reopen", "rec", _SAID_NO, 36, meets=7),
            mail("rejection_met", "rec", "reopen", 14, key="second no"),
        ),
        (*after_a_talk("rec", _SAID_NO, then="send"), *again(after_a_talk("rec", _SAID_NO, then="send"), "second no")),
    ),
    Story(
        "an interview, no, and Sam cares for them", 3,
        (*_TALK, does("keen", "interview", 0.3), _NO),
        (
            *after_a_talk("rec", _SAID_NO, then="send"), keeps_in_touch("rec", "thank_you sent", then="send"),
            keeps_in_touch("rec", "keep_in_touch sent", then="ignore"),
        ),
        season="early",
    ),
    Story(
        "an interview, then Sam withdraws", 2,
        (*_TALK, own("own_withdraw", "interview", 2), mail("withdrawn", "rec", "own_withdraw", 1, reply=True)),
    ),
    Story("an interview, then an offer", 2, (*_TALK, mail("offer", "rec", "interview", 5))),
)  # fmt: skip

STORIES = (*MACHINES, *PEOPLE, *TALKS, *LONG)
