#!/usr/bin/env python3
"""Answers ng pings and nothing else; its other options are the fake generator's."""

import socket
import sys

if "--version" in sys.argv:
    print("fake 1.0")
    sys.exit()
port = next(int(word.rpartition(":")[2]) for word in sys.argv if word.startswith("--listen-ng="))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(("127.0.0.1", port))
    while True:
        data, peer = server.recvfrom(2000)
        server.sendto(data.partition(b" ")[0] + b" d6:result4:ponge", peer)
