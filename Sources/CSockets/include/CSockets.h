#ifndef RTPBRIDGE_CSOCKETS_H
#define RTPBRIDGE_CSOCKETS_H

#include <stddef.h>
#include <stdint.h>

#include "batch.h"

// What Swift cannot import of the Linux socket interface: epoll's packed structure, control messages, sendmmsg,
// io_uring, and option names that are macros. Every function that can fail returns -errno.

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

/// A non-blocking UDP socket; an IPv6 one takes no IPv4.
int rtpbridge_udp_open(uint8_t family, const rtpbridge_socket_options *options);
/// `value`: TOS or IPv6 traffic class byte, 0 to 255.
int rtpbridge_udp_set_traffic_class(int descriptor, uint8_t family, int value);
int rtpbridge_udp_bind(int descriptor, const rtpbridge_address *address);
int rtpbridge_udp_local_address(int descriptor, rtpbridge_address *address);

/// How many datagrams the socket has lost so far because its queue was full.
int64_t rtpbridge_udp_drops(int descriptor);

/// A second socket on the port of the first, connected to `remote`: the kernel gives it what comes from there, and looks up
/// the way there once and not for each packet. All else still comes to the first one.
int rtpbridge_udp_twin(int descriptor, const rtpbridge_socket_options *options, const rtpbridge_address *remote);
/// Connects a twin to another address.
int rtpbridge_udp_connect(int descriptor, const rtpbridge_address *remote);

/// Receives one datagram and returns its length. -EMSGSIZE: it was longer than `capacity` and is gone.
ptrdiff_t rtpbridge_receive(int descriptor, void *buffer, size_t capacity, rtpbridge_address *source);

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

// MARK: The control side's sockets

/// What a request came with, and what its reply goes by.
typedef struct {
    rtpbridge_address remote;
    rtpbridge_address local;  // the address that the request came to, port 0; family 0 where the socket is bound to one
} rtpbridge_path;

typedef struct {
    rtpbridge_path path;
    ptrdiff_t length;  // -EMSGSIZE: it was longer than the room and is gone
} rtpbridge_request;

typedef struct {
    rtpbridge_path path;
    const void *bytes;
    size_t length;
} rtpbridge_reply;

/// A bound non-blocking UDP socket; on an unspecified address it tells where each datagram came to. An IPv6 one takes no IPv4.
int rtpbridge_control_open(const rtpbridge_address *address, int receive_buffer);

/// Receives up to `count` datagrams (at most 32), the n-th into the `capacity` bytes at `buffers` + n * `stride`, with the address
/// that each came to. Returns how many; -EAGAIN if there is none.
int rtpbridge_control_receive(
    int descriptor, void *buffers, size_t stride, size_t capacity, int count, rtpbridge_request *requests);

/// Sends replies, each from the address that its request came to, in one system call (at most 32). Returns how many left,
/// at least one; -errno if the first did not.
int rtpbridge_control_send(int descriptor, const rtpbridge_reply *replies, int count);

// MARK: The process

/// Has the calling thread give up the free memory that the C library keeps for it alone; the next release takes it. Takes 30 us.
void rtpbridge_shed_cache(void);
/// Gives free memory at the heaps' ends and inside them back to the system, on a thread of its own.
void rtpbridge_release_memory(void);
/// How many heaps threads share, and that blocks from 128 KiB on are always the system's own; before the first thread starts.
void rtpbridge_limit_heaps(int count);

/// Names the calling thread (at most 15 characters), keeps signals away from it and lets it wake to the microsecond.
void rtpbridge_prepare_thread(const char *name);
/// Keeps the calling thread on the n-th of the processors that the process may use, counted round.
void rtpbridge_pin_thread(int number);

#include "packet_io.h"

#endif
