/** Mails as mail servers send them back, each about one mail of ours; words and layout as the servers named write them. */

/** What a report is about. */
export interface About {
  /** The address that the report goes to. */
  to: string;
  /** Whose mailbox it is about. */
  recipient: string;
  /** Headers of our mail as it came back with the report. */
  original?: string;
}

const crlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");

const ORIGINAL =
  "From: Voorbeeld Hosting <post@example.nl>\nSubject: Nieuws van november\nMessage-ID: <x@example.nl>\n";

/** Postfix; `fields` are those about the recipient. */
export const postfix = ({ to, recipient, original = ORIGINAL }: About, fields: string): string =>
  crlf(`Return-Path: <>
Received: by mx.example.org (Postfix)
	id 4Q1B2C3D4E; Sun, 22 Nov 2026 11:00:01 +0100 (CET)
Date: Sun, 22 Nov 2026 11:00:01 +0100 (CET)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ${to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4Q1B2C3D4E.1795341601/mx.example.org"
Message-Id: <20261122100001.5F6A7B@mx.example.org>

This is a MIME-encapsulated message.

--4Q1B2C3D4E.1795341601/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<${recipient}>: host mail.example.net[192.0.2.7] said: 550 5.1.1 User unknown

--4Q1B2C3D4E.1795341601/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4Q1B2C3D4E
X-Postfix-Sender: rfc822; ${to}
Arrival-Date: Sun, 22 Nov 2026 11:00:00 +0100 (CET)

Final-Recipient: rfc822; ${recipient}
Original-Recipient: rfc822;${recipient}
${fields}

--4Q1B2C3D4E.1795341601/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

${original}
Hoi!

--4Q1B2C3D4E.1795341601/mx.example.org--
`);

export const FIELDS = {
  unknown: `Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; 550 5.1.1 <x>: Recipient address rejected: User unknown in
    virtual mailbox table`,
  full: `Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox size limit exceeded`,
  late: `Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.example.net[192.0.2.7]:25: Connection timed out
Will-Retry-Until: Fri, 27 Nov 2026 11:00:00 +0100 (CET)`,
  expired: `Action: failed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.example.net[192.0.2.7]:25: Connection timed out`,
  relayed: `Action: relayed
Status: 2.0.0`,
  blocked: `Action: failed
Status: 5.7.1
Diagnostic-Code: smtp; 550 5.7.1 Service unavailable; client [192.0.2.9] blocked using a list`,
  oursWrong: `Action: failed
Status: 5.1.8
Diagnostic-Code: smtp; 501 5.1.8 Sender address rejected: Domain not found`,
  bare: `Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 Message refused`,
  quoted: `Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 sorry, no mailbox here by that name. (#5.1.1)`,
  notHere: `Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 551 User not local`,
  twoOfWhichOneCame: `Action: failed
Status: 5.1.1

Final-Recipient: rfc822; second@example.net
Action: delivered
Status: 2.0.0`,
} as const;

/** Exchange: all in lower-case names of parts, base64 text, no space after the semicolon. */
export const exchange = ({ to, recipient }: About): string =>
  crlf(`From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>
To: ${to}
Date: Sun, 22 Nov 2026 10:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status;
	boundary="fe5d7f1f-6c0e-4a5c-9a0e-1b2c3d4e5f60"
Content-Language: nl-NL
Message-ID: <3b9c@AM0PR01.example.com>
In-Reply-To: <x@example.nl>
Subject: =?utf-8?B?Niet-bestelbaar?=
Auto-Submitted: auto-replied

--fe5d7f1f-6c0e-4a5c-9a0e-1b2c3d4e5f60
Content-Type: multipart/alternative; differences=Content-Type;
	boundary="b2"

--b2
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

SGV0IGJlcmljaHQgaXMgbmlldCBiZXpvcmdkLg==

--b2
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PGh0bWw+PGJvZHk+PHA+SGV0IGJlcmljaHQ8L3A+PC9ib2R5PjwvaHRtbD4=

--b2--

--fe5d7f1f-6c0e-4a5c-9a0e-1b2c3d4e5f60
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.example.com
Received-From-MTA: dns;mx.example.nl
Arrival-Date: Sun, 22 Nov 2026 10:00:04 +0000

Final-Recipient: rfc822;${recipient}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--fe5d7f1f-6c0e-4a5c-9a0e-1b2c3d4e5f60
Content-Type: text/rfc822-headers

From: post@example.nl

--fe5d7f1f-6c0e-4a5c-9a0e-1b2c3d4e5f60--
`);

/** Gmail: a picture among the parts, and a group of the message that comes with a line of its own. */
export const gmail = ({ to, recipient }: About): string =>
  crlf(`Return-Path: <>
To: ${to}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
References: <x@example.nl>
In-Reply-To: <x@example.nl>
X-Failed-Recipients: ${recipient}
Message-ID: <65a1.mr@mx.example.com>
Date: Sun, 22 Nov 2026 02:00:01 -0800 (PST)
Content-Type: multipart/report; boundary="000000000000aa"; report-type=delivery-status

--000000000000aa
Content-Type: multipart/related; boundary="000000000000bb"

--000000000000bb
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<html><body>Address not found =E2=9A=A0</body></html>

--000000000000bb
Content-Type: image/png; name="icon.png"
Content-Disposition: attachment; filename="icon.png"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgo=

--000000000000bb--
--000000000000aa
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; post@example.nl
Arrival-Date: Sun, 22 Nov 2026 02:00:00 -0800 (PST)
X-Original-Message-ID: <x@example.nl>

Final-Recipient: rfc822; ${recipient}
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.example.com. (192.0.2.27)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please
 550-5.1.1 try double-checking the recipient's email address for typos.
 550 5.1.1  - gsmtp
Last-Attempt-Date: Sun, 22 Nov 2026 02:00:01 -0800 (PST)

--000000000000aa
Content-Type: message/rfc822

From: post@example.nl

Hoi
--000000000000aa--
`);

/** qmail: words alone. */
export const qmail = ({ to, recipient }: About): string =>
  crlf(`Date: 22 Nov 2026 10:00:02 -0000
From: MAILER-DAEMON@mail.example.org
To: ${to}
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<${recipient}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <${to}>
`);

/** A complaint in the abuse reporting format, with the reader's address taken out, as most who send them do. */
export const complaint = ({ to, original = ORIGINAL }: About, type = "abuse"): string =>
  crlf(`From: feedback@isp.example
To: ${to}
Date: Sun, 22 Nov 2026 12:00:00 +0000
Subject: FW: Nieuws van november
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"

--part1_13d.2e68ed54
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received on Sun, 22 Nov 2026.

--part1_13d.2e68ed54
Content-Type: message/feedback-report

Feedback-Type: ${type}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <redacted@isp.example>
Arrival-Date: Sun, 22 Nov 2026 11:00:00 GMT
Source-IP: 192.0.2.9

--part1_13d.2e68ed54
Content-Type: message/rfc822
Content-Disposition: inline

${original}
Hoi!

--part1_13d.2e68ed54--
`);

/** A mail that a person, or their autoresponder, wrote. */
export const written = (to: string, subject: string, text: string, headers = "", from = "sam@example.nl"): string =>
  crlf(`From: Sam <${from}>
To: ${to}
Subject: ${subject}
Date: Sun, 22 Nov 2026 12:00:00 +0100
Message-ID: <1@example.nl>
${headers}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

${text}
`);
