#!/bin/sh
# In a calendar with a time zone DTSTAMP is printed without Z, though RFC 5545 (3.8.7.2) wants it in UTC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ical-generator@11.1.2
cat >seen.mjs <<'END'
import { ICalCalendar } from "ical-generator"
const stamp = new Date("2026-07-06T10:00:00Z")
for (const zone of [{}, { timezone: "Europe/Berlin" }]) {
  const calendar = new ICalCalendar({ name: "Leave", ...zone })
  calendar.createEvent({ id: "r-1", stamp, start: new Date("2026-07-07"), allDay: true, summary: "Leave" })
  console.log(/DTSTAMP.*/.exec(calendar.toString())[0].trim())
}
END
found=$(node seen.mjs)
expected=$(cat <<'END'
DTSTAMP:20260706T100000Z
DTSTAMP:20260706T100000
END
)
printf '%s\n%s\n' 'ical-generator@11.1.2' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
