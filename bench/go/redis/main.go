// Command redis allows a request when Redis has a key for its token: one SHA-256 and one read for each check.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/redis/go-redis/v9"

	"keywarden/bench/internal/authz"
)

var address = flag.String("redis", "127.0.0.1:6379", "address of Redis")

func main() {
	flag.Parse()
	client := redis.NewClient(&redis.Options{Addr: *address})
	authz.Serve(func(ctx context.Context, request *auth.CheckRequest) (bool, error) {
		digest := sha256.Sum256([]byte(authz.Token(request)))
		state, err := client.Get(ctx, "bench:"+hex.EncodeToString(digest[:])).Result()
		return state == "active", err
	})
}
