"""Mails as calendars, mail servers and people send them; what is said in them is put in."""

from base64 import encodebytes

ADA = "ada@example.org"

OUTLOOK_CALENDAR = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={partstat};CN=Ada Osei:MAILTO:Ada@Example.org
COMMENT;LANGUAGE=en-GB:\\n
UID:{uid}
SUMMARY;LANGUAGE=en-GB:Declined: Harbour
DTSTART;TZID=GMT Standard Time:20270607T100000
DTEND;TZID=GMT Standard Time:20270607T120000
CLASS:PRIVATE
PRIORITY:5
DTSTAMP:20270503T090102Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
X-MICROSOFT-CDO-APPT-SEQUENCE:9
X-MICROSOFT-CDO-BUSYSTATUS:FREE
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = """From: Ada Osei <{sender}>
To: Harbour <college@example.org>
Subject: Declined: Harbour
Thread-Topic: Harbour
Date: Mon, 3 May 2027 09:01:02 +0000
Message-ID:
\t<AM0PR01MB1234{mark}@AM0PR01MB1234.eurprd01.prod.exchangelabs.com>
Accept-Language: en-GB, en-US
X-MS-Has-Attach:
X-MS-TNEF-Correlator:
Content-Type: multipart/alternative;
\tboundary="_000_AM0PR01MB1234_"
MIME-Version: 1.0

--_000_AM0PR01MB1234_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

Sorry, I'm away that day=A0
--_000_AM0PR01MB1234_
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

<html><body>Sorry</body></html>
--_000_AM0PR01MB1234_
Content-Type: text/calendar; charset="utf-8"; method=REPLY
Content-Transfer-Encoding: base64

{calendar}
--_000_AM0PR01MB1234_--
"""

GMAIL_CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20270607T090000Z
DTEND:20270607T110000Z
DTSTAMP:20270503T090102Z
ORGANIZER;CN=Harbour:mailto:college@example.org
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN=ada@exa
 mple.org;X-NUM-GUESTS=0:mailto:ada@example.org
CLASS:PRIVATE
CREATED:20270501T090000Z
DESCRIPTION:
LAST-MODIFIED:20270503T090101Z
LOCATION:Harbour Hall
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Harbour
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
GMAIL = """Reply-To: {sender}
Sender: Google Calendar <calendar-notification@google.com>
Auto-Submitted: auto-generated
Message-ID: <calendar-{mark}@google.com>
Date: Mon, 03 May 2027 09:01:02 +0000
Subject: Accepted: Harbour @ Mon 7 Jun 2027 10:00 - 12:00 (BST) (Harbour)
From: Ada Osei <{sender}>
To: college@example.org
Content-Type: multipart/mixed; boundary="000000000000aaaa0605"

--000000000000aaaa0605
Content-Type: multipart/alternative; boundary="000000000000bbbb0605"

--000000000000bbbb0605
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

QWRhIGhhcyBhY2NlcHRlZA==
--000000000000bbbb0605
Content-Type: text/calendar; charset="UTF-8"; method=REPLY
Content-Transfer-Encoding: 7bit

{plain}
--000000000000bbbb0605--
--000000000000aaaa0605
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{calendar}
--000000000000aaaa0605--
"""

APPLE_CALENDAR = """BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 14.5//EN
VERSION:2.0
BEGIN:VEVENT
BEGIN:VALARM
UID:4711-of-an-alarm
ACTION:NONE
TRIGGER;VALUE=DATE-TIME:19760401T005545Z
END:VALARM
ATTENDEE;CN="Osei; Ada: PARTSTAT=DECLINED";CUTYPE=INDIVIDUAL;EMAIL="ada@example
 .org";PARTSTAT={partstat}:mailto:ada@example.org
DTEND;TZID=Europe/London:20270607T120000
DTSTAMP:20270503T090102Z
DTSTART;TZID=Europe/London:20270607T100000
ORGANIZER;CN="Harbour":mailto:college@example.org
SEQUENCE:{sequence}
SUMMARY:Harbour
UID:{uid}
END:VEVENT
END:VCALENDAR
"""
APPLE = """From: =?utf-8?Q?Ada_Os=C3=A9i?= <{sender}>
Content-Type: multipart/alternative; boundary="Apple-Mail=_0A1B"
Mime-Version: 1.0 (Mac OS X Mail 16.0)
Subject: =?utf-8?Q?Accepted=3A_Harbour?=
Message-Id: <{mark}-1111-2222@example.org>
Date: Mon, 3 May 2027 10:01:02 +0100
To: college@example.org

--Apple-Mail=_0A1B
Content-Transfer-Encoding: 7bit
Content-Type: text/plain; charset=us-ascii

Ada has accepted.
--Apple-Mail=_0A1B
Content-Type: multipart/mixed; boundary="Apple-Mail=_0C2D"

--Apple-Mail=_0C2D
Content-Type: text/calendar; charset=utf-8; name="iCal-1.ics"; method=REPLY
Content-Disposition: attachment; filename="iCal-1.ics"
Content-Transfer-Encoding: base64

{calendar}
--Apple-Mail=_0C2D--
--Apple-Mail=_0A1B--
"""

