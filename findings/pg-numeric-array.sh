#!/bin/sh
# A numeric comes as its exact text; a numeric[] comes as numbers of JavaScript, which lose digits and the scale.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1
cat >seen.mjs <<'END'
import pg from "pg"
const read = (oid, text) => JSON.stringify(pg.types.getTypeParser(oid, "text")(text))
console.log("numeric", read(1700, "12345678901234567.50"))
console.log("numeric[]", read(1231, "{12345678901234567.50}"))
END
found=$(node seen.mjs)
expected=$(cat <<'END'
numeric "12345678901234567.50"
numeric[] [12345678901234568]
END
)
printf '%s\n%s\n' 'pg@8.23.1' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
