#!/usr/bin/env python3
"""Says what `rtpbridge-load` says, of a daemon with a known capacity, without any call.

The daemon's option --slow stands for a tenth of it; --fail makes the generator fail, --hang hang.
"""

import argparse
import json
import sys
import time
from pathlib import Path

CAPACITY = {"plain": 2000, "srtp": 1500, "transcode": 250}

parser = argparse.ArgumentParser()
parser.add_argument("command")
for name in ("ng", "profile", "speech", "record-dir"):
    parser.add_argument(f"--{name}")
for name in ("daemon-pid", "calls", "cpu", "seed", "record", "window", "set-up-window"):
    parser.add_argument(f"--{name}", type=int, default=0)
for name in ("seconds", "warm-up", "background-set-ups"):
    parser.add_argument(f"--{name}", type=float, default=0)
parser.add_argument("--memory-after", type=float, nargs="+", default=[1])
options, _ = parser.parse_known_args()
daemon = Path(f"/proc/{options.daemon_pid}/cmdline").read_text().split("\0")

for done in range(3):
    print(json.dumps({"phase": "measure", "done": done, "of": 2}), file=sys.stderr, flush=True)
if "--hang" in daemon:
    time.sleep(600)
if "--fail" in daemon:
    print("no answer to an offer", file=sys.stderr)
    sys.exit(1)

capacity = CAPACITY[options.profile] // (10 if "--slow" in daemon else 1)
share = options.calls / capacity
cost = 1e6 / capacity / 100
times = {"p50": 0.4, "p99": 1.2, "max": 3.0}
set_up = {"calls": options.calls, "seconds": 0.2, "calls_per_second": 900, "cpu_ms_per_call": 0.9, "set_ups_per_core_second": 1100}
set_up |= {"offer_ms": times, "answer_ms": times, "delete_ms": times, "ready_ms": times, "first_packet_ms": times}
said = {"profile": options.profile, "calls": options.calls, "seconds": options.seconds, "set_up": set_up}
if options.command == "run":
    said["daemon"] = {
        "cpu_user_s": 1,
        "cpu_system_s": 1,
        "cpu_us_per_packet": cost,
        "cpu_us_per_call_second": cost * 100,
        "calls_per_core": capacity,
    }
    said["daemon"] |= {
        "rss_before_kb": 10000,
        "rss_steady_kb": 10000 + 12 * options.calls,
        "rss_after_kb": 10100,
        "memory_after": [{"seconds": seconds, "rss_kb": 10100 + (1000 if seconds < 10 else 0)} for seconds in options.memory_after],
        "kb_per_call": 12,
        "threads": 4,
    }
    said["packets"] = {"sent": 1000, "received": 1000, "lost": 0, "loss_percent": 0 if share <= 1 else 5, "duplicates": 0, "unexpected": 0}
    kind = "lateness" if options.profile == "transcode" else "relay"
    said["delay_ms"] = {"p50": 0.1, "p99": 0.5, "p999": 2.0, "max": 5, "samples": 1000, "kind": kind}
    failed = int(options.background_set_ups > 20)
    background = {"offer_ms": times, "answer_ms": times, "ready_ms": times, "failed": failed}
    said["background"] = background if options.background_set_ups else None
    said["generator"] = {"cpu_s": 1, "cpu_share": 0.4, "late_p99_ms": 0.2, "overloaded": options.calls > 1800, "packets_per_second": 1}
    said["machine"] = {"cpus": 2, "loadavg_1": 0.5}
    said["recordings"] = []
print(json.dumps(said))
