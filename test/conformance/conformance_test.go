package conformance

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/gateway-api/conformance"
	"sigs.k8s.io/gateway-api/conformance/tests"
	"sigs.k8s.io/gateway-api/conformance/utils/roundtripper"
)

// TestConformance runs the suite with its own flags. Only how a Gateway is reached is ours: its address is a tunnel,
// which a visitor reaches through Cloudflare's edge.
//
// CONFORMANCE_EDGE is the address of the sandbox's proxy to tunnels. CONFORMANCE_ONLY names the tests to run, instead
// of all. Unlike the flag run-test, it takes several, and the features are still those that the GatewayClass claims.
func TestConformance(t *testing.T) {
	edge := edgeProxy{address: os.Getenv("CONFORMANCE_EDGE")}
	options := conformance.DefaultOptions(t)
	options.TimeoutConfig.DeleteTimeout = 60 * time.Second // a deleted Gateway takes its tunnel with it
	options.TimeoutConfig.TestIsolation = 3 * time.Second  // a deleted route stays until it is no longer served
	options.SkipTests = append(options.SkipTests, allBut(os.Getenv("CONFORMANCE_ONLY"))...)
	options.RoundTripper = visitor{edge, roundtripper.DefaultRoundTripper{
		Debug:             options.Debug,
		TimeoutConfig:     options.TimeoutConfig,
		CustomDialContext: edge.dial,
	}}
	options.GRPCClient = grpcVisitor{edge}
	options.WebSocketDialer = webSocketVisitor{edge}
	conformance.RunConformanceWithOptions(t, options)
}

func allBut(wanted string) []string {
	if wanted == "" {
		return nil
	}
	only := strings.Split(wanted, ",")
	others := []string{}
	for _, test := range tests.ConformanceTests {
		if !slices.Contains(only, test.ShortName) {
			others = append(others, test.ShortName)
		}
	}
	return others
}
