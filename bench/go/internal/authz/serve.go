// Package authz is what the Go servers of the comparison have in common: the gRPC server around a decision.
package authz

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// Decision says whether a request may pass. An error denies it.
type Decision func(context.Context, *auth.CheckRequest) (bool, error)

var (
	listen = flag.String("listen", "127.0.0.1:0", "address to listen on")
	answer = flag.String("answer", "", "file with the CheckResponse that allows")
)

type server struct {
	auth.UnimplementedAuthorizationServer
	decide Decision
	allow  *auth.CheckResponse
	deny   *auth.CheckResponse
}

func (s *server) Check(ctx context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	allowed, err := s.decide(ctx, request)
	if err != nil || !allowed {
		return s.deny, nil
	}
	return s.allow, nil
}

// Serve answers checks until the process is ended. Call flag.Parse first.
func Serve(decide Decision) {
	bytes, err := os.ReadFile(*answer)
	if err != nil {
		log.Fatal(err)
	}
	allow := &auth.CheckResponse{}
	if err := proto.Unmarshal(bytes, allow); err != nil {
		log.Fatalf("%s: %v (expected: a CheckResponse)", *answer, err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	grpcServer := grpc.NewServer()
	auth.RegisterAuthorizationServer(grpcServer, &server{
		decide: decide,
		allow:  allow,
		deny:   &auth.CheckResponse{Status: &status.Status{Code: 16}},
	})
	fmt.Println("listening on", listener.Addr())
	log.Fatal(grpcServer.Serve(listener))
}

// Token is what stands behind "Bearer " in the request; empty where nothing does.
func Token(request *auth.CheckRequest) string {
	http := request.GetAttributes().GetRequest().GetHttp()
	value := http.GetHeaders()["authorization"]
	for _, header := range http.GetHeaderMap().GetHeaders() {
		if header.GetKey() == "authorization" {
			value = text(header)
		}
	}
	const scheme = "Bearer "
	if len(value) <= len(scheme) || value[:len(scheme)] != scheme {
		return ""
	}
	return value[len(scheme):]
}

func text(header *core.HeaderValue) string {
	if len(header.GetRawValue()) > 0 {
		return string(header.GetRawValue())
	}
	return header.GetValue()
}
