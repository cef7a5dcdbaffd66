# An index of the commands, nothing more: whatever is said here works typed by hand too.
.DEFAULT_GOAL := help
.PHONY: help package format test it e2e verify nightly rotations mutations timing bench bench-quick jmh buf-lint

MVN ?= mvn
BUF ?= npx --yes @bufbuild/buf@1.75.0

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

package: ## the program in server/target, without tests and checks
	$(MVN) -q -DskipTests -Dkeywarden.skipChecks package

format: ## format all Java
	$(MVN) -q spotless:apply

test: ## checks and unit tests (no network, no processes)
	$(MVN) test

it: ## checks, unit tests, and the server's tests with a real Redis
	$(MVN) verify -pl proto,server

e2e: ## only the tests behind a real Envoy
	$(MVN) verify -pl envoy -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
	  '-Dit.test=io/keywarden/envoy/**/*IT' -Dfailsafe.failIfNoSpecifiedTests=false

verify: ## everything that Maven runs
	$(MVN) verify

nightly: ## fuzz what reads requests, 10 minutes a target
	bench/nightly

rotations: ## rotate 10,000 times behind three replicas, and play 20,000 acts against the model (15 minutes)
	$(MVN) verify -pl proto,server,envoy -Dkeywarden.skipChecks -Dkeywarden.rotations=10000 -Dkeywarden.model=20000 \
	  -Dtest=ModelTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=RotationStormIT,ModelIT -Dfailsafe.failIfNoSpecifiedTests=false

mutations: ## change what decides in one place after the other, and see whether a test fails (an hour)
	$(MVN) process-test-classes -Ppit -pl proto,server

timing: ## see whether the time of a refusal tells ids of tokens from others
	bench/timing

bench: ## Keywarden beside other servers, into docs/performance.md (25 minutes, a quiet machine)
	bench/compare

bench-quick: ## the same in short, for trying
	bench/compare --quick

jmh: ## the pieces of a check
	bench/jmh

# buf wants the imported protos as files; they come from the jar that the build uses, so no registry is asked.
buf-lint: ## lint our protos
	$(MVN) -q -pl proto dependency:unpack-dependencies@buf-imports
	cd proto && $(BUF) lint
