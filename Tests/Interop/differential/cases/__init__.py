"""The corpus, subject by subject."""

from __future__ import annotations

from differential.case import Case, Cases
from differential.cases import captures, codecs, commands, dialogs, errors, ice, keying, keys, media, multimedia, strings, subscriptions

SUBJECTS: dict[str, Cases] = {
    "errors": errors.CASES,
    "commands": commands.CASES,
    "dialogs": dialogs.CASES,
    "keys and flags": keys.CASES,
    "codecs": codecs.CASES,
    "keying": keying.CASES,
    "ICE": ice.CASES,
    "several media": multimedia.CASES,
    "rtpp-flags": strings.CASES,
    "subscriptions": subscriptions.CASES,
    "media": media.CASES,
    "captures": captures.CASES,
}
ALL = [Case(subject, title, requests) for subject, cases in SUBJECTS.items() for title, requests in cases.items()]
