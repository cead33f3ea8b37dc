#ifndef RTPBRIDGE_CCRYPTO_CIPHER_H
#define RTPBRIDGE_CCRYPTO_CIPHER_H

#include <stddef.h>
#include <stdint.h>

// The ciphers of SRTP on libcrypto. Every object holds a key schedule made once; the functions that
// work on a packet allocate nothing. None of the objects may be used by two threads at a time.
// Functions that return int: 1 on success, 0 on failure.

/// AES in counter mode (NIST SP 800-38A section 6.5), the whole 128-bit block counting.
typedef struct rtpbridge_aes_ctr rtpbridge_aes_ctr;

/// `key_length` is 16, 24 or 32 bytes. NULL if it is not, or if libcrypto refuses.
rtpbridge_aes_ctr *_Nullable rtpbridge_aes_ctr_new(const void *_Nonnull key, size_t key_length);
/// Goes on under another key of the same length.
int rtpbridge_aes_ctr_set_key(rtpbridge_aes_ctr *_Nonnull cipher, const void *_Nonnull key);
void rtpbridge_aes_ctr_free(rtpbridge_aes_ctr *_Nullable cipher);
/// Adds the key stream that starts at the counter block `iv` (16 bytes) to `data`, in place.
int rtpbridge_aes_ctr_apply(rtpbridge_aes_ctr *_Nonnull cipher, const void *_Nonnull iv,
                            void *_Nonnull data, size_t length);

/// AES in Galois/counter mode (NIST SP 800-38D) with a 12-byte IV and a 16-byte tag.
typedef struct rtpbridge_aes_gcm rtpbridge_aes_gcm;

/// `key_length` is 16 or 32 bytes; `encrypts` says which of seal and open the object is for.
rtpbridge_aes_gcm *_Nullable rtpbridge_aes_gcm_new(const void *_Nonnull key, size_t key_length, int encrypts);
/// Goes on under another key of the same length.
int rtpbridge_aes_gcm_set_key(rtpbridge_aes_gcm *_Nonnull cipher, const void *_Nonnull key);
void rtpbridge_aes_gcm_free(rtpbridge_aes_gcm *_Nullable cipher);
/// Encrypts `data` in place and writes the tag. The associated data is `first` then `second`.
int rtpbridge_aes_gcm_seal(rtpbridge_aes_gcm *_Nonnull cipher, const void *_Nonnull iv,
                           const void *_Nonnull first, size_t first_length,
                           const void *_Nullable second, size_t second_length,
                           void *_Nonnull data, size_t length, void *_Nonnull tag);
/// Decrypts `data` in place; 0 if the tag does not match, and then `data` is worthless.
int rtpbridge_aes_gcm_open(rtpbridge_aes_gcm *_Nonnull cipher, const void *_Nonnull iv,
                           const void *_Nonnull first, size_t first_length,
                           const void *_Nullable second, size_t second_length,
                           void *_Nonnull data, size_t length, void *_Nonnull tag);

/// HMAC-SHA1 (RFC 2104) whose two padded key blocks are hashed once, when the key is set.
typedef struct {
    uint32_t inner[5], outer[5];
} rtpbridge_keyed_sha1;

/// `key_length` is at most 64 bytes, one block of SHA-1; 0 for a longer one.
int rtpbridge_keyed_sha1_init(rtpbridge_keyed_sha1 *_Nonnull hmac, const void *_Nonnull key, size_t key_length);
/// Writes the 20-byte HMAC of `first` then `second`.
void rtpbridge_keyed_sha1_compute(const rtpbridge_keyed_sha1 *_Nonnull hmac,
                                  const void *_Nonnull first, size_t first_length,
                                  const void *_Nullable second, size_t second_length,
                                  void *_Nonnull digest);

#endif
