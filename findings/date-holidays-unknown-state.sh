#!/bin/sh
# A state that the tables do not have is taken for none: the holidays are those of the country, without a word.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund date-holidays@3.37.0
cat >seen.mjs <<'END'
import Holidays from "date-holidays"
const count = (...place) => new Holidays(...place).getHolidays(2025).filter(({ type }) => type === "public").length
console.log(`DE ${count("DE")}, DE BY ${count("DE", "BY")}, DE XX ${count("DE", "XX")}`)
END
found=$(node seen.mjs)
expected=$(cat <<'END'
DE 9, DE BY 12, DE XX 9
END
)
printf '%s\n%s\n' 'date-holidays@3.37.0' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
