#!/bin/sh
# A password that is wrong is reported with the SQLSTATE of a violated protocol (08P01), where PostgreSQL says 28P01.
# As root, on Debian 12, after apt-get update.
set -eu
folder=$(mktemp -d)
trap 'kill "$pooler" 2>/dev/null; rm -rf "$folder"' EXIT
pooler=
cd "$folder"
apt-get install --quiet=2 --yes --no-install-recommends pgbouncer=1.18.0-1+deb12u1 >/dev/null
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pg@8.23.1
chmod 755 .
echo '"ada" "right"' >users.txt
cat >pgbouncer.ini <<END
[databases]
* = host=127.0.0.1 port=1
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 6543
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users.txt
END
pgbouncer --quiet --user=nobody pgbouncer.ini >/dev/null 2>&1 &
pooler=$!
cat >seen.mjs <<'END'
import pg from "pg"
const seen = async () => {
  const client = new pg.Client("postgres://ada:wrong@127.0.0.1:6543/ada")
  client.on("error", () => {})
  return client.connect().then(() => "let in", ({ code, message }) => `${code} ${message}`)
}
let found = await seen()
for (let tries = 0; found.includes("ECONNREFUSED") && tries < 100; tries++) {
  await new Promise((resolve) => setTimeout(resolve, 50))
  found = await seen()
}
console.log(found)
END
found=$(node seen.mjs)
expected='08P01 SASL authentication failed'
printf '%s\n%s\n' 'pgbouncer 1.18.0' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
