#!/bin/sh
# An event of whole days whose end is its start gets a DTEND that is not after DTSTART, which RFC 5545 (3.8.2.2) rules out. No error, no day.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ical-generator@11.1.2
cat >seen.mjs <<'END'
import { ICalCalendar } from "ical-generator"
const calendar = new ICalCalendar({ name: "Leave" })
const day = new Date("2026-07-06")
calendar.createEvent({ id: "r-1", start: day, end: day, allDay: true, summary: "Leave" })
console.log(calendar.toString().split(/\r?\n/).filter((line) => /^DT(START|END)/.test(line)).join("\n"))
END
found=$(node seen.mjs)
expected=$(cat <<'END'
DTSTART;VALUE=DATE:20260706
DTEND;VALUE=DATE:20260706
END
)
printf '%s\n%s\n' 'ical-generator@11.1.2' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
