#include "CCryptoHMAC.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <limits.h>

int rtpbridge_hmac_sha256(const void *key, size_t key_length, const void *data, size_t length, uint8_t *out) {
    if (key_length > INT_MAX) return 0;
    // HMAC() takes a null key for "the same as before".
    return HMAC(EVP_sha256(), key_length > 0 ? key : "", (int)key_length, data, length, out, NULL) != NULL;
}
