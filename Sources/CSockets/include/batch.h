#ifndef RTPBRIDGE_BATCH_H
#define RTPBRIDGE_BATCH_H

#include <stddef.h>
#include <stdint.h>

// Sockets of the load generator: IPv4 only, many datagrams a call, and the kernel's time of each arrival, so that
// a late reader measures the same as an early one. Every function that can fail returns -errno.

/// The most datagrams that one call moves.
enum { RTPBRIDGE_BATCH_MAXIMUM = 64 };

typedef struct {
    int64_t at;        // when the kernel got it, nanoseconds of CLOCK_REALTIME
    uint32_t address;  // IPv4, host byte order
    uint16_t port;
    uint16_t length;   // 0: it was longer than the room and is gone
} rtpbridge_arrival;

typedef struct {
    const void *bytes;
    uint32_t length;
    uint32_t address;  // IPv4, host byte order
    uint16_t port;
} rtpbridge_departure;

/// A bound, non-blocking socket whose arrivals are stamped; its buffers are `buffer` bytes where the system lets us, else its limit.
int rtpbridge_batch_open(uint32_t address, uint16_t port, int buffer);

/// Receives up to `count` datagrams, the n-th into the `stride` bytes at `buffers` + n * `stride`. Returns how many;
/// -EAGAIN if there is none. `dropped` becomes the socket's running count of lost datagrams when the kernel tells it.
int rtpbridge_batch_receive(
    int descriptor, void *buffers, size_t stride, int count, rtpbridge_arrival *arrivals, uint32_t *dropped);

/// Sends datagrams; returns how many left, -errno if the first did not.
int rtpbridge_batch_send(int descriptor, const rtpbridge_departure *departures, int count);

/// Pins the calling thread to a processor (none if negative), lets it wake to the microsecond, and ahead of others where allowed.
int rtpbridge_batch_prepare_thread(int processor);

#endif
