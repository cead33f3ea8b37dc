#define _GNU_SOURCE
#include "CSockets.h"
#include "addresses.h"
#include "messages.h"

#include <errno.h>
#include <unistd.h>

typedef union {
    struct cmsghdr alignment;
    char v4[CMSG_SPACE(sizeof(struct in_pktinfo))];
    char v6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
} packet_info;

static int set(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value);
}

int rtpbridge_control_open(const rtpbridge_address *address, int receive_buffer) {
    int v6 = address->family == 6;
    int descriptor = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int failed = v6 && set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0;
    if (!failed && !address->high && !address->low) {
        failed = v6 ? set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) : set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
    }
    struct sockaddr_storage storage;
    socklen_t length = to_system(address, &storage);
    if (failed || bind(descriptor, (struct sockaddr *)&storage, length) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    // Beyond net.core.rmem_max for a daemon that may; for any other as much as that.
    if (set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer) < 0) set(descriptor, SOL_SOCKET, SO_RCVBUF, receive_buffer);
    return descriptor;
}

static void read_local(struct msghdr *message, rtpbridge_address *local) {
    *local = (rtpbridge_address){0};
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        struct sockaddr_storage storage = {0};
        if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(item), sizeof info);
            storage.ss_family = AF_INET;
            ((struct sockaddr_in *)&storage)->sin_addr = info.ipi_addr;
        } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(item), sizeof info);
            storage.ss_family = AF_INET6;
            ((struct sockaddr_in6 *)&storage)->sin6_addr = info.ipi6_addr;
        } else {
            continue;
        }
        from_system(&storage, local);
    }
}

static void write_local(struct msghdr *message, packet_info *control, const rtpbridge_address *local) {
    if (!local->family) return;
    struct sockaddr_storage storage;
    to_system(local, &storage);
    memset(control, 0, sizeof *control);
    message->msg_control = control;
    message->msg_controllen = local->family == 6 ? sizeof control->v6 : sizeof control->v4;
    struct cmsghdr *item = CMSG_FIRSTHDR(message);
    if (local->family == 6) {
        struct in6_pktinfo info = {.ipi6_addr = ((struct sockaddr_in6 *)&storage)->sin6_addr};
        *item = (struct cmsghdr){.cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO, .cmsg_len = CMSG_LEN(sizeof info)};
        memcpy(CMSG_DATA(item), &info, sizeof info);
    } else {
        struct in_pktinfo info = {.ipi_spec_dst = ((struct sockaddr_in *)&storage)->sin_addr};
        *item = (struct cmsghdr){.cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO, .cmsg_len = CMSG_LEN(sizeof info)};
        memcpy(CMSG_DATA(item), &info, sizeof info);
    }
}

int rtpbridge_control_receive(
    int descriptor, void *buffers, size_t stride, size_t capacity, int count, rtpbridge_request *requests) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    packet_info controls[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    if (count > maximum_batch) count = maximum_batch;
    for (int i = 0; i < count; i++) {
        set_message(&messages[i], &parts[i], (char *)buffers + (size_t)i * stride, capacity, &names[i], sizeof names[i]);
        messages[i].msg_hdr.msg_control = &controls[i];
        messages[i].msg_hdr.msg_controllen = sizeof controls[i];
    }
    int got = receive_messages(descriptor, messages, count);
    for (int i = 0; i < got; i++) {
        from_system(&names[i], &requests[i].path.remote);
        read_local(&messages[i].msg_hdr, &requests[i].path.local);
        requests[i].length = messages[i].msg_hdr.msg_flags & MSG_TRUNC ? -EMSGSIZE : (ptrdiff_t)messages[i].msg_len;
    }
    return got;
}

int rtpbridge_control_send(int descriptor, const rtpbridge_reply *replies, int count) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    packet_info controls[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    if (count > maximum_batch) count = maximum_batch;
    for (int i = 0; i < count; i++) {
        socklen_t length = to_system(&replies[i].path.remote, &names[i]);
        set_message(&messages[i], &parts[i], replies[i].bytes, replies[i].length, &names[i], length);
        write_local(&messages[i].msg_hdr, &controls[i], &replies[i].path.local);
    }
    return send_messages(descriptor, messages, count);
}
