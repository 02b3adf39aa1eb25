"""The client of openapi-generator for Python."""
import datetime
import json
import os

import daybook_client
from daybook_client.exceptions import ApiException

configuration = daybook_client.Configuration(host=os.environ["DAYBOOK_URL"], access_token=os.environ["DAYBOOK_KEY"])
client = daybook_client.ApiClient(configuration)
transactions = daybook_client.TransactionsApi(client)
requests = daybook_client.RequestsApi(client)
book = os.environ["DAYBOOK_BOOK"]
day = datetime.date.fromisoformat


def accrue(key, amount, dry_run):
    accrual = daybook_client.Accrual(entity="e1", policy="annual", amount=amount, effectiveOn=day("2026-01-01"))
    return transactions.record_accrual(book, key, accrual, dry_run=dry_run)


dry = accrue("a-1", "25", True)
first, again = accrue("a-1", "25", False), accrue("a-1", "25", False)
accrue("a-2", "1.5", False)

consumption = daybook_client.Consumption(entity="e1", policy="annual", amount="1", effectiveOn=day("2025-12-01"))
try:
    transactions.record_consumption(book, "c-1", consumption)
    raise SystemExit("not refused")
except ApiException as refusal:
    problem = refusal.data.actual_instance

items, cursor = 0, None
while True:
    page = transactions.list_transactions(book, limit=1, cursor=cursor)
    items += len(page.items)
    cursor = page.next_cursor
    if cursor is None:
        break

asked = daybook_client.RequestSubmission.model_validate(
    {"id": "r1", "entity": "e1", "resource": "annual-leave", "from": day("2026-07-06"), "to": day("2026-07-07")}
)
submitted = requests.submit_request(book, "r-1", asked)
cancellation = daybook_client.RequestCancellation(expectedVersion=submitted.request.version)
cancelled = requests.cancel_request(book, "r1", "r-2", cancellation)

message = daybook_client.EventMessage.from_json(os.environ["DAYBOOK_MESSAGE"])

print(
    json.dumps(
        {
            "dryRun": dry.position is None,
            "replayed": first.position == again.position,
            "problem": problem.code,
            "available": problem.available,
            "items": items,
            "cancelled": cancelled.request.status,
            "received": f"{message.type} {message.data.position}",
        }
    )
)
