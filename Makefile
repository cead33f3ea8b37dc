# make demo    everything from a fresh machine to a call that you can follow
# make test    everything that is checked: units, scenarios, fuzzing, allocations, real peers
# make build   the daemon alone, for release
.POSIX:

SWIFT = swift
VENV = .venv-interop
# Suites with real sockets and real time: run apart, so that the others do not take the processors away from them.
REAL_TIME = MediaIOTests|ControlPlaneTests|DaemonTests
# A test that waits for something that does not come fails the run instead of holding it up.
LIMITED = timeout 900

.PHONY: build demo test unit gate interop harness sanitize clean

build:
	deploy/install-deps.sh build
	$(SWIFT) build -c release --product rtpbridge
	$(SWIFT) build -c release --product rtpbridge-ctl

demo:
	deploy/install-deps.sh demo
	$(SWIFT) build -c release --product rtpbridge
	$(SWIFT) build -c release --product rtpbridge-demo
	.build/release/rtpbridge-demo --daemon .build/release/rtpbridge

# The walls between the modules are the compiler's to check; sizes and system imports are ArchitectureTests'.
unit:
	deploy/install-deps.sh test
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(LIMITED) $(SWIFT) test --skip-build --skip '$(REAL_TIME)'
	$(LIMITED) $(SWIFT) test --skip-build --filter '$(REAL_TIME)'

gate:
	$(SWIFT) build -c release --product AllocationGate
	.build/release/AllocationGate
	$(SWIFT) build -c release --product rtpbridge-bench
	.build/release/rtpbridge-bench check

interop:
	deploy/install-deps.sh test
	$(SWIFT) build -c release --product rtpbridge
	$(SWIFT) build -c release --product rtpbridge-ctl
	Tests/Interop/run

# The load harness by itself: its arithmetic, tables and reports.
harness:
	perf/run test

test: unit gate interop harness

# Address and thread sanitizer over the unit and scenario tests; each is a build of its own. Leaks are not looked for: the
# leak checker does not see the payload of Swift's enums and reports constants.
sanitize:
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-asan
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --skip-build --sanitize=address --scratch-path .build-asan --skip '$(REAL_TIME)'
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --skip-build --sanitize=address --scratch-path .build-asan --filter '$(REAL_TIME)'
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build-tsan
	$(SWIFT) test --skip-build --sanitize=thread --scratch-path .build-tsan --skip '$(REAL_TIME)'
	$(SWIFT) test --skip-build --sanitize=thread --scratch-path .build-tsan --filter '$(REAL_TIME)'

clean:
	rm -rf .build .build-asan .build-tsan $(VENV) demo-output
