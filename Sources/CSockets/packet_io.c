#define _GNU_SOURCE
#include "addresses.h"
#include "packet_io_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

int rtpbridge_io_open(rtpbridge_io_kind kind, int signal, rtpbridge_io **io) {
    rtpbridge_io *made = calloc(1, sizeof *made);
    if (!made) return -ENOMEM;
    made->signal = signal;
    int error = kind == RTPBRIDGE_IO_URING ? io_ring_open(signal, &made->ring) : io_poll_open(signal, &made->poll);
    if (error < 0) {
        free(made);
        return error;
    }
    *io = made;
    return 0;
}

void rtpbridge_io_close(rtpbridge_io *io) {
    if (io->ring) io_ring_close(io->ring);
    if (io->poll) io_poll_close(io->poll);
    free(io->sockets);
    free(io);
}

int rtpbridge_io_begin(rtpbridge_io *io) { return io->ring ? io_ring_begin(io->ring) : 0; }

static int make_room(rtpbridge_io *io, size_t index) {
    if (index < io->capacity) return 0;
    size_t capacity = io->capacity ? io->capacity : 64;
    while (capacity <= index) capacity *= 2;
    io_socket *sockets = realloc(io->sockets, capacity * sizeof *sockets);
    if (!sockets) return -ENOMEM;
    for (size_t i = io->capacity; i < capacity; i++) sockets[i] = (io_socket){.descriptor = -1};
    io->sockets = sockets;
    io->capacity = capacity;
    return 0;
}

int rtpbridge_io_add(rtpbridge_io *io, int descriptor, uint64_t token, int shared) {
    int error = make_room(io, (uint32_t)token);
    if (error < 0) return error;
    io_socket *socket = &io->sockets[(uint32_t)token];
    *socket = (io_socket){.token = token, .descriptor = descriptor, .shared = shared != 0};
    error = io->ring ? io_ring_add(io->ring, socket) : io_poll_add(io->poll, socket);
    if (error < 0) socket->descriptor = -1;
    return error;
}

void rtpbridge_io_remove(rtpbridge_io *io, uint64_t token) {
    io_socket *socket = io_find(io, token);
    if (!socket) return;
    if (io->ring) io_ring_remove(io->ring, socket);
    else io_poll_remove(io->poll, socket);
    socket->descriptor = -1;
}

void rtpbridge_io_wait(rtpbridge_io *io, int64_t timeout, int64_t pause) {
    if (io->ring) io_ring_wait(io, timeout, pause);
    else io_poll_wait(io->poll, timeout, pause);
}

uint64_t rtpbridge_io_ahead(const rtpbridge_io *io, int skipped) {
    return io->ring ? io_ring_ahead(io->ring, skipped) : io_poll_ahead(io->poll, skipped);
}

int rtpbridge_io_next(rtpbridge_io *io, rtpbridge_io_packet *packet) {
    return io->ring ? io_ring_next(io, packet) : io_poll_next(io, packet);
}

void rtpbridge_io_send(rtpbridge_io *io, const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent) {
    if (io->ring) io_ring_send(io->ring, datagrams, count, sent);
    else io_poll_send(datagrams, count, sent);
}

int io_send_one(const rtpbridge_io_datagram *datagram) {
    struct sockaddr_storage name;
    socklen_t length = datagram->destination.family ? to_system(&datagram->destination, &name) : 0;
    // A connected socket reports here what ICMP said of an earlier packet, and takes this one when asked again.
    for (int attempt = 0; attempt < 2; attempt++) {
        ssize_t left;
        do {
            left = sendto(
                datagram->descriptor, datagram->bytes, datagram->length, MSG_DONTWAIT | MSG_NOSIGNAL,
                length ? (struct sockaddr *)&name : NULL, length);
        } while (left < 0 && errno == EINTR);
        if (left >= 0) return 0;
        if (errno == EAGAIN || length) break;
    }
    return -errno;
}

void io_sleep(int signal, int64_t nanoseconds) {
    struct timespec span = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    struct pollfd mail = {.fd = signal, .events = POLLIN};
    ppoll(&mail, 1, &span, NULL);
}
