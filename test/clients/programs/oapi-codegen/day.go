package main

import (
	"time"

	"github.com/oapi-codegen/runtime/types"
)

func day(text string) types.Date {
	parsed, err := time.Parse(time.DateOnly, text)
	must(err)
	return types.Date{Time: parsed}
}
