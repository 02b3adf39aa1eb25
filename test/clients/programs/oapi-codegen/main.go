// The client of oapi-codegen for Go.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"daybook/daybook"
)

func main() {
	ctx := context.Background()
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("DAYBOOK_KEY"))
		return nil
	}
	client, err := daybook.NewClientWithResponses(os.Getenv("DAYBOOK_URL"), daybook.WithRequestEditorFn(authorize))
	must(err)
	book := os.Getenv("DAYBOOK_BOOK")

	accrue := func(key, amount string, dry bool) *daybook.Recorded {
		answer, err := client.RecordAccrualWithResponse(ctx, book,
			&daybook.RecordAccrualParams{IdempotencyKey: key, DryRun: &dry},
			daybook.Accrual{Entity: "e1", Policy: "annual", Amount: amount, EffectiveOn: day("2026-01-01")})
		must(err)
		if dry {
			return answer.JSON200
		}
		return answer.JSON201
	}
	dry := accrue("a-1", "25", true)
	first, again := accrue("a-1", "25", false), accrue("a-1", "25", false)
	accrue("a-2", "1.5", false)

	refused, err := client.RecordConsumptionWithResponse(ctx, book, &daybook.RecordConsumptionParams{IdempotencyKey: "c-1"},
		daybook.Consumption{Entity: "e1", Policy: "annual", Amount: "1", EffectiveOn: day("2025-12-01")})
	must(err)
	problem, err := refused.ApplicationproblemJSON409.AsInsufficientBalanceProblem()
	must(err)

	items, limit := 0, 1
	var cursor *string
	for {
		page, err := client.ListTransactionsWithResponse(ctx, book, &daybook.ListTransactionsParams{Limit: &limit, Cursor: cursor})
		must(err)
		items += len(page.JSON200.Items)
		cursor = page.JSON200.NextCursor
		if cursor == nil {
			break
		}
	}

	id, resource := "r1", "annual-leave"
	submitted, err := client.SubmitRequestWithResponse(ctx, book, &daybook.SubmitRequestParams{IdempotencyKey: "r-1"},
		daybook.RequestSubmission{Id: &id, Entity: "e1", Resource: &resource, From: day("2026-07-06"), To: day("2026-07-07")})
	must(err)
	cancelled, err := client.CancelRequestWithResponse(ctx, book, id, &daybook.CancelRequestParams{IdempotencyKey: "r-2"},
		daybook.RequestCancellation{ExpectedVersion: submitted.JSON201.Request.Version})
	must(err)

	text, _ := json.Marshal(map[string]any{
		"dryRun":    dry.Position == nil,
		"replayed":  *first.Position == *again.Position,
		"problem":   problem.Code,
		"available": problem.Available,
		"items":     items,
		"cancelled": cancelled.JSON201.Request.Status,
	})
	fmt.Println(string(text))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
