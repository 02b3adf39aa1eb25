// The client of ogen for Go.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"daybook/daybook"
)

type key string

func (k key) Key(context.Context, daybook.OperationName) (daybook.Key, error) {
	return daybook.Key{Token: string(k)}, nil
}

// Nothing here asks for metrics.
func (k key) MetricsKey(context.Context, daybook.OperationName) (daybook.MetricsKey, error) {
	return daybook.MetricsKey{}, nil
}

func main() {
	ctx := context.Background()
	client, err := daybook.NewClient(os.Getenv("DAYBOOK_URL"), key(os.Getenv("DAYBOOK_KEY")))
	must(err)
	book := os.Getenv("DAYBOOK_BOOK")

	accrue := func(key, amount string, dry bool) daybook.Recorded {
		answer, err := client.RecordAccrual(ctx,
			&daybook.Accrual{Entity: "e1", Policy: "annual", Amount: amount, EffectiveOn: day("2026-01-01")},
			daybook.RecordAccrualParams{Book: book, IdempotencyKey: key, DryRun: daybook.NewOptBool(dry)})
		must(err)
		switch recorded := answer.(type) {
		case *daybook.RecordedHeaders:
			return recorded.Response
		case *daybook.RecordAccrualCreatedHeaders:
			return recorded.Response
		}
		panic(fmt.Sprintf("%T", answer))
	}
	dry := accrue("a-1", "25", true)
	first, again := accrue("a-1", "25", false), accrue("a-1", "25", false)
	accrue("a-2", "1.5", false)

	refused, err := client.RecordConsumption(ctx,
		&daybook.Consumption{Entity: "e1", Policy: "annual", Amount: "1", EffectiveOn: day("2025-12-01")},
		daybook.RecordConsumptionParams{Book: book, IdempotencyKey: "c-1"})
	must(err)
	problem := refused.(*daybook.RecordConsumptionConflictHeaders).Response.InsufficientBalanceProblem

	items := 0
	cursor := daybook.OptString{}
	for {
		answer, err := client.ListTransactions(ctx,
			daybook.ListTransactionsParams{Book: book, Limit: daybook.NewOptInt(1), Cursor: cursor})
		must(err)
		page := answer.(*daybook.TransactionPageHeaders).Response
		items += len(page.Items)
		if page.NextCursor.Null {
			break
		}
		cursor = daybook.NewOptString(page.NextCursor.Value)
	}

	submitted, err := client.SubmitRequest(ctx,
		&daybook.RequestSubmission{ID: daybook.NewOptString("r1"), Entity: "e1", Resource: daybook.NewOptString("annual-leave"),
			From: day("2026-07-06"), To: day("2026-07-07")},
		daybook.SubmitRequestParams{Book: book, IdempotencyKey: "r-1"})
	must(err)
	version := submitted.(*daybook.SubmitRequestCreatedHeaders).Response.Request.Value.Version
	cancelled, err := client.CancelRequest(ctx, &daybook.RequestCancellation{ExpectedVersion: version},
		daybook.CancelRequestParams{Book: book, Request: "r1", IdempotencyKey: "r-2"})
	must(err)

	text, _ := json.Marshal(map[string]any{
		"dryRun":    dry.Position.Null,
		"replayed":  first.Position.Value == again.Position.Value,
		"problem":   problem.Code,
		"available": problem.Available.Value,
		"items":     items,
		"cancelled": cancelled.(*daybook.SubmitRequestCreatedHeaders).Response.Request.Value.Status,
	})
	fmt.Println(string(text))
}

func day(text string) time.Time {
	parsed, err := time.Parse(time.DateOnly, text)
	must(err)
	return parsed
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
