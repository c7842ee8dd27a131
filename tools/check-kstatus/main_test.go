package main

import (
	"strings"
	"testing"
)

func tunnel(generation, observed int, conditions ...any) map[string]any {
	return map[string]any{
		"apiVersion": "cftunnel.io/v1alpha1",
		"kind":       "Tunnel",
		"metadata":   map[string]any{"name": "home", "generation": generation},
		"status":     map[string]any{"observedGeneration": observed, "conditions": conditions},
	}
}

func ready(status string) map[string]any {
	return map[string]any{"type": "Ready", "status": status, "reason": "Any", "message": "any"}
}

func TestObjectsAreReadAsExpected(t *testing.T) {
	if problems := check([]state{
		{"new", "InProgress", tunnel(1, -1)},
		{"stale", "InProgress", tunnel(2, 1, ready("True"))},
		{"done", "Current", tunnel(2, 2, ready("True"))},
	}); len(problems) > 0 {
		t.Errorf("got %q, want no problem", problems)
	}
}

func TestAnotherStatusIsAProblem(t *testing.T) {
	problems := check([]state{{"stale", "Current", tunnel(2, 1, ready("True"))}})
	if len(problems) != 1 || !strings.Contains(problems[0], "stale: kstatus is InProgress, not Current") {
		t.Errorf("got %q, want one problem that names the object and both statuses", problems)
	}
}

func TestNoObjectIsAProblem(t *testing.T) {
	if problems := check(nil); len(problems) != 1 {
		t.Errorf("got %q, want one problem", problems)
	}
}
