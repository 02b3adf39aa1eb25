#!/bin/sh
# The date of a holiday of the Hebrew calendar ends in an offset that is not that of Israel: it says how long before midnight the holiday begins.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund date-holidays@3.37.0
cat >seen.mjs <<'END'
import Holidays from "date-holidays"
const [passover] = new Holidays("IL").getHolidays(2025).filter(({ type }) => type === "public")
console.log(passover.date)
console.log(passover.start.toISOString())
END
found=$(node seen.mjs)
expected=$(cat <<'END'
2025-04-13 00:00:00 -0600
2025-04-12T15:00:00.000Z
END
)
printf '%s\n%s\n' 'date-holidays@3.37.0' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
