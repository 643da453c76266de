# Every target works on a fresh clone. Needed: Go 1.26, Node 20.19 or newer with npm, and for tests Python 3.11 or newer.
# What a target installs it installs below this folder or from the system's own packages.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build ui lint test test-go test-ui test-e2e test-clients test-long conformance test-reference bench image audit clean chromium

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
# Samples, client scripts, conformance tests and the bench lie in a folder beside the repository.
export VEDETTE_SHARED ?= $(abspath ../shared)
NPM := npm --prefix ui
# The account of a server that lives for the tests of the login only.
E2E_ACCOUNT := VEDETTE_ADMIN_PASSWORD=only-for-this-test VEDETTE_TEST_USER=admin VEDETTE_TEST_PASSWORD=only-for-this-test
UI_SOURCES := $(shell find ui -type f -not -path 'ui/node_modules/*' -not -path 'ui/dist/*' -not -path 'ui/test-results/*' 2>/dev/null)
GO_SOURCES := $(shell find cmd engine ingest storage -type f 2>/dev/null)

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-15s %s\n", $$1, $$2}'

run: build ## build everything and start it with demo data: http://127.0.0.1:5601
	bin/vedette demo

build: bin/vedette ## build bin/vedette, the dashboard embedded

bin/vedette: ui/dist/index.html $(GO_SOURCES) go.mod go.sum ui/embed.go
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/vedette

ui: ui/dist/index.html ## build the dashboard into ui/dist

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	$(NPM) ci --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SOURCES)
	$(NPM) run build
	@touch $@

lint: ui/node_modules/.package-lock.json ## gofmt, go vet, staticcheck, tsc, ESLint
	@unformatted=$$(gofmt -l cmd engine ingest storage ui/*.go); [ -z "$$unformatted" ] || { echo "not gofmt'd:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	$(NPM) run typecheck
	$(NPM) run lint

test: test-go test-ui test-e2e test-clients conformance ## everything that must pass

test-go: ## Go tests with the race detector
	go test -race -timeout 20m ./...

test-ui: ui/node_modules/.package-lock.json ## unit tests of the dashboard
	$(NPM) test

test-e2e: build chromium ## the dashboard in a browser, on the real binary with demo data, and its login on one with authentication on
	cmd/vedette/testdata/with-server.sh demo -- $(NPM) run e2e
	$(E2E_ACCOUNT) cmd/vedette/testdata/with-server.sh serve --auth on -- $(NPM) run e2e

test-clients: build ## real Elasticsearch clients against the real binary
	cmd/vedette/testdata/with-server.sh serve -- cmd/vedette/testdata/clients.sh

conformance: build ## Elasticsearch's own REST tests; counts stand in engine/COMPAT.md
	cmd/vedette/testdata/with-server.sh serve --auth off --allow-wildcard-delete -- cmd/vedette/testdata/conformance.sh

test-reference: build ## the scenarios on real servers (Java 17, Maven), and the same random questions to them and to the real binary
	cmd/vedette/testdata/with-server.sh serve --auth off --allow-wildcard-delete -- cmd/vedette/testdata/reference.sh

test-long: ## what takes longer than a change should wait for: fuzzing, a million random operations, two hundred kills
	cmd/vedette/testdata/long.sh

bench: build ## measure with the bench beside the repository
	cmd/vedette/testdata/bench.sh

chromium: ## find a Chromium for the browser tests, or install it from Debian's packages
	@cmd/vedette/testdata/chromium.sh

image: ## build the container image
	docker build -t vedette:$(VERSION) --build-arg VERSION=$(VERSION) .

audit: ui/node_modules/.package-lock.json ## known vulnerabilities of what we depend on (needs the network)
	go run golang.org/x/vuln/cmd/govulncheck@latest ./...
	$(NPM) audit --omit=dev

clean: ## remove what was built
	rm -rf bin ui/dist/* ui/node_modules .cache
	@touch ui/dist/.gitkeep
