#ifndef RTPBRIDGE_ADDRESSES_H
#define RTPBRIDGE_ADDRESSES_H

#include "CSockets.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static inline socklen_t to_system(const rtpbridge_address *from, struct sockaddr_storage *to) {
    if (from->family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)to;
        memset(v4, 0, sizeof *v4);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(from->port);
        v4->sin_addr.s_addr = htonl((uint32_t)from->low);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    memset(v6, 0, sizeof *v6);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(from->port);
    uint64_t parts[2] = {__builtin_bswap64(from->high), __builtin_bswap64(from->low)};
    memcpy(&v6->sin6_addr, parts, sizeof parts);
    return sizeof *v6;
}

static inline void from_system(const struct sockaddr_storage *from, rtpbridge_address *to) {
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
        to->high = 0;
        to->low = ntohl(v4->sin_addr.s_addr);
        to->port = ntohs(v4->sin_port);
        to->family = 4;
        return;
    }
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    uint64_t parts[2];
    memcpy(parts, &v6->sin6_addr, sizeof parts);
    to->high = __builtin_bswap64(parts[0]);
    to->low = __builtin_bswap64(parts[1]);
    to->port = ntohs(v6->sin6_port);
    to->family = 6;
}

#endif
