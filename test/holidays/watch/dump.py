"""Prints what the Python package `holidays` knows, as JSON: {"version", "regions": {region: {year: {date: name}}}}.

Arguments: the years. Public holidays only, in English where the package has it.
"""

import json
import sys

import holidays

years = [int(year) for year in sys.argv[1:]]
regions = {}
for country, parts in sorted(holidays.list_supported_countries(include_aliases=False).items()):
    for part in [None, *parts]:
        found = holidays.country_holidays(country, subdiv=part, years=years, language="en_US")
        days = {str(year): {} for year in years}
        for day, name in sorted(found.items()):
            if day.year in years:
                days[str(day.year)][day.isoformat()] = name
        regions[country if part is None else f"{country}-{part}"] = days
json.dump({"version": holidays.__version__, "regions": regions}, sys.stdout)
