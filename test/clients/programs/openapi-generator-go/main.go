// The client of openapi-generator for Go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	daybook "daybook"
)

func main() {
	ctx := context.WithValue(context.Background(), daybook.ContextAccessToken, os.Getenv("DAYBOOK_KEY"))
	configuration := daybook.NewConfiguration()
	configuration.Servers = daybook.ServerConfigurations{{URL: os.Getenv("DAYBOOK_URL")}}
	client := daybook.NewAPIClient(configuration)
	book := os.Getenv("DAYBOOK_BOOK")

	accrue := func(key, amount string, dry bool) *daybook.Recorded {
		recorded, _, err := client.TransactionsAPI.RecordAccrual(ctx, book).IdempotencyKey(key).DryRun(dry).
			Accrual(*daybook.NewAccrual("e1", "annual", amount, "2026-01-01")).Execute()
		must(err)
		return recorded
	}
	dry := accrue("a-1", "25", true)
	first, again := accrue("a-1", "25", false), accrue("a-1", "25", false)
	accrue("a-2", "1.5", false)

	_, _, err := client.TransactionsAPI.RecordConsumption(ctx, book).IdempotencyKey("c-1").
		Consumption(*daybook.NewConsumption("e1", "annual", "1", "2025-12-01")).Execute()
	var refusal *daybook.GenericOpenAPIError
	if !errors.As(err, &refusal) {
		panic(fmt.Sprint("not refused: ", err))
	}
	conflict := refusal.Model().(daybook.RecordConsumptionConflict)

	items, cursor := 0, ""
	for {
		list := client.TransactionsAPI.ListTransactions(ctx, book).Limit(1)
		if cursor != "" {
			list = list.Cursor(cursor)
		}
		page, _, err := list.Execute()
		must(err)
		items += len(page.Items)
		if !page.NextCursor.IsSet() || page.NextCursor.Get() == nil {
			break
		}
		cursor = *page.NextCursor.Get()
	}

	asked := daybook.NewRequestSubmission("e1", "2026-07-06", "2026-07-07")
	asked.SetId("r1")
	asked.SetResource("annual-leave")
	submitted, _, err := client.RequestsAPI.SubmitRequest(ctx, book).IdempotencyKey("r-1").RequestSubmission(*asked).Execute()
	must(err)
	cancelled, _, err := client.RequestsAPI.CancelRequest(ctx, book, "r1").IdempotencyKey("r-2").
		RequestCancellation(*daybook.NewRequestCancellation(submitted.Request.Version)).Execute()
	must(err)

	var message daybook.EventMessage
	must(json.Unmarshal([]byte(os.Getenv("DAYBOOK_MESSAGE")), &message))

	text, _ := json.Marshal(map[string]any{
		"dryRun":    dry.Position.Get() == nil,
		"replayed":  *first.Position.Get() == *again.Position.Get(),
		"problem":   conflict.InsufficientBalanceProblem.Code,
		"available": conflict.InsufficientBalanceProblem.Available,
		"items":     items,
		"cancelled": cancelled.Request.Status,
		"received":  fmt.Sprint(message.Type, " ", message.Data.Position),
	})
	fmt.Println(string(text))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
