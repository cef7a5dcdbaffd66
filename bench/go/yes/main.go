// Command yes allows every request: the floor of what a Go server can cost.
package main

import (
	"context"
	"flag"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"

	"keywarden/bench/internal/authz"
)

func main() {
	flag.Parse()
	authz.Serve(func(context.Context, *auth.CheckRequest) (bool, error) { return true, nil })
}
