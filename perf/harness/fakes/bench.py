#!/usr/bin/env python3
"""Says what `rtpbridge-bench floor --json` says."""

import json

print(json.dumps({name: {"us_per_packet": cost, "parts": {}} for name, cost in (("transcode", 38.0), ("srtp", 5.0), ("plain", 4.0))}))
