// Command opa decides with a prepared Rego query over 10,000 keys: state, expiry, owner, network and grants.
package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"strings"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"keywarden/bench/internal/authz"
)

//go:embed policy.rego
var policy string

var (
	keys    = flag.Int("keys", 10_000, "how many keys the policy knows")
	modules = flag.Int("modules", 10, "how many modules the catalog has")
	known   = flag.String("token-sha256", "", "the digests, in hex, of the tokens that are to be allowed, with commas between them")
)

func main() {
	flag.Parse()
	query, err := rego.New(
		rego.Query("data.authz.allow"),
		rego.Module("policy.rego", policy),
		rego.Store(inmem.NewFromObjectWithOpts(world(), inmem.OptReturnASTValuesOnRead(true))),
	).PrepareForEval(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	authz.Serve(func(ctx context.Context, request *auth.CheckRequest) (bool, error) {
		results, err := query.Eval(ctx, rego.EvalParsedInput(input(request)))
		return err == nil && results.Allowed(), err
	})
}

// input holds what the policy asks for and no more; OPA's own Envoy plugin turns the whole request into a value.
func input(request *auth.CheckRequest) ast.Value {
	http := request.GetAttributes().GetRequest().GetHttp()
	path, _, _ := strings.Cut(http.GetPath(), "?")
	var segments []*ast.Term
	for _, segment := range strings.Split(strings.Trim(path, "/"), "/") {
		segments = append(segments, ast.StringTerm(segment))
	}
	digest := sha256.Sum256([]byte(authz.Token(request)))
	client := request.GetAttributes().GetSource().GetAddress().GetSocketAddress().GetAddress()
	return ast.NewObject(
		ast.Item(ast.StringTerm("token_sha256"), ast.StringTerm(hex.EncodeToString(digest[:]))),
		ast.Item(ast.StringTerm("method"), ast.StringTerm(http.GetMethod())),
		ast.Item(ast.StringTerm("path"), ast.ArrayTerm(segments...)),
		ast.Item(ast.StringTerm("client"), ast.StringTerm(client)),
		ast.Item(ast.StringTerm("now"), ast.IntNumberTerm(int(time.Now().Unix()))),
	)
}

func world() map[string]any {
	keyed := map[string]any{}
	for _, digest := range strings.Split(*known, ",") {
		keyed[digest] = key(0)
	}
	for i := 1; i < *keys; i++ {
		digest := sha256.Sum256([]byte(fmt.Sprint("key ", i)))
		keyed[hex.EncodeToString(digest[:])] = key(i)
	}
	owners := map[string]any{}
	for i := 0; i < 100; i++ {
		owners[fmt.Sprint("owner", i)] = map[string]any{"state": "active"}
	}
	read, create := map[string]any{}, map[string]any{}
	for i := 0; i < *modules; i++ {
		read[module(i)] = "READ"
		create[module(i)] = "CREATE"
	}
	routes := map[string]any{"GET": map[string]any{"v1": read}, "POST": map[string]any{"v1": create}}
	return map[string]any{"keys": keyed, "owners": owners, "routes": routes}
}

func key(i int) map[string]any {
	return map[string]any{
		"state":    "active",
		"expires":  time.Now().AddDate(1, 0, 0).Unix(),
		"owner":    fmt.Sprint("owner", i%100),
		"networks": []any{"193.0.0.0/21", "127.0.0.0/8"},
		"grants":   map[string]any{module(0): []any{"READ", "CREATE"}, module(1): []any{"READ"}},
	}
}

func module(i int) string {
	return fmt.Sprintf("module%d", i)
}