THUNDERBIRD_CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
CREATED:20270501T090000Z
LAST-MODIFIED:20270503T090102Z
DTSTAMP:20270503T090102Z
UID:{uid}
SUMMARY:Harbour
ORGANIZER;CN=Harbour:mailto:college@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;RSVP=TRUE;PARTSTAT={partstat}:
 mailto:ada@example.org
DTSTART;TZID=Europe/London:20270607T100000
DTEND;TZID=Europe/London:20270607T120000
SEQUENCE:{sequence}
END:VEVENT
END:VCALENDAR
"""
THUNDERBIRD = """Message-ID: <{mark}@thunderbird.example>
Date: Mon, 3 May 2027 10:01:02 +0100
User-Agent: Mozilla Thunderbird
From: {sender}
To: college@example.org
Subject: Invitation reply (accepted): Harbour
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="------------0Aa1Bb"

--------------0Aa1Bb
Content-Type: multipart/alternative; boundary="------------2Cc3Dd"

--------------2Cc3Dd
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Ada Os\u00e9i has accepted.
--------------2Cc3Dd
Content-Type: text/calendar; method=REPLY; charset=UTF-8
Content-Transfer-Encoding: 8bit

{plain}
--------------2Cc3Dd--
--------------0Aa1Bb
Content-Type: application/ics; name="invite.ics"
Content-Transfer-Encoding: base64

{calendar}
--------------0Aa1Bb--
"""
PROGRAMS = {
    "Outlook": (OUTLOOK, OUTLOOK_CALENDAR),
    "Gmail": (GMAIL, GMAIL_CALENDAR),
    "Apple": (APPLE, APPLE_CALENDAR),
    "Thunderbird": (THUNDERBIRD, THUNDERBIRD_CALENDAR),
}

AWAY = """Return-Path: <>
From: Ada Osei <{sender}>
To: Harbour <college@example.org>
Subject: Automatic reply: Harbour
Message-ID: <{mark}@eurprd01.prod.exchangelabs.com>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Content-Type: text/plain; charset="us-ascii"

I am away until Monday.
"""
LETTER = """From: Jo <jo@elsewhere.example>
To: college@example.org
Subject: =?utf-8?Q?Can_I_bring_my_d=C3=B6g=3F?=
Message-ID: <{mark}@elsewhere.example>
Content-Type: text/plain; charset="us-ascii"

Something that only a mailbox keeps.
"""
FORWARDED = """From: Ada Osei <ada@example.org>
To: college@example.org
Subject: Fwd: Harbour
Message-ID: <forwarded@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="------------9Zz"

--------------9Zz
Content-Type: text/plain

Look what came.
--------------9Zz
Content-Type: message/rfc822

BROUGHT
--------------9Zz--
"""
CAME_BACK = """Return-Path: <>
Date: Mon,  3 May 2027 10:01:02 +0100 (BST)
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: college@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F00.1651568462/mail.example.org"
Message-Id: <{mark}@mail.example.org>

--4F00.1651568462/mail.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<ada@example.org>: host mx.example.org said: 550 5.1.1 no such user
--4F00.1651568462/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Mon,  3 May 2027 10:00:59 +0100 (BST)

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--4F00.1651568462/mail.example.org
Content-Description: Undelivered Message
Content-Type: {brought}

Message-ID: {returned}
From: college@example.org
To: ada@example.org
Subject: Harbour
Content-Type: text/calendar; method=REPLY

BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:of-somebody-else
ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org
END:VEVENT
END:VCALENDAR

--4F00.1651568462/mail.example.org--
"""


def answered(
    program: str = "Outlook",
    partstat: str = "ACCEPTED",
    *,
    uid: str = "u@example.org",
    sequence: int = 0,
    sender: str = ADA,
    mark: str = "1",
) -> bytes:
    """An answer as this program sends it. Another `mark` is another mail."""
    mail, calendar = PROGRAMS[program]
    said = calendar.format(uid=uid, partstat=partstat, sequence=sequence)
    whole = said.replace("\n", "\r\n")
    coded = encodebytes(whole.encode()).decode()
    return _sent(mail.format(sender=sender, mark=mark, calendar=coded, plain=said))


def countered(uid: str, mark: str = "1") -> bytes:
    return answered("Gmail", uid=uid, mark=mark).replace(b"METHOD:REPLY", b"METHOD:COUNTER")


def away(sender: str = ADA, mark: str = "1") -> bytes:
    return _sent(AWAY.format(sender=sender, mark=mark))


def a_letter(mark: str = "1") -> bytes:
    return _sent(LETTER.format(mark=mark))


def came_back(
    returned: str, status: str = "5.1.1", brought: str = "message/rfc822", mark: str = "1"
) -> bytes:
    return _sent(CAME_BACK.format(returned=returned, status=status, brought=brought, mark=mark))


def forwarded(mail: bytes) -> bytes:
    """Somebody sends on what somebody else has answered."""
    return _sent(FORWARDED).replace(b"BROUGHT", mail)


def _sent(mail: str) -> bytes:
    return mail.replace("\n", "\r\n").encode()
