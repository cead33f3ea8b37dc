#ifndef RTPBRIDGE_PACKET_IO_INTERNAL_H
#define RTPBRIDGE_PACKET_IO_INTERNAL_H

#include "packet_io.h"

// What the two ways of packet I/O share: the table of sockets by the low half of their tokens, and the plain system calls.

typedef struct {
    uint64_t token;
    int descriptor;  // -1: no socket
    uint8_t shared;
    uint8_t deaf;    // it could not be told to receive and is to be told again (io_uring)
} io_socket;

typedef struct io_ring io_ring;
typedef struct io_poll io_poll;

struct rtpbridge_io {
    io_socket *sockets;
    size_t capacity;
    int signal;
    io_poll *poll;  // one of the two
    io_ring *ring;
};

/// NULL if the socket was removed.
static inline io_socket *io_find(const rtpbridge_io *io, uint64_t token) {
    size_t index = (uint32_t)token;
    if (index >= io->capacity) return NULL;
    io_socket *found = &io->sockets[index];
    return found->descriptor >= 0 && found->token == token ? found : NULL;
}

/// Sends one datagram with a system call of its own; 0 or -errno.
int io_send_one(const rtpbridge_io_datagram *datagram);

/// Until that time has passed, or `signal` is readable.
void io_sleep(int signal, int64_t nanoseconds);

int io_poll_open(int signal, io_poll **poll);
void io_poll_close(io_poll *poll);
int io_poll_add(io_poll *poll, const io_socket *socket);
void io_poll_remove(io_poll *poll, const io_socket *socket);
void io_poll_wait(io_poll *poll, int64_t timeout, int64_t pause);
uint64_t io_poll_ahead(const io_poll *poll, int skipped);
int io_poll_next(rtpbridge_io *io, rtpbridge_io_packet *packet);
void io_poll_send(const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent);

int io_ring_open(int signal, io_ring **ring);
void io_ring_close(io_ring *ring);
int io_ring_begin(io_ring *ring);
int io_ring_add(io_ring *ring, const io_socket *socket);
void io_ring_remove(io_ring *ring, const io_socket *socket);
void io_ring_wait(rtpbridge_io *io, int64_t timeout, int64_t pause);
uint64_t io_ring_ahead(const io_ring *ring, int skipped);
int io_ring_next(rtpbridge_io *io, rtpbridge_io_packet *packet);
void io_ring_send(io_ring *ring, const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent);

#endif
