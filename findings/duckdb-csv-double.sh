#!/bin/sh
# A column of decimals in a CSV is read as DOUBLE, also where that loses digits of a value in it; a column of text is not involved.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1
printf 'amount\r\n12345678901234567.89\r\n0.10\r\n' >amounts.csv
cat >seen.py <<'END'
import duckdb
print(duckdb.sql("select typeof(amount), amount from 'amounts.csv'").fetchall()[0])
END
found=$(venv/bin/python seen.py)
expected="('DOUBLE', 1.2345678901234568e+16)"
printf '%s\n%s\n' 'duckdb==2.0.1' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
