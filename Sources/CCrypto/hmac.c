// The low-level SHA-1 calls, deprecated in OpenSSL 3 but present: they work on the stack, while
// HMAC() and EVP_MAC fetch an algorithm and allocate a context for every message.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CCryptoHMAC.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

enum { block_length = 64 };

static void start_with_pad(SHA_CTX *context, const uint8_t *key, uint8_t pad) {
    uint8_t block[block_length];
    for (size_t i = 0; i < block_length; i++) block[i] = key[i] ^ pad;
    SHA1_Init(context);
    SHA1_Update(context, block, block_length);
    OPENSSL_cleanse(block, sizeof block);
}

void rtpbridge_hmac_sha1(const void *key, size_t key_length, const void *first, size_t first_length,
                         const void *second, size_t second_length, uint8_t *out) {
    SHA_CTX context;
    uint8_t padded_key[block_length] = {0};
    uint8_t inner[SHA_DIGEST_LENGTH];

    if (key_length > block_length) {
        SHA1_Init(&context);
        SHA1_Update(&context, key, key_length);
        SHA1_Final(padded_key, &context);
    } else if (key_length > 0) {
        memcpy(padded_key, key, key_length);
    }

    start_with_pad(&context, padded_key, 0x36);
    if (first_length > 0) SHA1_Update(&context, first, first_length);
    if (second_length > 0) SHA1_Update(&context, second, second_length);
    SHA1_Final(inner, &context);

    start_with_pad(&context, padded_key, 0x5c);
    SHA1_Update(&context, inner, sizeof inner);
    SHA1_Final(out, &context);

    OPENSSL_cleanse(padded_key, sizeof padded_key);
    OPENSSL_cleanse(&context, sizeof context);
}

int rtpbridge_equal_constant_time(const void *a, const void *b, size_t length) {
    return CRYPTO_memcmp(a, b, length) == 0;
}
