"""The client of openapi-python-client."""
import datetime
import json
import os

from daybook_client import AuthenticatedClient
from daybook_client.api.requests import cancel_request, submit_request
from daybook_client.api.transactions import list_transactions, record_accrual, record_consumption
from daybook_client.models import Accrual, Consumption, InsufficientBalanceProblem, RequestCancellation, RequestSubmission
from daybook_client.types import UNSET

client = AuthenticatedClient(base_url=os.environ["DAYBOOK_URL"], token=os.environ["DAYBOOK_KEY"])
book = os.environ["DAYBOOK_BOOK"]
day = datetime.date.fromisoformat


def accrue(key, amount, dry_run):
    accrual = Accrual(entity="e1", policy="annual", amount=amount, effective_on=day("2026-01-01"))
    return record_accrual.sync(book, client=client, body=accrual, idempotency_key=key, dry_run=dry_run)


dry = accrue("a-1", "25", True)
first, again = accrue("a-1", "25", False), accrue("a-1", "25", False)
accrue("a-2", "1.5", False)

consumption = Consumption(entity="e1", policy="annual", amount="1", effective_on=day("2025-12-01"))
problem = record_consumption.sync(book, client=client, body=consumption, idempotency_key="c-1")
assert isinstance(problem, InsufficientBalanceProblem), problem

items, cursor = 0, UNSET
while cursor is not None:
    page = list_transactions.sync(book, client=client, limit=1, cursor=cursor)
    items += len(page.items)
    cursor = page.next_cursor

asked = RequestSubmission(entity="e1", from_=day("2026-07-06"), to=day("2026-07-07"), id="r1", resource="annual-leave")
submitted = submit_request.sync(book, client=client, body=asked, idempotency_key="r-1")
cancellation = RequestCancellation(expected_version=submitted.request.version)
cancelled = cancel_request.sync(book, "r1", client=client, body=cancellation, idempotency_key="r-2")

print(
    json.dumps(
        {
            "dryRun": dry.position is None,
            "replayed": first.position == again.position,
            "problem": problem.code,
            "available": problem.available,
            "items": items,
            "cancelled": cancelled.request.status,
        }
    )
)
