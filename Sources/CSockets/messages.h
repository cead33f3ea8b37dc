#ifndef RTPBRIDGE_MESSAGES_H
#define RTPBRIDGE_MESSAGES_H

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

// What all that moves several datagrams with one system call has in common. For .c files that ask for the GNU system's own calls.

/// The most datagrams of one system call on the daemon's own sockets.
enum { maximum_batch = 32 };

/// One datagram of one part. `name` has room for the source, or holds the destination; NULL with length 0: a connected socket's.
static inline void set_message(
    struct mmsghdr *message, struct iovec *part, const void *bytes, size_t length, void *name, socklen_t name_length) {
    *part = (struct iovec){.iov_base = (void *)bytes, .iov_len = length};
    message->msg_hdr = (struct msghdr){
        .msg_name = name_length ? name : NULL, .msg_namelen = name_length, .msg_iov = part, .msg_iovlen = 1};
}

/// How many came; -EAGAIN if there is none.
static inline int receive_messages(int descriptor, struct mmsghdr *messages, int count) {
    int got;
    do got = recvmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

/// How many left, at least one; -errno if the first did not.
static inline int send_messages(int descriptor, struct mmsghdr *messages, int count) {
    int sent;
    do sent = sendmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

#endif
