#!/bin/sh
# A column that is called asOf, or asof, cannot be selected by its bare name, though a table can have it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1
printf 'asOf,amount\r\n2026-03-31,1\r\n' >amounts.csv
cat >seen.py <<'END'
import duckdb
for text in ["select asOf from 'amounts.csv'", 'select "asOf" from \'amounts.csv\'']:
    try:
        print(text, "->", duckdb.sql(text).fetchall()[0][0])
    except duckdb.Error as error:
        print(text, "->", str(error).splitlines()[0])
END
found=$(venv/bin/python seen.py)
expected=$(cat <<'END'
select asOf from 'amounts.csv' -> Parser Error: syntax error at or near "from"
select "asOf" from 'amounts.csv' -> 2026-03-31
END
)
printf '%s\n%s\n' 'duckdb==2.0.1' "$found"
[ "$found" = "$expected" ] || { printf 'It says something else now. It said:\n%s\n' "$expected"; exit 1; }
