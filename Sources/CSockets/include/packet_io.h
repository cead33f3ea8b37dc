#ifndef RTPBRIDGE_PACKET_IO_H
#define RTPBRIDGE_PACKET_IO_H

#include <stddef.h>
#include <stdint.h>

#include "CSockets.h"

// The packets of one worker, in and out, over one of two interfaces of the kernel. Both do the same:
//
//     open ─► begin, on the worker's thread ─► wait ─► next, next, … until 0 ─► send ─► wait …
//
// All but `open` is for that one thread. Every function that can fail returns -errno.

typedef struct rtpbridge_io rtpbridge_io;

typedef enum {
    /// Readiness from epoll, then one system call for each datagram in and out.
    RTPBRIDGE_IO_EPOLL,
    /// io_uring: datagrams come with the wait, in buffers lent to the kernel, and all that leave together go in one
    /// system call. It wants Linux 6.1.
    RTPBRIDGE_IO_URING,
} rtpbridge_io_kind;

enum {
    /// The longest datagram that is taken [bytes].
    RTPBRIDGE_IO_LONGEST = 2048,
    /// Room behind each, for work in place [bytes].
    RTPBRIDGE_IO_SLACK = 64,
};

/// The token of the signal.
#define RTPBRIDGE_IO_SIGNAL UINT64_MAX

/// - signal: an eventfd; that it is readable is told as a packet without bytes, until it was cleared.
int rtpbridge_io_open(rtpbridge_io_kind kind, int signal, rtpbridge_io **io);
void rtpbridge_io_close(rtpbridge_io *io);
/// Makes the calling thread the one that works with it.
int rtpbridge_io_begin(rtpbridge_io *io);

/// From now on what comes to the socket is told with `token`, whose low 32 bits are a small number that no other socket has.
/// Of one that is `shared` by many calls more than one datagram is taken each time.
int rtpbridge_io_add(rtpbridge_io *io, int descriptor, uint64_t token, int shared);
/// To be called right before the socket is closed: afterwards nothing refers to it any more.
void rtpbridge_io_remove(rtpbridge_io *io, uint64_t token);

/// Waits until something has come.
/// - timeout [ns]: 0 does not wait, a negative one waits for ever.
/// - pause [ns]: this long nothing wakes it, so that more comes together; not longer than `timeout`.
void rtpbridge_io_wait(rtpbridge_io *io, int64_t timeout, int64_t pause);

typedef struct {
    uint64_t token;
    rtpbridge_address source;
    void *bytes;
    /// [bytes], or -EMSGSIZE: it was too long and is gone; -ESTALE: the socket has been removed meanwhile; -EAGAIN: it was
    /// taken back; any other: what the system reports of the socket.
    ptrdiff_t length;
} rtpbridge_io_packet;

/// The next of what the last wait found; 0 when there is no more. The bytes are valid until the next call.
int rtpbridge_io_next(rtpbridge_io *io, rtpbridge_io_packet *packet);

/// The token of the packet that `next` gives after `skipped` more; RTPBRIDGE_IO_SIGNAL where that is not known.
uint64_t rtpbridge_io_ahead(const rtpbridge_io *io, int skipped);

/// Asks the processor for memory that will be read soon.
static inline void rtpbridge_fetch(const void *start, size_t size) {
    if (!start) return;
    for (size_t offset = 0; offset < size; offset += 64) __builtin_prefetch((const char *)start + offset);
}

typedef struct {
    const void *bytes;
    size_t length;
    rtpbridge_address destination;  // family 0: where the socket is connected to
    int descriptor;
} rtpbridge_io_datagram;

typedef struct {
    uint64_t packets;
    uint64_t bytes;
    uint64_t failures;
} rtpbridge_io_sent;

/// Sends datagrams in order and adds to `sent` what became of them. What the system does not take is lost.
void rtpbridge_io_send(rtpbridge_io *io, const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent);

#endif
