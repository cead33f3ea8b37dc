#ifndef RTPBRIDGE_CCRYPTO_HMAC_H
#define RTPBRIDGE_CCRYPTO_HMAC_H

#include <stddef.h>
#include <stdint.h>

#define RTPBRIDGE_SHA1_LENGTH 20
#define RTPBRIDGE_SHA256_LENGTH 32

/// HMAC-SHA1 (RFC 2104) over `first` followed by `second`, without allocating. `out` takes 20 bytes.
///
/// Two parts, because STUN's MESSAGE-INTEGRITY covers a header whose length field differs from the one on the wire.
void rtpbridge_hmac_sha1(const void *key, size_t key_length, const void *first, size_t first_length,
                         const void *second, size_t second_length, uint8_t *out);

/// HMAC-SHA256 (RFC 2104), for messages that are not packets: it allocates. `out` takes 32 bytes. 1 on success.
int rtpbridge_hmac_sha256(const void *key, size_t key_length, const void *data, size_t length, uint8_t *out);

/// 1 if the two areas hold the same bytes, else 0, in a time that does not depend on where they differ.
int rtpbridge_equal_constant_time(const void *a, const void *b, size_t length);

#endif
