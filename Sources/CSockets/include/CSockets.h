#ifndef RTPBRIDGE_CSOCKETS_H
#define RTPBRIDGE_CSOCKETS_H

#include <stddef.h>
#include <stdint.h>

// What Swift cannot import of the Linux socket interface: epoll's packed structure, control messages,
// sendmmsg, and option names that are macros. Every function that can fail returns -errno.

/// A transport address in host byte order.
typedef struct {
    uint64_t high;   // the first eight bytes of an IPv6 address; 0 for IPv4
    uint64_t low;    // the last eight bytes, or the IPv4 address in the low 32 bits
    uint16_t port;
    uint8_t family;  // 4 or 6
} rtpbridge_address;

typedef struct {
    int traffic_class;   // TOS or IPv6 traffic class byte, 0 to 255
    int receive_buffer;  // [bytes], 0 leaves the system's default
    int send_buffer;     // [bytes], 0 leaves the system's default
} rtpbridge_socket_options;

/// A non-blocking UDP socket that reports the datagrams its queue had to drop; an IPv6 one takes no IPv4.
int rtpbridge_udp_open(uint8_t family, const rtpbridge_socket_options *options);
int rtpbridge_udp_bind(int descriptor, const rtpbridge_address *address);
int rtpbridge_udp_local_address(int descriptor, rtpbridge_address *address);

/// Receives one datagram and returns its length. -EMSGSIZE: it was longer than `capacity` and is gone.
/// `dropped` becomes the socket's running count of lost datagrams whenever the kernel tells it.
ptrdiff_t rtpbridge_receive(int descriptor, void *buffer, size_t capacity, rtpbridge_address *source, uint32_t *dropped);

typedef struct {
    rtpbridge_address source;
    ptrdiff_t length;  // -EMSGSIZE: it was longer than the room and is gone
} rtpbridge_received;

/// Receives up to `count` datagrams (at most 32) with one system call, the n-th into the `capacity` bytes at
/// `buffers` + n * `stride`. Returns how many; -EAGAIN if there is none.
int rtpbridge_receive_batch(
    int descriptor, void *buffers, size_t stride, size_t capacity, int count, rtpbridge_received *received, uint32_t *dropped);

typedef struct {
    const void *bytes;
    size_t length;
    rtpbridge_address destination;
} rtpbridge_datagram;

/// Sends datagrams from one socket in as few system calls as possible. Returns how many left, at least one;
/// -errno if the first did not.
int rtpbridge_send(int descriptor, const rtpbridge_datagram *datagrams, int count);

int rtpbridge_epoll_create(void);
int rtpbridge_epoll_add(int epoll, int descriptor, uint64_t token);
int rtpbridge_epoll_remove(int epoll, int descriptor);
/// Waits until a descriptor is readable and returns how many are, their tokens in `tokens`.
/// `timeout` [ns]: 0 does not wait, a negative one waits for ever.
int rtpbridge_epoll_wait(int epoll, uint64_t *tokens, int capacity, int64_t timeout);

int rtpbridge_eventfd_create(void);
void rtpbridge_eventfd_signal(int descriptor);
void rtpbridge_eventfd_clear(int descriptor);

/// Names the calling thread (at most 15 characters) and keeps signals away from it.
void rtpbridge_prepare_thread(const char *name);

#endif
