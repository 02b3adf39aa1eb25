#!/bin/sh
# A decimal comma is taken for a separator of thousands: 24,0 becomes 240, and -7,25 becomes -725, without a word. Exit code 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0
printf 'name;amount\r\nada;24,0\r\nben;-7,25\r\n' >amounts.csv
found=$(venv/bin/csvjson -d ';' amounts.csv)
expected='[{"name": "ada", "amount": 240.0}, {"name": "ben", "amount": -725.0}]'
printf '%s\n%s\n' 'csvkit==2.2.0' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
