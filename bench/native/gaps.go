package main

// Added to the referee's server by the bench: how long it was between two writes of one answer,
// over all answers. The server itself keeps only the longest one of each.

import (
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

const (
	gapBucketNs = 10_000
	gapBuckets  = 200_000
)

var gapCounts [gapBuckets]atomic.Int64

// noteGap counts one gap; a first token has none before it.
func noteGap(before, now time.Time) {
	if before.IsZero() {
		return
	}
	bucket := int64(now.Sub(before)) / gapBucketNs
	gapCounts[min(max(bucket, 0), gapBuckets-1)].Add(1)
}

func init() {
	address := os.Getenv("BENCH_GAPS_ADDRESS")
	if address == "" {
		return
	}
	// One line a bucket that is not empty: its upper edge in nanoseconds, and the count.
	answer := func(w http.ResponseWriter, _ *http.Request) {
		for bucket := range gapCounts {
			if count := gapCounts[bucket].Load(); count > 0 {
				fmt.Fprintf(w, "%d %d\n", (bucket+1)*gapBucketNs, count)
			}
		}
	}
	go func() {
		if err := http.ListenAndServe(address, http.HandlerFunc(answer)); err != nil {
			fmt.Fprintln(os.Stderr, "gaps:", err)
			os.Exit(1)
		}
	}()
}
